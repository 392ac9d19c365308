package emulator

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/ecslocal/ecslocal/emulator/dockerengine"
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
		proof.Slow, err = c.Ask(ctx, declared, patience)
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
