package page

import (
	"fmt"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/emulator/report"
	"github.com/ecslocal/ecslocal/healthcheck"
)

// ribbon is every probe of one container's health check.
type ribbon struct {
	Name, Command, Pace string
	Status, Class       string
	Ticks               []tick
	Probes              []probe
	// Left is how many more probes there were, between those that are shown.
	Left    int
	Causes  []report.Explanation
	Summary string
}

// probe is one run of a check.
type probe struct {
	Number                     int
	X, W, Class                string
	At, Took, Exit, State, Out string
	Title                      string
}

// maxProbes are shown of one container: the first and the last of more.
const maxProbes = 1000

func newRibbons(r *report.Run) []ribbon {
	s := newScale(r, false)
	var all []ribbon
	for i := range r.Containers {
		c := &r.Containers[i]
		if c.HealthCheck == nil {
			continue
		}
		story := r.Story(c.Name)
		b := ribbon{Name: report.Plain(c.Name), Command: commandText(c.HealthCheck.Command), Ticks: s.ticks(), Status: report.Plain(story.State.HealthStatus),
			Pace: fmt.Sprintf("every %d s, timeout %d s, %d retries, start period %d s", c.HealthCheck.Interval, c.HealthCheck.Timeout, c.HealthCheck.Retries, c.HealthCheck.StartPeriod)}
		b.Class = map[string]string{event.Healthy: "good", event.Unhealthy: "bad"}[story.State.HealthStatus]
		b.Summary = fmt.Sprintf("%d probes, none failed", len(story.Probes))
		failed := 0
		for n, p := range story.Probes {
			if p.ExitCode != 0 {
				failed++
			}
			if n >= maxProbes/2 && n < len(story.Probes)-maxProbes/2 {
				b.Left++
				continue
			}
			b.Probes = append(b.Probes, newProbe(n+1, &p, s))
		}
		if failed > 0 {
			b.Summary = fmt.Sprintf("%d probes, %d failed", len(story.Probes), failed)
		}
		for _, x := range r.Explanations[c.Name] {
			x.Message, x.Evidence, x.Fix = report.Plain(x.Message), report.Plain(x.Evidence), report.Plain(x.Fix)
			b.Causes = append(b.Causes, x)
		}
		all = append(all, b)
	}
	return all
}

func newProbe(n int, p *event.Probe, s scale) probe {
	x := s.at(p.Start)
	v := probe{Number: n, X: percent(x), W: percent(max(s.at(p.Start.Add(p.Duration))-x, 0)), Class: "pass", At: report.Duration(p.Start.Sub(s.from)),
		Took: report.Duration(p.Duration), Exit: fmt.Sprint(p.ExitCode), State: report.Plain(p.Status), Out: strings.TrimSpace(report.Plain(healthcheck.Text(p.Output)))}
	if p.ExitCode != 0 {
		v.Class = "fail"
	}
	v.Title = fmt.Sprintf("probe %d at %s: exit code %s after %s", n, v.At, v.Exit, v.Took)
	if p.Streak > 1 {
		v.Title += fmt.Sprintf(", failure %d in a row", p.Streak)
	}
	if v.State != "" {
		v.Title += ", then " + v.State
	}
	if v.Out != "" {
		v.Title += "\n" + v.Out
	}
	return v
}

// commandText is a command as a person would type it.
func commandText(argv []string) string {
	if len(argv) == 2 && argv[0] == "CMD-SHELL" {
		return report.Plain(argv[1])
	}
	if len(argv) > 0 && argv[0] == "CMD" {
		argv = argv[1:]
	}
	var words []string
	for _, a := range argv {
		if a == "" || strings.ContainsAny(a, " \t\n'\"\\$|&;<>()*?#`") {
			a = "'" + strings.ReplaceAll(a, "'", `'\''`) + "'"
		}
		words = append(words, a)
	}
	return report.Plain(strings.Join(words, " "))
}
