package catalogue

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/ecslocal/ecslocal/emulator"
	"github.com/ecslocal/ecslocal/emulator/dockerengine"
	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/emulator/plan"
	"github.com/ecslocal/ecslocal/emulator/runner"
)

// limit is how long a task may take to show what is waited for; only a failing test reaches it.
const limit = time.Minute

// task is a task that runs below the validation, which refuses intervals of a second: its plan is carried out as it is.
type task struct {
	project *emulator.Project
	engine  *dockerengine.Engine
	plan    *plan.Plan

	mu      sync.Mutex
	events  []event.Event
	changed chan struct{}
	stops   chan runner.Stop
	done    chan struct{}
	err     error
}

// start runs these container definitions as one task.
func start(t *testing.T, engine *dockerengine.Engine, mode string, containers []map[string]any) (*task, error) {
	definition := map[string]any{"family": "catalogue", "networkMode": mode, "containerDefinitions": containers}
	text, err := json.Marshal(definition)
	if err != nil {
		return nil, err
	}
	file := filepath.Join(t.TempDir(), "task.json")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		return nil, err
	}
	project, err := emulator.Load(file, emulator.Options{StateDir: t.TempDir(), Pull: plan.PullNever, Publish: plan.PublishNone})
	if err != nil {
		return nil, err
	}
	planned, findings := project.Plan(engine.Facts(), nil)
	if planned == nil {
		return nil, fmt.Errorf("plan: %v", findings)
	}
	if err := infrastructure(t, engine, planned); err != nil {
		return nil, err
	}
	x := &task{project: project, engine: engine, plan: planned, changed: make(chan struct{}), stops: make(chan runner.Stop, 1), done: make(chan struct{})}
	r := &runner.Runner{Engine: engine, Sink: x.take}
	go func() {
		defer close(x.done)
		x.err = r.Run(context.WithoutCancel(t.Context()), planned, event.Task{}, x.stops)
	}()
	return x, nil
}

// infrastructure gives the containers of the task's network their image, where it has some.
func infrastructure(t *testing.T, engine *dockerengine.Engine, p *plan.Plan) error {
	for i := range p.Containers {
		if !p.Containers[i].Internal() {
			continue
		}
		image, err := emulator.EnsureImage(t.Context(), engine, ecslocal(t))
		if err != nil {
			return err
		}
		p.Containers[i].Config.Image = image
	}
	return nil
}

// take records an event.
func (x *task) take(e event.Event) {
	x.mu.Lock()
	defer x.mu.Unlock()
	e.Seq = len(x.events) + 1
	x.events = append(x.events, e)
	close(x.changed)
	x.changed = make(chan struct{})
}

func (x *task) seen() ([]event.Event, <-chan struct{}) {
	x.mu.Lock()
	defer x.mu.Unlock()
	return slices.Clone(x.events), x.changed
}

// wait waits until the events of a container have come so far.
func (x *task) wait(container string, want until) error {
	deadline := time.After(limit)
	quiet := time.After(limit)
	for {
		events, changed := x.seen()
		of := slices.DeleteFunc(events, func(e event.Event) bool { return e.Container != container })
		if want == never && quietSince(of) > 0 {
			quiet = time.After(2*time.Second - quietSince(of))
		}
		if want.reached(of) {
			return nil
		}
		if want == healthy && unhealthy.reached(of) {
			return fmt.Errorf("%s became unhealthy; its events: %s", container, brief(of))
		}
		select {
		case <-changed:
		case <-quiet:
			if want == never {
				return nil
			}
		case <-x.done:
			return fmt.Errorf("the task ended (%v) before %s was %s; its events: %s", x.err, container, want, brief(of))
		case <-deadline:
			return fmt.Errorf("%s is not %s after %v; its events: %s", container, want, limit, brief(of))
		}
	}
}

// quietSince is how long the container has been running without a probe, 0 where it has not started or was probed.
func quietSince(events []event.Event) time.Duration {
	var started time.Time
	for _, e := range events {
		switch e.Kind {
		case event.ContainerStarted:
			started = e.Time
		case event.ContainerProbe:
			return 0
		}
	}
	if started.IsZero() {
		return 0
	}
	return max(1, time.Since(started))
}

// reached says whether the events of a container show the state.
func (u until) reached(events []event.Event) bool {
	count, was, now, gone := 0, false, "", false
	for _, e := range events {
		switch e.Kind {
		case event.ContainerProbe:
			count++
			was = was || e.Probe.Status == "unhealthy"
			now = e.Probe.Status
		case event.ContainerHealth:
			was = was || e.Health == event.Unhealthy
		case event.ContainerStopped:
			gone = true
		}
	}
	switch u {
	case healthy:
		return now == "healthy" // and unhealthy before would be no repair: see wait
	case recovers:
		return now == "healthy" && was
	case probes1:
		return count >= 1
	case probes3:
		return count >= 3
	case started:
		return startedOf(events)
	case ended:
		return gone
	case paused:
		return len(events) > 0 && slices.ContainsFunc(events, func(e event.Event) bool { return e.Kind == event.ContainerPaused })
	case never:
		return false
	}
	return was
}

func brief(events []event.Event) string {
	text := ""
	for _, e := range events {
		text += " " + string(e.Kind)
		if e.Probe != nil {
			text += fmt.Sprintf("(%d %q %s)", e.Probe.ExitCode, e.Probe.Output, e.Probe.Status)
		}
		if e.Message+e.Reason != "" {
			text += "(" + e.Message + e.Reason + ")"
		}
	}
	return text
}

// end kills a container that has shown what it was to show: its check would go on running.
func (x *task) end(t *testing.T, container string) {
	if id, err := x.engine.FindContainer(t.Context(), x.plan.Task.ID, container); err == nil {
		_ = x.engine.StopContainer(t.Context(), id, 0) // it may have ended already; what is left goes with the task
	}
}

// stop ends the task and waits until all of it is gone.
func (x *task) stop() error {
	select {
	case x.stops <- runner.Stop{Kill: true}:
	case <-x.done:
	}
	<-x.done
	return x.err
}
