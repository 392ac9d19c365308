package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator"
	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/dockerengine"
	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/emulator/report"
	"github.com/ecslocal/ecslocal/emulator/state"
	"github.com/ecslocal/ecslocal/healthcheck"
	"github.com/spf13/cobra"
)

func (c *command) health() *cobra.Command {
	cmd := &cobra.Command{Use: "health", Short: "Find out why a health check fails"}
	cmd.AddCommand(c.healthLint(), c.healthExplain(), c.healthWatch(), c.healthTry(), c.healthFix(), c.healthTune(), c.healthRules())
	return cmd
}

func (c *command) healthLint() *cobra.Command {
	var flags definitionFlags
	var format string
	cmd := &cobra.Command{
		Use: "lint FILE", Short: "Judge health checks before anything runs, from the definition and the images that are at hand",
		Example: "  ecslocal health lint task-definition.json",
		Args:    exactArgs(1, "one task definition"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !slices.Contains(report.Formats(), report.Format(format)) {
				return fail(exitUsage, fmt.Errorf("read --format %q: it is one of %v", format, report.Formats()))
			}
			project, err := flags.load(args[0])
			if err != nil {
				return fail(exitUsage, err)
			}
			engine := engineAtHand(cmd.Context())
			if engine != nil {
				defer engine.Close()
			}
			findings, err := project.LintHealth(cmd.Context(), engine)
			if err != nil {
				return fail(exitUsage, err)
			}
			err = report.Findings(c.stdout, report.Format(format), findings, report.Options{Files: args, Color: hasColor(c.stdout), Version: currentVersion(), Source: project.SourceOf})
			if err != nil {
				return fail(exitUsage, err)
			}
			if worst := diag.Worst(findings); worst == diag.Error || worst == diag.Warning && flags.options.Strict {
				return exit(exitInvalid)
			}
			return nil
		},
	}
	flags.add(cmd.Flags())
	cmd.Flags().StringVar(&format, "format", "text", "text, json, sarif, github or junit")
	return cmd
}

// engineAtHand is the engine, nil where there is none: what can be said without is said.
func engineAtHand(ctx context.Context) *dockerengine.Engine {
	engine, err := dockerengine.Connect(ctx)
	if err != nil {
		return nil
	}
	return engine
}

func (c *command) healthExplain() *cobra.Command {
	var flags definitionFlags
	var container string
	cmd := &cobra.Command{
		Use: "explain TASK [-c NAME]", Short: "Say why the health check of a task fails, or what is fragile about it",
		Long: "Say why the health check of a running or finished task fails: causes from the definition, the image, what the probes printed and when\n" +
			"they ran, the surest first, each with its evidence and a change that may help.\n\nExit code 0: healthy; 1: unhealthy; 3: not known.",
		Example: "  ecslocal health explain hello-world",
		Args:    exactArgs(1, "one task"),
		RunE: func(cmd *cobra.Command, args []string) error {
			task, project, err := flags.taskOf(args[0])
			if err != nil {
				return fail(exitUndecided, err)
			}
			engine := engineAtHand(cmd.Context())
			if engine != nil {
				defer engine.Close()
			}
			events, err := task.Events()
			if err != nil {
				return fail(exitUndecided, err)
			}
			return c.explainTask(cmd.Context(), project, engine, events, container)
		},
	}
	flags.add(cmd.Flags())
	cmd.Flags().StringVarP(&container, "container", "c", "", "container `NAME` (default: all with a health check)")
	return cmd
}

func (c *command) explainTask(ctx context.Context, project *emulator.Project, engine *dockerengine.Engine, events []event.Event, container string) error {
	described := event.Fold(events)
	worst := 0
	known := false
	for _, seen := range described.Containers {
		if !seen.HasHealthCheck || container != "" && seen.Name != container {
			continue
		}
		known = true
		found, err := project.ExplainHealth(ctx, engine, events, seen.Name)
		if err != nil {
			return fail(exitUndecided, err)
		}
		fmt.Fprintf(c.stdout, "%s is %s\n", seen.Name, seen.HealthStatus)
		writeExplanation(c.stdout, found)
		switch seen.HealthStatus {
		case event.Unhealthy:
			worst = exitInvalid
		case event.Unknown:
			worst = max(worst, exitUndecided)
			if slices.ContainsFunc(events, func(e event.Event) bool {
				return e.Kind == event.ContainerProbe && e.Container == seen.Name && e.Probe.ExitCode != 0
			}) {
				worst = exitInvalid
			}
		}
	}
	if !known {
		return fail(exitUndecided, errors.New("no container of the task has a health check in its definition"))
	}
	return exitWith(worst)
}

// writeExplanation prints diagnoses: the cause with its number, the evidence, and the change.
func writeExplanation(w io.Writer, found []healthcheck.Diagnosis) {
	if len(found) == 0 {
		fmt.Fprintln(w, "  nothing is known against it")
	}
	written := map[diag.Patch]bool{} // several causes may have the same repair
	for _, d := range found {
		label := "why  "
		switch {
		case d.Severity != diag.Error:
			label = "note "
		case d.Also:
			label = "also "
		}
		fmt.Fprintf(w, "  %s %s (%s)  %s\n", label, d.Rule.ID, d.Certainty, printable(d.Message))
		if d.Evidence != "" {
			fmt.Fprintf(w, "        seen   %s\n", firstLine(d.Evidence))
		}
		switch fix := d.Finding().Fix; {
		case d.Patch != nil && written[*d.Patch]:
		case d.Patch != nil:
			fmt.Fprintf(w, "        write  %s: %s\n", member(d.Patch.Path), printable(d.Patch.Value))
			written[*d.Patch] = true
		case fix != "":
			fmt.Fprintf(w, "        fix    %s\n", printable(fix))
		}
	}
}

// member is the member of a container definition that a pointer leads to, such as healthCheck.command.
func member(pointer string) string {
	tokens := diag.Tokens(pointer)
	return strings.Join(tokens[min(2, len(tokens)):], ".")
}

func (c *command) healthRules() *cobra.Command {
	return &cobra.Command{
		Use: "rules [HCnnn]", Short: "Show what is known about causes of failing health checks",
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			for _, r := range healthcheck.Rules() {
				switch {
				case len(args) == 0:
					fmt.Fprintf(c.stdout, "%s  %s\n", r.ID, r.Title)
				case strings.EqualFold(r.ID, args[0]):
					_, err := fmt.Fprintf(c.stdout, "%s  %s\n\ncause    %s\nsymptom  %s\nfix      %s\nsource   %s\n", r.ID, r.Title, r.Cause, r.Symptom, r.Fix, r.Source)
					return err
				}
			}
			if len(args) > 0 {
				return fail(exitUsage, fmt.Errorf("there is no rule %q; ecslocal health rules lists them", args[0]))
			}
			return nil
		},
	}
}

// taskOf is the task that the command line names, and the project that it was started from.
func (f *definitionFlags) taskOf(name string) (*state.Task, *emulator.Project, error) {
	dir, err := state.Open(f.options.StateDir)
	if err != nil {
		return nil, nil, err
	}
	task, err := dir.Find(name)
	if err != nil {
		return nil, nil, err
	}
	project, err := f.load(task.Definition)
	if err != nil {
		return nil, nil, fmt.Errorf("read the definition that the task was started from: %w", err)
	}
	return task, project, nil
}
