package secrets

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
)

// top reads the keys of a file.
func (r *reader) top(root *yaml.Node) {
	if root.Kind != yaml.MappingNode {
		r.add(RuleType, r.pos(root), "a secrets file is a mapping of names to values", "write: name: value")
		return
	}
	r.members(root, 0, func(key, value *yaml.Node) {
		if versions := r.versions(value); versions != nil {
			r.entry(key.Value, r.pos(key), versions)
		} else if v, ok := r.content(key.Value, value); ok {
			r.entry(key.Value, r.pos(key), map[string]Value{"": v})
		}
	})
}

// versions reads {versions: {AWSCURRENT: …, …}}; nil where the value has another form.
func (r *reader) versions(value *yaml.Node) map[string]Value {
	value = follow(value)
	if value.Kind != yaml.MappingNode || len(value.Content) != 2 || value.Content[0].Value != "versions" {
		return nil
	}
	list := follow(value.Content[1])
	if list.Kind != yaml.MappingNode {
		return nil
	}
	versions := map[string]Value{}
	r.members(list, 2, func(key, value *yaml.Node) {
		if v, ok := r.content(key.Value, value); ok {
			versions[key.Value] = v
		}
	})
	return versions
}

// content is what the service would answer as the secret's text: a text as it is, a mapping as JSON.
func (r *reader) content(key string, value *yaml.Node) (Value, bool) {
	switch value = follow(value); value.Kind {
	case yaml.MappingNode:
		var b bytes.Buffer
		ok := r.json(&b, value, 1)
		return NewValue(b.String()), ok
	case yaml.ScalarNode:
		if value.Tag == "!!null" {
			r.add(RuleNoValue, r.pos(value), fmt.Sprintf("%s has no value", key), `write "" for an empty text; quote a value that starts with & or !`)
			return Value{}, false
		}
		return NewValue(value.Value), r.plain(value)
	}
	r.add(RuleType, r.pos(value), fmt.Sprintf("%s is a list; a value is a text or a mapping", key), "quote it to give it as a text")
	return Value{}, false
}

// plain reports a scalar with a tag of its own: what was meant is most likely a text that starts with an exclamation mark.
func (r *reader) plain(value *yaml.Node) bool {
	switch value.Tag {
	case "!!str", "!!int", "!!float", "!!bool", "!!null", "!!timestamp":
		return true
	}
	r.add(RuleType, r.pos(value), "a value starts with a YAML tag, which is not part of it", "quote the value")
	return false
}

// members walks a mapping and reports keys that are no texts or are there twice.
func (r *reader) members(mapping *yaml.Node, depth int, each func(key, value *yaml.Node)) {
	first := map[string]int{}
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		key, value := follow(mapping.Content[i]), mapping.Content[i+1]
		switch {
		case !r.within(key, depth):
			return
		case key.Kind != yaml.ScalarNode || key.Tag == "!!merge" || key.Tag == "!!null":
			r.add(RuleType, r.pos(key), "a key is a plain text", "quote the key")
		case first[key.Value] != 0:
			r.add(RuleDuplicate, r.pos(key), fmt.Sprintf("%s has a value in line %d already", key.Value, first[key.Value]), "remove one of them")
		default:
			first[key.Value] = key.Line
			each(key, value)
		}
	}
}

// json writes a value as JSON. What JSON has no number or truth value for, such as 0123 or yes, stays the text that it is.
func (r *reader) json(b *bytes.Buffer, value *yaml.Node, depth int) bool {
	value = follow(value)
	if !r.within(value, depth) {
		return false
	}
	ok := true
	separator := func(i int) {
		if i > 0 {
			b.WriteByte(',')
		}
	}
	switch value.Kind {
	case yaml.MappingNode:
		b.WriteByte('{')
		n := 0
		r.members(value, depth, func(key, member *yaml.Node) {
			separator(n)
			n++
			writeString(b, key.Value)
			b.WriteByte(':')
			ok = r.json(b, member, depth+1) && ok
		})
		b.WriteByte('}')
	case yaml.SequenceNode:
		b.WriteByte('[')
		for i, item := range value.Content {
			separator(i)
			ok = r.json(b, item, depth+1) && ok
		}
		b.WriteByte(']')
	default:
		ok = r.plain(value)
		writeScalar(b, value)
	}
	return ok
}

var jsonNumber = lazyregexp.New(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)

func writeScalar(b *bytes.Buffer, value *yaml.Node) {
	switch {
	case value.Tag == "!!null":
		b.WriteString("null")
	case value.Tag == "!!bool":
		b.WriteString(strings.ToLower(value.Value))
	case (value.Tag == "!!int" || value.Tag == "!!float") && jsonNumber().MatchString(value.Value):
		b.WriteString(value.Value)
	default:
		writeString(b, value.Value)
	}
}

func writeString(b *bytes.Buffer, text string) {
	encoder := json.NewEncoder(b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(text) // a string cannot fail
	b.Truncate(b.Len() - 1)  // the newline
}

// within counts a value and says whether the limits still hold; once they do not, nothing more is read.
func (r *reader) within(value *yaml.Node, depth int) bool {
	if r.seen++; r.exceeded {
		return false
	}
	if r.seen > maxValues {
		r.exceeded = true
		r.add(RuleSyntax, r.pos(value), fmt.Sprintf("the file has more than %d values once its aliases are followed", maxValues), "")
	} else if depth > maxDepth {
		r.exceeded = true
		r.add(RuleSyntax, r.pos(value), fmt.Sprintf("values are nested more than %d deep", maxDepth), "")
	}
	return !r.exceeded
}

// follow is the value that an alias stands for. YAML allows no alias of an alias.
func follow(value *yaml.Node) *yaml.Node {
	if value.Kind == yaml.AliasNode {
		return value.Alias
	}
	return value
}
