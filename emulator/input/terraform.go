package input

import (
	"fmt"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/document"
)

const terraformType = "aws_ecs_task_definition"

// terraformResource is one task definition of a plan or state.
type terraformResource struct {
	address string
	values  *document.Node
	unknown *document.Node // has true for each value that only apply will tell; nil in a state
}

// terraform reads the task definitions of terraform show -json, or of a state file.
func (r *reader) terraform(root *document.Node) []Found {
	t := &terraformReader{reader: r, root: root, unknown: map[string]*document.Node{}}
	for _, change := range itemsOf(root.Member("resource_changes")) {
		t.unknown[memberText(change, "address")] = change.Member("change").Member("after_unknown")
	}
	for _, member := range []string{"planned_values", "values"} {
		if values := root.Member(member); values != nil {
			t.module(values.Member("root_module"))
		}
	}
	t.stateFile()
	if len(t.resources) == 0 {
		r.add(root.Pos, diag.Error, RuleResource, "the file has no resource of type "+terraformType, "give the output of terraform show -json for a plan or state that has one")
		return nil
	}
	names := make([]string, len(t.resources))
	for i, res := range t.resources {
		names[i] = res.address
	}
	var found []Found
	for _, i := range r.pick(names, root.Pos) {
		if f := t.definition(t.resources[i]); f != nil {
			found = append(found, *f)
		}
	}
	return found
}

type terraformReader struct {
	*reader
	root      *document.Node
	unknown   map[string]*document.Node // what a plan cannot know yet, by address
	resources []terraformResource
	notes     []diag.Finding // of the task definition that is being read
}

// module collects the task definitions of a module and of the modules in it.
func (t *terraformReader) module(module *document.Node) {
	for _, res := range itemsOf(module.Member("resources")) {
		if memberText(res, "type") == terraformType && memberText(res, "mode") != "data" && isKind(res.Member("values"), document.Object) {
			address := memberText(res, "address")
			t.resources = append(t.resources, terraformResource{address, res.Member("values"), t.unknown[address]})
		}
	}
	for _, child := range itemsOf(module.Member("child_modules")) {
		t.module(child)
	}
}

// stateFile collects the task definitions of a state file of version 4, as it lies in a backend.
func (t *terraformReader) stateFile() {
	for _, res := range itemsOf(t.root.Member("resources")) {
		if memberText(res, "type") != terraformType || memberText(res, "mode") == "data" {
			continue
		}
		address := strings.TrimPrefix(memberText(res, "module")+"."+terraformType+"."+memberText(res, "name"), ".")
		for _, instance := range itemsOf(res.Member("instances")) {
			at := address
			if index := instance.Member("index_key"); isKind(index, document.String) {
				at += fmt.Sprintf("[%q]", index.Text)
			} else if index != nil {
				at += "[" + index.Text + "]"
			}
			if values := instance.Member("attributes"); isKind(values, document.Object) {
				t.resources = append(t.resources, terraformResource{at, values, nil})
			}
		}
	}
}

func itemsOf(n *document.Node) []*document.Node {
	if n == nil {
		return nil
	}
	return n.Items
}

// definition turns one resource into the API's form, nil where its containers are not known.
func (t *terraformReader) definition(res terraformResource) *Found {
	t.notes = nil
	if isTrue(res.unknown.Member("container_definitions")) {
		t.unknownContainers(res)
		return nil
	}
	root := t.object(res.values, res.unknown, terraformTask)
	noEdits(root)
	return &Found{Name: res.address, Format: Terraform, Root: root, Notes: t.notes}
}

func isTrue(n *document.Node) bool { return isKind(n, document.Bool) && n.Text == "true" }

// unknownContainers says that a plan does not know the container definitions, and on what they depend.
func (t *terraformReader) unknownContainers(res terraformResource) {
	message := "the container definitions of " + res.address + " are known only after terraform apply"
	for _, configured := range itemsOf(t.root.Member("configuration").Member("root_module").Member("resources")) {
		if memberText(configured, "address") != strings.SplitN(res.address, "[", 2)[0] {
			continue
		}
		var references []string
		for _, reference := range itemsOf(configured.Member("expressions").Member("container_definitions").Member("references")) {
			references = append(references, reference.Text)
		}
		if len(references) > 0 {
			message += "; they depend on " + shortList(references)
		}
	}
	t.add(res.unknown.Member("container_definitions").Pos, diag.Error, RuleUnresolved, message,
		"apply first and give terraform show -json of the state, or use names that are known in the plan")
}
