// Package reporttest gives tests of reports runs to tell: some that were recorded on a real engine (emulator/report/testdata/runs), and one
// in which everything is hostile.
//
// It is for tests only, and imports report, event and diag.
package reporttest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/emulator/report"
)

// Names are the recorded runs: a task of five containers that becomes healthy and is stopped, one whose check asks the wrong port, and one
// that wants more memory than it has.
func Names() []string { return []string{"orders", "checkout", "thumbnails"} }

// Load is a recorded run.
func Load(t testing.TB, name string) *report.Run {
	t.Helper()
	_, here, _, _ := runtime.Caller(0)
	dir := filepath.Join(filepath.Dir(here), "..", "testdata", "runs", name)
	read := func(file string) []byte {
		data, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	r := &report.Run{}
	if err := json.Unmarshal(read("run.json"), &r.Recorded); err != nil {
		t.Fatal(err)
	}
	for scanner := bufio.NewScanner(bytes.NewReader(read("events.jsonl"))); scanner.Scan(); {
		e, err := event.Decode(scanner.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		r.Events = append(r.Events, e)
	}
	r.Task = event.Fold(r.Events)
	var lines []report.Line
	for scanner := bufio.NewScanner(bytes.NewReader(read("lines.jsonl"))); scanner.Scan(); {
		var l struct {
			Container, Message, Source string
			Timestamp                  int64
		}
		if err := json.Unmarshal(scanner.Bytes(), &l); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, report.Line{Time: time.UnixMilli(l.Timestamp), Container: l.Container, Stderr: l.Source == "stderr", Text: l.Message})
	}
	r.Lines = Lines(lines)
	return r
}

// Lines are these lines as a run has them.
func Lines(lines []report.Line) iter.Seq2[report.Line, error] {
	return func(yield func(report.Line, error) bool) {
		for _, l := range lines {
			if !yield(l, nil) {
				return
			}
		}
	}
}

// Many is a run with so many lines of ordinary output, a tenth of them on stderr.
func Many(t testing.TB, n int) *report.Run {
	r := Load(t, "orders")
	r.Lines = func(yield func(report.Line, error) bool) {
		at := r.Events[0].Time
		for i := range n {
			text := fmt.Sprintf(`{"level":"info","msg":"GET /orders/%d","status":200,"duration":"%dms"}`, i, i%97)
			if !yield(report.Line{Time: at.Add(time.Duration(i) * time.Millisecond), Container: "api", Stderr: i%10 == 0, Text: text}, nil) {
				return
			}
		}
	}
	return r
}

// Attack is markup, scripts, commands and characters that no report may take for anything but text.
const Attack = "</script></style></pre>--><script>alert(1)</script><img src=x onerror=alert(2)>\"' onmouseover=alert(3) ]]> ${{x}} {{.}} " +
	"`|*_[a](javascript:alert(4)) ::error::x \x1b[31mred\x1b[2J \x00\x08\u202e\ufffe\xff &lt; é 😀"

// Hostile is a run all of whose texts are [Attack].
func Hostile(t testing.TB) *report.Run {
	r := Load(t, "checkout")
	r.Definition, r.Source, r.Family, r.LaunchType, r.NetworkMode = Attack+".json", Attack+"\n"+Attack, Attack, Attack, Attack
	place := diag.Position{File: Attack, Line: 2, Column: 3}
	names := map[string]string{}
	for i := range r.Containers {
		c := &r.Containers[i]
		names[c.Name] = fmt.Sprint(Attack, i)
		c.Image, c.Command, c.Group, c.Stream = Attack, []string{Attack}, Attack, Attack
		c.Ports = []report.Port{{Container: Attack, Host: Attack}}
		c.DependsOn = []report.Dependency{{Container: names["cache"], Condition: Attack, Because: Attack}}
		if c.HealthCheck != nil {
			c.HealthCheck.Command = []string{Attack}
		}
		c.Places = map[string]diag.Position{"": place}
		r.Explanations = map[string][]report.Explanation{names[c.Name]: {{Rule: Attack, Message: Attack, Evidence: Attack, Fix: Attack, Severity: diag.Error}}}
		c.Name = names[c.Name]
	}
	r.Findings = []diag.Finding{{Rule: Attack, Severity: diag.Error, Position: place, Message: Attack, AWS: Attack, Fix: Attack}}
	r.Notes = []report.Note{{Field: Attack, Path: Attack, Treatment: Attack, Difference: Attack}}
	r.Outcome = &report.Outcome{ExitCode: 125, Error: Attack}
	var lines []report.Line
	for i := range r.Events {
		e := &r.Events[i]
		if name, ok := names[e.Container]; ok {
			e.Container = name
			lines = append(lines, report.Line{Container: name, Time: e.Time, Stderr: i%2 == 0, Text: Attack})
		}
		attackEvent(e, names)
	}
	r.Task = event.Fold(r.Events)
	r.Lines = Lines(lines)
	return r
}

func attackEvent(e *event.Event, names map[string]string) {
	if e.Message != "" {
		e.Message = Attack
	}
	if e.Reason != "" {
		e.Reason = Attack
	}
	if e.Probe != nil {
		e.Probe.Output = Attack
	}
	if e.Kind == event.ContainerStopping {
		e.Kind, e.Process = event.ContainerProcess, &event.Process{Command: Attack, Signal: Attack, Children: []string{Attack}}
	}
	if e.Task == nil {
		return
	}
	e.Task.TaskARN = Attack
	for i := range e.Task.Containers {
		if name, ok := names[e.Task.Containers[i].Name]; ok {
			e.Task.Containers[i].Name = name
		}
	}
}
