package report_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/emulator/report"
	"github.com/ecslocal/ecslocal/emulator/report/reporttest"
	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

var renderers = map[string]func(io.Writer, *report.Run) error{
	"junit.xml":  report.JUnitOf,
	"summary.md": report.Markdown,
	"github.txt": func(w io.Writer, r *report.Run) error { return report.Annotations(w, r, "/repo", "/repo/deploy") },
}

func rendered(t *testing.T, name string, r *report.Run) string {
	t.Helper()
	var b bytes.Buffer
	if err := renderers[name](&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestRecordedRuns compares the reports of real runs with those that were looked at.
func TestRecordedRuns(t *testing.T) {
	t.Parallel()
	for _, name := range reporttest.Names() {
		run := reporttest.Load(t, name)
		var got txtar.Archive
		for _, format := range []string{"github.txt", "junit.xml", "summary.md"} {
			got.Files = append(got.Files, txtar.File{Name: format, Data: []byte(rendered(t, format, run))})
		}
		path := "testdata/reports/" + name + ".txtar"
		if *report.Update {
			if err := os.WriteFile(path, txtar.Format(&got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(txtar.Format(&got))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestHostileRun wants every report to stay what it is, whatever the texts of a run are.
func TestHostileRun(t *testing.T) {
	t.Parallel()
	run := reporttest.Hostile(t)
	var suites report.TestSuites
	if err := xml.Unmarshal([]byte(rendered(t, "junit.xml", run)), &suites); err != nil {
		t.Errorf("JUnit: %v", err)
	}
	if len(suites.Suites) != 1 || len(suites.Suites[0].Cases) != 1+len(run.Containers) {
		t.Errorf("JUnit has %+v", suites)
	}
	for line := range strings.Lines(rendered(t, "github.txt", run)) {
		if !regexp.MustCompile(`^::(error|warning) file=[^:,]+,line=\d+,col=\d+,title=[^:,]*::`).MatchString(line) && !strings.HasPrefix(line, "::error title=") {
			t.Errorf("an annotation: %q", line)
		}
	}
	summary := rendered(t, "summary.md", run)
	for _, tag := range regexp.MustCompile(`<[^>]*>?`).FindAllString(summary, -1) {
		if !regexp.MustCompile(`^</?(details|summary|pre|code)>$`).MatchString(tag) {
			t.Errorf("the summary has %q", tag)
		}
	}
	for line := range strings.Lines(summary) {
		if strings.HasPrefix(line, "| ") && strings.Count(line, "|") != 8 {
			t.Errorf("a row of the table: %s", line)
		}
	}
	outside := regexp.MustCompile(`(?s)<pre>.*?</pre>`).ReplaceAllString(summary, "") // in pre, Markdown is text
	for _, bad := range []string{"\x1b", "\x00", "\u202e", "](javascript"} {
		if strings.Contains(outside, bad) || bad[0] != ']' && strings.Contains(summary, bad) {
			t.Errorf("the summary has %q", bad)
		}
	}
}

// TestSummaryIsSmall: GitHub takes 1 MiB.
func TestSummaryIsSmall(t *testing.T) {
	t.Parallel()
	run := reporttest.Hostile(t)
	name := run.Containers[1].Name
	run.Lines = func(yield func(report.Line, error) bool) {
		for range 1000 {
			yield(report.Line{Container: name, Text: strings.Repeat("<", 256<<10)}, nil)
		}
	}
	for range 1000 {
		run.Findings = append(run.Findings, diag.Finding{Rule: "X", Severity: diag.Error, Message: strings.Repeat("x", 100)})
		run.Notes = append(run.Notes, report.Note{Field: "x", Difference: strings.Repeat("x", 100)})
	}
	if n := len(rendered(t, "summary.md", run)); n > 1<<20 {
		t.Errorf("%d bytes", n)
	}
}

// TestVerdict: what failed a run is an error, and only that.
func TestVerdict(t *testing.T) {
	t.Parallel()
	code := func(n int) *int { return &n }
	base := func() *report.Run { return reporttest.Load(t, "orders") }
	begin := base().Events[0].Time
	for name, c := range map[string]struct {
		change       func(*report.Run)
		failed       bool
		kind, member string
	}{
		"a run that went well": {func(*report.Run) {}, false, "", ""},
		"an essential container's exit": {func(r *report.Run) {
			r.Events = append(r.Events[:20:20], event.Event{Kind: event.ContainerStopped, Container: "api", ExitCode: code(3)})
		}, true, report.KindExit, "command"},
		"an exit after SIGTERM": {func(r *report.Run) {
			r.Events = append(r.Events[:20:20], event.Event{Kind: event.ContainerStopping, Container: "api"}, event.Event{Kind: event.ContainerStopped, Container: "api", ExitCode: code(143)})
		}, false, "", ""},
		"another container's exit": {func(r *report.Run) {
			r.Events = append(r.Events[:20:20], event.Event{Kind: event.ContainerStopped, Container: "worker", ExitCode: code(3)})
		}, false, report.KindExit, "command"},
		"no image": {func(r *report.Run) {
			r.Events = append(r.Events[:3:3], event.Event{Kind: event.ContainerStopped, Container: "db", Reason: "CannotPullContainerError: no"})
		}, true, report.KindImage, "image"},
		"a dependency": {func(r *report.Run) {
			r.Events = append(r.Events[:3:3], event.Event{Kind: event.ContainerStopped, Container: "api", ExitCode: code(143), Reason: "CannotStartContainerError: dependency graph: no"})
		}, true, report.KindDependency, "dependsOn"},
		"unhealthy, then healthy": {func(r *report.Run) {
			r.Events = append(r.Events[:20:20], event.Event{Kind: event.ContainerHealth, Container: "api", Health: event.Unhealthy}, event.Event{Kind: event.ContainerHealth, Container: "api", Health: event.Healthy})
		}, false, report.KindHealth, "healthCheck/command"},
		"a time-out": {func(r *report.Run) { r.Outcome = &report.Outcome{ExitCode: 124, Error: "it did not end"} }, true, report.KindTask, ""},
		"an exit that was asked for with --exit-code-from": {func(r *report.Run) {
			r.Outcome = &report.Outcome{}
			r.Events = append(r.Events, event.Event{Kind: event.ContainerStopped, Container: "api", ExitCode: code(3)})
		}, false, report.KindExit, "command"},
		"a supervisor that died": {func(r *report.Run) { r.Abandoned = true }, true, report.KindTask, ""},
	} {
		run := base()
		run.Events = run.Events[:len(run.Events)-8] // before anything was stopped
		c.change(run)
		for i := range run.Events {
			if run.Events[i].Time.IsZero() {
				run.Events[i].Time = begin.Add(time.Minute)
			}
		}
		if run.Failed() != c.failed {
			t.Errorf("%s: failed is %v: %+v", name, run.Failed(), run.Problems())
		}
		if c.kind == "" {
			continue
		}
		problems := run.Problems()
		last := problems[len(problems)-1]
		var place diag.Position
		if container := run.Container(last.Container); container != nil {
			place = container.Places[c.member]
		}
		if last.Kind != c.kind || last.Position != place || c.member != "" && place.Line == 0 {
			t.Errorf("%s: %+v, want %s at %v", name, last, c.kind, place)
		}
	}
}

func TestRunWithoutTask(t *testing.T) {
	t.Parallel()
	run := &report.Run{Recorded: report.Recorded{Definition: "a.json", Family: "a", Outcome: &report.Outcome{ExitCode: 125, Error: "no engine"}}}
	if text := rendered(t, "junit.xml", run); !strings.Contains(text, `failures="1"`) || !strings.Contains(text, "no engine") {
		t.Error(text)
	}
	run.Findings = []diag.Finding{{Rule: "CNT-001", Severity: diag.Error, Message: "no name", Fix: "give one", Position: diag.Position{File: "a.json", Line: 3, Column: 1}}}
	if text := rendered(t, "github.txt", run); text != "::error file=deploy/a.json,line=3,col=1,title=no name [CNT-001]::fix: give one\n" {
		t.Error(text)
	}
	for name := range renderers {
		if err := renderers[name](broken{}, reporttest.Load(t, "checkout")); !errors.Is(err, errBroken) {
			t.Errorf("%s on a broken writer: %v", name, err)
		}
	}
}

var errBroken = errors.New("broken")

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errBroken }

func TestPlain(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"ok":                                 "ok",
		"\x1b[1;31mred\x1b[0m \x1b]0;t\x07x": "red x",
		"a\x00b\x9bc\u202ed":                 "a\ufffdb\ufffdc\ufffdd",
		"tab\tnew\nline\r\n":                 "tab\tnew\nline\n",
		"é 😀":                                "é 😀",
		"\x1b":                               "\ufffd",
	} {
		if got := report.Plain(text); got != want {
			t.Errorf("Plain(%q) = %q, want %q", text, got, want)
		}
	}
}
