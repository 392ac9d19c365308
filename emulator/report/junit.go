package report

import (
	"encoding/xml"
	"fmt"
	"io"

	"github.com/ecslocal/ecslocal/emulator/diag"
)

// The elements of a JUnit report that continuous integration systems read (no standard; as Jenkins and GitLab take them).
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Name      string        `xml:"name,attr"`
		ClassName string        `xml:"classname,attr"`
		File      string        `xml:"file,attr,omitempty"`
		Line      int           `xml:"line,attr,omitempty"`
		Failure   *junitFailure `xml:"failure"`
		Output    string        `xml:"system-out,omitempty"`
	}
	junitFailure struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr"`
		Text    string `xml:",chardata"`
	}
)

// writeJUnit writes a suite for each file. An error is a failed test, anything less a passed one with output; a file
// without errors has a passed test of its own.
func writeJUnit(w io.Writer, findings []diag.Finding, opts Options) error {
	report := junitSuites{Name: "ecslocal"}
	for _, file := range filesOf(findings, opts) {
		suite := junitSuite{Name: slashes(file)}
		for _, f := range findings {
			if f.File == file {
				suite.add(f)
			}
		}
		if suite.Failures == 0 {
			suite.Cases = append([]junitCase{{Name: "no errors", ClassName: suite.Name, File: suite.Name}}, suite.Cases...)
		}
		suite.Tests = len(suite.Cases)
		report.Tests += suite.Tests
		report.Failures += suite.Failures
		report.Suites = append(report.Suites, suite)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(report); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func (s *junitSuite) add(f diag.Finding) {
	name := f.Rule
	if f.Path != "" {
		name += " " + f.Path
	}
	c := junitCase{Name: name, ClassName: s.Name, File: s.Name, Line: f.Line}
	text := fmt.Sprintf("%s: %s", f.Position, explanation(f))
	if f.Severity == diag.Error {
		c.Failure = &junitFailure{Message: f.Message, Type: f.Rule, Text: text}
		s.Failures++
	} else {
		c.Output = string(f.Severity) + ": " + text
	}
	s.Cases = append(s.Cases, c)
}
