package cli

import (
	"fmt"
	"strings"
	"time"

	"github.com/ecslocal/ecslocal/cmd/ecslocal/internal/screen"
	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/healthcheck"
)

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
	case event.ContainerLogs:
		return e.Container + " logs to " + e.Message
	case event.ContainerRestarted:
		return fmt.Sprintf("%s restarted by its restartPolicy after exit code %s", e.Container, code(e.ExitCode))
	case event.ContainerProbe:
		return probe(e.Container, e.Probe)
	case event.ContainerHealth:
		return healthText(e)
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

func healthText(e event.Event) string {
	if e.Message == "" {
		return e.Container + " " + e.Health
	}
	return fmt.Sprintf("%s %s (%s)", e.Container, e.Health, e.Message)
}

// probe tells failures. Probes of ours follow one another quickly; what they show is told once it is certain.
func probe(container string, p *event.Probe) string {
	if p.ExitCode == 0 || p.Source == "prober" {
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

// printable keeps of a text what is text.
func printable(text string) string { return screen.Sanitize(text, false) }

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
