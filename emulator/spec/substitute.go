package spec

import (
	"fmt"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/document"
	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
)

// reference is how a spec speaks of a parameter of its matrix. Everything else with a dollar sign is left as it is, for shells.
var reference = lazyregexp.New(`\$\{matrix\.([^}]*)\}`)

// fillIn is a copy of the tree in which references to the matrix are replaced. A text that is nothing but a reference becomes the value with
// its type, and stays a text where one is wanted.
func (vs values) fillIn(root *document.Node) (*document.Node, []diag.Finding) {
	s := &substitution{values: vs}
	return s.copy(root, ""), s.findings
}

type substitution struct {
	values
	findings []diag.Finding
}

func (s *substitution) copy(n *document.Node, path string) *document.Node {
	c := *n
	c.Members, c.Items = nil, nil
	switch n.Kind {
	case document.Object:
		for _, m := range n.Members {
			if path := diag.Pointer(path, m.Name); path != "/matrix" {
				m.Value = s.copy(m.Value, path)
			}
			c.Members = append(c.Members, m)
		}
	case document.Array:
		for i, item := range n.Items {
			c.Items = append(c.Items, s.copy(item, diag.Pointer(path, i)))
		}
	case document.String:
		s.text(&c, path)
	}
	return &c
}

func (s *substitution) text(n *document.Node, path string) {
	found := reference().FindStringSubmatch(n.Text)
	if found == nil {
		return
	}
	if v := s.of(found[1]); v != nil && found[0] == n.Text {
		n.Kind, n.Text, n.Coerced = v.Kind, v.Text, true
		return
	}
	n.Text = reference().ReplaceAllStringFunc(n.Text, func(text string) string {
		name := reference().FindStringSubmatch(text)[1]
		if v := s.of(name); v != nil {
			return v.Text
		}
		var names []string
		for _, v := range s.values {
			names = append(names, v.name)
		}
		fix := "add it to the matrix"
		if near := diag.Nearest(name, names); near != "" {
			fix = "did you mean ${matrix." + near + "}?"
		}
		s.findings = append(s.findings, diag.Finding{Rule: RuleMatrix, Severity: diag.Error, Path: path, Position: n.Pos,
			Message: fmt.Sprintf("the matrix has no parameter %q", name), Fix: fix})
		return text
	})
}

// count is how many values a tree has.
func count(n *document.Node) int {
	total := 1
	for _, m := range n.Members {
		total += count(m.Value)
	}
	for _, item := range n.Items {
		total += count(item)
	}
	return total
}
