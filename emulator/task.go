package emulator

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/ecslocal/ecslocal/emulator/dockerengine"
	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/emulator/plan"
	"github.com/ecslocal/ecslocal/emulator/report"
	"github.com/ecslocal/ecslocal/emulator/runner"
	"github.com/ecslocal/ecslocal/emulator/state"
	"github.com/ecslocal/ecslocal/logs/store"
)

// Task is a task that was started in this process.
type Task struct {
	ID   string
	Plan *plan.Plan

	project *Project
	engine  *dockerengine.Engine
	ports   *portKeeper
	record  *state.Task
	logs    *store.Store
	live    *live
	agent   *taskAgent
	// recorded is what reports need besides events.
	recorded *report.Recorded
	stops    chan runner.Stop
	killed   chan struct{} // closed when the task is to end at once
	done     chan struct{}
	err      error // set before done closes

	kill    sync.Once // closes killed
	finish  sync.Once // concludes
	looksMu sync.Mutex
	looks   map[string]seenThen // what was seen inside unhealthy containers while they ran

	shownMu sync.Mutex
	shown   map[string]bool // where secrets were shown: containers, and streams of the log API
}

// run lets the runner run the task, and tidies up after it.
func (t *Task) run(ctx context.Context) {
	defer close(t.done)
	defer t.live.close(t.killed)
	defer t.record.Close()
	defer t.ports.releaseAll()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	t.agent = newTaskAgent(t)
	defer t.agent.close()
	judge := t.judgeImages(ctx)
	defer judge.end()
	r := &runner.Runner{
		Engine: t.ports, Sink: judge.sink, Collect: t.collect, ServeAgent: t.agent.serve, Refusal: t.refusal(),
		FailStuck: t.project.options.FailStuck || t.project.options.Strict, Keep: t.project.options.Keep, Hide: t.project.Hide,
		Probe: t.fastProber(), Strict: t.project.options.Strict,
	}
	go t.record.StopRequests(ctx, func(s state.StopRequest) {
		if s.Audit && !s.Kill {
			t.Audit(ctx)
		}
		t.request(runner.Stop{Reason: s.Reason, Kill: s.Kill})
	})
	t.warnUnreached(t.engine)
	t.err = r.Run(ctx, t.Plan, created(t.Plan, overridesOf(t.project)), t.stops)
}

func overridesOf(p *Project) any {
	if p.options.Overrides == nil {
		return map[string]any{"containerOverrides": []any{}, "inferenceAcceleratorOverrides": []any{}}
	}
	return p.options.Overrides
}

func (t *Task) request(s runner.Stop) {
	if s.Kill {
		t.kill.Do(func() { close(t.killed) })
	}
	select {
	case t.stops <- s:
	case <-t.done:
	}
}

// warn tells the user something about a container.
func (t *Task) warn(container, format string, args ...any) {
	t.live.publish(event.Event{Time: time.Now(), Kind: event.Warning, Container: container, Message: fmt.Sprintf(format, args...)})
}

// Describe is the task as DescribeTasks shows it.
func (t *Task) Describe() event.Task {
	task, _ := t.live.task()
	return task
}

// Events are those of the run so far.
func (t *Task) Events() []event.Event { return t.live.all() }

// Dir is the task's folder in the state directory.
func (t *Task) Dir() string { return t.record.Dir() }

// Done is closed when the task has stopped and is removed.
func (t *Task) Done() <-chan struct{} { return t.done }

// Err is why the task could not be run, nil for one that ran, however it ended. It waits for the end.
func (t *Task) Err() error {
	<-t.done
	return t.err
}

// Stop asks for the end of the task, as StopTask does; kill does not wait for stopTimeout. It does not wait for the end.
func (t *Task) Stop(reason string, kill bool) { t.request(runner.Stop{Reason: reason, Kill: kill}) }

// StopUnhealthy ends the task as a service would whose task failed its health checks.
func (t *Task) StopUnhealthy() {
	t.request(runner.Stop{Code: runner.ServiceSchedulerInitiated, Reason: "Task failed container health checks"})
}

// Condition is a state of a task that one waits for.
type Condition string

const (
	// Running is when every container has started or finished.
	Running Condition = "running"
	// Healthy is when every essential container with a health check is HEALTHY, and the task is RUNNING.
	Healthy Condition = "healthy"
	// Stopped is when the task has stopped.
	Stopped Condition = "stopped"
)

// Errors of WaitFor.
var (
	// ErrUnhealthy says that an essential container became UNHEALTHY; ECS would replace the task.
	ErrUnhealthy = errors.New("became UNHEALTHY")
	// ErrStopped says that the task stopped before the condition was reached.
	ErrStopped = errors.New("stopped")
)

// toldLimit is how long WaitFor waits for a caller of Options.Events that stands still.
const toldLimit = time.Second

// WaitFor waits for a condition. It fails when the condition can no longer be reached, and when ctx ends.
func (t *Task) WaitFor(ctx context.Context, c Condition) error {
	for {
		task, changed := t.live.task()
		if met, err := c.judge(task); met || err != nil {
			told, cancel := context.WithTimeout(ctx, toldLimit)
			defer cancel()
			t.live.flush(told.Done()) // what the caller says of it comes behind the event that it is about
			return err
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// judge says whether a task meets the condition, or why it never will.
func (c Condition) judge(task event.Task) (met bool, err error) {
	stopped := task.LastStatus == event.Stopped
	switch {
	case c == Stopped:
		return stopped, nil
	case stopped || task.DesiredStatus == event.Stopped:
		return false, fmt.Errorf("the task %w: %s", ErrStopped, task.StoppedReason)
	case c == Running:
		return task.LastStatus == event.Running, nil
	}
	met = task.LastStatus == event.Running
	for _, container := range task.Containers {
		switch {
		case container.Internal || !container.Essential:
		case container.HealthStatus == event.Unhealthy:
			return false, fmt.Errorf("container %q %w", container.Name, ErrUnhealthy)
		case container.HasHealthCheck && container.HealthStatus != event.Healthy:
			met = false
		}
	}
	return met, nil
}
