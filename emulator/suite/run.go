package suite

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ecslocal/ecslocal/emulator"
	"github.com/ecslocal/ecslocal/emulator/dockerengine"
	"github.com/ecslocal/ecslocal/emulator/expect"
	"github.com/ecslocal/ecslocal/emulator/runner"
	"github.com/ecslocal/ecslocal/emulator/spec"
)

// run is one trial as it is carried out.
type run struct {
	Trial
	options Options
	task    *emulator.Task
	result  Result
}

func (r *run) report(p Progress) {
	if p.Case = r.Case; r.options.Report != nil {
		r.options.Report(p)
	}
}

func (r *run) run(ctx context.Context) Result {
	r.result = Result{Case: r.Case, Outcome: Passed, Began: time.Now()}
	r.report(Progress{})
	if ctx.Err() != nil {
		r.result.Outcome, r.result.Err = Skipped, reason(ctx)
	} else if err := r.carryOut(ctx); err != nil {
		r.result.Outcome, r.result.Err = Failed, err
	}
	for i := len(r.result.Steps); i < len(r.Case.Steps); i++ {
		r.over(StepResult{Step: &r.Case.Steps[i], Outcome: Skipped, Err: r.skipReason()})
	}
	r.result.Took = time.Since(r.result.Began)
	r.report(Progress{Result: &r.result})
	return r.result
}

func (r *run) skipReason() error {
	if r.task == nil {
		return errors.New("there is no task")
	}
	return errors.New("a step before it failed")
}

// over records a step's end. Nobody needs to be told of the steps of a task that never was.
func (r *run) over(s StepResult) {
	if s.Outcome == Failed {
		r.result.Outcome = Failed
	}
	r.result.Steps = append(r.result.Steps, s)
	if r.task != nil {
		r.report(Progress{Step: &s})
	}
}

// carryOut starts the task, takes the steps and takes the task away, whatever happens.
func (r *run) carryOut(ctx context.Context) error {
	limited, cancel := context.WithTimeoutCause(ctx, r.Case.Timeout, fmt.Errorf("the case's timeout of %v has passed", r.Case.Timeout))
	defer cancel()
	engine, err := dockerengine.Connect(limited)
	if err != nil {
		return err
	}
	defer engine.Close()
	if r.task, err = r.project.Start(limited, engine); err != nil {
		return errors.New(r.project.Hide(err.Error()))
	}
	r.result.TaskID = r.task.ID
	for i := range r.Case.Steps {
		if r.result.Outcome == Failed {
			break
		}
		r.take(limited, &r.Case.Steps[i])
	}
	return r.end(ctx)
}

// take takes one step.
func (r *run) take(ctx context.Context, s *spec.Step) {
	began := time.Now()
	var err error
	if s.Within >= 0 {
		err = r.task.Await(ctx, expect.Begun{Containers: containersOf(s)}, -1)
	}
	switch {
	case err != nil && ctx.Err() != nil: // they have not begun in all the time there was
	case s.Action != nil:
		err = r.task.Do(ctx, s.Action)
	default: // what is wrong, the step itself says
		err = r.task.Await(ctx, s.Expect, s.Within)
	}
	result := StepResult{Step: s, Outcome: Passed, Took: time.Since(began)}
	if err != nil {
		if ctx.Err() != nil {
			err = fmt.Errorf("%w: %w", reason(ctx), err)
		}
		result.Outcome, result.Err = Failed, err
	}
	r.over(result)
}

func containersOf(s *spec.Step) []string {
	var names []string
	for _, m := range s.Containers {
		names = append(names, m.Container)
	}
	return names
}

// reason is why a context has ended, in words.
func reason(ctx context.Context) error {
	if cause := context.Cause(ctx); cause != nil && !errors.Is(cause, context.Canceled) {
		return cause
	}
	return errors.New("interrupted")
}

// end takes the task away, and tells of one that failed what happened.
func (r *run) end(ctx context.Context) error {
	failure := r.failure(ctx)
	if failure != "" {
		r.result.Story = r.task.Story(ctx)
	}
	if err := r.task.Finish(ctx, "ecslocal test is over", failure); err != nil {
		return err
	}
	if err := r.task.Err(); failure != "" || errors.Is(err, runner.ErrRemove) { // a task that could not run may be what the steps expect
		return err
	}
	return nil
}

// failure is what went wrong, empty where nothing did.
func (r *run) failure(ctx context.Context) string {
	for _, s := range r.result.Steps {
		if s.Outcome == Failed {
			return s.Step.Name + ": " + s.Err.Error()
		}
	}
	if ctx.Err() != nil {
		return reason(ctx).Error()
	}
	return ""
}
