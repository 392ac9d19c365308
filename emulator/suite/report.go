package suite

import (
	"fmt"
	"time"

	"github.com/ecslocal/ecslocal/emulator/report"
)

// Count is how many results have each outcome.
func Count(results []Result) map[Outcome]int {
	counts := map[Outcome]int{}
	for _, r := range results {
		counts[r.Outcome]++
	}
	return counts
}

// AllPassed says that no case failed or was skipped.
func AllPassed(results []Result) bool { return Count(results)[Passed] == len(results) }

// JUnit are the results as JUnit has them: a suite for each case, a test for each step, and one more for a task that could not be run or
// removed.
func JUnit(results []Result) []report.TestSuite {
	var suites []report.TestSuite
	for i := range results {
		suites = append(suites, results[i].junit())
	}
	return suites
}

func (r *Result) junit() report.TestSuite {
	s := report.TestSuite{Name: r.Case.Name, Time: junitTime(r.Took), Timestamp: r.Began.UTC().Format("2006-01-02T15:04:05")}
	for _, step := range r.Steps {
		s.Cases = append(s.Cases, r.test(step.Step.Name, step.Outcome, step.Took, step.Step.Line, step.Err))
	}
	if r.Err != nil {
		s.Cases = append(s.Cases, r.test("task", r.Outcome, r.Took, 1, r.Err))
	}
	s.Tests = len(s.Cases)
	for _, c := range s.Cases {
		switch {
		case c.Failure != nil:
			s.Failures++
		case c.Skipped != nil:
			s.Skipped++
		}
	}
	return s
}

func (r *Result) test(name string, outcome Outcome, took time.Duration, line int, err error) report.TestCase {
	t := report.TestCase{Name: name, ClassName: r.Case.Name, File: r.Case.File, Line: line, Time: junitTime(took)}
	switch outcome {
	case Failed:
		t.Failure = &report.Failure{Message: err.Error(), Type: "failed", Text: err.Error() + "\n\n" + r.Story}
	case Skipped:
		t.Skipped = &report.Skipped{Message: err.Error()}
	}
	return t
}

func junitTime(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }
