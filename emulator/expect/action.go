package expect

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/emulator/shutdown"
)

// Stop ends the task as StopTask does, and waits for its end.
type Stop struct {
	// Reason is the task's stoppedReason.
	Reason string `json:"reason"`
	// Graceful wants each container to end within its stopTimeout, by itself.
	Graceful bool `json:"graceful"`
	// InFlight are requests that are under way when the task is asked to stop; none may be dropped, each is to be answered as it says.
	InFlight []HTTP `json:"inFlight"`
}

func (s Stop) String() string {
	text := "the task stops"
	if s.Graceful {
		text += " gracefully"
	}
	for _, h := range s.InFlight {
		text += fmt.Sprintf(", %s before it does", h)
	}
	return text
}

// Do stops the task. An error of a task that did not stop in time names the containers that were killed.
func (s Stop) Do(ctx context.Context, task Subject) error {
	if ended := over(task.Describe()); ended != nil {
		return fmt.Errorf("nothing to stop: %w", ended)
	}
	if s.Graceful {
		task.Audit(ctx)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	flights, err := depart(ctx, task, s.InFlight)
	if err != nil {
		return err
	}
	task.Stop(s.Reason, false)
	if err := Await(ctx, task, Stopped{}, -1); err != nil {
		return err
	}
	errs := []error{land(flights)}
	for _, c := range task.Shutdown() {
		if s.Graceful && c.Outcome == shutdown.Killed {
			errs = append(errs, killed(&c))
		}
	}
	return errors.Join(errs...)
}

// killed says why a container was killed, and what to do about it.
func killed(c *shutdown.Container) error {
	text := fmt.Sprintf("container %q did not end within its stopTimeout and was %s", c.Name, c.Text())
	for _, cause := range c.Causes {
		text += "\n  why: " + cause.Message
		if cause.Fix != "" {
			text += "\n  fix: " + cause.Fix
		}
	}
	return errors.New(text)
}

// Signal sends a signal to a container's first process.
type Signal struct {
	Container string `json:"container"`
	// Signal is a name such as SIGHUP, or a number.
	Signal string `json:"signal"`
}

func (s Signal) String() string { return strings.ToUpper(s.Signal) + " to " + s.Container }

// Do sends it. A container that does not run gets none.
func (s Signal) Do(ctx context.Context, task Subject) error {
	c, err := find(task.Describe(), s.Container)
	switch {
	case err != nil:
		return err
	case c.LastStatus != event.Running:
		return fmt.Errorf("send %s to %s: it is %s", s.Signal, s.Container, c.LastStatus)
	}
	if err := task.Signal(ctx, s.Container, s.Signal); err != nil {
		return fmt.Errorf("send %s to %s: %w", s.Signal, s.Container, err)
	}
	return nil
}
