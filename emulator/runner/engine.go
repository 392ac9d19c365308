// Package runner carries a plan out on an engine as the ECS agent would: order, dependsOn, essential, restartPolicy, stop.
//
// It decides nothing that the plan could have decided. One goroutine owns the state of a run; the goroutines that wait for the engine
// send it messages. It owns the Engine interface, imports plan, event, healthcheck and logs, and never a Docker client.
package runner

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/emulator/plan"
)

// Errors that an Engine's errors wrap where the runner must tell them apart.
var (
	ErrNoImage     = errors.New("no such image")
	ErrNoContainer = errors.New("no such container")
	ErrNoVolume    = errors.New("no such volume")
	ErrPortTaken   = errors.New("port is taken")
)

// Engine is what a run needs of a container engine. Errors say what the engine said, in its own words.
type Engine interface {
	// Image describes a local image, or fails with ErrNoImage.
	Image(ctx context.Context, ref, platform string) (Image, error)
	Pull(ctx context.Context, ref string, pull plan.Pull, progress func(event.Progress)) error

	CreateNetwork(ctx context.Context, n plan.Network) error
	// CreateVolume makes a volume unless it exists; one that must exist and does not fails with ErrNoVolume.
	CreateVolume(ctx context.Context, v plan.Volume) error
	CreateCgroup(ctx context.Context, g plan.Cgroup) error
	// WriteFiles puts the plan's files where its containers mount them from.
	WriteFiles(ctx context.Context, taskID string, files []plan.File) error

	CreateContainer(ctx context.Context, c plan.Container) (id string, warnings []string, err error)
	// Attach must be called before StartContainer, so that no output is lost.
	Attach(ctx context.Context, id string, c plan.Container) (Attachment, error)
	StartContainer(ctx context.Context, id string) error
	// StopContainer sends the stop signal, and SIGKILL after the timeout; it returns when the container has stopped.
	StopContainer(ctx context.Context, id string, timeout time.Duration) error
	Inspect(ctx context.Context, id string) (State, error)

	// Watch reports what happens to the task's containers until ctx ends or the connection is lost. It calls ready once it
	// listens; nothing that happens after that is missed.
	Watch(ctx context.Context, taskID string, ready func(), report func(Occurrence)) error

	// Remove takes away everything of a task: containers, networks, volumes of its own, control group.
	Remove(ctx context.Context, taskID string) error
}

// Image is what a run must know of an image.
type Image struct {
	plan.Image
	ID     string
	Digest string // of the repository, empty for an image that was never pulled or pushed
}

// Attachment is a container's output, and its input where it has one. Either Frames or Stdout is set.
type Attachment struct {
	// Frames is the engine's own stream of both outputs, which tells them apart (API reference, "Attach to a container").
	Frames io.Reader
	// Stdout is all output of a container with a TTY, and what the agent container writes.
	Stdout io.ReadCloser
	Stdin  io.WriteCloser
	Close  func() error
}

// State is a container as the engine sees it.
type State struct {
	Runtime  event.Runtime
	Running  bool
	Paused   bool
	ExitCode int
	OOM      bool
	Error    string
	// Health is nil where no check runs.
	Health *Health
}

// Health is the state of a check: the engine's word for it, failures in a row, and the last probes, oldest first.
type Health struct {
	Status string
	Streak int
	Probes []event.Probe
}

// Occurrence is something that happened to a container.
type Occurrence struct {
	ContainerID string
	// Action is Docker's: start, die, oom, pause, exec_start: …, exec_die, health_status: healthy and so on.
	Action     string
	Time       time.Time
	Attributes map[string]string
}
