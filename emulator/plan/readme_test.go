package plan

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestReadme compares the README's table of fields with Fields.
func TestReadme(t *testing.T) {
	t.Parallel()
	const path, begin, end = "../../README.md", "-update -->\n", "<!-- /fields -->"
	readme, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(readme), begin)
	table, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatal("the README has no place for the table of fields")
	}
	want := fieldTable()
	if *update {
		if err := os.WriteFile(path, []byte(before+begin+want+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, table); diff != "" {
		t.Errorf("the README's table is not that of Fields (go test ./emulator/plan -run TestReadme -update):\n%s", diff)
	}
}

// fieldTable is Fields for people: what stands for all below it says so.
func fieldTable() string {
	var b strings.Builder
	b.WriteString("| field | here | difference |\n|---|---|---|\n")
	for _, f := range Fields {
		name := f.Name
		if name == "containerDefinitions[]" {
			name = "containerDefinitions[], all members but those below"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", name, f.Treatment, f.Difference)
	}
	return b.String()
}
