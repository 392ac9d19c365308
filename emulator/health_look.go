package emulator

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/ecslocal/ecslocal/emulator/dockerengine"
	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/emulator/trial"
	"github.com/ecslocal/ecslocal/healthcheck"
	"github.com/ecslocal/ecslocal/healthcheck/candidate"
)

const (
	// glance is how long an application is waited for when it is asked for an explanation, longGlance where a probe of it had timed out.
	glance     = 2 * time.Second
	longGlance = 10 * time.Second
)

// lookInside looks into a running container for an explanation: what listens, what earlier probes left, what the application answers
// where the check asks.
func (p *Project) lookInside(ctx context.Context, engine *dockerengine.Engine, taskID string, events []event.Event, container string) (look *healthcheck.Look, err error) {
	all := p.HealthDefinitions()
	i := slices.IndexFunc(all, func(d healthcheck.Definition) bool { return d.Container == container })
	if i < 0 || !all[i].HasCheck {
		return nil, nil
	}
	c, image, err := p.enter(ctx, engine, taskID, container, all[i])
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, c.close()) }()
	timeout := glance
	for _, probe := range timeline(events, container).Probes {
		if probe.Duration >= timeoutOf(all[i]) {
			timeout = longGlance
		}
	}
	hosts := slices.DeleteFunc([]string{"localhost", all[i].Hostname}, func(host string) bool { return host == "" })
	return trial.Glance(ctx, c, candidate.Facts{Definition: all[i], Image: image}, timeout, hosts...)
}

// lookPatience bounds the look into all containers of a task.
const lookPatience = 30 * time.Second

// LookInside looks into the containers whose checks fail, while they run: the explanation at the end of the task rests on it. Call it before
// the task is stopped.
func (t *Task) LookInside(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, lookPatience)
	defer cancel()
	for _, c := range t.Describe().Containers {
		if c.Internal || !c.HasHealthCheck || c.HealthStatus == event.Healthy || c.LastStatus != event.Running {
			continue
		}
		events := t.Events()
		look, err := t.project.lookInside(ctx, t.engine, t.ID, events, c.Name)
		if err != nil || look == nil {
			continue
		}
		t.looksMu.Lock()
		t.looks[c.Name] = seenThen{look, events}
		t.looksMu.Unlock()
	}
}

// seenThen is what was seen inside a container, and all that had happened by then: an explanation must not take its end for a cause.
type seenThen struct {
	look   *healthcheck.Look
	events []event.Event
}

// then is what was last seen inside a container while it ran, or all that happened where nobody looked.
func (t *Task) then(container string) seenThen {
	t.looksMu.Lock()
	defer t.looksMu.Unlock()
	if seen, ok := t.looks[container]; ok {
		return seen
	}
	return seenThen{nil, t.Events()}
}

// ExplainHealth explains the checks of the containers that are not HEALTHY although they have one and were probed, by container name.
func (t *Task) ExplainHealth(ctx context.Context) map[string][]healthcheck.Diagnosis {
	explained := map[string][]healthcheck.Diagnosis{}
	for _, c := range t.Describe().Containers {
		if c.Internal || !c.HasHealthCheck || c.HealthStatus == event.Healthy || len(timeline(t.Events(), c.Name).Probes) == 0 {
			continue
		}
		then := t.then(c.Name)
		if found, err := t.project.explainHealth(ctx, t.engine, then.events, c.Name, then.look); err == nil {
			explained[c.Name] = found
		}
	}
	return explained
}
