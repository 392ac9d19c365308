package cli

import (
	"fmt"
	"strings"
	"time"

	"github.com/ecslocal/ecslocal/emulator"
	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/emulator/report"
	"github.com/ecslocal/ecslocal/healthcheck"
)

// lastLines is how many lines of each container's log a standing has, and lineWidth how many characters of each.
const (
	lastLines = 5
	lineWidth = 300
)

// standing is how a task stands, for whoever must find out why it did not get further: each container's status, its last probe or what it
// waits for, and the end of its log.
func standing(task *emulator.Task, now time.Time) []string {
	described := task.Describe()
	lines := []string{fmt.Sprintf("task %s, health %s", described.LastStatus, described.HealthStatus)}
	events := task.Events()
	for _, c := range described.Containers {
		if c.Internal {
			continue
		}
		lines = append(lines, "  "+c.Name+" "+stateOf(&described, &c, events, now))
		for _, line := range lastOf(task, c.Name) {
			lines = append(lines, "    | "+line)
		}
	}
	return lines
}

// stateOf is a container's, in words.
func stateOf(task *event.Task, c *event.Container, events []event.Event, now time.Time) string {
	text := c.LastStatus
	if c.ExitCode != nil {
		text += fmt.Sprintf(" with exit code %d", *c.ExitCode)
	}
	if c.Reason != "" && c.LastStatus == event.Stopped {
		text += ": " + firstLine(c.Reason)
	}
	if c.HasHealthCheck {
		text += ", " + c.HealthStatus
	}
	switch last := lastOfKind(events, c.Name); {
	case last == nil:
	case last.Kind == event.TaskWaiting && c.LastStatus == event.Pending:
		text += ", " + firstLine(last.Message)
	case last.Kind == event.ImagePulling && c.LastStatus == event.Pending:
		text += ", pulling " + firstLine(last.Message)
	case last.Kind == event.ContainerProbe:
		text += fmt.Sprintf(", last check %v ago: exit %d after %v", now.Sub(last.Probe.Start).Round(time.Second), last.Probe.ExitCode,
			last.Probe.Duration.Round(time.Millisecond))
		if said := firstLine(healthcheck.Text(last.Probe.Output)); said != "" {
			text += ": " + said
		}
	case c.HasHealthCheck && c.LastStatus == event.Running:
		text += ", no check has ended yet"
	}
	if c.LastStatus == event.Running {
		text += report.PublishedOn(task, c.Name)
	}
	return text
}

// lastOfKind is the last event of a container that says what it is at: a probe, a wait, a pull.
func lastOfKind(events []event.Event, container string) *event.Event {
	for i := len(events) - 1; i >= 0; i-- {
		switch e := &events[i]; e.Kind {
		case event.ContainerProbe, event.TaskWaiting, event.ImagePulling, event.ImagePulled, event.ImageLocal, event.ContainerStarted:
			if e.Container == container {
				return e
			}
		}
	}
	return nil
}

// lastOf are the last lines that a container has written.
func lastOf(task *emulator.Task, container string) []string {
	var last []string
	for message, err := range task.Messages(container) {
		if err != nil {
			message = "(read the log: " + err.Error() + ")"
		}
		last = append(last, strings.FieldsFunc(message, func(r rune) bool { return r == '\n' || r == '\r' })...)
		last = last[max(0, len(last)-lastLines):]
	}
	for i, line := range last {
		if runes := []rune(line); len(runes) > lineWidth {
			line = string(runes[:lineWidth]) + "…"
		}
		last[i] = printable(line)
	}
	return last
}
