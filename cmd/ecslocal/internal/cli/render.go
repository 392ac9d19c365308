package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/ecslocal/ecslocal/emulator"
	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/healthcheck"
)

// renderer shows a run while it goes.
type renderer interface {
	event(event.Event)
	reached(*emulator.Task) // the condition of --wait holds
	finish(*emulator.Task)  // everything is over
}

func (c *command) renderer(flags *runFlags) renderer {
	switch {
	case flags.supervised:
		return &handshake{out: c.stdout}
	case flags.output == "json":
		return jsonLines{c.stdout}
	}
	return &textRenderer{out: c.stdout, err: c.stderr, color: isTerminal(c.stderr)}
}

// jsonLines writes one event a line.
type jsonLines struct{ out io.Writer }

func (j jsonLines) event(e event.Event) {
	if data, err := json.Marshal(e); err == nil {
		fmt.Fprintf(j.out, "%s\n", data)
	}
}
func (jsonLines) reached(*emulator.Task) {}
func (jsonLines) finish(*emulator.Task)  {}

// textRenderer writes container output to one stream and what happens to the task to the other.
type textRenderer struct {
	out, err io.Writer
	color    bool
	start    time.Time
	width    int // of the longest container name
	task     event.Folder
}

func (r *textRenderer) event(e event.Event) {
	r.task.Add(e)
	if e.Kind == event.TaskCreated {
		r.start = e.Time
		for _, c := range e.Task.Visible().Containers {
			r.width = max(r.width, len(c.Name))
		}
	}
	if e.Kind == event.Output {
		fmt.Fprintf(r.out, "%-*s  %s\n", r.width, e.Container, printable(e.Message))
		return
	}
	task := r.task.Task()
	if c := task.Container(e.Container); c != nil && c.Internal && e.Kind != event.Warning {
		return
	}
	if text := describeEvent(e, &task); text != "" {
		r.line(e.Time, text)
	}
}

func (r *textRenderer) line(at time.Time, text string) {
	fmt.Fprintf(r.err, "%s %s\n", r.dim(fmt.Sprintf("%7.2fs", at.Sub(r.start).Seconds())), text)
}

func (r *textRenderer) dim(text string) string {
	if !r.color {
		return text
	}
	return "\x1b[2m" + text + "\x1b[0m"
}

func (r *textRenderer) reached(task *emulator.Task) {
	described := task.Describe()
	r.line(time.Now(), "reached: task "+described.LastStatus+", health "+described.HealthStatus)
}

func (r *textRenderer) finish(task *emulator.Task) {
	for _, n := range task.Plan.Notes {
		r.line(time.Now(), fmt.Sprintf("note: %s %s is %s here: %s", n.Field, n.Path, n.Treatment, n.Difference))
	}
	ctx, cancel := context.WithTimeout(context.Background(), explainLimit)
	defer cancel()
	for name, found := range task.ExplainHealth(ctx) {
		r.line(time.Now(), name+" was never HEALTHY")
		writeExplanation(r.err, found)
	}
	described := task.Describe()
	r.line(time.Now(), summary(described))
}

// explainLimit bounds the look into images for an explanation.
const explainLimit = 10 * time.Second

// describeEvent is an event in words, empty for one that says nothing to a person.
func describeEvent(e event.Event, task *event.Task) string {
	switch e.Kind {
	case event.TaskCreated:
		return fmt.Sprintf("task %s  %s", e.Task.ID(), strings.TrimPrefix(e.Task.Group, "family:"))
	case event.TaskStatus:
		return "task " + e.Status
	case event.TaskStopping:
		return fmt.Sprintf("task stopping: %s (%s)", e.Reason, e.StopCode)
	case event.TaskWaiting:
		return e.Container + " " + e.Message
	case event.Warning:
		return strings.TrimSpace("warning: " + strings.TrimPrefix(e.Container+": ", ": ") + strings.ReplaceAll(e.Message, "\n", "\n           "))
	case event.ImagePulling:
		return e.Container + " pulling " + e.Message
	case event.ImageLocal:
		return fmt.Sprintf("%s uses the local image %s: %s", e.Container, e.Message, firstLine(e.Reason))
	case event.ContainerStarted:
		return e.Container + " started" + ports(task, e.Container)
	case event.ContainerRestarted:
		return fmt.Sprintf("%s restarted by its restartPolicy after exit code %s", e.Container, code(e.ExitCode))
	case event.ContainerProbe:
		return probe(e.Container, e.Probe)
	case event.ContainerHealth:
		return e.Container + " " + e.Health
	case event.ContainerStopping:
		return e.Container + " stopping"
	case event.ContainerStopped:
		return stopped(e)
	}
	return ""
}

// ports lists where a container's ports are found.
func ports(task *event.Task, container string) string {
	text := ""
	for _, p := range task.Published(container) {
		text += fmt.Sprintf(" %s:%d->%d/%s", p.HostIP, p.HostPort, p.ContainerPort, p.Protocol)
	}
	if text == "" {
		return ""
	}
	return " " + text
}

func probe(container string, p *event.Probe) string {
	if p.ExitCode == 0 {
		return ""
	}
	return fmt.Sprintf("%s health check failed: exit %d after %v: %s", container, p.ExitCode, p.Duration.Round(time.Millisecond), firstLine(healthcheck.Text(p.Output)))
}

func stopped(e event.Event) string {
	text := e.Container + " stopped"
	switch {
	case e.Killed:
		text += ": killed after its stopTimeout, exit code " + code(e.ExitCode)
	case e.ExitCode != nil:
		text += ": exit code " + code(e.ExitCode)
	}
	if e.Reason != "" {
		text += ": " + firstLine(e.Reason)
	}
	return text
}

func code(c *int) string {
	if c == nil {
		return "none"
	}
	return fmt.Sprint(*c)
}

func firstLine(text string) string {
	line, rest, more := strings.Cut(strings.TrimSpace(text), "\n")
	if more && strings.TrimSpace(rest) != "" {
		line += " …"
	}
	return printable(strings.TrimRight(line, "\r"))
}

// printable keeps a container from writing to the terminal anything but text and colours.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\x1b' || r == 0x7f {
			return -1
		}
		return r
	}, text)
}

// summary is a task's state in one line.
func summary(t event.Task) string {
	text := fmt.Sprintf("task %s %s", t.ID(), t.LastStatus)
	if t.StoppedReason != "" {
		text += ": " + t.StoppedReason
	}
	for _, c := range t.Containers {
		if c.Internal {
			continue
		}
		text += fmt.Sprintf("; %s %s", c.Name, c.LastStatus)
		if c.ExitCode != nil {
			text += fmt.Sprintf(" (%d)", *c.ExitCode)
		}
		if c.HasHealthCheck {
			text += " " + c.HealthStatus
		}
	}
	return text
}
