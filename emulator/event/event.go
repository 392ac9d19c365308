// Package event is the ordered record of a run: everything a person or a report learns about a task is in it, and the task as
// DescribeTasks would show it is a fold of it.
//
// The runner writes events; renderers, the state directory, waiters and the metadata endpoint read them. It imports the standard
// library only.
package event

import (
	"encoding/json"
	"time"
)

// Kind says what happened.
type Kind string

const (
	TaskCreated  Kind = "task.created"  // Task is set
	TaskStatus   Kind = "task.status"   // Status is the task's new lastStatus
	TaskStopping Kind = "task.stopping" // StopCode and Reason are set
	TaskWaiting  Kind = "task.waiting"  // Message says what the task waits for, for ever if Stuck
	Warning      Kind = "warning"

	ImagePulling  Kind = "image.pulling"
	ImageProgress Kind = "image.progress" // Progress is set
	ImagePulled   Kind = "image.pulled"
	ImageLocal    Kind = "image.local" // a local image is used after all; Reason is why it was not pulled

	ContainerCreated   Kind = "container.created"
	ContainerStarted   Kind = "container.started"
	ContainerLogs      Kind = "container.logs"      // Message is the log group and the stream that its output goes to
	ContainerRestarted Kind = "container.restarted" // by restartPolicy; ExitCode is of the run before
	ContainerHealth    Kind = "container.health"    // Health and Probe are set
	ContainerProbe     Kind = "container.probe"     // Probe is set
	ContainerPaused    Kind = "container.paused"    // from outside; no probe runs until it is unpaused
	ContainerUnpaused  Kind = "container.unpaused"
	ContainerProcess   Kind = "container.process" // Process is set: somebody looked at it before the stop, and until its end
	ContainerStopping  Kind = "container.stopping"
	ContainerStopped   Kind = "container.stopped" // ExitCode and Reason as far as ECS has them

	// Output is a line of a container, for renderers; it is not recorded, the log store has it.
	Output Kind = "container.output"
)

// Event is one thing that happened. Which members are set depends on Kind.
type Event struct {
	Seq       int       `json:"seq"` // counts from 1
	Time      time.Time `json:"time"`
	Kind      Kind      `json:"kind"`
	Container string    `json:"container,omitempty"`
	Message   string    `json:"message,omitempty"`

	Status   string `json:"status,omitempty"`
	Reason   string `json:"reason,omitempty"`
	StopCode string `json:"stopCode,omitempty"`
	ExitCode *int   `json:"exitCode,omitempty"`
	// OOM says that the kernel killed the container for its memory, Killed that we did after its stopTimeout.
	OOM    bool `json:"oom,omitempty"`
	Killed bool `json:"killed,omitempty"`
	// Stuck says that on ECS the task would wait for ever.
	Stuck bool `json:"stuck,omitempty"`

	Health   string    `json:"health,omitempty"` // HEALTHY, UNHEALTHY or UNKNOWN
	Probe    *Probe    `json:"probe,omitempty"`
	Progress *Progress `json:"progress,omitempty"`
	Runtime  *Runtime  `json:"runtime,omitempty"`
	Process  *Process  `json:"process,omitempty"`
	Task     *Task     `json:"task,omitempty"`
	// Stream is stdout or stderr, of an Output.
	Stream string `json:"stream,omitempty"`
}

// Progress is how far a pull is. Bytes are of the layers that are on the way; Total is 0 while it is not known.
type Progress struct {
	Image   string `json:"image"`
	Current int64  `json:"current"`
	Total   int64  `json:"total"`
}

// Probe is one run of a health check.
type Probe struct {
	Argv     []string      `json:"argv,omitempty"`
	Start    time.Time     `json:"start"`
	Duration time.Duration `json:"duration"` // nanoseconds
	// ExitCode is -1 where the probe timed out or could not be started.
	ExitCode int    `json:"exitCode"`
	Output   string `json:"output,omitempty"`
	Streak   int    `json:"streak"` // failures in a row, this one included
	Status   string `json:"status"` // the engine's after it: starting, healthy or unhealthy
	Source   string `json:"source"` // engine, or prober for our own
}

// Process is the process of a container that must end for the container to stop: process 1, or what an init program there has started.
type Process struct {
	PID     int    `json:"pid"`
	Command string `json:"command"`
	Init    bool   `json:"init,omitempty"`  // it is not process 1: an init program is
	Shell   bool   `json:"shell,omitempty"` // it is a shell
	// Signal is what the container is stopped with; Catches and Ignores say what the process does about it.
	Signal  string `json:"signal,omitempty"`
	Catches bool   `json:"catches,omitempty"`
	Ignores bool   `json:"ignores,omitempty"`
	// Children are the commands that it has started and that run.
	Children []string `json:"children,omitempty"`
	// Connections is how many connections to the container's ports are open, nil where that cannot be seen.
	Connections *int `json:"connections,omitempty"`
}

// Runtime is what the engine knows of a container.
type Runtime struct {
	DockerID    string    `json:"dockerId,omitempty"`
	ImageID     string    `json:"imageId,omitempty"`
	ImageDigest string    `json:"imageDigest,omitempty"`
	CreatedAt   time.Time `json:"createdAt,omitzero"`
	StartedAt   time.Time `json:"startedAt,omitzero"`
	FinishedAt  time.Time `json:"finishedAt,omitzero"`
	Ports       []Port    `json:"ports,omitempty"`
	// Address, Gateway, MAC and PrefixLength are of the task's network; empty where the container has none of its own.
	Address      string  `json:"address,omitempty"`
	Gateway      string  `json:"gateway,omitempty"`
	MAC          string  `json:"mac,omitempty"`
	PrefixLength int     `json:"prefixLength,omitempty"`
	Mounts       []Mount `json:"mounts,omitempty"`
}

// Port is a published port.
type Port struct {
	ContainerPort int    `json:"containerPort"`
	Protocol      string `json:"protocol"`
	HostIP        string `json:"hostIp"`
	HostPort      int    `json:"hostPort"`
}

// Mount is a volume or folder in a container. Name is empty for a folder.
type Mount struct {
	Name        string `json:"name,omitempty"`
	Source      string `json:"source"`
	Destination string `json:"destination"`
}

// Sink takes events. It must not block for long: the runner waits for it.
type Sink func(Event)

// Decode reads one event as the state directory keeps it.
func Decode(line []byte) (Event, error) {
	var e Event
	err := json.Unmarshal(line, &e)
	return e, err
}
