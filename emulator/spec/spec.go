// Package spec reads spec files: what ecslocal test runs. A spec names a task definition, what the task gets for the run, and steps that say
// what is to hold of it; a matrix makes several cases of one spec.
//
// Reading is pure: the error of a spec is found before anything runs, with its place in the file. Package suite runs the cases. It imports
// diag, document, taskdef for overrides, and expect, whose expectations the steps are.
package spec

import (
	_ "embed"
	"path/filepath"
	"slices"
	"time"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/document"
	"github.com/ecslocal/ecslocal/emulator/expect"
	"github.com/ecslocal/ecslocal/emulator/taskdef"
)

// DefaultTimeout is how long a case may take whose spec does not say it.
const DefaultTimeout = 2 * time.Minute

// Case is one run of a task, with the steps that are taken.
type Case struct {
	// Name is the file's name as it was given, and what the matrix chose: dir/spec.yaml/mode=bridge,level=debug.
	Name string
	// File is the spec's.
	File string
	Spec
	// RunOverrides are Spec.Overrides, nil for none.
	RunOverrides *taskdef.Overrides
	Steps        []Step
}

// Spec is the content of a file, the values of one case of its matrix filled in. Paths are such as this process can open.
type Spec struct {
	// Definition is the path of the task definition, in any format that ecslocal reads.
	Definition string `json:"definition"`
	// Config is the path of ecslocal.yaml; empty takes the one beside the definition.
	Config string `json:"config"`
	// Secrets are secrets files besides those of ecslocal.yaml; a later one wins.
	Secrets []string `json:"secrets"`
	// Images are what to run instead, by container name, image reference or glob of references.
	Images map[string]string `json:"images"`
	// Env is added to the environment of every container.
	Env map[string]string `json:"env"`
	// Overrides are those of RunTask.
	Overrides *document.Node `json:"overrides"`
	// Params are values of a template's parameters; Resource is the one that is meant where it holds several task definitions.
	Params   map[string]string `json:"params"`
	Resource string            `json:"resource"`
	// LaunchType is EC2 or FARGATE; empty takes the definition's.
	LaunchType string `json:"launchType"`
	// Networks are existing Docker networks that the task joins.
	Networks []string `json:"networks"`
	// Strict makes failures of what is otherwise only said.
	Strict bool `json:"strict"`
	// Timeout is how long a case may take, from the task's start to its last step.
	Timeout time.Duration `json:"timeout"`
	// Matrix makes a case of every combination of its parameters' values.
	Matrix *document.Node `json:"matrix"`
	// StepNodes are the steps as they stand in the file.
	StepNodes *document.Node `json:"steps"`
}

// Step is one thing that is done to the task or expected of it. Either Expect or Action is set.
type Step struct {
	// Name is the spec's, or says what the step is.
	Name string
	// Kind is the word in the spec, such as http.
	Kind string
	diag.Position
	Expect expect.Expectation
	Action expect.Action
	// Within is how long it may take until the expectation holds; 0 looks once, below 0 only the case's timeout counts.
	Within time.Duration
	// Containers are those that the step names.
	Containers []Mention
}

// Mention is a place of the spec that names a container.
type Mention struct {
	Container, Path string
	diag.Position
}

// Rules of the findings about spec files.
const (
	RuleUnknown   = "SPEC-001" // a name that means nothing
	RuleType      = "SPEC-002" // a value of the wrong type
	RuleValue     = "SPEC-003" // a text that cannot be right
	RuleDuplicate = "SPEC-004" // a name that is there twice
	RuleMissing   = "SPEC-005" // what a step cannot do without
	RuleMatrix    = "SPEC-006" // a matrix that makes no sense, or too many cases
)

// Parse reads the content of a spec file. What is wrong is in the findings, all at once; relative paths are taken from the folder of name.
func Parse(name string, data []byte) ([]Case, []diag.Finding) {
	root, findings := document.Parse(name, data)
	if root == nil {
		return nil, findings
	}
	combinations, found := matrix(root)
	findings = append(findings, found...)
	var cases []Case
	for _, values := range combinations {
		tree, found := values.fillIn(root)
		findings = append(findings, found...)
		c, found := readCase(name, tree)
		findings = append(findings, found...)
		if c.Name = filepath.ToSlash(filepath.Clean(name)); len(values) > 0 {
			c.Name += "/" + values.String()
		}
		cases = append(cases, c)
	}
	diag.Sort(findings)
	return cases, slices.CompactFunc(findings, func(a, b diag.Finding) bool { return a.String() == b.String() && a.Path == b.Path }) // a mistake is in each case of the matrix
}

//go:embed schema.json
var schema []byte

// Schema is the JSON schema of the file, for editors.
func Schema() []byte { return slices.Clone(schema) }
