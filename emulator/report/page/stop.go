package page

import (
	"fmt"

	"github.com/ecslocal/ecslocal/emulator/report"
	"github.com/ecslocal/ecslocal/emulator/shutdown"
)

// stop is how one container took the stop of the task.
type stop struct {
	Name, End, Class, Signal, Process, Does, Dropped string
	Used                                             string // of its stopTimeout, in percent
	Causes                                           []shutdown.Cause
}

// newStops are the containers that were asked to stop, nil where none was.
func newStops(r *report.Run) []stop {
	var all []stop
	for _, c := range r.Shutdown() {
		if c.Outcome != shutdown.Graceful && c.Outcome != shutdown.Killed {
			continue
		}
		s := stop{Name: report.Plain(c.Name), End: c.Text(), Class: "good", Signal: report.Plain(c.Signal), Used: percent(used(&c))}
		switch {
		case c.Outcome == shutdown.Killed:
			s.Class = "bad"
		case len(c.Causes) > 0:
			s.Class = "warn"
		}
		if p := c.Process; p != nil {
			s.Process = report.Plain(p.Command)
			s.Does = map[bool]string{true: "handles it", false: "has no handler for it"}[p.Catches]
			if p.Ignores {
				s.Does = "ignores it"
			}
		}
		if c.Dropped != nil {
			s.Dropped = fmt.Sprint(*c.Dropped)
		}
		for _, cause := range c.Causes {
			s.Causes = append(s.Causes, shutdown.Cause{Message: report.Plain(cause.Message), Fix: report.Plain(cause.Fix)})
		}
		all = append(all, s)
	}
	return all
}

// used is how much of its stopTimeout a container took, in percent.
func used(c *shutdown.Container) float64 {
	if c.StopTimeout <= 0 {
		return 100
	}
	return min(max(100*c.Took/float64(c.StopTimeout), 1), 100)
}
