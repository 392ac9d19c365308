package validate

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/document"
	"github.com/ecslocal/ecslocal/emulator/fix"
	"github.com/ecslocal/ecslocal/emulator/taskdef"
)

// TestPatchesMakeItBetter applies the patches of every case, and of mistakes in types: fewer findings must remain, and no new ones.
func TestPatchesMakeItBetter(t *testing.T) {
	t.Parallel()
	sources := map[string][]byte{"types": []byte(`{"revision": 3, "family": "f", "cpu": 256, "memory": 512, "taskRoleArn": null, "containerDefinitions": [{"name": "a", "image": "b:1",
		"essential": "true", "memory": "64", "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "g", "awslogs-region": "eu-west-1", "awslogs-create-group": true}}}]}`)}
	opts := map[string]Options{}
	for _, c := range readCases(t) {
		sources[c.name], opts[c.name] = appendJSON(nil, c.def.Source), c.opts
	}
	patched := 0
	for name, source := range sources {
		before, root := findingsOf(t, name, source, opts[name])
		var patches []diag.Patch
		for _, f := range before {
			if f.Patch != nil {
				patches = append(patches, *f.Patch)
			}
		}
		if len(patches) == 0 {
			continue
		}
		patched++
		fixed, _ := fix.Apply(source, root, patches)
		after, _ := findingsOf(t, name, fixed, opts[name])
		if len(after) >= len(before) {
			t.Errorf("%s: %d findings before, %d after\n%s", name, len(before), len(after), fixed)
		}
		told := map[string]bool{}
		for _, f := range before {
			told[f.Rule] = true
		}
		for _, f := range after {
			if !told[f.Rule] {
				t.Errorf("%s: the patches bring %v", name, f)
			}
		}
	}
	if patched < 10 {
		t.Errorf("only %d cases have patches", patched)
	}
}

func findingsOf(t *testing.T, name string, source []byte, opts Options) ([]diag.Finding, *document.Node) {
	t.Helper()
	root, findings := document.ParseJSON(name, source)
	if root == nil {
		t.Fatalf("%s: %v\n%s", name, findings, source)
	}
	def, more := taskdef.Decode(root)
	return append(append(findings, more...), Check(def, opts)...), root
}

// appendJSON writes a tree as JSON: only JSON files are patched.
func appendJSON(b []byte, n *document.Node) []byte {
	switch n.Kind {
	case document.Object:
		var members []string
		for _, m := range n.Members {
			members = append(members, fmt.Sprintf("%q: %s", m.Name, appendJSON(nil, m.Value)))
		}
		return fmt.Appendf(b, "{%s}", strings.Join(members, ", "))
	case document.Array:
		var items []string
		for _, item := range n.Items {
			items = append(items, string(appendJSON(nil, item)))
		}
		return fmt.Appendf(b, "[%s]", strings.Join(items, ",\n"))
	case document.Null:
		return append(b, "null"...)
	case document.String:
		quoted, err := json.Marshal(n.Text)
		if err != nil {
			panic(err)
		}
		return append(b, quoted...)
	}
	return append(b, n.Text...)
}
