package runner

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/emulator/plan"
)

// Runner runs tasks on an engine. Only Engine is needed.
type Runner struct {
	Engine Engine
	// Sink gets every event, in order, from one goroutine.
	Sink event.Sink
	// Collect reads a container's output until it ends; the channel is closed then. Nil discards it.
	Collect func(ctx context.Context, c plan.Container, id string, a Attachment) <-chan struct{}
	// ServeAgent answers the requests that come out of the agent container; it returns when the connection ends. Nil serves none.
	ServeAgent func(ctx context.Context, a Attachment, ready func()) error
	// Probe runs the health check of a container that has started, until it passes or ctx ends, and reports what it finds; nil leaves it to
	// the engine alone. With Strict what it finds is recorded, and the engine is waited for.
	Probe  func(ctx context.Context, c plan.Container, id string, report func(Probed))
	Strict bool
	// Refusal is the stoppedReason of a task that cannot start although its plan is sound, such as one whose secrets are missing.
	Refusal string
	// FailStuck stops the task where ECS would wait for ever; otherwise it is only said.
	FailStuck bool
	// Keep leaves everything on the engine after the task has stopped.
	Keep bool
	// Hide takes secrets out of a text of the engine; nil changes nothing.
	Hide func(string) string
}

// ErrRemove is wrapped by Run's error when something of the task is left on the engine.
var ErrRemove = errors.New("remove the task")

// Stop asks for the end of a task.
type Stop struct {
	// Code and Reason are as DescribeTasks shows them; empty stands for a StopTask by the user.
	Code, Reason string
	// Kill does not wait for stopTimeout.
	Kill bool
}

// Run runs a task until it has stopped and everything of it is removed. What comes from stops ends it in order; the end of ctx kills it.
// The error says why the task could not be run; how it ended otherwise is in the events.
func (runner *Runner) Run(ctx context.Context, p *plan.Plan, created event.Task, stops <-chan Stop) error {
	r := newRun(runner, p)
	r.emit(event.Event{Kind: event.TaskCreated, Task: &created})
	// Work on the engine outlives ctx: what has begun must be taken away again.
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	r.ctx = work
	r.pulling, r.stopPulling = context.WithCancel(work)
	defer r.stopPulling()
	r.taskStatus(event.Provisioning)
	if reason := r.refusal(); reason != "" {
		r.refuse(reason)
	} else {
		r.provision()
	}
	r.loop(ctx, stops)
	r.deprovision(cancel)
	return errors.Join(r.err...)
}

// run is the state of one task. The goroutine of Runner.Run owns it.
type run struct {
	*Runner
	plan       *plan.Plan
	ctx        context.Context
	pulling    context.Context // ends when nobody waits for images any more
	inbox      chan func()
	containers []*container
	byName     map[string]*container
	seq        int
	pass       int // over the containers, counted from 1
	lastStatus string
	ready      bool // network, volumes and infrastructure are there
	agentReady bool
	stop       *Stop // why the task ends, nil while it is to run
	changed    bool  // a container or the task has come to its end since advance began
	pending    int   // steps under way whose message has not come
	err        []error
	wake       *time.Timer // of the next startTimeout

	stopPulling context.CancelFunc
}

func newRun(runner *Runner, p *plan.Plan) *run {
	r := &run{Runner: runner, plan: p, inbox: make(chan func()), byName: map[string]*container{}, wake: time.NewTimer(time.Hour),
		agentReady: p.Container(plan.AgentName) == nil}
	for _, c := range p.Containers {
		state := &container{Container: c, health: event.Unknown}
		r.containers = append(r.containers, state)
		r.byName[c.Name] = state
	}
	return r
}

const healthy = event.Healthy

// loop advances the task until every container has stopped and no step is under way.
func (r *run) loop(ctx context.Context, stops <-chan Stop) {
	killed := ctx.Done()
	for {
		r.advance()
		if r.finished() {
			return
		}
		select {
		case message := <-r.inbox:
			message()
		case <-r.wake.C:
		case stop := <-stops:
			r.stopTask(stop)
		case <-killed:
			killed = nil
			r.stopTask(Stop{Kill: true})
		}
	}
}

func (r *run) finished() bool {
	for _, c := range r.containers {
		if !c.done() {
			return false
		}
	}
	return r.pending == 0
}

// do runs a step in a goroutine of its own and its result's message on the run's goroutine. Steps have a limit each, and the run waits
// for all of them, so that none outlives it.
func (r *run) do(limit time.Duration, step func(ctx context.Context) (message func())) {
	r.pending++
	go func() {
		ctx, cancel := context.WithTimeout(r.ctx, limit)
		defer cancel()
		message := step(ctx)
		r.inbox <- func() {
			r.pending--
			message()
		}
	}()
}

// emit records what happened.
func (r *run) emit(e event.Event) {
	r.seq++
	e.Seq = r.seq
	if e.Time.IsZero() {
		e.Time = time.Now()
	}
	if r.Sink != nil {
		r.Sink(e)
	}
}

func (r *run) taskStatus(status string) {
	if status != r.lastStatus {
		r.lastStatus = status
		r.emit(event.Event{Kind: event.TaskStatus, Status: status})
	}
}

func (r *run) warn(container, format string, args ...any) {
	r.emit(event.Event{Kind: event.Warning, Container: container, Message: r.hide(fmt.Sprintf(format, args...))})
}

func (r *run) hide(text string) string {
	if r.Hide == nil {
		return text
	}
	return r.Hide(text)
}

// fail remembers an error for the caller of Run.
func (r *run) fail(err error) { r.err = append(r.err, err) }

// refusal is the reason not to start at all, empty where there is none.
func (r *run) refusal() string {
	if r.Refusal != "" {
		return r.Refusal
	}
	if err := r.admit(); err != nil {
		r.fail(err)
		r.warn("", "%v", err)
		return "Task dependencies cannot be resolved, taskArn: " + r.plan.Task.ARN
	}
	return ""
}

// refuse ends a task of which nothing was made.
func (r *run) refuse(reason string) {
	r.fail(errors.New(reason))
	for _, c := range r.containers {
		c.status, c.failed = statusStopped, true
	}
	r.stopTask(Stop{Code: TaskFailedToStart, Reason: reason})
}
