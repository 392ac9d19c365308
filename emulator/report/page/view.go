package page

import (
	"cmp"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/emulator/report"
)

// view is what the template shows.
type view struct {
	assets
	Title, Verdict, Class string
	Facts                 []fact
	Reason                string
	Problems              []finding
	Containers            []containerView
	Graph                 *graphView
	Waterfall             waterfall
	Ribbons               []ribbon
	Stops                 []stop
	Findings              []finding
	Notes                 []report.Note
}

// fact is a name and a value of the page's head.
type fact struct{ Name, Value string }

// containerView is a row of the table of containers.
type containerView struct {
	Name, Image    string
	Essential      bool
	Ports          []report.Port
	Started, Ready string // how long after the task's beginning, and after its own start
	State, Class   string
	Exit           string
}

// finding is a problem or a finding with its place in the file.
type finding struct {
	Class, Label, Title, Place string
	Line                       int
	Text, Mark                 string // the file's line
	Details                    []string
}

func newView(r *report.Run) *view {
	v := &view{assets: ownAssets(), Title: report.Plain(r.Family), Graph: newGraph(r)}
	v.judge(r)
	v.Facts = facts(r)
	for i := range r.Containers {
		v.Containers = append(v.Containers, newContainerView(r, &r.Containers[i]))
	}
	for _, n := range r.Notes {
		n.Field, n.Treatment, n.Difference = report.Plain(n.Field), report.Plain(n.Treatment), report.Plain(n.Difference)
		v.Notes = append(v.Notes, n)
	}
	v.Waterfall, v.Ribbons, v.Stops = newWaterfall(r), newRibbons(r), newStops(r)
	for _, p := range r.Problems() {
		f := located(r, p.Position)
		f.Class, f.Label, f.Title = severityClass(p.Severity), p.Kind, report.Plain(p.Title)
		for _, d := range p.Details {
			f.Details = append(f.Details, report.Plain(d))
		}
		v.Problems = append(v.Problems, f)
	}
	for _, found := range r.Findings {
		f := located(r, found.Position)
		f.Class, f.Label, f.Title = severityClass(found.Severity), found.Rule, report.Plain(found.Message)
		if found.AWS != "" {
			f.Details = append(f.Details, "AWS says: "+report.Plain(found.AWS))
		}
		if found.Fix != "" {
			f.Details = append(f.Details, "fix: "+report.Plain(found.Fix))
		}
		v.Findings = append(v.Findings, f)
	}
	return v
}

// judge is the verdict at the head of the page.
func (v *view) judge(r *report.Run) {
	switch {
	case r.Failed():
		v.Verdict, v.Class = "failed", "bad"
	case r.Task.LastStatus != event.Stopped:
		v.Verdict, v.Class = strings.ToLower(cmp.Or(r.Task.LastStatus, "not started")), "open"
	default:
		v.Verdict, v.Class = "passed", "good"
	}
	v.Reason = report.Plain(r.Task.StoppedReason)
	if o := r.Outcome; o != nil && o.Error != "" && v.Reason == "" {
		v.Reason = report.Plain(o.Error)
	}
}

func facts(r *report.Run) []fact {
	var all []fact
	add := func(name, value string) {
		if value != "" {
			all = append(all, fact{name, report.Plain(value)})
		}
	}
	add("definition", r.Definition)
	add("task", r.Task.ID())
	add("launch type", r.LaunchType)
	add("network", r.NetworkMode)
	if len(r.Events) > 0 {
		first, last := r.Events[0].Time, r.Events[len(r.Events)-1].Time
		add("began", first.UTC().Format("2006-01-02 15:04:05 UTC"))
		add("took", report.Duration(last.Sub(first)))
	}
	if o := r.Outcome; o != nil {
		add("exit code", fmt.Sprint(o.ExitCode))
		add("reached", o.Reached)
	}
	add("status", r.Task.LastStatus)
	return all
}

func newContainerView(r *report.Run, c *report.Container) containerView {
	s := r.Story(c.Name)
	v := containerView{Name: report.Plain(c.Name), Image: report.Plain(c.Image), Essential: c.Essential, Ports: published(r, c),
		Started: since(s.Started, s.Began), Ready: since(s.Healthy, s.Started)}
	v.State, v.Class = state(c, s)
	if code := s.State.ExitCode; code != nil {
		v.Exit = fmt.Sprint(*code)
	}
	return v
}

// published are a container's ports with the addresses at which they were found; in awsvpc mode another container of the task has them.
func published(r *report.Run, c *report.Container) []report.Port {
	var all []report.Port
	for _, p := range c.Ports {
		p.Container, p.Host = report.Plain(p.Container), report.Plain(p.Host)
		for i := range r.Task.Containers {
			other := &r.Task.Containers[i]
			for _, found := range other.Runtime.Ports {
				if (other.Name == c.Name || other.Internal) && fmt.Sprintf("%d/%s", found.ContainerPort, found.Protocol) == p.Container {
					p.Host = net.JoinHostPort(found.HostIP, fmt.Sprint(found.HostPort))
				}
			}
		}
		all = append(all, p)
	}
	return all
}

// state is how a container stands or stood at its end, in a word and a colour.
func state(c *report.Container, s *report.Story) (word, class string) {
	switch code := s.State.ExitCode; {
	case s.State.OOM:
		return "out of memory", "bad"
	case s.State.HealthStatus == event.Unhealthy:
		return "unhealthy", "bad"
	case s.State.Killed:
		return "killed", "warn"
	case !s.Stopped.IsZero() && s.Started.IsZero():
		return "not started", "idle"
	case code != nil && *code != 0 && s.Stopping.IsZero():
		return "failed", map[bool]string{true: "bad", false: "warn"}[c.Essential]
	case s.State.HealthStatus == event.Healthy:
		return "healthy", "good"
	case code != nil:
		return "ended", "good"
	case !s.Started.IsZero() && s.Stopped.IsZero():
		return "running", "open"
	}
	return "not started", "idle"
}

func since(at, from time.Time) string {
	if at.IsZero() || from.IsZero() {
		return ""
	}
	return report.Duration(at.Sub(from))
}

func located(r *report.Run, pos diag.Position) finding {
	f := finding{Place: report.Plain(pos.String()), Line: pos.Line}
	f.Text, f.Mark, _ = report.Excerpt(r.Source, pos)
	return f
}

func severityClass(s diag.Severity) string {
	return map[diag.Severity]string{diag.Error: "bad", diag.Warning: "warn", diag.Info: "open"}[s]
}
