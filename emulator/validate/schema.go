package validate

import (
	"reflect"
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/document"
	"github.com/ecslocal/ecslocal/emulator/taskdef"
)

// schema is what the API's shapes alone say of a definition: members that are missing and values that are no member of their
// enumeration, by the shape's path, such as containerDefinitions[].portMappings[].protocol.
type schema struct {
	missing, misfits, empty map[string][]misfit
}

// misfit is one value that does not fit its shape.
type misfit struct {
	path    string // JSON pointer
	parent  string // as AWS's clients write it: containerDefinitions[0].portMappings[0], or input
	member  string
	value   string
	members []string // of the enumeration
}

func readSchema(def *taskdef.Definition) schema {
	s := schemaReader{def: def, schema: schema{map[string][]misfit{}, map[string][]misfit{}, map[string][]misfit{}}}
	s.object(reflect.ValueOf(def).Elem(), "", nil)
	return s.schema
}

type schemaReader struct {
	def *taskdef.Definition
	schema
}

// object reads a struct. The shape's path and the tokens of the JSON pointer lead to it.
func (s *schemaReader) object(v reflect.Value, parent string, tokens []any) {
	for i, member := range shapeOf(v.Type()) {
		if member.name == "-" {
			continue
		}
		path, at := strings.TrimPrefix(parent+"."+member.name, "."), append(slices.Clip(tokens), member.name)
		field := v.Field(i)
		if member.required && field.IsZero() {
			s.absent(path, at)
		}
		s.value(field, member, path, at)
	}
}

func (s *schemaReader) value(v reflect.Value, is shape, path string, tokens []any) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			s.value(v.Elem(), is, path, tokens)
		}
	case reflect.Struct:
		s.object(v, path, tokens)
	case reflect.Slice:
		for i := range v.Len() {
			s.value(v.Index(i), is, path+"[]", append(slices.Clip(tokens), i))
		}
	case reflect.String:
		s.text(v.String(), is, path, tokens)
	}
}

// text looks at one text: it may be empty where the file gives it, or none of an enumeration. Where nothing is required, an
// empty text is not held against the enumeration: ECS takes it in some of them.
func (s *schemaReader) text(text string, is shape, path string, tokens []any) {
	switch written := text != "" || s.def.Has(diag.Pointer("", tokens...)); {
	case !written:
	case text == "" && (!is.required || is.enum == nil):
		s.add(s.empty, path, tokens, misfit{members: is.enum})
	case is.enum != nil && !slices.Contains(is.enum, text):
		s.add(s.misfits, path, tokens, misfit{value: text, members: is.enum})
	}
}

// absent notes a required member that the file does not give at all. What it gives, and cannot be used, is reported elsewhere.
func (s *schemaReader) absent(path string, tokens []any) {
	if n := s.def.Source.At(diag.Pointer("", tokens...)); n == nil || n.Kind == document.Null && n.Unknown == "" {
		s.add(s.missing, path, tokens, misfit{})
	}
}

func (s *schemaReader) add(into map[string][]misfit, path string, tokens []any, m misfit) {
	last := len(tokens) - 1
	m.path, m.parent = diag.Pointer("", tokens...), "input"
	m.member, _ = tokens[last].(string)
	if last > 0 {
		m.parent = clientPath(diag.Pointer("", tokens[:last]...))
	}
	into[path] = append(into[path], m)
}

// shape is what the API says of one member.
type shape struct {
	name     string
	enum     []string
	required bool
}

// shapes are the members of every structure of a definition and of overrides, in the order of the Go fields.
var shapes = collectShapes(reflect.TypeFor[taskdef.Overrides](), collectShapes(reflect.TypeFor[taskdef.Definition](), map[reflect.Type][]shape{}))

// clientPath writes a JSON pointer as AWS's clients do.
func clientPath(pointer string) string { return taskdef.ClientPath(pointer) }

func shapeOf(t reflect.Type) []shape { return shapes[t] }

func collectShapes(t reflect.Type, into map[reflect.Type][]shape) map[reflect.Type][]shape {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || into[t] != nil {
		return into
	}
	into[t] = []shape{}
	for i := range t.NumField() {
		tag := t.Field(i).Tag
		m := shape{name: tag.Get("json"), required: tag.Get("required") != ""}
		if enum := tag.Get("enum"); enum != "" {
			m.enum = strings.Split(enum, "|")
		}
		into[t] = append(into[t], m)
		if m.name != "-" {
			collectShapes(t.Field(i).Type, into)
		}
	}
	return into
}

// walkShapes calls f for every member of a definition, with its path; the path of a list of texts ends in [].
func walkShapes(f func(path string, m shape)) {
	walkShape(reflect.TypeFor[taskdef.Definition](), "", f)
}

func walkShape(t reflect.Type, path string, f func(path string, m shape)) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		if t.Kind() == reflect.Slice {
			path += "[]"
		}
		t = t.Elem()
	}
	for i, m := range shapeOf(t) {
		if m.name == "-" {
			continue
		}
		field, below := t.Field(i).Type, strings.TrimPrefix(path+"."+m.name, ".")
		if field == reflect.TypeFor[[]string]() {
			f(below+"[]", m)
			continue
		}
		f(below, m)
		walkShape(field, below, f)
	}
}

// missing reports required members that the file does not give. Values: AWS's name of the parent, member, our name of the parent.
func missing(shapes ...string) check {
	return func(t *task, hit hit) {
		for _, shape := range shapes {
			for _, m := range t.schema.missing[shape] {
				hit(m.path, m.parent, m.member, strings.Replace(m.parent, "input", "the definition", 1))
			}
		}
	}
}

// notInEnum reports values that are no member of their enumeration. Values: value, place, what to write.
func notInEnum(shapes ...string) check {
	return func(t *task, hit hit) {
		for _, shape := range shapes {
			for _, m := range t.schema.misfits[shape] {
				hit(m.path, m.value, clientPath(m.path), suggest(m.value, m.members))
			}
		}
	}
}

// suggest says what may be written instead of a value.
func suggest(value string, members []string) string {
	near := diag.Nearest(value, members)
	switch {
	case near != "" && len(members) > 12:
		return "did you mean " + near + "?"
	case near != "":
		return "did you mean " + near + "? Possible are " + strings.Join(members, ", ")
	case len(members) < 3:
		return "write " + strings.Join(members, " or ")
	}
	return "write one of " + strings.Join(members, ", ")
}
