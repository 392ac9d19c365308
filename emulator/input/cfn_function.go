package input

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/document"
)

// functions are the names of those that give a value.
var functions = []string{"Ref", "Fn::GetAtt", "Fn::Sub", "Fn::Join", "Fn::Split", "Fn::Select", "Fn::If", "Fn::FindInMap", "Fn::ImportValue",
	"Fn::Base64", "Fn::GetAZs", "Fn::Cidr", "Fn::Transform", "Fn::Length", "Fn::ToJsonString"}

// call carries a function out.
func (t *template) call(function string, arg, at *document.Node) *document.Node {
	switch function {
	case "Ref":
		return t.ref(arg.Text, at)
	case "Fn::GetAtt":
		return t.getAtt(arg, at)
	case "Fn::Sub":
		return t.sub(arg, at)
	case "Fn::Join":
		return t.join(arg, at)
	case "Fn::Split":
		return t.split(arg, at)
	case "Fn::Select":
		return t.selectItem(arg, at)
	case "Fn::If":
		return t.choose(arg, at)
	case "Fn::FindInMap":
		return t.findInMap(arg, at)
	case "Fn::ImportValue":
		return t.importValue(arg, at)
	case "Fn::Base64":
		return t.convert(arg, at, function, func(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) })
	case "Fn::GetAZs":
		return t.zones(arg, at)
	case "Fn::Cidr":
		return &document.Node{Kind: document.Array, Pos: at.Pos, Unknown: "the network's addresses are not known here"}
	case "Fn::Transform":
		return t.macro(arg)
	case "Fn::Length":
		return t.length(arg, at)
	case "Fn::ToJsonString":
		return t.toJSON(arg, at)
	}
	fix := ""
	if near := diag.Nearest(function, functions); near != "" {
		fix = "did you mean " + near + "?"
	}
	return t.mistake(at, function+" is no function that gives a value", "", fix)
}

// arguments are the items of a function's list, nil and a finding where there are fewer than wanted or more.
func (t *template) arguments(function string, arg, at *document.Node, least, most int) []*document.Node {
	if arg.Kind == document.Array && len(arg.Items) >= least && len(arg.Items) <= most {
		return arg.Items
	}
	t.mistake(at, fmt.Sprintf("%s takes a list of %d values", function, least), "", "")
	return nil
}

func (t *template) join(arg, at *document.Node) *document.Node {
	args := t.arguments("Fn::Join", arg, at, 2, 2)
	if args == nil {
		return unknownNull(at, mistaken)
	}
	list := t.list(args[1])
	if list == nil {
		return t.mistake(at, "the second value of Fn::Join must be a list", "Template error: every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined or a function that returns a list of strings (such as Fn::GetAZs) to be joined.", "")
	}
	delimiter, _, _ := t.text(args[0])
	unknown, texts := list.Unknown, make([]string, 0, len(list.Items))
	for _, item := range list.Items {
		if item.Kind == document.Object || item.Kind == document.Array {
			return t.mistake(item, "Fn::Join joins texts, not "+string(item.Kind)+"s", "", "")
		}
		unknown = either(unknown, item.Unknown)
		texts = append(texts, item.Text)
	}
	if t.bytes+len(delimiter)*len(texts) > 4*document.MaxBytes {
		t.exceed(at, "its functions make too much text")
		return unknownNull(at, mistaken)
	}
	return t.scalar(at, strings.Join(texts, delimiter), unknown)
}

func either(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func (t *template) split(arg, at *document.Node) *document.Node {
	args := t.arguments("Fn::Split", arg, at, 2, 2)
	if args == nil {
		return unknownNull(at, mistaken)
	}
	delimiter, _, _ := t.text(args[0])
	text, unknown, ok := t.text(args[1])
	if !ok || delimiter == "" {
		if unknown != "" {
			return unknownNull(at, unknown)
		}
		return t.mistake(at, "Fn::Split takes a delimiter and a text", "", "")
	}
	list := &document.Node{Kind: document.Array, Pos: at.Pos, Unknown: unknown}
	for part := range strings.SplitSeq(text, delimiter) {
		if t.values++; t.values > document.MaxValues {
			t.exceed(at, "its functions make too many values")
			break
		}
		list.Items = append(list.Items, t.scalar(at, part, unknown))
	}
	return list
}

func (t *template) selectItem(arg, at *document.Node) *document.Node {
	args := t.arguments("Fn::Select", arg, at, 2, 2)
	if args == nil {
		return unknownNull(at, mistaken)
	}
	index, _, _ := t.text(args[0])
	list := t.resolve(args[1])
	i, err := strconv.Atoi(index)
	switch {
	case list.Kind == document.Array && err == nil && i >= 0 && i < len(list.Items):
		return list.Items[i]
	case list.Unknown != "":
		return t.scalar(at, "unknown", list.Unknown)
	case list.Kind != document.Array:
		return t.mistake(at, "the second value of Fn::Select must be a list", "", "")
	}
	return t.mistake(at, fmt.Sprintf("Fn::Select cannot select item %s of %d", index, len(list.Items)),
		fmt.Sprintf("Template error: Fn::Select cannot select nonexistent value at index %s", index), "items count from 0")
}

// choose is Fn::If.
func (t *template) choose(arg, at *document.Node) *document.Node {
	args := t.arguments("Fn::If", arg, at, 3, 3)
	if args == nil {
		return unknownNull(at, mistaken)
	}
	met := t.condition(args[0].Text, args[0])
	if met.unknown != "" {
		t.note("condition "+args[0].Text, args[0].Pos, fmt.Sprintf("the condition %s is taken as %t, but %s", args[0].Text, met.value, met.unknown))
	}
	if met.value {
		return t.resolve(args[1])
	}
	return t.resolve(args[2])
}

func (t *template) importValue(arg, at *document.Node) *document.Node {
	name, unknown, ok := t.text(arg)
	if !ok {
		return unknownNull(at, either(unknown, mistaken))
	}
	if value, given := t.param(name); given {
		return t.scalar(at, value, "")
	}
	value := t.standIn(name)
	t.note("export "+name, at.Pos, fmt.Sprintf("the export %s of another stack is not known here; %q is made up; --param '%s=VALUE' gives it", name, value, name))
	return t.scalar(at, value, "another stack exports "+name)
}

// convert is a function of one text.
func (t *template) convert(arg, at *document.Node, function string, by func(string) string) *document.Node {
	text, unknown, ok := t.text(arg)
	if !ok {
		if unknown != "" {
			return unknownNull(at, unknown)
		}
		return t.mistake(at, function+" takes a text", "", "")
	}
	return t.scalar(at, by(text), unknown)
}

func (t *template) zones(arg, at *document.Node) *document.Node {
	region, _, _ := t.text(arg)
	if region == "" {
		region = t.opts.Region
	}
	list := &document.Node{Kind: document.Array, Pos: at.Pos}
	for _, letter := range []string{"a", "b", "c"} {
		list.Items = append(list.Items, t.scalar(at, region+letter, "an account has availability zones of its own"))
	}
	return list
}

func (t *template) length(arg, at *document.Node) *document.Node {
	list := t.list(arg)
	if list == nil {
		return t.mistake(at, "Fn::Length takes a list", "", "")
	}
	return t.scalar(at, strconv.Itoa(len(list.Items)), list.Unknown)
}
