package emulator

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/dockerengine"
	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/emulator/trial"
	"github.com/ecslocal/ecslocal/healthcheck"
	"github.com/ecslocal/ecslocal/healthcheck/candidate"
)

// HealthTrial is which checks to try in a running container of a task.
type HealthTrial struct {
	TaskID, Container string
	// Own are commands to try instead of what the definition and the container suggest; with AllowWrites even those that change things.
	Own         []healthcheck.Command
	AllowWrites bool
	// Settle is how long a container that has just started may take until it listens.
	Settle time.Duration
	// Looked is told what was seen inside before anything runs, nil where nobody can look for the reason that follows.
	Looked func(*healthcheck.Look, error)
	// Row is told what became of each candidate.
	Row func(trial.Row)
}

// HealthProof is what a trial has shown.
type HealthProof struct {
	trial.Result
	Definition healthcheck.Definition
	Look       *healthcheck.Look
	// Slow is what the application answered without hurry, where the declared check had timed out.
	Slow []healthcheck.Answer
	// Ways are the kinds of check that the container can run at all, where it lacks a shell.
	Ways []string
}

// TryHealth runs candidates for the check of a container in the container, and puts the one that works to the proof.
func (p *Project) TryHealth(ctx context.Context, engine *dockerengine.Engine, t HealthTrial) (proof HealthProof, err error) {
	all := p.HealthDefinitions()
	i := slices.IndexFunc(all, func(d healthcheck.Definition) bool { return d.Container == t.Container })
	if i < 0 {
		return proof, fmt.Errorf("find container %q: the definition has none of that name", t.Container)
	}
	proof.Definition = all[i]
	c, image, err := p.enter(ctx, engine, t.TaskID, t.Container, all[i])
	if err != nil {
		return proof, err
	}
	defer func() { err = errors.Join(err, c.close()) }()
	facts := candidate.Facts{Definition: all[i], Image: image}
	if err := trial.Settle(ctx, c, facts, t.Settle); err != nil && !errors.Is(err, trial.ErrBlind) {
		return proof, err
	}
	facts.Look, err = trial.See(ctx, c, facts)
	if err != nil && ctx.Err() != nil {
		return proof, ctx.Err()
	}
	proof.Look = facts.Look
	if t.Looked != nil {
		t.Looked(facts.Look, err)
	}
	proof.Ways = facts.Ways()
	proof.Result, err = trial.Trial{Facts: facts, Timeout: timeoutOf(all[i]), Own: t.Own, AllowWrites: t.AllowWrites, Row: t.Row}.Run(ctx, c)
	timedOut := slices.ContainsFunc(proof.Rows, func(r trial.Row) bool { return r.Run.TimedOut && r.Why == candidate.AsDeclared })
	if declared := facts.Declared(); err == nil && timedOut && facts.Look != nil && len(declared) > 0 {
		proof.Slow, err = c.Ask(ctx, trial.Questions{URLs: declared, Timeout: patience})
	}
	return proof, err
}

// patience is how long an application is waited for whose check timed out; ECS allows timeouts up to 60 s.
const patience = 60 * time.Second

// timeoutOf is the timeout of a check; ECS's default is 5 s.
func timeoutOf(d healthcheck.Definition) time.Duration {
	if !d.Timeout.Set || d.Timeout.Value <= 0 {
		return healthcheck.DefaultTimeout * time.Second
	}
	return time.Duration(d.Timeout.Value) * time.Second
}

// startPatience is how long a container may take to start, its image's pull included.
const startPatience = 15 * time.Minute

// WaitStarted waits until a container runs; the others may wait for it to be HEALTHY.
func (t *Task) WaitStarted(ctx context.Context, container string) error {
	ctx, cancel := context.WithTimeout(ctx, startPatience)
	defer cancel()
	for {
		task, changed := t.live.task()
		c := task.Container(container)
		switch {
		case c != nil && c.LastStatus == event.Running:
			return nil
		case c == nil && task.TaskARN != "":
			return fmt.Errorf("find container %q: the task has none of that name", container)
		case c != nil && c.LastStatus == event.Stopped || task.LastStatus == event.Stopped:
			return fmt.Errorf("container %q: %w: %s", container, ErrStopped, first(c.Reason, task.StoppedReason, "no reason is known"))
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// HealthFix is the change of the definition that a proof asks for; its patch is nil where the definition is right as it stands.
func (p *Project) HealthFix(proof HealthProof) diag.Finding {
	d := proof.Definition
	f := diag.Finding{Position: p.Definition.Pos(d.Pointer), Path: d.Pointer + "/healthCheck/command"}
	f.File = p.Path
	switch {
	case proof.Winner == nil || slices.Equal(proof.Winner.Command, d.Command):
	case d.HasCheck:
		f.Patch = &diag.Patch{Path: f.Path, Value: proof.Winner.Command.String()}
	default:
		f.Patch = &diag.Patch{Path: d.Pointer + "/healthCheck", Value: HealthBlock(proof)}
	}
	return f
}

// HealthBlock is the proven check as the JSON of healthCheck, the declared numbers included.
func HealthBlock(proof HealthProof) string {
	d := proof.Definition
	text := `{"command": ` + proof.Winner.Command.String()
	for _, number := range []struct {
		name  string
		value healthcheck.Seconds
	}{{"interval", d.Interval}, {"timeout", d.Timeout}, {"retries", d.Retries}, {"startPeriod", d.StartPeriod}} {
		if number.value.Set {
			text += fmt.Sprintf(`, %q: %d`, number.name, number.value.Value)
		}
	}
	return text + "}"
}
