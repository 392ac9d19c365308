// Package cli is the command line: one file a command, which reads flags, calls package emulator and renders what comes back.
//
// It decides exit codes and nothing about tasks. It may import everything.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/ecslocal/ecslocal/emulator/program"
	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// Exit codes besides those of a task's containers.
const (
	exitInvalid     = 1   // validate, health: errors were found
	exitUsage       = 2   // usage, or a file that cannot be read
	exitUndecided   = 3   // health: it could not be found out
	exitTimeout     = 124 // run: --timeout passed
	exitCannotRun   = 125 // run: the task could not run
	exitInterrupted = 130
)

// Main runs ecslocal with the given arguments and streams, and is its exit code. Inside the containers of tasks, where ecslocal is the
// agent, the pause process or the demonstration service, it is that program.
func Main(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx := context.Background()
	if handled, code := program.Main(ctx, args); handled {
		return code
	}
	c := &command{stdin: stdin, stdout: stdout, stderr: stderr}
	ctx, stop := untilSignal(ctx)
	defer stop()
	root := c.root()
	root.SetArgs(args[1:])
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	return c.execute(ctx, root, args[1:])
}

// command holds what all commands share.
type command struct {
	stdin          io.Reader
	stdout, stderr io.Writer
}

func (c *command) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "ecslocal",
		Short: "Run AWS ECS task definitions on the local Docker engine",
		Long: "ecslocal runs an AWS ECS task definition on the local Docker engine, so closely to ECS that what passes here passes there, " +
			"and explains what fails.",
		SilenceErrors: true, SilenceUsage: true,
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: false},
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.AddCommand(c.commands()...)
	complete(root)
	return root
}

// exitError is an error with an exit code of its own.
type exitError struct {
	error
	code int
}

func (e exitError) Unwrap() error { return e.error }

// usageError is a mistake in the command line.
type usageError struct{ error }

// exit ends a command with a code and without a message.
func exit(code int) error { return exitError{nil, code} }

// fail ends a command with a code and a message.
func fail(code int, err error) error { return exitError{err, code} }

func (c *command) exitCode(ctx context.Context, err error) int {
	code, message := outcomeOf(ctx, err)
	if message != "" {
		fmt.Fprintf(c.stderr, "ecslocal: %s\n", message)
	}
	return code
}

// outcomeOf is what the error of a command means: the exit code, and what is said, which may be nothing.
func outcomeOf(ctx context.Context, err error) (code int, message string) {
	var exit exitError
	by, interrupted := interruptedBy(ctx, err)
	switch {
	case err == nil:
		return 0, ""
	case interrupted:
		return by.code(), ""
	case errors.As(err, &exit) && exit.error == nil:
		return exit.code, ""
	case errors.As(err, &exit):
		return exit.code, exit.Error()
	}
	return exitUsage, err.Error()
}

// exactArgs wants that many arguments, and says which.
func exactArgs(n int, what string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) != n {
			return usageError{fmt.Errorf("want %s, got %s", what, counted(len(args), "argument"))}
		}
		return nil
	}
}

// someArgs wants at least one argument, and says which.
func someArgs(what string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) == 0 {
			return usageError{fmt.Errorf("want %s", what)}
		}
		return nil
	}
}

// isTerminal says whether a stream is a terminal at which somebody sits, and which knows more than lines.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd())) && os.Getenv("TERM") != "dumb" && !inCI()
}

// hasColor says whether a stream shows colours that the user wants (https://no-color.org).
func hasColor(w io.Writer) bool { return isTerminal(w) && os.Getenv("NO_COLOR") == "" }

// inCI says whether a CI runner has started us: nobody presses keys, and a log is kept of what is written. All known runners set CI
// (GitHub, GitLab, CircleCI, Travis, Buildkite, Drone, Bitbucket), but for Azure Pipelines, Jenkins and TeamCity.
func inCI() bool {
	for _, name := range []string{"GITHUB_ACTIONS", "TF_BUILD", "JENKINS_URL", "TEAMCITY_VERSION"} {
		if os.Getenv(name) != "" {
			return true
		}
	}
	ci := os.Getenv("CI")
	return ci != "" && ci != "false" && ci != "0"
}
