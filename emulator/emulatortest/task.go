package emulatortest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ecslocal/ecslocal/emulator"
	"github.com/ecslocal/ecslocal/emulator/dockerengine"
	"github.com/ecslocal/ecslocal/emulator/event"
)

// Task is a running task. Its methods fail the test where they cannot do what they are for, and may be called from the test's goroutine only.
type Task struct {
	t       testing.TB
	task    *emulator.Task
	timeout time.Duration
	failure string // of ours that ended the test
}

// fail ends the test.
func (k *Task) fail(format string, args ...any) {
	k.t.Helper()
	k.failure = fmt.Sprintf(format, args...)
	k.t.Fatal(k.failure)
}

// ID is the task's id.
func (k *Task) ID() string { return k.task.ID }

// Emulator is the task itself, for everything that Task has no method for.
func (k *Task) Emulator() *emulator.Task { return k.task }

// Addr is host:port at which a container's port is reached from here. The port is the container's own, and may name its protocol, as 53/udp;
// an empty container stands for the one that publishes the port. A port that is not published fails the test.
func (k *Task) Addr(container, port string) string {
	k.t.Helper()
	address, err := k.task.Address(container, port)
	if err != nil {
		k.fail("%v", err)
	}
	return address
}

// Logs is what a container has written so far, as its log stream in CloudWatch would have it; secrets are hidden.
func (k *Task) Logs(container string) string {
	k.t.Helper()
	var b strings.Builder
	for message, err := range k.task.Messages(container) {
		if err != nil {
			k.fail("read the log of %s: %v", container, err)
		}
		b.WriteString(message + "\n")
	}
	return b.String()
}

// Exec runs a command in a container, as the container's own user, and returns its output and exit code. One that cannot be run fails the
// test.
func (k *Task) Exec(container string, command ...string) (output string, exitCode int) {
	k.t.Helper()
	ctx, cancel := k.context()
	defer cancel()
	var out strings.Builder
	result, err := k.task.Exec(ctx, container, dockerengine.Exec{Command: command, Stdout: &out, Stderr: &out})
	if err != nil {
		k.fail("run %q in %s: %v", command, container, err)
	}
	return out.String(), result.ExitCode
}

// ReadFile is a file of a container, at most the first MiB of it. One that is not there fails the test.
func (k *Task) ReadFile(container, path string) []byte {
	k.t.Helper()
	ctx, cancel := k.context()
	defer cancel()
	content, _, err := k.task.ReadFile(ctx, container, path)
	if err != nil {
		k.fail("read %s of %s: %v", path, container, err)
	}
	return content
}

// Signal sends a signal such as SIGHUP to a container's first process.
func (k *Task) Signal(container, signal string) {
	k.t.Helper()
	ctx, cancel := k.context()
	defer cancel()
	if err := k.task.Signal(ctx, container, signal); err != nil {
		k.fail("send %s to %s: %v", signal, container, err)
	}
}

// WaitFor waits for a further condition.
func (k *Task) WaitFor(c Condition) {
	k.t.Helper()
	ctx, cancel := k.context()
	defer cancel()
	if err := k.task.Await(ctx, c, -1); err != nil {
		k.fail("wait until %s: %v", c, err)
	}
}

// WaitStopped waits until the task has stopped and is removed, and returns it.
func (k *Task) WaitStopped() event.Task {
	k.t.Helper()
	ctx, cancel := k.context()
	defer cancel()
	select {
	case <-k.task.Done():
	case <-ctx.Done():
		k.fail("the task has not stopped within %v", k.timeout)
	}
	return k.Result()
}

// Stop asks for the end of the task as StopTask does, waits for it, and returns the task.
func (k *Task) Stop() event.Task {
	k.t.Helper()
	k.task.Stop("", false)
	return k.WaitStopped()
}

// Result is the task as DescribeTasks shows it now.
func (k *Task) Result() event.Task { return k.task.Describe().Visible() }

func (k *Task) context() (context.Context, context.CancelFunc) {
	return context.WithTimeout(k.t.Context(), k.timeout)
}
