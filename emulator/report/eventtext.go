package report

import (
	"fmt"
	"strings"
	"time"

	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/healthcheck"
)

// EventText is an event in words for whoever follows a run, empty for one that says nothing to a person. What containers and images wrote is in
// it as it is. Lines after the first are indented. The task is as it stands after the event; nil leaves out where its ports are.
func EventText(e event.Event, task *event.Task) string {
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
		return fmt.Sprintf("%s uses the local image %s: %s", e.Container, e.Message, beginning(e.Reason))
	case event.ContainerStarted:
		return e.Container + " started" + PublishedOn(task, e.Container)
	case event.ContainerLogs:
		return e.Container + " logs to " + e.Message
	case event.ContainerRestarted:
		return fmt.Sprintf("%s restarted by its restartPolicy after exit code %s", e.Container, codeText(e.ExitCode))
	case event.ContainerProbe:
		return failedProbe(e.Container, e.Probe)
	case event.ContainerHealth:
		if e.Message != "" {
			return fmt.Sprintf("%s %s (%s)", e.Container, e.Health, e.Message)
		}
		return e.Container + " " + e.Health
	case event.ContainerStopping:
		return e.Container + " stopping"
	case event.ContainerStopped:
		return stoppedText(e)
	}
	return ""
}

// PublishedOn lists where a container's ports are found.
func PublishedOn(task *event.Task, container string) string {
	if task == nil {
		return ""
	}
	text := ""
	for _, p := range task.Published(container) {
		text += fmt.Sprintf(" %s:%d->%d/%s", p.HostIP, p.HostPort, p.ContainerPort, p.Protocol)
	}
	if text != "" {
		text = " " + text
	}
	return text
}

// failedProbe tells of a check that failed. The engine's -1 is no exit code: the check could not be started, or took too long.
func failedProbe(container string, p *event.Probe) string {
	if p.ExitCode == 0 {
		return ""
	}
	exit := ""
	if p.ExitCode > 0 {
		exit = fmt.Sprintf(" exit %d", p.ExitCode)
	}
	return strings.TrimSuffix(fmt.Sprintf("%s health check failed:%s after %v: %s", container, exit, p.Duration.Round(time.Millisecond), beginning(healthcheck.Text(p.Output))), ": ")
}

func stoppedText(e event.Event) string {
	text := e.Container + " stopped"
	switch {
	case e.Killed:
		text += ": killed after its stopTimeout, exit code " + codeText(e.ExitCode)
	case e.ExitCode != nil:
		text += ": exit code " + codeText(e.ExitCode)
	}
	if e.Reason != "" {
		text += ": " + beginning(e.Reason)
	}
	return text
}

func codeText(c *int) string {
	if c == nil {
		return "none"
	}
	return fmt.Sprint(*c)
}

// beginning is the first line of a text, which says whether there are more.
func beginning(text string) string {
	line, rest, more := strings.Cut(strings.TrimSpace(text), "\n")
	if more && strings.TrimSpace(rest) != "" {
		line += " …"
	}
	return strings.TrimRight(line, "\r")
}
