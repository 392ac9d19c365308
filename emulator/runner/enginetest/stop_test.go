package enginetest_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/emulator/runner"
	"github.com/ecslocal/ecslocal/emulator/runner/enginetest"
)

// TestStopWhileTheEngineRestarts stops a task while the engine does not answer: it is tried again until it does.
func TestStopWhileTheEngineRestarts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake := &enginetest.Fake{}
		events, err := run(t, fake, `{"name": "a", "image": "i", "command": ["wait"]}`, func(stops chan<- runner.Stop) {
			time.Sleep(time.Second)
			fake.Down(true)
			stops <- runner.Stop{}
			time.Sleep(5 * time.Second)
			fake.Down(false)
		})
		task := event.Fold(events)
		a := task.Container("a")
		if err != nil || a.ExitCode == nil || *a.ExitCode != 0 || a.Reason != "" || !slices.Contains(fake.Calls(), "remove task") {
			t.Errorf("error %v, container %+v, calls %v", err, a, fake.Calls())
		}
	})
}

// TestSecondStopIsTold wants a container that a second stop killed to be told apart from one that ended by itself with 137.
func TestSecondStopIsTold(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		events, _ := run(t, &enginetest.Fake{}, `{"name": "a", "image": "i", "command": ["sigterm=ignore", "wait"], "stopTimeout": 100}`, func(stops chan<- runner.Stop) {
			time.Sleep(time.Second)
			stops <- runner.Stop{}
			time.Sleep(time.Second)
			stops <- runner.Stop{Kill: true}
		})
		task := event.Fold(events)
		if a := task.Container("a"); !a.Killed {
			t.Errorf("container %+v", a)
		}
	})
}
