package input

import (
	"fmt"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/document"
)

// object turns an object of the provider's attributes into one of the API's.
func (t *terraformReader) object(values, unknown *document.Node, attributes []attribute) *document.Node {
	out := &document.Node{Kind: document.Object, Pos: values.Pos}
	for _, a := range attributes {
		value, later := values.Member(a.from), unknown.Member(a.from)
		if isTrue(later) || value == nil && hasUnknown(later) {
			value = t.later(a, later)
		} else if value = t.convert(a, value, later); value == nil {
			continue
		}
		out.Members = append(out.Members, document.Member{Name: a.to, Pos: value.Pos, Value: value})
	}
	return out
}

// convert gives a value its form in the API; nil where the provider only writes that it is not set.
func (t *terraformReader) convert(a attribute, n, unknown *document.Node) *document.Node {
	if unset(n) {
		return nil
	}
	switch a.shape {
	case block:
		if list := t.list(n, unknown, a.members); len(list) > 0 {
			return list[0]
		}
		return nil
	case blocks:
		return &document.Node{Kind: document.Array, Pos: n.Pos, Items: t.list(n, unknown, a.members)}
	case pairs:
		return nameList(n, "name", "value")
	case tags:
		return nameList(n, "key", "value")
	case text:
		return t.embedded(n)
	case hostPath:
		return &document.Node{Kind: document.Object, Pos: n.Pos, Members: []document.Member{{Name: "sourcePath", Pos: n.Pos, Value: coerced(n)}}}
	}
	return coerced(n)
}

// unset knows the provider's zero values: null, empty, 0 and false.
func unset(n *document.Node) bool {
	switch {
	case n == nil || n.Kind == document.Null:
		return true
	case n.Kind == document.Array || n.Kind == document.Object:
		return len(n.Items)+len(n.Members) == 0
	}
	return n.Text == "" || n.Text == "0" || n.Text == "false"
}

// hasUnknown says whether anything in a value is known only after apply.
func hasUnknown(n *document.Node) bool {
	if n == nil || isTrue(n) {
		return n != nil
	}
	for _, item := range n.Items {
		if hasUnknown(item) {
			return true
		}
	}
	for _, m := range n.Members {
		if hasUnknown(m.Value) {
			return true
		}
	}
	return false
}

func (t *terraformReader) list(n, unknown *document.Node, attributes []attribute) []*document.Node {
	var list []*document.Node
	for i, item := range itemsOf(n) {
		var later *document.Node
		if i < len(itemsOf(unknown)) {
			later = unknown.Items[i]
		}
		list = append(list, t.object(item, later, attributes))
	}
	return list
}

// coerced copies a plain value, which the provider has given the type that the API wants.
func coerced(n *document.Node) *document.Node {
	out := *n
	out.Coerced = true
	out.Items, out.Members = nil, nil
	for _, item := range n.Items {
		out.Items = append(out.Items, coerced(item))
	}
	for _, m := range n.Members {
		m.Value = coerced(m.Value)
		out.Members = append(out.Members, m)
	}
	return &out
}

// nameList turns an object into a list of objects with a name and a value.
func nameList(n *document.Node, name, value string) *document.Node {
	list := &document.Node{Kind: document.Array, Pos: n.Pos}
	for _, m := range n.Members {
		key := &document.Node{Kind: document.String, Pos: m.Pos, Text: m.Name}
		list.Items = append(list.Items, &document.Node{Kind: document.Object, Pos: m.Pos, Members: []document.Member{
			{Name: name, Pos: m.Pos, Value: key}, {Name: value, Pos: m.Value.Pos, Value: coerced(m.Value)}}})
	}
	return list
}

// later is a value that only apply tells, with a stand-in of the right form.
func (t *terraformReader) later(a attribute, at *document.Node) *document.Node {
	n := &document.Node{Kind: document.String, Pos: at.Pos, Unknown: a.from + " is known only after terraform apply"}
	switch {
	case a.shape != plain:
		n.Kind = document.Null
		t.notes = append(t.notes, diag.Finding{Rule: RuleMadeUp, Severity: diag.Info, Position: at.Pos, Message: n.Unknown})
		return n
	case strings.HasSuffix(a.to, "RoleArn"):
		n.Text = "arn:aws:iam::" + t.opts.Account + ":role/" + a.from
	case a.to == "fileSystemId":
		n.Text = "fs-" + digest(a.from, 17)
	case a.to == "accessPointId":
		n.Text = "fsap-" + digest(a.from, 17)
	default:
		n.Text = t.standIn(a.from)
	}
	t.notes = append(t.notes, diag.Finding{Rule: RuleMadeUp, Severity: diag.Info, Position: at.Pos, Message: fmt.Sprintf("%s; %q is made up", n.Unknown, n.Text)})
	return n
}
