package emulator

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/healthcheck"
)

// storyLines is how many of each container's last log events a story has, and storyWidth how much of each.
const (
	storyLines = 20
	storyWidth = 500
)

// Story tells what happened to the task so far, for whoever has to find out why a test failed: why health checks fail, the timeline, and
// the last log events of each container. No secret is in it. Whatever ctx leaves no time for is left out.
func (t *Task) Story(ctx context.Context) string {
	var b strings.Builder
	explained := t.ExplainHealth(ctx)
	for _, name := range slices.Sorted(maps.Keys(explained)) {
		fmt.Fprintf(&b, "why %s was not HEALTHY:\n", name)
		tellCauses(&b, explained[name])
	}
	b.WriteString("what happened:\n")
	t.tellTimeline(&b)
	for _, c := range t.Describe().Visible().Containers {
		t.tellLog(&b, c.Name)
	}
	return t.project.Hide(b.String())
}

func tellCauses(b *strings.Builder, causes []healthcheck.Diagnosis) {
	if len(causes) == 0 {
		b.WriteString("  nothing is known against its check\n")
	}
	for _, d := range causes {
		label := "because"
		switch {
		case d.Severity != diag.Error:
			label = "note"
		case d.Also:
			label = "also"
		}
		fmt.Fprintf(b, "  %s (%s, %s) %s\n", label, d.Rule.ID, d.Certainty, d.Message)
		if fix := d.Finding().Fix; fix != "" {
			fmt.Fprintf(b, "    fix: %s\n", fix)
		}
	}
}

func (t *Task) tellTimeline(b *strings.Builder) {
	events, task := t.Events(), t.Describe()
	for _, e := range events {
		if c := task.Container(e.Container); c != nil && c.Internal && e.Kind != event.Warning {
			continue
		}
		if text := tell(e); text != "" {
			fmt.Fprintf(b, "  %6.2fs %s\n", e.Time.Sub(events[0].Time).Seconds(), text)
		}
	}
}

// tell is an event in words, empty for one that a story can do without.
func tell(e event.Event) string {
	switch e.Kind {
	case event.TaskCreated:
		return "task " + e.Task.ID()
	case event.TaskStatus:
		return "task " + e.Status
	case event.TaskStopping:
		return fmt.Sprintf("task is stopping: %s (%s)", e.Reason, e.StopCode)
	case event.Warning, event.TaskWaiting:
		return strings.TrimSpace(e.Container + " " + e.Message)
	case event.ImageLocal:
		return fmt.Sprintf("%s uses the local image %s", e.Container, e.Message)
	case event.ContainerStarted:
		return e.Container + " started"
	case event.ContainerRestarted:
		return e.Container + " restarted" + exitOf(e)
	case event.ContainerHealth:
		return e.Container + " " + e.Health
	case event.ContainerProbe:
		if e.Probe.ExitCode != 0 {
			return fmt.Sprintf("%s health check ended with %d after %v: %s", e.Container, e.Probe.ExitCode,
				e.Probe.Duration.Round(time.Millisecond), strings.TrimSpace(healthcheck.Text(e.Probe.Output)))
		}
	case event.ContainerStopped:
		text := e.Container + " stopped" + exitOf(e)
		if e.Killed {
			text += ", killed after its stopTimeout"
		}
		return strings.TrimSpace(text + " " + e.Reason)
	}
	return ""
}

func exitOf(e event.Event) string {
	if e.ExitCode == nil {
		return ""
	}
	return fmt.Sprintf(" with exit code %d", *e.ExitCode)
}

// tellLog tells the end of a container's log.
func (t *Task) tellLog(b *strings.Builder, container string) {
	var last []string
	for message, err := range t.Messages(container) {
		if err != nil {
			message = fmt.Sprintf("(read the log: %v)", err)
		}
		if last = append(last, message); len(last) >= 2*storyLines {
			last = append(last[:0:0], last[storyLines:]...)
		}
	}
	if len(last) == 0 {
		fmt.Fprintf(b, "%s has written nothing\n", container)
		return
	}
	fmt.Fprintf(b, "last lines of %s:\n", container)
	for _, message := range last[max(0, len(last)-storyLines):] {
		if len(message) > storyWidth {
			message = strings.ToValidUTF8(message[:storyWidth], "") + "…"
		}
		fmt.Fprintf(b, "  %s\n", strings.ReplaceAll(message, "\n", "\n    "))
	}
}
