package taskdef

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/document"
)

// RuleType is the rule of values whose type is wrong in a way that has no rule of its own.
const RuleType = "DOC-012"

// describeOnly are the members that describe-task-definition adds and RegisterTaskDefinition refuses.
var describeOnly = []string{"taskDefinitionArn", "revision", "status", "requiresAttributes", "compatibilities",
	"registeredAt", "deregisteredAt", "deleteRequestedAt", "registeredBy"}

func (d *decoder) add(n *document.Node, severity diag.Severity, rule, path, message, aws, fix string) {
	d.findings = append(d.findings, diag.Finding{Rule: rule, Severity: severity, Path: path, Position: n.Pos, Message: message, AWS: aws, Fix: fix})
}

func (d *decoder) null(n *document.Node, path string, want document.Kind) {
	d.add(n, diag.Warning, "TYP-001", path, ClientPath(path)+" is null and is taken as absent; the AWS CLI refuses null",
		awsType(n, path, pythonTypes[want]), "remove the member")
	d.findings[len(d.findings)-1].Patch = &diag.Patch{Path: path}
}

func (d *decoder) duplicate(first, second document.Member, path string) {
	d.findings = append(d.findings, diag.Finding{Rule: "DOC-008", Severity: diag.Error, Path: path, Position: second.Pos,
		Message: fmt.Sprintf("%q is given twice, first at line %d; AWS takes the last and says nothing", second.Name, first.Pos.Line), Fix: "remove one"})
}

func (d *decoder) unknown(m document.Member, known []string, path string) {
	f := diag.Finding{Rule: "DOC-006", Severity: diag.Error, Path: diag.Pointer(path, m.Name), Position: m.Pos}
	where := ClientPath(path)
	if path == "" {
		f.Rule, where = "DOC-005", "input"
	}
	f.AWS = fmt.Sprintf("Unknown parameter in %s: %q, must be one of: %s", where, m.Name, strings.Join(known, ", "))
	switch near := diag.Nearest(m.Name, known); {
	case path == "" && d.describeOnly && slices.Contains(describeOnly, m.Name):
		f.Rule, f.Severity = "DOC-004", diag.Warning
		f.Message = fmt.Sprintf("%q is written by describe-task-definition and refused by register-task-definition; it is ignored", m.Name)
		f.Fix, f.Patch = "remove it", &diag.Patch{Path: f.Path}
	case strings.EqualFold(near, m.Name):
		f.Rule = "DOC-007"
		f.Message, f.Fix = fmt.Sprintf("%q is not a member here: names are case sensitive", m.Name), fmt.Sprintf("write %q", near)
	case len(homes[m.Name]) > 0:
		f.Message = fmt.Sprintf("%q does not belong here", m.Name)
		f.Fix = "move it to " + strings.Join(homes[m.Name], " or ")
	case near != "":
		f.Message, f.Fix = fmt.Sprintf("%q is not a member here; did you mean %q?", m.Name, near), fmt.Sprintf("write %q", near)
	default:
		f.Message, f.Fix = fmt.Sprintf("%q is not a member here", m.Name), "remove it"
	}
	d.findings = append(d.findings, f)
}

// homes says for each member's name where it belongs, as paths such as containerDefinitions[].linuxParameters.
var homes = memberHomes(reflect.TypeFor[Definition](), "", map[string][]string{})

func memberHomes(t reflect.Type, path string, into map[string][]string) map[string][]string {
	where := path
	if where == "" {
		where = "the top level"
	}
	for i := range t.NumField() {
		field := t.Field(i)
		name := field.Tag.Get("json")
		if name == "-" {
			continue
		}
		into[name] = append(into[name], where)
		element, below := field.Type, strings.TrimPrefix(path+"."+name, ".")
		for element.Kind() == reflect.Pointer || element.Kind() == reflect.Slice {
			if element.Kind() == reflect.Slice {
				below += "[]"
			}
			element = element.Elem()
		}
		if element.Kind() == reflect.Struct && element != reflect.TypeFor[document.Node]() {
			memberHomes(element, below, into)
		}
	}
	return into
}

// typeRules are the rules of wrong types, by what is expected and what is there.
var typeRules = []struct {
	want, got document.Kind
	path      string // last part of the pointer, empty for any
	rule      string
}{
	{document.String, document.Number, "cpu", "TYP-002"},
	{document.String, document.Number, "memory", "TYP-002"},
	{document.String, "", "options", "TYP-004"},
	{document.String, "", "dockerLabels", "TYP-004"},
	{document.String, "", "driverOpts", "TYP-004"},
	{document.String, "", "labels", "TYP-004"},
	{document.String, "", "environment", "TYP-005"},
	{document.Number, document.String, "", "TYP-003"},
	{document.Array, document.String, "", "TYP-006"},
	{document.Array, document.Object, "", "TYP-009"},
	{document.Bool, "", "", "TYP-007"},
}

func (d *decoder) wrongType(n *document.Node, want document.Kind, path string) {
	message := fmt.Sprintf("%s must be %s, not %s", ClientPath(path), article(want), article(n.Kind))
	fix, patch := "", (*diag.Patch)(nil)
	switch {
	case want == document.String && (n.Kind == document.Number || n.Kind == document.Bool):
		quoted := strconv.Quote(n.Text)
		fix, patch = "put it in quotes: "+quoted, &diag.Patch{Path: path, Value: quoted}
	case want == document.Number && n.Kind == document.String && isInteger(n.Text), want == document.Bool && (n.Text == "true" || n.Text == "false"):
		fix, patch = "write it without quotes: "+n.Text, &diag.Patch{Path: path, Value: n.Text}
	case want == document.Number && n.Kind == document.String && strings.Contains(path, "/healthCheck/") && inSeconds(n.Text) != "":
		fix, patch = "write the number of seconds: "+inSeconds(n.Text), &diag.Patch{Path: path, Value: inSeconds(n.Text)}
	case want == document.Array && n.Kind == document.String && strings.HasSuffix(path, "/healthCheck/command"):
		list := checkList(n.Text)
		fix, patch = "write a list: "+list, &diag.Patch{Path: path, Value: list}
	case want == document.Array && n.Kind == document.String:
		fix = `write a list, one word an element: ["npm", "start"], or ["sh", "-c", "…"] for a shell line`
	case want == document.Array:
		fix = "put it in [ ]"
	}
	d.add(n, diag.Error, typeRule(n, want, path), path, message, awsType(n, path, pythonTypes[want]), fix)
	d.findings[len(d.findings)-1].Patch = patch
}

// inSeconds is a duration such as 30s or 1m, as Docker and Compose write it, as a number of seconds; empty for all else.
func inSeconds(text string) string {
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 || d%time.Second != 0 {
		return ""
	}
	return strconv.Itoa(int(d / time.Second))
}

// checkList is the command of a health check that is one string as the list that was meant. A console's field takes CMD-SHELL, … in one.
func checkList(text string) string {
	text = strings.TrimSpace(text)
	if strings.HasPrefix(text, "[") && json.Valid([]byte(text)) {
		return text
	}
	for _, form := range []string{"CMD-SHELL", "CMD"} {
		if rest, ok := strings.CutPrefix(text, form); ok && strings.IndexAny(rest, " \t,:") == 0 {
			text = strings.TrimLeft(rest, " \t,:")
		}
	}
	var list strings.Builder
	encoder := json.NewEncoder(&list)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode([]string{"CMD-SHELL", text}); err != nil {
		return `["CMD-SHELL", "…"]`
	}
	return strings.TrimSpace(list.String())
}

func article(kind document.Kind) string {
	switch kind {
	case document.Object:
		return "an object"
	case document.Null:
		return "null"
	}
	return "a " + string(kind)
}

func typeRule(n *document.Node, want document.Kind, path string) string {
	tokens := diag.Tokens(path)
	for _, r := range typeRules {
		if r.want == want && (r.got == "" || r.got == n.Kind) && (r.path == "" || len(tokens) > 0 && slices.Contains(tokens[max(0, len(tokens)-3):], r.path)) {
			return r.rule
		}
	}
	return RuleType
}

func isInteger(text string) bool {
	_, err := strconv.Atoi(text)
	return err == nil
}

var pythonTypes = map[document.Kind]string{document.String: "str", document.Number: "int", document.Bool: "bool",
	document.Array: "list", document.Object: "dict", document.Null: "NoneType"}

// awsType is what the AWS CLI says of a value of the wrong type (botocore's parameter validation, awscli 1.45).
func awsType(n *document.Node, path, want string) string {
	value, got := n.Text, pythonTypes[n.Kind]
	if n.Kind != document.String {
		value = python(n)
	}
	if n.Kind == document.Number && !isInteger(value) {
		got = "float"
	}
	valid := "<class '" + want + "'>"
	if want == "list" {
		valid += ", <class 'tuple'>"
	}
	return fmt.Sprintf("Invalid type for parameter %s, value: %s, type: <class '%s'>, valid types: %s", ClientPath(path), value, got, valid)
}

// python writes a value as Python prints it; a long one is cut, for it would not help anybody.
func python(n *document.Node) string {
	const most = 200
	var parts []string
	for _, m := range n.Members {
		parts = append(parts, quotePython(m.Name)+": "+python(m.Value))
	}
	for _, item := range n.Items {
		parts = append(parts, python(item))
	}
	text := strings.Join(parts, ", ")
	switch {
	case len(text) > most:
		return "…"
	case n.Kind == document.Object:
		return "{" + text + "}"
	case n.Kind == document.Array:
		return "[" + text + "]"
	case n.Kind == document.Null:
		return "None"
	case n.Kind == document.Bool && n.Text != "":
		return strings.ToUpper(n.Text[:1]) + n.Text[1:]
	case n.Kind == document.Number:
		return n.Text
	}
	return quotePython(n.Text)
}

func quotePython(text string) string { return "'" + strings.ReplaceAll(text, "'", `\'`) + "'" }
