package report

import (
	"iter"
	"slices"
	"time"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/emulator/shutdown"
)

// Run is everything that reports tell about one run of a task: what was recorded before and after it, and its events.
type Run struct {
	Recorded
	// Task is the task after the last event, Events are all of them but output.
	Task   event.Task
	Events []event.Event
	// Lines are what the containers wrote, those of a container in their order; nil where it is not at hand.
	Lines iter.Seq2[Line, error]
	// Abandoned says that the process that supervised the task ended before the task did.
	Abandoned bool
}

// Recorded is what the events of a run do not tell. Secret values are hidden in all of it.
type Recorded struct {
	// Definition is the definition's file as the user named it, Source its content.
	Definition string `json:"definition"`
	Source     string `json:"source"`

	Family      string `json:"family"`
	Revision    int    `json:"revision"`
	LaunchType  string `json:"launchType"`
	NetworkMode string `json:"networkMode"`
	// Containers are those of the definition, in its order.
	Containers []Container    `json:"containers"`
	Findings   []diag.Finding `json:"findings,omitempty"`
	Notes      []Note         `json:"notes,omitempty"`
	// Explanations say why a health check fails, by container; Outcome is how ecslocal ended. Both are known at the end only.
	Explanations map[string][]Explanation `json:"explanations,omitempty"`
	Outcome      *Outcome                 `json:"outcome,omitempty"`
}

// Container is a container as it was planned. Times are in seconds.
type Container struct {
	Name      string       `json:"name"`
	Image     string       `json:"image"`
	Essential bool         `json:"essential"`
	DependsOn []Dependency `json:"dependsOn,omitempty"`
	Ports     []Port       `json:"ports,omitempty"`
	// EntryPoint and Command are the definition's; the image may have its own.
	EntryPoint   []string     `json:"entryPoint,omitempty"`
	Command      []string     `json:"command,omitempty"`
	HealthCheck  *HealthCheck `json:"healthCheck,omitempty"`
	StartTimeout int          `json:"startTimeout,omitempty"`
	StopTimeout  int          `json:"stopTimeout"`
	// InitProcess is linuxParameters.initProcessEnabled.
	InitProcess bool `json:"initProcess,omitempty"`
	// Group and Stream are where its output is; Stream is empty where it is the container's id.
	Group  string `json:"group,omitempty"`
	Stream string `json:"stream,omitempty"`
	// Places are where the file says it, by member, such as image or healthCheck/command; "" is the container's own.
	Places map[string]diag.Position `json:"places,omitempty"`
}

// Dependency is an edge of the start order. Because says where it comes from, empty for the definition's dependsOn.
type Dependency struct {
	Container string `json:"container"`
	Condition string `json:"condition"`
	Because   string `json:"because,omitempty"`
}

// Port is a container's port; Host is the address that was planned for it, empty for one that is not published.
type Port struct {
	Container string `json:"container"` // such as 8080/tcp
	Host      string `json:"host,omitempty"`
}

// HealthCheck is a check as the engine gets it. Times are in seconds.
type HealthCheck struct {
	Command     []string `json:"command"`
	Interval    int      `json:"interval"`
	Timeout     int      `json:"timeout"`
	Retries     int      `json:"retries"`
	StartPeriod int      `json:"startPeriod"`
}

// Note says that a field of the definition means something else here.
type Note struct {
	Field      string `json:"field"`
	Path       string `json:"path"` // JSON pointer
	Treatment  string `json:"treatment"`
	Difference string `json:"difference"`
	diag.Position
}

// Explanation is one cause of a failing health check.
type Explanation struct {
	Rule      string        `json:"rule"`
	Certainty string        `json:"certainty"`
	Severity  diag.Severity `json:"severity"`
	Message   string        `json:"message"`
	Evidence  string        `json:"evidence,omitempty"`
	Fix       string        `json:"fix,omitempty"`
	// Also says that an earlier cause explains the failure already.
	Also bool `json:"also,omitempty"`
}

// Outcome is how ecslocal ended.
type Outcome struct {
	ExitCode int `json:"exitCode"`
	// Reached is the condition of --wait that was reached; Error is what was said instead.
	Reached string `json:"reached,omitempty"`
	Error   string `json:"error,omitempty"`
}

// Line is one line of a container's output.
type Line struct {
	Time      time.Time
	Container string
	Stderr    bool
	Text      string
}

// Container is the planned container of that name, nil where there is none.
func (r *Recorded) Container(name string) *Container {
	i := slices.IndexFunc(r.Containers, func(c Container) bool { return c.Name == name })
	if i < 0 {
		return nil
	}
	return &r.Containers[i]
}

// Planned are the containers as package shutdown judges them.
func (r *Recorded) Planned() []shutdown.Planned {
	var all []shutdown.Planned
	for _, c := range r.Containers {
		all = append(all, shutdown.Planned{Name: c.Name, StopTimeout: c.StopTimeout, InitProcess: c.InitProcess, EntryPoint: c.EntryPoint, Command: c.Command})
	}
	return all
}

// Shutdown is how the containers took their end.
func (r *Run) Shutdown() []shutdown.Container { return shutdown.Audit(r.Events, r.Planned()) }

// place is where the file says the first of these members that it has; else the container itself.
func (c *Container) place(members ...string) diag.Position {
	for _, m := range append(members, "") {
		if pos, ok := c.Places[m]; ok {
			return pos
		}
	}
	return diag.Position{}
}

// Tails are the last lines of every container, at most n each. The error is why some are missing.
func (r *Run) Tails(n int) (map[string][]Line, error) {
	tails := map[string][]Line{}
	if r.Lines == nil {
		return tails, nil
	}
	var first error
	for line, err := range r.Lines {
		if err != nil {
			first = err
			continue
		}
		tail := append(tails[line.Container], line)
		if len(tail) >= 2*n { // rarely, so that many lines cost little
			tail = append(tail[:0:0], tail[len(tail)-n:]...)
		}
		tails[line.Container] = tail
	}
	for name, tail := range tails {
		tails[name] = tail[max(0, len(tail)-n):]
	}
	return tails, first
}
