package emulator

import (
	"context"
	"runtime"
	"time"

	"github.com/ecslocal/ecslocal/emulator/plan"
	"github.com/ecslocal/ecslocal/emulator/prober"
	"github.com/ecslocal/ecslocal/emulator/runner"
	"github.com/ecslocal/ecslocal/healthcheck"
	"github.com/ecslocal/ecslocal/healthcheck/candidate"
)

// slots bounds how many probes of ours run at the same time, over all tasks of this process: each is a process in a container.
var slots = make(chan struct{}, 2*runtime.NumCPU())

// fastProber runs checks beside the engine's, nil where that is not asked for. A check that changes something is left to the engine.
func (t *Task) fastProber() func(context.Context, plan.Container, string, func(runner.Probed)) {
	if !t.project.options.Fast {
		return nil
	}
	return func(ctx context.Context, c plan.Container, id string, report func(runner.Probed)) {
		command := healthcheck.Command(c.Config.Healthcheck.Test)
		if len(command.Argv()) == 0 {
			report(runner.Probed{Never: "the engine runs no probe of this form, and ECS would say UNKNOWN for ever"})
			return
		}
		if err := t.factsOf(c.Name).Refuse(command); err != nil {
			t.warn(c.Name, "the health check is left to the engine, --fast does nothing for it: %v", err)
			return
		}
		w := prober.Watch{Container: execer{t.engine, id}, Command: command, Timeout: time.Duration(c.Config.Healthcheck.Timeout), Slots: slots}
		w.Run(ctx, func(r prober.Report) { report(runner.Probed{ExecID: r.ExecID, Probe: r.Probe, Never: r.Never}) })
	}
}

// factsOf is what the definition says of a container.
func (t *Task) factsOf(container string) candidate.Facts {
	for _, d := range t.project.HealthDefinitions() {
		if d.Container == container {
			return candidate.Facts{Definition: d}
		}
	}
	return candidate.Facts{}
}
