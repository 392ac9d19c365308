package prober

import (
	"context"
	"errors"
	"time"

	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/healthcheck"
)

const (
	minPause = 250 * time.Millisecond
	maxPause = 2 * time.Second
	// share of the time since the start that a pause may take: a pass is known that much later at most.
	share = 8
	// openLimit is how long a probe that timed out is waited for: a second one beside it would only make it worse.
	openLimit = time.Minute
	// patience is how often, and how long after the first probe, a program must be missing that the container may still make.
	patientProbes = 3
	patience      = 2 * time.Second
)

// Watch is one container's check that is watched until it passes.
type Watch struct {
	Container Container
	Command   healthcheck.Command
	Timeout   time.Duration
	// Slots bounds how many probes run at the same time, over all containers; nil does not.
	Slots chan struct{}
}

// Report is what a watch tells: the engine's id of a probe before it starts, a probe that has run, or that none will ever pass.
type Report struct {
	ExecID string
	Probe  *event.Probe
	Never  string // the reason
}

// Run probes again and again until the check passes, can never pass, or cannot be run any more. The pauses grow with the time that has
// passed, and no probe begins while another runs.
func (w Watch) Run(ctx context.Context, report func(Report)) {
	began, missing, streak := time.Now(), 0, 0
	for ctx.Err() == nil {
		attempt, err := w.once(ctx, report)
		if err != nil && !errors.Is(err, ErrPaused) {
			return // the container is gone, or takes no commands: the engine's own check goes on
		}
		if err == nil {
			probe := attempt.Probe
			if streak++; probe.ExitCode == 0 {
				streak = 0
			}
			probe.Streak, probe.Status = streak, map[bool]string{true: "healthy", false: "starting"}[streak == 0]
			report(Report{Probe: &probe})
			if streak == 0 {
				return
			}
			sure, why := hopeless(w.Command, attempt)
			if missing++; sure != likely {
				missing = 0
			}
			if sure == certain || missing >= patientProbes && time.Since(began) >= patience {
				report(Report{Never: why})
				return
			}
			if !w.ended(ctx, attempt) {
				return
			}
		}
		wait(ctx, min(max(time.Since(began)/share, minPause), maxPause))
	}
}

func (w Watch) once(ctx context.Context, report func(Report)) (Attempt, error) {
	if w.Slots != nil {
		select {
		case w.Slots <- struct{}{}:
			defer func() { <-w.Slots }()
		case <-ctx.Done():
			return Attempt{}, ctx.Err()
		}
	}
	return Once(ctx, w.Container, w.Command.Argv(), w.Timeout, func(id string) { report(Report{ExecID: id}) })
}

// ended waits until a probe that timed out has ended. One that goes on is left to itself, and so is the check.
func (w Watch) ended(ctx context.Context, a Attempt) bool {
	defer a.Abandon()
	limit := time.NewTimer(openLimit)
	defer limit.Stop()
	select {
	case <-a.Ended:
		return true
	case <-limit.C:
	case <-ctx.Done():
	}
	return false
}

func wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
