package document

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
	"go.yaml.in/yaml/v3"
)

// ParseYAML reads the first document of a YAML file. Aliases are followed, with a bound; merge keys (<<) are merged;
// an application's own tags such as !Sub are kept in Tag.
func ParseYAML(file string, data []byte) (*Node, []diag.Finding) {
	r := &yamlReader{file: file}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var doc, more yaml.Node
	switch err := decoder.Decode(&doc); {
	case errors.Is(err, io.EOF):
		return nil, []diag.Finding{refuse(file, "the file is empty", "")}
	case err != nil:
		return nil, []diag.Finding{r.syntaxError(err)}
	}
	if err := decoder.Decode(&more); err == nil {
		r.add(more.Line, more.Column, diag.Warning, "only the first YAML document of the file is read")
	}
	if len(doc.Content) == 0 {
		return nil, append(r.findings, refuse(file, "the file is empty", ""))
	}
	root := r.value(doc.Content[0], 0)
	if r.exceeded != "" {
		return nil, append(r.findings, refuse(file, r.exceeded, ""))
	}
	return root, r.findings
}

type yamlReader struct {
	file     string
	values   int
	exceeded string
	findings []diag.Finding
}

func (r *yamlReader) value(y *yaml.Node, depth int) *Node {
	n := &Node{Kind: Null, Pos: diag.Position{File: r.file, Line: y.Line, Column: y.Column}}
	if !r.within(depth) {
		return n
	}
	if !strings.HasPrefix(y.Tag, "!!") && y.Kind != yaml.AliasNode {
		n.Tag = y.Tag
	}
	switch y.Kind {
	case yaml.AliasNode:
		return r.value(y.Alias, depth+1)
	case yaml.MappingNode:
		n.Kind, n.Members = Object, r.members(y, depth)
	case yaml.SequenceNode:
		n.Kind = Array
		for _, item := range y.Content {
			n.Items = append(n.Items, r.value(item, depth+1))
		}
	default:
		n.Kind, n.Text = scalar(y)
	}
	return n
}

// within counts a value and says whether the limits still hold; once they do not, nothing more is read.
func (r *yamlReader) within(depth int) bool {
	if r.values++; r.values > MaxValues {
		r.exceeded = fmt.Sprintf("the file has more than %d values once its aliases are followed", MaxValues)
	} else if depth > MaxDepth {
		r.exceeded = fmt.Sprintf("values are nested more than %d deep", MaxDepth)
	}
	return r.exceeded == ""
}

func (r *yamlReader) members(y *yaml.Node, depth int) []Member {
	var members, merged []Member
	for i := 0; i+1 < len(y.Content); i += 2 {
		key, value := y.Content[i], y.Content[i+1]
		if key.Tag == "!!merge" {
			merged = append(merged, r.merge(value, depth)...)
			continue
		}
		if key.Kind != yaml.ScalarNode {
			r.add(key.Line, key.Column, diag.Error, "a name must be a plain text")
			continue
		}
		pos := diag.Position{File: r.file, Line: key.Line, Column: key.Column}
		members = append(members, Member{Name: key.Value, Pos: pos, Value: r.value(value, depth+1)})
	}
	for _, m := range merged {
		if (&Node{Members: members}).Member(m.Name) == nil {
			members = append(members, m)
		}
	}
	return members
}

// merge gives the members that a merge key adds: those of one mapping, or of a list of mappings.
func (r *yamlReader) merge(y *yaml.Node, depth int) []Member {
	if !r.within(depth) {
		return nil
	}
	switch y.Kind {
	case yaml.AliasNode:
		return r.merge(y.Alias, depth+1)
	case yaml.MappingNode:
		return r.members(y, depth+1)
	case yaml.SequenceNode:
		var members []Member
		for _, item := range y.Content {
			members = append(members, r.merge(item, depth+1)...)
		}
		return members
	}
	return nil
}

// scalar reads a plain value. Numbers keep their text where JSON has the same form, else they are written as JSON would.
func scalar(y *yaml.Node) (Kind, string) {
	switch y.Tag {
	case "!!null":
		return Null, ""
	case "!!bool":
		var b bool
		if y.Decode(&b) == nil {
			return Bool, strconv.FormatBool(b)
		}
	case "!!int", "!!float":
		if jsonNumber().MatchString(y.Value) {
			return Number, y.Value
		}
		var i int64
		if y.Tag == "!!int" && y.Decode(&i) == nil {
			return Number, strconv.FormatInt(i, 10)
		}
	}
	return String, y.Value
}

var (
	jsonNumber = lazyregexp.New(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)
	yamlLine   = lazyregexp.New(`^yaml: (?:line (\d+): )?(.*)$`)
)

func (r *yamlReader) syntaxError(err error) diag.Finding {
	f := refuse(r.file, "the file is neither JSON nor YAML: "+err.Error(), "")
	if m := yamlLine().FindStringSubmatch(strings.SplitN(err.Error(), "\n", 2)[0]); m != nil {
		f.Message = "the file is neither JSON nor YAML: " + m[2]
		if line, err := strconv.Atoi(m[1]); err == nil {
			f.Line = line
		}
	}
	return f
}

func (r *yamlReader) add(line, column int, severity diag.Severity, message string) {
	r.findings = append(r.findings, diag.Finding{Rule: RuleSyntax, Severity: severity,
		Position: diag.Position{File: r.file, Line: line, Column: column}, Message: message})
}
