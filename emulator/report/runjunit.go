package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/ecslocal/ecslocal/emulator/diag"
)

// The elements of a JUnit report of runs, in the dialect that Jenkins, GitLab and GitHub's actions read.
type (
	// TestSuites is the report's root.
	TestSuites struct {
		XMLName  xml.Name    `xml:"testsuites"`
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Skipped  int         `xml:"skipped,attr"`
		Time     string      `xml:"time,attr"` // seconds
		Suites   []TestSuite `xml:"testsuite"`
	}
	// TestSuite is one run.
	TestSuite struct {
		Name      string     `xml:"name,attr"`
		Tests     int        `xml:"tests,attr"`
		Failures  int        `xml:"failures,attr"`
		Skipped   int        `xml:"skipped,attr"`
		Time      string     `xml:"time,attr"`
		Timestamp string     `xml:"timestamp,attr,omitempty"`
		Cases     []TestCase `xml:"testcase"`
	}
	// TestCase is the task, or one of its containers.
	TestCase struct {
		Name      string   `xml:"name,attr"`
		ClassName string   `xml:"classname,attr"`
		File      string   `xml:"file,attr,omitempty"`
		Line      int      `xml:"line,attr,omitempty"`
		Time      string   `xml:"time,attr"`
		Failure   *Failure `xml:"failure"`
		Skipped   *Skipped `xml:"skipped"`
		Output    string   `xml:"system-out,omitempty"`
	}
	// Failure is why a test failed.
	Failure struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr"`
		Text    string `xml:",chardata"`
	}
	// Skipped is a container that was never started.
	Skipped struct {
		Message string `xml:"message,attr"`
	}
)

// junitLines are the last lines of a container that failed.
const junitLines = 100

// JUnitOf writes a JUnit report of a run.
func JUnitOf(w io.Writer, r *Run) error {
	suite, err := r.TestSuite()
	if err != nil {
		return err
	}
	return WriteTestSuites(w, []TestSuite{suite}, r.elapsed())
}

// WriteTestSuites writes a JUnit report of suites that took so long together.
func WriteTestSuites(w io.Writer, suites []TestSuite, elapsed time.Duration) error {
	root := TestSuites{Name: "ecslocal", Suites: suites, Time: seconds(elapsed)}
	for _, s := range suites {
		root.Tests, root.Failures, root.Skipped = root.Tests+s.Tests, root.Failures+s.Failures, root.Skipped+s.Skipped
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return fmt.Errorf("write the JUnit report: %w", err)
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	err := e.Encode(root)
	if err == nil {
		_, err = io.WriteString(w, "\n")
	}
	if err != nil {
		return fmt.Errorf("write the JUnit report: %w", err)
	}
	return nil
}

// TestSuite is the run as JUnit has it: a test for the task and one for each container. Problems that did not fail the run are in the
// tests' output. The error is why lines of output are missing.
func (r *Run) TestSuite() (TestSuite, error) {
	tails, err := r.Tails(junitLines)
	problems := r.Problems()
	suite := TestSuite{Name: r.Family, Time: seconds(r.elapsed())}
	if len(r.Events) > 0 {
		suite.Timestamp = r.Events[0].Time.UTC().Format("2006-01-02T15:04:05")
	}
	cases := []TestCase{r.testCase("task", "", r.elapsed(), problems, nil)}
	for i := range r.Containers {
		c := &r.Containers[i]
		one := r.testCase("container "+c.Name, c.Name, r.ran(c.Name), problems, tails[c.Name])
		if seen := r.Task.Container(c.Name); one.Failure == nil && (seen == nil || !seen.Started) {
			one.Skipped = &Skipped{"it was never started"}
		}
		cases = append(cases, one)
	}
	if len(problems) > 0 && !failsOne(cases) { // a problem of something that is no container of the definition
		cases[0].fail(r.worst(problems))
	}
	suite.add(cases)
	return suite, err
}

func (s *TestSuite) add(cases []TestCase) {
	for _, c := range cases {
		s.Tests++
		switch {
		case c.Failure != nil:
			s.Failures++
		case c.Skipped != nil:
			s.Skipped++
		}
	}
	s.Cases = append(s.Cases, cases...)
}

// testCase is the test of a container, or of the task where its name is empty, which fails with the first error.
func (r *Run) testCase(name, container string, took time.Duration, problems []Problem, tail []Line) TestCase {
	c := TestCase{Name: name, ClassName: r.Family, Time: seconds(took)}
	if place := r.placeOf(container); place.File != "" && place.File != "-" {
		c.File, c.Line = slashes(place.File), place.Line
	}
	var output []string
	for _, p := range problems {
		switch {
		case p.Container != container:
		case p.Severity == diag.Error:
			c.fail(&p)
		default:
			output = append(output, string(p.Severity)+": "+p.text())
		}
	}
	if c.Failure != nil && len(tail) > 0 {
		output = append(output, fmt.Sprintf("last lines of %s:", container))
		for _, line := range tail {
			output = append(output, Plain(line.Text))
		}
	}
	c.Output = strings.Join(output, "\n")
	return c
}

// fail makes the test fail, if it has not failed already; further reasons are added.
func (c *TestCase) fail(p *Problem) {
	if p == nil {
		return
	}
	if c.Failure == nil {
		c.Failure = &Failure{Message: p.Title, Type: p.Kind, Text: p.text()}
		if p.Line > 0 {
			c.Line = p.Line
		}
		return
	}
	c.Failure.Text += "\n" + p.text()
}

// text is all that is known of a problem, on lines of its own.
func (p *Problem) text() string {
	text := p.Title
	if place := p.Position.String(); place != "" {
		text = place + ": " + text
	}
	return Plain(strings.Join(append([]string{text}, p.Details...), "\n"))
}

func failsOne(cases []TestCase) bool {
	for _, c := range cases {
		if c.Failure != nil {
			return true
		}
	}
	return false
}

// worst is the first error, nil where there is none.
func (r *Run) worst(problems []Problem) *Problem {
	for i := range problems {
		if problems[i].Severity == diag.Error {
			return &problems[i]
		}
	}
	return nil
}

func (r *Run) placeOf(container string) diag.Position {
	if c := r.Container(container); c != nil {
		return c.place()
	}
	return diag.Position{File: r.Definition}
}

// elapsed is how long the run took, or has taken so far.
func (r *Run) elapsed() time.Duration {
	if len(r.Events) == 0 {
		return 0
	}
	return r.Events[len(r.Events)-1].Time.Sub(r.Events[0].Time)
}

// ran is how long a container ran, from its first start to its end.
func (r *Run) ran(container string) time.Duration {
	s := r.Story(container)
	switch {
	case s.Started.IsZero():
		return 0
	case s.Stopped.IsZero():
		return s.Ended.Sub(s.Started)
	}
	return s.Stopped.Sub(s.Started)
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }
