package screen

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden frames")

var start = time.Date(2026, 11, 27, 8, 0, 0, 0, time.UTC)

// run is a task with four containers, in steps that change what the table shows.
func run() []event.Event {
	code := func(c int) *int { return &c }
	created := event.Task{TaskARN: "arn:aws:ecs:us-east-1:1:task/default/a9fff5a971b1672f", Group: "family:shop", LastStatus: event.Provisioning,
		DesiredStatus: event.Running, HealthStatus: event.Unknown}
	for _, c := range []event.Container{
		{Name: "migrate"}, {Name: "web", Essential: true, HasHealthCheck: true, Ports: []string{"8080/tcp"}},
		{Name: "a-sidecar-with-a-very-long-name", HasHealthCheck: true}, {Name: "日本語", Essential: true},
	} {
		c.LastStatus, c.HealthStatus = event.Pending, event.Unknown
		created.Containers = append(created.Containers, c)
	}
	probe := func(container string, code int, status string) event.Event {
		return event.Event{Kind: event.ContainerProbe, Container: container, Probe: &event.Probe{ExitCode: code, Status: status}}
	}
	return []event.Event{
		{Kind: event.TaskCreated, Task: &created},
		{Kind: event.TaskStatus, Status: event.Pending},
		{Kind: event.TaskWaiting, Container: "web", Message: "waits for migrate to be successful"},
		{Kind: event.ImagePulling, Container: "migrate", Message: "registry.example/migrate:\x1b[2J1"},
		{Kind: event.ImageProgress, Container: "migrate", Progress: &event.Progress{Current: 12_300_000, Total: 36_000_000}}, // step 5
		{Kind: event.ImagePulled, Container: "migrate"},
		{Kind: event.ContainerStarted, Container: "migrate"},
		{Kind: event.ContainerStopped, Container: "migrate", ExitCode: code(0)},
		{Kind: event.ContainerStarted, Container: "web", Runtime: &event.Runtime{Ports: []event.Port{{ContainerPort: 8080, Protocol: "tcp", HostIP: "127.0.0.1", HostPort: 49153}}}},
		{Kind: event.ContainerStarted, Container: "a-sidecar-with-a-very-long-name"},
		{Kind: event.ContainerStarted, Container: "日本語"},
		{Kind: event.TaskStatus, Status: event.Running},
		probe("web", 1, "starting"),
		probe("web", 0, "healthy"),
		{Kind: event.ContainerHealth, Container: "web", Health: event.Healthy},
		probe("a-sidecar-with-a-very-long-name", 1, "unhealthy"),
		{Kind: event.ContainerHealth, Container: "a-sidecar-with-a-very-long-name", Health: event.Unhealthy}, // step 17
		{Kind: event.ContainerRestarted, Container: "a-sidecar-with-a-very-long-name", ExitCode: code(3)},
		{Kind: event.ContainerStopped, Container: "web", ExitCode: code(137), OOM: true},
		{Kind: event.ContainerStopped, Container: "日本語", Reason: "CannotStartContainerError: no such program\nand more"},
		{Kind: event.TaskStopping, StopCode: "EssentialContainerExited"},
		{Kind: event.TaskStatus, Status: event.Deactivating}, // step 22
	}
}

// TestFrames compares what the table shows, at moments of a run and at sizes, with what was looked at and found good.
func TestFrames(t *testing.T) {
	t.Parallel()
	events := run()
	var got strings.Builder
	for _, c := range []struct {
		steps, width, height int
		keys, plain          bool
	}{
		{0, 100, 30, true, false}, {1, 100, 30, true, false}, {5, 100, 30, true, false}, {17, 100, 30, true, false}, {17, 60, 30, false, true},
		{17, 36, 30, true, false}, {17, 24, 30, true, false}, {17, 100, 8, true, false}, {17, 100, 5, true, false}, {17, 23, 30, true, false}, {22, 100, 30, true, false},
	} {
		table := Table{Keys: c.keys, Plain: c.plain}
		for i, e := range events[:c.steps] {
			e.Time = start.Add(time.Duration(i) * time.Second)
			table.Add(e)
		}
		frame := table.Frame(c.width, c.height, start.Add(time.Minute+time.Second/2))
		fmt.Fprintf(&got, "-- after %d events, %d x %d, keys %v, ASCII %v --\n", c.steps, c.width, c.height, c.keys, c.plain)
		for _, line := range frame {
			if line.width() >= c.width {
				t.Errorf("%q is %d columns wide, the terminal %d", line.render(false), line.width(), c.width)
			}
			fmt.Fprintln(&got, strings.TrimRight(line.render(false), " "))
		}
	}
	const golden = "testdata/frames.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("-golden +got (-update rewrites):\n%s", diff)
	}
}

// TestColorsTellWhatIsBad holds the styles, which the golden frames leave out.
func TestColorsTellWhatIsBad(t *testing.T) {
	t.Parallel()
	var table Table
	for _, e := range run()[:20] {
		table.Add(e)
	}
	text := newPicture(table.Frame(100, 30, start), true)
	all := strings.Join(text.lines, "\n")
	for _, want := range []string{"\x1b[32m STOPPED 0", "\x1b[31m STOPPED 137", "\x1b[32m RUNNING", "\x1b[31m UNHEALTHY"} {
		if want == "\x1b[32m STOPPED 0" { // an end without fault is dim
			want = "\x1b[2m STOPPED 0"
		}
		if !strings.Contains(all, want) {
			t.Errorf("no %q in %q", want, all)
		}
	}
}

func TestCut(t *testing.T) {
	t.Parallel()
	line := Line{{"日本", Plain}, {"語 text", Bold}}
	for width, want := range map[int]string{20: "日本語 text", 11: "日本語 text", 10: "日本語 te…", 6: "日本…", 5: "日本…", 4: "日…", 3: "日…", 2: "…", 1: "…", 0: ""} {
		got := line.cut(width, "…")
		if got.render(false) != want || got.width() > width {
			t.Errorf("cut to %d: %q of width %d, want %q", width, got.render(false), got.width(), want)
		}
	}
}
