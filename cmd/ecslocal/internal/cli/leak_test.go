package cli

import (
	"context"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ecslocal/ecslocal/emulator"
	"github.com/ecslocal/ecslocal/emulator/dockerengine"
	"github.com/ecslocal/ecslocal/emulator/plan"
	"github.com/ecslocal/ecslocal/testdata/images"
)

// leakRuns is how many tasks the leak tests run. ECSLOCAL_LEAK_RUNS=200 asks for as many as a release must survive; that takes some minutes.
func leakRuns(t *testing.T) int {
	t.Helper()
	if text := os.Getenv("ECSLOCAL_LEAK_RUNS"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 2 {
			t.Fatalf("ECSLOCAL_LEAK_RUNS=%q is no number of runs", text)
		}
		return n
	}
	return 6
}

// brief is a task of two containers and a volume that ends by itself.
func brief(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "task.json")
	text := `{"family": "brief", "networkMode": "awsvpc", "volumes": [{"name": "v"}], "containerDefinitions": [
		{"name": "a", "image": "` + images.App(t) + `", "memory": 64, "command": ["print=hello", "sleep=200ms", "exit=0"], "mountPoints": [{"sourceVolume": "v", "containerPath": "/v"}]},
		{"name": "b", "image": "` + images.App(t) + `", "memory": 64, "essential": false, "command": ["wait"]}]}`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestNothingIsLeft runs tasks, several at once, kills every second ecslocal at a random moment of its run, and prunes once at the end: then
// the engine has no container, network or volume of any of them, and this machine no control group. What a run that ended by itself left
// before that is a leak, too.
func TestNothingIsLeft(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a Docker engine")
	}
	t.Parallel()
	requireEngine(t)
	stateDir, definition := t.TempDir(), brief(t)
	begun := time.Now()
	if out, err := ecslocal(t, stateDir, "run", definition).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	usual := time.Since(begun)
	next := make(chan int)
	var workers sync.WaitGroup
	var mu sync.Mutex
	killed := 0
	for range 4 {
		workers.Go(func() {
			for i := range next {
				if i%2 == 0 {
					runToEnd(t, stateDir, definition)
				} else if runAndKill(t, stateDir, definition, time.Duration(rand.Float64()*1.5*float64(usual))) {
					mu.Lock()
					killed++
					mu.Unlock()
				}
			}
		})
	}
	for i := range leakRuns(t) {
		next <- i
	}
	close(next)
	workers.Wait()
	known := ids{}
	known.note(stateDir)
	before := countObjects(t, known)
	if out, err := ecslocal(t, stateDir, "prune").CombinedOutput(); err != nil {
		t.Errorf("prune: %v\n%s", err, out)
	}
	after := countObjects(t, known)
	t.Logf("%d runs made %d tasks, %d were killed in time; left before prune: %v, after: %v", leakRuns(t)+1, len(known), killed, before, after)
	if after != (objects{}) {
		t.Errorf("left on the engine: %v", after)
	}
}

func runToEnd(t *testing.T, stateDir, definition string) {
	run := ecslocal(t, stateDir, "run", "--task-id", randomID(), definition)
	if out, err := run.CombinedOutput(); err != nil {
		t.Errorf("a run to its end: %v\n%s", err, out)
		return
	}
	own := ids{run.Args[4]: true}
	if left := countObjects(t, own); left != (objects{}) {
		t.Errorf("a run that ended by itself left %v", left)
	}
}

// runAndKill says whether the run had not ended before.
func runAndKill(t *testing.T, stateDir, definition string, after time.Duration) bool {
	run := ecslocal(t, stateDir, "run", definition)
	if err := run.Start(); err != nil {
		t.Error(err)
		return false
	}
	time.Sleep(after)
	run.Process.Kill()
	return run.Wait() != nil
}

func randomID() string {
	const digits = "0123456789abcdef"
	id := make([]byte, 32)
	for i := range id {
		id[i] = digits[rand.IntN(len(digits))]
	}
	return string(id)
}

// objects are how many the engine has of each kind, and this machine of control groups.
type objects struct{ containers, networks, volumes, cgroups int }

// countObjects counts what there is of some tasks, as the docker command sees it.
func countObjects(t *testing.T, of ids) (found objects) {
	t.Helper()
	label := `{{.Label "` + plan.LabelTask + `"}}`
	for count, args := range map[*int][]string{
		&found.containers: {"ps", "--all"}, &found.networks: {"network", "ls"}, &found.volumes: {"volume", "ls"},
	} {
		out, err := exec.Command("docker", append(args, "--filter", "label="+plan.LabelTask, "--format", label)...).CombinedOutput()
		if err != nil {
			t.Errorf("docker %v: %v\n%s", args, err, out)
		}
		for id := range strings.Lines(string(out)) {
			if of[strings.TrimSpace(id)] {
				*count++
			}
		}
	}
	for _, pattern := range []string{"/sys/fs/cgroup/*/*/*", "/sys/fs/cgroup/*/*"} {
		groups, _ := filepath.Glob(pattern)
		for _, group := range groups {
			if of[filepath.Base(group)] {
				found.cgroups++
			}
		}
	}
	return found
}

// TestNoGoroutineIsLeft runs tasks through the library, every second of which is stopped at a random moment, and wants no goroutine and no
// open file more than after the first one.
func TestNoGoroutineIsLeft(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a Docker engine")
	}
	requireEngine(t) // not parallel: goroutines of other tests would be counted
	options := emulator.Options{StateDir: t.TempDir()}
	definition := brief(t)
	runOnce(t, definition, options, -1)
	goroutines, files := settled(t, 1<<20, 1<<20)
	runs := max(4, leakRuns(t)/4)
	for i := range runs {
		stopAfter := time.Duration(-1)
		if i%2 == 1 {
			stopAfter = time.Duration(rand.IntN(1500)) * time.Millisecond
		}
		runOnce(t, definition, options, stopAfter)
	}
	afterwards, filesAfterwards := settled(t, goroutines, files)
	t.Logf("goroutines: %d after the first run, %d after %d more; open files: %d and %d", goroutines, afterwards, runs, files, filesAfterwards)
	if afterwards > goroutines || filesAfterwards > files {
		stacks := make([]byte, 1<<20)
		t.Errorf("goroutines are left:\n%s", stacks[:runtime.Stack(stacks, true)])
	}
}

// runOnce runs a task to its end, or stops it at once after some time where that is not negative.
func runOnce(t *testing.T, definition string, options emulator.Options, stopAfter time.Duration) {
	t.Helper()
	engine, err := dockerengine.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Close()
	project, err := emulator.Load(definition, options)
	if err != nil {
		t.Fatal(err)
	}
	task, err := project.Start(t.Context(), engine)
	if err != nil {
		t.Fatal(err)
	}
	if stopAfter >= 0 {
		time.Sleep(stopAfter)
		task.Stop("enough", true)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	if err := task.WaitFor(ctx, emulator.Stopped); err != nil {
		t.Error(err)
	}
	<-task.Done()
}

// settled is how many goroutines and open files there are, once they are as few as wanted, or after some seconds.
func settled(t *testing.T, wantGoroutines, wantFiles int) (goroutines, files int) {
	t.Helper()
	for range 60 {
		open, _ := os.ReadDir("/proc/self/fd")
		if goroutines, files = runtime.NumGoroutine(), len(open); goroutines <= wantGoroutines && files <= wantFiles && wantFiles != 1<<20 {
			return goroutines, files
		}
		time.Sleep(50 * time.Millisecond)
	}
	return goroutines, files
}
