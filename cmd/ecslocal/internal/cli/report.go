package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/ecslocal/ecslocal/emulator"
	"github.com/ecslocal/ecslocal/emulator/report"
	"github.com/ecslocal/ecslocal/emulator/report/page"
	"github.com/ecslocal/ecslocal/emulator/state"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// reportFlags say where the reports of a run go; - is standard output.
type reportFlags struct {
	junit, page, summary string
	annotations          bool
}

func (f *reportFlags) add(flags *pflag.FlagSet) {
	flags.StringVar(&f.junit, "junit", "", "write a JUnit report of the run to `FILE`: a test for the task and for each container")
	flags.StringVar(&f.page, "report", "", "write the run as a page to `FILE.html`: timeline, probes, logs, findings; it needs nothing else")
	flags.StringVar(&f.summary, "summary", "", "append a summary of the run in Markdown to `FILE` (in GitHub Actions: $GITHUB_STEP_SUMMARY)")
}

// writers are the reports that are asked for.
func (f *reportFlags) writers() []reportWriter {
	var all []reportWriter
	for _, w := range []reportWriter{
		{"--junit", f.junit, os.O_TRUNC, report.JUnitOf},
		{"--report", f.page, os.O_TRUNC, page.Write},
		{"--summary", f.summary, os.O_APPEND, report.Markdown},
	} {
		if w.path != "" {
			all = append(all, w)
		}
	}
	return all
}

// reportWriter writes one report to one file, which is replaced or appended to.
type reportWriter struct {
	flag, path string
	mode       int
	write      func(io.Writer, *report.Run) error
}

// check says early what would fail late: a file that cannot be written. It leaves the file as it is.
func (w *reportWriter) check() error {
	if w.path == "-" {
		return nil
	}
	_, err := os.Stat(w.path)
	absent := errors.Is(err, fs.ErrNotExist)
	file, err := os.OpenFile(w.path, os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("write %s: %w", w.flag, err)
	}
	file.Close()
	if absent { // an empty file is no report
		os.Remove(w.path)
	}
	return nil
}

// run writes the report, all of it at once: half a report is none.
func (w *reportWriter) run(stdout io.Writer, r *report.Run) error {
	var content bytes.Buffer
	if err := w.write(&content, r); err != nil {
		return fmt.Errorf("write %s: %w", w.flag, err)
	}
	if w.path == "-" {
		_, err := stdout.Write(content.Bytes())
		return err
	}
	file, err := os.OpenFile(w.path, os.O_CREATE|os.O_WRONLY|w.mode, 0o644)
	if err == nil {
		_, err = file.Write(content.Bytes())
		err = errors.Join(err, file.Close())
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", w.flag, err)
	}
	return nil
}

// runReported runs a task and writes the reports, whatever became of it. What keeps a report from being written is said before the task
// begins.
func (c *command) runReported(ctx context.Context, flags *runFlags, file string) error {
	for _, w := range flags.reports.writers() {
		if err := w.check(); err != nil {
			return fail(exitUsage, err)
		}
	}
	err := c.runTask(ctx, flags, file)
	if flags.detach { // the supervisor writes them
		return err
	}
	if problem := c.writeReports(ctx, flags, file, err); problem != nil {
		if err == nil {
			return fail(exitCannotRun, problem)
		}
		fmt.Fprintf(c.stderr, "ecslocal: %v\n", problem)
	}
	return err
}

// started remembers the task for reports; those who wait for its end wait until they are written.
func (f *runFlags) started(task *emulator.Task) {
	f.task = task
	if len(f.reports.writers()) == 0 {
		return
	}
	if release, err := task.HoldEnd(); err == nil { // else they wait for the task only
		f.release = release
	}
}

// writeReports records how the run ended, and writes the reports of it.
func (c *command) writeReports(ctx context.Context, flags *runFlags, file string, ended error) error {
	if flags.release != nil {
		defer flags.release()
	}
	outcome := &report.Outcome{}
	outcome.ExitCode, outcome.Error = outcomeOf(ctx, ended)
	if condition := emulator.Condition(flags.wait); ended == nil && condition != "" && condition != emulator.Stopped {
		outcome.Reached = strings.ToUpper(flags.wait)
	}
	if flags.supervised && ended == nil { // nobody was told an exit code
		outcome = nil
	}
	run, errs := c.runOf(flags, file, outcome, ended)
	if run == nil {
		return errs
	}
	for _, w := range flags.reports.writers() {
		errs = errors.Join(errs, w.run(c.stdout, run))
	}
	if !flags.supervised {
		errs = errors.Join(errs, c.tellGitHub(run, flags.reports.summary))
	}
	return errs
}

// runOf is the run as reports tell it; of one that never began, what was found in the files.
func (c *command) runOf(flags *runFlags, file string, outcome *report.Outcome, ended error) (*report.Run, error) {
	if flags.task != nil {
		ctx, cancel := context.WithTimeout(context.Background(), explainLimit)
		defer cancel()
		if err := flags.task.Conclude(ctx, outcome); err != nil { // a full disk fails no run
			fmt.Fprintf(c.stderr, "ecslocal: %v\n", err)
		}
		run, err := flags.task.Report()
		if run != nil {
			run.Outcome = outcome
		}
		return run, err
	}
	run := &report.Run{Recorded: report.Recorded{Definition: file, Family: filepath.Base(file), Outcome: outcome}}
	var invalid *emulator.InvalidError
	switch {
	case errors.As(ended, &invalid):
		run.Findings, run.Source = invalid.Findings, string(invalid.Source)
	case flags.project != nil:
		run.Findings, run.Source = hiddenFindings(flags.refused, flags.project), string(flags.project.SourceOf(flags.project.Path))
		run.Family = flags.project.Definition.Family
	}
	return run, nil
}

// tellGitHub adds the run to the page of a GitHub job, with annotations at the lines of the task definition. Elsewhere it does nothing.
func (c *command) tellGitHub(run *report.Run, summary string) error {
	if os.Getenv("GITHUB_ACTIONS") != "true" {
		return nil
	}
	directory, err := os.Getwd()
	if err != nil {
		return err
	}
	err = report.Annotations(c.stderr, run, os.Getenv("GITHUB_WORKSPACE"), directory)
	if path := os.Getenv("GITHUB_STEP_SUMMARY"); path != "" && summary == "" {
		w := reportWriter{"$GITHUB_STEP_SUMMARY", path, os.O_APPEND, report.Markdown}
		err = errors.Join(err, w.run(c.stdout, run))
	}
	return err
}

func (c *command) report() *cobra.Command {
	var flags reportFlags
	var stateDir, from string
	cmd := &cobra.Command{
		Use:   "report TASK | --from DIR",
		Short: "Write reports of a run, while it goes or long after",
		Long: "Write reports of a run from what the state directory has of it, while it goes or long after. With no flag the summary goes to\n" +
			"standard output; - as a FILE is standard output too.",
		Example: "  ecslocal report hello-world\n  ecslocal report --report report.html --junit junit.xml hello-world\n" +
			"  ecslocal report --from artifacts/tasks/0123456789abcdef0123456789abcdef --summary -",
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			run, err := recordedRun(stateDir, from, args)
			if err != nil {
				return fail(exitInvalid, err)
			}
			return c.rewriteReports(run, flags)
		},
	}
	flags.add(cmd.Flags())
	cmd.Flags().StringVar(&from, "from", "", "a task's folder `DIR`, a state directory (its newest task), or a task as TASK")
	cmd.Flags().BoolVar(&flags.annotations, "github", false, "print annotations for GitHub Actions at the lines of the task definition")
	addStateDir(cmd.Flags(), &stateDir)
	return cmd
}

// rewriteReports writes the reports of a run that was recorded.
func (c *command) rewriteReports(run *report.Run, flags reportFlags) error {
	if flags.junit == "" && flags.page == "" && flags.summary == "" && !flags.annotations {
		flags.summary = "-"
	}
	for _, w := range flags.writers() {
		if err := w.run(c.stdout, run); err != nil {
			return fail(exitCannotRun, err)
		}
	}
	if !flags.annotations {
		return nil
	}
	directory, err := os.Getwd()
	if err == nil {
		err = report.Annotations(c.stdout, run, os.Getenv("GITHUB_WORKSPACE"), directory)
	}
	return fromError(exitCannotRun, err)
}

// recordedRun finds the run that the command line names.
func recordedRun(stateDir, from string, args []string) (*report.Run, error) {
	switch {
	case from != "" && len(args) > 0:
		return nil, usageError{errors.New("write reports: give a task or --from, not both")}
	case from == "" && len(args) == 0:
		return nil, usageError{errors.New("write reports: give a task, or --from DIR")}
	case from != "" && isFile(filepath.Join(from, "task.json")):
		dir, task, err := state.OpenTask(from)
		if err != nil {
			return nil, err
		}
		return emulator.ReadReport(dir, task)
	case from != "" && isFile(filepath.Join(from, "tasks")):
		return newestRun(from)
	case from != "":
		args = []string{from}
	}
	dir, err := state.Open(stateDir)
	if err != nil {
		return nil, err
	}
	task, err := dir.Find(args[0])
	if err != nil {
		return nil, err
	}
	return emulator.ReadReport(dir, task)
}

// newestRun is that of the newest task of a state directory.
func newestRun(path string) (*report.Run, error) {
	dir, err := state.Open(path)
	if err != nil {
		return nil, err
	}
	tasks, err := dir.Tasks()
	if err != nil {
		return nil, err
	}
	if len(tasks) == 0 {
		return nil, fmt.Errorf("find a task in %s: there is none", path)
	}
	return emulator.ReadReport(dir, tasks[len(tasks)-1])
}

func isFile(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
