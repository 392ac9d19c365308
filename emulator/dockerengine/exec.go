package dockerengine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/pkg/stdcopy"
	"github.com/ecslocal/ecslocal/emulator/plan"
	"github.com/ecslocal/ecslocal/emulator/runner"
)

// FindContainer is the id of a task's container, which the labels tell: no supervisor is needed. The error wraps runner.ErrNoContainer
// where there is none.
func (e *Engine) FindContainer(ctx context.Context, taskID, name string) (string, error) {
	with := ofTask(taskID)
	with.Add("label", plan.LabelContainer+"="+name)
	found, err := e.api.ContainerList(ctx, container.ListOptions{All: true, Filters: with})
	if err != nil {
		return "", err
	}
	if len(found) == 0 {
		return "", fmt.Errorf("find container %q of task %s: %w", name, taskID, runner.ErrNoContainer)
	}
	return found[0].ID, nil
}

// ContainerNames are the names of a task's containers that its definition has.
func (e *Engine) ContainerNames(ctx context.Context, taskID string) ([]string, error) {
	with := ofTask(taskID)
	with.Add("label", plan.LabelType+"="+plan.Normal)
	found, err := e.api.ContainerList(ctx, container.ListOptions{All: true, Filters: with})
	if err != nil {
		return nil, err
	}
	var names []string
	for _, c := range found {
		names = append(names, c.Labels[plan.LabelContainer])
	}
	return names, nil
}

// Exec is a command to run in a container.
type Exec struct {
	Command []string
	// User is that of the command, the container's own where it is empty; Env is added to the container's.
	User string
	Env  []string
	// TTY gives the command a terminal; Stderr is not used then.
	TTY            bool
	Stdin          io.Reader // nil for none
	Stdout, Stderr io.Writer
	// Created is called with the engine's id of the exec before it starts; nil for nobody.
	Created func(id string)
	// Size reports the terminal's size now and whenever it changes, until ctx ends; nil for none.
	Size func(ctx context.Context, changed func(height, width uint))
}

// ExecResult is how a command ended. Pid is 0 where it could not be started.
type ExecResult struct {
	ExitCode int
	Pid      int
	Duration time.Duration
}

// Exec runs a command in a running container and returns when it has ended and its output was read, or when ctx ends; the engine cannot kill
// it, so it may go on then.
func (e *Engine) Exec(ctx context.Context, id string, x Exec) (ExecResult, error) {
	created, err := e.api.ContainerExecCreate(ctx, id, container.ExecOptions{Cmd: x.Command, User: x.User, Env: x.Env, Tty: x.TTY,
		AttachStdin: x.Stdin != nil, AttachStdout: true, AttachStderr: true})
	if err != nil {
		return ExecResult{}, classify(err)
	}
	if x.Created != nil {
		x.Created(created.ID)
	}
	began := time.Now()
	conn, err := e.api.ContainerExecAttach(ctx, created.ID, container.ExecAttachOptions{Tty: x.TTY})
	if err != nil {
		return ExecResult{}, classify(err)
	}
	defer conn.Close()
	sized, cancel := context.WithCancel(ctx)
	defer cancel()
	if x.TTY && x.Size != nil {
		go x.Size(sized, func(height, width uint) {
			_ = e.api.ContainerExecResize(sized, created.ID, container.ResizeOptions{Height: height, Width: width}) // it may have ended
		})
	}
	if x.Stdin != nil {
		go func() {
			_, _ = io.Copy(conn.Conn, x.Stdin) // ends with the connection
			_ = conn.CloseWrite()
		}()
	}
	if err := copyOutput(ctx, conn.Reader, x, conn.Close); err != nil {
		return ExecResult{Duration: time.Since(began)}, err
	}
	inspected, err := e.api.ContainerExecInspect(ctx, created.ID)
	if err != nil {
		return ExecResult{}, classify(err)
	}
	return ExecResult{ExitCode: inspected.ExitCode, Pid: inspected.Pid, Duration: time.Since(began)}, nil
}

// copyOutput reads a command's output to its end, or until ctx ends.
func copyOutput(ctx context.Context, output io.Reader, x Exec, closing func()) error {
	stop := context.AfterFunc(ctx, closing)
	defer stop()
	var err error
	if x.TTY {
		_, err = io.Copy(x.Stdout, output)
	} else {
		_, err = stdcopy.StdCopy(x.Stdout, x.Stderr, output)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// Signal sends a signal, by name or number, to a container's first process.
func (e *Engine) Signal(ctx context.Context, id, signal string) error {
	if err := e.api.ContainerKill(ctx, id, signal); err != nil {
		return classify(err)
	}
	return nil
}
