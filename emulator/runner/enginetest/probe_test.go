package enginetest_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/emulator/plan"
	"github.com/ecslocal/ecslocal/emulator/runner"
	"github.com/ecslocal/ecslocal/emulator/runner/enginetest"
)

// health are the probes and changes of health among events, such as "prober 0", "engine 1 starting 1" or "HEALTHY (fast probe …)".
func health(events []event.Event) []string {
	var all []string
	for _, e := range events {
		switch e.Kind {
		case event.ContainerProbe:
			all = append(all, fmt.Sprintf("%s %d %s %d", e.Probe.Source, e.Probe.ExitCode, e.Probe.Status, e.Probe.Streak))
		case event.ContainerHealth:
			all = append(all, strings.TrimSpace(e.Health+" "+e.Message))
		}
	}
	return all
}

// TestProber runs a prober of ours beside the engine's check.
func TestProber(t *testing.T) {
	for _, c := range []struct {
		name    string
		command string
		strict  bool
		probes  []runner.Probed // a second apart, from the start on
		want    []string
	}{
		{"a pass foretells", `"/app", "exit=0"`, false, []runner.Probed{{ExecID: "x"}, {Probe: &event.Probe{ExitCode: 1, Source: "prober", Status: "starting", Streak: 1}}, {Probe: &event.Probe{Source: "prober", Status: "healthy"}}},
			[]string{"prober 1 starting 1", "prober 0 healthy 0", "HEALTHY fast probe; the engine confirms at +10s", "engine 0 healthy 0"}},
		{"strict waits", `"/app", "exit=0"`, true, []runner.Probed{{Probe: &event.Probe{Source: "prober", Status: "healthy"}}},
			[]string{"prober 0 healthy 0", "engine 0 healthy 0", "HEALTHY"}},
		{"the engine has the last word", `"/app", "exit=1"`, false, []runner.Probed{{Probe: &event.Probe{Source: "prober", Status: "healthy"}}},
			[]string{"prober 0 healthy 0", "HEALTHY fast probe; the engine confirms at +10s", "engine 1 starting 1", "engine 1 unhealthy 2", "UNHEALTHY"}},
		{"never", `"/app", "exit=1"`, true, []runner.Probed{{Never: "there is no curl"}},
			[]string{"UNHEALTHY this check can never pass: there is no curl", "engine 1 starting 1", "engine 1 unhealthy 2"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ended := false
				probe := func(ctx context.Context, _ plan.Container, id string, report func(runner.Probed)) {
					for _, p := range c.probes {
						select {
						case <-time.After(time.Second):
							report(p)
						case <-ctx.Done():
						}
					}
					<-ctx.Done()
					ended = true
				}
				containers := `{"name": "a", "image": "app", "memory": 64, "command": ["wait"], "healthCheck": {"command": ["CMD", ` + c.command + `], "interval": 10, "retries": 2}}`
				events, err := runWith(t, &enginetest.Fake{}, containers, func(r *runner.Runner) { r.Probe, r.Strict = probe, c.strict }, func(stops chan<- runner.Stop) {
					time.Sleep(25 * time.Second)
					stops <- runner.Stop{}
				})
				if err != nil {
					t.Error(err)
				}
				if got := health(events); !slices.Equal(got[:min(len(got), len(c.want))], c.want) {
					t.Errorf("got %q\nwant %q", got, c.want)
				}
				synctest.Wait()
				if !ended {
					t.Error("the prober goes on after the container's end")
				}
			})
		})
	}
}

// TestProbesOfTheEnd reports from probes that began while the container ran and ended when it did no more: they say nothing of its health.
func TestProbesOfTheEnd(t *testing.T) {
	for _, c := range []struct {
		name    string
		command string // what the container does
		verdict runner.Probed
	}{
		{"a pass while the task stops", `"sigterm=ignore", "wait"`, runner.Probed{Probe: &event.Probe{Source: "prober", Status: "healthy"}}},
		{"no start while the task stops", `"sigterm=ignore", "wait"`, runner.Probed{Never: "it cannot be started"}},
		{"no start because the container has ended", `"sleep=1900ms", "exit=1"`, runner.Probed{Never: "it cannot be started"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				probe := func(ctx context.Context, _ plan.Container, _ string, report func(runner.Probed)) {
					time.Sleep(2 * time.Second)
					report(c.verdict)
					<-ctx.Done()
				}
				containers := `{"name": "a", "image": "app", "memory": 64, "command": [` + c.command + `], "stopTimeout": 5, "healthCheck": {"command": ["CMD", "/app", "exit=1"], "interval": 30}}`
				fake := &enginetest.Fake{}
				events, err := runWith(t, fake, containers, func(r *runner.Runner) { r.Probe = probe }, func(stops chan<- runner.Stop) {
					time.Sleep(1800 * time.Millisecond)
					if strings.Contains(c.command, "wait") {
						stops <- runner.Stop{}
					} else {
						fake.Disconnect() // the end is not told at once
					}
				})
				if got := health(events); len(got) > 0 {
					t.Errorf("got %q (%v)", got, err)
				}
			})
		})
	}
}

// TestLastProbe ends a container right after a probe that no event told of: the engine's log still has it.
func TestLastProbe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		containers := `{"name": "a", "image": "app", "memory": 64, "command": ["sleep=3100ms", "exit=0"], "healthCheck": {"command": ["CMD", "nothing"], "interval": 3}}`
		events, err := run(t, &enginetest.Fake{}, containers, func(chan<- runner.Stop) {})
		if err != nil {
			t.Error(err)
		}
		if got := health(events); !slices.Equal(got, []string{"engine -1 starting 1"}) {
			t.Errorf("got %q", got)
		}
	})
}
