// Package fix makes the changes that findings propose in the text of a JSON or YAML file, and leaves every other byte as it is: comments,
// order, indentation.
//
// It stands beside package validate: findings carry patches of the definition as it reads, InFile turns them into those of its file, which may
// be a template, and Apply makes them. It imports diag, document and a YAML parser.
package fix

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/document"
)

// Apply makes the patches in source, of which root was parsed, and says which of them it made. Not made are those of places that
// the file does not have (a default) or has in a form that is not changed (a YAML alias), and all but the first of
// several for one place.
func Apply(source []byte, root *document.Node, patches []diag.Patch) (fixed []byte, made []bool) {
	if root.End == 0 { // JSON has offsets
		return applyYAML(source, patches)
	}
	e := &editor{source: source, removed: map[*document.Node][]int{}, added: map[*document.Node][]string{}}
	made = make([]bool, len(patches))
	seen := map[string]bool{}
	for i, p := range patches {
		if !seen[p.Path] && p.Path != "" {
			made[i] = e.patch(root, p)
			seen[p.Path] = made[i]
		}
	}
	for parent, indexes := range e.removed {
		e.cut(parent, indexes)
	}
	for object, members := range e.added {
		e.put(object, members)
	}
	return e.write(), made
}

// edit replaces the bytes from start to end.
type edit struct {
	start, end int
	text       string
}

type editor struct {
	source []byte
	edits  []edit
	// removed are the members or items to take out, by the object or list that has them: commas depend on the neighbours.
	removed map[*document.Node][]int
	// added are the members to add, by the object that gets them.
	added map[*document.Node][]string
}

func (e *editor) patch(root *document.Node, p diag.Patch) bool {
	cutAt := strings.LastIndexByte(p.Path, '/')
	parent := root.At(p.Path[:cutAt])
	tokens := diag.Tokens(p.Path)
	name := tokens[len(tokens)-1]
	node := root.At(p.Path)
	switch {
	case parent == nil:
		return false
	case node == nil && p.Value != "" && parent.Kind == document.Object && parent.End > 0:
		e.add(parent, name, p.Value)
	case node == nil || node.End == 0:
		return false
	case p.Value != "":
		e.edits = append(e.edits, edit{node.Start, node.End, p.Value})
	default:
		e.removed[parent] = append(e.removed[parent], slices.IndexFunc(spans(parent), func(s span) bool { return s.end == node.End }))
	}
	return true
}

// add notes a member to put behind the others of an object.
func (e *editor) add(object *document.Node, name, value string) {
	quoted, _ := json.Marshal(name) // a string always has JSON
	e.added[object] = append(e.added[object], string(quoted)+": "+value)
}

// put writes the new members of an object behind its last one, set off as the first one is.
func (e *editor) put(object *document.Node, members []string) {
	end := object.Start + 1
	if len(object.Members) > 0 {
		end = object.Members[len(object.Members)-1].Value.End
	}
	if len(object.Members) == len(e.removed[object]) { // none is left
		e.edits = append(e.edits, edit{end, end, strings.Join(members, ", ")})
		return
	}
	before := string(e.source[object.Start+1 : object.Members[0].Start])
	if before == "" || strings.TrimSpace(before) != "" { // a comment stands there
		before = " "
	}
	e.edits = append(e.edits, edit{end, end, "," + before + strings.Join(members, ","+before)})
}

// span is where a member, name included, or an item stands.
type span struct{ start, end int }

func spans(parent *document.Node) []span {
	var all []span
	for _, m := range parent.Members {
		all = append(all, span{m.Start, m.Value.End})
	}
	for _, item := range parent.Items {
		all = append(all, span{item.Start, item.End})
	}
	return all
}

// cut takes members or items out, each with the comma behind it; what ends the list takes the comma before it.
func (e *editor) cut(parent *document.Node, indexes []int) {
	all := spans(parent)
	kept := len(all) // how many stand before the run that ends the list
	for kept > 0 && slices.Contains(indexes, kept-1) {
		kept--
	}
	for _, i := range indexes {
		if i < kept {
			e.edits = append(e.edits, edit{all[i].start, all[i+1].start, ""})
		}
	}
	switch last := len(all) - 1; {
	case kept > last:
	case kept == 0:
		e.edits = append(e.edits, edit{all[0].start, all[last].end, ""})
	default:
		e.edits = append(e.edits, edit{all[kept-1].end, all[last].end, ""})
	}
}

// write makes the edits in order; one inside what an earlier one took out has nothing left to change.
func (e *editor) write() []byte {
	slices.SortStableFunc(e.edits, func(a, b edit) int { return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(b.end, a.end)) })
	var fixed []byte
	at := 0
	for _, change := range e.edits {
		if change.start < at {
			continue
		}
		fixed = append(append(fixed, e.source[at:change.start]...), change.text...)
		at = change.end
	}
	return append(fixed, e.source[at:]...)
}
