package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/dockerengine"
	"github.com/ecslocal/ecslocal/emulator/document"
	"github.com/ecslocal/ecslocal/emulator/report"
	"github.com/ecslocal/ecslocal/emulator/spec"
	"github.com/ecslocal/ecslocal/emulator/suite"
	"github.com/spf13/cobra"
)

// testFlags are those of test.
type testFlags struct {
	suite.Options
	shard, run, junit, output string
	timeout                   time.Duration
	list, schema              bool
}

func (c *command) test() *cobra.Command {
	var flags testFlags
	cmd := &cobra.Command{
		Use: "test SPEC.yaml…", Short: "Run tasks and check what specs expect of them",
		Long: "Run the task of each spec, take its steps one after the other, and remove the task, whatever happens. A spec is a YAML file:\n\n" + exampleSpec +
			"\nKinds of steps: " + strings.Join(spec.KindNames(), ", ") + ".\n" +
			"A matrix of parameters makes a case of every combination: matrix: {level: [info, debug]}, and ${matrix.level} anywhere else.\n" +
			"`ecslocal test --schema` prints the JSON schema, which says everything else, for editors.\n\n" +
			"Ports are published at free ports of 127.0.0.1, which steps look up, so that cases may run at the same time. A health check passes\n" +
			"when it passes, not an interval later, as with run --fast; with strict: true the engine's own word is waited for.\n\n" +
			"Exit codes: 0 all passed, 1 a case failed, 2 a spec or definition cannot be read, 125 no engine, 130 interrupted.",
		Example: "  ecslocal test spec.yaml\n  ecslocal test -j 4 --junit report.xml specs/*.yaml\n  ecslocal test --shard 2/3 --run 'mode=bridge' specs/*.yaml",
		RunE:    func(cmd *cobra.Command, args []string) error { return c.testSpecs(cmd.Context(), &flags, args) },
	}
	f := cmd.Flags()
	f.IntVarP(&flags.Parallel, "jobs", "j", 1, "run `N` cases at the same time")
	f.StringVar(&flags.shard, "shard", "", "run the `I/N`th part of the cases, such as 2/3; a case is always in the same one")
	f.StringVar(&flags.run, "run", "", "run the cases whose name matches `REGEXP`")
	f.DurationVar(&flags.timeout, "timeout", 0, "give up after this long, such as 10m, tell how things stand, and clean up")
	f.StringVar(&flags.junit, "junit", "", "write JUnit XML to `FILE`")
	f.BoolVar(&flags.list, "list", false, "print the names of the cases, and run none")
	f.BoolVar(&flags.schema, "schema", false, "print the JSON schema of specs")
	addOutput(f, &flags.output, "text, or json: one step or case a line")
	addStateDir(f, &flags.StateDir)
	return cmd
}

const exampleSpec = `  definition: task-definition.json
  secrets: [secrets.yaml]
  steps:
    - healthy: {within: 30s}
    - name: answers orders
      http: {port: "web:8080", path: /orders, status: 200, jsonPath: {"$.items[0].id": 7}}
    - log: {container: web, pattern: '{ $.level = "error" }', absent: true}
    - noSecretsInLogs: true
    - stop: {graceful: true, inFlight: [{port: "web:8080", path: /slow}]}
`

func (c *command) testSpecs(ctx context.Context, flags *testFlags, files []string) error {
	if flags.schema {
		_, err := c.stdout.Write(spec.Schema())
		return err
	}
	selected, err := c.selectCases(flags, files)
	if err != nil {
		return err
	}
	if flags.list {
		for _, one := range selected {
			fmt.Fprintln(c.stdout, one.Name)
		}
		return nil
	}
	trials, findings, err := suite.Load(selected, flags.Options)
	if err != nil {
		return fail(exitUsage, err)
	}
	if err := c.refuse(findings); err != nil {
		return err
	}
	if flags.junit != "" {
		if err := flags.junitWriter(nil).check(); err != nil {
			return fail(exitUsage, err)
		}
	}
	engine, err := dockerengine.Connect(ctx)
	if err != nil {
		return fail(exitCannotRun, err)
	}
	engine.Close()
	return c.runTrials(ctx, flags, trials)
}

// selectCases reads the specs and leaves the cases that are asked for.
func (c *command) selectCases(flags *testFlags, files []string) ([]spec.Case, error) {
	if len(files) == 0 {
		return nil, fail(exitUsage, errors.New("want specs, got no arguments"))
	}
	if flags.Parallel < 1 {
		return nil, fail(exitUsage, fmt.Errorf("read --jobs %d: it is 1 or more", flags.Parallel))
	}
	if flags.output != "text" && flags.output != "json" {
		return nil, fail(exitUsage, fmt.Errorf("read --output %q: it is text or json", flags.output))
	}
	selection := spec.Selection{}
	var err error
	if selection.Name, err = regexp.Compile(flags.run); err != nil {
		return nil, fail(exitUsage, fmt.Errorf("read --run: %w", err))
	}
	if selection.Shard, selection.Shards, err = spec.ParseShard(flags.shard); err != nil {
		return nil, fail(exitUsage, fmt.Errorf("read --shard: %w", err))
	}
	var cases []spec.Case
	var findings []diag.Finding
	seen := map[string]bool{}
	for _, file := range files {
		if seen[filepath.Clean(file)] {
			continue
		}
		seen[filepath.Clean(file)] = true
		data, err := readSpec(file)
		if err != nil {
			return nil, fail(exitUsage, err)
		}
		read, found := spec.Parse(file, data)
		cases, findings = append(cases, read...), append(findings, found...)
	}
	if err := c.refuse(findings); err != nil {
		return nil, err
	}
	chosen := selection.Of(cases)
	if len(chosen) == 0 && flags.shard == "" { // a part may be empty; a mistyped --run must not look like success
		return nil, fail(exitUsage, fmt.Errorf("--run %q: none of %d cases has such a name; --list prints them", flags.run, len(cases)))
	}
	return chosen, nil
}

// readSpec reads a spec's file, which is no longer than any other that ecslocal reads.
func readSpec(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read the spec: %w", err)
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, document.MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read the spec: %w", err)
	}
	return data, nil
}

// refuse prints what is wrong with the files, if anything is.
func (c *command) refuse(findings []diag.Finding) error {
	if len(findings) == 0 {
		return nil
	}
	source := func(file string) []byte {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil
		}
		return data
	}
	if err := report.Findings(c.stderr, report.Text, findings, report.Options{Source: source, Color: isTerminal(c.stderr)}); err != nil {
		return fail(exitUsage, err)
	}
	if len(diag.Errors(findings)) > 0 {
		return exit(exitUsage)
	}
	return nil
}

// runTrials runs what was loaded, and says how it went.
func (c *command) runTrials(ctx context.Context, flags *testFlags, trials []suite.Trial) error {
	interrupted, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	limited, cancel := interrupted, context.CancelFunc(func() {})
	if flags.timeout > 0 {
		limited, cancel = context.WithTimeoutCause(interrupted, flags.timeout, fmt.Errorf("--timeout %v has passed", flags.timeout))
	}
	defer cancel()
	context.AfterFunc(interrupted, stop) // a second signal kills; prune finds what is left then
	show := c.testRenderer(flags)
	flags.Report = show.progress
	began := time.Now()
	results := suite.Run(limited, trials, flags.Options)
	took := time.Since(began)
	show.finish(results, took)
	if flags.junit != "" {
		junit := flags.junitWriter(func(w io.Writer) error { return report.WriteTestSuites(w, suite.JUnit(results), took) })
		if err := junit.run(c.stdout, nil); err != nil {
			return fail(exitCannotRun, err)
		}
	}
	switch {
	case interrupted.Err() != nil:
		return exit(exitInterrupted)
	case !suite.AllPassed(results):
		return exit(exitInvalid)
	}
	return nil
}

// junitWriter writes the report of --junit, at once and where it can be written.
func (f *testFlags) junitWriter(write func(io.Writer) error) *reportWriter {
	return &reportWriter{"--junit", f.junit, os.O_TRUNC, func(w io.Writer, _ *report.Run) error { return write(w) }}
}
