package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/ecslocal/ecslocal/emulator/spec"
	"github.com/ecslocal/ecslocal/emulator/suite"
)

// testRenderer shows how cases go.
type testRenderer interface {
	progress(suite.Progress)
	finish(results []suite.Result, took time.Duration)
}

func (c *command) testRenderer(flags *testFlags) testRenderer {
	if flags.output == "json" {
		return &testLines{out: c.stdout}
	}
	return &testText{out: c.stdout, color: isTerminal(c.stdout), atOnce: flags.Parallel <= 1, cases: map[*spec.Case]*strings.Builder{}}
}

// testText shows cases to people: step by step where one runs after the other, else each when it is over.
type testText struct {
	out    io.Writer
	color  bool
	atOnce bool

	mu    sync.Mutex
	cases map[*spec.Case]*strings.Builder
}

func (t *testText) progress(p suite.Progress) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.cases[p.Case] == nil {
		t.cases[p.Case] = &strings.Builder{}
	}
	b := t.cases[p.Case]
	switch {
	case p.Step != nil:
		t.step(b, p.Step)
	case p.Result != nil:
		t.result(b, p.Result)
	default:
		fmt.Fprintf(b, "      %s\n", p.Case.Name)
	}
	if t.atOnce || p.Result != nil {
		io.WriteString(t.out, b.String())
		b.Reset()
	}
}

var outcomeWords = map[suite.Outcome]string{suite.Passed: "ok  ", suite.Failed: "FAIL", suite.Skipped: "skip"}

var outcomeColors = map[suite.Outcome]string{suite.Passed: "32", suite.Failed: "31", suite.Skipped: "33"}

func (t *testText) word(o suite.Outcome) string {
	if !t.color {
		return outcomeWords[o]
	}
	return "\x1b[" + outcomeColors[o] + "m" + outcomeWords[o] + "\x1b[0m"
}

func (t *testText) step(b *strings.Builder, s *suite.StepResult) {
	if s.Outcome == suite.Skipped {
		fmt.Fprintf(b, "  %s          %s: %v\n", t.word(s.Outcome), printable(s.Step.Name), s.Err)
		return
	}
	fmt.Fprintf(b, "  %s  %6.2fs %s\n", t.word(s.Outcome), s.Took.Seconds(), printable(s.Step.Name))
	if s.Err != nil {
		writeIndented(b, s.Step.Position.String()+": "+s.Err.Error(), "                ")
	}
}

func (t *testText) result(b *strings.Builder, r *suite.Result) {
	if r.Err != nil {
		writeIndented(b, r.Err.Error(), "                ")
	}
	writeIndented(b, r.Story, "      ")
	fmt.Fprintf(b, "%s  %6.2fs %s\n", t.word(r.Outcome), r.Took.Seconds(), r.Case.Name)
}

func writeIndented(b *strings.Builder, text, indent string) {
	for line := range strings.Lines(text) {
		fmt.Fprintf(b, "%s%s\n", indent, printable(strings.TrimRight(line, "\r\n")))
	}
}

func (t *testText) finish(results []suite.Result, took time.Duration) {
	counts := suite.Count(results)
	fmt.Fprintf(t.out, "%d passed, %d failed, %d skipped in %.2fs\n", counts[suite.Passed], counts[suite.Failed], counts[suite.Skipped], took.Seconds())
}

// testLine is a line of --output json: of a step, or of a case where Step is empty.
type testLine struct {
	Case    string        `json:"case"`
	Step    string        `json:"step,omitempty"`
	Kind    string        `json:"kind,omitempty"`
	File    string        `json:"file"`
	Line    int           `json:"line,omitempty"`
	Outcome suite.Outcome `json:"outcome"`
	Seconds float64       `json:"seconds"`
	TaskID  string        `json:"taskId,omitempty"`
	Reason  string        `json:"reason,omitempty"`
	Story   string        `json:"story,omitempty"`
}

type testLines struct {
	mu  sync.Mutex
	out io.Writer
}

func (t *testLines) progress(p suite.Progress) {
	line := testLine{Case: p.Case.Name, File: p.Case.File}
	var err error
	switch {
	case p.Step != nil:
		s := p.Step
		line.Step, line.Kind, line.Line, line.Outcome, line.Seconds, err = s.Step.Name, s.Step.Kind, s.Step.Line, s.Outcome, s.Took.Seconds(), s.Err
	case p.Result != nil:
		r := p.Result
		line.Outcome, line.Seconds, line.TaskID, line.Story, err = r.Outcome, r.Took.Seconds(), r.TaskID, r.Story, r.Err
	default:
		return
	}
	if err != nil {
		line.Reason = err.Error()
	}
	if data, err := json.Marshal(line); err == nil {
		t.mu.Lock()
		defer t.mu.Unlock()
		fmt.Fprintf(t.out, "%s\n", data)
	}
}

func (*testLines) finish([]suite.Result, time.Duration) {}
