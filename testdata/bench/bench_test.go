// Package bench measures how soon a task runs, side by side with what could be faster: the same containers started by
// docker compose, and by a bare program that only makes the engine's calls. It is no part of the suite, because its
// numbers depend on what else the machine does:
//
//	go test ./testdata/bench -v -rounds 5 -compose docker-compose
package bench

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/ecslocal/ecslocal/testdata/images"
)

var (
	rounds  = flag.Int("rounds", 5, "how often each way is measured; ways take turns")
	compose = flag.String("compose", "", "docker compose v2 as a program of its own; without it, nothing is compared with it")
)

// way is one way of starting containers: start returns once all run, with what ends them.
type way struct {
	name  string
	start func(t *testing.T) (stop func())
}

// TestTen starts ten containers without dependencies in one network namespace.
func TestTen(t *testing.T) {
	image, ecslocal := images.App(t), build(t)
	ways := []way{
		{"floor", func(t *testing.T) func() { return floor(t, image, 10, true) }},
		{"ecslocal", func(t *testing.T) func() { return run(t, ecslocal, definition(t, image, 10, false)) }},
	}
	if *compose != "" {
		shared, plain := composeFile(t, image, 10, true), composeFile(t, image, 10, false)
		ways = append(ways, way{"compose, network_mode service", func(t *testing.T) func() { return up(t, shared) }},
			way{"compose, default network", func(t *testing.T) func() { return up(t, plain) }})
	}
	compare(t, ways)
}

// TestChain starts five containers, each waiting for START of the one before; the floor starts them one after the other.
func TestChain(t *testing.T) {
	image, ecslocal := images.App(t), build(t)
	compare(t, []way{
		{"floor", func(t *testing.T) func() { return floor(t, image, 5, false) }},
		{"ecslocal", func(t *testing.T) func() { return run(t, ecslocal, definition(t, image, 5, true)) }},
	})
}

// TestVersion measures a process that does next to nothing.
func TestVersion(t *testing.T) {
	ecslocal := build(t)
	compare(t, []way{
		{"true", func(t *testing.T) func() { return command(t, "true") }},
		{"version", func(t *testing.T) func() { return command(t, ecslocal, "version") }},
	})
}

// compare measures how long each way takes to start.
func compare(t *testing.T, ways []way) {
	spans := make([]span, len(ways))
	for i, w := range ways {
		spans[i] = span{w.name, func(t *testing.T) time.Duration {
			began := time.Now()
			stop := w.start(t)
			defer stop()
			return time.Since(began)
		}}
	}
	compareSpans(t, spans)
}

// span is something that says itself how long it took.
type span struct {
	name string
	take func(t *testing.T) time.Duration
}

// compareSpans takes them in turn and prints the median of each, and its ratio to the others.
func compareSpans(t *testing.T, spans []span) {
	took := make([][]time.Duration, len(spans))
	for range *rounds {
		for i, s := range spans {
			took[i] = append(took[i], s.take(t))
		}
	}
	for i, s := range spans {
		slices.Sort(took[i])
		line := fmt.Sprintf("%-29s median %v of %v", s.name, took[i][*rounds/2].Round(100*time.Microsecond), took[i])
		for j, other := range spans {
			if i != j {
				line += fmt.Sprintf(", %.2f x %s", float64(took[i][*rounds/2])/float64(took[j][*rounds/2]), other.name)
			}
		}
		t.Log(line)
	}
}

// floor makes only the calls that nobody can leave out: a network, a container that holds it, and the containers.
func floor(t *testing.T, image string, n int, parallel bool) func() {
	command(t, "docker", "network", "create", "ecslocal-bench")
	pause := engineStart(t, image, map[string]any{"NetworkMode": "ecslocal-bench"})
	var group errgroup.Group
	if !parallel {
		group.SetLimit(1)
	}
	containers := make([]string, n)
	for i := range n {
		group.Go(func() error {
			containers[i] = engineStart(t, image, map[string]any{"NetworkMode": "container:" + pause})
			return nil
		})
	}
	_ = group.Wait() // engineStart has failed the test
	return func() {
		command(t, "docker", append([]string{"kill", pause}, containers...)...) // the test's end removes them
		command(t, "docker", "network", "rm", "ecslocal-bench")
	}
}

func engineStart(t *testing.T, image string, host map[string]any) string {
	return images.Start(t, map[string]any{"Image": image, "Cmd": []string{"wait"}, "HostConfig": host}).ID
}

// run starts a task and waits for the line that says it is RUNNING. The end of the first round says how much memory it held.
func run(t *testing.T, ecslocal, definition string) func() {
	cmd := exec.Command(ecslocal, "run", "--state-dir", t.TempDir(), definition)
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(stderr)
	for lines.Scan() && !strings.Contains(lines.Text(), "task RUNNING") {
		continue
	}
	return func() {
		status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", cmd.Process.Pid)) // Linux only
		for line := range strings.Lines(string(status)) {
			if strings.HasPrefix(line, "VmRSS") {
				t.Log("ecslocal ", strings.TrimSpace(line))
			}
		}
		_ = cmd.Process.Signal(os.Interrupt)
		for lines.Scan() {
			continue
		}
		_ = cmd.Wait() // the exit code is that of a stopped task
	}
}

func up(t *testing.T, file string) func() {
	command(t, *compose, "-f", file, "-p", "ecslocal-bench", "up", "-d")
	return func() { command(t, *compose, "-f", file, "-p", "ecslocal-bench", "down", "-t", "0") }
}

func definition(t *testing.T, image string, n int, chain bool) string {
	var containers []string
	for i := range n {
		depends := ""
		if chain && i > 0 {
			depends = fmt.Sprintf(`, "dependsOn": [{"containerName": "c%d", "condition": "START"}]`, i-1)
		}
		containers = append(containers, fmt.Sprintf(`{"name": "c%d", "image": %q, "memory": 64, "command": ["wait"]%s}`, i, image, depends))
	}
	return write(t, "task.json", `{"family": "bench", "networkMode": "awsvpc", "containerDefinitions": [`+strings.Join(containers, ",\n")+`]}`)
}

// composeFile is n services in one network namespace, as awsvpc has them, or each with an address of its own, as compose files have them.
func composeFile(t *testing.T, image string, n int, shared bool) string {
	text, network := "services:\n", ""
	if shared {
		text += fmt.Sprintf("  pause: {image: %q, command: [wait]}\n", image)
		network = `, network_mode: "service:pause"`
	}
	for i := range n {
		text += fmt.Sprintf("  c%d: {image: %q, command: [wait], mem_limit: 64m%s}\n", i, image, network)
	}
	return write(t, "compose.yaml", text)
}

func write(t *testing.T, name, text string) string {
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func build(t *testing.T) string {
	path := filepath.Join(t.TempDir(), "ecslocal")
	command(t, "go", "build", "-o", path, "github.com/ecslocal/ecslocal/cmd/ecslocal")
	return path
}

func command(t *testing.T, name string, args ...string) func() {
	if output, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, output)
	}
	return func() {}
}
