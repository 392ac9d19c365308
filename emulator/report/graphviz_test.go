package report_test

import (
	"bytes"
	"encoding/xml"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/ecslocal/ecslocal/emulator/report"
	"github.com/ecslocal/ecslocal/emulator/report/reporttest"
)

// TestGraphvizReadsDiagrams wants Graphviz to draw boxes and arrows with the texts that were meant, and no others.
func TestGraphvizReadsDiagrams(t *testing.T) {
	t.Parallel()
	dot, err := exec.LookPath("dot")
	if err != nil {
		t.Fatal("needs dot of Debian's graphviz")
	}
	odd := &report.Recorded{Family: `a "b" [c]`, LaunchType: "EC2", NetworkMode: "bridge", Containers: []report.Container{
		{Name: `back\nslash\`, Image: "&lt;b&gt; é 😀 日本", Essential: true, Ports: []report.Port{{Container: "80/tcp}", Host: `{"x"|y}`}}},
		{Name: `"]; x -> y [label="`, Image: "<b>bold</b>;#//", DependsOn: []report.Dependency{{Container: `back\nslash\`, Condition: `"START" -> \G`}}}}}
	texts := drawnBy(t, dot, odd)
	for _, want := range []string{`a "b" [c]:0, EC2, bridge: an address each`, `back\nslash\`, "&lt;b&gt; é 😀 日本", "80/tcp}", `{"x"|y}`, `"]; x -> y [label="`, "<b>bold</b>;#//",
		"not essential", `"START" -> \G`} {
		i := slices.Index(texts, want)
		if i < 0 {
			t.Errorf("%q is not in the picture", want)
			continue
		}
		texts = slices.Delete(texts, i, i+1)
	}
	if len(texts) > 0 {
		t.Errorf("more is in the picture: %q", texts)
	}
	drawnBy(t, dot, &reporttest.Hostile(t).Recorded)
	for _, name := range reporttest.Names() {
		drawnBy(t, dot, &reporttest.Load(t, name).Recorded)
	}
}

// drawnBy are the texts of the picture that Graphviz makes of a diagram, which it must not complain about.
func drawnBy(t *testing.T, dot string, r *report.Recorded) []string {
	t.Helper()
	var diagram, complaints bytes.Buffer
	if err := report.Dot(&diagram, r); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(dot, "-Tsvg")
	cmd.Stdin, cmd.Stderr = strings.NewReader(diagram.String()), &complaints
	picture, err := cmd.Output()
	if err != nil || complaints.Len() > 0 {
		t.Fatalf("dot: %v\n%s\n%s", err, &complaints, &diagram)
	}
	var texts []string
	for d := xml.NewDecoder(bytes.NewReader(picture)); ; {
		token, err := d.Token()
		if token == nil {
			return texts
		}
		if start, ok := token.(xml.StartElement); ok && start.Name.Local == "text" {
			var text string
			if err = d.DecodeElement(&text, &start); err == nil {
				texts = append(texts, strings.ReplaceAll(text, "\u00a0", " "))
			}
		}
		if err != nil {
			t.Fatalf("read the picture: %v", err)
		}
	}
}
