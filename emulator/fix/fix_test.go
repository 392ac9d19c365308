package fix

import (
	"strings"
	"testing"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/document"
)

func TestApply(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		source  string
		patches []diag.Patch
		want    string
	}{
		"replace":              {`{"a": true, "b": 1}`, []diag.Patch{{Path: "/a", Value: `"true"`}}, `{"a": "true", "b": 1}`},
		"remove first":         {"{\n  \"a\": null,\n  \"b\": 1\n}", []diag.Patch{{Path: "/a"}}, "{\n  \"b\": 1\n}"},
		"remove last":          {"{\n  \"a\": 1,\n  \"b\": null\n}", []diag.Patch{{Path: "/b"}}, "{\n  \"a\": 1\n}"},
		"remove middle, last":  {`{"a": 1, "b": 2, "c": 3}`, []diag.Patch{{Path: "/c"}, {Path: "/b"}}, `{"a": 1}`},
		"remove first, last":   {`{"a": 1, "b": 2, "c": 3}`, []diag.Patch{{Path: "/a"}, {Path: "/c"}}, `{"b": 2}`},
		"remove all":           {`{"a": 1, "b": 2}`, []diag.Patch{{Path: "/a"}, {Path: "/b"}}, `{}`},
		"remove an item":       {`{"a": [1, 2, 3]}`, []diag.Patch{{Path: "/a/1"}}, `{"a": [1, 3]}`},
		"comments stay":        {"{ // one\n \"a\": 1, // two\n \"b\": null\n}", []diag.Patch{{Path: "/a", Value: "2"}}, "{ // one\n \"a\": 2, // two\n \"b\": null\n}"},
		"add":                  {"{\n  \"a\": 1\n}", []diag.Patch{{Path: "/b", Value: "2"}}, "{\n  \"a\": 1,\n  \"b\": 2\n}"},
		"add to nothing":       {`{"a": {}}`, []diag.Patch{{Path: "/a/b", Value: "2"}}, `{"a": {"b": 2}}`},
		"inside what is taken": {`{"a": {"b": 1}, "c": 2}`, []diag.Patch{{Path: "/a/b", Value: "3"}, {Path: "/a"}}, `{"c": 2}`},
		"twice":                {`{"a": 1}`, []diag.Patch{{Path: "/a", Value: "2"}, {Path: "/a", Value: "3"}}, `{"a": 2}`},
		"escaped":              {`{"a/b": {"c~d": 1}}`, []diag.Patch{{Path: "/a~1b/c~0d", Value: "2"}}, `{"a/b": {"c~d": 2}}`},
		"not there":            {`{"a": 1}`, []diag.Patch{{Path: "/b"}, {Path: "/x/y", Value: "1"}}, `{"a": 1}`},
		"BOM":                  {"\ufeff{\"a\": 1}", []diag.Patch{{Path: "/a", Value: "2"}}, "\ufeff{\"a\": 2}"},
	} {
		root, _ := document.ParseJSON(name, []byte(c.source))
		fixed, _ := Apply([]byte(c.source), root, c.patches)
		if string(fixed) != c.want {
			t.Errorf("%s: got\n%s\nwant\n%s", name, fixed, c.want)
		}
	}
}

func TestMade(t *testing.T) {
	t.Parallel()
	root, _ := document.ParseYAML("f", []byte("a: 1\n"))
	if fixed, made := Apply([]byte("a: 1\n"), root, []diag.Patch{{Path: "/a", Value: "2"}}); made[0] || string(fixed) != "a: 1\n" {
		t.Errorf("a YAML file was edited: %s", fixed)
	}
}

// FuzzApply: what was JSON stays JSON, whatever is taken out.
func FuzzApply(f *testing.F) {
	f.Add(`{"a": [1, {"b": null}], "c": {}, "d": "e"}`, "/a/1/b /c /d /a/0", true)
	f.Add("{ // c\n\"a\": 1,\n\"b\": 2, }", "/b /a", false)
	f.Fuzz(func(t *testing.T, source, paths string, remove bool) {
		root, findings := document.ParseJSON("f", []byte(source))
		if root == nil || len(findings) > 0 {
			return
		}
		var patches []diag.Patch
		for path := range strings.FieldsSeq(paths) {
			if !strings.HasPrefix(path, "/") {
				path = "/" + path
			}
			patch := diag.Patch{Path: path, Value: "7"}
			if remove {
				patch.Value = ""
			}
			patches = append(patches, patch)
		}
		fixed, _ := Apply([]byte(source), root, patches)
		if again, findings := document.ParseJSON("f", fixed); again == nil || len(findings) > 0 {
			t.Errorf("%v of\n%s\ngives\n%s\n%v", patches, source, fixed, findings)
		}
	})
}
