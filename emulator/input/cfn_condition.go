package input

import (
	"fmt"
	"slices"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/document"
)

// outcome is what a condition comes to; unknown says on what it depends that is not known here.
type outcome struct {
	value   bool
	unknown string
}

// condition works out a condition of the template by its name.
func (t *template) condition(name string, at *document.Node) outcome {
	if known, ok := t.conditions[name]; ok {
		return known
	}
	n := t.sections["Conditions"][name]
	switch {
	case n == nil:
		fix := ""
		if near := diag.Nearest(name, memberNames(membersOf(t.root.Member("Conditions")))); near != "" {
			fix = "did you mean " + near + "?"
		}
		t.mistake(at, fmt.Sprintf("there is no condition %q", name), "", fix)
		return outcome{}
	case t.busy["condition "+name]:
		t.mistake(at, fmt.Sprintf("the condition %q depends on itself", name), "", "")
		return outcome{}
	}
	t.busy["condition "+name] = true
	result := t.eval(n)
	delete(t.busy, "condition "+name)
	t.conditions[name] = result
	return result
}

func membersOf(n *document.Node) []document.Member {
	if n == nil {
		return nil
	}
	return n.Members
}

// eval works out the value of a condition function.
func (t *template) eval(n *document.Node) outcome {
	if t.depth++; t.depth > 2*document.MaxDepth {
		t.exceed(n, "its conditions are nested too deeply")
	}
	defer func() { t.depth-- }()
	if t.values++; t.values > document.MaxValues {
		t.exceed(n, "its conditions are too many")
	}
	if t.exceeded {
		return outcome{}
	}
	function, arg := intrinsic(n)
	if name := n.Member("Condition"); function == "" && name != nil && len(n.Members) == 1 {
		function, arg = "Condition", name
	}
	switch function {
	case "Condition":
		return t.condition(arg.Text, arg)
	case "Fn::Equals":
		return t.equals(arg, n)
	case "Fn::Not":
		if args := t.arguments(function, arg, n, 1, 1); args != nil {
			inner := t.eval(args[0])
			return outcome{!inner.value, inner.unknown}
		}
		return outcome{}
	case "Fn::And", "Fn::Or":
		return t.all(function, arg, n)
	}
	t.mistake(n, "a condition is made of Fn::Equals, Fn::Not, Fn::And, Fn::Or and Condition", "", "")
	return outcome{}
}

// all is Fn::And and Fn::Or, of 2 to 10 conditions. One that is known and decides makes the others not matter.
func (t *template) all(function string, arg, at *document.Node) outcome {
	and := function == "Fn::And"
	result := outcome{value: and}
	for _, item := range t.arguments(function, arg, at, 2, 10) {
		inner := t.eval(item)
		if inner.value != and {
			if inner.unknown == "" {
				return inner
			}
			result.value = !and
		}
		result.unknown = either(result.unknown, inner.unknown)
	}
	return result
}

func (t *template) equals(arg, at *document.Node) outcome {
	args := t.arguments("Fn::Equals", arg, at, 2, 2)
	if args == nil {
		return outcome{}
	}
	a, b := t.resolve(args[0]), t.resolve(args[1])
	return outcome{sameValue(a, b), either(a.Unknown, b.Unknown)}
}

// sameValue compares values as CloudFormation does: as texts, whatever their type was.
func sameValue(a, b *document.Node) bool {
	if len(a.Members)+len(b.Members) > 0 {
		return slices.EqualFunc(a.Members, b.Members, func(x, y document.Member) bool { return x.Name == y.Name && sameValue(x.Value, y.Value) })
	}
	return a.Text == b.Text && slices.EqualFunc(a.Items, b.Items, sameValue)
}
