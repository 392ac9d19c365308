// Package shutdown judges how the containers of a task took their end: whether each ended by itself within its stopTimeout, which were
// killed and why, and which connections they left open. It is a pure function over the events of a run.
//
// It imports event only. What it knows of processes was looked at just before the stop, where somebody asked for that (stop --audit).
package shutdown

import (
	"cmp"
	"fmt"
	"time"

	"github.com/ecslocal/ecslocal/emulator/event"
)

// Outcome is how a container came to its end.
type Outcome string

const (
	// Graceful ended by itself within its stopTimeout.
	Graceful Outcome = "graceful"
	// Killed got SIGKILL after its stopTimeout, or at once where the user wanted that.
	Killed Outcome = "killed"
	// Before ended before anybody asked it to.
	Before Outcome = "ended before"
	// Never was not started, or not stopped.
	Never Outcome = "not stopped"
)

// Container is how one container took its end.
type Container struct {
	Name    string  `json:"container"`
	Outcome Outcome `json:"outcome"`
	// Took is how long it took from the stop signal to its end, StopTimeout how long it had; both in seconds.
	Took        float64 `json:"took"`
	StopTimeout int     `json:"stopTimeout"`
	Signal      string  `json:"signal,omitempty"` // that it is stopped with
	ExitCode    *int    `json:"exitCode,omitempty"`
	// Process is the process that should have ended; nil where nobody looked.
	Process *event.Process `json:"process,omitempty"`
	// Dropped is how many connections to its ports were open when it ended; nil where that could not be seen.
	Dropped *int `json:"dropped,omitempty"`
	// Causes say what is behind a bad end, the surest first, and what to change.
	Causes []Cause `json:"causes,omitempty"`
}

// Cause is a reason for a bad end.
type Cause struct {
	Message string `json:"message"`
	Fix     string `json:"fix,omitempty"`
}

// Planned is what the definition says of a container. StopTimeout is in seconds.
type Planned struct {
	Name        string
	StopTimeout int
	InitProcess bool
	// EntryPoint and Command are the definition's.
	EntryPoint, Command []string
}

// Audit judges the containers in their order.
func Audit(events []event.Event, containers []Planned) []Container {
	var all []Container
	for i := range containers {
		h := history(events, containers[i].Name)
		all = append(all, h.judge(&containers[i]))
	}
	return all
}

// Clean says whether no container was killed.
func Clean(containers []Container) bool {
	for _, c := range containers {
		if c.Outcome == Killed {
			return false
		}
	}
	return true
}

// past is what the events tell of one container's end.
type past struct {
	asked, ended *event.Event
	looks        []*event.Event // at its process
}

func history(events []event.Event, name string) past {
	var h past
	for i := range events {
		e := &events[i]
		if e.Container != name {
			continue
		}
		switch e.Kind {
		case event.ContainerProcess:
			h.looks = append(h.looks, e)
		case event.ContainerStopping:
			h.asked = e
		case event.ContainerStopped:
			h.ended = e
		}
	}
	return h
}

func (h *past) judge(p *Planned) Container {
	c := Container{Name: p.Name, Outcome: Never, StopTimeout: p.StopTimeout, Signal: "SIGTERM"}
	if len(h.looks) > 0 {
		c.Process = h.looks[0].Process
		c.Signal = cmp.Or(c.Process.Signal, c.Signal)
	}
	if h.ended == nil {
		return c
	}
	c.ExitCode = h.ended.ExitCode
	if h.asked == nil {
		if h.ended.ExitCode != nil {
			c.Outcome = Before
		}
		return c
	}
	c.Took = h.ended.Time.Sub(h.asked.Time).Seconds()
	c.Outcome = Graceful
	if h.ended.Killed {
		c.Outcome = Killed
	}
	c.Dropped = h.dropped(p)
	c.Causes = causes(&c, p)
	return c
}

// dropped is how many connections were open at the end. Of a container that was killed that is what was seen before SIGKILL, which closes
// them; of another, what was seen after the stop signal.
func (h *past) dropped(p *Planned) *int {
	var open *int
	deadline := h.asked.Time.Add(time.Duration(p.StopTimeout) * time.Second)
	for _, look := range h.looks {
		if h.ended.Killed && look.Time.Before(deadline) || !h.ended.Killed && look.Time.After(h.asked.Time) {
			open = look.Process.Connections
		}
	}
	return open
}

// Text is a container's end in words.
func (c *Container) Text() string {
	switch c.Outcome {
	case Killed:
		return fmt.Sprintf("killed (SIGKILL) after %.1f s of %d s", c.Took, c.StopTimeout)
	case Graceful:
		return fmt.Sprintf("ended after %.1f s of %d s", c.Took, c.StopTimeout)
	case Before:
		return "had ended before"
	}
	return "was not stopped"
}
