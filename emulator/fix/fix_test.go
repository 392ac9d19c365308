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
		"add several":          {`{"a": {}, "b": {"c": 1}}`, []diag.Patch{{Path: "/a/b", Value: "2"}, {Path: "/a/c", Value: "3"}, {Path: "/b/c"}, {Path: "/b/d", Value: "4"}}, `{"a": {"b": 2, "c": 3}, "b": {"d": 4}}`},
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

func TestApplyYAML(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		source  string
		patches []diag.Patch
		want    string
	}{
		"replace":               {"a: true # why\nb: 1\n", []diag.Patch{{Path: "/a", Value: `"true"`}}, "a: \"true\" # why\nb: 1\n"},
		"replace in a list":     {"a:\n  - x: 256 # one\n    y: 2\n", []diag.Patch{{Path: "/a/0/x", Value: `"256"`}}, "a:\n  - x: \"256\" # one\n    y: 2\n"},
		"replace an item":       {"a: [CMD, 'it''s, so']\n", []diag.Patch{{Path: "/a/1", Value: `"x"`}}, "a: [CMD, \"x\"]\n"},
		"replace flow":          {"a: [CMD, \"b]\"] # c\n", []diag.Patch{{Path: "/a", Value: `["CMD-SHELL","b"]`}}, "a: [\"CMD-SHELL\",\"b\"] # c\n"},
		"replace block":         {"a:\n- CMD # c\n- b\nd: 1\n", []diag.Patch{{Path: "/a", Value: `["CMD-SHELL","b"]`}}, "a:\n- \"CMD-SHELL\" # c\n- b\nd: 1\n"},
		"replace with comments": {"a: # why\n  # one\n  - CMD-SHELL\n  # two\n  - 'x' # three\n  # four\nb: [a,\n  # five\n  b]\n", []diag.Patch{{Path: "/a", Value: `["CMD-SHELL","y"]`}, {Path: "/b", Value: `["c"]`}}, "a: # why\n  # one\n  - CMD-SHELL\n  # two\n  - \"y\" # three\n  # four\nb: [\"c\"]\n"},
		"replace nothing":       {"a:\nb: 1\n", []diag.Patch{{Path: "/a", Value: `"x"`}}, "a: \"x\"\nb: 1\n"},
		"remove":                {"# top\na: 1\nb: null # gone too\nc: 3\n", []diag.Patch{{Path: "/b"}}, "# top\na: 1\nc: 3\n"},
		"remove the last":       {"a: 1\nb:\n  c: null", []diag.Patch{{Path: "/b"}}, "a: 1\n"},
		"remove after a dash":   {"- a: null\n  b: 2\n", []diag.Patch{{Path: "/0/a"}}, "- b: 2\n"},
		"remove an item":        {"a:\n  - 1\n  - 2\n", []diag.Patch{{Path: "/a/0"}}, "a:\n  - 2\n"},
		"remove items":          {"a:\n  - 0\n  - 1\n  - x: 2\n  - 3\n", []diag.Patch{{Path: "/a/0"}, {Path: "/a/1"}, {Path: "/a/2/x", Value: "7"}}, "a:\n  - x: 7\n  - 3\n"},
		"remove in flow":        {"a: {b: 1, c: null}\nd: {b: null, c: 1}\n", []diag.Patch{{Path: "/a/c"}, {Path: "/d/b"}}, "a: {b: 1}\nd: {c: 1}\n"},
		"remove all":            {"a:\n  b: null\n", []diag.Patch{{Path: "/a/b"}}, "a:\n  b: null\n"},
		"add":                   {"x:\n  a: 1 # c\n  b: [2]\ny: 1\n", []diag.Patch{{Path: "/x/c", Value: "3"}}, "x:\n  a: 1 # c\n  b: [2]\n  c: 3\ny: 1\n"},
		"add in flow":           {"x: {a: 1}\n", []diag.Patch{{Path: "/x/c", Value: "3"}}, "x: {a: 1, \"c\": 3}\n"},
		"several":               {"a: null\nb: true\nc: é: no\n", nil, "a: null\nb: true\nc: é: no\n"},
		"not ASCII":             {"a: {ö: ü, b: true}\n", []diag.Patch{{Path: "/a/b", Value: `"true"`}}, "a: {ö: ü, b: \"true\"}\n"},
		"an alias":              {"a: &x [1]\nb: *x\n", []diag.Patch{{Path: "/b", Value: "2"}, {Path: "/b/0", Value: "2"}, {Path: "/a", Value: "3"}}, "a: &x [1]\nb: *x\n"},
		"a block scalar":        {"a: |\n  text\nb: 1\n", []diag.Patch{{Path: "/a", Value: "2"}, {Path: "/b", Value: "3"}}, "a: 2\nb: 3\n"},
		"a block scalar last":   {"a:\n  - CMD\n  - |\n    x \\\n     || y\n\n  # c\nb: 1\n", []diag.Patch{{Path: "/a/1", Value: `"z"`}}, "a:\n  - CMD\n  - \"z\"\n\n  # c\nb: 1\n"},
		"a list with a block":   {"x:\n  a:\n  - CMD\n  - >-\n    x\n    y\n  b: 1\n", []diag.Patch{{Path: "/x/a", Value: `["z"]`}}, "x:\n  a: [\"z\"]\n  b: 1\n"},
		"plain on two lines":    {"a: x\n  || y\nb: 1\n", []diag.Patch{{Path: "/a", Value: `"z"`}}, "a: \"z\"\nb: 1\n"},
		"quoted on two lines":   {"a: [\"x\n  y\", 'it''s\n  so']\nb: 1\n", []diag.Patch{{Path: "/a", Value: `["z"]`}}, "a: [\"z\"]\nb: 1\n"},
		"a BOM and CRLF":        {"\ufeffa: 1\r\nb: null\r\nc: 2\r\n", []diag.Patch{{Path: "/a", Value: "2"}, {Path: "/b"}}, "\ufeffa: 2\r\nc: 2\r\n"},
	} {
		root, _ := document.ParseYAML(name, []byte(c.source))
		if root == nil {
			root = &document.Node{}
		}
		fixed, _ := Apply([]byte(c.source), root, c.patches)
		if string(fixed) != c.want {
			t.Errorf("%s: got\n%s\nwant\n%s", name, fixed, c.want)
		}
	}
}

// TestInFile turns patches of a resolved tree into those of its file.
func TestInFile(t *testing.T) {
	t.Parallel()
	const template = "R:\n  Name: web\n  Check:\n    Command: [CMD, x]\n    Timeout: !Ref T\n    Retries: \"3\"\n    Limit: !Sub \"7\"\n  Other: {Ref: P}\n"
	file, _ := document.ParseYAML("", []byte(template))
	read := file.At("/R")
	resolved := &document.Node{Kind: document.Object, Pos: read.Pos, Members: []document.Member{{Name: "name", Value: read.Member("Name")}, {Name: "check", Value: &document.Node{
		Kind: document.Object, Pos: file.At("/R/Check").Pos, Members: []document.Member{
			{Name: "command", Value: file.At("/R/Check/Command")},
			{Name: "timeout", Value: &document.Node{Kind: document.Number, Text: "5", Pos: file.At("/R/Check/Timeout").Pos}},
			{Name: "limit", Value: &document.Node{Kind: document.String, Text: "7", Pos: file.At("/R/Check/Limit").Pos}},
			{Name: "retries", Value: &document.Node{Kind: document.Number, Text: "3", Pos: file.At("/R/Check/Retries").Pos}}}}},
		{Name: "other", Value: &document.Node{Kind: document.Object, Pos: file.At("/R/Other").Pos}}}}
	for _, c := range []struct{ patch, want diag.Patch }{
		{diag.Patch{Path: "/check/command", Value: `["y"]`}, diag.Patch{Path: "/R/Check/Command", Value: `["y"]`}},
		{diag.Patch{Path: "/check/command/1", Value: `"y"`}, diag.Patch{Path: "/R/Check/Command/1", Value: `"y"`}},
		{diag.Patch{Path: "/check/retries", Value: "4"}, diag.Patch{Path: "/R/Check/Retries", Value: "4"}},
		{diag.Patch{Path: "/check/interval", Value: "4"}, diag.Patch{Path: "/R/Check/Interval", Value: "4"}},
		{diag.Patch{Path: "/healthCheck", Value: `{"command": ["CMD", "a"], "interval": 5}`}, diag.Patch{Path: "/R/HealthCheck", Value: `{"Command": ["CMD", "a"], "Interval": 5}`}},
		{diag.Patch{Path: "/check/timeout", Value: "4"}, diag.Patch{}}, // a function
		{diag.Patch{Path: "/check/limit", Value: "4"}, diag.Patch{}},   // one that gives what it says
		{diag.Patch{Path: "/other/x", Value: "4"}, diag.Patch{}},
		{diag.Patch{Path: "/nowhere/x", Value: "4"}, diag.Patch{}},
		{diag.Patch{Path: "/nowhere"}, diag.Patch{}},
		{diag.Patch{}, diag.Patch{}},
	} {
		if got := InFile(file, resolved, []diag.Patch{c.patch}); got[0] != c.want {
			t.Errorf("%v: got %v, want %v", c.patch, got[0], c.want)
		}
	}
}

// FuzzApplyYAML: a file that was changed reads as one with the changes, and nothing else.
func FuzzApplyYAML(f *testing.F) {
	f.Add("a: [1, {b: null}]\nc: {}\nd: e\n", "/a/1/b /c /d /a/0 /n", true)
	f.Add("- a: |\n    x\n  b: &x 1\n- *x\n", "/0/a /0/b /1", false)
	f.Fuzz(func(t *testing.T, source, paths string, remove bool) {
		root, findings := document.ParseYAML("f", []byte(source))
		if root == nil || len(findings) > 0 || len(source) > 1000 {
			return
		}
		for path := range strings.FieldsSeq(paths) {
			patch := diag.Patch{Path: "/" + strings.TrimPrefix(path, "/"), Value: `"7"`}
			if remove {
				patch.Value = ""
			}
			fixed, made := Apply([]byte(source), root, []diag.Patch{patch})
			after, _ := document.ParseYAML("f", fixed)
			switch at := after.At(patch.Path); {
			case !made[0]:
				if string(fixed) != source {
					t.Errorf("%v is not made of\n%s\nand gives\n%s", patch, source, fixed)
				}
			case remove:
			case at == nil || at.Kind != document.String || at.Text != "7":
				t.Errorf("%v of\n%s\ngives\n%s", patch, source, fixed)
			}
		}
	})
}

// FuzzApply: what was JSON stays JSON, whatever is taken out.
func FuzzApply(f *testing.F) {
	f.Add(`{"a": [1, {"b": null}], "c": {}, "d": "e"}`, "/a/1/b /c /d /a/0", true)
	f.Add("{ // c\n\"a\": 1,\n\"b\": 2, }", "/b /a", false)
	f.Add("{}", "/a /b", false)
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
			if remove != (len(patches)%2 > 0) { // both kinds
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
