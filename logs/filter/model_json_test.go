package filter_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

var keys = []string{"a", "a", "c-d", "e.f"}

// step makes one step of a selector and what it finds in a value.
func (g *generator) step(first, wild bool) (find func(value any) []any, text string, isWild bool) {
	switch kind := g.IntN(8); {
	case kind == 0 && wild:
		return members, ".*", true
	case kind == 1 && wild && !first:
		return func(value any) []any {
			list, _ := value.([]any)
			return list
		}, "[*]", true
	case kind < 5 && !first:
		i := g.IntN(3)
		return func(value any) []any {
			if list, _ := value.([]any); i < len(list) {
				return list[i : i+1]
			}
			return nil
		}, fmt.Sprintf("[%d]", i), false
	}
	key := pick(g, keys...)
	text = "." + key
	if strings.Contains(key, ".") || g.IntN(3) == 0 {
		text = pick(g, "", ".") + "['" + key + "']"
	}
	return func(value any) []any {
		object, _ := value.(map[string]any)
		if inner, ok := object[key]; ok {
			return []any{inner}
		}
		return nil
	}, text, false
}

// members of an object or an array.
func members(value any) (all []any) {
	switch v := value.(type) {
	case map[string]any:
		for _, inner := range v {
			all = append(all, inner)
		}
	case []any:
		all = v
	}
	return all
}

func (g *generator) selector() (find func(object any) []any, text string) {
	text = "$"
	wild := false
	var steps []func(any) []any
	for i := range 1 + g.IntN(3) {
		step, written, isWild := g.step(i == 0, !wild && g.wildcards < 3)
		if isWild {
			wild = true
			g.wildcards++
		}
		steps = append(steps, step)
		text += written
	}
	return func(object any) []any {
		found := []any{object}
		for _, step := range steps {
			var next []any
			for _, value := range found {
				next = append(next, step(value)...)
			}
			found = next
		}
		return found
	}, text
}

// property is a condition on what a selector finds: one value that fits is enough.
func (g *generator) property() (model, []string) {
	find, text := g.selector()
	var fits func(value any) bool
	var tokens []string
	none := false
	switch g.IntN(10) {
	case 0:
		tokens, fits = []string{" IS NULL "}, func(value any) bool { return value == nil }
	case 1:
		tokens, fits = []string{" is TRUE "}, func(value any) bool { return value == true }
	case 2:
		tokens, fits = []string{" IS \tfalse "}, func(value any) bool { return value == false }
	case 3:
		tokens, none, fits = []string{" NOT  EXISTS "}, true, func(any) bool { return true }
	default:
		var holds func(string, bool) bool
		holds, tokens = g.comparison()
		fits = func(value any) bool {
			switch v := value.(type) {
			case string:
				return holds(v, false)
			case bool, json.Number:
				return holds(fmt.Sprint(v), true)
			}
			return false // null, object, array
		}
	}
	return func(message string) bool {
		for _, value := range find(decoded(message)) {
			if fits(value) {
				return !none
			}
		}
		return none
	}, append([]string{text}, tokens...)
}

// decoded is the object that a message is, or nil.
func decoded(message string) any {
	var object map[string]any
	decoder := json.NewDecoder(strings.NewReader(message))
	decoder.UseNumber()
	if !json.Valid([]byte(message)) || decoder.Decode(&object) != nil || object == nil {
		return nil
	}
	return object
}

func (g *generator) json() (model, []string) {
	inner, tokens := g.expression(3, g.property)
	return func(message string) bool { return decoded(message) != nil && inner(message) }, concat([]string{"{"}, tokens, []string{"}"})
}

// fields: names for the words of a message in their order, with conditions; the last takes the rest where there is no ellipsis.
func (g *generator) fields() (model, []string) {
	count, ellipsis := 1+g.IntN(4), g.IntN(2) == 0
	at := g.IntN(count + 1)
	conditions := make([]model, count)
	tokens := []string{"["}
	for i := range conditions {
		if ellipsis && i == at {
			tokens = append(tokens, "...", ",")
		}
		name := fmt.Sprintf("f%d", i)
		if g.IntN(2) == 0 {
			tokens = append(tokens, name)
		} else {
			var written []string
			conditions[i], written = g.expression(1, func() (model, []string) {
				holds, tokens := g.comparison()
				return func(word string) bool { return holds(word, true) }, append([]string{name}, tokens...)
			})
			tokens = append(tokens, written...)
		}
		tokens = append(tokens, ",")
	}
	if tokens = tokens[:len(tokens)-1]; ellipsis && at == count {
		tokens = append(tokens, ",", "...")
	}
	return func(message string) bool {
		words := cut(message, 0)
		if !ellipsis {
			words = cut(message, count)
		}
		if len(words) < count || !ellipsis && len(words) != count {
			return false
		}
		for i, holds := range conditions {
			word := words[i]
			if ellipsis && i >= at {
				word = words[len(words)-count+i]
			}
			if holds != nil && !holds(word) {
				return false
			}
		}
		return true
	}, append(tokens, "]")
}

// field is a word of a message: in brackets, in quotation marks, or up to a blank.
var field = regexp.MustCompile(`(?s)^(?:\[([^\]]*)\]|"([^"]*)"|([^ \t\r\n]+))[ \t\r\n]*`)

// cut splits a message into its words; the one at the limit takes what is left.
func cut(message string, limit int) (words []string) {
	for rest := strings.Trim(message, " \t\r\n"); rest != ""; {
		m := field.FindStringSubmatch(rest)
		whole := rest[len(m[0]):] == ""
		if len(words)+1 == limit && !whole {
			return append(words, rest)
		}
		words = append(words, m[1]+m[2]+m[3])
		rest = rest[len(m[0]):]
	}
	return words
}

// message is one of all kinds that patterns look for.
func (g *generator) message() string {
	switch g.IntN(5) {
	case 0, 1:
		var b bytes.Buffer
		encoder := json.NewEncoder(&b)
		encoder.SetEscapeHTML(g.IntN(2) == 0)
		_ = encoder.Encode(g.object(3))
		return b.String()
	case 2:
		return pick(g, "", " ", "{}", "[1]", `"a"`, "{", `{"a":1} x`, `{"a":1`, "null", "é")
	}
	var parts []string
	for range 1 + g.IntN(5) {
		text := g.text()
		switch g.IntN(4) {
		case 0:
			text = "[" + strings.ReplaceAll(text, "]", "") + "]"
		case 1:
			text = `"` + strings.ReplaceAll(text, `"`, "") + `"`
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, pick(g, " ", "  ", "\t"))
}

func (g *generator) object(depth int) map[string]any {
	object := map[string]any{}
	for range 1 + g.IntN(4) {
		object[pick(g, keys...)] = g.value(depth)
	}
	return object
}

func (g *generator) value(depth int) any {
	switch kind := g.IntN(9); {
	case kind < 2 && depth > 0:
		return g.object(depth - 1)
	case kind < 4 && depth > 0:
		list := make([]any, g.IntN(4))
		for i := range list {
			list[i] = g.value(depth - 1)
		}
		return list
	case kind == 4:
		return pick[any](g, nil, true, false)
	case kind < 7:
		if json.Valid([]byte(g.near)) && g.IntN(2) == 0 {
			return json.Number(g.near)
		}
		return json.Number(pick(g, "404", "404.0", "4.04e2", "-3", "1e3", "1000", "0.1", "5E-1", "10"))
	}
	return g.text()
}
