package cli

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/ecslocal/ecslocal/emulator/plan"
	"github.com/ecslocal/ecslocal/testdata/images"
)

// printers writes a task of containers that each run the test image with one of these commands; the task ends with the first.
func printers(t *testing.T, family string, commands ...string) (file string) {
	t.Helper()
	var containers []string
	for i, command := range commands {
		containers = append(containers, fmt.Sprintf(`{"name": "c%d", "image": %q, "memory": 32, "essential": false, "command": [%s]}`, i, images.App(t), command))
	}
	containers[0] = strings.Replace(containers[0], `"essential": false, `, "", 1)
	file = filepath.Join(t.TempDir(), "task.json")
	text := `{"family": "` + family + `", "networkMode": "none", "containerDefinitions": [` + strings.Join(containers, ",\n") + `]}`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// onceComplete are the conditions of dependsOn that wait for the ends of c1, c2 and so on.
func onceComplete(commands []string) (conditions []string) {
	for i := range commands {
		conditions = append(conditions, fmt.Sprintf(`{"containerName": "c%d", "condition": "COMPLETE"}`, i+1))
	}
	return conditions
}

func edit(t *testing.T, file, old, new string) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err == nil {
		err = os.WriteFile(file, bytes.Replace(data, []byte(old), []byte(new), 1), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func lossTest(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a Docker engine")
	}
	t.Parallel()
	requireEngine(t)
}

// wantLines wants the numbered lines of a container, all of them, once each and in order, in an output of run or logs.
func wantLines(t *testing.T, output []byte, container string, count int) {
	t.Helper()
	n := 0
	for line := range bytes.Lines(output) {
		name, text, _ := strings.Cut(string(line), " ")
		if name != container || !strings.Contains(text, "line ") {
			continue
		}
		n++
		if want := fmt.Sprintf("line %d ", n); !strings.HasPrefix(strings.TrimLeft(text, " "), want) {
			t.Errorf("%s: after line %d came %.60q", container, n-1, text)
			return
		}
	}
	if n != count {
		t.Errorf("%s: %d lines of %d", container, n, count)
	}
}

// TestNothingIsLostInRotation: the engine's own log is rotated twice while we read, and keeps half of what we keep.
func TestNothingIsLostInRotation(t *testing.T) {
	lossTest(t)
	stateDir, lines := t.TempDir(), 300_000
	shown, err := ecslocal(t, stateDir, "run", "--engine-logs", "json-file", printers(t, "rotated", fmt.Sprintf(`"lines=%dx100"`, lines))).Output()
	if err != nil {
		t.Fatal(err)
	}
	wantLines(t, shown, "c0", lines)
	kept, err := ecslocal(t, stateDir, "logs", "rotated").Output()
	if err != nil {
		t.Fatal(err)
	}
	wantLines(t, kept, "c0", lines)
}

// TestNothingIsLostAtOnce: a hundred containers print ten lines and end, ten in each task.
func TestNothingIsLostAtOnce(t *testing.T) {
	lossTest(t)
	commands := slices.Repeat([]string{`"lines=10"`}, 10)
	file := printers(t, "short", commands...)
	edit(t, file, `"name": "c0"`, `"name": "c0", "dependsOn": [`+strings.Join(onceComplete(commands[1:]), ", ")+`]`) // its end is that of the task
	var group errgroup.Group
	group.SetLimit(3)
	for range 10 {
		stateDir := t.TempDir()
		group.Go(func() error {
			if out, err := ecslocal(t, stateDir, "run", file).CombinedOutput(); err != nil {
				return fmt.Errorf("%w\n%s", err, out)
			}
			kept, err := ecslocal(t, stateDir, "logs", "short").Output()
			for i := range commands {
				wantLines(t, kept, fmt.Sprintf("c%d", i), 10)
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
}

// TestNothingIsLostToASlowReader: nobody reads what run prints. Containers of all sizes around the engine's buffer of 1 MB end all the same,
// as we read them eagerly; and long after the engine has given up to wait for us, everything is there.
func TestNothingIsLostToASlowReader(t *testing.T) {
	lossTest(t)
	sizes, commands := []int{5_000, 10_000, 14_000, 20_000, 30_000}, []string{}
	for _, size := range sizes {
		commands = append(commands, fmt.Sprintf(`"lines=%dx100"`, size))
	}
	commands[0] += `, "wait"`
	stateDir := t.TempDir()
	run := ecslocal(t, stateDir, "run", printers(t, "stalled", commands...))
	stdout, err := run.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_, _ = run.Process.Kill(), run.Wait() // done already where all is well
		if out, err := ecslocal(t, stateDir, "prune").CombinedOutput(); err != nil {
			t.Errorf("prune: %v\n%s", err, out)
		}
	}()
	allEnd(t, stateDir, len(sizes)-1)
	time.Sleep(3 * time.Second) // the engine waits for two
	runGoesOn(t, stateDir, len(sizes)-1)
	var shown bytes.Buffer
	var reading errgroup.Group
	reading.Go(func() error {
		_, err := shown.ReadFrom(stdout)
		return err
	})
	if out, err := ecslocal(t, stateDir, "stop", "stalled").CombinedOutput(); err != nil {
		t.Fatalf("stop: %v\n%s", err, out)
	}
	if err := reading.Wait(); err != nil {
		t.Fatal(err)
	}
	if err := run.Wait(); err != nil {
		t.Fatal(err)
	}
	kept, err := ecslocal(t, stateDir, "logs", "stalled").Output()
	if err != nil {
		t.Fatal(err)
	}
	for i, size := range sizes {
		wantLines(t, shown.Bytes(), fmt.Sprintf("c%d", i), size)
		wantLines(t, kept, fmt.Sprintf("c%d", i), size)
	}
}

// runGoesOn waits until the run has seen so many containers end, although nobody reads what it prints.
func runGoesOn(t *testing.T, stateDir string, count int) {
	t.Helper()
	var out []byte
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(500 * time.Millisecond) {
		var err error
		if out, err = ecslocal(t, stateDir, "describe", "stalled").Output(); err != nil {
			t.Fatalf("describe: %v", err)
		}
		if strings.Count(string(out), `"exitCode": 0`) == count {
			return
		}
	}
	t.Fatalf("the run waits for its reader:\n%s", out)
}

// allEnd waits until so many containers of the only task have ended, by the engine's word.
func allEnd(t *testing.T, stateDir string, count int) {
	t.Helper()
	seen := ""
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		tasks, _ := os.ReadDir(filepath.Join(stateDir, "tasks"))
		if len(tasks) == 0 {
			continue
		}
		out, err := exec.Command("docker", "ps", "-a", "--filter", "label="+plan.LabelTask+"="+tasks[0].Name(), "--format", "{{.Names}} {{.Status}}").Output()
		if err != nil {
			t.Fatalf("docker ps: %v", err)
		}
		if seen = string(out); strings.Count(seen, "Exited (0)") == count {
			return
		}
	}
	t.Fatalf("the containers wait for us when they write:\n%s", seen)
}

// TestLogsOfATaskWithoutSupervisor kills the supervisor of a running task: what its containers write from then on is in the engine's own
// log, and logs brings it into the streams, once.
func TestLogsOfATaskWithoutSupervisor(t *testing.T) {
	lossTest(t)
	stateDir := t.TempDir()
	run := ecslocal(t, stateDir, "run", "--engine-logs", "json-file", printers(t, "orphan", `"tick=20ms", "stderr=once", "wait"`))
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_, _ = run.Process.Kill(), run.Wait() // done already where all is well
		if out, err := ecslocal(t, stateDir, "prune").CombinedOutput(); err != nil {
			t.Errorf("prune: %v\n%s", err, out)
		}
	}()
	shows := func(n int) string {
		t.Helper()
		for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
			logs := ecslocal(t, stateDir, "logs", "orphan")
			var said bytes.Buffer
			logs.Stderr = &said
			out, _ := logs.Output() // there may be no task yet
			if strings.Contains(string(out), fmt.Sprintf("tick %d\n", n)) {
				checkTicks(t, string(out))
				return said.String()
			}
		}
		t.Fatalf("logs never shows tick %d", n)
		return ""
	}
	shows(50)
	if err := run.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = run.Wait() // it was killed
	for _, n := range []int{150, 200, 250} {
		if said := shows(n); !strings.Contains(said, "nobody supervises task") || !strings.Contains(said, "were taken from the engine's own log") {
			t.Errorf("logs says %q", said)
		}
	}
}

// TestLogsHideSecretsWithoutSupervisor: what the engine's own log has of a secret is hidden when logs takes it over, though nobody but the
// engine has the secret any more; with its container gone, nothing is taken.
func TestLogsHideSecretsWithoutSupervisor(t *testing.T) {
	lossTest(t)
	stateDir, dir := t.TempDir(), t.TempDir()
	values := filepath.Join(dir, "values.yaml")
	if err := os.WriteFile(values, []byte("/p/token: correct horse battery\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "task.json")
	text := `{"family": "confided", "networkMode": "none", "executionRoleArn": "arn:aws:iam::123456789012:role/exec", "containerDefinitions": [{"name": "web", "image": "` + images.App(t) + `", "memory": 32,
		"secrets": [{"name": "TOKEN", "valueFrom": "/p/token"}], "command": ["env=TOKEN", "print=up", "sleep=4s", "env=TOKEN", "print=alone", "wait"]}]}`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	run := ecslocal(t, stateDir, "run", "--engine-logs", "json-file", "--secrets", values, file)
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_, _ = run.Process.Kill(), run.Wait() // done already where all is well
		if out, err := ecslocal(t, stateDir, "prune").CombinedOutput(); err != nil {
			t.Errorf("prune: %v\n%s", err, out)
		}
	}()
	shown := func(until string) (out string) {
		for range 600 {
			kept, _ := ecslocal(t, stateDir, "logs", "confided").Output() // there may be no task yet
			if out = string(kept); strings.Contains(out, until) {
				return out
			}
			time.Sleep(100 * time.Millisecond)
		}
		t.Fatalf("logs never shows %q:\n%s", until, out)
		return ""
	}
	shown("up\n")
	_, _ = run.Process.Kill(), run.Wait()
	if err := os.WriteFile(values, []byte("/p/token: changed\n"), 0o600); err != nil { // no use any more
		t.Fatal(err)
	}
	const want = "web  ***\nweb  up\nweb  ***\nweb  alone\n"
	if out := shown("alone\n"); out != want {
		t.Errorf("logs shows %q, want %q", out, want)
	}
	if out := shown("alone\n"); out != want {
		t.Errorf("again, logs shows %q", out)
	}
}

// checkTicks wants numbered lines to go on with the next number, and one other line.
func checkTicks(t *testing.T, output string) {
	t.Helper()
	last, others := 0, 0
	for line := range strings.Lines(output) {
		n := 0
		if _, err := fmt.Sscanf(line, "c0 tick %d", &n); err != nil {
			others++
			continue
		}
		if n != last+1 {
			t.Fatalf("after tick %d came tick %d", last, n)
		}
		last = n
	}
	if others != 1 {
		t.Errorf("%d other lines:\n%.300s", others, output)
	}
}
