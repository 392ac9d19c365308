package emulator

import (
	"context"
	"fmt"
	"time"

	"github.com/ecslocal/ecslocal/emulator/dockerengine"
	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/emulator/prober"
	"github.com/ecslocal/ecslocal/healthcheck"
	"github.com/ecslocal/ecslocal/healthcheck/candidate"
	"github.com/ecslocal/ecslocal/healthcheck/pace"
)

// samples is how many more probes are measured once the application is ready: those that were refused before say little.
const samples = 3

// MeasureStart runs the task once, measures when the check of a container first passes and how long probes take, and stops the task. The limit
// is for the container to be ready.
func (p *Project) MeasureStart(ctx context.Context, engine *dockerengine.Engine, container string, limit time.Duration) (pace.Start, error) {
	fast := *p
	fast.options.Fast, fast.options.TaskID = true, newTaskID()
	task, err := fast.Start(ctx, engine)
	if err != nil {
		return pace.Start{}, err
	}
	defer func() {
		task.Stop("its start was measured", true)
		<-task.Done()
	}()
	if err := task.WaitStarted(ctx, container); err != nil {
		return pace.Start{}, err
	}
	waiting, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	if err := task.waitHealthy(waiting, container); err != nil {
		return pace.Start{}, err
	}
	start, ok := StartOf(task.Events(), container)
	if !ok {
		return start, fmt.Errorf("measure container %q: no probe of it passed", container)
	}
	more, err := task.sample(ctx, container)
	start.Probes = append(start.Probes, more...)
	return start, err
}

// waitHealthy waits until a container is HEALTHY.
func (t *Task) waitHealthy(ctx context.Context, container string) error {
	for {
		task, changed := t.live.task()
		c := task.Container(container)
		switch {
		case c.HealthStatus == event.Healthy:
			return nil
		case c.HealthStatus == event.Unhealthy:
			return fmt.Errorf("container %q %w; find a check that works first: ecslocal health fix", container, ErrUnhealthy)
		case c.LastStatus == event.Stopped:
			return fmt.Errorf("container %q %w before its check passed", container, ErrStopped)
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("wait for container %q to be HEALTHY: %w", container, ctx.Err())
		}
	}
}

// sample runs the check a few more times in the container that is ready.
func (t *Task) sample(ctx context.Context, container string) ([]time.Duration, error) {
	facts := t.factsOf(container)
	command := facts.Definition.Command
	if facts.Refuse(command) != nil || len(command.Argv()) == 0 {
		return nil, nil
	}
	id, err := t.engine.FindContainer(ctx, t.ID, container)
	if err != nil {
		return nil, err
	}
	var took []time.Duration
	for range samples {
		attempt, err := prober.Once(ctx, execer{t.engine, id}, command.Argv(), timeoutOf(facts.Definition), nil)
		if err != nil {
			return took, fmt.Errorf("measure the check of container %q: %w", container, err)
		}
		attempt.Abandon()
		took = append(took, attempt.Probe.Duration)
	}
	return took, nil
}

// StartOf is what the events of a run tell of how a container started: when its first probe that passed began, and how long probes took.
// ok says that one passed.
func StartOf(events []event.Event, container string) (start pace.Start, ok bool) {
	var began time.Time
	for _, e := range events {
		if e.Container != container || ok {
			continue
		}
		switch e.Kind {
		case event.ContainerStarted, event.ContainerRestarted:
			began, start = e.Time, pace.Start{}
		case event.ContainerProbe:
			start.Probes = append(start.Probes, e.Probe.Duration)
			if e.Probe.ExitCode == 0 {
				start.Ready, ok = max(e.Probe.Start.Sub(began), time.Millisecond), true
			}
		}
	}
	return start, ok
}

// HealthDefinition is a container as package healthcheck judges it.
func (p *Project) HealthDefinition(container string) (healthcheck.Definition, error) {
	for _, d := range p.HealthDefinitions() {
		if d.Container == container {
			return d, nil
		}
	}
	return healthcheck.Definition{}, fmt.Errorf("find container %q: the definition has none of that name", container)
}

// HealthNumbers is a check with other numbers, as the JSON of healthCheck.
func HealthNumbers(d healthcheck.Definition, s pace.Settings) string {
	whole := func(t time.Duration) healthcheck.Seconds { return healthcheck.Set(int(t / time.Second)) }
	d.Interval, d.Timeout, d.Retries, d.StartPeriod = whole(s.Interval), whole(s.Timeout), healthcheck.Set(s.Retries), whole(s.StartPeriod)
	if s.StartPeriod == 0 {
		d.StartPeriod = healthcheck.Seconds{}
	}
	proof := HealthProof{Definition: d}
	proof.Winner = &candidate.Candidate{Command: d.Command}
	return HealthBlock(proof)
}
