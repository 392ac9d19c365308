package validate

import (
	"os"
	"strings"
	"testing"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/document"
	"github.com/ecslocal/ecslocal/emulator/taskdef"
)

// numbers says how many rules each subject of the catalogue has.
var numbers = map[string]int{"DOC": 13, "TYP": 13, "TSK": 26, "SIZ": 15, "CNT": 24, "NET": 26, "HLT": 12, "DEP": 9, "TMO": 5, "RST": 4,
	"ENV": 14, "LOG": 15, "FLN": 8, "VOL": 17, "LNX": 10, "ULM": 3, "SYS": 3, "RUN": 8, "CFN": 2}

// TestEveryRuleIsInATable compares the tables and the list of rules that are not decided here with the whole catalogue.
func TestEveryRuleIsInATable(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, r := range Rules() {
		known[r.ID] = true
	}
	data, err := os.ReadFile("testdata/elsewhere.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		id, reason, _ := strings.Cut(strings.TrimSpace(line), " ")
		if known[id] || reason == "" {
			t.Errorf("testdata/elsewhere.txt: %s is in a table, is given twice or has no reason", id)
		}
		known[id] = true
	}
	for subject, n := range numbers {
		for i := 1; i <= n; i++ {
			id := subject + "-" + string([]byte{'0' + byte(i/100), '0' + byte(i/10%10), '0' + byte(i%10)})
			if !known[id] {
				t.Errorf("%s is nowhere", id)
			}
			delete(known, id)
		}
	}
	for id := range known {
		t.Errorf("%s is not in the catalogue", id)
	}
}

func TestRowsAreComplete(t *testing.T) {
	t.Parallel()
	for _, r := range Rules() {
		if r.ID == "" || r.Message == "" || r.Source == "" || r.check == nil || r.Severity != diag.Info && r.Fix == "" {
			t.Errorf("a row lacks something: %+v", r)
		}
	}
}

// TestEveryEnumerationIsChecked writes nonsense into every enumeration of the API.
func TestEveryEnumerationIsChecked(t *testing.T) {
	t.Parallel()
	seen := 0
	walkShapes(func(shape string, m shape) {
		if m.enum == nil {
			return
		}
		seen++
		for _, value := range []string{"nonsense", strings.ToUpper(m.enum[0][:1]) + strings.ToLower(m.enum[0][1:]) + "X"} {
			def, pointer := nest(t, shape, value)
			if !reports(Check(def, Options{}), pointer, diag.Error) {
				t.Errorf("%s: nobody minds %q", shape, value)
			}
		}
	})
	if seen < 20 {
		t.Errorf("only %d enumerations were found", seen)
	}
}

func TestEveryRequiredMemberIsChecked(t *testing.T) {
	t.Parallel()
	seen := 0
	walkShapes(func(shape string, m shape) {
		parent := strings.TrimSuffix(shape, "."+m.name)
		if !m.required || parent == shape {
			return
		}
		seen++
		def, pointer := nest(t, parent, nil)
		if !reports(Check(def, Options{}), pointer+"/"+m.name, diag.Error) {
			t.Errorf("%s: nobody misses it", shape)
		}
	})
	if seen < 25 {
		t.Errorf("only %d required members were found", seen)
	}
}

func reports(findings []diag.Finding, path string, severity diag.Severity) bool {
	for _, f := range findings {
		if f.Path == path && f.Severity == severity {
			return true
		}
	}
	return false
}

// nest makes a definition that has one value only, at a shape's path such as a[].b; nil stands for an empty object.
func nest(t *testing.T, shape string, value any) (*taskdef.Definition, string) {
	t.Helper()
	text, _ := value.(string)
	inner := &document.Node{Kind: document.String, Text: text}
	if value == nil {
		inner = &document.Node{Kind: document.Object}
	}
	pointer := ""
	names := strings.Split(shape, ".")
	for i := len(names) - 1; i >= 0; i-- {
		name, isList := strings.CutSuffix(names[i], "[]")
		if isList {
			inner = &document.Node{Kind: document.Array, Items: []*document.Node{inner}}
			pointer = "/0" + pointer
		}
		inner = &document.Node{Kind: document.Object, Members: []document.Member{{Name: name, Value: inner}}}
		pointer = "/" + name + pointer
	}
	def, findings := taskdef.Decode(inner)
	if len(findings) > 0 {
		t.Fatalf("%s: %v", shape, findings)
	}
	return def, pointer
}
