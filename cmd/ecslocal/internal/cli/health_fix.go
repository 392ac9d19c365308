package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/ecslocal/ecslocal/emulator"
	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/dockerengine"
	"github.com/ecslocal/ecslocal/emulator/plan"
	"github.com/ecslocal/ecslocal/emulator/state"
	"github.com/spf13/cobra"
)

func (c *command) healthFix() *cobra.Command {
	var flags definitionFlags
	var container string
	var write bool
	var settle time.Duration
	cmd := &cobra.Command{
		Use: "fix FILE [-c NAME] [--write]", Short: "Find and prove a health check that works, and put it into the definition",
		Long: "Run the task, or take one of this definition that runs already, find a health check that works as `health try` does, and show the\n" +
			"change of the file; --write makes it. Comments and layout stay. A task that was started for this is stopped again.\n\n" +
			"Exit code 0: a check stands the proof; 1: none does; 3: nothing could be tried.",
		Example: "  ecslocal health fix task-definition.json\n  ecslocal health fix task-definition.json -c web --write",
		Args:    exactArgs(1, "one task definition"),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx, stop := signal.NotifyContext(cmd.Context(), syscall.SIGINT)
			defer stop()
			return c.fixHealth(ctx, &flags, args[0], emulator.HealthTrial{Container: container, Settle: settle}, write)
		},
	}
	flags.add(cmd.Flags())
	cmd.Flags().StringVarP(&container, "container", "c", "", "container `NAME` (default: the only one, or the only one with a health check)")
	cmd.Flags().BoolVar(&write, "write", false, "make the change in the file")
	cmd.Flags().DurationVar(&settle, "settle", 30*time.Second, "how long the application may take until it listens")
	return cmd
}

func (c *command) fixHealth(ctx context.Context, flags *definitionFlags, file string, t emulator.HealthTrial, write bool) error {
	flags.options.Publish = plan.PublishNone // nobody asks from outside
	project, err := flags.load(file)
	if err != nil {
		return fail(exitUndecided, err)
	}
	if t.Container, err = checkedContainer(project, t.Container); err != nil {
		return fail(exitUndecided, err)
	}
	engine, err := dockerengine.Connect(ctx)
	if err != nil {
		return fail(exitUndecided, err)
	}
	defer engine.Close()
	var proof emulator.HealthProof
	err = c.withTask(ctx, project, engine, flags.options.StateDir, file, t.Container, func(id string) error {
		t.TaskID = id
		proof, err = c.trial(ctx, project, engine, t)
		return err
	})
	if err != nil {
		return fail(exitUndecided, errors.New(project.Hide(err.Error())))
	}
	return c.writeFix(project, proof, write)
}

// writeFix shows the change of the file that the proof asks for, and makes it where it is asked to.
func (c *command) writeFix(project *emulator.Project, proof emulator.HealthProof, write bool) error {
	finding := project.HealthFix(proof)
	switch {
	case proof.Winner == nil:
		return exit(exitInvalid)
	case finding.Patch == nil:
		fmt.Fprintln(c.stdout, "nothing to change: the definition has this check already")
		return nil
	}
	fixed, _ := project.Fix([]diag.Finding{finding})
	if bytes.Equal(fixed, project.Source) {
		fmt.Fprintln(c.stdout, "the file has that place in a form that is not changed here (a function, a parameter, an alias): write the check yourself")
		if write {
			return exit(exitUndecided)
		}
		return nil
	}
	if _, err := c.fix(project, []diag.Finding{finding}, write); err != nil {
		return fail(exitUndecided, err)
	}
	return nil
}

// withTask does something with a running task of a definition: one that runs already, or one that is started for it and stopped again.
func (c *command) withTask(ctx context.Context, project *emulator.Project, engine *dockerengine.Engine, stateDir, file, container string, do func(id string) error) error {
	if running, err := runningOf(stateDir, file); err != nil || running != nil {
		if err != nil {
			return err
		}
		release, err := running.Alone(tryLock)
		if err != nil {
			return err
		}
		defer release()
		fmt.Fprintf(c.stdout, "task     %s, which runs already\n", running.ID)
		return do(running.ID)
	}
	task, err := project.Start(ctx, engine)
	if err != nil {
		return err
	}
	defer func() {
		task.Stop("the health check was tried", true)
		<-task.Done()
	}()
	fmt.Fprintf(c.stdout, "task     %s, started for this\n", task.ID)
	if err := task.WaitStarted(ctx, container); err != nil {
		return errors.Join(fmt.Errorf("start the task: %w", err), startError(task))
	}
	return do(task.ID)
}

// startError is why a task did not run, where it stops by itself.
func startError(task *emulator.Task) error {
	select {
	case <-task.Done():
		return task.Err()
	case <-time.After(endPatience):
		return nil
	}
}

// endPatience is how long a task whose container did not start may take to end.
const endPatience = 10 * time.Second

// tryLock names what two ecslocal must not do in one task at a time.
const tryLock = "try health checks in"

// runningOf is the newest task of a definition that somebody supervises, nil where there is none.
func runningOf(stateDir, file string) (*state.Task, error) {
	path, err := filepath.Abs(file)
	if err != nil {
		return nil, err
	}
	dir, err := state.Open(stateDir)
	if err != nil {
		return nil, err
	}
	tasks, err := dir.Tasks()
	if err != nil {
		return nil, err
	}
	var newest *state.Task
	for _, t := range tasks {
		if t.Definition == path && t.Alive() {
			newest = t
		}
	}
	return newest, nil
}
