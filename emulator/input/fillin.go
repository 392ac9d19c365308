package input

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/document"
)

// filler replaces the placeholders of one task definition.
type filler struct {
	*reader
	every   bool            // every ${…} is a placeholder, as in a template of Terraform
	names   map[string]bool // names that plainly are placeholders somewhere in the file
	missing []missing
	missed  map[string]int // index into missing, by how it is written
	size    int            // bytes of text made so far
}

// missing is a placeholder without a value, at its first place.
type missing struct {
	placeholder
	pos   diag.Position
	image bool // stands for an image
	times int
}

// fillIn replaces placeholders by their values, in place. Those without one become unknown values and findings.
func (r *reader) fillIn(root *document.Node) *document.Node {
	f := &filler{reader: r, names: map[string]bool{}, missed: map[string]int{}}
	f.every = r.opts.From == Template || slices.Contains(templateSuffixes, path.Ext(r.file)) || r.dollars
	f.collect(root, "")
	f.node(root, "")
	f.reportMissing()
	return root
}

var templateSuffixes = []string{".tftpl", ".tpl", ".tftemplate"}

// strict are the members whose values AWS allows no $, < or { in: what stands there can only be a placeholder.
var strict = []string{"image", "family", "name", "taskRoleArn", "executionRoleArn", "cpu", "memory", "networkMode", "valueFrom", "credentialsParameter",
	"logDriver", "awslogs-group", "awslogs-region", "awslogs-stream-prefix", "containerName", "sourceVolume", "fileSystemId", "accessPointId"}

// collect finds the names of placeholders in strict places: the same names are placeholders elsewhere too.
func (f *filler) collect(n *document.Node, member string) {
	if n.Kind == document.String && slices.Contains(strict, member) {
		for _, p := range placeholders(n.Text) {
			f.names[p.name] = true
		}
	}
	for _, m := range n.Members {
		f.collect(m.Value, m.Name)
	}
	for _, item := range n.Items {
		f.collect(item, "")
	}
}

func (f *filler) node(n *document.Node, member string) {
	for i := range n.Members {
		f.node(n.Members[i].Value, n.Members[i].Name)
	}
	for _, item := range n.Items {
		f.node(item, "")
	}
	dropUnknown(n)
	if n.Kind != document.String {
		return
	}
	found := slices.DeleteFunc(placeholders(n.Text), func(p placeholder) bool { return !f.applies(p, n, member) })
	if member == "image" && wholeUpper().MatchString(n.Text) && len(found) == 0 { // an image name has no capitals
		found = []placeholder{{syntax: angle, end: len(n.Text), written: n.Text, name: n.Text}}
	}
	if len(found) > 0 {
		f.replace(n, member, found)
	}
}

// applies says whether what looks like a placeholder is one, here.
func (f *filler) applies(p placeholder, n *document.Node, member string) bool {
	_, given := f.opts.Params[p.name]
	switch {
	case given || f.bareValue(n) || slices.Contains(strict, member) || f.names[p.name]:
		return p.name != "$${" || f.every
	case p.syntax == ecspresso:
		return slices.Contains(ecspressoFunctions, p.function) || strings.HasSuffix(p.function, "tfstate") || strings.HasSuffix(p.function, "tfstatef")
	case p.syntax == angle:
		return anglesTwice().MatchString(p.name) || len(p.written) == len(n.Text)
	case p.syntax == dollar:
		return f.every && strings.HasPrefix(p.written, "${") || f.every && p.name == "$${" || f.opts.EnvSubst && p.isName()
	}
	return false
}

// bareValue says whether a text stood without quotes in a template of JSON.
func (f *filler) bareValue(n *document.Node) bool {
	return f.bare && n.End > n.Start && f.data[n.Start] != '"'
}

// replace puts the values into a text. Where it stood without quotes, the result is whatever JSON or YAML says.
func (f *filler) replace(n *document.Node, member string, found []placeholder) {
	var text strings.Builder
	var unknown []string
	at := 0
	for _, p := range found {
		value, ok := f.value(p)
		if !ok {
			unknown = append(unknown, p.written)
			value = f.standIn(p)
			f.miss(p, f.inside(n.Pos, p), member == "image")
		}
		text.WriteString(n.Text[at:p.start])
		text.WriteString(value)
		at = p.end
		if f.size+text.Len() > 4*document.MaxBytes {
			break
		}
	}
	text.WriteString(n.Text[at:])
	if f.size += text.Len(); f.size > 4*document.MaxBytes {
		*n = document.Node{Kind: document.Null, Pos: n.Pos, Unknown: "the values of placeholders are too long"}
		return
	}
	bare, plain := f.bareValue(n), f.plainScalar(n)
	n.Text = text.String()
	n.Start, n.End = 0, 0 // not to be edited: the file has the placeholder there
	if len(unknown) > 0 {
		n.Unknown = "no value is given for " + strings.Join(unknown, " and ")
	}
	switch {
	case bare:
		f.parseBare(n, found[0].written)
	case len(unknown) == 0 && plain:
		if value, _ := document.ParseYAML(f.file, []byte(n.Text)); value != nil {
			place(value, n.Pos)
			*n = *value
		}
	}
}

// inside is the place of a placeholder within the text that starts at a place; escapes before it in the file may hide it.
func (f *filler) inside(pos diag.Position, p placeholder) diag.Position {
	if pos.Line == 0 {
		return pos
	}
	line := f.data[f.lines()[pos.Line-1]:]
	for quote := range 2 {
		if at := pos.Column - 1 + quote + p.start; at < len(line) && strings.HasPrefix(string(line[at:min(len(line), at+len(p.written))]), p.written) {
			pos.Column = at + 1
			break
		}
	}
	return pos
}

// plainScalar says whether a text stood without quotes in YAML.
func (f *filler) plainScalar(n *document.Node) bool {
	if n.End > 0 || n.Pos.Line == 0 {
		return false
	}
	at := f.lines()[n.Pos.Line-1] + n.Pos.Column - 1
	return at < len(f.data) && strings.IndexByte(`"'|>`, f.data[at]) < 0
}

// value is what to put in place of a placeholder.
func (f *filler) value(p placeholder) (string, bool) {
	if p.name == "$${" {
		return "${", true
	}
	if value, ok := f.param(p.name); ok {
		return value, true
	}
	switch {
	case p.function == "must_env" && len(p.args) == 1:
		return f.env(p.args[0])
	case p.function == "env" && len(p.args) > 0:
		return f.firstOf(p.args)
	case p.syntax == dollar && f.opts.EnvSubst:
		if value, ok := f.env(p.name); ok {
			return value, true
		}
	}
	if p.fallback != nil {
		return *p.fallback, true
	}
	return "", false
}

func (f *filler) env(name string) (string, bool) {
	if value, ok := f.param(name); ok {
		return value, true
	}
	if f.opts.Env == nil {
		return "", false
	}
	return f.opts.Env(name)
}

// firstOf is ecspresso's env: the first variable that is not empty, else the last argument itself (go-config's funcs).
func (f *filler) firstOf(args []string) (string, bool) {
	last := len(args) - 1
	for _, name := range args {
		if value, _ := f.env(name); value != "" {
			return value, true
		}
	}
	return args[last], last > 0
}

// parseBare reads the value that stood without quotes.
func (f *filler) parseBare(n *document.Node, written string) {
	pos := n.Pos
	if n.Unknown != "" {
		*n = document.Node{Kind: document.Null, Pos: pos, Unknown: n.Unknown}
		return
	}
	value, findings := document.ParseJSON(f.file, []byte(n.Text))
	if value == nil || len(findings) > 0 {
		f.add(pos, diag.Error, RuleUnresolved, fmt.Sprintf("the value given for %s is not JSON", written), "a text needs quotes in the file around the placeholder")
		*n = document.Node{Kind: document.Null, Pos: pos, Unknown: "the value of " + written + " is not JSON"}
		return
	}
	place(value, pos)
	*n = *value
}

// dropUnknown takes items of which nothing is known out of a list, which is then not wholly known itself.
func dropUnknown(list *document.Node) {
	list.Items = slices.DeleteFunc(list.Items, func(item *document.Node) bool {
		if item.Kind != document.Null || item.Unknown == "" {
			return false
		}
		list.Unknown = either(list.Unknown, item.Unknown)
		return true
	})
}

// place gives a whole tree the same place, and none to edit.
func place(n *document.Node, pos diag.Position) {
	n.Pos, n.Start, n.End = pos, 0, 0
	for i := range n.Members {
		n.Members[i].Pos, n.Members[i].Start = pos, 0
		place(n.Members[i].Value, pos)
	}
	for _, item := range n.Items {
		place(item, pos)
	}
}
