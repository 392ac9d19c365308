package cli

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/healthcheck"
)

// timelineWriter prints what happens to the health of containers, a line for each probe.
type timelineWriter struct {
	out     io.Writer
	hide    func(string) string
	only    string // the container, empty for all with a check
	checks  map[string]healthcheck.Definition
	lines   map[string]*timelineOf
	healths map[string]string
	// unhealthy is called when a container becomes UNHEALTHY; nil for nobody.
	unhealthy func(container string)
}

// timelineOf is where the timeline of one container stands.
type timelineOf struct {
	started time.Time
	probes  int
	last    string // output
}

func newTimeline(out io.Writer, hide func(string) string, definitions []healthcheck.Definition, only string) *timelineWriter {
	t := &timelineWriter{out: out, hide: hide, only: only, checks: map[string]healthcheck.Definition{}, lines: map[string]*timelineOf{}, healths: map[string]string{}}
	for _, d := range definitions {
		if d.HasCheck && (only == "" || d.Container == only) {
			t.checks[d.Container] = d
			t.healths[d.Container] = event.Unknown
		}
	}
	return t
}

// event takes the next event of the task.
func (t *timelineWriter) event(e event.Event) {
	d, ok := t.checks[e.Container]
	if !ok {
		return
	}
	line := t.lines[e.Container]
	if line == nil {
		line = &timelineOf{started: e.Time}
		t.lines[e.Container] = line
	}
	switch e.Kind {
	case event.ContainerStarted:
		line.started = startOf(e)
		t.head(d)
		t.line(e, line.started, "started")
	case event.ContainerRestarted:
		line.started, line.last = startOf(e), ""
		t.healths[e.Container] = event.Unknown
		t.line(e, e.Time, after(e))
	case event.ContainerProbe:
		t.probe(e, line, d)
	case event.ContainerHealth:
		t.healths[e.Container] = e.Health
		t.line(e, e.Time, t.hide(after(e)))
		if e.Health == event.Unhealthy && t.unhealthy != nil {
			t.unhealthy(e.Container)
		}
	case event.ContainerPaused:
		t.line(e, e.Time, "paused: the engine stops probing, and reports unhealthy until the next pass")
	case event.ContainerUnpaused:
		t.line(e, e.Time, "unpaused")
	case event.ContainerStopped:
		t.line(e, e.Time, after(e))
	}
}

// startOf is when a container started by the engine's clock, which probes are told by.
func startOf(e event.Event) time.Time {
	if e.Runtime != nil && !e.Runtime.StartedAt.IsZero() {
		return e.Runtime.StartedAt
	}
	return e.Time
}

// head says which numbers the timeline is to be read by.
func (t *timelineWriter) head(d healthcheck.Definition) {
	p := paceOf(d)
	fmt.Fprintf(t.out, "%s  %s\n          interval %v  timeout %v  retries %d  startPeriod %v\n", d.Container, printable(t.hide(d.Command.String())), p.Interval, p.Timeout, p.Retries, p.StartPeriod)
}

func (t *timelineWriter) line(e event.Event, at time.Time, text string) {
	fmt.Fprintf(t.out, "%s  %8s  %s\n", e.Container, fmt.Sprintf("+%.1fs", max(0, at.Sub(t.lines[e.Container].started).Seconds())), printable(text))
}

// probe is one line: result, duration, exit code, failures in a row, and the first line of the output unless it is that of the probe before.
func (t *timelineWriter) probe(e event.Event, line *timelineOf, d healthcheck.Definition) {
	p := e.Probe
	line.probes++
	result := "pass"
	switch {
	case p.ExitCode == -1 && strings.HasPrefix(p.Output, "Health check exceeded timeout"):
		result = "TIMEOUT"
	case p.ExitCode != 0:
		result = "FAIL"
	}
	output := firstLine(t.hide(healthcheck.Text(p.Output)))
	text := fmt.Sprintf("probe %-3d  %-7s  %7v  exit %-3d  streak %d/%d  %-9s", line.probes, result, p.Duration.Round(time.Millisecond), p.ExitCode, p.Streak, paceOf(d).Retries, p.Status)
	if p.Source == "prober" {
		text += "  by ecslocal"
	}
	switch {
	case output == "":
	case healthcheck.SameText(output, line.last):
		text += "  (same)"
	default:
		text += "  " + shortened(output, 160)
	}
	line.last = output
	t.line(e, p.Start, text)
}

// exitCode is that of health watch: 1 where a container is UNHEALTHY, 3 where one is not known, else 0.
func (t *timelineWriter) exitCode() int {
	worst := 0
	for _, health := range t.healths {
		switch health {
		case event.Unhealthy:
			return exitInvalid
		case event.Unknown:
			worst = exitUndecided
		}
	}
	return worst
}
