package cli

import (
	"context"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/ecslocal/ecslocal/emulator"
	"github.com/ecslocal/ecslocal/emulator/dockerengine"
	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/emulator/state"
	"github.com/spf13/cobra"
)

func (c *command) ps() *cobra.Command {
	var stateDir string
	var all bool
	cmd := &cobra.Command{
		Use: "ps", Short: "List tasks", Args: exactArgs(0, "no arguments"),
		RunE: func(*cobra.Command, []string) error {
			dir, err := state.Open(stateDir)
			if err != nil {
				return fail(exitCannotRun, err)
			}
			tasks, err := dir.Tasks()
			if err != nil {
				return fail(exitCannotRun, err)
			}
			table := tabwriter.NewWriter(c.stdout, 0, 4, 2, ' ', 0)
			fmt.Fprintln(table, "TASK\tFAMILY\tSTATUS\tHEALTH\tAGE\tCONTAINERS")
			for _, t := range tasks {
				described, err := t.Describe()
				if err != nil {
					return fail(exitCannotRun, err)
				}
				if alive := t.Alive(); all || alive || described.LastStatus != event.Stopped {
					fmt.Fprintf(table, "%.12s\t%s\t%s\t%s\t%s\t%s\n", t.ID, t.Family, psStatus(described, alive), described.HealthStatus,
						time.Since(t.Created).Round(time.Second), psContainers(described))
				}
			}
			return table.Flush()
		},
	}
	cmd.Flags().BoolVarP(&all, "all", "a", false, "stopped tasks too")
	addStateDir(cmd.Flags(), &stateDir)
	return cmd
}

func psStatus(t event.Task, alive bool) string {
	if !alive && t.LastStatus != event.Stopped {
		return t.LastStatus + " (abandoned)"
	}
	return t.LastStatus
}

func psContainers(t event.Task) string {
	text := ""
	for i, c := range t.Visible().Containers {
		if i > 0 {
			text += ", "
		}
		text += c.Name + " " + c.LastStatus
	}
	return text
}

func (c *command) stop() *cobra.Command {
	var stateDir, reason, output string
	var kill, audit bool
	cmd := &cobra.Command{
		Use: "stop TASK", Short: "Stop a task as aws ecs stop-task does, and wait for its end", Args: exactArgs(1, "one task"),
		Long: "Stop a task as aws ecs stop-task does, and wait for its end.\n\n" +
			"--audit says how each container took it: the time to its end against stopTimeout, who was killed (SIGKILL) and why, connections\n" +
			"that were dropped, and what to change. It exits with 1 where a container was killed.",
		Example: "  ecslocal stop hello-world\n  ecslocal stop --audit hello-world",
		RunE: func(cmd *cobra.Command, args []string) error {
			dir, err := state.Open(stateDir)
			if err != nil {
				return fail(exitCannotRun, err)
			}
			task, err := dir.Find(args[0])
			if err != nil {
				return fail(exitInvalid, err)
			}
			if output != "text" && output != "json" {
				return fail(exitUsage, fmt.Errorf("read --output %q: it is text or json", output))
			}
			err = stopTask(cmd.Context(), dir, task, state.StopRequest{Reason: reason, Kill: kill, Audit: audit})
			if err != nil || !audit {
				return fromError(exitCannotRun, err)
			}
			return c.auditTask(dir, task, output)
		},
	}
	cmd.Flags().BoolVar(&audit, "audit", false, "say how each container took the stop, and why one had to be killed")
	addOutput(cmd.Flags(), &output, "of --audit: text or json")
	cmd.Flags().StringVar(&reason, "reason", "", "stoppedReason of the task")
	cmd.Flags().BoolVar(&kill, "kill", false, "do not wait for stopTimeout")
	addStateDir(cmd.Flags(), &stateDir)
	return cmd
}

func fromError(code int, err error) error {
	if err == nil {
		return nil
	}
	return fail(code, err)
}

// stopTask asks the supervisor to end the task; where there is none any more, it does so itself.
func stopTask(ctx context.Context, dir *state.Dir, task *state.Task, request state.StopRequest) error {
	if task.Alive() {
		if err := task.RequestStop(request); err != nil {
			return err
		}
		return task.WaitEnd(ctx)
	}
	engine, err := dockerengine.Connect(ctx)
	if err != nil {
		return err
	}
	defer engine.Close()
	engine.StateDir = dir.Path()
	return emulator.StopAbandoned(ctx, engine, dir, task, request)
}

func (c *command) prune() *cobra.Command {
	var stateDir string
	var keepLogs bool
	cmd := &cobra.Command{
		Use: "prune", Short: "Remove what dead and stopped tasks left: containers, networks, volumes, images, state and logs",
		Args: exactArgs(0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			dir, err := state.Open(stateDir)
			if err != nil {
				return fail(exitCannotRun, err)
			}
			engine, err := dockerengine.Connect(cmd.Context())
			if err != nil {
				return fail(exitCannotRun, err)
			}
			defer engine.Close()
			removed, err := emulator.Prune(cmd.Context(), engine, dir, keepLogs)
			fmt.Fprintf(c.stdout, "removed %s, %s\n", counted(removed.Tasks, "task"), counted(removed.Images, "image"))
			return fromError(exitCannotRun, err)
		},
	}
	cmd.Flags().BoolVar(&keepLogs, "keep-logs", false, "keep the log store")
	addStateDir(cmd.Flags(), &stateDir)
	return cmd
}

// counted is a number of things: 1 task, 2 tasks.
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
