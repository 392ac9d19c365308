// Package input reads task definitions from the files that people really have.
//
// A file's format is found out by its content: what register-task-definition takes, what describe-task-definition prints, a
// CloudFormation template, a Terraform plan and so on. Whatever the format, each task definition comes out as the same tree,
// in the API's own names and types, in which every value still knows its place in the original file. It comes after document
// and before taskdef in the flow, imports diag and document, and touches no file, network or process.
package input

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/document"
)

// Format is a kind of file that holds task definitions.
type Format string

// The formats that are read. Template is never found out: it says that every ${…} of a register or containers file is a placeholder.
const (
	Register       Format = "register"       // input of register-task-definition, JSON or YAML
	Describe       Format = "describe"       // output of describe-task-definition
	Skeleton       Format = "skeleton"       // output of register-task-definition --generate-cli-skeleton
	Containers     Format = "containers"     // a list of container definitions
	CloudFormation Format = "cloudformation" // a template, also of SAM and cdk synth
	Terraform      Format = "terraform"      // terraform show -json of a plan or a state, or a state file
	Template       Format = "template"       // register or containers with Terraform's ${…} in it
)

// Formats are the names that Options.From takes.
func Formats() []Format {
	return []Format{Register, Describe, Skeleton, Containers, CloudFormation, Terraform, Template}
}

// Rules of what this package finds.
const (
	RuleUnknownFormat = "INP-001" // no known format, or an unknown name in Options.From
	RuleRefusedFormat = "INP-002" // a known format that another program has to translate first
	RuleUnresolved    = "INP-003" // a placeholder or parameter without a value
	RuleMadeUp        = "INP-004" // a value of the account, which does not exist here, was made up
	RuleTemplate      = "INP-005" // a mistake in a template
	RuleResource      = "INP-006" // no task definition, or several where one is wanted
	RuleSkeleton      = "INP-007" // values that --generate-cli-skeleton wrote and nobody filled in
	RuleParameter     = "INP-008" // a given parameter that is not allowed or not used
	RuleContainers    = "DOC-002" // only container definitions
	RuleDescribe      = "DOC-003" // describe-task-definition output as a whole
)

// Options say what a file alone does not. The zero value reads any file without values for its placeholders.
type Options struct {
	// From names the format, for files whose content does not tell.
	From Format
	// Resource picks one task definition, by its logical id or address, or by an unambiguous beginning of it.
	Resource string
	// Params are values of CloudFormation parameters and of placeholders, by name. They also replace made-up names:
	// LogicalId and LogicalId.Attribute of resources, and the names of exports.
	Params map[string]string
	// EnvSubst asks that $NAME and ${NAME} be taken from Env.
	EnvSubst bool
	// Env looks up an environment variable; nil knows none. Ecspresso's env and must_env use it even without EnvSubst.
	Env func(name string) (string, bool)
	// Region and Account are those of the emulated account; empty means us-east-1 and 000000000000.
	Region, Account string
}

// Found is one task definition of a file.
type Found struct {
	// Name is the logical id of a CloudFormation resource, the address of a Terraform one, empty elsewhere.
	Name   string
	Format Format
	// Root is the task definition in the names and types of RegisterTaskDefinition.
	Root *document.Node
	// Notes tell, with severity Info, which values were made up.
	Notes []diag.Finding
	// TargetGroups are those behind which services of the same template put the task's containers.
	TargetGroups []TargetGroup
}

// Read finds out what a file is and gives every task definition in it. Whatever could not be read, or has to be known, is
// a finding; placeholders without a value are warnings, and leave a value whose Unknown is set.
func Read(file string, data []byte, opts Options) ([]Found, []diag.Finding) {
	r := &reader{file: file, data: data, opts: opts, used: map[string]bool{}}
	if r.opts.Region == "" {
		r.opts.Region = "us-east-1"
	}
	if r.opts.Account == "" {
		r.opts.Account = "000000000000"
	}
	found := r.read()
	if found != nil {
		r.unusedParams()
	}
	diag.Sort(r.findings)
	return found, r.findings
}

// Single is the only task definition of a file, or a finding that lists those to choose from. Found must not be empty.
func Single(file string, found []Found) (Found, []diag.Finding) {
	if len(found) == 1 {
		return found[0], nil
	}
	names := make([]string, len(found))
	for i, f := range found {
		names[i] = f.Name
	}
	return Found{}, []diag.Finding{{Rule: RuleResource, Severity: diag.Error, Position: diag.Position{File: file},
		Message: fmt.Sprintf("the file has %d task definitions: %s", len(found), strings.Join(names, ", ")), Fix: "pick one: --resource " + names[0]}}
}

// reader reads one file.
type reader struct {
	file     string
	data     []byte
	opts     Options
	used     map[string]bool // parameters that were asked for
	bare     bool            // placeholders stand outside of quotes, so that the file is plainly a template
	dollars  bool            // some of them are ${…}
	starts   []int           // where lines start, once somebody asked
	findings []diag.Finding
}

// lines are the offsets at which the file's lines start.
func (r *reader) lines() []int {
	if r.starts == nil {
		r.starts = lineStarts(r.data)
	}
	return r.starts
}

func (r *reader) read() []Found {
	if !r.acceptable() {
		return nil
	}
	root := r.parse()
	if root == nil {
		return nil
	}
	format := r.opts.From
	if format == "" || format == Template {
		format = detect(root)
	}
	switch format {
	case Register:
		return r.register(root)
	case Describe:
		return r.describe(root)
	case Skeleton:
		return r.skeleton(root)
	case Containers:
		return r.containers(root)
	case CloudFormation:
		return r.cloudFormation(root)
	case Terraform:
		return r.terraform(root)
	}
	r.refuseTree(root)
	return nil
}

// param is the value that the user gave for a name.
func (r *reader) param(name string) (string, bool) {
	value, ok := r.opts.Params[name]
	if ok {
		r.used[name] = true
	}
	return value, ok
}

// unusedParams tells which given parameters the file did not ask for: a wrong name shows nowhere else.
func (r *reader) unusedParams() {
	for name := range r.opts.Params {
		if !r.used[name] {
			r.add(diag.Position{File: r.file}, diag.Info, RuleParameter, fmt.Sprintf("the parameter %q is not used by this file", name), "")
		}
	}
}

func (r *reader) add(pos diag.Position, severity diag.Severity, rule, message, fix string) {
	r.findings = append(r.findings, diag.Finding{Rule: rule, Severity: severity, Position: pos, Message: message, Fix: fix})
}

// suggest is a given parameter whose name is like the missing one, for "did you mean".
func (r *reader) suggest(missing string) string {
	given := make([]string, 0, len(r.opts.Params))
	for name := range r.opts.Params {
		given = append(given, name)
	}
	slices.Sort(given)
	return diag.Nearest(missing, given)
}
