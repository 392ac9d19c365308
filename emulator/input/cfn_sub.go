package input

import (
	"strings"

	"github.com/ecslocal/ecslocal/emulator/document"
	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
)

var (
	subVariable = lazyregexp.New(`\$\{([^}]*)\}`)
	subName     = lazyregexp.New(`^[A-Za-z0-9_.:]+$`)
)

// sub is Fn::Sub: a text, or a list of a text and an object of variables.
func (t *template) sub(arg, at *document.Node) *document.Node {
	text, variables := arg, (*document.Node)(nil)
	if arg.Kind == document.Array {
		args := t.arguments("Fn::Sub", arg, at, 2, 2)
		if args == nil {
			return unknownNull(at, mistaken)
		}
		text, variables = args[0], args[1]
	}
	if text.Kind != document.String {
		return t.mistake(at, "Fn::Sub takes a text", "Template error: One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as first argument, and an optional second argument to specify a mapping of values to replace in the string", "")
	}
	var out strings.Builder
	unknown, last := "", 0
	for _, m := range subVariable().FindAllStringSubmatchIndex(text.Text, -1) {
		out.WriteString(text.Text[last:m[0]])
		last = m[1]
		value, why := t.subValue(text.Text[m[2]:m[3]], variables, at)
		out.WriteString(value)
		unknown = either(unknown, why)
		if out.Len() > 4*document.MaxBytes {
			t.exceed(at, "its functions make too much text")
			break
		}
	}
	out.WriteString(text.Text[last:])
	return t.dynamic(t.scalar(at, out.String(), unknown))
}

// subValue is what stands for one ${name}; ${!name} is a literal ${name}.
func (t *template) subValue(name string, variables, at *document.Node) (value, unknown string) {
	if literal, ok := strings.CutPrefix(name, "!"); ok {
		return "${" + literal + "}", ""
	}
	if !subName().MatchString(name) {
		t.mistake(at, "${"+name+"} in Fn::Sub is no name", "Template error: variable names in Fn::Sub syntax must contain only alphanumeric characters, underscores, periods, and colons",
			"for a literal text write ${!"+name+"}")
		return "", mistaken
	}
	v := t.subNode(name, variables, at)
	if v.Kind == document.Array || v.Kind == document.Object {
		t.mistake(at, "${"+name+"} in Fn::Sub is a "+string(v.Kind)+", not a text", "", "join it first with Fn::Join")
		return "", mistaken
	}
	return v.Text, v.Unknown
}

func (t *template) subNode(name string, variables, at *document.Node) *document.Node {
	if given := variables.Member(name); given != nil {
		return t.resolve(given)
	}
	if id, attribute, dotted := strings.Cut(name, "."); dotted {
		return t.attribute(id, attribute, at)
	}
	return t.ref(name, at)
}
