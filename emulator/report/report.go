// Package report writes findings and runs for people and for machines. Findings: text with the place in the file, JSON, SARIF for code
// scanning, annotations of GitHub workflows, and JUnit for test reports. A [Run]: JUnit, a summary in Markdown, and annotations at the lines
// of the task definition; package report/page writes it as a page.
//
// It is the last stage of the flow, and imports diag, event and, for the words of probes, healthcheck. It writes to what it is given and
// decides nothing.
package report

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
)

// Format is a way to write findings.
type Format string

const (
	Text   Format = "text"
	JSON   Format = "json"
	SARIF  Format = "sarif"  // 2.1.0, in the subset that GitHub code scanning takes
	GitHub Format = "github" // commands of a GitHub workflow, which become annotations
	JUnit  Format = "junit"
)

// Formats are all formats of findings, for help and completion.
func Formats() []Format { return []Format{Text, JSON, SARIF, GitHub, JUnit} }

// Options complete what the findings say. The zero value writes plain text without excerpts.
type Options struct {
	// Source is the content of a file that findings name, nil where it is not at hand.
	Source func(file string) []byte
	// Files are those that were checked: JUnit has a passed test for each without findings.
	Files []string
	// Color asks for the colours of a terminal in text.
	Color bool
	// Describe says what a rule demands, for SARIF's list of rules; where it is nil or says nothing, the rule's first finding stands for it.
	Describe func(rule string) string
	// Version is ecslocal's own, for SARIF; empty is left out.
	Version string
}

// Findings writes findings, in their order. The error is that of the writer, or names an unknown format.
func Findings(w io.Writer, format Format, findings []diag.Finding, opts Options) error {
	write, ok := map[Format]func(io.Writer, []diag.Finding, Options) error{
		Text: writeText, JSON: writeJSON, SARIF: writeSARIF, GitHub: writeGitHub, JUnit: writeJUnit,
	}[format]
	if !ok {
		return fmt.Errorf("write findings: unknown format %q, must be one of %v", format, Formats())
	}
	if err := write(w, findings, opts); err != nil {
		return fmt.Errorf("write findings: %w", err)
	}
	return nil
}

// lines gives the lines of the files that findings name, each file split once.
type lines struct {
	source func(string) []byte
	files  map[string][]string
}

func newLines(opts Options) *lines { return &lines{opts.Source, map[string][]string{}} }

// at is the line at a place, without its end; ok is false where there is none.
func (l *lines) at(pos diag.Position) (line string, ok bool) {
	if l.source == nil || pos.Line < 1 {
		return "", false
	}
	all, known := l.files[pos.File]
	if !known {
		all = strings.Split(string(l.source(pos.File)), "\n")
		l.files[pos.File] = all
	}
	if pos.Line > len(all) {
		return "", false
	}
	return strings.TrimSuffix(all[pos.Line-1], "\r"), true
}

// printable is a text of the user's on one line: what would move a terminal's cursor or colour it is replaced.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n' || r == '\r':
			return ' '
		case r < ' ' || r >= 0x7f && r < 0xa0 || r == '\u2028' || r == '\u2029' || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069:
			return '\ufffd'
		}
		return r
	}, text)
}

// slashes is a file's name as reports have it, with slashes on every system.
func slashes(file string) string { return filepath.ToSlash(file) }

// counts tells how many findings there are of each severity, in words.
func counts(findings []diag.Finding) string {
	var parts []string
	for _, severity := range []diag.Severity{diag.Error, diag.Warning, diag.Info} {
		n := 0
		for _, f := range findings {
			if f.Severity == severity {
				n++
			}
		}
		name := map[diag.Severity]string{diag.Error: "error", diag.Warning: "warning", diag.Info: "note"}[severity]
		switch {
		case n == 1:
			parts = append(parts, "1 "+name)
		case n > 1:
			parts = append(parts, fmt.Sprintf("%d %ss", n, name))
		}
	}
	if len(parts) == 0 {
		return "no findings"
	}
	return strings.Join(parts, ", ")
}

// filesOf are the files that were checked or that findings name, each once.
func filesOf(findings []diag.Finding, opts Options) []string {
	files := slices.Clone(opts.Files)
	for _, f := range findings {
		if !slices.Contains(files, f.File) {
			files = append(files, f.File)
		}
	}
	return files
}
