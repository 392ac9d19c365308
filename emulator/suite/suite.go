// Package suite runs the cases of specs on an engine, several at the same time if asked to, and leaves nothing behind.
//
// It is to specs what package emulatortest is to Go tests. It may import emulator, and spec and expect, which say what to do.
package suite

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/ecslocal/ecslocal/emulator"
	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/expect"
	"github.com/ecslocal/ecslocal/emulator/plan"
	"github.com/ecslocal/ecslocal/emulator/spec"
	"github.com/ecslocal/ecslocal/emulator/taskdef"
)

// Options say how to run cases.
type Options struct {
	// Parallel is how many cases run at the same time, 0 for one.
	Parallel int
	// StateDir is where state and logs are kept; empty is the user's own.
	StateDir string
	// Executable is a Linux build of ecslocal; empty is this process's own executable, see emulator.Options.
	Executable string
	// Report gets what happens as it happens, from one goroutine a case: a case begins, a step is over, a case is over. Nil is nobody.
	Report func(Progress)
}

// Progress is what Report gets: Step is set when one is over, Result when the case is.
type Progress struct {
	Case   *spec.Case
	Step   *StepResult
	Result *Result
}

// Outcome is how a step or case ended.
type Outcome string

const (
	Passed  Outcome = "passed"
	Failed  Outcome = "failed"
	Skipped Outcome = "skipped"
)

// StepResult is how a step ended.
type StepResult struct {
	Step    *spec.Step
	Outcome Outcome
	Took    time.Duration
	// Err is why it failed, or was skipped.
	Err error
}

// Result is how a case ended.
type Result struct {
	Case    *spec.Case
	Outcome Outcome
	TaskID  string // empty where there was no task
	Began   time.Time
	Took    time.Duration
	Steps   []StepResult
	// Err is why the task could not be run or removed; nil where it is a step that failed.
	Err error
	// Story tells of a failed case what happened to its task.
	Story string
}

// Trial is a case with its project, ready to run.
type Trial struct {
	Case    *spec.Case
	project *emulator.Project
}

// Load reads what the cases name. What is wrong with specs and definitions is in the findings; the error is for what cannot be read at all.
func Load(cases []spec.Case, o Options) ([]Trial, []diag.Finding, error) {
	var trials []Trial
	var findings []diag.Finding
	for i := range cases {
		c := &cases[i]
		project, err := emulator.Load(c.Definition, options(c, o))
		var invalid *emulator.InvalidError
		if errors.As(err, &invalid) {
			findings = append(findings, diag.Errors(invalid.Findings)...)
			continue
		}
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", c.File, err)
		}
		findings = append(findings, strangers(c, project.Definition)...)
		trials = append(trials, Trial{c, project})
	}
	diag.Sort(findings)
	return trials, slices.CompactFunc(findings, func(a, b diag.Finding) bool { return a.String() == b.String() && a.Path == b.Path }), nil
}

// options are how a case runs its task. Ports are of the engine's choice: a step looks them up, so that cases never want the same one.
func options(c *spec.Case, o Options) emulator.Options {
	options := emulator.Options{
		Config: c.Config, Secrets: c.Secrets, Images: c.Images, LaunchType: c.LaunchType, Overrides: c.RunOverrides, Networks: c.Networks, Strict: c.Strict,
		Input:    emulator.Input{Params: c.Params, Resource: c.Resource},
		StateDir: o.StateDir, Executable: o.Executable, Publish: plan.PublishRandom, FailStuck: true, Fast: true,
	}
	for name, value := range c.Env {
		options.Env = append(options.Env, taskdef.KeyValuePair{Name: name, Value: value})
	}
	return options
}

// RuleContainer is of findings about steps that name a container which the task does not have.
const RuleContainer = "SPEC-007"

// strangers reports containers that steps name and the definition does not have.
func strangers(c *spec.Case, def *taskdef.Definition) []diag.Finding {
	var names []string
	for _, container := range def.ContainerDefinitions {
		names = append(names, container.Name)
	}
	var findings []diag.Finding
	for _, step := range c.Steps {
		for _, m := range step.Containers {
			if slices.Contains(names, strings.TrimPrefix(m.Container, expect.RoutedPrefix)) {
				continue
			}
			fix := fmt.Sprintf("it has %q", names)
			if near := diag.Nearest(m.Container, names); near != "" {
				fix = "did you mean " + near + "?"
			}
			findings = append(findings, diag.Finding{Rule: RuleContainer, Severity: diag.Error, Path: m.Path, Position: m.Position,
				Message: fmt.Sprintf("%s has no container %q", c.Definition, m.Container), Fix: fix})
		}
	}
	return findings
}

// Run runs the trials and returns their results in order. When ctx ends, tasks are stopped at once and what was not begun is skipped.
func Run(ctx context.Context, trials []Trial, o Options) []Result {
	results := make([]Result, len(trials))
	next := make(chan int)
	var workers sync.WaitGroup
	for range min(max(1, o.Parallel), max(1, len(trials))) {
		workers.Go(func() {
			for i := range next {
				results[i] = (&run{Trial: trials[i], options: o}).run(ctx)
			}
		})
	}
	for i := range trials {
		next <- i
	}
	close(next)
	workers.Wait()
	return results
}
