package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/ecslocal/ecslocal/emulator"
	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/dockerengine"
	"github.com/ecslocal/ecslocal/emulator/report"
	"github.com/ecslocal/ecslocal/emulator/validate"
	"github.com/rogpeppe/go-internal/diff"
	"github.com/spf13/cobra"
)

func (c *command) validate() *cobra.Command {
	var flags definitionFlags
	var format string
	var fix fixFlags
	var imageCheck bool
	cmd := &cobra.Command{
		Use:   "validate FILE…",
		Short: "Tell everything that is wrong with task definitions, before AWS does",
		Long: "Tell all at once what RegisterTaskDefinition would refuse and what would bite later, with the line, AWS's own words and the fix.\n" +
			"Files may be register or describe JSON or YAML, container lists, CloudFormation templates or terraform show -json output.\n\n" +
			"With --fix, the changes that need no decision are shown as a diff, and what remains is told; --write makes them, in JSON and YAML\n" +
			"files, not in templates. Only those places change: comments and layout stay.\n\n" +
			"Exit code 0: clean; 1: errors (with --strict warnings too); 2: a file cannot be read.",
		Example: "  ecslocal validate task-definition.json\n" +
			"  ecslocal validate --format github deploy/*.json\n" +
			"  ecslocal validate --fix --write task-definition.json\n" +
			"  ecslocal validate --resource WebTask --param Env=prod template.yaml",
		Args: someArgs("a task definition"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !slices.Contains(report.Formats(), report.Format(format)) {
				return fail(exitUsage, fmt.Errorf("read --format %q: it is one of %v", format, report.Formats()))
			}
			if err := flags.settle(); err != nil {
				return fail(exitUsage, err)
			}
			if fix.write && !fix.show {
				return fail(exitUsage, errors.New("--write needs --fix"))
			}
			engine := func() *dockerengine.Engine { return nil }
			if imageCheck {
				engine = engineSoon(cmd.Context())
				defer func() {
					if e := engine(); e != nil {
						e.Close()
					}
				}()
			}
			return c.validateFiles(cmd.Context(), &flags, report.Format(format), engine, fix, args)
		},
	}
	flags.add(cmd.Flags())
	cmd.Flags().StringVar(&format, "format", "text", "text, json, sarif, github or junit")
	cmd.Flags().BoolVar(&imageCheck, "image-check", true, "look into the images that the engine has, without running them")
	cmd.Flags().BoolVar(&fix.show, "fix", false, "show the changes that need no decision, and tell what remains")
	cmd.Flags().BoolVar(&fix.write, "write", false, "with --fix: make the changes in the files")
	return cmd
}

// engineSoon connects to the engine at hand while the files are read; the result waits for it.
func engineSoon(ctx context.Context) func() *dockerengine.Engine {
	connected := make(chan *dockerengine.Engine, 1)
	go func() { connected <- engineAtHand(ctx) }()
	return sync.OnceValue(func() *dockerengine.Engine { return <-connected })
}

// fixFlags say what --fix shall do.
type fixFlags struct{ show, write bool }

func (c *command) validateFiles(ctx context.Context, flags *definitionFlags, format report.Format, engine func() *dockerengine.Engine, fix fixFlags, files []string) error {
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
			found, err := validated(ctx, project, engine())
			if err != nil {
				return fail(exitUsage, err)
			}
			sources[file] = project.SourceOf(file)
			if fix.show {
				if found, err = c.fix(project, found, fix.write); err != nil {
					return fail(exitUsage, err)
				}
			}
			findings = append(findings, found...)
		}
	}
	err := report.Findings(c.stdout, format, findings, report.Options{Files: files, Color: hasColor(c.stdout), Version: currentVersion(),
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

// validated judges a project with its images, where there is an engine.
func validated(ctx context.Context, project *emulator.Project, engine *dockerengine.Engine) ([]diag.Finding, error) {
	if engine == nil {
		return project.Validate(), nil
	}
	return project.ValidateImages(ctx, engine)
}

// fix shows the changes to a file, makes them if asked to, and gives the findings that remain, placed in the file as it was.
func (c *command) fix(project *emulator.Project, findings []diag.Finding, write bool) ([]diag.Finding, error) {
	fixed, remaining := project.Fix(findings)
	if bytes.Equal(fixed, project.Source) {
		return remaining, nil
	}
	fmt.Fprintf(c.stderr, "%s", diff.Diff(project.Path, project.Source, project.Path+" (fixed)", fixed))
	if !write {
		return remaining, nil
	}
	if project.Path == "-" {
		return nil, errors.New("write the fixed file: standard input cannot be written to; name the file")
	}
	if err := os.WriteFile(project.Path, fixed, 0o600); err != nil { // a file that is there keeps its mode
		return nil, fmt.Errorf("write the fixed file: %w", err)
	}
	return remaining, nil
}

// describeRule says what a rule demands, for reports that list rules.
func describeRule(id string) string {
	var texts []string
	for _, r := range slices.Concat(validate.Rules(), validate.ImageRules()) {
		if r.ID == id {
			texts = append(texts, r.Fix)
		}
	}
	return strings.Join(texts, "; ")
}
