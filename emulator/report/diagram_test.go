package report_test

import (
	"bytes"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/ecslocal/ecslocal/emulator/report"
	"github.com/ecslocal/ecslocal/emulator/report/reporttest"
	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

func drawn(t *testing.T, r *report.Recorded) *txtar.Archive {
	t.Helper()
	var mermaid, dot bytes.Buffer
	if err := report.Mermaid(&mermaid, r); err != nil {
		t.Fatal(err)
	}
	if err := report.Dot(&dot, r); err != nil {
		t.Fatal(err)
	}
	return &txtar.Archive{Files: []txtar.File{{Name: "mermaid", Data: mermaid.Bytes()}, {Name: "dot", Data: dot.Bytes()}}}
}

func TestDiagrams(t *testing.T) {
	t.Parallel()
	for _, name := range reporttest.Names() {
		got := drawn(t, &reporttest.Load(t, name).Recorded)
		path := "testdata/diagrams/" + name + ".txtar"
		if *report.Update {
			if err := os.WriteFile(path, txtar.Format(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(txtar.Format(got))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestHostileDiagrams: no text ends its label, or is anything but text.
func TestHostileDiagrams(t *testing.T) {
	t.Parallel()
	got := drawn(t, &reporttest.Hostile(t).Recorded)
	mermaidLine := regexp.MustCompile(`^(flowchart LR|  subgraph task\["[^"]*"\]|    c\d(\[|\(\[)"([^"<]|<br/>)*"(\]|\]\))|  end|  c\d -->\|"[^"<]*"\| c\d|  p\d\{\{"[^"<]*"\}\} -\.->\|"[^"<]*"\| c\d)$`)
	for line := range strings.Lines(string(got.Files[0].Data)) {
		if !mermaidLine.MatchString(strings.TrimSuffix(line, "\n")) || strings.Contains(line, "%%") || strings.Contains(line, "`") || strings.Contains(line, "style") {
			t.Errorf("mermaid: %s", line)
		}
	}
	quoted := regexp.MustCompile(`"(\\.|[^"\\])*"`)
	for line := range strings.Lines(string(got.Files[1].Data)) {
		if rest := quoted.ReplaceAllString(strings.TrimSuffix(line, "\n"), ""); !regexp.MustCompile(`^[a-z0-9_ =\[\],;{}>A-Z-]*$`).MatchString(rest) {
			t.Errorf("dot: %s\n%s", rest, line)
		}
	}
	back := &report.Recorded{Containers: []report.Container{{Name: `a\nb\`, Image: "&lt;", Essential: true}}}
	if text := string(drawn(t, back).Files[1].Data); !strings.Contains(text, `c0 [label="a\\nb\\\n&amp;lt;"];`) {
		t.Errorf("dot: %s", text)
	}
}
