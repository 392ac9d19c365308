package dockerengine

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/pkg/stdcopy"
	"github.com/ecslocal/ecslocal/emulator/plan"
)

// Companion is a container of ecslocal's own image in the network and process namespaces of another: what happens there can be seen
// from within, whatever the other's image holds. It has no capability and nothing of the other's file system. It ends with its input,
// so that it does not outlive whoever asked for it, and the engine removes it then.
type Companion struct {
	Stdin  io.Writer
	Stdout io.ReadCloser

	id     string
	engine *Engine
	close  func()
	ctx    context.Context
}

// companionMemory is enough for what it does; see package inside/look.
const companionMemory = 128 << 20

// Beside starts a program of ecslocal's own image beside a running container of a task, as a user that is a number or two.
func (e *Engine) Beside(ctx context.Context, taskID, id, image, user string, program []string) (*Companion, error) {
	pids := int64(64)
	config := &container.Config{Image: image, Entrypoint: []string{"/ecslocal"}, Cmd: program, User: user, OpenStdin: true, StdinOnce: true,
		AttachStdin: true, AttachStdout: true, AttachStderr: true, Labels: map[string]string{plan.LabelTask: taskID, plan.LabelType: "look"}}
	host := &container.HostConfig{
		NetworkMode: container.NetworkMode("container:" + id), PidMode: container.PidMode("container:" + id), AutoRemove: true,
		CapDrop: []string{"ALL"}, SecurityOpt: []string{"no-new-privileges"}, ReadonlyRootfs: true,
		Resources: container.Resources{Memory: companionMemory, PidsLimit: &pids}, LogConfig: container.LogConfig{Type: "none"},
	}
	created, err := e.api.ContainerCreate(ctx, config, host, nil, nil, "")
	if err != nil && e.provide(ctx, image, err) {
		created, err = e.api.ContainerCreate(ctx, config, host, nil, nil, "")
	}
	if err != nil {
		return nil, fmt.Errorf("create the helper beside the container: %w", classify(err))
	}
	c := &Companion{id: created.ID, engine: e, close: func() {}, ctx: ctx}
	if err := c.start(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("start the helper beside the container: %w", classify(err)), c.Close())
	}
	return c, nil
}

func (c *Companion) start(ctx context.Context) error {
	conn, err := c.engine.api.ContainerAttach(ctx, c.id, container.AttachOptions{Stream: true, Stdin: true, Stdout: true, Stderr: true})
	if err != nil {
		return err
	}
	c.close = conn.Close
	if err := c.engine.api.ContainerStart(ctx, c.id, container.StartOptions{}); err != nil {
		return err
	}
	stdout, write := io.Pipe()
	go func() { // ends with the connection, or when nobody reads any more
		_, err := stdcopy.StdCopy(write, io.Discard, conn.Reader)
		write.CloseWithError(err)
		conn.Close()
	}()
	c.Stdin, c.Stdout = conn.Conn, stdout
	return nil
}

// Close ends the program and removes its container.
func (c *Companion) Close() error {
	c.close()
	if c.Stdout != nil {
		c.Stdout.Close()
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.ctx), connectLimit)
	defer cancel()
	err := c.engine.api.ContainerRemove(ctx, c.id, container.RemoveOptions{Force: true})
	if ignorable(err) {
		return nil
	}
	return fmt.Errorf("remove the helper beside the container: %w", err)
}
