package healthcheck

import (
	"slices"
	"time"

	"github.com/ecslocal/ecslocal/healthcheck/output"
)

// Probe is one run of the check.
type Probe struct {
	Argv     []string
	Start    time.Time
	Duration time.Duration
	// ExitCode is -1 where the probe timed out or could not be started. It is the word of the engine's log, not of its event: after a
	// timeout that carries 137 or 127 at random.
	ExitCode int
	Output   string
	Streak   int
	Status   string // the engine's after it: starting, healthy or unhealthy; empty where it is not known
	Source   string // engine, or prober for our own
}

// Outcome is how a probe ended.
type Outcome string

const (
	// Passed is exit code 0, Failed any other.
	Passed Outcome = "passed"
	Failed Outcome = "failed"
	// TimedOut is a probe that the engine killed; Unstarted is one that never ran, for which engines report no exec_die.
	TimedOut  Outcome = "timed out"
	Unstarted Outcome = "could not start"
)

// Outcome tells how the probe ended.
func (p Probe) Outcome() Outcome {
	_, _, timedOut := output.Timeout(p.Output)
	switch {
	case p.ExitCode == 0:
		return Passed
	case timedOut:
		return TimedOut
	case p.ExitCode == -1 && p.Output == "":
		return TimedOut
	case output.Unstarted(p.ExitCode, p.Output):
		return Unstarted
	}
	return Failed
}

// Change is a turn in the life of a container.
type Change string

const (
	Started   Change = "started"
	Restarted Change = "restarted" // by its restart policy; the engine's streak begins again, its log of probes does not
	Paused    Change = "paused"
	Unpaused  Change = "unpaused"
	Ended     Change = "ended"
)

// Turn is one change at its time.
type Turn struct {
	Time time.Time
	Change
}

// Timeline is what happened to the check of one container, and to the container as far as it bears on the check.
type Timeline struct {
	// Started is when its main process began, the last time where it was restarted.
	Started time.Time
	Probes  []Probe
	// Turns are in order of time.
	Turns []Turn
	// Ended says that the container has stopped, Paused that it is paused: the engine then reports unhealthy with a streak of 0, which
	// is the end of the monitor and no failure.
	Ended, Paused bool
	// ExitCode is of its main process, nil while it runs. OOM says that the kernel killed it, or a probe in it, for memory.
	ExitCode *int
	OOM      bool
	// Killed says that it was stopped from outside and did not end by itself.
	Killed bool
}

// engine is the timeline without the runs of our own prober, which change no status.
func (t Timeline) engine() []Probe {
	return slices.DeleteFunc(slices.Clone(t.Probes), func(p Probe) bool { return p.Source == "prober" })
}

// current are the probes since the container was last started.
func (t Timeline) current() []Probe {
	return slices.DeleteFunc(slices.Clone(t.Probes), func(p Probe) bool { return p.Start.Before(t.Started) })
}

// last is the newest probe of all.
func (t Timeline) last() (Probe, bool) {
	if len(t.Probes) == 0 {
		return Probe{}, false
	}
	return t.Probes[len(t.Probes)-1], true
}

// Recovered says that the newest probe passed.
func (t Timeline) Recovered() bool {
	p, ok := t.last()
	return ok && p.Outcome() == Passed
}

// Restarts is how often the container was started again.
func (t Timeline) Restarts() int {
	n := 0
	for _, turn := range t.Turns {
		if turn.Change == Restarted {
			n++
		}
	}
	return n
}
