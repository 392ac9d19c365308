package spec

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/document"
	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
)

// maxCases and maxValues bound what a matrix makes of a file.
const (
	maxCases  = 256
	maxValues = 500_000
)

// values are what a matrix chose for one case, in the order of the file.
type values []value

type value struct {
	name string
	node *document.Node
}

// String is what distinguishes the case: mode=bridge,level=debug.
func (vs values) String() string {
	var texts []string
	for _, v := range vs {
		texts = append(texts, v.name+"="+v.node.Text)
	}
	return strings.Join(texts, ",")
}

func (vs values) of(name string) *document.Node {
	for _, v := range vs {
		if v.name == name {
			return v.node
		}
	}
	return nil
}

// axes is a matrix as it is read.
type axes struct {
	*decoder
	names    []string
	lists    [][]*document.Node
	included []values
	excluded []values
}

// matrix gives the combinations that the cases of a spec are made of; a spec without a matrix has one, which is empty.
func matrix(root *document.Node) ([]values, []diag.Finding) {
	n := root.Member("matrix")
	if n == nil || n.Kind == document.Null {
		return []values{nil}, nil
	}
	a := &axes{decoder: newDecoder(root)}
	if n.Kind != document.Object {
		a.Add(RuleType, "/matrix", n.Pos, "matrix is no mapping", "write matrix: {NAME: [VALUE, VALUE]}")
		return []values{nil}, a.Findings
	}
	a.read(n)
	combinations := a.product()
	if len(combinations) == 0 && len(a.Findings) == 0 {
		a.Add(RuleMatrix, "/matrix", n.Pos, "the matrix leaves no case", "give a parameter values that exclude leaves, or remove the matrix")
	}
	if size := count(root); len(combinations) > maxCases || len(combinations)*size > maxValues {
		a.Add(RuleMatrix, "/matrix", n.Pos, fmt.Sprintf("the matrix makes more than %d cases, or too much of so large a file", maxCases), "make several specs of it")
		return nil, a.Findings
	}
	if len(combinations) == 0 { // the rest of the file is still to be read
		combinations = []values{nil}
	}
	return combinations, a.Findings
}

var nameForm = lazyregexp.New(`^[A-Za-z][A-Za-z0-9_-]*$`)

func (a *axes) read(n *document.Node) {
	a.Members(n, "/matrix", func(m document.Member, path string) {
		switch {
		case m.Name == "include" || m.Name == "exclude":
		case !nameForm().MatchString(m.Name):
			a.Add(RuleMatrix, path, m.Pos, fmt.Sprintf("%q is no name of a parameter", m.Name), "use letters, digits, hyphens and underscores")
		case m.Value.Kind == document.Array && len(m.Value.Items) == 0:
			a.Add(RuleType, path, m.Value.Pos, a.Called(path)+" has no values", "write one at least, or remove the parameter")
		case m.Value.Kind != document.Array:
			a.Add(RuleType, path, m.Value.Pos, a.Called(path)+" is no list of values", "put them in brackets: [ ]")
		default:
			a.names = append(a.names, m.Name)
			a.lists = append(a.lists, a.scalars(m.Value, path))
		}
	})
	a.included = a.entries(n.Member("include"), "/matrix/include")
	if len(a.names) == 0 && len(a.included) > 0 {
		for _, v := range a.included[0] {
			a.names = append(a.names, v.name)
		}
	}
	a.excluded = a.entries(n.Member("exclude"), "/matrix/exclude")
	a.complete(n)
}

// scalars are a parameter's values, each once.
func (a *axes) scalars(n *document.Node, path string) []*document.Node {
	var nodes []*document.Node
	for i, item := range n.Items {
		path := diag.Pointer(path, i)
		switch {
		case !a.scalar(item, path):
		case slices.ContainsFunc(nodes, func(other *document.Node) bool { return other.Text == item.Text }):
			a.Add(RuleMatrix, path, item.Pos, fmt.Sprintf("%s is there twice", item.Text), "remove one of them")
		default:
			nodes = append(nodes, item)
		}
	}
	return nodes
}

// scalar says whether a node can be a parameter's value.
func (a *axes) scalar(n *document.Node, path string) bool {
	if n.Kind == document.Array || n.Kind == document.Object || n.Kind == document.Null {
		a.Add(RuleType, path, n.Pos, a.Called(path)+" is no text, number or truth value", "")
		return false
	}
	return true
}

// entries are the mappings of include or exclude.
func (a *axes) entries(n *document.Node, path string) []values {
	if n == nil || n.Kind == document.Null {
		return nil
	}
	if n.Kind != document.Array {
		a.Add(RuleType, path, n.Pos, a.Called(path)+" is no list of mappings", "put them in brackets: [ ]")
	}
	var all []values
	for i, item := range n.Items {
		var entry values
		path := diag.Pointer(path, i)
		if item.Kind != document.Object || len(item.Members) == 0 {
			a.Add(RuleType, path, item.Pos, a.Called(path)+" is no mapping of parameters", "")
			continue
		}
		a.Members(item, path, func(m document.Member, path string) {
			if len(a.names) > 0 && !slices.Contains(a.names, m.Name) {
				a.Filler.Member = "a parameter of the matrix"
				a.Unknown(m, path, a.names)
			}
			a.scalar(m.Value, path)
			entry = append(entry, value{m.Name, m.Value})
		})
		all = append(all, entry)
	}
	return all
}

// complete wants a value for every parameter of each included case.
func (a *axes) complete(n *document.Node) {
	for i, entry := range a.included {
		for _, name := range a.names {
			if entry.of(name) == nil {
				path := diag.Pointer("/matrix/include", i)
				a.Add(RuleMissing, path, n.PosAt("/include/"+fmt.Sprint(i)), fmt.Sprintf("the included case has no %s", name), "give every parameter a value")
			}
		}
	}
}

// product is every combination that is not excluded, and the included ones.
func (a *axes) product() []values {
	var all []values
	if len(a.lists) > 0 {
		all = []values{nil}
	}
	for i, list := range a.lists {
		var longer []values
		for _, chosen := range all {
			for _, node := range list {
				if len(longer) <= maxCases*maxCases { // a hostile matrix; too many are refused later
					longer = append(longer, append(slices.Clone(chosen), value{a.names[i], node}))
				}
			}
		}
		all = longer
	}
	all = slices.DeleteFunc(all, func(chosen values) bool {
		return slices.ContainsFunc(a.excluded, func(entry values) bool { return chosen.has(entry) })
	})
	return append(all, a.included...)
}

// has says that all of the entry's values were chosen.
func (vs values) has(entry values) bool {
	return !slices.ContainsFunc(entry, func(v value) bool {
		chosen := vs.of(v.name)
		return chosen == nil || chosen.Text != v.node.Text
	})
}
