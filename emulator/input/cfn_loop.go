package input

import (
	"maps"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/document"
)

// forEach begins the name of a loop of the transform AWS::LanguageExtensions: "Fn::ForEach::Name": [variable, list, {name: body}].
const forEach = "Fn::ForEach::"

// each gives the name and the body of every turn of a loop; the loop's variable is set meanwhile.
func (t *template) each(loop document.Member, turn func(name string, body *document.Node)) {
	args := t.arguments("Fn::ForEach", loop.Value, loop.Value, 3, 3)
	if args == nil {
		return
	}
	list := t.list(args[1])
	if list == nil || args[2].Kind != document.Object {
		t.mistake(loop.Value, "Fn::ForEach takes a variable, a list and an object", "", "")
		return
	}
	outer := t.loops
	defer func() { t.loops = outer }()
	for _, item := range list.Items {
		t.loops = maps.Clone(outer)
		if t.loops == nil {
			t.loops = map[string]string{}
		}
		t.loops[args[0].Text] = item.Text
		for _, m := range args[2].Members {
			if t.values++; t.values > document.MaxValues {
				t.exceed(loop.Value, "its loops make too many values")
				return
			}
			turn(t.loopText(m.Name), m.Value)
		}
	}
}

// loopText puts the variables of loops into a name: ${Variable}, or &{Variable} without what is not a letter or digit.
func (t *template) loopText(name string) string {
	for variable, value := range t.loops {
		name = strings.ReplaceAll(name, "${"+variable+"}", value)
		name = strings.ReplaceAll(name, "&{"+variable+"}", notAlphanumeric().ReplaceAllString(value, ""))
	}
	return name[:min(len(name), 255)]
}

// collectResources lists the template's resources, those of loops included.
func (t *template) collectResources() {
	for _, m := range t.root.Member("Resources").Members {
		if !strings.HasPrefix(m.Name, forEach) {
			t.resources = append(t.resources, resource{id: m.Name, node: m.Value})
			continue
		}
		t.each(m, func(name string, body *document.Node) {
			t.resources = append(t.resources, resource{id: name, node: body, loops: maps.Clone(t.loops)})
		})
	}
}
