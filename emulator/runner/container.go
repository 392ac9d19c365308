package runner

import (
	"context"
	"time"

	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/emulator/plan"
	"github.com/ecslocal/ecslocal/healthcheck/pace"
)

// status is how far a container is, in the agent's terms and order (ecs-agent/api/container/status).
type status int

const (
	statusNone status = iota
	statusPulled
	statusCreated
	statusRunning
	statusStopped
)

// String is the agent's name; what the agent calls MANIFEST_PULLED has no step here.
func (s status) String() string {
	return [...]string{"MANIFEST_PULLED", "PULLED", "CREATED", "RUNNING", "STOPPED"}[s]
}

// container is the run's knowledge of one container. Only the run's goroutine touches it.
type container struct {
	plan.Container
	status status
	// busy says that a step is under way; its message ends it.
	busy bool

	id        string
	image     Image
	runtime   event.Runtime
	startedAt time.Time // of the first start, from which startTimeout counts
	lastStart time.Time // of the latest, from which restartAttemptPeriod counts
	exitCode  *int
	reason    string // why it did not start, or the pull error that was survived
	oom       bool
	killed    bool   // by us, after its stopTimeout
	failed    bool   // it will never start
	reached   status // how far it had come when it failed
	failedIn  int    // the pass over the containers in which a dependency failed it, 0 for none
	fatal     bool   // its failure ends the task although it is not essential
	stopping  bool
	missed    bool // something happened to it before its start was recorded

	lookingAgain bool // the engine did not answer, and will be asked once more

	health      string // HEALTHY, UNHEALTHY or UNKNOWN, of a check in the definition
	lastProbe   time.Time
	probing     time.Time       // a probe of the engine is under way, which is waited for until then
	pace        pace.Tracker    // follows the engine's status probe by probe
	own         map[string]bool // the engine's ids of probes that are ours
	foretold    bool            // health is what a probe of ours says the engine will say
	stopProbing context.CancelFunc
	told        string             // what it was last said to wait for
	output      <-chan struct{}    // closed when its output has been read to the end
	closeOutput context.CancelFunc // gives up reading
}

// String is the container in the agent's error texts (agent/api/container/container.go).
func (c *container) String() string { return c.at(c.status) }

func (c *container) at(known status) string {
	desired := statusRunning
	if c.failed {
		desired = statusStopped
	}
	text := c.Name + "(" + c.Config.Image + ") (" + known.String() + "->" + desired.String() + ")"
	if c.exitCode != nil {
		text += " - Exit: " + itoa(*c.exitCode)
	}
	return text
}

// willNeverStart says that the container could not be created or started. One whose dependency failed counts as stopped: the agent sees no
// difference any more in its next pass over the containers (agent: container.go, HasNotAndWillNotStart).
func (c *container) willNeverStart(pass int) bool {
	return c.status == statusStopped && c.startedAt.IsZero() && (c.failedIn == 0 || c.failedIn == pass)
}

// done says that nothing more will happen to it.
func (c *container) done() bool { return c.status == statusStopped && !c.busy }
