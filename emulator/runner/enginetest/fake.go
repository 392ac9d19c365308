// Package enginetest tests engines and the runner together: a fake engine in memory, and one contract suite that runs on the fake and on
// the real engine, so that the fake cannot drift from it.
//
// It is for tests only, and may import everything.
package enginetest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/emulator/plan"
	"github.com/ecslocal/ecslocal/emulator/runner"
)

// Fake is a runner.Engine in memory, whose containers do what the steps of testdata/programs/app in their command say: sleep=DURATION,
// exit=CODE, wait, sigterm=ignore, allocate=all; all else takes no time. It works in a synctest bubble. The zero value has every image.
type Fake struct {
	// Images are the errors of images that cannot be had, by reference.
	Missing map[string]error
	// PullError is the error of every pull; images that are not Missing are local then.
	PullError error
	// PullTime is how long a pull takes, unless its context ends it.
	PullTime time.Duration
	// StartError and CreateError are errors by container name.
	StartError, CreateError map[string]error

	mu         sync.Mutex
	down       bool
	containers map[string]*fakeContainer
	watchers   []chan runner.Occurrence
	lost       []chan struct{}
	// Calls are the calls that change something, in order, such as "start web".
	calls []string
}

var _ runner.Engine = (*Fake)(nil)

type fakeContainer struct {
	planned plan.Container
	state   runner.State
	kill    chan int // the exit code that a signal brings
	ended   chan struct{}
}

// Calls are the calls so far that change something, in order.
func (f *Fake) Calls() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.calls)
}

func (f *Fake) call(verb, name string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls = append(f.calls, verb+" "+name)
}

// Image says what Missing says.
func (f *Fake) Image(_ context.Context, ref, _ string) (runner.Image, error) {
	if err := f.Missing[ref]; err != nil {
		return runner.Image{}, fmt.Errorf("%w: %w", err, runner.ErrNoImage)
	}
	return runner.Image{ID: "sha256:" + ref}, nil
}

// Pull fails with PullError, or for a Missing image.
func (f *Fake) Pull(ctx context.Context, ref string, _ plan.Pull, _ func(event.Progress)) error {
	f.call("pull", ref)
	select {
	case <-time.After(f.PullTime):
	case <-ctx.Done():
		return ctx.Err()
	}
	return errors.Join(f.PullError, f.Missing[ref])
}

func (f *Fake) CreateNetwork(context.Context, plan.Network) error     { return nil }
func (f *Fake) CreateVolume(context.Context, plan.Volume) error       { return nil }
func (f *Fake) CreateCgroup(context.Context, plan.Cgroup) error       { return nil }
func (f *Fake) WriteFiles(context.Context, string, []plan.File) error { return nil }

// CreateContainer makes a container.
func (f *Fake) CreateContainer(_ context.Context, c plan.Container) (string, []string, error) {
	f.call("create", c.Name)
	if err := f.CreateError[c.Name]; err != nil {
		return "", nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.containers == nil {
		f.containers = map[string]*fakeContainer{}
	}
	id := "id-" + c.DockerName
	f.containers[id] = &fakeContainer{planned: c, state: runner.State{Runtime: event.Runtime{DockerID: id}}}
	return id, nil, nil
}

// Attach has no output.
func (f *Fake) Attach(context.Context, string, plan.Container) (runner.Attachment, error) {
	return runner.Attachment{Frames: strings.NewReader(""), Close: func() error { return nil }}, nil
}

// StartContainer starts a container's steps.
func (f *Fake) StartContainer(_ context.Context, id string) error {
	c := f.find(id)
	if c == nil {
		return runner.ErrNoContainer
	}
	f.call("start", c.planned.Name)
	if err := f.StartError[c.planned.Name]; err != nil {
		return err
	}
	f.mu.Lock()
	c.state.Running, c.state.ExitCode, c.state.Health = true, 0, nil
	c.state.Runtime.StartedAt, c.state.Runtime.FinishedAt = time.Now(), time.Time{}
	if c.planned.Config.Healthcheck != nil {
		c.state.Health = &runner.Health{Status: "starting"}
	}
	c.kill, c.ended = make(chan int, 2), make(chan struct{})
	f.mu.Unlock()
	go f.live(c, c.kill, c.ended)
	return nil
}

// StopContainer sends the signals that the engine sends.
func (f *Fake) StopContainer(ctx context.Context, id string, timeout time.Duration) error {
	c := f.find(id)
	if f.isDown() {
		return errDown
	}
	if c == nil {
		return runner.ErrNoContainer
	}
	f.call("stop", c.planned.Name)
	if !slices.Contains(c.planned.Config.Cmd, "sigterm=ignore") && timeout > 0 {
		f.signal(c, 0)
	}
	select {
	case <-c.ended:
		return nil
	case <-time.After(timeout):
		f.signal(c, 137)
	case <-ctx.Done():
		return ctx.Err()
	}
	<-c.ended
	return nil
}

func (f *Fake) signal(c *fakeContainer, code int) {
	select {
	case c.kill <- code:
	default:
	}
}

// Inspect is a container's state.
func (f *Fake) Inspect(_ context.Context, id string) (runner.State, error) {
	if f.isDown() {
		f.call("inspect in vain", id)
		return runner.State{}, errDown
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if c := f.containers[id]; c != nil {
		return c.state, nil
	}
	return runner.State{}, runner.ErrNoContainer
}

// Watch reports deaths and probes until the connection is lost.
func (f *Fake) Watch(ctx context.Context, _ string, ready func(), report func(runner.Occurrence)) error {
	occurrences, lost := make(chan runner.Occurrence, 100), make(chan struct{})
	f.mu.Lock()
	f.watchers, f.lost = append(f.watchers, occurrences), append(f.lost, lost)
	f.mu.Unlock()
	ready()
	for {
		select {
		case o := <-occurrences:
			report(o)
		case <-lost:
			return io.ErrUnexpectedEOF
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Remove ends and forgets everything.
func (f *Fake) Remove(context.Context, string) error {
	if f.isDown() {
		return errDown
	}
	f.mu.Lock()
	all := f.containers
	f.containers = nil
	f.mu.Unlock()
	for _, c := range all {
		if c.ended != nil {
			f.signal(c, 137)
			<-c.ended
		}
	}
	f.call("remove", "task")
	return nil
}

func (f *Fake) find(id string) *fakeContainer {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.containers[id]
}

func (f *Fake) report(c *fakeContainer, action string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, w := range f.watchers {
		w <- runner.Occurrence{ContainerID: c.state.Runtime.DockerID, Action: action, Time: time.Now()}
	}
}
