package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/ecslocal/ecslocal/emulator"
	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/dockerengine"
	"github.com/ecslocal/ecslocal/emulator/plan"
	"github.com/ecslocal/ecslocal/emulator/report"
	"github.com/spf13/cobra"
)

func (c *command) plan() *cobra.Command {
	var flags definitionFlags
	cmd := &cobra.Command{
		Use:   "plan FILE",
		Short: "Show the Docker objects that run would create, and what is different from ECS",
		Example: "  ecslocal plan task-definition.json\n" +
			"  ecslocal plan --output json --task-id 0123456789abcdef0123456789abcdef task-definition.json\n" +
			"  ecslocal plan --output mermaid task-definition.json        # what starts after what, for a document",
		Args: exactArgs(1, "one task definition"),
		RunE: func(cmd *cobra.Command, args []string) error {
			project, err := flags.load(args[0])
			if err != nil {
				return err
			}
			planned, findings := project.Plan(engineFacts(cmd.Context()), nil)
			printFindings(c.stderr, worthSaying(append(project.Validate(), findings...)), project)
			if planned == nil {
				return fail(exitCannotRun, errors.New("the definition cannot be planned"))
			}
			if err := writePlan(c.stdout, project, planned, flags.output); err != nil {
				return fail(exitUsage, err)
			}
			if flags.options.Strict && len(planned.Notes) > 0 {
				return fail(exitCannotRun, fmt.Errorf("%d fields are not as on ECS (--strict)", len(planned.Notes)))
			}
			return nil
		},
	}
	flags.add(cmd.Flags())
	addOutput(cmd.Flags(), &flags.output, "text, json, or a diagram for documents: mermaid or dot")
	return cmd
}

// engineFacts are those of the engine where there is one: a plan can be looked at without.
func engineFacts(ctx context.Context) plan.Engine {
	engine, err := dockerengine.Connect(ctx)
	if err != nil {
		return plan.Engine{}
	}
	defer engine.Close()
	return engine.Facts()
}

func writePlan(w io.Writer, project *emulator.Project, p *plan.Plan, format string) error {
	switch format {
	case "text":
		_, err := io.WriteString(w, project.Hide(p.String()))
		return err
	case "json":
		data, err := p.JSON()
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(w, "%s\n", project.HideJSON(data))
		return err
	case "mermaid":
		return report.Mermaid(w, project.Recorded(p))
	case "dot":
		return report.Dot(w, project.Recorded(p))
	}
	return fmt.Errorf("read --output %q: it is text, json, mermaid or dot", format)
}

// worthSaying leaves out what needs no change; validate says that too.
func worthSaying(findings []diag.Finding) []diag.Finding {
	return slices.DeleteFunc(findings, func(f diag.Finding) bool { return f.Severity == diag.Info })
}

// printFindings tells people what is wrong with the files.
func printFindings(w io.Writer, findings []diag.Finding, source ...*emulator.Project) {
	if len(findings) == 0 {
		return
	}
	diag.Sort(findings)
	options := report.Options{Color: hasColor(w)}
	if len(source) > 0 {
		options.Source = source[0].SourceOf
		findings = hiddenFindings(findings, source[0])
	}
	_ = report.Findings(w, report.Text, findings, options) // a screen that cannot be written to has nobody to tell
}

// hiddenFindings are findings whose texts show no secret.
func hiddenFindings(findings []diag.Finding, project *emulator.Project) []diag.Finding {
	hidden := slices.Clone(findings)
	for i := range hidden {
		f := &hidden[i]
		f.Message, f.AWS, f.Fix = project.Hide(f.Message), project.Hide(f.AWS), project.Hide(f.Fix)
	}
	return hidden
}
