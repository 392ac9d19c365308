package cli

import (
	"strings"
	"testing"
	"time"

	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/healthcheck"
	"github.com/google/go-cmp/cmp"
)

func TestTimeline(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 11, 27, 4, 0, 0, 0, time.UTC)
	at := func(s float64) time.Time { return start.Add(time.Duration(s * float64(time.Second))) }
	probe := func(s float64, p event.Probe) event.Event {
		p.Start = at(s)
		return event.Event{Time: at(s + 0.2), Kind: event.ContainerProbe, Container: "web", Probe: &p}
	}
	refused := event.Probe{ExitCode: 1, Duration: 150 * time.Millisecond, Output: "curl: (7) Failed to connect after 1 ms, token hunter2\nmore\x1b[2J", Streak: 1, Status: "starting", Source: "engine"}
	again := refused
	again.Streak, again.Status = 2, "unhealthy"
	again.Output = strings.Replace(refused.Output, "1 ms", "0 ms", 1) // the same but for the time
	one := 1
	var out strings.Builder
	w := newTimeline(&out, func(s string) string { return strings.ReplaceAll(s, "hunter2", "***") }, []healthcheck.Definition{
		{Container: "web", HasCheck: true, Command: healthcheck.Command{"CMD", "/check"}, Retries: healthcheck.Set(2)}, {Container: "side"}}, "")
	for _, e := range []event.Event{
		{Time: at(-1), Kind: event.ContainerCreated, Container: "web"},
		{Time: at(0.1), Kind: event.ContainerStarted, Container: "web", Runtime: &event.Runtime{StartedAt: at(0)}},
		{Time: at(0.1), Kind: event.ContainerStarted, Container: "side"},
		probe(30, refused), probe(60.2, again),
		{Time: at(60.4), Kind: event.ContainerHealth, Container: "web", Health: event.Unhealthy},
		probe(90, event.Probe{ExitCode: -1, Duration: 5 * time.Second, Output: "Health check exceeded timeout (5s)", Streak: 3, Status: "unhealthy", Source: "engine"}),
		probe(91, event.Probe{Duration: 80 * time.Millisecond, Output: "ok", Status: "healthy", Source: "prober"}),
		{Time: at(91.1), Kind: event.ContainerHealth, Container: "web", Health: event.Healthy, Message: "fast probe; the engine confirms with its next probe"},
		{Time: at(92), Kind: event.ContainerStopped, Container: "web", ExitCode: &one},
	} {
		w.event(e)
	}
	want := `web  ["CMD","/check"]
          interval 30s  timeout 5s  retries 2  startPeriod 0s
web     +0.0s  started
web    +30.0s  probe 1    FAIL       150ms  exit 1    streak 1/2  starting   curl: (7) Failed to connect after 1 ms, token *** …
web    +60.2s  probe 2    FAIL       150ms  exit 1    streak 2/2  unhealthy  (same)
web    +60.4s  UNHEALTHY
web    +90.0s  probe 3    TIMEOUT       5s  exit -1   streak 3/2  unhealthy  Health check exceeded timeout (5s)
web    +91.0s  probe 4    pass        80ms  exit 0    streak 0/2  healthy    by ecslocal  ok
web    +91.1s  HEALTHY (fast probe; the engine confirms with its next probe)
web    +92.0s  stopped: exit code 1
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if code := w.exitCode(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}
