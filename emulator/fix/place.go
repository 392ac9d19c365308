package fix

import (
	"encoding/json"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/document"
)

// InFile turns patches of a tree that was made of a file, such as a resolved template or a list with a task definition around it, into those
// of the file's own tree. Values are found by their places. A patch gets an empty path, and is not made, where the file says its value in
// another way than it reads (a function, a parameter, an alias), or not at all.
func InFile(file, root *document.Node, patches []diag.Patch) []diag.Patch {
	places := placesOf(file)
	turned := make([]diag.Patch, len(patches))
	for i, p := range patches {
		turned[i] = places.turn(file, root, p)
	}
	return turned
}

// place is where a value starts; an object may start where its first value does.
type place struct {
	line, column int
	kind         document.Kind
}

func placeOf(n *document.Node) place {
	kind := n.Kind
	if kind != document.Object && kind != document.Array {
		kind = document.String // a template may turn one scalar into another
	}
	return place{n.Pos.Line, n.Pos.Column, kind}
}

// places are the JSON pointers of a file's values by their places.
type places map[place]string

// several is the pointer of what stands at several ones, as an alias does: it is none.
const several = "*"

func placesOf(root *document.Node) places {
	found := places{}
	var walk func(n *document.Node, pointer string)
	walk = func(n *document.Node, pointer string) {
		at := placeOf(n)
		if _, twice := found[at]; twice {
			found[at] = several
		} else {
			found[at] = pointer
		}
		for _, m := range n.Members {
			walk(m.Value, diag.Pointer(pointer, m.Name))
		}
		for i, item := range n.Items {
			walk(item, diag.Pointer(pointer, i))
		}
	}
	walk(root, "")
	return found
}

// pointer is where a value stands in the file, unknown where that is nowhere or not one place.
func (found places) pointer(n *document.Node) (pointer string, known bool) {
	pointer, known = found[placeOf(n)]
	return pointer, known && pointer != several
}

// turn is one patch of the file's own tree.
func (found places) turn(file, root *document.Node, p diag.Patch) diag.Patch {
	if p.Path == "" {
		return diag.Patch{}
	}
	if node := root.At(p.Path); node != nil {
		pointer, known := found.pointer(node)
		if !known || pointer == "" || !says(file.At(pointer), node) {
			return diag.Patch{}
		}
		return diag.Patch{Path: pointer, Value: p.Value}
	}
	cutAt := strings.LastIndexByte(p.Path, '/')
	parent := root.At(p.Path[:cutAt])
	if parent == nil || parent.Kind != document.Object || p.Value == "" {
		return diag.Patch{}
	}
	pointer, known := found.pointer(parent)
	if !known {
		return diag.Patch{}
	}
	within := file.At(pointer)
	if within == nil || computed(within) {
		return diag.Patch{}
	}
	name, value := diag.Tokens(p.Path[cutAt:])[0], p.Value
	if len(within.Members) > 0 && startsUpper(within.Members[0].Name) { // as CloudFormation writes members
		name, value = capital(name), capitals(value)
	}
	return diag.Patch{Path: diag.Pointer(pointer, name), Value: value}
}

// says whether a value of the file is what it reads as.
func says(file, read *document.Node) bool {
	if file == nil || computed(file) || read.Unknown != "" || file.Text != read.Text || len(file.Items) != len(read.Items) || len(file.Members) != len(read.Members) {
		return false
	}
	for i, item := range file.Items {
		if !says(item, read.Items[i]) {
			return false
		}
	}
	for i, m := range file.Members {
		if !strings.EqualFold(m.Name, read.Members[i].Name) || !says(m.Value, read.Members[i].Value) {
			return false
		}
	}
	return true
}

// computed says that a value is made of something else: CloudFormation's functions, in their long and short forms.
func computed(n *document.Node) bool {
	for _, m := range n.Members {
		if m.Name == "Ref" || strings.HasPrefix(m.Name, "Fn::") {
			return true
		}
	}
	return n.Tag != "" || n.Unknown != ""
}

func startsUpper(name string) bool {
	first, _ := utf8.DecodeRuneInString(name)
	return unicode.IsUpper(first)
}

func capital(name string) string {
	first, size := utf8.DecodeRuneInString(name)
	return string(unicode.ToUpper(first)) + name[size:]
}

// capitals gives the members of an object capital first letters, in their order; every other value stays as it is.
func capitals(value string) string {
	object, _ := document.ParseJSON("", []byte(value))
	if object == nil || object.Kind != document.Object {
		return value
	}
	members := make([]string, len(object.Members))
	for i, m := range object.Members {
		name, _ := json.Marshal(capital(m.Name)) // a string always has JSON
		members[i] = string(name) + ": " + value[m.Value.Start:m.Value.End]
	}
	return "{" + strings.Join(members, ", ") + "}"
}
