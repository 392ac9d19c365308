package emulatortest

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strings"
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
		task.fail("run %s until %s: %v", definition, s.condition, err)
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
	running.add(k)
	k.t.Cleanup(k.end)
	k.watchTimeout()
}

// end tells what happened where the test has failed, and takes the task away. A failed test has no time for a stopTimeout.
func (k *Task) end() {
	panics := panicking()
	if k.failure == "" && (k.t.Failed() || panics) {
		k.failure = "the test failed"
	}
	if panics {
		defer endOthers(k)
	}
	defer running.remove(k)
	if k.failure != "" {
		k.t.Log(strings.TrimSuffix(k.task.Story(k.t.Context()), "\n"))
		k.keepEvents()
	}
	if err := k.task.Finish(k.t.Context(), "the test has ended", k.failure); err != nil {
		k.t.Error(err)
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
		const passes = "go test's -timeout is about to pass"
		// The test's log is lost when the process is ended: standard error is not.
		fmt.Fprintf(os.Stderr, "%s: %s; task %s is stopped\n%s", k.t.Name(), passes, k.task.ID, k.task.Story(k.t.Context()))
		if err := k.task.Finish(k.t.Context(), passes, passes); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	})
	k.t.Cleanup(func() { timer.Stop() })
}
