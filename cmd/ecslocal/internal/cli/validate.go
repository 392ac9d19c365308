package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator"
	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/report"
	"github.com/ecslocal/ecslocal/emulator/validate"
	"github.com/spf13/cobra"
)

func (c *command) validate() *cobra.Command {
	var flags definitionFlags
	var format string
	cmd := &cobra.Command{
		Use:   "validate FILE…",
		Short: "Tell everything that is wrong with task definitions, before AWS does",
		Long: "Tell all at once what RegisterTaskDefinition would refuse and what would bite later, with the line, AWS's own words and the fix.\n" +
			"Files may be register or describe JSON or YAML, container lists, CloudFormation templates or terraform show -json output.\n\n" +
			"Exit code 0: clean; 1: errors (with --strict warnings too); 2: a file cannot be read.",
		Example: "  ecslocal validate task-definition.json\n" +
			"  ecslocal validate --format github deploy/*.json\n" +
			"  ecslocal validate --resource WebTask --param Env=prod template.yaml",
		Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if !slices.Contains(report.Formats(), report.Format(format)) {
				return fail(exitUsage, fmt.Errorf("read --format %q: it is one of %v", format, report.Formats()))
			}
			if err := flags.settle(); err != nil {
				return fail(exitUsage, err)
			}
			return c.validateFiles(&flags, report.Format(format), args)
		},
	}
	flags.add(cmd.Flags())
	cmd.Flags().StringVar(&format, "format", "text", "text, json, sarif, github or junit")
	return cmd
}

func (c *command) validateFiles(flags *definitionFlags, format report.Format, files []string) error {
	var findings []diag.Finding
	sources := map[string][]byte{}
	unreadable := false
	for _, file := range files {
		project, err := emulator.Load(file, flags.options)
		var invalid *emulator.InvalidError
		switch {
		case errors.As(err, &invalid): // it was read, and holds no definition
			findings = append(findings, invalid.Findings...)
			sources[file] = invalid.Source
		case err != nil:
			unreadable = true
			fmt.Fprintf(c.stderr, "ecslocal: %v\n", err)
		default:
			findings = append(findings, project.Validate()...)
			sources[file] = project.Source
		}
	}
	err := report.Findings(c.stdout, format, findings, report.Options{Files: files, Color: isTerminal(c.stdout), Version: currentVersion(),
		Source: func(file string) []byte { return sources[file] }, Describe: describeRule})
	if err != nil {
		return fail(exitUsage, err)
	}
	switch worst := diag.Worst(findings); {
	case unreadable:
		return exit(exitUsage)
	case worst == diag.Error, worst == diag.Warning && flags.options.Strict:
		return exit(exitInvalid)
	}
	return nil
}

// describeRule says what a rule demands, for reports that list rules.
func describeRule(id string) string {
	var texts []string
	for _, r := range validate.Rules() {
		if r.ID == id {
			texts = append(texts, r.Fix)
		}
	}
	return strings.Join(texts, "; ")
}
