package runner

import (
	"fmt"
	"slices"
	"time"

	"github.com/ecslocal/ecslocal/emulator/event"
)

// advance begins every step that may begin now. It is called after each message, so a dependent starts as soon as its condition is true;
// the agent looks only every 5 s.
func (r *run) advance() {
	now := time.Now()
	for r.changed = true; r.changed; { // what one container's step changes may let another's begin
		r.changed = false
		if r.ready {
			r.pass++
			for _, c := range r.containers {
				r.step(c, now)
			}
		}
		r.settleStatus()
	}
	r.sleepUntilNextTimeout(now)
}

// step begins the next step of one container.
func (r *run) step(c *container, now time.Time) {
	switch {
	case c.busy || c.status == statusStopped:
	case r.stop != nil:
		if err := r.failsWith(c); err != nil {
			r.dependencyFailed(c, err)
			return
		}
		r.stepToStop(c)
	case c.status == statusRunning:
	case c.Internal():
		r.begin(c)
	default:
		if r.mayAdvance(c, now) {
			r.begin(c)
		}
	}
}

// mayAdvance asks the dependencies, and the containers whose namespaces are shared.
func (r *run) mayAdvance(c *container, now time.Time) bool {
	switch v := r.dependencies(c, now); {
	case v.failed != nil:
		r.dependencyFailed(c, v.failed)
		return false
	case v.blocked != nil:
		r.tellWaiting(c, v)
		return false
	}
	return c.status < statusCreated && r.infrastructure(statusCreated) || r.infrastructure(statusRunning) && r.agentReady
}

// infrastructure says whether all containers that are not in the definition got that far.
func (r *run) infrastructure(least status) bool {
	return !slices.ContainsFunc(r.containers, func(c *container) bool {
		return c.Internal() && c.status < least
	})
}

// begin begins the step that follows the container's status.
func (r *run) begin(c *container) {
	c.busy = true
	switch c.status {
	case statusNone:
		r.pull(c)
	case statusPulled:
		r.create(c)
	case statusCreated:
		r.start(c)
	}
}

// dependencyFailed ends a container that can never start: with exit code 143, although it was never created (agent: task_manager.go).
func (r *run) dependencyFailed(c *container, err error) {
	code := 143
	c.exitCode, c.failed, c.reached, c.failedIn = &code, true, c.status, r.pass
	c.reason = r.hide("CannotStartContainerError: " + err.Error())
	r.stopped(c)
}

// tellWaiting says once what a container waits for, and at once where it will be for ever.
func (r *run) tellWaiting(c *container, v verdict) {
	text := fmt.Sprintf("waits for %s to be %s", v.blocked.ContainerName, condition(v.blocked.Condition))
	if v.stuck != "" {
		text = fmt.Sprintf("on ECS this task stays PENDING for ever, because container %q %s, and %s", c.Name, text, v.stuck)
	}
	if text == c.told {
		return
	}
	c.told = text
	r.emit(event.Event{Kind: event.TaskWaiting, Container: c.Name, Message: text, Stuck: v.stuck != ""})
	if v.stuck != "" && r.FailStuck {
		r.fail(fmt.Errorf("%s", text))
		r.stopTask(Stop{Code: TaskFailedToStart, Reason: text})
	}
}

func condition(c string) string {
	return map[string]string{"START": "started", "COMPLETE": "complete", "SUCCESS": "successful", "HEALTHY": "HEALTHY", "CREATE": "created"}[c]
}

// settleStatus moves the task's lastStatus on: it is RUNNING when every container got there or has finished.
func (r *run) settleStatus() {
	if r.stop != nil || r.lastStatus != event.Pending {
		return
	}
	for _, c := range r.containers {
		if c.status < statusRunning {
			return
		}
	}
	r.taskStatus(event.Activating)
	r.taskStatus(event.Running)
	if !slices.ContainsFunc(r.containers, func(c *container) bool { return !c.Internal() && c.status != statusStopped }) {
		r.stopTask(Stop{Code: EssentialContainerExited, Reason: essentialExited})
	}
}

// sleepUntilNextTimeout lets the loop wake at the next startTimeout that somebody waits for.
func (r *run) sleepUntilNextTimeout(now time.Time) {
	next := now.Add(time.Hour)
	for _, c := range r.containers {
		if c.status >= statusCreated {
			continue
		}
		for _, edge := range c.DependsOn {
			dep := r.byName[edge.ContainerName]
			if dep == nil || dep.status == statusStopped {
				continue
			}
			if deadline, ok := startDeadline(dep, edge.Condition); ok && deadline.Before(next) && !deadline.Before(now) {
				next = deadline.Add(time.Millisecond)
			}
		}
	}
	r.wake.Reset(time.Until(next))
}
