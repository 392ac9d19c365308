package input

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/document"
	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
)

// otherText is a language that is no JSON or YAML.
type otherText struct {
	is       string
	suffixes []string
	line     lazyregexp.Regexp // a line at the margin that only this language has
	advice   func(file string) string
}

func (o otherText) matches(file string, margin [][]byte) bool {
	return slices.ContainsFunc(o.suffixes, func(s string) bool { return strings.HasSuffix(file, s) }) ||
		o.line != nil && slices.ContainsFunc(margin, o.line().Match)
}

// marginLines are the lines that start with a letter, of as much of a file as is looked at to tell its language.
func marginLines(data []byte) [][]byte {
	var lines [][]byte
	for line := range bytes.Lines(data[:min(len(data), 64<<10)]) {
		if c := line[0] | 0x20; c >= 'a' && c <= 'z' {
			lines = append(lines, line[:min(len(line), 200)])
		}
	}
	return lines
}

// otherTexts are told by name, or by what cannot be JSON or YAML.
var otherTexts = []otherText{
	{"Terraform configuration", []string{".tf", ".tofu", ".hcl", ".tfvars"},
		lazyregexp.New(`^(resource|data|module|variable|output|provider|locals|terraform)(\s+"[^"]*"){0,2}\s*\{\s*$`), terraformAdvice},
	{"jsonnet", []string{".jsonnet", ".libsonnet"}, lazyregexp.New(`^local\s+\w+(\([^)]*\))?\s*=`),
		func(file string) string { return "write it out first: jsonnet " + file + " | ecslocal … -" }},
	{"a zip archive", nil, lazyregexp.New(`^PK\x03\x04`),
		func(file string) string {
			return "a plan that Terraform saved can be written out: terraform show -json " + file + " > plan.json"
		}},
	{"source code", []string{".ts", ".js", ".py", ".go", ".java", ".cs"}, nil,
		func(string) string { return "give what the program writes, such as the template of cdk synth" }},
}

func terraformAdvice(string) string {
	return "write the plan out first: terraform plan -out=plan && terraform show -json plan > plan.json"
}

// guesses are told only once a file could not be parsed.
var guesses = []struct {
	is      string
	content lazyregexp.Regexp
	advice  func(file string) string
}{
	{"a log of terraform plan -json", lazyregexp.New(`^\s*\{"@level"`), terraformAdvice},
	{"jsonnet or JSON5: its names stand without quotes", lazyregexp.New(`^\s*[{\[](\s|\{|//.*\n)*[A-Za-z_]\w*\s*:`),
		func(file string) string {
			return "write it out first: jsonnet " + file + ", or put the names in double quotes"
		}},
}

// otherDocument is a format in JSON or YAML that holds no task definition.
type otherDocument struct {
	is      string
	matches func(root *document.Node) bool
	advice  string
}

// otherDocuments are told by members that together only they have.
var otherDocuments = []otherDocument{
	{"a compose file", func(root *document.Node) bool { return isKind(root.Member("services"), document.Object) }, "ecslocal runs task definitions; docker compose runs this file"},
	{"an ecs-params file of the ECS CLI", has("task_definition", "version", "!family"), "it only completes a compose file; get the task definition that they made: aws ecs describe-task-definition --task-definition FAMILY"},
	{"a configuration of ecspresso", has("task_definition", "cluster"), "give the file that its member task_definition names"},
	{"a CodeDeploy AppSpec", has("version", "Resources"), "give the task definition beside it, mostly taskdef.json"},
	{"a list of image definitions", item("imageUri"), "give the task definition, and these images with --image NAME=IMAGE"},
	{"a construct tree of cdk", has("tree", "version"), "give a template of the same folder: STACK.template.json"},
	{"the manifest of a cdk assembly", has("artifacts", "version"), "give the folder, or one of its templates: STACK.template.json"},
	{"a manifest of AWS Copilot", has("type", "image", "name"), "write the template out first: copilot svc package"},
	{"a configuration of the Serverless framework", has("service", "provider"), "write the template out first: serverless package"},
	{"a Kubernetes object", has("apiVersion", "kind"), "ecslocal runs task definitions"},
	{"Terraform configuration in JSON", has("resource"), terraformAdvice("")},
	{"an ECS service", has("serviceName"), "get its task definition: aws ecs describe-task-definition --task-definition FAMILY"},
	{"the output of describe-tasks", has("tasks", "failures"), "get the task definition: aws ecs describe-task-definition --task-definition FAMILY"},
}

// has says whether an object has all the members, and none of those after an exclamation mark.
func has(names ...string) func(*document.Node) bool {
	return func(root *document.Node) bool {
		return root.Kind == document.Object && !slices.ContainsFunc(names, func(name string) bool {
			absent := strings.TrimPrefix(name, "!")
			return (root.Member(absent) == nil) == (absent == name)
		})
	}
}

func item(name string) func(*document.Node) bool {
	return func(root *document.Node) bool { return len(root.Items) > 0 && root.Items[0].Member(name) != nil }
}

// other is the format without task definitions that a document has, nil where it is none that is known.
func other(root *document.Node) *otherDocument {
	for i := range otherDocuments {
		if otherDocuments[i].matches(root) {
			return &otherDocuments[i]
		}
	}
	return nil
}

// refuseTree says what a document is that holds no task definition.
func (r *reader) refuseTree(root *document.Node) {
	if known := other(root); known != nil {
		r.refuse(root.Pos, known.is, known.advice)
		return
	}
	r.add(root.Pos, diag.Error, RuleUnknownFormat, "the file holds no task definition in a format that is known",
		"give a file of one of these formats, or name it with --from: "+formatList())
}

// baseName is a file's name without folder and suffixes, in characters that a family may have.
func baseName(file string) string {
	name, _, _ := strings.Cut(path.Base(strings.ReplaceAll(file, `\`, "/")), ".")
	name = notInNames().ReplaceAllString(name, "-")
	if name = strings.Trim(name, "-"); name == "" {
		return "task"
	}
	return name[:min(len(name), 100)]
}

var notInNames = lazyregexp.New(`[^A-Za-z0-9_-]+`)
