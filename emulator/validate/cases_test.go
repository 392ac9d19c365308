package validate

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/document"
	"github.com/ecslocal/ecslocal/emulator/taskdef"
	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "rewrite the .want files of testdata")

// ruleCase is one definition and what is found in it. Its name starts with the identifier of the rule that it is about.
//
// In testdata, NAME.yaml is the definition, with "# launchType: …", "# platformVersion: …" and "# overrides: …" (flow YAML) in
// its head where needed, and BIG for a text of 80000 bytes;
// NAME.want are the findings of the rule, with the errors of all other rules beside it.
type ruleCase struct {
	name string
	def  *taskdef.Definition
	opts Options
	want string
}

func TestCases(t *testing.T) {
	t.Parallel()
	for _, c := range readCases(t) {
		if diff := cmp.Diff(c.want, c.findings(rules)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// TestEveryRowHasACase takes each row out of the table in turn: some case must notice.
func TestEveryRowHasACase(t *testing.T) {
	t.Parallel()
	cases := readCases(t)
	for i, row := range rules {
		without := slices.Delete(slices.Clone(rules), i, i+1)
		if !slices.ContainsFunc(cases, func(c ruleCase) bool { return c.ruleID() == row.ID && c.findings(without) != c.want }) {
			t.Errorf("no case fails without the rule %s: %s", row.ID, row.Message)
		}
	}
}

func (c ruleCase) ruleID() string { return c.name[:min(7, len(c.name))] }

func (c ruleCase) findings(rules []Rule) string {
	var b strings.Builder
	for _, f := range apply(rules, c.def, c.opts) {
		if f.Rule != c.ruleID() && f.Severity != diag.Error {
			continue
		}
		fmt.Fprintf(&b, "%d:%d %s %s %s\n\t%s\n", f.Line, f.Column, f.Severity, f.Rule, f.Path, f.Message)
		if f.AWS != "" {
			fmt.Fprintf(&b, "\taws: %s\n", f.AWS)
		}
		if f.Fix != "" {
			fmt.Fprintf(&b, "\tfix: %s\n", f.Fix)
		}
		if f.Patch != nil {
			fmt.Fprintf(&b, "\tpatch: %s %s\n", f.Patch.Path, f.Patch.Value)
		}
	}
	return b.String()
}

func readCases(t *testing.T) []ruleCase {
	t.Helper()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	var cases []ruleCase
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		read := archiveCases(t, archive)
		if *update {
			rewrite(t, file, archive, read)
		}
		cases = append(cases, read...)
	}
	return cases
}

func archiveCases(t *testing.T, archive *txtar.Archive) []ruleCase {
	t.Helper()
	var cases []ruleCase
	for _, f := range archive.Files {
		name, isCase := strings.CutSuffix(f.Name, ".yaml")
		if !isCase {
			continue
		}
		def, findings := taskdef.Load(f.Name, bytes.ReplaceAll(f.Data, []byte("BIG"), bytes.Repeat([]byte("big "), 20_000)))
		if def == nil {
			t.Fatalf("%s: %v", f.Name, findings)
		}
		c := ruleCase{name: name, def: def, opts: caseOptions(t, f.Data)}
		for _, want := range archive.Files {
			if want.Name == name+".want" {
				c.want = string(want.Data)
			}
		}
		cases = append(cases, c)
	}
	return cases
}

func caseOptions(t *testing.T, data []byte) Options {
	t.Helper()
	var opts Options
	for line := range strings.Lines(string(data)) {
		key, value, _ := strings.Cut(strings.TrimSpace(strings.TrimPrefix(line, "#")), ": ")
		switch {
		case !strings.HasPrefix(line, "#"):
			return opts
		case key == "launchType":
			opts.LaunchType = value
		case key == "platformVersion":
			opts.PlatformVersion = value
		case key == "region":
			opts.Region = value
		case key == "overrides":
			root, _ := document.ParseYAML("overrides", []byte(value))
			opts.Overrides, _ = taskdef.DecodeOverrides(root)
		}
	}
	return opts
}

// rewrite stores what is found now; read the difference before you commit it.
func rewrite(t *testing.T, file string, archive *txtar.Archive, cases []ruleCase) {
	t.Helper()
	files := archive.Files
	archive.Files = nil
	for _, f := range files {
		name, isCase := strings.CutSuffix(f.Name, ".yaml")
		if !isCase {
			continue
		}
		archive.Files = append(archive.Files, f)
		for i := range cases {
			if cases[i].name == name {
				cases[i].want = cases[i].findings(rules)
				archive.Files = append(archive.Files, txtar.File{Name: name + ".want", Data: []byte(cases[i].want)})
			}
		}
	}
	old, _ := os.ReadFile(file)
	if data := txtar.Format(archive); !bytes.Equal(old, data) {
		if err := os.WriteFile(file, data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
}
