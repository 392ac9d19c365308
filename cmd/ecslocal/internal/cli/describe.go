package cli

import (
	"encoding/json"
	"fmt"

	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/emulator/state"
	"github.com/spf13/cobra"
)

func (c *command) describe() *cobra.Command {
	var stateDir string
	var probes bool
	cmd := &cobra.Command{
		Use: "describe TASK…", Short: "Show tasks in the form of aws ecs describe-tasks",
		Example: "  ecslocal describe hello-world\n  ecslocal describe --probes 0a1b2c",
		Args:    someArgs("a task"),
		RunE: func(_ *cobra.Command, args []string) error {
			dir, err := state.Open(stateDir)
			if err != nil {
				return fail(exitCannotRun, err)
			}
			var tasks []event.Task
			var failures []event.Failure
			for _, name := range args {
				task, err := dir.Find(name)
				if err != nil {
					failures = append(failures, event.Failure{ARN: name, Reason: "MISSING"})
					continue
				}
				described, err := task.Describe()
				if err != nil {
					return fail(exitCannotRun, err)
				}
				tasks = append(tasks, described)
			}
			data, err := describe(tasks, failures, probes)
			if err != nil {
				return err
			}
			if _, err := c.stdout.Write(data); err != nil {
				return err
			}
			if len(failures) > 0 {
				return fail(exitInvalid, fmt.Errorf("no task %q; ecslocal ps --all lists them", failures[0].ARN))
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&probes, "probes", false, "with every run of the health checks, under probes; they are kept when the containers are gone")
	addStateDir(cmd.Flags(), &stateDir)
	return cmd
}

// describe is the answer of DescribeTasks, without the containers that are not in the definition.
func describe(tasks []event.Task, failures []event.Failure, probes bool) ([]byte, error) {
	d := event.Description{Tasks: []event.Task{}, Failures: []event.Failure{}}
	for _, t := range tasks {
		shown := t.Visible()
		if probes {
			shown = t.WithProbes()
		}
		d.Tasks = append(d.Tasks, shown)
	}
	d.Failures = append(d.Failures, failures...)
	data, err := json.MarshalIndent(d, "", "    ")
	return append(data, '\n'), err
}
