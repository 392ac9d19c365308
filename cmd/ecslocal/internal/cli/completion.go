package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator"
	"github.com/ecslocal/ecslocal/emulator/state"
	"github.com/spf13/cobra"
)

// words are the values of flags that have few.
var words = map[string][]string{
	"wait": {"healthy", "running", "stopped"}, "pull": {"missing", "always", "never"}, "publish": {"auto", "random", "none"},
	"engine-logs": {"none", "json-file"}, "launch-type": {"FARGATE", "EC2"},
}

// complete lets shells complete what a command's usage line says it takes: TASK, and containers by name. It asks the state directory and
// the definition's file only, so that a key press never waits for an engine.
func complete(cmd *cobra.Command) {
	for _, sub := range cmd.Commands() {
		complete(sub)
	}
	takesTask := strings.HasPrefix(cmd.Use, cmd.Name()+" TASK")
	if takesTask && cmd.ValidArgsFunction == nil {
		cmd.ValidArgsFunction = completeTask
	}
	offer := func(flag string, completion cobra.CompletionFunc) {
		if _, taken := cmd.GetFlagCompletionFunc(flag); cmd.Flags().Lookup(flag) != nil && !taken {
			_ = cmd.RegisterFlagCompletionFunc(flag, completion) // the flag is there and has none
		}
	}
	if takesTask {
		offer("container", completeContainerOfTask)
	}
	offer("exit-code-from", completeContainerOfFile)
	for flag, values := range words {
		offer(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
	}
}

// completeTask offers the ids of tasks, the newest first; of those only that live where a command is for them.
func completeTask(cmd *cobra.Command, args []string, begun string) ([]cobra.Completion, cobra.ShellCompDirective) {
	const none = cobra.ShellCompDirectiveNoFileComp
	if len(args) > 0 && !strings.HasSuffix(cmd.Use, "TASK…") {
		return nil, none
	}
	dir, err := state.Open(cmd.Flag("state-dir").Value.String())
	if err != nil {
		return nil, none
	}
	tasks, err := dir.Tasks()
	if err != nil {
		return nil, none
	}
	slices.Reverse(tasks)
	livingOnly := cmd.Name() == "stop" || cmd.Name() == "exec"
	var ids, families []cobra.Completion
	seen := map[string]bool{}
	for _, t := range tasks {
		alive, newest := t.Alive(), !seen[t.Family] // a family means its newest task
		seen[t.Family] = true
		if livingOnly && !alive || slices.Contains(args, t.ID) {
			continue
		}
		if id := short(t.ID, begun); strings.HasPrefix(t.ID, begun) {
			ids = append(ids, cobra.CompletionWithDesc(id, fmt.Sprintf("%s, %s", t.Family, liveness(alive))))
		}
		if newest && strings.HasPrefix(t.Family, begun) {
			families = append(families, t.Family)
		}
	}
	return append(ids, families...), none | cobra.ShellCompDirectiveKeepOrder
}

// short is as much of a task's id as ps shows, and more where more has been typed.
func short(id, begun string) string {
	if len(begun) > 12 {
		return id
	}
	return id[:min(12, len(id))]
}

func liveness(alive bool) string {
	if alive {
		return "alive"
	}
	return "ended"
}

// completeContainerOfTask offers the containers of the task that is named already, in the order of their names.
func completeContainerOfTask(cmd *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(args) == 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	dir, err := state.Open(cmd.Flag("state-dir").Value.String())
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	task, err := dir.Find(args[0])
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var names []cobra.Completion
	for name := range task.Streams {
		names = append(names, name)
	}
	slices.Sort(names)
	return names, cobra.ShellCompDirectiveNoFileComp
}

// completeContainerOfFile offers the containers of the task definition that is named already.
func completeContainerOfFile(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(args) == 0 || args[0] == "-" {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	project, err := emulator.Load(args[0], emulator.Options{})
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var names []cobra.Completion
	for _, c := range project.Definition.ContainerDefinitions {
		names = append(names, c.Name)
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}
