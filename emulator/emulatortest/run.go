package emulatortest

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"testing"
	"time"

	"github.com/ecslocal/ecslocal/emulator"
	"github.com/ecslocal/ecslocal/emulator/dockerengine"
	"github.com/ecslocal/ecslocal/emulator/plan"
)

// Run runs a task and returns when the condition is met. A task that cannot get there fails the test. The definition is the path of a file
// in any format that ecslocal reads.
func Run(t testing.TB, definition string, options ...Option) *Task {
	t.Helper()
	s := settings{condition: Healthy(), timeout: defaultTimeout}
	s.options.StateDir = t.TempDir()
	s.options.Publish = plan.PublishRandom // tests that run at the same time must not want the same port
	s.options.FailStuck = true
	s.options.Fast = true
	for _, option := range options {
		option(&s)
	}
	task := &Task{t: t, timeout: s.timeout}
	ctx, cancel := context.WithTimeout(t.Context(), s.timeout)
	defer cancel()
	task.start(ctx, definition, s.options)
	if err := task.task.Await(ctx, s.condition, -1); err != nil {
		t.Fatalf("run %s until %s: %v", definition, s.condition, err)
	}
	return task
}

// start starts the task, and sees to its end.
func (k *Task) start(ctx context.Context, definition string, options emulator.Options) {
	k.t.Helper()
	engine, err := dockerengine.Connect(ctx)
	if err != nil {
		k.t.Fatal(err)
	}
	k.t.Cleanup(func() { engine.Close() })
	if options.Executable == "" {
		if options.Executable, err = insideProgram(ctx, engine.Info.Architecture); err != nil {
			k.t.Fatal(err)
		}
	}
	project, err := emulator.Load(definition, options)
	if err != nil {
		k.t.Fatalf("load %s: %v", definition, err)
	}
	if k.task, err = project.Start(ctx, engine); err != nil {
		k.t.Fatalf("run %s: %s", definition, project.Hide(err.Error()))
	}
	k.t.Attr("ecslocal.task", k.task.ID)
	k.t.Cleanup(k.end)
	k.watchTimeout()
}

const (
	// endLimit is more than the longest stopTimeout of Fargate.
	endLimit = 3 * time.Minute
	// storyLimit bounds the look into images for an explanation.
	storyLimit = 10 * time.Second
)

// end tells what happened where the test has failed, and takes the task away. A failed test has no time for a stopTimeout.
func (k *Task) end() {
	failed := k.t.Failed() || panicking()
	if failed {
		k.t.Log(k.story())
		k.keepEvents()
	}
	k.task.Stop("the test has ended", failed)
	select {
	case <-k.task.Done():
	case <-time.After(endLimit):
		k.t.Errorf("task %s did not end within %v; ecslocal prune removes what is left", k.task.ID, endLimit)
	}
}

// panicking says whether a panic runs the clean-up: its frame is on the stack then, and the test has not failed yet.
func panicking() bool {
	var callers [100]uintptr
	frames := runtime.CallersFrames(callers[:runtime.Callers(1, callers[:])])
	for {
		frame, more := frames.Next()
		if frame.Function == "runtime.gopanic" {
			return true
		}
		if !more {
			return false
		}
	}
}

func (k *Task) story() string {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(k.t.Context()), storyLimit)
	defer cancel()
	return k.task.Story(ctx)
}

// watchTimeout ends the task a little before go test's -timeout ends the process, which runs no clean-up then.
func (k *Task) watchTimeout() {
	test, ok := k.t.(interface{ Deadline() (time.Time, bool) })
	if !ok {
		return
	}
	deadline, ok := test.Deadline()
	if !ok {
		return
	}
	left := time.Until(deadline)
	timer := time.AfterFunc(left-min(10*time.Second, left/3), func() {
		// The test's log is lost when the process is ended: standard error is not.
		fmt.Fprintf(os.Stderr, "%s: go test's -timeout is about to pass; task %s is stopped\n%s", k.t.Name(), k.task.ID, k.story())
		k.task.Stop("go test's -timeout is about to pass", true)
	})
	k.t.Cleanup(func() { timer.Stop() })
}
