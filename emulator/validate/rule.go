package validate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/taskdef"
)

// Rule is one row of the table. Several rows share an identifier where a rule has several texts.
type Rule struct {
	// ID is stable, such as NET-001.
	ID       string
	Severity diag.Severity
	// LaunchType is EC2 or FARGATE where the rule holds for one of them alone, empty for a rule of both.
	LaunchType string
	// Message, AWS and Fix are formats (package fmt) of the values that the check finds, the same values for all three.
	// Message is in our own words; AWS is the exact text that AWS is known to answer, empty where it is not known.
	Message, AWS, Fix string
	// Source says where the rule was established.
	Source string

	check check
	patch patch
}

// Where rules were established. "Observed" texts come from AWS's answers to real calls.
const (
	observed = "answers of the ECS API recorded by cdk-preflight, September 2026"
	reported = "texts of the ECS API in public issues"
	model    = "ECS API model, August 2026"
	guide    = "Amazon ECS developer guide"
	agent    = "amazon-ecs-agent source"
	moby     = "moby source"
	cli      = "AWS CLI 1.45.11 parameter validation"
	cfnLint  = "cfn-lint schemas"
)

// check looks for what breaks a rule.
type check func(t *task, hit hit)

// hit reports that the value at a JSON pointer breaks the rule; the values fill the row's texts.
type hit func(path string, values ...any)

// patch makes the change that a tool may make, from the finding's pointer and values.
type patch func(path string, values []any) *diag.Patch

// Options is what is known of the run beside the definition. The zero value takes everything from the definition.
type Options struct {
	// LaunchType is EC2 or FARGATE; empty takes it from requiresCompatibilities.
	LaunchType string
	// PlatformVersion is the Fargate platform version, such as 1.4.0; empty or LATEST is the newest.
	PlatformVersion string
	// Region is where the task shall run; empty takes no region for granted.
	Region string
	// Overrides are RunTask's, nil for none.
	Overrides *taskdef.Overrides
}

// Rules is the table: every rule that can be decided from the file, in the order of the subjects.
func Rules() []Rule { return slices.Clone(rules) }

var rules = slices.Concat(documentRules, requiredRules, taskRules, proxyRules, sizeRules, fargateRules, containerRules, containerSizeRules, essentialRules,
	dependencyRules, environmentRules, secretRules, portRules, portSetRules, networkRules, volumeRules, fileSystemRules, mountRules, linuxRules, resourceRules,
	healthRules, timeoutRules, logRules, firelensRules, overrideRules)

// Check applies every rule and gives all findings, ordered by position.
func Check(def *taskdef.Definition, opts Options) []diag.Finding {
	findings := append(apply(rules, def, opts), logDrivers(newTask(def, opts))...)
	diag.Sort(findings)
	return findings
}

func apply(rules []Rule, def *taskdef.Definition, opts Options) []diag.Finding {
	t := newTask(def, opts)
	var findings []diag.Finding
	for i := range rules {
		rule := &rules[i]
		if rule.LaunchType == taskdef.Fargate && !t.fargate || rule.LaunchType == taskdef.EC2 && !t.ec2 {
			continue
		}
		rule.check(t, func(path string, values ...any) {
			if t.unknown(path) {
				return
			}
			f := diag.Finding{Rule: rule.ID, Severity: rule.Severity, Path: path, Position: def.Pos(path), Source: rule.Source,
				Message: fill(rule.Message, values), AWS: fill(rule.AWS, values), Fix: fill(rule.Fix, values)}
			if rule.patch != nil {
				f.Patch = rule.patch(path, values)
			}
			findings = append(findings, f)
		})
	}
	diag.Sort(findings)
	return findings
}

// fill puts values into a format. A format that uses the first values only needs no indices for them.
func fill(format string, values []any) string {
	if !strings.Contains(format, "%") {
		return format
	}
	if !strings.Contains(format, "%[") {
		values = values[:min(len(values), strings.Count(strings.ReplaceAll(format, "%%", ""), "%"))]
	}
	return fmt.Sprintf(format, values...)
}

// remove is the patch that takes the member away.
func remove(path string, _ []any) *diag.Patch { return &diag.Patch{Path: path} }

// set is the patch that writes a JSON value at the finding's place.
func set(value string) patch {
	return func(path string, _ []any) *diag.Patch { return &diag.Patch{Path: path, Value: value} }
}
