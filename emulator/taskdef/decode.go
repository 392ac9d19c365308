package taskdef

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/document"
)

// Load reads a register-task-definition file. The definition is nil where nothing could be read; otherwise it holds all
// that could be understood, whatever the findings say.
func Load(file string, data []byte) (*Definition, []diag.Finding) {
	root, findings := document.Parse(file, data)
	if root == nil {
		return nil, findings
	}
	def, more := Decode(root)
	return def, append(findings, more...)
}

// Decode fills a definition from a document. A value of the wrong type is converted where its meaning is plain, and reported.
func Decode(root *document.Node) (*Definition, []diag.Finding) {
	if root.Kind != document.Object {
		return nil, []diag.Finding{{Rule: document.RuleSyntax, Severity: diag.Error, Position: root.Pos,
			Message: "a task definition is an object, not a " + string(root.Kind), Fix: "start the file with { \"family\": …"}}
	}
	def := &Definition{Source: root}
	d := decoder{describeOnly: true}
	d.object(root, reflect.ValueOf(def).Elem(), "")
	if n := root.Member("revision"); n != nil {
		def.Revision, _ = strconv.Atoi(n.Text)
	}
	return def, d.findings
}

// DecodeOverrides fills RunTask's overrides from a document.
func DecodeOverrides(root *document.Node) (*Overrides, []diag.Finding) {
	overrides := &Overrides{}
	d := decoder{}
	d.value(root, reflect.ValueOf(overrides).Elem(), "")
	return overrides, d.findings
}

// Pos is the place of the value at a JSON pointer, or of its nearest ancestor that exists.
func (d *Definition) Pos(pointer string) diag.Position { return d.Source.PosAt(pointer) }

// Has says whether the file gives a value at a JSON pointer; null counts as no value, one that is not known yet as one.
func (d *Definition) Has(pointer string) bool {
	n := d.Source.At(pointer)
	return n != nil && (n.Kind != document.Null || n.Unknown != "")
}

type decoder struct {
	describeOnly bool // tolerate what describe-task-definition adds
	findings     []diag.Finding
}

// object fills a struct, whose fields are matched by their json tags.
func (d *decoder) object(n *document.Node, into reflect.Value, path string) {
	known := members(into.Type())
	seen := map[string]document.Member{}
	for _, m := range n.Members {
		if first, twice := seen[m.Name]; twice {
			d.duplicate(first, m, diag.Pointer(path, m.Name))
		}
		seen[m.Name] = m
		i, ok := known.index[m.Name]
		if !ok {
			d.unknown(m, known.names, path)
			continue
		}
		d.value(m.Value, into.Field(i), diag.Pointer(path, m.Name))
	}
}

// value fills one value, whatever Go type it has.
func (d *decoder) value(n *document.Node, into reflect.Value, path string) {
	if n.Unknown != "" && !standsIn(n, into.Type()) {
		return // whoever read the file has said so
	}
	if n.Kind == document.Null {
		d.null(n, path, kindOf(into.Type()))
		return
	}
	switch into.Kind() {
	case reflect.Pointer:
		into.Set(reflect.New(into.Type().Elem()))
		if !d.fill(n, into.Elem(), path) {
			into.SetZero()
		}
	default:
		d.fill(n, into, path)
	}
}

// fill sets a value and says whether the file's value could be used.
func (d *decoder) fill(n *document.Node, into reflect.Value, path string) bool {
	switch into.Kind() {
	case reflect.Struct:
		if !d.expect(n, document.Object, path) {
			return false
		}
		d.object(n, into, path)
	case reflect.Slice:
		if n.Kind != document.Array {
			d.wrongType(n, document.Array, path)
			if n.Kind != document.Object { // a single object is plainly a list of one
				return false
			}
			n = &document.Node{Kind: document.Array, Pos: n.Pos, Items: []*document.Node{n}}
		}
		d.list(n, into, path)
	case reflect.Map:
		if !d.expect(n, document.Object, path) {
			return false
		}
		d.texts(n, into, path)
	default:
		return d.scalar(n, into, path)
	}
	return true
}

func (d *decoder) list(n *document.Node, into reflect.Value, path string) {
	for i, item := range n.Items {
		at := diag.Pointer(path, i)
		element := reflect.New(into.Type().Elem()).Elem()
		if item.Unknown != "" && !standsIn(item, element.Type()) {
			continue
		}
		if item.Kind == document.Null {
			d.add(item, diag.Error, "TYP-010", at, "null is not allowed in a list", awsType(item, at, pythonTypes[kindOf(element.Type())]), "remove it")
			continue
		}
		if d.fill(item, element, at) {
			into.Set(reflect.Append(into, element))
		}
	}
}

// texts fills a map of texts, such as dockerLabels.
func (d *decoder) texts(n *document.Node, into reflect.Value, path string) {
	into.Set(reflect.MakeMap(into.Type()))
	seen := map[string]document.Member{}
	for _, m := range n.Members {
		at := diag.Pointer(path, m.Name)
		if first, twice := seen[m.Name]; twice {
			d.duplicate(first, m, at)
		}
		seen[m.Name] = m
		if m.Value.Kind == document.Null {
			if m.Value.Unknown == "" {
				d.null(m.Value, at, document.String)
			}
			continue
		}
		var text string
		if d.scalar(m.Value, reflect.ValueOf(&text).Elem(), at) {
			into.SetMapIndex(reflect.ValueOf(m.Name), reflect.ValueOf(text))
		}
	}
}

// scalar sets a text, number or boolean. A number in quotes and the like is used and reported.
func (d *decoder) scalar(n *document.Node, into reflect.Value, path string) bool {
	want := kindOf(into.Type())
	if n.Kind != want && !((n.Coerced || n.Unknown != "") && converts(n, want)) {
		d.wrongType(n, want, path)
	}
	if n.Kind == document.Object || n.Kind == document.Array {
		return false
	}
	switch into.Kind() {
	case reflect.String:
		into.SetString(n.Text)
	case reflect.Bool:
		b, err := strconv.ParseBool(n.Text)
		into.SetBool(b)
		return err == nil
	default:
		return d.integer(n, into, path)
	}
	return true
}

func (d *decoder) integer(n *document.Node, into reflect.Value, path string) bool {
	if i, err := strconv.ParseInt(n.Text, 10, 32); err == nil {
		into.SetInt(i)
		return true
	}
	if n.Kind != document.Number {
		return false
	}
	f, err := strconv.ParseFloat(n.Text, 64)
	if err != nil || f > 1<<31-1 || f < -1<<31 {
		d.add(n, diag.Error, "TYP-013", path, n.Text+" is out of the range of an integer", "", "write a number of at most 2147483647")
		return false
	}
	d.add(n, diag.Error, "TYP-008", path, n.Text+" is not written as an integer", awsType(n, path, "int"), fmt.Sprintf("write %d", int64(f)))
	into.SetInt(int64(f))
	return true
}

// standsIn says whether the stand-in of an unknown value can be taken for a value of the type.
func standsIn(n *document.Node, t reflect.Type) bool {
	want := kindOf(t)
	return n.Kind == want || converts(n, want)
}

// converts says whether a text, number or boolean can be written as another of them without a change of meaning.
func converts(n *document.Node, want document.Kind) bool {
	switch {
	case n.Kind == document.Null || n.Kind == document.Array || n.Kind == document.Object:
		return false
	case want == document.Number:
		return n.Kind == document.String && isInteger(n.Text)
	case want == document.Bool:
		return n.Kind == document.String && (n.Text == "true" || n.Text == "false")
	}
	return want == document.String
}

// kindOf is the kind of value that fills a Go type.
func kindOf(t reflect.Type) document.Kind {
	switch t.Kind() {
	case reflect.Pointer:
		return kindOf(t.Elem())
	case reflect.Struct, reflect.Map:
		return document.Object
	case reflect.Slice:
		return document.Array
	case reflect.Bool:
		return document.Bool
	case reflect.Int:
		return document.Number
	}
	return document.String
}

func (d *decoder) expect(n *document.Node, want document.Kind, path string) bool {
	if n.Kind != want {
		d.wrongType(n, want, path)
	}
	return n.Kind == want
}

// structMembers are the names of a struct's members in the API's order, and their field indices.
type structMembers struct {
	names []string
	index map[string]int
}

func members(t reflect.Type) structMembers {
	m := structMembers{index: map[string]int{}}
	for i := range t.NumField() {
		if name := t.Field(i).Tag.Get("json"); name != "-" {
			m.names, m.index[name] = append(m.names, name), i
		}
	}
	return m
}

// ClientPath writes a JSON pointer as AWS's clients do: containerDefinitions[0].name.
func ClientPath(pointer string) string {
	var b strings.Builder
	for _, token := range diag.Tokens(pointer) {
		if _, err := strconv.Atoi(token); err == nil {
			fmt.Fprintf(&b, "[%s]", token)
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('.')
		}
		b.WriteString(token)
	}
	return b.String()
}
