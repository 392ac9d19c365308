package bench

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/ecslocal/ecslocal/testdata/images"
)

// TestFast starts an application that answers after two seconds, with a check every 30, and waits until it is healthy. The time counts from
// the start of the container to the end of the waiting, and for compose to the end of the command, which leaves the container running.
//
//	go test ./testdata/bench -run TestFast -v -rounds 3 -compose docker-compose
func TestFast(t *testing.T) {
	const steps = `"sleep=2s", "listen=127.0.0.1:8080", "wait"`
	image, ecslocal := images.App(t), build(t)
	task := write(t, "task.json", fmt.Sprintf(`{"family": "bench-fast", "containerDefinitions": [{"name": "web", "image": %q, "memory": 64, "command": [%s],
		"healthCheck": {"command": ["CMD", "/app", "get=http://127.0.0.1:8080/"], "interval": 30}}]}`, image, steps))
	ours := func(flags ...string) func(*testing.T) time.Duration {
		return func(t *testing.T) time.Duration { return untilReached(t, ecslocal, append(flags, task)...) }
	}
	ways := []span{{"--wait healthy --fast", ours("--fast")}, {"--wait healthy", ours()}}
	if *compose != "" {
		file := write(t, "compose.yaml", fmt.Sprintf("services:\n  web: {image: %q, command: [%s], healthcheck: {test: [CMD, /app, \"get=http://127.0.0.1:8080/\"], interval: 30s}}\n", image, steps))
		ways = append(ways, span{"compose up --wait", func(t *testing.T) time.Duration {
			defer exec.Command(*compose, "-f", file, "-p", "ecslocal-bench-fast", "down", "-t", "0").Run()
			command(t, *compose, "-f", file, "-p", "ecslocal-bench-fast", "up", "--wait")
			ended := time.Now()
			id, err := exec.Command(*compose, "-f", file, "-p", "ecslocal-bench-fast", "ps", "-q", "web").Output()
			if err != nil {
				t.Fatal(err)
			}
			return ended.Sub(startedAt(t, strings.TrimSpace(string(id))))
		}})
	}
	compareSpans(t, ways)
}

// TestProof finds and proves a check for the founding story, in a container that runs: lint reads the file, try takes the rest.
func TestProof(t *testing.T) {
	ecslocal, state := build(t), t.TempDir()
	const file = "../health-checks/founding-story.json"
	command(t, ecslocal, "run", "-d", "--wait", "running", "--state-dir", state, file)
	defer exec.Command(ecslocal, "stop", "--state-dir", state, "founding-story").Run()
	timed := func(t *testing.T, says string, args ...string) time.Duration {
		began := time.Now()
		cmd := exec.Command(ecslocal, args...)
		output, _ := cmd.Output() // lint's exit code says that there are errors
		if !bytes.Contains(output, []byte(says)) {
			t.Fatalf("%v prints nothing of %q:\n%s", args, says, output)
		}
		return time.Since(began)
	}
	compareSpans(t, []span{
		{"health lint", func(t *testing.T) time.Duration { return timed(t, "HC001", "health", "lint", file) }},
		{"health try", func(t *testing.T) time.Duration {
			return timed(t, "result   proven", "health", "try", "--state-dir", state, "founding-story")
		}},
	})
}

// TestProberCost runs a task that is never ready, for 20 seconds, with and without our own probes beside the engine's: the difference is
// what they cost, of one core, in our process and on the whole machine, which should do nothing else.
func TestProberCost(t *testing.T) {
	ecslocal := build(t)
	task := write(t, "task.json", fmt.Sprintf(`{"family": "bench-prober", "containerDefinitions": [{"name": "web", "image": %q, "memory": 64, "command": ["wait"],
		"healthCheck": {"command": ["CMD", "/app", "get=http://127.0.0.1:8080/"], "interval": 300}}]}`, images.App(t)))
	const period = 20 * time.Second
	cost := func(flags ...string) (process, machine time.Duration) {
		ctx, cancel := context.WithTimeout(t.Context(), 2*period)
		defer cancel()
		cmd := exec.CommandContext(ctx, ecslocal, append([]string{"run", "--state-dir", t.TempDir(), "--wait", "healthy", "--timeout", period.String(), task}, flags...)...)
		before := busy(t)
		_ = cmd.Run() // it gives up
		return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), busy(t) - before
	}
	for range *rounds {
		withProcess, withMachine := cost("--fast")
		process, machine := cost()
		percent := func(d time.Duration) float64 { return 100 * d.Seconds() / period.Seconds() }
		t.Logf("own probes: %.1f%% of one core in our process (%.1f%% without), %.1f%% on the machine (%.1f%% without)",
			percent(withProcess), percent(process), percent(withMachine), percent(machine))
	}
}

// untilReached runs a task until it is healthy, and takes the time from the start of its container to the end of the waiting.
func untilReached(t *testing.T, ecslocal string, args ...string) time.Duration {
	cmd := exec.Command(ecslocal, append([]string{"run", "--wait", "healthy", "--output", "json", "--state-dir", t.TempDir()}, args...)...)
	cmd.Stderr = os.Stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var started, reached time.Time
	for lines := bufio.NewScanner(stdout); lines.Scan(); {
		var e struct {
			Time            time.Time
			Kind, Container string
		}
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			t.Fatal(err)
		}
		switch {
		case e.Kind == "container.started" && e.Container == "web":
			started = e.Time
		case e.Kind == "task.stopping":
			reached = e.Time
		}
	}
	if err := cmd.Wait(); err != nil || started.IsZero() || reached.IsZero() {
		t.Fatalf("%v: %v, started %v, reached %v", cmd.Args, err, started, reached)
	}
	return reached.Sub(started)
}

func startedAt(t *testing.T, container string) time.Time {
	output, err := exec.Command("docker", "inspect", "-f", "{{.State.StartedAt}}", container).Output()
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.Parse(time.RFC3339Nano, strings.TrimSpace(string(output)))
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// busy is what all cores have done since the machine's start, of Linux's /proc/stat.
func busy(t *testing.T) time.Duration {
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		t.Fatal(err)
	}
	var user, nice, system, idle, iowait, irq, softirq, steal int64
	if _, err := fmt.Sscanf(string(text), "cpu %d %d %d %d %d %d %d %d", &user, &nice, &system, &idle, &iowait, &irq, &softirq, &steal); err != nil {
		t.Fatal(err)
	}
	const tick = 10 * time.Millisecond // USER_HZ is 100 on every Linux
	return time.Duration(user+nice+system+irq+softirq) * tick
}
