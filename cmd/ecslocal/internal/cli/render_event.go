package cli

import (
	"fmt"
	"strings"

	"github.com/ecslocal/ecslocal/cmd/ecslocal/internal/screen"
	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/emulator/report"
)

// describeEvent is an event in words, empty for one that says nothing to a person. Probes of ours follow one another quickly; what they show is
// told once it is certain.
func describeEvent(e event.Event, task *event.Task) string {
	if e.Kind == event.ContainerProbe && e.Probe.Source == "prober" {
		return ""
	}
	return report.EventText(e, task)
}

// after is what EventText says of a container, without its name.
func after(e event.Event) string {
	return strings.TrimPrefix(report.EventText(e, nil), e.Container+" ")
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
