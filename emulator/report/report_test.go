package report

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "rewrite testdata/findings.txtar")

const web = "{\r\n\t\"family\": \"wäb, 100%: yes\",\r\n  \"cpu\": 256,\r\n  \"ünï\": \"x😀\", \"z\": 77\r\n}\n"

var long = strings.Repeat("x", 300) + `"a \" b", ` + strings.Repeat("y", 300)

func at(file string, line, column int) diag.Position {
	return diag.Position{File: file, Line: line, Column: column}
}

var sample = []diag.Finding{
	{Rule: "TSK-002", Severity: diag.Error, Path: "/family", Position: at("dir/my web.json", 2, 12), Message: "family has a comma",
		AWS: "Family contains invalid characters.", Fix: "use letters, digits, - and _", Source: "a page"},
	{Rule: "TYP-002", Severity: diag.Error, Path: "/cpu", Position: at("dir/my web.json", 3, 10), Message: "cpu must be a string, not a number",
		AWS: "Invalid type for parameter cpu, value: 256, type: <class 'int'>", Patch: &diag.Patch{Path: "/cpu", Value: `"256"`}},
	{Rule: "TYP-002", Severity: diag.Error, Path: "/cpu", Position: at("dir/my web.json", 3, 10), Message: "cpu must be a string, not a number"},
	{Rule: "DOC-005", Severity: diag.Error, Path: "/z", Position: at("dir/my web.json", 4, 26), Message: "z is not a member here"},
	{Rule: "CNT-008", Severity: diag.Warning, Position: at("/abs/long.json", 1, 301), Message: "two\nlines\x1b[31m & <tags> \"quotes\""},
	{Rule: "INP-004", Severity: diag.Info, Position: diag.Position{File: "-"}, Message: "100%, of: all"},
	{Rule: "INP-008", Severity: diag.Info, Message: "no place at all"},
}

func sources(file string) []byte {
	switch file {
	case "dir/my web.json":
		return []byte(web)
	case "/abs/long.json":
		return []byte(long)
	}
	return nil
}

func render(t *testing.T, format Format, findings []diag.Finding) string {
	t.Helper()
	var b bytes.Buffer
	opts := Options{Source: sources, Files: []string{"dir/my web.json", "clean.json"}, Version: "1.2.3",
		Describe: func(rule string) string { return map[string]string{"TYP-002": "task cpu and memory are texts"}[rule] }}
	if err := Findings(&b, format, findings, opts); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestGolden(t *testing.T) {
	t.Parallel()
	const name = "testdata/findings.txtar"
	archive, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var got []txtar.File
	for _, format := range Formats() {
		got = append(got, txtar.File{Name: string(format), Data: []byte(render(t, format, sample))},
			txtar.File{Name: string(format) + " of nothing", Data: []byte(render(t, format, nil))})
	}
	if *update {
		archive.Files = got
		if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for i, file := range got {
		if i >= len(archive.Files) {
			t.Fatalf("%s is not in %s", file.Name, name)
		}
		if diff := cmp.Diff(string(archive.Files[i].Data), string(file.Data)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", file.Name, diff)
		}
	}
}

func TestExcerpt(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		line         string
		column       int
		text, marked string
	}{
		"text":         {`  "a": "b c",`, 8, `  "a": "b c",`, `"b c"`},
		"escape":       {`"a \" b", 1`, 1, `"a \" b", 1`, `"a \" b"`},
		"number":       {`cpu: 256`, 6, `cpu: 256`, `256`},
		"bracket":      {`[1]`, 1, `[1]`, `[`},
		"wide":         {`é: "ü"`, 5, `é: "ü"`, `"ü"`},
		"tab":          {"\tx: 1", 2, " x: 1", "x"},
		"past the end": {`abc`, 9, `abc`, ""},
		"no column":    {`abc`, 0, `abc`, "abc"},
		"escape codes": {"\x1b[2Ja", 5, "\ufffd[2Ja", "a"},
	} {
		text, mark := excerpt(c.line, c.column)
		runes := []rune(text + " ")
		start := strings.Count(mark, " ")
		marked := strings.TrimSpace(string(runes[start : start+strings.Count(mark, "^")]))
		if text != c.text || marked != c.marked {
			t.Errorf("%s: %q marks %q", name, text, marked)
		}
	}
	text, mark := excerpt(long, 301)
	if n := len([]rune(text)); n > excerptWidth+3 || !strings.Contains(text, `"a \" b"`) || []rune(text)[strings.Index(mark, "^")] != '"' {
		t.Errorf("a long line: %d characters: %s\n%s", n, text, mark)
	}
}

func TestColour(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := Findings(&b, Text, sample[:1], Options{Color: true}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "\x1b[31merror\x1b[0m") {
		t.Errorf("%q", b.String())
	}
	if plain := render(t, Text, sample); strings.Contains(plain, "\x1b") {
		t.Errorf("an escape code without asking: %q", plain)
	}
}

// TestGitHubCommandsAreOneLine: a finding must not be able to give the runner another command.
func TestGitHubCommandsAreOneLine(t *testing.T) {
	t.Parallel()
	got := render(t, GitHub, []diag.Finding{{Rule: "A,b:c", Severity: diag.Error, Position: at("x:y,z\n.json", 1, 2), Message: "a\r\n::set-env name=x::y%0A"}})
	want := "::error file=x%3Ay%2Cz%0A.json,line=1,col=2,title=A%2Cb%3Ac::a%0D%0A::set-env name=x::y%250A\n"
	if got != want {
		t.Errorf("got  %swant %s", got, want)
	}
}

func TestJSONReadsBack(t *testing.T) {
	t.Parallel()
	var got struct{ Findings []diag.Finding }
	if err := json.Unmarshal([]byte(render(t, JSON, sample)), &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sample, got.Findings); diff != "" {
		t.Error(diff)
	}
}

func TestJUnitCounts(t *testing.T) {
	t.Parallel()
	var got junitSuites
	if err := xml.Unmarshal([]byte(render(t, JUnit, sample)), &got); err != nil {
		t.Fatal(err)
	}
	tests, failures := 0, 0
	for _, suite := range got.Suites {
		n := 0
		for _, c := range suite.Cases {
			if c.Failure != nil {
				n++
			}
		}
		if suite.Tests != len(suite.Cases) || suite.Failures != n {
			t.Errorf("%s: %d tests and %d failures told, %d and %d there", suite.Name, suite.Tests, suite.Failures, len(suite.Cases), n)
		}
		tests, failures = tests+suite.Tests, failures+suite.Failures
	}
	if got.Tests != tests || got.Failures != failures || failures != 4 {
		t.Errorf("%d tests and %d failures told, %d and %d there", got.Tests, got.Failures, tests, failures)
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	if err := Findings(io.Discard, "html", nil, Options{}); err == nil || !strings.Contains(err.Error(), "sarif") {
		t.Errorf("an unknown format: %v", err)
	}
	for _, format := range Formats() {
		if err := Findings(broken{}, format, sample, Options{}); !errors.Is(err, errBroken) {
			t.Errorf("%s: %v", format, err)
		}
	}
}

var errBroken = errors.New("broken")

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errBroken }
