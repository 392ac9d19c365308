package runner

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/healthcheck"
	"github.com/ecslocal/ecslocal/healthcheck/pace"
)

// probeLook is how often a container is looked at while a probe runs: one that cannot be started ends without an event, and the record of
// one that timed out may follow its end.
const probeLook = 250 * time.Millisecond

// probeBegins watches a probe of the engine until it is recorded: its log keeps the last five only.
func (r *run) probeBegins(c *container, o Occurrence) {
	_, command, _ := strings.Cut(o.Action, ": ")
	check := c.Config.Healthcheck
	if !c.ReportsHealth || check == nil || c.own[o.Attributes["execID"]] || strings.TrimSpace(command) != strings.TrimSpace(strings.Join(healthcheck.Command(check.Test).Argv(), " ")) {
		return
	}
	watched := c.probing
	c.probing = time.Now().Add(time.Duration(check.Timeout) + inspectLimit)
	if watched.IsZero() {
		r.probeGoesOn(c)
	}
}

// probeGoesOn looks at the container again and again, until the probe is recorded or has had its time.
func (r *run) probeGoesOn(c *container) {
	r.do(inspectLimit, func(ctx context.Context) func() {
		pause(ctx, probeLook)
		return func() {
			if c.probing.IsZero() || c.status != statusRunning || time.Now().After(c.probing) {
				c.probing = time.Time{}
				return
			}
			r.look(c)
			r.probeGoesOn(c)
		}
	})
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}

// track begins to follow the check of a container that has just started.
func (c *container) track() {
	c.own, c.probing, c.foretold = map[string]bool{}, time.Time{}, false
	if check := c.Config.Healthcheck; check != nil {
		c.pace = pace.Tracker{Started: c.runtime.StartedAt, Settings: pace.Settings{Interval: time.Duration(check.Interval), Timeout: time.Duration(check.Timeout),
			StartPeriod: time.Duration(check.StartPeriod), Retries: check.Retries}}
	}
}

// healthSeen takes in the probes that are new, and the change of status, of a check in the definition.
func (r *run) healthSeen(c *container, h *Health) {
	if h == nil || !c.ReportsHealth {
		return
	}
	last := r.probesSeen(c, h)
	status := map[string]string{"healthy": event.Healthy, "unhealthy": event.Unhealthy}[h.Status]
	if status == "" || status == event.Unhealthy && h.Streak == 0 { // the monitor has stopped: no word about the application
		status = event.Unknown
		if c.health != event.Unknown && h.Status != "starting" || c.foretold {
			return
		}
	}
	c.foretold = false
	if status != c.health {
		c.health = status
		if last == nil && len(h.Probes) > 0 {
			last = &h.Probes[len(h.Probes)-1]
		}
		r.emit(event.Event{Kind: event.ContainerHealth, Container: c.Name, Health: status, Probe: last})
	}
}

// probesSeen records the probes of the engine's log that are new since the container was last started, and is the last of them.
func (r *run) probesSeen(c *container, h *Health) (last *event.Probe) {
	if h == nil || !c.ReportsHealth {
		return nil
	}
	for i := range h.Probes {
		p := h.Probes[i]
		if !p.Start.After(c.lastProbe) || p.Start.Before(c.runtime.StartedAt) {
			continue
		}
		c.lastProbe, c.probing = p.Start, time.Time{}
		p.Argv, p.Source = c.Config.Healthcheck.Test, "engine"
		p.Streak, p.Status = c.pace.Probe(p.Start, p.ExitCode == 0)
		if newest := i == len(h.Probes)-1; newest && !(h.Status == pace.Unhealthy && h.Streak == 0) { // what has not stopped knows best
			p.Streak, p.Status = h.Streak, h.Status
			c.pace.Correct(h.Streak, h.Status)
		}
		last = &p
		r.emit(event.Event{Kind: event.ContainerProbe, Container: c.Name, Probe: &p})
	}
	return last
}

// Probed is what a prober of ours tells of a container's check: the engine's id of a probe that is about to start, a probe that has run, or
// the reason why none can ever pass.
type Probed struct {
	ExecID string
	Probe  *event.Probe
	Never  string
}

// foretell lets the prober of ours run beside the engine's check, while the container runs as it was started now.
func (r *run) foretell(c *container) {
	if r.Probe == nil || !c.ReportsHealth || c.Config.Healthcheck == nil {
		return
	}
	var ctx context.Context
	ctx, c.stopProbing = context.WithCancel(r.ctx)
	container, id, since := c.Container, c.id, c.lastStart
	go func() { // ends with ctx
		r.Probe(ctx, container, id, func(p Probed) {
			r.fromOutside(func() {
				valid := func() bool { return ctx.Err() == nil && c.status == statusRunning && c.lastStart.Equal(since) }
				switch {
				case !valid():
				case p.Never != "":
					r.neverPasses(c, p.Never, valid)
				default:
					r.probed(c, p)
				}
			})
		})
	}()
}

// neverPasses tells that a check can never pass, once the container is seen to run: in one that has just ended nothing can be started either.
func (r *run) neverPasses(c *container, why string, valid func() bool) {
	r.do(inspectLimit, func(ctx context.Context) func() {
		state, err := r.Engine.Inspect(ctx, c.id)
		return func() {
			if err == nil && state.Running && valid() && c.health == event.Unknown {
				c.health, c.foretold = event.Unhealthy, true
				r.emit(event.Event{Kind: event.ContainerHealth, Container: c.Name, Health: event.Unhealthy, Message: "this check can never pass: " + r.hide(why)})
			}
		}
	})
}

// probed takes in what the prober tells. The engine turns healthy at the first pass too, so what it will say can be said.
func (r *run) probed(c *container, p Probed) {
	switch {
	case p.ExecID != "":
		c.own[p.ExecID] = true
	case p.Probe != nil:
		r.emit(event.Event{Kind: event.ContainerProbe, Container: c.Name, Probe: p.Probe})
		if p.Probe.ExitCode == 0 && c.health == event.Unknown && !r.Strict {
			c.health, c.foretold = event.Healthy, true
			r.emit(event.Event{Kind: event.ContainerHealth, Container: c.Name, Health: event.Healthy, Probe: p.Probe, Message: "fast probe; the engine confirms " + c.confirmation()})
		}
	}
}

// confirmation is when the engine's own check will have passed too.
func (c *container) confirmation() string {
	interval := time.Duration(c.Config.Healthcheck.Interval)
	if time.Since(c.lastStart) < interval {
		return fmt.Sprintf("at +%v", interval)
	}
	return "with its next probe"
}

// endProbing stops the prober of ours.
func (c *container) endProbing() {
	if c.stopProbing != nil {
		c.stopProbing()
	}
}
