package runner

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/ecslocal/ecslocal/emulator/event"
)

// Stop codes (ECS API, TaskStopCode).
const (
	TaskFailedToStart         = "TaskFailedToStart"
	EssentialContainerExited  = "EssentialContainerExited"
	UserInitiated             = "UserInitiated"
	ServiceSchedulerInitiated = "ServiceSchedulerInitiated"
)

// Reasons in the control plane's words.
const (
	essentialExited = "Essential container in task exited"
	failedToStart   = "Task failed to start"
	stoppedByUser   = "Task stopped by user"
)

// stopTask begins the end of the task. The first reason stays; asking again with Kill stops waiting for stopTimeout.
func (r *run) stopTask(s Stop) {
	if r.stop != nil {
		if s.Kill && !r.stop.Kill {
			r.stop.Kill = true
			r.stopPulling()
			r.killStopping()
		}
		return
	}
	if s.Code == "" {
		s.Code = UserInitiated
	}
	if s.Reason == "" {
		s.Reason = stoppedByUser
	}
	r.stop, r.changed = &s, true
	for _, c := range r.containers { // what a probe says from now on is about the stop
		c.endProbing()
	}
	if s.Kill || s.Code != TaskFailedToStart { // after a failed start, what else cannot be pulled is still worth telling
		r.stopPulling()
	}
	r.emit(event.Event{Kind: event.TaskStopping, StopCode: s.Code, Reason: s.Reason})
	if r.lastStatus == event.Running {
		r.taskStatus(event.Deactivating)
	}
	r.taskStatus(event.Stopping)
	if !r.ready { // nothing was made; the message of provision may still come
		for _, c := range r.containers {
			if !c.busy {
				c.status = statusStopped
			}
		}
	}
}

// stepToStop stops a container once those that depend on it have stopped; one that never ran is simply over.
func (r *run) stepToStop(c *container) {
	if slices.ContainsFunc(r.dependents(c), func(d *container) bool { return d.status != statusStopped }) {
		return
	}
	if c.status < statusRunning || c.Internal() && !r.Keep { // nothing to finish: it goes when the task is removed
		r.stopped(c)
		return
	}
	c.busy, c.stopping = true, true
	r.emit(event.Event{Kind: event.ContainerStopping, Container: c.Name})
	r.stopContainer(c, r.timeoutOf(c))
}

func (r *run) timeoutOf(c *container) time.Duration {
	if r.stop.Kill {
		return 0
	}
	return time.Duration(c.StopTimeout) * time.Second
}

// stopContainer lets the engine send the stop signal, and SIGKILL after the timeout; the limit is the agent's (docker_task_engine.go).
func (r *run) stopContainer(c *container, timeout time.Duration) {
	began := time.Now()
	r.do(timeout+2*time.Minute, func(ctx context.Context) func() {
		var state State
		var inspectErr error
		err := persist(ctx, func() error {
			err := r.Engine.StopContainer(ctx, c.id, timeout)
			state, inspectErr = r.Engine.Inspect(ctx, c.id)
			if errors.Is(inspectErr, ErrNoContainer) || inspectErr == nil && !state.Running {
				return nil
			}
			return errors.Join(err, inspectErr)
		})
		return func() {
			c.busy = false
			if c.status == statusStopped {
				return
			}
			if err != nil && inspectErr == nil && state.Running {
				r.warn(c.Name, "stop: %v", err)
			}
			c.killed = state.ExitCode == 137 && !state.OOM && (timeout == 0 || r.stop.Kill || time.Since(began) >= timeout)
			r.ended(c, state, inspectErr)
		}
	})
}

// tries is how often a call that must not be lost is made while an engine restarts; the agent stops containers as often.
const tries = 5

// persist calls until there is no error, with growing pauses of 7.5 s in all.
func persist(ctx context.Context, call func() error) error {
	for try := 1; ; try++ {
		err := call()
		if err == nil || try == tries {
			return err
		}
		select {
		case <-time.After((reconnectPause << try) * 5 / 6):
		case <-ctx.Done():
			return err
		}
	}
}

// killStopping ends the containers that are being stopped at once.
func (r *run) killStopping() {
	for _, c := range r.containers {
		if c.busy && c.stopping && c.status == statusRunning {
			r.do(inspectLimit, func(ctx context.Context) func() {
				err := r.Engine.StopContainer(ctx, c.id, 0)
				return func() {
					if err != nil && !errors.Is(err, ErrNoContainer) {
						r.warn(c.Name, "kill: %v", err)
					}
				}
			})
		}
	}
}

// ended takes in how a container ended, once its output has been read, or restarts it.
func (r *run) ended(c *container, state State, inspectErr error) {
	if c.status != statusRunning {
		return
	}
	c.endProbing()
	r.probesSeen(c, state.Health) // those that nobody has seen yet
	switch {
	case errors.Is(inspectErr, ErrNoContainer):
		c.reason = "ContainerVanishedError: No container matching saved ID found"
	case inspectErr != nil:
		c.reason = "CannotInspectContainerError: " + r.hide(daemonText(inspectErr))
	default:
		code := state.ExitCode
		c.exitCode, c.oom = &code, state.OOM
		c.runtime.FinishedAt = state.Runtime.FinishedAt
		if state.OOM {
			c.reason = "OutOfMemoryError: Container killed due to memory usage"
		}
		if r.restarts(c) {
			r.restart(c)
			return
		}
	}
	c.busy = true
	r.do(outputLimit+time.Second, func(ctx context.Context) func() {
		r.drain(c)
		return func() {
			c.busy = false
			r.stopped(c)
		}
	})
}

// outputLimit is how long a container's output is read after its end. The engine itself gives it 2 s.
const outputLimit = 10 * time.Second

// drain waits for the end of the output, with a limit: a process that outlives its container's PID 1 may hold it open.
func (r *run) drain(c *container) {
	if c.output == nil || c.Internal() {
		return
	}
	select {
	case <-c.output:
	case <-time.After(outputLimit):
	}
	if c.closeOutput != nil {
		c.closeOutput()
	}
}

// stopped records that a container is over, and what that means for the task.
func (r *run) stopped(c *container) {
	c.status, r.changed = statusStopped, true
	r.emit(event.Event{Kind: event.ContainerStopped, Container: c.Name, ExitCode: c.exitCode, Reason: c.reason, OOM: c.oom, Killed: c.killed,
		Runtime: copied(c.runtime)})
	if r.stop != nil || !c.Essential && !c.fatal {
		return
	}
	switch {
	case !c.failed:
		r.stopTask(Stop{Code: EssentialContainerExited, Reason: r.exitReason(c)})
	case c.exitCode != nil: // a dependency failed
		r.fail(errors.New(c.reason))
		r.stopTask(Stop{Code: TaskFailedToStart, Reason: failedToStart})
	default:
		r.stopTask(Stop{Code: TaskFailedToStart, Reason: r.startReason(c)})
	}
}

// exitReason is the task's stoppedReason after an essential container's end; Fargate names the lack of memory.
func (r *run) exitReason(c *container) string {
	if c.oom && r.plan.Task.LaunchType == "FARGATE" {
		return c.reason
	}
	return essentialExited
}

func (r *run) startReason(c *container) string {
	if c.status == statusStopped && c.id == "" && c.reason != "" && r.plan.Task.LaunchType == "FARGATE" {
		return c.reason
	}
	return failedToStart
}

// restarts says whether restartPolicy starts the container again (ecs-agent/api/container/restart).
func (r *run) restarts(c *container) bool {
	p := c.RestartPolicy
	return p != nil && r.stop == nil && !c.stopping && c.exitCode != nil && !slices.Contains(p.IgnoredExitCodes, *c.exitCode) &&
		time.Since(c.lastStart) >= time.Duration(p.AttemptPeriod)*time.Second
}

// restart starts the same container again, with its writable layer; its status stays RUNNING.
func (r *run) restart(c *container) {
	code := *c.exitCode
	c.exitCode, c.busy = nil, true
	r.do(startLimit, func(ctx context.Context) func() {
		r.drain(c)
		began := time.Now() // the agent counts from here, too (ecs-agent/api/container/restart)
		s, err := r.startOnce(ctx, c)
		return func() {
			c.busy = false
			if err != nil {
				c.exitCode = &code
				c.reason = r.hide("CannotStartContainerError: " + daemonText(err))
				r.stopped(c)
				return
			}
			c.output, c.closeOutput, c.lastStart, c.health = s.output, s.cancel, began, event.Unknown
			c.runtime = s.runtimeAfter(c.runtime)
			r.emit(event.Event{Kind: event.ContainerRestarted, Container: c.Name, ExitCode: &code, Runtime: copied(c.runtime)})
			r.foretell(c)
			r.look(c) // its end may have been reported while it was busy
		}
	})
}

func itoa(n int) string { return strconv.Itoa(n) }
