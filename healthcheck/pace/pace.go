// Package pace is the arithmetic of a health check's times: the engine's state machine, replayed over probes that were recorded, and the
// numbers that would suit an application.
//
// It is pure and imports the standard library only. The runner follows the engine with it, `health tune` asks it what to recommend.
package pace

import "time"

// Settings are the numbers of a health check.
type Settings struct {
	Interval, Timeout, StartPeriod time.Duration
	Retries                        int
}

// Statuses of the engine.
const (
	Starting  = "starting"
	Healthy   = "healthy"
	Unhealthy = "unhealthy"
)

// Tracker is the engine's state machine (moby daemon/health.go, handleProbeResult): the status after each probe of a container.
type Tracker struct {
	Settings
	Started time.Time
	status  string
	streak  int
}

// Probe takes in a probe: failures in a row with it, and the status after it. A failure does not count while the container is starting and
// the probe began within startPeriod; the first pass ends startPeriod.
func (t *Tracker) Probe(start time.Time, passed bool) (streak int, status string) {
	if t.status == "" {
		t.status = Starting
	}
	switch {
	case passed:
		t.streak, t.status = 0, Healthy
	case t.status == Starting && start.Sub(t.Started) < t.StartPeriod:
	default:
		t.streak++
		if t.streak >= t.Retries {
			t.status = Unhealthy
		}
	}
	return t.streak, t.status
}

// Correct takes over what the engine itself says, which may follow other settings than the definition's: an image can add a startPeriod.
func (t *Tracker) Correct(streak int, status string) { t.streak, t.status = streak, status }
