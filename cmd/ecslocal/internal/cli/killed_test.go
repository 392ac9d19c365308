package cli

import (
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/ecslocal/ecslocal/emulator/dockerengine"
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

// onEngine are those of which the engine has anything.
func (known ids) onEngine(t *testing.T) []string {
	t.Helper()
	engine, err := dockerengine.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Close()
	tasks, err := engine.Tasks(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var left []string
	for _, task := range tasks {
		if known[task.ID] {
			left = append(left, task.ID)
		}
	}
	return left
}
