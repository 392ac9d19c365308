package input

import (
	"fmt"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/document"
)

// findInMap is Fn::FindInMap: a map's name, two keys, and with the transform AWS::LanguageExtensions a default.
func (t *template) findInMap(arg, at *document.Node) *document.Node {
	args := t.arguments("Fn::FindInMap", arg, at, 3, 4)
	if args == nil {
		return unknownNull(at, mistaken)
	}
	var keys [3]string
	unknown := ""
	for i := range keys {
		text, why, ok := t.text(args[i])
		if !ok && why == "" {
			return t.mistake(args[i], "Fn::FindInMap takes a map's name and two keys", "", "")
		}
		keys[i], unknown = text, either(unknown, why)
	}
	value := t.sections["Mappings"][keys[0]].Member(keys[1]).Member(keys[2])
	switch {
	case value != nil:
		return t.mapped(value, at, unknown)
	case len(args) == 4 && args[3].Member("DefaultValue") != nil:
		return t.resolve(args[3].Member("DefaultValue"))
	case unknown != "":
		return t.scalar(at, t.standIn(keys[2]), unknown)
	}
	path := strings.Join(keys[:], "::")
	t.findings = append(t.findings, diag.Finding{Rule: RuleUnresolved, Severity: diag.Warning, Position: at.Pos,
		Message: fmt.Sprintf("the mapping has no %s", path), AWS: "Template error: Unable to get mapping for " + path, Fix: "the emulated region is " + t.opts.Region + "; --region and --param choose other keys"})
	return t.scalar(at, t.standIn(keys[2]), "the mapping has no "+path)
}

// mapped is a value of a mapping, which may be a text or a list of texts, at the place that asks for it.
func (t *template) mapped(value, at *document.Node, unknown string) *document.Node {
	if value.Kind == document.Array {
		list := &document.Node{Kind: document.Array, Pos: at.Pos, Unknown: unknown}
		for _, item := range value.Items {
			if t.values++; t.values > document.MaxValues {
				t.exceed(at, "its functions make too many values")
				break
			}
			list.Items = append(list.Items, t.scalar(at, item.Text, unknown))
		}
		return list
	}
	return t.scalar(at, value.Text, unknown)
}
