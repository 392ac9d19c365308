package enginetest

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/emulator/plan"
	"github.com/ecslocal/ecslocal/emulator/runner"
	"github.com/ecslocal/ecslocal/emulator/taskdef"
)

// Case is one task and how it must end.
type Case struct {
	Name string
	// Containers is the JSON of container definitions; IMAGE stands for the application's image.
	Containers string
	FailStuck  bool
	// StopWhen stops the task when a container is first seen like this, such as "web RUNNING", and every container with a print step has
	// printed: a signal before a program is ready for it ends it otherwise. KillToo asks twice.
	StopWhen string
	KillToo  bool

	StopCode, StoppedReason string
	// Exit are the exit codes by container, "none" for no exit code; Reasons hold a part of the reason.
	Exit    map[string]string
	Reasons map[string]string
	// Order are events that must come in this order, such as "a started", "b stopped".
	Order []string
	// Never are events that must not come.
	Never []string
	// Error is a part of Run's error, empty for none.
	Error string
}

// Cases are the contract between the runner and an engine.
var Cases = []Case{
	{Name: "an essential container that ends stops the task",
		Containers: `{"name": "a", "command": ["sleep=2s", "exit=3"], "dependsOn": [{"containerName": "b", "condition": "START"}]}, {"name": "b", "command": ["wait"]}`,
		StopCode:   runner.EssentialContainerExited, StoppedReason: "Essential container in task exited", Exit: map[string]string{"a": "3", "b": "0"},
		Order: []string{"a stopped", "task stopping", "b stopped"}},
	{Name: "exit code 0 of an essential container stops the task too",
		Containers: `{"name": "a", "command": ["exit=0"]}`, StopCode: runner.EssentialContainerExited, Exit: map[string]string{"a": "0"}},
	{Name: "a container that is not essential may end",
		Containers: `{"name": "a", "command": ["wait"]}, {"name": "b", "essential": false, "command": ["exit=9"], "dependsOn": [{"containerName": "a", "condition": "START"}]}`,
		StopWhen:   "b stopped", StopCode: runner.UserInitiated, Exit: map[string]string{"b": "9"}, Order: []string{"b stopped", "task stopping", "a stopped"}},
	{Name: "the user stops the task", Containers: `{"name": "a", "command": ["print=ready", "wait"]}`, StopWhen: "a RUNNING",
		StopCode: runner.UserInitiated, StoppedReason: "Task stopped by user", Exit: map[string]string{"a": "0"}},
	{Name: "SIGKILL after stopTimeout", Containers: `{"name": "a", "command": ["sigterm=ignore", "print=ready", "wait"], "stopTimeout": 2}`, StopWhen: "a RUNNING",
		StopCode: runner.UserInitiated, Exit: map[string]string{"a": "137"}},
	{Name: "a second stop does not wait for stopTimeout", Containers: `{"name": "a", "command": ["sigterm=ignore", "print=ready", "wait"], "stopTimeout": 120}`,
		StopWhen: "a RUNNING", KillToo: true, StopCode: runner.UserInitiated, Exit: map[string]string{"a": "137"}},
	{Name: "START waits for the start",
		Containers: `{"name": "a", "command": ["exit=0"], "dependsOn": [{"containerName": "b", "condition": "START"}]}, {"name": "b", "command": ["wait"]}`,
		Order:      []string{"b started", "a created", "a started"}, StopCode: runner.EssentialContainerExited},
	{Name: "START is met by a container that has stopped",
		Containers: `{"name": "a", "command": ["exit=0"], "dependsOn": [{"containerName": "b", "condition": "START"}, {"containerName": "c", "condition": "COMPLETE"}]},
			{"name": "b", "essential": false, "command": ["exit=0"]}, {"name": "c", "essential": false, "command": ["exit=1"], "dependsOn": [{"containerName": "b", "condition": "COMPLETE"}]}`,
		Order: []string{"b stopped", "c stopped", "a started"}, StopCode: runner.EssentialContainerExited},
	{Name: "COMPLETE takes any exit code",
		Containers: `{"name": "a", "command": ["exit=0"], "dependsOn": [{"containerName": "b", "condition": "COMPLETE"}]}, {"name": "b", "essential": false, "command": ["exit=4"]}`,
		Order:      []string{"b stopped", "a started"}, StopCode: runner.EssentialContainerExited, Exit: map[string]string{"b": "4"}},
	{Name: "SUCCESS fails with another exit code than 0",
		Containers: `{"name": "a", "command": ["exit=0"], "dependsOn": [{"containerName": "b", "condition": "SUCCESS"}]}, {"name": "b", "essential": false, "command": ["exit=7"]}`,
		StopCode:   runner.TaskFailedToStart, StoppedReason: "Task failed to start", Exit: map[string]string{"a": "143", "b": "7"},
		Reasons: map[string]string{"a": "as dependency did not exit successfully."}, Never: []string{"a created"}, Error: "did not exit successfully"},
	{Name: "HEALTHY waits for the check",
		Containers: `{"name": "a", "command": ["exit=0"], "dependsOn": [{"containerName": "b", "condition": "HEALTHY"}]},
			{"name": "b", "command": ["wait"], "healthCheck": {"command": ["CMD", "/app", "exit=0"], "interval": 1}}`,
		Order: []string{"b HEALTHY", "a started"}, StopCode: runner.EssentialContainerExited},
	{Name: "HEALTHY without a check is refused before anything exists",
		Containers: `{"name": "a", "command": ["exit=0"], "dependsOn": [{"containerName": "b", "condition": "HEALTHY"}]}, {"name": "b", "command": ["wait"]}`,
		StopCode:   runner.TaskFailedToStart, StoppedReason: "Task dependencies cannot be resolved, taskArn: ARN", Never: []string{"a created", "b created"}, Error: "no healthCheck"},
	{Name: "a circle is refused before anything exists",
		Containers: `{"name": "a", "dependsOn": [{"containerName": "b", "condition": "START"}]}, {"name": "b", "dependsOn": [{"containerName": "a", "condition": "START"}]}`,
		StopCode:   runner.TaskFailedToStart, StoppedReason: "Task dependencies cannot be resolved, taskArn: ARN", Never: []string{"a created"}, Error: "wait for each other"},
	{Name: "a HEALTHY dependency that stops leaves its dependents waiting for ever", FailStuck: true,
		Containers: `{"name": "a", "command": ["exit=0"], "dependsOn": [{"containerName": "b", "condition": "HEALTHY"}]},
			{"name": "b", "essential": false, "command": ["exit=0"], "healthCheck": {"command": ["CMD", "/app", "exit=0"], "interval": 5}}`,
		StopCode: runner.TaskFailedToStart, Never: []string{"a created"}, Error: "on ECS this task stays PENDING for ever"},
	{Name: "startTimeout is the dependency's",
		Containers: `{"name": "a", "command": ["exit=0"], "startTimeout": 100, "dependsOn": [{"containerName": "b", "condition": "COMPLETE"}]}, {"name": "b", "essential": false, "command": ["wait"], "startTimeout": 2}`,
		StopCode:   runner.TaskFailedToStart, Exit: map[string]string{"a": "143"}, Reasons: map[string]string{"a": "has timed out."}, Error: "has timed out"},
	{Name: "dependents stop first",
		Containers: `{"name": "a", "command": ["wait"], "dependsOn": [{"containerName": "b", "condition": "START"}]}, {"name": "b", "command": ["wait"]}`, StopWhen: "a RUNNING",
		Order: []string{"a stopped", "b stopping", "b stopped"}, StopCode: runner.UserInitiated},
	{Name: "restartPolicy starts the same container again until a run is too short",
		Containers: `{"name": "a", "command": ["sleep=6s", "exit=2"], "restartPolicy": {"enabled": true, "restartAttemptPeriod": 1, "ignoredExitCodes": [0]}}`,
		StopWhen:   "a restarted", Order: []string{"a started", "a restarted", "a stopped"}, StopCode: runner.UserInitiated},
	{Name: "restartPolicy leaves ignored exit codes alone",
		Containers: `{"name": "a", "command": ["sleep=1500ms", "exit=2"], "restartPolicy": {"enabled": true, "restartAttemptPeriod": 1, "ignoredExitCodes": [2]}}`,
		StopCode:   runner.EssentialContainerExited, Exit: map[string]string{"a": "2"}, Never: []string{"a restarted"}},
	{Name: "an image that cannot be had", Containers: `{"name": "a", "image": "ecslocal.local/nothing:1"}`,
		StopCode: runner.TaskFailedToStart, StoppedReason: "Task failed to start", Exit: map[string]string{"a": "none"},
		Reasons: map[string]string{"a": "CannotPullContainerError: The task can’t pull the image. Check whether the image exists."}, Error: "CannotPullContainerError"},
	{Name: "health goes to UNHEALTHY and stops nothing",
		Containers: `{"name": "a", "command": ["wait"], "healthCheck": {"command": ["CMD", "/app", "exit=1"], "interval": 1, "retries": 2}}`, StopWhen: "a UNHEALTHY",
		Order: []string{"a probe 1", "a probe 1", "a UNHEALTHY", "task stopping"}, StopCode: runner.UserInitiated},
	{Name: "every probe is recorded, also those that cannot be started and more than the engine keeps",
		Containers: `{"name": "a", "command": ["wait"], "healthCheck": {"command": ["CMD", "nothing"], "interval": 1, "retries": 8}}`, StopWhen: "a UNHEALTHY",
		Order:    []string{"a probe -1", "a probe -1", "a probe -1", "a probe -1", "a probe -1", "a probe -1", "a probe -1", "a probe -1", "a UNHEALTHY", "task stopping"},
		StopCode: runner.UserInitiated},
	{Name: "the task's statuses come in order", Containers: `{"name": "a", "command": ["sleep=300ms", "exit=0"]}`, StopCode: runner.EssentialContainerExited,
		Order: []string{"task PROVISIONING", "task PENDING", "task ACTIVATING", "task RUNNING", "task DEACTIVATING", "task STOPPING", "task DEPROVISIONING", "task STOPPED"}},
}

// limit is how long a case may take, in real time on a loaded machine.
const limit = 2 * time.Minute

// Run runs a case on an engine.
func (c Case) Run(t *testing.T, engine runner.Engine, taskID, image string) {
	t.Helper()
	p := c.plan(t, taskID, image)
	stops := make(chan runner.Stop, 2)
	var events []event.Event
	stopped := false
	printed := newPrinted(p)
	r := runner.Runner{Engine: engine, FailStuck: c.FailStuck, Collect: printed.collect, Sink: func(e event.Event) {
		events = append(events, e)
		if c.StopWhen != "" && !stopped && (words(e) == c.StopWhen || c.StopWhen == e.Container+" RUNNING" && e.Kind == event.ContainerStarted) {
			stopped = true
			go func() {
				printed.wait()
				stops <- runner.Stop{}
				if c.KillToo {
					stops <- runner.Stop{Kill: true}
				}
			}()
		}
	}}
	created := event.Task{TaskARN: p.Task.ARN, LastStatus: event.Provisioning}
	for _, planned := range p.Containers {
		created.Containers = append(created.Containers, event.Container{Name: planned.Name, LastStatus: event.Pending, Essential: planned.Essential})
	}
	done := make(chan error, 1)
	go func() { done <- r.Run(t.Context(), p, created, stops) }()
	select {
	case err := <-done:
		c.check(t, event.Fold(events), events, err)
	case <-time.After(limit):
		t.Fatalf("the task has not ended")
	}
}

// printed tells which containers have begun to print.
type printed map[string]chan struct{}

func newPrinted(p *plan.Plan) printed {
	all := printed{}
	for _, c := range p.Containers {
		if slices.ContainsFunc(c.Config.Cmd, func(step string) bool { return strings.HasPrefix(step, "print=") }) {
			all[c.Name] = make(chan struct{})
		}
	}
	return all
}

func (p printed) wait() {
	for _, begun := range p {
		<-begun
	}
}

// collect reads a container's output; the fake, which is ready at once, has none.
func (p printed) collect(_ context.Context, c plan.Container, _ string, a runner.Attachment) <-chan struct{} {
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		defer a.Close()
		_, _ = io.ReadAtLeast(a.Frames, make([]byte, 1), 1) // the end of the output is as good
		if begun := p[c.Name]; begun != nil {
			close(begun)
		}
		_, _ = io.Copy(io.Discard, a.Frames)
	}()
	return ended
}

func (c Case) plan(t *testing.T, taskID, image string) *plan.Plan {
	t.Helper()
	containers := strings.ReplaceAll(c.Containers, `{"name"`, `{"memory": 64, "name"`)
	def, findings := taskdef.Load("case", []byte(`{"family": "contract", "networkMode": "none", "containerDefinitions": [`+containers+`]}`))
	if errs := diag.Errors(findings); len(errs) > 0 {
		t.Fatal(errs)
	}
	p, findings := plan.Compile(def, plan.Options{TaskID: taskID, Image: func(_, image2 string) string {
		if image2 == "" {
			return image
		}
		return image2
	}})
	if p == nil {
		t.Fatal(findings)
	}
	return p
}

// words are an event in the words of Order.
func words(e event.Event) string {
	switch e.Kind {
	case event.TaskStatus:
		return "task " + e.Status
	case event.TaskStopping:
		return "task stopping"
	case event.ContainerHealth:
		return e.Container + " " + e.Health
	case event.ContainerProbe:
		return fmt.Sprintf("%s probe %d", e.Container, e.Probe.ExitCode)
	}
	return e.Container + " " + strings.TrimPrefix(string(e.Kind), "container.")
}

func (c Case) check(t *testing.T, task event.Task, events []event.Event, err error) {
	t.Helper()
	if (err != nil) != (c.Error != "") || err != nil && !strings.Contains(err.Error(), c.Error) {
		t.Errorf("error %v, want %q", err, c.Error)
	}
	if task.StopCode != c.StopCode || c.StoppedReason != "" && task.StoppedReason != strings.ReplaceAll(c.StoppedReason, "ARN", task.TaskARN) {
		t.Errorf("stopCode %s, stoppedReason %q", task.StopCode, task.StoppedReason)
	}
	for name, want := range c.Exit {
		got := "none"
		if container := task.Container(name); container.ExitCode != nil {
			got = fmt.Sprint(*container.ExitCode)
		}
		if got != want {
			t.Errorf("exit code of %s is %s, want %s", name, got, want)
		}
	}
	for name, part := range c.Reasons {
		if reason := task.Container(name).Reason; !strings.Contains(reason, part) {
			t.Errorf("reason of %s is %q, want %q in it", name, reason, part)
		}
	}
	var all []string
	for _, e := range events {
		all = append(all, words(e))
	}
	rest := all
	for _, want := range c.Order {
		i := slices.Index(rest, want)
		if i < 0 {
			t.Errorf("%q does not come in its place: %v", want, all)
			break
		}
		rest = rest[i+1:]
	}
	for _, never := range c.Never {
		if slices.Contains(all, never) {
			t.Errorf("%q must not come: %v", never, all)
		}
	}
}
