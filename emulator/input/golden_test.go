package input

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/document"
	"github.com/ecslocal/ecslocal/emulator/taskdef"
	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "rewrite the wanted parts of testdata/*.txtar")

// TestGolden reads the first file of each archive with the options of its comment, and compares everything that comes out:
// each value with its place, whether it is unknown, each finding, and what the strict decoder then says.
func TestGolden(t *testing.T) {
	t.Parallel()
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatalf("find archives: %v", err)
	}
	for _, name := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			opts := goldenOptions(t, string(archive.Comment))
			found, findings := Read(archive.Files[0].Name, archive.Files[0].Data, opts)
			got := render(found, findings)
			if *update {
				archive.Files = append(archive.Files[:1], txtar.File{Name: "want", Data: []byte(got)})
				if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(string(archive.Files[1].Data), got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// goldenOptions reads lines such as "param Name=value", "env NAME=value", "from cloudformation"; other lines are remarks.
func goldenOptions(t *testing.T, comment string) Options {
	opts := Options{Params: map[string]string{}}
	env := map[string]string{}
	for line := range strings.Lines(comment) {
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		name, value, _ := strings.Cut(rest, "=")
		switch word {
		case "param":
			opts.Params[name] = value
		case "env":
			env[name] = value
		case "env-subst":
			opts.EnvSubst = true
		case "from":
			opts.From = Format(rest)
		case "resource":
			opts.Resource = rest
		case "region":
			opts.Region = rest
		case "account":
			opts.Account = rest
		case "#", "":
		default:
			t.Fatalf("unknown line in the comment: %s", line)
		}
	}
	opts.Env = func(name string) (string, bool) {
		value, ok := env[name]
		return value, ok
	}
	return opts
}

func render(found []Found, findings []diag.Finding) string {
	var b strings.Builder
	renderFindings(&b, findings)
	for _, f := range found {
		fmt.Fprintf(&b, "= %s %s\n", f.Format, f.Name)
		renderFindings(&b, f.Notes)
		renderNode(&b, f.Root, "")
		_, more := taskdef.Decode(f.Root)
		for _, finding := range more {
			fmt.Fprintf(&b, "decode %d:%d %s %s: %s\n", finding.Line, finding.Column, finding.Severity, finding.Rule, finding.Message)
		}
	}
	return b.String()
}

func renderFindings(b *strings.Builder, findings []diag.Finding) {
	for _, f := range findings {
		fmt.Fprintf(b, "%d:%d %s %s: %s", f.Line, f.Column, f.Severity, f.Rule, f.Message)
		if f.Fix != "" {
			fmt.Fprintf(b, " | %s", f.Fix)
		}
		if f.AWS != "" {
			fmt.Fprintf(b, " | AWS: %s", f.AWS)
		}
		b.WriteByte('\n')
	}
}

func renderNode(b *strings.Builder, n *document.Node, path string) {
	value := map[document.Kind]string{document.Object: "{}", document.Array: "[]", document.Null: "null"}[n.Kind]
	switch n.Kind {
	case document.String:
		value = fmt.Sprintf("%q", n.Text)
	case document.Number, document.Bool:
		value = n.Text
	}
	if n.Kind != document.Object && n.Kind != document.Array || n.Unknown != "" || len(n.Members)+len(n.Items) == 0 {
		fmt.Fprintf(b, "%d:%d %s %s", n.Pos.Line, n.Pos.Column, path, value)
		if n.Unknown != "" {
			fmt.Fprintf(b, " unknown: %s", n.Unknown)
		}
		b.WriteByte('\n')
	}
	for _, m := range n.Members {
		renderNode(b, m.Value, diag.Pointer(path, m.Name))
	}
	for i, item := range n.Items {
		renderNode(b, item, diag.Pointer(path, i))
	}
}
