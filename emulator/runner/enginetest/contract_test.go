package enginetest_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ecslocal/ecslocal/emulator/dockerengine"
	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/emulator/plan"
	"github.com/ecslocal/ecslocal/emulator/runner"
	"github.com/ecslocal/ecslocal/emulator/runner/enginetest"
	"github.com/ecslocal/ecslocal/emulator/taskdef"
	"github.com/ecslocal/ecslocal/testdata/images"
	"github.com/google/go-cmp/cmp"
)

const missing = "ecslocal.local/nothing:1"

func TestContractOnTheFake(t *testing.T) {
	t.Parallel()
	for _, c := range enginetest.Cases {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c.Run(t, &enginetest.Fake{Missing: map[string]error{missing: errors.New("no such image")}}, taskID(c.Name), "app")
			})
		})
	}
}

func TestContractOnDocker(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a Docker engine")
	}
	t.Parallel()
	image := images.App(t)
	for _, c := range enginetest.Cases {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			engine, err := dockerengine.Connect(t.Context())
			if err != nil {
				t.Fatalf("this test needs a Docker engine: %v", err)
			}
			defer engine.Close()
			c.Run(t, engine, taskID(c.Name+t.TempDir()), image)
		})
	}
}

func taskID(name string) string {
	sum := sha256.Sum256([]byte(name))
	return hex.EncodeToString(sum[:16])
}

// run runs containers on a fake and gives events and the error.
func run(t *testing.T, f *enginetest.Fake, containers string, meanwhile func(stops chan<- runner.Stop)) ([]event.Event, error) {
	t.Helper()
	return runWith(t, f, containers, func(*runner.Runner) {}, meanwhile)
}

// runWith runs containers by a runner that was set up.
func runWith(t *testing.T, f *enginetest.Fake, containers string, setUp func(*runner.Runner), meanwhile func(stops chan<- runner.Stop)) ([]event.Event, error) {
	t.Helper()
	def, _ := taskdef.Load("f", []byte(`{"family": "f", "networkMode": "none", "containerDefinitions": [`+containers+`]}`))
	p, findings := plan.Compile(def, plan.Options{TaskID: taskID(t.Name())})
	if p == nil {
		t.Fatal(findings)
	}
	var events []event.Event
	created := event.Task{TaskARN: p.Task.ARN}
	for _, c := range p.Containers {
		created.Containers = append(created.Containers, event.Container{Name: c.Name, Essential: c.Essential})
	}
	stops := make(chan runner.Stop)
	go meanwhile(stops)
	r := runner.Runner{Engine: f, Sink: func(e event.Event) { events = append(events, e) }}
	setUp(&r)
	err := r.Run(t.Context(), p, created, stops)
	return events, err
}

// TestFaults are what goes wrong in mid-run, which only a fake does at will.
func TestFaults(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fake       *enginetest.Fake
		containers string
		meanwhile  func(f *enginetest.Fake)
		stopCode   string
		reason     string // of container a
		exit       *int
	}{
		"the connection to the engine is lost while a container ends": {containers: `{"name": "a", "image": "i", "command": ["sleep=10s", "exit=5"]}`,
			meanwhile: func(f *enginetest.Fake) { time.Sleep(9900 * time.Millisecond); f.Disconnect() }, stopCode: runner.EssentialContainerExited, exit: number(5)},
		"a container vanishes": {containers: `{"name": "a", "image": "i", "command": ["wait"]}`,
			meanwhile: func(f *enginetest.Fake) { time.Sleep(time.Second); f.Vanish("a") }, stopCode: runner.EssentialContainerExited,
			reason: "ContainerVanishedError: No container matching saved ID found"},
		"the start fails": {fake: &enginetest.Fake{StartError: map[string]error{"a": errors.New(`OCI runtime create failed: exec: "nope": executable file not found in $PATH: unknown`)}},
			containers: `{"name": "a", "image": "i"}`, stopCode: runner.TaskFailedToStart,
			reason: `CannotStartContainerError: Error response from daemon: OCI runtime create failed: exec: "nope": executable file not found in $PATH: unknown`},
		"the create fails": {fake: &enginetest.Fake{CreateError: map[string]error{"a": errors.New("no space left on device")}},
			containers: `{"name": "a", "image": "i"}`, stopCode: runner.TaskFailedToStart, reason: "CannotCreateContainerError: Error response from daemon: no space left on device"},
		"the pull fails and there is a local image": {fake: &enginetest.Fake{PullError: errors.New("Client.Timeout exceeded")},
			containers: `{"name": "a", "image": "i", "command": ["exit=0"]}`, stopCode: runner.EssentialContainerExited, exit: number(0),
			reason: "CannotPullContainerError: The task can’t pull the image. Check your network configuration. Client.Timeout exceeded"},
		"memory runs out": {containers: `{"name": "a", "image": "i", "command": ["allocate=all"]}`, stopCode: runner.EssentialContainerExited, exit: number(137),
			reason: "OutOfMemoryError: Container killed due to memory usage"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				fake := c.fake
				if fake == nil {
					fake = &enginetest.Fake{}
				}
				events, _ := run(t, fake, c.containers, func(chan<- runner.Stop) {
					if c.meanwhile != nil {
						c.meanwhile(fake)
					}
				})
				task := event.Fold(events)
				a := task.Container("a")
				if task.StopCode != c.stopCode || a.Reason != c.reason {
					t.Errorf("stopCode %s, reason %q", task.StopCode, a.Reason)
				}
				if diff := cmp.Diff(c.exit, a.ExitCode); diff != "" {
					t.Errorf("exit code: %s", diff)
				}
			})
		})
	}
}

func number(n int) *int { return &n }

// TestDependentsStartAtOnce wants no polling between a condition and what waits for it: the bubble's time tells.
func TestDependentsStartAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		events, _ := run(t, &enginetest.Fake{}, `{"name": "a", "image": "i", "command": ["exit=0"], "dependsOn": [{"containerName": "b", "condition": "COMPLETE"}]},
			{"name": "b", "image": "i", "essential": false, "command": ["sleep=7s", "exit=0"]}`, func(chan<- runner.Stop) {})
		at := map[string]time.Time{}
		for _, e := range events {
			at[string(e.Kind)+" "+e.Container] = e.Time
		}
		if late := at["container.started a"].Sub(at["container.stopped b"]); late > 100*time.Millisecond {
			t.Errorf("a starts %v after b has ended", late)
		}
	})
}

// TestStopGivesUpPulls wants a stop not to wait for images that nobody needs any more.
func TestStopGivesUpPulls(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		events, err := run(t, &enginetest.Fake{PullTime: time.Hour}, `{"name": "a", "image": "i"}`, func(stops chan<- runner.Stop) {
			time.Sleep(time.Second)
			stops <- runner.Stop{}
		})
		task := event.Fold(events)
		if took := time.Since(began); err != nil || took > 2*time.Second {
			t.Errorf("the task ended after %v with error %v", took, err)
		}
		if a := task.Container("a"); task.StopCode != runner.UserInitiated || a.ExitCode != nil || a.Reason != "" {
			t.Errorf("stopCode %s, container %+v", task.StopCode, a)
		}
	})
}

// TestEngineStaysAway wants an engine that does not answer for ten minutes to be asked steadily, not ever more often.
func TestEngineStaysAway(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake := &enginetest.Fake{}
		events, _ := run(t, fake, `{"name": "a", "image": "i", "command": ["sleep=5m", "exit=6"]}`, func(chan<- runner.Stop) {
			time.Sleep(time.Second)
			fake.Down(true)
			for range 1000 { // ten minutes
				fake.Disconnect()
				time.Sleep(600 * time.Millisecond)
			}
			fake.Down(false)
		})
		task := event.Fold(events)
		if diff := cmp.Diff(number(6), task.Container("a").ExitCode); diff != "" {
			t.Errorf("exit code: %s", diff)
		}
		asked := slices.DeleteFunc(fake.Calls(), func(call string) bool { return !strings.HasPrefix(call, "inspect in vain") })
		if len(asked) == 0 || len(asked) > 5000 {
			t.Errorf("the engine was asked %d times", len(asked))
		}
	})
}
