package page

import (
	"fmt"
	"strings"
	"time"

	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/emulator/report"
)

// waterfall is when each container did what, on one scale.
type waterfall struct {
	Ticks []tick
	Rows  []row
	Knee  string // what is compressed, empty for nothing
}

// row is the task, or one container.
type row struct {
	Name, Note string
	Task       bool
	Bars       []bar
	// End is what is written after the last bar, at EndAt percent.
	End, EndClass, EndAt string
}

// bar is a part of a row: from X, W long, in percent.
type bar struct {
	X, W, Class, Title string
	Label              string // on the bar, empty where it has no room
}

func newWaterfall(r *report.Run) waterfall {
	s := newScale(r, true)
	w := waterfall{Ticks: s.ticks()}
	if len(r.Events) == 0 {
		return w
	}
	if s.knee.Before(s.to) {
		w.Knee = "after " + report.Duration(s.knee.Sub(s.from)) + " the scale is compressed"
	}
	w.Rows = append(w.Rows, taskRow(r, s))
	for i := range r.Containers {
		w.Rows = append(w.Rows, containerRow(r, &r.Containers[i], s))
	}
	return w
}

// taskRow shows the task's lastStatus.
func taskRow(r *report.Run, s scale) row {
	t := row{Name: "task", Task: true}
	var at time.Time
	status := ""
	flush := func(to time.Time) {
		if status != "" && to.After(at) {
			b := s.bar(at, to, "status "+strings.ToLower(status), status)
			if s.at(to)-s.at(at) > float64(len(status))*1.2 {
				b.Label = status
			}
			t.Bars = append(t.Bars, b)
		}
	}
	for _, e := range r.Events {
		if e.Kind == event.TaskStatus {
			flush(e.Time)
			at, status = e.Time, e.Status
		}
	}
	if status != event.Stopped {
		flush(s.to)
	}
	for i := range t.Bars {
		t.Bars[i].Class = report.Plain(t.Bars[i].Class)
	}
	return t
}

func (s scale) bar(from, to time.Time, class, what string) bar {
	x := s.at(from)
	return bar{X: percent(x), W: percent(max(s.at(to)-x, 0.15)), Class: class,
		Title: fmt.Sprintf("%s: %s, from %s to %s", what, report.Duration(to.Sub(from)), report.Duration(from.Sub(s.from)), report.Duration(to.Sub(s.from)))}
}

// containerRow shows a container's pull, creation, life by health, and stop.
func containerRow(r *report.Run, c *report.Container, s scale) row {
	story := r.Story(c.Name)
	w := row{Name: report.Plain(c.Name)}
	if !c.Essential {
		w.Note = "not essential"
	}
	end := first(story.Stopped, s.to)
	add := func(from, to time.Time, class, what string) {
		if !from.IsZero() && to.After(from) {
			w.Bars = append(w.Bars, s.bar(from, to, class, what))
		}
	}
	if began := first(story.Pulling, story.Created, story.Started, story.Stopped); len(c.DependsOn) > 0 && !began.IsZero() {
		add(story.Began, began, "waits", "waits for "+dependencies(c))
	}
	add(story.Pulling, first(story.Pulled, story.Created, end), "pull", "pulls its image")
	add(story.Created, first(story.Started, end), "create", "is created")
	if !story.Started.IsZero() {
		w.live(c, story, s, first(story.Stopping, end))
		add(story.Stopping, end, "stopping", "is stopping")
		for _, at := range story.Restarts {
			w.Bars = append(w.Bars, bar{X: percent(s.at(at)), W: "0.25", Class: "restart", Title: "restarted by its restartPolicy at " + report.Duration(at.Sub(s.from))})
		}
	}
	w.end(c, story, s)
	return w
}

func dependencies(c *report.Container) string {
	var all []string
	for _, d := range c.DependsOn {
		all = append(all, report.Plain(d.Container+" "+d.Condition))
	}
	return strings.Join(all, ", ")
}

// live shows the time from start to stop, by what the health check said.
func (w *row) live(c *report.Container, story *report.Story, s scale, end time.Time) {
	class, what := "running", "runs"
	if c.HealthCheck != nil {
		class, what = "starting", "runs, health unknown"
	}
	from := story.Started
	for _, h := range story.Health {
		if h.At.After(from) && !h.At.After(end) {
			w.Bars = append(w.Bars, s.bar(from, h.At, class, what))
			from = h.At
		}
		switch h.Status {
		case event.Healthy:
			class, what = "healthy", "HEALTHY"
		case event.Unhealthy:
			class, what = "unhealthy", "UNHEALTHY"
		default:
			class, what = "starting", "runs, health unknown"
		}
	}
	if end.After(from) {
		w.Bars = append(w.Bars, s.bar(from, end, class, what))
	}
}

// end is how the container ended, in words beside its bar.
func (w *row) end(c *report.Container, story *report.Story, s scale) {
	if story.Stopped.IsZero() {
		return
	}
	word, class := state(c, story)
	if code := story.State.ExitCode; code != nil && !story.Started.IsZero() {
		w.End = fmt.Sprintf("exit %d", *code)
		if story.State.OOM || story.State.Killed {
			w.End += ", " + word
		}
	} else {
		w.End = word
	}
	w.EndClass, w.EndAt = class, percent(s.at(story.Stopped))
}

// first is the first time that is set.
func first(times ...time.Time) time.Time {
	for _, t := range times {
		if !t.IsZero() {
			return t
		}
	}
	return time.Time{}
}
