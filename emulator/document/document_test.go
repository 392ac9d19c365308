package document

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ecslocal/ecslocal/emulator/diag"
)

func TestPositions(t *testing.T) {
	t.Parallel()
	for name, file := range map[string]string{
		"json": "{\n  \"family\": \"a\\\"b\",\n  \"n\": [1, {\"x\": true}]\n}\n",
		"yaml": "# c\nfamily: 'a\"b'\nn: [1, {x: true}]\n",
	} {
		root, findings := Parse(name, []byte(file))
		if len(findings) > 0 {
			t.Fatalf("%s: %v", name, findings)
		}
		if got := root.Member("family").Text; got != `a"b` {
			t.Errorf("%s: family = %q", name, got)
		}
		want := map[string]string{"json": "json:3:18", "yaml": "yaml:3:12"}[name]
		if got := root.PosAt("/n/1/x").String(); got != want {
			t.Errorf("%s: x at %s, want %s", name, got, want)
		}
		if got, want := root.PosAt("/n/7/y").String(), root.At("/n").Pos.String(); got != want {
			t.Errorf("%s: a missing value is placed at %s, want its nearest ancestor %s", name, got, want)
		}
	}
}

func TestMistakesAreReadPast(t *testing.T) {
	t.Parallel()
	root, findings := Parse("f", []byte("\ufeff{ // note\n \"a\": [1, 2,],\n /* b */ \"b\": {\"c\": 1,},\n}"))
	if root == nil || root.At("/b/c").Text != "1" {
		t.Fatalf("not read past: %v", findings)
	}
	var got []string
	for _, f := range findings {
		got = append(got, fmt.Sprintf("%d:%d", f.Line, f.Column))
	}
	if want := "1:1 1:6 2:12 3:2 3:22 3:24"; strings.Join(got, " ") != want {
		t.Errorf("places: %v, want %s", got, want)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	bomb := "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
	for i := range 9 {
		bomb += fmt.Sprintf("%c: &%c [*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c]\n", 'b'+i, 'b'+i, 'a'+i, 'a'+i, 'a'+i, 'a'+i, 'a'+i, 'a'+i, 'a'+i, 'a'+i)
	}
	for name, c := range map[string]struct{ file, want string }{
		"empty":         {"", "the file is empty"},
		"empty yaml":    {"# nothing\n", "the file is empty"},
		"cut":           {`{"a": [1,`, "ends in the middle"},
		"missing comma": {"{\"a\": 1\n\"b\": 2}", "not JSON"},
		"two documents": {"{} {}", "more text after the end"},
		"deep":          {strings.Repeat("[", 5000), "nested more than"},
		"alias bomb":    {bomb, "more than 200000 values"},
		"large":         {strings.Repeat(" ", MaxBytes+1), "at most"},
		"bad yaml":      {"a: [", "neither JSON nor YAML"},
		"self alias":    {"a: &a\n  b: *a\n", "nested more than"},
	} {
		root, findings := Parse("f", []byte(c.file))
		if root != nil || len(diag.Errors(findings)) == 0 || !strings.Contains(findings[len(findings)-1].Message, c.want) {
			t.Errorf("%s: root %v, findings %v", name, root, findings)
		}
	}
}

func TestOffsetsCutTheValue(t *testing.T) {
	t.Parallel()
	file := `{"a" : "x\\" , "b": [ true, -1.5e3 ], "c": {"d": null}}`
	root, _ := Parse("f", []byte(file))
	for pointer, want := range map[string]string{"/a": `"x\\"`, "/b": "[ true, -1.5e3 ]", "/b/0": "true", "/b/1": "-1.5e3", "/c/d": "null"} {
		n := root.At(pointer)
		if got := file[n.Start:n.End]; got != want {
			t.Errorf("%s: %q, want %q", pointer, got, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"{}", `{"a":[1,2,],}`, "a: &x {b: 1}\n<<: *x\n", "\xff", "[[[", "{/*", "a: !Sub x", `{"a":"\ud800"}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		root, findings := Parse("f", data)
		if root == nil && len(findings) == 0 {
			t.Error("nothing was read and nothing was said")
		}
		for _, f := range findings {
			if f.Line < 0 || f.Column < 0 {
				t.Errorf("place %v", f.Position)
			}
		}
	})
}
