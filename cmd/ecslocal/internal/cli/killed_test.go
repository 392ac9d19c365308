package cli

import (
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/emulator/state"
	"github.com/ecslocal/ecslocal/testdata/images"
)

// TestKilled kills ecslocal at random moments of a run, and wants prune to leave nothing of it, and the next run to work.
func TestKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a Docker engine")
	}
	t.Parallel()
	requireEngine(t)
	stateDir := t.TempDir()
	definition := filepath.Join(t.TempDir(), "task.json")
	text := `{"family": "killed", "networkMode": "awsvpc", "volumes": [{"name": "v"}], "containerDefinitions": [
		{"name": "a", "image": "` + images.App(t) + `", "memory": 64, "command": ["sleep=300ms", "exit=0"], "mountPoints": [{"sourceVolume": "v", "containerPath": "/v"}]},
		{"name": "b", "image": "` + images.App(t) + `", "memory": 64, "command": ["wait"], "dependsOn": [{"containerName": "a", "condition": "START"}]}]}`
	if err := os.WriteFile(definition, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	known := ids{}
	for range moments(t) {
		run := ecslocal(t, stateDir, "run", definition)
		if err := run.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(rand.IntN(2500)) * time.Millisecond)
		run.Process.Kill()
		run.Wait()
		known.note(stateDir)
		if out, err := ecslocal(t, stateDir, "prune").CombinedOutput(); err != nil {
			t.Fatalf("prune: %v\n%s", err, out)
		}
		if left := known.onEngine(t); len(left) > 0 {
			t.Fatalf("left on the engine: %v", left)
		}
	}
	if out, err := ecslocal(t, stateDir, "run", "--exit-code-from", "a", definition).CombinedOutput(); err != nil {
		t.Errorf("a new run: %v\n%s", err, out)
	}
}

// TestStopAbandoned kills the supervisor of a task, and wants stop to end the task in its stead, in order and in time.
func TestStopAbandoned(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a Docker engine")
	}
	t.Parallel()
	requireEngine(t)
	stateDir := t.TempDir()
	definition := filepath.Join(t.TempDir(), "task.json")
	text := `{"family": "abandoned", "containerDefinitions": [
		{"name": "first", "image": "` + images.App(t) + `", "memory": 64, "command": ["wait"]},
		{"name": "stubborn", "image": "` + images.App(t) + `", "memory": 64, "command": ["sigterm=ignore", "wait"], "stopTimeout": 2, "essential": false,
			"dependsOn": [{"containerName": "first", "condition": "START"}]}]}`
	if err := os.WriteFile(definition, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	run := ecslocal(t, stateDir, "run", definition)
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	task := runningTask(t, stateDir)
	time.Sleep(500 * time.Millisecond) // until the programs know what to do with a signal
	run.Process.Kill()
	run.Wait()
	if out, err := ecslocal(t, stateDir, "stop", "--reason", "enough", task.ID).CombinedOutput(); err != nil {
		t.Fatalf("stop: %v\n%s", err, out)
	}
	described, err := task.Describe()
	if err != nil {
		t.Fatal(err)
	}
	first, stubborn := described.Container("first"), described.Container("stubborn")
	switch {
	case described.LastStatus != event.Stopped || described.StoppedReason != "enough" || described.StopCode != "UserInitiated":
		t.Errorf("the task is %s: %s %s", described.LastStatus, described.StopCode, described.StoppedReason)
	case first.ExitCode == nil || *first.ExitCode != 0, stubborn.ExitCode == nil || *stubborn.ExitCode != 137 || !stubborn.Killed:
		t.Errorf("containers ended as %+v and %+v", first, stubborn)
	case first.Runtime.FinishedAt.Before(stubborn.Runtime.FinishedAt):
		t.Error("a container was stopped before the one that depends on it")
	}
	if left := (ids{task.ID: true}).onEngine(t); len(left) > 0 {
		t.Errorf("left on the engine: %v", left)
	}
}

// runningTask is the one task of a state directory, once it is RUNNING.
func runningTask(t *testing.T, stateDir string) *state.Task {
	t.Helper()
	dir, err := state.Open(stateDir)
	if err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		tasks, _ := dir.Tasks()
		if len(tasks) == 0 {
			continue
		}
		if described, _ := tasks[0].Describe(); described.LastStatus == event.Running {
			return tasks[0]
		}
	}
	t.Fatal("the task is not RUNNING after a minute")
	return nil
}

// moments is how many times to kill; ECSLOCAL_KILLS asks for more.
func moments(t *testing.T) int {
	t.Helper()
	if os.Getenv("ECSLOCAL_KILLS") != "" {
		return 20
	}
	return 4
}

// ecslocal is this test binary as ecslocal, with a state directory of its own.
func ecslocal(t *testing.T, stateDir string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "ecslocal")
	if err := os.Link(self, link); err != nil { // no symbolic link: a supervisor is begun by the name that the system tells, which must not be the test's
		t.Fatal(err)
	}
	c := exec.Command(link, args...)
	c.Env = append(os.Environ(), "ECSLOCAL_STATE_DIR="+stateDir)
	return c
}

// ids are the tasks that the state directory has known so far.
type ids map[string]bool

func (known ids) note(stateDir string) {
	entries, _ := os.ReadDir(filepath.Join(stateDir, "tasks"))
	for _, e := range entries {
		known[e.Name()] = true
	}
}

// onEngine is what the engine has of them.
func (known ids) onEngine(t *testing.T) []string {
	t.Helper()
	return images.Left(t, slices.Collect(maps.Keys(known))...)
}
