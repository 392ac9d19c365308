package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/ecslocal/ecslocal/emulator"
	"github.com/ecslocal/ecslocal/emulator/dockerengine"
	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/healthcheck"
	"github.com/ecslocal/ecslocal/healthcheck/pace"
	"github.com/spf13/cobra"
)

func (c *command) healthWatch() *cobra.Command {
	var flags definitionFlags
	var container string
	cmd := &cobra.Command{
		Use: "watch TASK|FILE [-c NAME]", Short: "Show every probe of a task's health checks as it happens",
		Long: "Show the timeline of a task's health checks: every probe from the start of each container on, also those that could not be started and\n" +
			"more than the engine keeps, and every change of health. A FILE is run first, and stopped at Ctrl-C; a second Ctrl-C kills it.\n\n" +
			"Exit code, by how the checks stood at the end: 0: all healthy; 1: one is unhealthy; 3: not known.",
		Example: "  ecslocal health watch hello-world\n  ecslocal health watch task-definition.json -c web",
		Args:    exactArgs(1, "one task or task definition"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if info, err := os.Stat(args[0]); err == nil && info.Mode().IsRegular() {
				return c.watchFile(cmd.Context(), &flags, args[0], container)
			}
			return c.watchTask(cmd.Context(), &flags, args[0], container)
		},
	}
	flags.add(cmd.Flags())
	cmd.Flags().StringVarP(&container, "container", "c", "", "container `NAME` (default: all with a health check)")
	return cmd
}

// watched is the timeline of a project's checks, or why there is none.
func (c *command) watched(project *emulator.Project, container string) (*timelineWriter, error) {
	t := newTimeline(c.stdout, project.Hide, project.HealthDefinitions(), container)
	switch {
	case len(t.checks) == 0 && container != "":
		return nil, fail(exitUndecided, fmt.Errorf("container %q has no health check in the definition", container))
	case len(t.checks) == 0:
		return nil, fail(exitUndecided, errors.New("no container of the task has a health check in its definition"))
	}
	return t, nil
}

func (c *command) watchTask(ctx context.Context, flags *definitionFlags, name, container string) error {
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT)
	defer stop()
	task, project, err := flags.taskOf(name)
	if err != nil {
		return fail(exitUndecided, err)
	}
	t, err := c.watched(project, container)
	if err != nil {
		return err
	}
	if engine := engineAtHand(ctx); engine != nil {
		defer engine.Close()
		t.unhealthy = func(name string) {
			if events, err := task.Events(); err == nil {
				c.writeWhy(ctx, project, engine, events, name)
			}
		}
	}
	if err := task.Follow(ctx, t.event); err != nil && ctx.Err() == nil {
		return fail(exitUndecided, err)
	}
	return exitWith(t.exitCode())
}

func (c *command) watchFile(ctx context.Context, flags *definitionFlags, file, container string) error {
	interrupts := make(chan os.Signal, 2)
	signal.Notify(interrupts, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(interrupts)
	events := make(chan event.Event, 1024)
	done := make(chan struct{})
	flags.options.Events = func(e event.Event) { // one that must not block; the end of the watch takes the rest
		if e.Kind != event.Output {
			select {
			case events <- e:
			case <-done:
			}
		}
	}
	project, err := flags.load(file)
	if err != nil {
		return fail(exitUndecided, err)
	}
	t, err := c.watched(project, container)
	if err != nil {
		return err
	}
	engine, err := dockerengine.Connect(ctx)
	if err != nil {
		return fail(exitUndecided, err)
	}
	defer engine.Close()
	task, err := project.Start(ctx, engine)
	if err != nil {
		return fail(exitUndecided, errors.New(project.Hide(err.Error())))
	}
	defer close(done)
	t.unhealthy = func(name string) { c.writeWhy(ctx, project, engine, task.Events(), name) }
	health := 0
	for stops := 0; ; {
		select {
		case e := <-events:
			t.event(e)
		case <-interrupts:
			if stops++; stops == 1 {
				health = t.exitCode()
			}
			task.Stop("", stops > 1)
		case <-task.Done():
			for len(events) > 0 {
				t.event(<-events)
			}
			if stops == 0 {
				health = t.exitCode()
			}
			if err := task.Err(); err != nil {
				return fail(exitUndecided, err)
			}
			return exitWith(health)
		}
	}
}

// whyLimit bounds the look for an explanation in the middle of a timeline.
const whyLimit = 15 * time.Second

// writeWhy explains why a container became UNHEALTHY.
func (c *command) writeWhy(ctx context.Context, project *emulator.Project, engine *dockerengine.Engine, events []event.Event, name string) {
	ctx, cancel := context.WithTimeout(ctx, whyLimit)
	defer cancel()
	if found, err := project.ExplainHealth(ctx, engine, events, name); err == nil {
		writeExplanation(c.stdout, found)
	}
}

// paceOf are the numbers of a container's check.
func paceOf(d healthcheck.Definition) pace.Settings {
	return pace.Of(d.Interval.Value, d.Timeout.Value, d.Retries.Value, d.StartPeriod.Value)
}
