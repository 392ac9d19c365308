package dockerengine

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/events"
	"github.com/docker/docker/api/types/filters"
	"github.com/docker/docker/pkg/stdcopy"
	"github.com/ecslocal/ecslocal/emulator/plan"
	"github.com/ecslocal/ecslocal/emulator/runner"
)

// Attach takes a container's output before it starts, and the agent container's input.
func (e *Engine) Attach(ctx context.Context, id string, c plan.Container) (runner.Attachment, error) {
	stdin := c.Type == plan.Agent // the input of a task's own containers is left alone, as on ECS
	conn, err := e.api.ContainerAttach(ctx, id, container.AttachOptions{Stream: true, Stdout: true, Stderr: true, Stdin: stdin})
	if err != nil {
		return runner.Attachment{}, classify(err)
	}
	stream := &attached{Reader: conn.Reader, close: conn.Close}
	stream.release = context.AfterFunc(ctx, conn.Close)
	a := runner.Attachment{Close: stream.Close}
	switch {
	case stdin:
		stdout, write := io.Pipe()
		go func() {
			_, err := stdcopy.StdCopy(write, io.Discard, stream)
			write.CloseWithError(err)
		}()
		a.Stdout, a.Stdin = stdout, conn.Conn
	case c.Config.Tty:
		a.Stdout = stream
	default:
		a.Frames = stream
	}
	return a, nil
}

// attached is the connection of an attached container. It lets go of the context when the stream ends.
type attached struct {
	io.Reader
	close   func()
	release func() bool
}

func (a *attached) Read(p []byte) (int, error) {
	n, err := a.Reader.Read(p)
	if err != nil {
		a.release()
	}
	return n, err
}

// Close ends the attachment, not the container.
func (a *attached) Close() error {
	a.close()
	return nil
}

// StartContainer starts a container.
func (e *Engine) StartContainer(ctx context.Context, id string) error {
	if err := e.api.ContainerStart(ctx, id, container.StartOptions{}); err != nil {
		return classify(err)
	}
	return nil
}

// StopContainer stops a container and returns when it has stopped. A timeout of 0 kills it.
func (e *Engine) StopContainer(ctx context.Context, id string, timeout time.Duration) error {
	if timeout <= 0 {
		err := e.api.ContainerKill(ctx, id, "KILL")
		if err != nil && !strings.Contains(err.Error(), "is not running") {
			return classify(err)
		}
		return e.waitStopped(ctx, id)
	}
	seconds := int(timeout.Round(time.Second) / time.Second)
	if err := e.api.ContainerStop(ctx, id, container.StopOptions{Timeout: &seconds}); err != nil {
		return classify(err)
	}
	return nil
}

func (e *Engine) waitStopped(ctx context.Context, id string) error {
	stopped, failed := e.api.ContainerWait(ctx, id, container.WaitConditionNotRunning)
	select {
	case <-stopped:
		return nil
	case err := <-failed:
		return classify(err)
	}
}

// replayed is how far back a watch asks for, so that nothing falls between the engine's answer and its listening.
const replayed = 2 * time.Second

// Watch reports what happens to a task's containers.
func (e *Engine) Watch(ctx context.Context, taskID string, ready func(), report func(runner.Occurrence)) error {
	options := events.ListOptions{
		Since:   time.Now().Add(-replayed).Format(time.RFC3339Nano),
		Filters: filters.NewArgs(filters.Arg("type", "container"), filters.Arg("label", plan.LabelTask+"="+taskID)),
	}
	messages, failed := e.api.Events(ctx, options)
	select {
	case err := <-failed:
		return err
	default:
	}
	ready()
	for {
		select {
		case m := <-messages:
			report(runner.Occurrence{ContainerID: m.Actor.ID, Action: string(m.Action), Time: time.Unix(0, m.TimeNano), Attributes: m.Actor.Attributes})
		case err := <-failed:
			return err
		}
	}
}

// Remove takes everything of a task away. Nothing to remove is no error.
func (e *Engine) Remove(ctx context.Context, taskID string) error {
	var errs []error
	errs = append(errs, e.removeContainers(ctx, taskID)...)
	errs = append(errs, e.removeNetworks(ctx, taskID)...)
	errs = append(errs, e.removeVolumes(ctx, taskID)...)
	errs = append(errs, e.removeCgroup("/ecs/"+taskID))
	return errors.Join(slices.DeleteFunc(errs, ignorable)...)
}

// ignorable says that somebody else has removed the object already, or is about to.
func ignorable(err error) bool {
	return err == nil || errdefs.IsNotFound(err) || strings.Contains(err.Error(), "is already in progress") ||
		strings.Contains(err.Error(), "unrecognized image ID") // engine 20.10, of an image that another prune has just removed
}
