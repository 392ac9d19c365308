package input

import (
	"fmt"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/document"
)

// noValue is what AWS::NoValue gives: whatever would hold it goes without.
var noValue = &document.Node{Kind: document.Null}

// resolve works out a value, with all functions in it, as a new tree.
func (t *template) resolve(n *document.Node) *document.Node {
	if t.depth++; t.depth > 2*document.MaxDepth {
		t.exceed(n, "its functions are nested too deeply")
	}
	defer func() { t.depth-- }()
	if t.values++; t.values > document.MaxValues {
		t.exceed(n, "its functions make too many values")
	}
	if t.exceeded {
		return &document.Node{Kind: document.Null, Pos: n.Pos, Unknown: "the template is too large"}
	}
	if function, arg := intrinsic(n); function != "" {
		return t.call(function, arg, n)
	}
	out := &document.Node{Kind: n.Kind, Pos: n.Pos, Start: n.Start, End: n.End, Text: n.Text, Coerced: true}
	switch n.Kind {
	case document.Object:
		t.members(n, out)
	case document.Array:
		for _, item := range n.Items {
			if v := t.resolve(item); v != noValue {
				out.Items = append(out.Items, v)
			}
		}
		dropUnknown(out)
	case document.Null:
		return t.mistake(n, "null is not allowed in a template", "'null' values are not allowed in templates", "remove the member, or use AWS::NoValue")
	case document.String:
		return t.dynamic(out)
	}
	return out
}

func (t *template) members(n, out *document.Node) {
	for _, m := range n.Members {
		switch {
		case strings.HasPrefix(m.Name, forEach):
			t.each(m, func(name string, body *document.Node) {
				if v := t.resolve(body); v != noValue {
					out.Members = append(out.Members, document.Member{Name: name, Pos: m.Pos, Start: m.Start, Value: v})
				}
			})
		case m.Name == "Fn::Transform":
			t.macro(m.Value)
		default:
			if v := t.resolve(m.Value); v != noValue {
				out.Members = append(out.Members, document.Member{Name: m.Name, Pos: m.Pos, Start: m.Start, Value: v})
			}
		}
	}
}

// intrinsic takes a function call apart, in its long form or YAML's short one; the name is empty for a plain value.
func intrinsic(n *document.Node) (function string, arg *document.Node) {
	if strings.HasPrefix(n.Tag, "!") {
		plain := *n
		plain.Tag = ""
		if n.Tag == "!Ref" || n.Tag == "!Condition" {
			return n.Tag[1:], &plain
		}
		return "Fn::" + n.Tag[1:], &plain
	}
	if n.Kind == document.Object && len(n.Members) == 1 {
		m := n.Members[0]
		if m.Name == "Ref" || strings.HasPrefix(m.Name, "Fn::") && !strings.HasPrefix(m.Name, forEach) {
			return m.Name, m.Value
		}
	}
	return "", nil
}

// text works out a value that must be a text; unknown says why it is not known, and ok is false where it is none.
func (t *template) text(n *document.Node) (text, unknown string, ok bool) {
	v := t.resolve(n)
	if v.Kind == document.Object || v.Kind == document.Array || v.Kind == document.Null {
		return "", v.Unknown, false
	}
	return v.Text, v.Unknown, true
}

// list works out a value that must be a list; nil where it is none.
func (t *template) list(n *document.Node) *document.Node {
	if v := t.resolve(n); v.Kind == document.Array {
		return v
	}
	return nil
}

// dynamic marks a text with a dynamic reference, which CloudFormation replaces while it deploys.
func (t *template) dynamic(n *document.Node) *document.Node {
	start := strings.Index(n.Text, "{{resolve:")
	if start < 0 {
		return n
	}
	reference, _, closed := strings.Cut(n.Text[start:], "}}")
	if !closed {
		return n
	}
	reference += "}}"
	n.Unknown = "CloudFormation takes " + reference + " from the account while it deploys"
	t.note(reference, n.Pos, fmt.Sprintf("%s is known only while CloudFormation deploys", reference))
	return n
}

// macro tells that a macro cannot be run here.
func (t *template) macro(arg *document.Node) *document.Node {
	name := "Fn::Transform"
	if given := arg.Member("Name"); given != nil && given.Text != "" {
		name = given.Text
	}
	t.add(arg.Pos, diag.Warning, RuleUnresolved, "the macro "+name+" runs in AWS only; what it would add is missing here", "write out what it makes, or read the processed template: aws cloudformation get-template --template-stage Processed")
	return &document.Node{Kind: document.Null, Pos: arg.Pos, Unknown: "the macro " + name + " makes it in AWS"}
}
