package fill_test

import (
	"encoding/json"
	"regexp"
	"testing"
	"time"

	"github.com/ecslocal/ecslocal/emulator/document"
	"github.com/ecslocal/ecslocal/emulator/document/fill"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

type inner struct {
	Flag *bool `json:"flag"`
}

type outer struct {
	inner
	Text    string            `json:"text"`
	Number  int               `json:"number"`
	Names   []string          `json:"names"`
	Map     map[string]string `json:"map"`
	Wait    time.Duration     `json:"wait"`
	Pattern *regexp.Regexp    `json:"pattern"`
	Any     any               `json:"any"`
	Node    *document.Node    `json:"node"`
	hidden  string
}

func filled(t *testing.T, text string) (outer, struct {
	More string `json:"more"`
}, []string) {
	t.Helper()
	root, findings := document.Parse("f.yaml", []byte(text))
	if len(findings) > 0 {
		t.Fatal(findings)
	}
	var o outer
	var more struct {
		More string `json:"more"`
	}
	f := fill.Filler{Rules: fill.Rules{Unknown: "U", Type: "T", Value: "V", Duplicate: "D"}, Document: "a file", Member: "a member",
		Hints: map[string]string{"/number": "count"}}
	f.Fill(root, "", &o, &more)
	var all []string
	for _, finding := range f.Findings {
		all = append(all, finding.String()+" -> "+finding.Fix)
	}
	return o, more, all
}

func TestFill(t *testing.T) {
	t.Parallel()
	o, more, findings := filled(t, "flag: true\ntext: a\nnumber: 3\nnames: [x, y]\nmap: {k: v}\nwait: 1m30s\npattern: a+\nany: [1, {b: null}]\nnode: {c: d}\nmore: m")
	if len(findings) > 0 || more.More != "m" || o.Node.Member("c").Text != "d" || o.Pattern.String() != "a+" || o.hidden != "" {
		t.Errorf("%q %+v", findings, o)
	}
	yes := true
	want := outer{inner: inner{&yes}, Text: "a", Number: 3, Names: []string{"x", "y"}, Map: map[string]string{"k": "v"}, Wait: 90 * time.Second,
		Any: []any{json.Number("1"), map[string]any{"b": nil}}}
	if diff := cmp.Diff(want, o, cmp.AllowUnexported(outer{}, inner{}), cmpopts.IgnoreFields(outer{}, "Node", "Pattern")); diff != "" {
		t.Error(diff)
	}
}

func TestFindings(t *testing.T) {
	t.Parallel()
	_, _, findings := filled(t, "txt: a\nnumber: x\nnames: {}\nmap: {k: 1, k: v}\nwait: 5\npattern: '['\nflag: 'yes'\ntext: !Ref b")
	want := []string{
		"f.yaml:1:1: error: txt is not a member [U] -> did you mean text?",
		"f.yaml:2:9: error: number is a number, not a text [T] -> count",
		"f.yaml:3:8: error: names is a list, not a mapping [T] -> ",
		"f.yaml:4:10: error: map.k is a text, not a number [T] -> put it in quotes",
		"f.yaml:4:13: error: k is in line 4 already [D] -> remove one of them",
		"f.yaml:5:7: error: wait is no duration [V] -> write one such as 30s, 500ms or 2m",
		"f.yaml:6:10: error: pattern: error parsing regexp: missing closing ]: `[` [V] -> ",
		"f.yaml:7:7: error: flag is true or false, not a text [T] -> ",
		"f.yaml:8:7: error: text has the YAML tag !Ref, which means nothing here [T] -> remove it, or quote the text",
	}
	if diff := cmp.Diff(want, findings); diff != "" {
		t.Error(diff)
	}
}
