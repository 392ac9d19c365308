// Package fill fills Go structs from document trees and reports everything that does not fit, with its place: names that mean nothing and
// what was probably meant, values of the wrong type, names that are there twice.
//
// ecslocal's own files are read with it: package config's and package spec's. A struct's members have their json tags as names, members of an
// embedded struct are the outer one's, and a *document.Node takes whatever is there. It imports document and diag.
package fill

import (
	"encoding"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/document"
)

// Rules are the identifiers of the findings: a name that means nothing, a value of the wrong type, a text that cannot be right, a name that
// is there twice.
type Rules struct{ Unknown, Type, Value, Duplicate string }

// Filler fills values and gathers what is wrong.
type Filler struct {
	Rules Rules
	// Document is what a message calls the whole file, such as "a configuration file"; Member what an unknown name is not, such as "a setting".
	Document, Member string
	// Hints say how to write the value at a JSON pointer where its type is wrong.
	Hints    map[string]string
	Findings []diag.Finding
}

// Add reports an error.
func (f *Filler) Add(rule, path string, pos diag.Position, message, fix string) {
	f.Findings = append(f.Findings, diag.Finding{Rule: rule, Severity: diag.Error, Path: path, Position: pos, Message: message, Fix: fix})
}

// Fill fills what into points to. The path is the node's JSON pointer, for messages. Members of an object that are not into's may be those of
// further structs.
func (f *Filler) Fill(n *document.Node, path string, into any, further ...any) {
	v := reflect.ValueOf(into).Elem()
	if v.Kind() != reflect.Struct || n.Kind != document.Object || n.Tag != "" {
		f.value(n, v, path)
		return
	}
	fields := map[string]reflect.Value{}
	for _, each := range append(further, into) {
		collect(reflect.ValueOf(each).Elem(), fields)
	}
	f.object(n, fields, path)
}

var nodeType, durationType = reflect.TypeFor[*document.Node](), reflect.TypeFor[time.Duration]()

// value fills a field from a node. A null is as good as nothing.
func (f *Filler) value(n *document.Node, v reflect.Value, path string) {
	switch {
	case v.Type() == nodeType:
		v.Set(reflect.ValueOf(n))
	case n.Kind == document.Null && n.Tag == "" && v.Kind() != reflect.Interface:
	case n.Tag != "":
		f.Add(f.Rules.Type, path, n.Pos, fmt.Sprintf("%s has the YAML tag %s, which means nothing here", f.Called(path), n.Tag), "remove it, or quote the text")
	case v.Kind() == reflect.Interface:
		if x := Of(n); x != nil {
			v.Set(reflect.ValueOf(x))
		}
	case v.Type() == durationType:
		f.duration(n, v, path)
	case f.text(n, v, path):
	case v.Kind() == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.value(n, v.Elem(), path)
	case n.Kind != kinds[v.Kind()] && !(v.Kind() == reflect.String && coerced(n)):
		f.mistyped(n, kinds[v.Kind()], path)
	default:
		f.plain(n, v, path)
	}
}

// coerced says that a number or truth value was written as a text, and may be one.
func coerced(n *document.Node) bool {
	return n.Coerced && (n.Kind == document.Number || n.Kind == document.Bool)
}

func (f *Filler) plain(n *document.Node, v reflect.Value, path string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(n.Text)
	case reflect.Bool:
		v.SetBool(n.Text == "true")
	case reflect.Int:
		i, err := strconv.Atoi(n.Text)
		if err != nil {
			f.Add(f.Rules.Value, path, n.Pos, fmt.Sprintf("%s is %s, not a whole number", f.Called(path), n.Text), "")
		}
		v.SetInt(int64(i))
	case reflect.Slice:
		for i, item := range n.Items {
			v.Set(reflect.Append(v, reflect.Zero(v.Type().Elem())))
			if item.Kind == document.Null && item.Tag == "" {
				f.mistyped(item, kinds[v.Type().Elem().Kind()], diag.Pointer(path, i))
				continue
			}
			f.value(item, v.Index(v.Len()-1), diag.Pointer(path, i))
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		f.Members(n, path, func(m document.Member, path string) {
			element := reflect.New(v.Type().Elem()).Elem()
			f.value(m.Value, element, path)
			v.SetMapIndex(reflect.ValueOf(m.Name), element)
		})
	default:
		fields := map[string]reflect.Value{}
		collect(v, fields)
		f.object(n, fields, path)
	}
}

func (f *Filler) object(n *document.Node, fields map[string]reflect.Value, path string) {
	f.Members(n, path, func(m document.Member, path string) {
		if field, ok := fields[m.Name]; ok {
			f.value(m.Value, field, path)
			return
		}
		var names []string
		for name := range fields {
			names = append(names, name)
		}
		f.Unknown(m, path, names)
	})
}

// collect gathers a struct's fields by their names in the file.
func collect(v reflect.Value, byName map[string]reflect.Value) {
	for i := range v.NumField() {
		if field := v.Type().Field(i); field.Anonymous {
			collect(v.Field(i), byName)
		} else if name := field.Tag.Get("json"); name != "" && name != "-" {
			byName[name] = v.Field(i)
		}
	}
}

// duration reads a text such as 30s.
func (f *Filler) duration(n *document.Node, v reflect.Value, path string) {
	d, err := time.ParseDuration(n.Text)
	if n.Kind != document.String && n.Kind != document.Number || err != nil || d < 0 {
		f.Add(f.Rules.Value, path, n.Pos, fmt.Sprintf("%s is no duration", f.Called(path)), "write one such as 30s, 500ms or 2m")
		return
	}
	v.SetInt(int64(d))
}

// text fills a value that reads texts itself, and says whether it is one. Numbers are read as they are written.
func (f *Filler) text(n *document.Node, v reflect.Value, path string) bool {
	target := v
	if v.Kind() != reflect.Pointer {
		target = v.Addr()
	} else if _, ok := v.Interface().(encoding.TextUnmarshaler); ok {
		target = reflect.New(v.Type().Elem())
	}
	reader, ok := target.Interface().(encoding.TextUnmarshaler)
	if !ok {
		return false
	}
	if n.Kind != document.String && n.Kind != document.Number && !coerced(n) {
		f.mistyped(n, document.String, path)
		return true
	}
	if err := reader.UnmarshalText([]byte(n.Text)); err != nil {
		f.Add(f.Rules.Value, path, n.Pos, fmt.Sprintf("%s: %v", f.Called(path), err), "")
		return true
	}
	if v.Kind() == reflect.Pointer {
		v.Set(target)
	}
	return true
}

// Members walks an object and reports names that are there twice.
func (f *Filler) Members(n *document.Node, path string, each func(m document.Member, path string)) {
	seen := map[string]int{}
	for _, m := range n.Members {
		path := diag.Pointer(path, m.Name)
		if line, ok := seen[m.Name]; ok {
			f.Add(f.Rules.Duplicate, path, m.Pos, fmt.Sprintf("%s is in line %d already", m.Name, line), "remove one of them")
			continue
		}
		seen[m.Name] = m.Pos.Line
		each(m, path)
	}
}

// Unknown reports a name that is none of those that are known.
func (f *Filler) Unknown(m document.Member, path string, known []string) {
	fix := "remove it"
	if hint, ok := f.Hints[path]; ok {
		fix = hint
	} else if near := diag.Nearest(m.Name, known); near != "" {
		fix = "did you mean " + near + "?"
	}
	f.Add(f.Rules.Unknown, path, m.Pos, f.Called(path)+" is not "+f.Member, fix)
}

// Called is what a message calls the value at a JSON pointer.
func (f *Filler) Called(path string) string {
	if path == "" {
		return f.Document
	}
	return strings.Join(diag.Tokens(path), ".")
}
