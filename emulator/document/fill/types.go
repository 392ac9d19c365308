package fill

import (
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/ecslocal/ecslocal/emulator/document"
)

// kinds are the forms in the file of Go's.
var kinds = map[reflect.Kind]document.Kind{reflect.String: document.String, reflect.Bool: document.Bool, reflect.Int: document.Number,
	reflect.Slice: document.Array, reflect.Map: document.Object, reflect.Struct: document.Object}

var articles = map[document.Kind]string{document.Null: "nothing", document.Bool: "true or false", document.Number: "a number", document.String: "a text",
	document.Array: "a list", document.Object: "a mapping"}

// mistyped reports a value of another type, and how to write it.
func (f *Filler) mistyped(n *document.Node, want document.Kind, path string) {
	fix := f.Hints[path]
	switch {
	case fix != "":
	case want == document.String && (n.Kind == document.Number || n.Kind == document.Bool):
		fix = "put it in quotes"
	case want == document.Array && n.Kind == document.String:
		fix = "put it in brackets: [ ]"
	}
	f.Add(f.Rules.Type, path, n.Pos, fmt.Sprintf("%s is %s, not %s", f.Called(path), articles[want], articles[n.Kind]), fix)
}

// Of is a node's value as package json decodes it, numbers as json.Number.
func Of(n *document.Node) any {
	switch n.Kind {
	case document.String:
		return n.Text
	case document.Bool:
		return n.Text == "true"
	case document.Number:
		return json.Number(n.Text)
	case document.Array:
		items := make([]any, len(n.Items))
		for i, item := range n.Items {
			items[i] = Of(item)
		}
		return items
	case document.Object:
		members := map[string]any{}
		for _, m := range n.Members {
			members[m.Name] = Of(m.Value)
		}
		return members
	}
	return nil
}
