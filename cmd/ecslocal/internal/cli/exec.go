package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"

	"github.com/ecslocal/ecslocal/emulator/dockerengine"
	"github.com/ecslocal/ecslocal/emulator/state"
	"github.com/spf13/cobra"
	"golang.org/x/term"
)

func (c *command) exec() *cobra.Command {
	var stateDir, container, user string
	var noTTY bool
	cmd := &cobra.Command{
		Use: "exec TASK [-c NAME] -- COMMAND…", Short: "Run a command in a container of a task, as ECS Exec does: as root",
		Example: "  ecslocal exec hello-world -- /bin/sh\n  ecslocal exec hello-world -c web -- cat /etc/hosts",
		Args:    cobra.MinimumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir, err := state.Open(stateDir)
			if err != nil {
				return fail(exitCannotRun, err)
			}
			task, err := dir.Find(args[0])
			if err != nil {
				return fail(exitCannotRun, err)
			}
			engine, err := dockerengine.Connect(cmd.Context())
			if err != nil {
				return fail(exitCannotRun, err)
			}
			defer engine.Close()
			id, err := pickContainer(cmd.Context(), engine, task, container)
			if err != nil {
				return fail(exitCannotRun, err)
			}
			return c.execIn(cmd.Context(), engine, id, dockerengine.Exec{Command: args[1:], User: user}, noTTY)
		},
	}
	cmd.Flags().StringVarP(&container, "container", "c", "", "container `NAME`; needed where the task has several")
	cmd.Flags().StringVar(&user, "user", "0", "run as `USER`; ECS Exec is always root")
	cmd.Flags().BoolVar(&noTTY, "no-tty", false, "no terminal, although there is one")
	addStateDir(cmd.Flags(), &stateDir)
	return cmd
}

// pickContainer is the container that is meant: the named one, or the only one.
func pickContainer(ctx context.Context, engine *dockerengine.Engine, task *state.Task, name string) (string, error) {
	if name == "" {
		names, err := engine.ContainerNames(ctx, task.ID)
		switch {
		case err != nil:
			return "", err
		case len(names) == 0:
			return "", fmt.Errorf("task %s has no containers on the engine", task.ID)
		case len(names) > 1:
			return "", fmt.Errorf("name a container with -c: the task has %q", names)
		}
		name = names[0]
	}
	return engine.FindContainer(ctx, task.ID, name)
}

// execIn runs a command with this terminal, where there is one, and exits with its code.
func (c *command) execIn(ctx context.Context, engine *dockerengine.Engine, id string, x dockerengine.Exec, noTTY bool) error {
	x.Stdin, x.Stdout, x.Stderr = c.stdin, c.stdout, c.stderr
	in, inOK := c.stdin.(*os.File)
	out, outOK := c.stdout.(*os.File)
	if inOK && outOK && !noTTY && term.IsTerminal(int(in.Fd())) && term.IsTerminal(int(out.Fd())) {
		x.TTY = true
		x.Size = terminalSize(out)
		before, err := term.MakeRaw(int(in.Fd()))
		if err != nil {
			return fail(exitCannotRun, fmt.Errorf("prepare the terminal: %w", err))
		}
		defer term.Restore(int(in.Fd()), before)
	}
	result, err := engine.Exec(ctx, id, x)
	if err != nil && !errors.Is(err, io.EOF) {
		return fail(exitCannotRun, err)
	}
	return exitWith(result.ExitCode)
}

// terminalSize reports a terminal's size, and each change of it.
func terminalSize(terminal *os.File) func(context.Context, func(height, width uint)) {
	return func(ctx context.Context, changed func(height, width uint)) {
		resized := make(chan os.Signal, 1)
		signal.Notify(resized, resizeSignals...)
		defer signal.Stop(resized)
		for {
			if width, height, err := term.GetSize(int(terminal.Fd())); err == nil {
				changed(uint(height), uint(width))
			}
			select {
			case <-resized:
			case <-ctx.Done():
				return
			}
		}
	}
}
