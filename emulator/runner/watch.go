package runner

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/ecslocal/ecslocal/emulator/event"
)

// reconnectPause is between tries to reach an engine that went away.
const reconnectPause = 300 * time.Millisecond

// watch reports what the engine reports until the run ends. When the connection is lost, it connects again and looks at every container.
func (r *run) watch(watching chan struct{}) {
	first := true
	for r.ctx.Err() == nil {
		err := r.Engine.Watch(r.ctx, r.plan.Task.ID, func() {
			if first {
				first = false
				close(watching)
				return
			}
			r.fromOutside(r.lookAtAll)
		}, func(o Occurrence) {
			r.fromOutside(func() { r.occurred(o) })
		})
		if r.ctx.Err() != nil {
			return
		}
		if err != nil && first { // makeObjects will fail with the same error and say so
			first = false
			close(watching)
		}
		select {
		case <-time.After(reconnectPause):
		case <-r.ctx.Done():
		}
	}
}

func (r *run) lookAtAll() {
	for _, c := range r.containers {
		r.look(c)
	}
}

// occurred takes in what happened to a container.
func (r *run) occurred(o Occurrence) {
	c := r.byID(o.ContainerID)
	if c == nil {
		return
	}
	c.missed = c.status < statusRunning && (c.missed || o.Action != "start" && o.Action != "create" && o.Action != "attach")
	action, _, _ := strings.Cut(o.Action, ":")
	switch action {
	case "die", "destroy", "health_status", "exec_die":
		r.look(c)
	case "exec_start":
		r.probeBegins(c, o)
	case "pause":
		r.emit(event.Event{Kind: event.ContainerPaused, Container: c.Name})
	case "unpause":
		r.emit(event.Event{Kind: event.ContainerUnpaused, Container: c.Name})
	case "oom":
		c.oom = true
	}
}

func (r *run) byID(id string) *container {
	for _, c := range r.containers {
		if c.id == id && id != "" {
			return c
		}
	}
	return nil
}

// look inspects a running container and takes in its end or its health.
func (r *run) look(c *container) {
	if c.status != statusRunning || c.id == "" {
		return
	}
	id := c.id
	r.do(inspectLimit, func(ctx context.Context) func() {
		state, err := r.Engine.Inspect(ctx, id)
		return func() {
			if c.status != statusRunning || c.busy {
				return
			}
			switch {
			case err != nil && !errors.Is(err, ErrNoContainer):
				r.lookAgain(c)
			case err != nil || !state.Running:
				r.ended(c, state, err)
			default:
				r.healthSeen(c, state.Health)
			}
		}
	})
}

// lookAgain looks once more when the engine did not answer, after a pause.
func (r *run) lookAgain(c *container) {
	if c.lookingAgain { // an engine that stays away is asked by one loop a container, however often it is to be looked at
		return
	}
	c.lookingAgain = true
	r.do(inspectLimit, func(ctx context.Context) func() {
		select {
		case <-time.After(reconnectPause):
		case <-ctx.Done():
		}
		return func() {
			c.lookingAgain = false
			r.look(c)
		}
	})
}
