package emulator

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ecslocal/ecslocal/emulator/dockerengine"
	"github.com/ecslocal/ecslocal/emulator/expect"
	"github.com/ecslocal/ecslocal/emulator/runner"
	"github.com/ecslocal/ecslocal/logs"
)

// Await waits until an expectation holds. It fails when that can no longer be, and when within has passed or ctx ends; within 0 looks once,
// below 0 only ctx is a limit.
func (t *Task) Await(ctx context.Context, e expect.Expectation, within time.Duration) error {
	return t.hideError(expect.Await(ctx, subject{t}, e, within))
}

// Do does something to the task.
func (t *Task) Do(ctx context.Context, a expect.Action) error {
	return t.hideError(a.Do(ctx, subject{t}))
}

// Address is host:port where a container's port is reached from here. The port may name its protocol, as 53/udp; an empty container stands
// for the one that publishes the port.
func (t *Task) Address(container, port string) (string, error) {
	number, protocol, _ := strings.Cut(port, "/")
	task := t.Describe()
	if container != "" && task.Container(container) == nil {
		return "", fmt.Errorf("find port %s: the task has no container %q", port, container)
	}
	var published []string
	for _, c := range task.Containers {
		if c.Internal || container != "" && c.Name != container {
			continue
		}
		if t.Plan.Task.NetworkMode == "host" && slices.Contains(c.Ports, number+"/"+first(protocol, "tcp")) {
			return net.JoinHostPort(t.engine.Info.Host, number), nil
		}
		for _, p := range task.Published(c.Name) {
			if strconv.Itoa(p.ContainerPort) == number && (protocol == "" || protocol == p.Protocol) {
				return net.JoinHostPort(t.reached(p.HostIP), strconv.Itoa(p.HostPort)), nil
			}
		}
		published = append(published, c.Ports...)
	}
	return "", notPublished(container, port, published)
}

// reached is the host at which a port published on an address is reached from here. One on the loopback interface is where the engine is.
func (t *Task) reached(hostIP string) string {
	if ip, err := netip.ParseAddr(hostIP); err == nil && ip.IsLoopback() {
		return t.engine.Info.Host
	}
	return t.engine.Reached(hostIP)
}

func notPublished(container, port string, published []string) error {
	of := ""
	if container != "" {
		of = fmt.Sprintf(" of container %q", container)
	}
	if len(published) == 0 {
		return fmt.Errorf("find port %s%s: there are no portMappings", port, of)
	}
	return fmt.Errorf("find port %s%s: it is not published; portMappings are %s", port, of, strings.Join(published, ", "))
}

// containerID is the engine's id of a container of the task that was created.
func (t *Task) containerID(name string) (string, error) {
	task := t.Describe()
	switch c := task.Container(name); {
	case c == nil:
		return "", fmt.Errorf("the task has no container %q", name)
	case c.RuntimeID == "":
		return "", fmt.Errorf("container %q: %w: it was not created yet", name, runner.ErrNoContainer)
	default:
		return c.RuntimeID, nil
	}
}

// Exec runs a command in a container, as ECS Exec does, and returns when it has ended; see [dockerengine.Engine.Exec].
func (t *Task) Exec(ctx context.Context, container string, x dockerengine.Exec) (dockerengine.ExecResult, error) {
	id, err := t.containerID(container)
	if err != nil {
		return dockerengine.ExecResult{}, err
	}
	return t.engine.Exec(ctx, id, x)
}

// maxRead bounds what is kept of a file and of a command's output.
const maxRead = 1 << 20

// ReadFile is a file of a container, at most the first MiB of it, and its mode. The error wraps fs.ErrNotExist where there is none.
func (t *Task) ReadFile(ctx context.Context, container, path string) ([]byte, fs.FileMode, error) {
	id, err := t.containerID(container)
	if err != nil {
		return nil, 0, err
	}
	return t.engine.ReadFile(ctx, id, path, maxRead)
}

// Signal sends a signal such as SIGHUP to a container's first process.
func (t *Task) Signal(ctx context.Context, container, signal string) error {
	id, err := t.containerID(container)
	if err != nil {
		return err
	}
	return t.engine.Signal(ctx, id, signal)
}

// Messages are the log events of a container so far, oldest first, as CloudWatch Logs would have them. Secrets are hidden.
func (t *Task) Messages(container string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		stream, ok := t.record.StreamOf(container)
		if !ok {
			return
		}
		for e, err := range t.logs.Events(stream.Group, logs.Query{Streams: []string{stream.Stream}}) {
			if errors.Is(err, logs.ErrNoStream) || errors.Is(err, logs.ErrNoGroup) {
				return
			}
			if !yield(e.Message, err) || err != nil {
				return
			}
		}
	}
}

// subject is a task as package expect looks at it.
type subject struct{ *Task }

// Exec runs a command and gathers its output.
func (s subject) Exec(ctx context.Context, container, user string, command []string) (expect.Output, error) {
	var stdout, stderr bounded
	result, err := s.Task.Exec(ctx, container, dockerengine.Exec{Command: command, User: user, Stdout: &stdout, Stderr: &stderr})
	return expect.Output{Stdout: s.project.Hide(stdout.String()), Stderr: s.project.Hide(stderr.String()), ExitCode: result.ExitCode}, err
}

// bounded keeps the beginning of what is written to it.
type bounded struct{ bytes.Buffer }

func (b *bounded) Write(p []byte) (int, error) {
	if room := maxRead - b.Len(); len(p) > room {
		b.Buffer.Write(p[:max(0, room)])
		return len(p), nil
	}
	return b.Buffer.Write(p)
}
