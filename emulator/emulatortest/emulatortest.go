// Package emulatortest runs an ECS task for the length of a Go test.
//
//	task := emulatortest.Run(t, "task-definition.json", emulatortest.WithSecrets("secrets.yaml"))
//	resp, err := http.Get("http://" + task.Addr("web", "8080"))
//
// Run returns when the task is healthy, or as told; the task is stopped and removed when the test ends, however it ends. Where the test
// fails, what happened to the task and its last lines of output are in the test's log. Tasks of parallel tests share nothing.
//
// It is for tests only, and may import everything.
package emulatortest

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ecslocal/ecslocal/emulator"
	"github.com/ecslocal/ecslocal/emulator/dockerengine"
	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/emulator/plan"
	"github.com/ecslocal/ecslocal/emulator/taskdef"
)

// Option changes how Run runs a task.
type Option func(*settings)

type settings struct {
	options   emulator.Options
	condition Condition
	timeout   time.Duration
}

// defaultTimeout bounds the wait for the condition; a check of ECS's default interval needs 30 s to pass for the first time.
const defaultTimeout = 2 * time.Minute

// WithSecrets adds a secrets file.
func WithSecrets(path string) Option {
	return func(s *settings) { s.options.Secrets = append(s.options.Secrets, path) }
}

// WithImage runs another image for a container, or for an image reference.
func WithImage(container, image string) Option {
	return func(s *settings) {
		if s.options.Images == nil {
			s.options.Images = map[string]string{}
		}
		s.options.Images[container] = image
	}
}

// WithEnv adds a variable to every container.
func WithEnv(name, value string) Option {
	return func(s *settings) {
		s.options.Env = append(s.options.Env, taskdef.KeyValuePair{Name: name, Value: value})
	}
}

// WithNetwork joins an existing Docker network besides the task's own, such as one that testcontainers made.
func WithNetwork(name string) Option {
	return func(s *settings) { s.options.Networks = append(s.options.Networks, name) }
}

// WithOptions changes anything else.
func WithOptions(change func(*emulator.Options)) Option {
	return func(s *settings) { change(&s.options) }
}

// WithWait waits for another condition than [Healthy].
func WithWait(c Condition) Option { return func(s *settings) { s.condition = c } }

// WithTimeout bounds the wait; 0 waits for 2 minutes.
func WithTimeout(d time.Duration) Option { return func(s *settings) { s.timeout = d } }

// Task is a running task.
type Task struct {
	t      testing.TB
	engine *dockerengine.Engine
	task   *emulator.Task

	mu     sync.Mutex
	output map[string]*strings.Builder // by container
}

// Run runs a task and returns when the condition is met. A task that cannot get there fails the test.
func Run(t testing.TB, definition string, options ...Option) *Task {
	t.Helper()
	s := settings{condition: Healthy(), timeout: defaultTimeout}
	s.options.StateDir = t.TempDir()
	s.options.Executable = executable(t)
	s.options.Publish = plan.PublishRandom // tests that run at the same time must not want the same port
	for _, option := range options {
		option(&s)
	}
	task := &Task{t: t, output: map[string]*strings.Builder{}}
	s.options.Events = task.keep
	project, err := emulator.Load(definition, s.options)
	if err != nil {
		t.Fatalf("load %s: %v", definition, err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), s.timeout)
	defer cancel()
	if task.engine, err = dockerengine.Connect(ctx); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { task.engine.Close() })
	if task.task, err = project.Start(ctx, task.engine); err != nil {
		t.Fatalf("run %s: %v", definition, err)
	}
	t.Cleanup(task.end)
	if err := s.condition.wait(ctx, task); err != nil {
		t.Fatalf("wait for %s of %s: %v", s.condition.name, definition, err)
	}
	return task
}

// keep remembers the containers' output.
func (k *Task) keep(e event.Event) {
	if e.Kind != event.Output {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.output[e.Container] == nil {
		k.output[e.Container] = &strings.Builder{}
	}
	k.output[e.Container].WriteString(e.Message + "\n")
}

// endLimit is more than the longest stopTimeout of Fargate.
const endLimit = 3 * time.Minute

// end stops the task, and tells what happened where the test has failed.
func (k *Task) end() {
	k.task.Stop("the test has ended", k.t.Failed())
	select {
	case <-k.task.Done():
	case <-time.After(endLimit):
		k.t.Errorf("task %s did not end within %v", k.task.ID, endLimit)
	}
	if k.t.Failed() {
		k.t.Log(k.story())
	}
}

// lastLines of each container are told of a failed test.
const lastLines = 20

// story is what happened to the task.
func (k *Task) story() string {
	var b strings.Builder
	fmt.Fprintf(&b, "task %s\n", k.task.ID)
	var start time.Time
	for i, e := range k.task.Events() {
		if i == 0 {
			start = e.Time
		}
		fmt.Fprintf(&b, "  %6.2fs %s %s %s%s%s", e.Time.Sub(start).Seconds(), e.Kind, e.Container, e.Status, e.Message, e.Reason)
		if e.ExitCode != nil {
			fmt.Fprintf(&b, " exit code %d", *e.ExitCode)
		}
		if e.Probe != nil {
			fmt.Fprintf(&b, " probe exit %d: %s", e.Probe.ExitCode, strings.TrimSpace(e.Probe.Output))
		}
		b.WriteByte('\n')
	}
	for _, c := range k.task.Describe().Visible().Containers {
		lines := strings.Split(strings.TrimSuffix(k.Logs(c.Name), "\n"), "\n")
		fmt.Fprintf(&b, "last lines of %s:\n  %s\n", c.Name, strings.Join(lines[max(0, len(lines)-lastLines):], "\n  "))
	}
	return b.String()
}

// Addr is host:port at which a container's port is reached from here. A port that is not published fails the test.
func (k *Task) Addr(container, port string) string {
	k.t.Helper()
	address, err := k.address(container, port)
	if err != nil {
		k.t.Fatal(err)
	}
	return address
}

func (k *Task) address(container, port string) (string, error) {
	number, protocol, _ := strings.Cut(port, "/")
	described := k.task.Describe()
	for _, p := range described.Published(container) {
		if strconv.Itoa(p.ContainerPort) == number && (protocol == "" || protocol == p.Protocol) {
			return net.JoinHostPort(k.engine.Info.Host, strconv.Itoa(p.HostPort)), nil
		}
	}
	return "", fmt.Errorf("port %s of container %q is not published; is it in portMappings?", port, container)
}

// Logs is everything that a container has written so far.
func (k *Task) Logs(container string) string {
	k.mu.Lock()
	defer k.mu.Unlock()
	if b := k.output[container]; b != nil {
		return b.String()
	}
	return ""
}

// Exec runs a command in a container and returns its output and exit code. One that cannot be run fails the test.
func (k *Task) Exec(container string, command ...string) (output string, exitCode int) {
	k.t.Helper()
	id, err := k.engine.FindContainer(k.t.Context(), k.task.ID, container)
	if err != nil {
		k.t.Fatal(err)
	}
	var out strings.Builder
	result, err := k.engine.Exec(k.t.Context(), id, dockerengine.Exec{Command: command, Stdout: &out, Stderr: &out})
	if err != nil {
		k.t.Fatalf("run %q in %q: %v", command, container, err)
	}
	return out.String(), result.ExitCode
}

// WaitFor waits for a further condition, as long as Run would by default.
func (k *Task) WaitFor(c Condition) {
	k.t.Helper()
	ctx, cancel := context.WithTimeout(k.t.Context(), defaultTimeout)
	defer cancel()
	if err := c.wait(ctx, k); err != nil {
		k.t.Fatalf("wait for %s: %v", c.name, err)
	}
}

// WaitStopped waits until the task has stopped, and returns it.
func (k *Task) WaitStopped() event.Task {
	k.t.Helper()
	select {
	case <-k.task.Done():
	case <-time.After(defaultTimeout):
		k.t.Fatalf("the task has not stopped within %v", defaultTimeout)
	}
	return k.Result()
}

// Stop asks for the end of the task as StopTask does, and waits for it.
func (k *Task) Stop() event.Task {
	k.task.Stop("", false)
	return k.WaitStopped()
}

// Result is the task as DescribeTasks shows it.
func (k *Task) Result() event.Task { return k.task.Describe().Visible() }

// ID is the task's id.
func (k *Task) ID() string { return k.task.ID }
