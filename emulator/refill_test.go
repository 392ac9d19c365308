package emulator

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecslocal/ecslocal/emulator/dockerengine"
	"github.com/ecslocal/ecslocal/secrets"
)

// TestHideEntries cuts a secret where an engine's log driver cuts long lines, with lines of the other stream between the pieces.
func TestHideEntries(t *testing.T) {
	t.Parallel()
	redactor := secrets.NewRedactor(secrets.NewValue("battery-staple"))
	hide := func(text []byte) []byte { return []byte(redactor.String(string(text))) }
	long := strings.Repeat("x", 16<<10-7) + "battery"
	got := hideEntries([]dockerengine.Entry{
		{Text: []byte("battery-staple\n")}, {Text: []byte(long)}, {Stderr: true, Text: []byte("error battery")}, {Text: []byte("-staple|")}, {Stderr: true, Text: []byte("-low\n")},
		{Text: []byte("battery-staple\n")}, {Stderr: true, Text: []byte("x battery-staple\n")}, {Text: []byte("no end battery-staple")},
	}, hide)
	var texts []string
	for _, e := range got {
		texts = append(texts, string(e.Text))
	}
	want := []string{"***\n", strings.Repeat("x", 16<<10-7) + "***|***\n", "error battery-low\n", "x ***\n", "no end ***"}
	if diff := cmp.Diff(want, texts); diff != "" {
		t.Error(diff)
	}
}
