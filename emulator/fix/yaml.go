package fix

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/document"
	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
	"go.yaml.in/yaml/v3"
)

// maxYAML bounds the bytes that are parsed again after each change, so that a file of thousands of mistakes does not take minutes.
const maxYAML = 64 << 20

// applyYAML makes the patches one after the other. One whose result does not read as it should, or whose place is written in a way that is
// not changed (a block scalar, an alias), is not made.
func applyYAML(source []byte, patches []diag.Patch) (fixed []byte, made []bool) {
	made = make([]bool, len(patches))
	for n, i := range inOrder(patches) {
		p := patches[i]
		if (n+1)*len(source) > maxYAML {
			break
		}
		if p.Path == "" || slices.ContainsFunc(patches[:i], func(q diag.Patch) bool { return q.Path == p.Path }) {
			continue
		}
		if changed, ok := changeYAML(source, p); ok {
			source, made[i] = changed, true
		}
	}
	return source, made
}

// changeYAML is the text after one patch, which keeps the comments within a list where it can.
func changeYAML(source []byte, p diag.Patch) ([]byte, bool) {
	changed, ok := source, true
	parts := inItems(source, p)
	for _, part := range parts {
		if changed, ok = patchYAML(changed, part); !ok {
			break
		}
	}
	if ok && len(parts) > 0 && readsAs(changed, source, p) {
		return changed, true
	}
	changed, ok = patchYAML(source, p)
	return changed, ok && readsAs(changed, source, p)
}

// commented is text with a comment in it, or with what looks like one.
var commented = lazyregexp.New(`(?m)(^|\s)#`)

// inItems are patches of those items that differ, for a list in whose text there is a comment; none for all else.
func inItems(source []byte, p diag.Patch) []diag.Patch {
	var doc yaml.Node
	value, _ := document.ParseJSON("", []byte(p.Value))
	if value == nil || value.Kind != document.Array || yaml.Unmarshal(source, &doc) != nil || len(doc.Content) == 0 {
		return nil
	}
	place, ok := find(doc.Content[0], diag.Tokens(p.Path))
	if !ok || place.key == nil || place.value.Kind != yaml.SequenceNode || len(place.value.Content) != len(value.Items) {
		return nil
	}
	t := newYAMLText(source)
	end, known := t.end(place.value)
	if !known || !commented().Match(source[t.offset(place.key):end]) {
		return nil
	}
	var parts []diag.Patch
	for i, item := range value.Items {
		if old := place.value.Content[i]; old.Kind != yaml.ScalarNode || old.Value != item.Text || item.Kind != document.String {
			parts = append(parts, diag.Patch{Path: diag.Pointer(p.Path, i), Value: p.Value[item.Start:item.End]})
		}
	}
	return parts
}

// inOrder are the indexes of patches in an order in which none moves the place of a later one: what is taken out comes last, inner things
// before outer ones, and of a list the last item first.
func inOrder(patches []diag.Patch) []int {
	order := make([]int, len(patches))
	for i := range order {
		order[i] = i
	}
	rank := func(i int) (removes, depth, index int) {
		tokens := diag.Tokens(patches[i].Path)
		if patches[i].Value != "" || len(tokens) == 0 {
			return 0, 0, 0
		}
		index, _ = strconv.Atoi(tokens[len(tokens)-1])
		return 1, -len(tokens), -index
	}
	slices.SortStableFunc(order, func(i, j int) int {
		removes, depth, index := rank(i)
		removesToo, depthToo, indexToo := rank(j)
		return cmp.Or(cmp.Compare(removes, removesToo), cmp.Compare(depth, depthToo), cmp.Compare(index, indexToo))
	})
	return order
}

// patchYAML is the text after one patch, and whether there is a way to make it.
func patchYAML(source []byte, p diag.Patch) ([]byte, bool) {
	var doc yaml.Node
	if yaml.Unmarshal(source, &doc) != nil || len(doc.Content) == 0 {
		return nil, false
	}
	t := newYAMLText(source)
	place, ok := find(doc.Content[0], diag.Tokens(p.Path))
	if !ok {
		return nil, false
	}
	var change edit
	switch {
	case place.value == nil && p.Value != "":
		change, ok = t.add(place, p.Value)
	case place.value == nil:
		return nil, false
	case p.Value != "":
		change, ok = t.replace(place, p.Value)
	default:
		change, ok = t.remove(place)
	}
	if !ok {
		return nil, false
	}
	return slices.Concat(source[:change.start], []byte(change.text), source[change.end:]), true
}

// yamlPlace is where a value is, or would be: value is nil where it is not there.
type yamlPlace struct {
	parent     *yaml.Node
	name       string
	key, value *yaml.Node // key is nil in a list
	next       *yaml.Node // the key or item behind it, nil for the last one
}

// find follows a JSON pointer, but not through aliases: a change there would change other places, too.
func find(n *yaml.Node, tokens []string) (yamlPlace, bool) {
	for i, token := range tokens {
		place := yamlPlace{parent: n, name: token}
		step := 1
		if n.Kind == yaml.MappingNode {
			step = 2
		} else if n.Kind != yaml.SequenceNode {
			return place, false
		}
		for at := 0; at+step <= len(n.Content); at += step {
			isIt := step == 2 && n.Content[at].Value == token
			if step == 1 {
				isIt = strconv.Itoa(at) == token
			}
			if !isIt {
				continue
			}
			place.value = n.Content[at+step-1]
			place.key, place.next = nil, nil
			if step == 2 {
				place.key = n.Content[at]
			}
			if at+step < len(n.Content) {
				place.next = n.Content[at+step]
			}
		}
		if i == len(tokens)-1 {
			return place, step == 2 || place.value != nil
		}
		if n = place.value; n == nil {
			return place, false
		}
	}
	return yamlPlace{}, false
}

// add puts a member behind the last one of an object in block style, as far in as the others; in flow style, as JSON does.
func (t *yamlText) add(p yamlPlace, value string) (edit, bool) {
	members := p.parent.Content
	end, known := t.end(p.parent)
	if !known || len(members) == 0 {
		return edit{}, false
	}
	quoted, _ := json.Marshal(p.name) // a string always has JSON
	if p.parent.Style == yaml.FlowStyle {
		end, known = t.end(members[len(members)-1])
		return edit{end, end, ", " + string(quoted) + ": " + value}, known
	}
	end = t.lineEnd(end)
	indent := strings.Repeat(" ", members[0].Column-1)
	return edit{end, end, "\n" + indent + p.name + ": " + value}, true
}

// replace writes a value, on the line of its name, where the old one stood.
func (t *yamlText) replace(p yamlPlace, value string) (edit, bool) {
	start, end, known := t.extent(p.value)
	if !known {
		return edit{}, false
	}
	if p.key == nil || p.parent.Style == yaml.FlowStyle && start < end {
		return edit{start, end, value}, true
	}
	_, colon, known := t.extent(p.key)
	if !known || colon >= len(t.source) || t.source[colon] != ':' {
		return edit{}, false
	}
	return edit{colon + 1, max(end, colon+1), " " + value}, true
}

// remove takes a member or an item out, with its lines where it has lines of its own.
func (t *yamlText) remove(p yamlPlace) (edit, bool) {
	first := p.value
	if p.key != nil {
		first = p.key
	}
	start := t.offset(first)
	_, end, known := t.extent(p.value)
	switch {
	case !known || len(p.parent.Content) <= 2 && p.key != nil || len(p.parent.Content) <= 1:
		return edit{}, false // what has nothing left reads as null
	case p.next != nil && (p.parent.Style == yaml.FlowStyle || p.key != nil && !t.beginsLine(start)):
		return edit{start, t.offset(p.next), ""}, true
	case p.parent.Style == yaml.FlowStyle:
		comma := bytes.LastIndexByte(t.source[:start], ',')
		return edit{comma, end, ""}, comma > 0
	}
	line := t.lineStart(start)
	before := strings.TrimLeft(string(t.source[line:start]), " ")
	if p.key != nil && before != "" || p.key == nil && strings.TrimRight(before, " ") != "-" {
		return edit{}, false
	}
	return edit{line, min(t.lineEnd(end)+1, len(t.source)), ""}, true
}

// readsAs says whether the changed file is the one before it with the patch made, and nothing else.
func readsAs(changed, before []byte, p diag.Patch) bool {
	want, _ := document.ParseYAML("", before)
	got, _ := document.ParseYAML("", changed)
	return got != nil && want != nil && made(want, p) && equal(got, want)
}

// made makes a patch in a tree.
func made(root *document.Node, p diag.Patch) bool {
	cutAt := strings.LastIndexByte(p.Path, '/')
	parent, name := root.At(p.Path[:cutAt]), diag.Tokens(p.Path[cutAt:])[0]
	if p.Value != "" {
		value, _ := document.ParseJSON("", []byte(p.Value))
		if value == nil {
			return false
		}
		if node := root.At(p.Path); node != nil {
			*node = *value
		} else {
			parent.Members = append(parent.Members, document.Member{Name: name, Value: value})
		}
		return true
	}
	gone := root.At(p.Path)
	parent.Members = slices.DeleteFunc(parent.Members, func(m document.Member) bool { return m.Value == gone })
	parent.Items = slices.DeleteFunc(parent.Items, func(n *document.Node) bool { return n == gone })
	return gone != nil
}

// equal compares what two trees say, not where.
func equal(a, b *document.Node) bool {
	return a.Kind == b.Kind && a.Text == b.Text && a.Tag == b.Tag && slices.EqualFunc(a.Items, b.Items, equal) &&
		slices.EqualFunc(a.Members, b.Members, func(x, y document.Member) bool { return x.Name == y.Name && equal(x.Value, y.Value) })
}
