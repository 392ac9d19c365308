package input

import (
	"fmt"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/document"
)

// register reads what register-task-definition takes.
func (r *reader) register(root *document.Node) []Found {
	return []Found{{Format: Register, Root: r.fillIn(root)}}
}

// describe unwraps what describe-task-definition prints. Tags stand beside the task definition there.
func (r *reader) describe(root *document.Node) []Found {
	inner := root.Member("taskDefinition")
	if !isKind(inner, document.Object) {
		r.add(root.Pos, diag.Error, RuleUnknownFormat, `there is no object "taskDefinition", which describe-task-definition prints`, "")
		return nil
	}
	r.add(root.Pos, diag.Warning, RuleDescribe, "this is the output of describe-task-definition; the task definition is taken from its member taskDefinition",
		"keep only what is inside of taskDefinition: aws ecs describe-task-definition … --query taskDefinition")
	r.findings[len(r.findings)-1].AWS = `Unknown parameter in input: "taskDefinition"`
	if tags := root.Member("tags"); isKind(tags, document.Array) && len(tags.Items) > 0 && inner.Member("tags") == nil {
		inner.Members = append(inner.Members, document.Member{Name: "tags", Pos: tags.Pos, Value: tags})
	}
	return []Found{{Format: Describe, Root: r.fillIn(inner)}}
}

// containers wraps a list of container definitions into a task definition, whose family comes from the file's name.
func (r *reader) containers(root *document.Node) []Found {
	if root.Kind != document.Array {
		r.add(root.Pos, diag.Error, RuleUnknownFormat, "container definitions are a list, not a "+string(root.Kind), "")
		return nil
	}
	family := &document.Node{Kind: document.String, Pos: root.Pos, Text: baseName(r.file)}
	r.add(root.Pos, diag.Warning, RuleContainers, fmt.Sprintf("the file has container definitions only; they are taken as the task definition %q", family.Text),
		`put them into a task definition: {"family": "…", "containerDefinitions": [ … ]}`)
	r.findings[len(r.findings)-1].AWS = "'list' object has no attribute 'keys'"
	task := &document.Node{Kind: document.Object, Pos: root.Pos, Members: []document.Member{
		{Name: "family", Pos: root.Pos, Value: family}, {Name: "containerDefinitions", Pos: root.Pos, Value: root}}}
	return []Found{{Format: Containers, Root: r.fillIn(task)}}
}
