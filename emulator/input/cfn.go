package input

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/document"
)

// template reads one CloudFormation template. Its functions are carried out as CloudFormation does, with what is known here:
// parameters, the emulated account, and made-up names for resources.
type template struct {
	*reader
	root       *document.Node
	sections   map[string]map[string]*document.Node // Parameters, Conditions and Mappings by name
	resources  []resource
	byID       map[string]*resource
	conditions map[string]outcome
	made       map[string]*madeUp
	busy       map[string]bool   // conditions and resources that are being worked out, against circles
	loops      map[string]string // variables of Fn::ForEach
	reported   map[string]bool   // parameters whose lack was told
	notes      []diag.Finding    // of the task definition that is being read
	noted      map[string]bool
	depth      int // of functions within functions
	values     int // made so far
	bytes      int // of text made so far
	mistakes   int
	exceeded   bool
}

// resource is one of the template's, with the loop variables that it was made with.
type resource struct {
	id    string
	node  *document.Node
	loops map[string]string
}

const taskDefinitionType = "AWS::ECS::TaskDefinition"

// cloudFormation reads every task definition of a template, or the one that Options.Resource names.
func (r *reader) cloudFormation(root *document.Node) []Found {
	t := &template{reader: r, root: root, conditions: map[string]outcome{}, made: map[string]*madeUp{}, busy: map[string]bool{}, reported: map[string]bool{}}
	if !isKind(root.Member("Resources"), document.Object) {
		r.add(root.Pos, diag.Error, RuleTemplate, "the template has no object Resources", "")
		return nil
	}
	t.index()
	t.wrongParams()
	definitions := slices.DeleteFunc(slices.Clone(t.resources), func(res resource) bool { return typeOf(res.node) != taskDefinitionType })
	if len(definitions) == 0 {
		t.noDefinition()
		return nil
	}
	names := make([]string, len(definitions))
	for i, d := range definitions {
		names[i] = d.id
	}
	var found []Found
	for _, i := range r.pick(names, root.Member("Resources").Pos) {
		if f := t.definition(definitions[i]); f != nil {
			found = append(found, *f)
		}
	}
	return found
}

// index makes the parts of the template known by name: large templates refer to them very often.
func (t *template) index() {
	t.sections, t.byID = map[string]map[string]*document.Node{}, map[string]*resource{}
	for _, section := range []string{"Parameters", "Conditions", "Mappings"} {
		t.sections[section] = map[string]*document.Node{}
		for _, m := range membersOf(t.root.Member(section)) {
			t.sections[section][m.Name] = m.Value
		}
	}
	t.collectResources()
	for i := range t.resources {
		t.byID[t.resources[i].id] = &t.resources[i]
	}
}

// pick gives the indices of the task definitions that Options.Resource asks for: by name, or by a beginning that only one has.
func (r *reader) pick(names []string, pos diag.Position) []int {
	var all, like []int
	for i, name := range names {
		if name == r.opts.Resource {
			return []int{i}
		}
		all = append(all, i)
		if strings.HasPrefix(name, r.opts.Resource) {
			like = append(like, i)
		}
	}
	if r.opts.Resource == "" {
		return all
	}
	if len(like) != 1 {
		r.add(pos, diag.Error, RuleResource, fmt.Sprintf("--resource %s names %s task definition of the file", r.opts.Resource, map[bool]string{true: "no", false: "more than one"}[len(like) == 0]),
			"use one of: "+strings.Join(names, ", "))
		return nil
	}
	return like
}

// definition works out one task definition, nil where its condition keeps it from being made.
func (t *template) definition(res resource) *Found {
	t.notes, t.noted, t.loops = nil, map[string]bool{}, res.loops
	if condition := res.node.Member("Condition"); isKind(condition, document.String) && t.opts.Resource == "" {
		if met := t.condition(condition.Text, condition); !met.value {
			t.add(condition.Pos, diag.Info, RuleResource, fmt.Sprintf("%s is left out: its condition %s is false", res.id, condition.Text), "--resource "+res.id+" reads it all the same")
			return nil
		}
	}
	properties := res.node.Member("Properties")
	if properties == nil {
		properties = &document.Node{Kind: document.Object, Pos: res.node.Pos}
	}
	root := t.resolve(properties)
	if !isKind(root, document.Object) {
		t.mistake(properties, "Properties of "+res.id+" must be an object", "", "")
		return nil
	}
	t.apiNames(root, "")
	if root.Member("family") == nil {
		name := t.stackName() + "-" + res.id
		t.note(res.id, res.node.Pos, "the family is not given; CloudFormation makes one up, here "+name)
		family := t.scalar(res.node, name, "CloudFormation makes up the family")
		root.Members = append([]document.Member{{Name: "family", Pos: root.Pos, Value: family}}, root.Members...)
	}
	return &Found{Name: res.id, Format: CloudFormation, Root: root, Notes: t.notes, TargetGroups: t.targetGroups(res.id)}
}

// noDefinition says that a template has no task definition, and where there may be some.
func (t *template) noDefinition() {
	fix := "give the template that has one"
	for _, res := range t.resources {
		if typeOf(res.node) == "AWS::CloudFormation::Stack" {
			fix = "give the template of the nested stack " + res.id
			break
		}
	}
	t.add(t.root.Member("Resources").Pos, diag.Error, RuleResource, "the template has no resource of type "+taskDefinitionType, fix)
}

func typeOf(res *document.Node) string {
	if t := res.Member("Type"); isKind(t, document.String) {
		return t.Text
	}
	return ""
}

// mistake is a fault of the template, and gives an unknown value to go on with.
func (t *template) mistake(n *document.Node, message, aws, fix string) *document.Node {
	if !t.exceeded {
		t.findings = append(t.findings, diag.Finding{Rule: RuleTemplate, Severity: diag.Error, Position: n.Pos, Message: message, AWS: aws, Fix: fix})
	}
	if t.mistakes++; t.mistakes == maxMistakes {
		t.exceed(n, "it has too many mistakes")
	}
	return unknownNull(n, mistaken)
}

const (
	maxMistakes = 200
	mistaken    = "the template has a mistake here"
)

// unknownNull is a value of which nothing is known but why.
func unknownNull(at *document.Node, why string) *document.Node {
	return &document.Node{Kind: document.Null, Pos: at.Pos, Unknown: why}
}

// note tells once a task definition that something was made up.
func (t *template) note(about string, pos diag.Position, message string) {
	if !t.noted[about] {
		t.noted[about] = true
		t.notes = append(t.notes, diag.Finding{Rule: RuleMadeUp, Severity: diag.Info, Position: pos, Message: message})
	}
}

// scalar is a text that was worked out, at the place of what it was worked out from.
func (t *template) scalar(at *document.Node, text, unknown string) *document.Node {
	if t.bytes += len(text); t.bytes > 4*document.MaxBytes {
		t.exceed(at, "its functions make too much text")
		text = ""
	}
	return &document.Node{Kind: document.String, Pos: at.Pos, Text: text, Unknown: unknown, Coerced: true}
}

// exceed ends the reading of a template that grows without bound.
func (t *template) exceed(at *document.Node, why string) {
	if !t.exceeded {
		t.mistake(at, "the template is not read further: "+why, "", "")
	}
	t.exceeded = true
}
