package screen

import (
	"fmt"
	"strings"
	"time"

	"github.com/ecslocal/ecslocal/emulator/event"
)

// Sizes below which a table would be in the way of the log.
const (
	minWidth  = 24
	minHeight = 6
)

type glyphs struct {
	arrow, rule, more string
	marks             [3]string
}

// glyphs differ in shape, not only in colour.
func (t *Table) glyphs() glyphs {
	if t.Plain {
		return glyphs{arrow: "->", rule: "-", more: "...", marks: [...]string{passed: "+", excused: "o", failed: "X"}}
	}
	return glyphs{arrow: "→", rule: "─", more: "…", marks: [...]string{passed: "▪", excused: "○", failed: "✗"}}
}

// Frame is the table at a size and an instant: a headline, and a line for each container as far as half the height goes. It is empty
// where there is no task yet, or no room.
func (t *Table) Frame(width, height int, now time.Time) []Line {
	task := t.folder.Task()
	if task.TaskARN == "" || width < minWidth || height < minHeight {
		return nil
	}
	width-- // a full line would make the terminal wrap
	visible := task.Visible().Containers
	room := height/2 - 1
	lines := []Line{t.headline(&task, width, now)}
	columns := t.columns(&task, visible, width)
	shown := visible
	if len(shown) > room {
		shown = shown[:room-1]
	}
	for i := range shown {
		lines = append(lines, t.row(&task, task.Container(shown[i].Name), Of(i), columns).cut(width, t.glyphs().more))
	}
	if rest := visible[len(shown):]; len(rest) > 0 {
		lines = append(lines, Line{{fmt.Sprintf(" %s %d more: %s", t.glyphs().more, len(rest), tally(rest)), Dim}}.cut(width, t.glyphs().more))
	}
	return lines
}

// tally counts containers by their status.
func tally(containers []event.Container) string {
	var parts []string
	for _, status := range []string{event.Pending, event.Running, event.Stopped} {
		n := 0
		for _, c := range containers {
			if c.LastStatus == status {
				n++
			}
		}
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, status))
		}
	}
	return strings.Join(parts, ", ")
}

// headline is the rule between log and table, with the task on it.
func (t *Table) headline(task *event.Task, width int, now time.Time) Line {
	g := t.glyphs()
	hint := "Ctrl-C "
	if t.Keys {
		hint = "q "
	}
	if task.DesiredStatus == event.Stopped {
		hint += "kills"
	} else {
		hint += "stops"
	}
	line := Line{{g.rule + g.rule + " ", Dim}, {clean(strings.TrimPrefix(task.Group, "family:")), Bold},
		{fmt.Sprintf(" %.12s ", task.ID()), Dim}, {task.LastStatus, statusStyle(task.LastStatus, nil)}, {" ", Plain}}
	if task.HealthStatus != event.Unknown {
		line = append(line, Span{task.HealthStatus, healthStyle(task.HealthStatus)}, Span{" ", Plain})
	}
	line = append(line, Span{elapsed(task.Elapsed(now)) + " ", Dim})
	tail := " " + hint + " " + g.rule + g.rule
	if line.width()+Width(tail) > width {
		tail = ""
	}
	rule := strings.Repeat(g.rule, max(0, width-line.width()-Width(tail)))
	return append(line, Span{rule + tail, Dim}).cut(width, g.more)
}

// columns are the widths of the table's columns; 0 leaves one out.
type columns struct{ name, status, health, ribbon int }

const statusWidth = len("STOPPED 137")

func (t *Table) columns(task *event.Task, containers []event.Container, width int) columns {
	c := columns{status: statusWidth}
	for i := range containers {
		c.name = max(c.name, Width(clean(containers[i].Name)))
		if of := task.Container(containers[i].Name); of.HasHealthCheck {
			c.health = len(event.Unhealthy)
		}
		if r := t.rows[containers[i].Name]; r != nil {
			c.ribbon = max(c.ribbon, len(r.ribbon))
		}
	}
	c.name = min(c.name, max(8, width/4))
	c.ribbon = min(c.ribbon, max(0, (width-40)/3))
	if width < 40 {
		c.health = 0 // the ribbon is away already
	}
	return c
}

// row is a container's line.
func (t *Table) row(task *event.Task, c *event.Container, color Style, w columns) Line {
	g := t.glyphs()
	status := c.LastStatus
	if c.LastStatus == event.Stopped && c.ExitCode != nil {
		status = fmt.Sprintf("%s %d", status, *c.ExitCode)
	}
	line := Line{{" ", Plain}, {pad(clean(c.Name), w.name, g.more), color}, {" " + pad(status, w.status, g.more), statusStyle(c.LastStatus, c.ExitCode)}}
	if w.health > 0 {
		health := ""
		if c.HasHealthCheck {
			health = c.HealthStatus
		}
		line = append(line, Span{" " + pad(health, w.health, g.more), healthStyle(health)})
	}
	if w.ribbon > 0 {
		line = append(line, Span{" ", Plain})
		line = append(line, t.ribbon(c.Name, w.ribbon)...)
	}
	return append(line, Span{" " + t.notes(task, c), Plain})
}

// ribbon shows the last probes of a container, the newest at the right.
func (t *Table) ribbon(name string, width int) Line {
	var marks []mark
	if r := t.rows[name]; r != nil {
		marks = r.ribbon[max(0, len(r.ribbon)-width):]
	}
	var line Line
	for _, m := range marks {
		line = append(line, Span{t.glyphs().marks[m], [...]Style{passed: Good, excused: Wait, failed: Bad}[m]})
	}
	return append(line, Span{strings.Repeat(" ", width-len(marks)), Plain})
}

func statusStyle(status string, exitCode *int) Style {
	switch {
	case status == event.Running:
		return Good
	case status == event.Stopped && exitCode != nil && *exitCode != 0:
		return Bad
	case status == event.Stopped:
		return Dim
	}
	return Wait
}

func healthStyle(health string) Style {
	switch health {
	case event.Healthy:
		return Good
	case event.Unhealthy:
		return Bad
	}
	return Dim
}
