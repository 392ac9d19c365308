package emulator

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/ecslocal/ecslocal/emulator/dockerengine"
	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/emulator/report"
	"github.com/ecslocal/ecslocal/emulator/runner"
	"github.com/ecslocal/ecslocal/emulator/state"
)

// StopAbandoned ends a task whose supervisor is gone, in its stead: containers stop after those that depend on them, each within its
// stopTimeout, and the record of the run gets its end.
func StopAbandoned(ctx context.Context, engine *dockerengine.Engine, dir *state.Dir, task *state.Task, request state.StopRequest) error {
	run, err := ReadReport(dir, task)
	if err != nil || run.Task.LastStatus == event.Stopped { // there is nothing to stop in order
		return engine.Remove(ctx, task.ID)
	}
	if err := task.Adopt(); err != nil {
		return err
	}
	defer task.Close()
	a := &abandoned{engine: engine, run: run, request: request, done: map[string]chan struct{}{}}
	a.live = newLive(func(text string) string { return text }, nil, task.Append)
	a.live.seq = len(run.Events)
	a.tell(event.Event{Kind: event.TaskStopping, StopCode: runner.UserInitiated, Reason: cmp.Or(request.Reason, "Task stopped by user")})
	a.status(event.Deactivating, event.Stopping)
	err = errors.Join(a.stopAll(ctx), engine.Remove(ctx, task.ID))
	if err == nil {
		a.status(event.Deprovisioning, event.Stopped)
	}
	return err
}

// abandoned is a task that is being stopped without its supervisor.
type abandoned struct {
	engine  *dockerengine.Engine
	run     *report.Run
	request state.StopRequest
	live    *live
	done    map[string]chan struct{} // closed when the container has stopped
}

func (a *abandoned) tell(e event.Event) {
	e.Time = time.Now()
	a.live.publish(e)
}

func (a *abandoned) status(all ...string) {
	for _, status := range all {
		a.tell(event.Event{Kind: event.TaskStatus, Status: status})
	}
}

// stopAll stops the containers that run, each in a goroutine of its own.
func (a *abandoned) stopAll(ctx context.Context) error {
	for _, c := range a.run.Containers {
		a.done[c.Name] = make(chan struct{})
	}
	errs := make([]error, len(a.run.Containers))
	var all sync.WaitGroup
	for i, c := range a.run.Containers {
		all.Go(func() {
			defer close(a.done[c.Name])
			errs[i] = a.stop(ctx, c)
		})
	}
	all.Wait()
	return errors.Join(errs...)
}

// stop stops one container once those that depend on it have stopped.
func (a *abandoned) stop(ctx context.Context, c report.Container) error {
	for _, dependent := range a.run.Containers {
		if slices.ContainsFunc(dependent.DependsOn, func(d report.Dependency) bool { return d.Container == c.Name }) {
			select {
			case <-a.done[dependent.Name]:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}
	known := a.run.Task.Container(c.Name)
	if known == nil || known.LastStatus == event.Stopped || known.RuntimeID == "" {
		return nil
	}
	timeout := time.Duration(c.StopTimeout) * time.Second
	if a.request.Kill {
		timeout = 0
	}
	a.tell(event.Event{Kind: event.ContainerStopping, Container: c.Name})
	began := time.Now()
	err := a.engine.StopContainer(ctx, known.RuntimeID, timeout)
	if err != nil && !errors.Is(err, runner.ErrNoContainer) {
		return fmt.Errorf("stop container %q: %w", c.Name, err)
	}
	a.tell(a.stopped(ctx, c, known.RuntimeID, time.Since(began) >= timeout))
	return nil
}

// stopped is how a container ended; late says that it took its stopTimeout.
func (a *abandoned) stopped(ctx context.Context, c report.Container, id string, late bool) event.Event {
	e := event.Event{Kind: event.ContainerStopped, Container: c.Name}
	state, err := a.engine.Inspect(ctx, id)
	if err != nil {
		e.Reason = "CannotInspectContainerError: " + err.Error()
		return e
	}
	e.ExitCode, e.OOM, e.Runtime = &state.ExitCode, state.OOM, &state.Runtime
	e.Killed = late && state.ExitCode == 137 && !state.OOM
	return e
}
