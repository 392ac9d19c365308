package report

import (
	"bufio"
	"fmt"
	"html"
	"io"
	"strings"
	"time"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/event"
)

// What a summary has at most of each: GitHub refuses one of more than 1 MiB.
const (
	summaryLines    = 30
	summaryLine     = 400 // bytes
	summaryProblems = 50
	summaryNotes    = 50
)

// Markdown writes a summary of a run for the page of a GitHub job, or any other reader of GitHub's Markdown: the verdict, a table of the
// containers, what went wrong with the last lines of output, and what was different from ECS.
func Markdown(w io.Writer, r *Run) error {
	tails, tailsErr := r.Tails(summaryLines)
	m := &markdown{Writer: bufio.NewWriter(w), run: r, tails: tails, problems: r.Problems()}
	m.verdict()
	m.table()
	m.wrong()
	if tailsErr != nil {
		fmt.Fprintf(m, "Some lines of output are missing: %s\n\n", inline(tailsErr.Error()))
	}
	m.findings()
	m.notes()
	if err := m.Flush(); err != nil {
		return fmt.Errorf("write the summary: %w", err)
	}
	return nil
}

type markdown struct {
	*bufio.Writer
	run      *Run
	tails    map[string][]Line
	problems []Problem
}

func (m *markdown) verdict() {
	r := m.run
	mark, word := "✅", "passed"
	if r.worst(m.problems) != nil {
		mark, word = "❌", "failed"
	} else if r.Task.LastStatus != event.Stopped && !r.Abandoned {
		mark, word = "⏳", strings.ToLower(r.Task.LastStatus)
	}
	fmt.Fprintf(m, "### %s %s %s\n\n", mark, inline(r.Family), word)
	fmt.Fprintf(m, "Task %s of %s: %s, %s, %s, %s in all.", code(r.Task.ID()), code(r.Definition), inline(r.LaunchType), inline(r.NetworkMode), inline(r.Task.LastStatus), Duration(r.elapsed()))
	if o := r.Outcome; o != nil && o.Reached != "" {
		fmt.Fprintf(m, " It became %s, as `--wait` asked for.", inline(o.Reached))
	}
	if r.Task.StoppedReason != "" {
		fmt.Fprintf(m, " %s", within(r.Task.StoppedReason))
	}
	fmt.Fprint(m, "\n\n")
}

func (m *markdown) table() {
	fmt.Fprint(m, "| container | image | started after | HEALTHY after | probes | health | exit code |\n|---|---|--:|--:|--:|---|--:|\n")
	for i := range m.run.Containers {
		c := &m.run.Containers[i]
		s := m.run.Story(c.Name)
		name := code(c.Name)
		if !c.Essential {
			name += " (not essential)"
		}
		fmt.Fprintf(m, "| %s | %s | %s | %s | %s | %s | %s |\n", name, code(c.Image), after(s.Started, s.Began), after(s.Healthy, s.Started), s.probes(), s.health(c), s.end())
	}
	fmt.Fprintln(m)
}

// after is the time between two moments in words, empty where one has not come.
func after(at, from time.Time) string {
	if at.IsZero() || from.IsZero() {
		return ""
	}
	return Duration(at.Sub(from))
}

func (s *Story) probes() string {
	if len(s.Probes) == 0 {
		return ""
	}
	failed := 0
	for _, p := range s.Probes {
		if p.ExitCode != 0 {
			failed++
		}
	}
	if failed == 0 {
		return fmt.Sprint(len(s.Probes))
	}
	return fmt.Sprintf("%d, %d failed", len(s.Probes), failed)
}

func (s *Story) health(c *Container) string {
	if c.HealthCheck == nil {
		return ""
	}
	return inline(s.State.HealthStatus)
}

func (s *Story) end() string {
	switch {
	case s.State.ExitCode == nil:
		return ""
	case s.State.OOM:
		return fmt.Sprintf("%d (memory)", *s.State.ExitCode)
	case s.State.Killed:
		return fmt.Sprintf("%d (killed)", *s.State.ExitCode)
	}
	return fmt.Sprint(*s.State.ExitCode)
}

// wrong tells the problems, and the last lines of the containers that have one.
func (m *markdown) wrong() {
	told := map[string]bool{}
	for i, p := range m.problems {
		if i == summaryProblems {
			fmt.Fprintf(m, "- and %d more\n", len(m.problems)-i)
			break
		}
		mark := "⚠️"
		if p.Severity == diag.Error {
			mark = "❌"
		}
		fmt.Fprintf(m, "- %s **%s**", mark, inline(p.Title))
		if place := p.Position.String(); place != "" {
			fmt.Fprintf(m, " at %s", code(place))
		}
		for _, d := range p.Details {
			fmt.Fprintf(m, "  \n  %s", strings.ReplaceAll(inline(cut(Plain(d), 4*summaryLine)), "\n", "  \n  "))
		}
		fmt.Fprintln(m)
		told[p.Container] = told[p.Container] || p.Kind != KindWarning
	}
	if len(m.problems) > 0 {
		fmt.Fprintln(m)
	}
	for _, c := range m.run.Containers {
		if tail := m.tails[c.Name]; told[c.Name] && len(tail) > 0 {
			m.tail(c.Name, tail)
		}
	}
}

func (m *markdown) tail(name string, tail []Line) {
	fmt.Fprintf(m, "<details><summary>Last lines of %s</summary>\n\n<pre>", code(name))
	for _, line := range tail {
		fmt.Fprintln(m, html.EscapeString(cut(Plain(line.Text), summaryLine)))
	}
	fmt.Fprint(m, "</pre>\n</details>\n\n")
}

// findings tells what was said of the definition before the run, but for what needs no change.
func (m *markdown) findings() {
	n := 0
	for _, f := range m.run.Findings {
		if f.Severity == diag.Info {
			continue
		}
		if n++; n <= summaryProblems {
			fmt.Fprintf(m, "- %s %s: %s\n", code(f.Rule), code(f.Position.String()), inline(f.Message))
		}
	}
	if n > summaryProblems {
		fmt.Fprintf(m, "- and %d more findings\n", n-summaryProblems)
	}
	if n > 0 {
		fmt.Fprintln(m)
	}
}

func (m *markdown) notes() {
	if len(m.run.Notes) == 0 {
		return
	}
	fmt.Fprintf(m, "<details><summary>%s</summary>\n\n", count(len(m.run.Notes), "difference from ECS", "differences from ECS"))
	for _, n := range m.run.Notes[:min(len(m.run.Notes), summaryNotes)] {
		fmt.Fprintf(m, "- %s is %s: %s\n", code(n.Field), inline(n.Treatment), inline(n.Difference))
	}
	fmt.Fprint(m, "\n</details>\n\n")
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// inline is a text that Markdown shows as it is: whatever could begin markup is escaped.
func inline(text string) string {
	var b strings.Builder
	start := true // of a line
	for _, r := range Plain(text) {
		if strings.ContainsRune("\\`*_[]<>&|~$@", r) || start && strings.ContainsRune("#+-=>0123456789", r) {
			fmt.Fprintf(&b, "&#%d;", r)
		} else {
			b.WriteRune(r)
		}
		start = r == '\n' || start && (r == ' ' || r == '\t')
	}
	return b.String()
}

// within is a text that does not begin a line.
func within(text string) string { return strings.TrimPrefix(inline("x"+text), "x") }

// code is a text in the font of code.
func code(text string) string {
	if text = strings.ReplaceAll(text, "\n", " "); text == "" {
		return ""
	}
	return "<code>" + within(text) + "</code>"
}
