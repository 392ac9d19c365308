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
	"github.com/ecslocal/ecslocal/emulator/report"
	"github.com/ecslocal/ecslocal/healthcheck"
)

// storyLines is how many of each container's last log events a story has, and storyWidth how much of each.
const (
	storyLines = 20
	storyWidth = 500
)

// Story tells what happened to the task so far, for whoever has to find out why a test failed: why health checks fail, the timeline, and
// the last log events of each container. No secret is in it. It is told when ctx has ended, too; what takes long is left out.
func (t *Task) Story(ctx context.Context) string {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), tellLimit)
	defer cancel()
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
	var failed failures
	for _, e := range events {
		at := e.Time.Sub(events[0].Time)
		switch c := task.Container(e.Container); {
		case c != nil && c.Internal && e.Kind != event.Warning:
			continue
		case e.Kind == event.ContainerProbe:
			if e.Probe.ExitCode != 0 {
				failed.add(b, e, at)
			}
			continue
		case slices.Contains([]event.Kind{event.ImagePulling, event.ContainerLogs, event.ContainerStopping}, e.Kind): // a story can do without
			continue
		}
		if text := report.EventText(e, &task); text != "" {
			failed.end(b)
			tellMoment(b, at, text)
		}
	}
	failed.end(b)
}

func tellMoment(b *strings.Builder, at time.Duration, text string) {
	fmt.Fprintf(b, "  %6.2fs %s\n", at.Seconds(), text)
}

// failures are failed probes that follow one another and say the same. Those of ecslocal are so many that a story would be of nothing else.
type failures struct {
	first event.Event
	at    time.Duration
	last  time.Duration
	count int
}

func (f *failures) add(b *strings.Builder, e event.Event, at time.Duration) {
	if f.count > 0 && (e.Container != f.first.Container || e.Probe.ExitCode != f.first.Probe.ExitCode || !healthcheck.SameText(e.Probe.Output, f.first.Probe.Output)) {
		f.end(b)
	}
	if f.count == 0 {
		f.first, f.at = e, at
	}
	f.last, f.count = at, f.count+1
}

func (f *failures) end(b *strings.Builder) {
	if f.count == 0 {
		return
	}
	text := report.EventText(f.first, nil)
	if f.count > 1 {
		text += fmt.Sprintf(" (%d times until %.2fs)", f.count, f.last.Seconds())
	}
	tellMoment(b, f.at, text)
	*f = failures{}
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
