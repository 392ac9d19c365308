package input

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/document"
	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
)

// ref is Ref: a loop's variable, a pseudo-parameter, a parameter or a resource.
func (t *template) ref(name string, at *document.Node) *document.Node {
	if value, ok := t.loops[name]; ok {
		return t.scalar(at, value, "")
	}
	if strings.HasPrefix(name, "AWS::") {
		return t.pseudo(name, at)
	}
	if declared := t.sections["Parameters"][name]; declared != nil {
		return t.parameter(name, declared, at)
	}
	if t.byID[name] != nil {
		return t.valueOf(name, "", at)
	}
	known := memberNames(membersOf(t.root.Member("Parameters")))
	for _, res := range t.resources {
		known = append(known, res.id)
	}
	fix := "declare it under Parameters or Resources"
	if near := diag.Nearest(name, known); near != "" {
		fix = "did you mean " + near + "?"
	}
	return t.mistake(at, fmt.Sprintf("there is no parameter or resource %q", name),
		fmt.Sprintf("Template format error: Unresolved resource dependencies [%s] in the Resources block of the template", name), fix)
}

// pseudo is a parameter that CloudFormation itself gives.
func (t *template) pseudo(name string, at *document.Node) *document.Node {
	if value, given := t.param(name); given {
		return t.scalar(at, value, "")
	}
	switch name {
	case "AWS::NoValue":
		return noValue
	case "AWS::Region":
		return t.scalar(at, t.opts.Region, "")
	case "AWS::AccountId":
		return t.scalar(at, t.opts.Account, "")
	case "AWS::Partition":
		return t.scalar(at, t.partition(), "")
	case "AWS::URLSuffix":
		return t.scalar(at, t.urlSuffix(), "")
	case "AWS::StackName", "AWS::StackId":
		value := t.stackName()
		if name == "AWS::StackId" {
			value = fmt.Sprintf("arn:%s:cloudformation:%s:%s:stack/%s/%s", t.partition(), t.opts.Region, t.opts.Account, value, digest(value, 32))
		}
		t.note(name, at.Pos, fmt.Sprintf("%s is made up of the file's name: %s; --param '%s=VALUE' gives it", name, value, name))
		return t.scalar(at, value, "the name of the stack is chosen when it is made")
	case "AWS::NotificationARNs":
		return &document.Node{Kind: document.Array, Pos: at.Pos}
	}
	return t.mistake(at, fmt.Sprintf("there is no pseudo-parameter %q", name), "", "")
}

// partition and urlSuffix are those of the region.
func (t *template) partition() string {
	switch {
	case strings.HasPrefix(t.opts.Region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(t.opts.Region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}

func (t *template) urlSuffix() string {
	if t.partition() == "aws-cn" {
		return "amazonaws.com.cn"
	}
	return "amazonaws.com"
}

// stackName is made of the file's name: letters, digits and hyphens, a letter first.
func (t *template) stackName() string {
	name := strings.Trim(notAlphanumeric().ReplaceAllString(baseName(t.file), "-"), "-")
	if name == "" || name[0] >= '0' && name[0] <= '9' {
		name = "stack-" + name
	}
	return name
}

var notAlphanumeric = lazyregexp.New(`[^A-Za-z0-9]+`)

// parameter is the value of a declared parameter: the given one, its default, or a stand-in.
func (t *template) parameter(name string, declared, at *document.Node) *document.Node {
	text, unknown := t.parameterText(name, declared)
	kind := memberText(declared, "Type")
	if !strings.HasPrefix(kind, "List<") && !strings.Contains(kind, "<List<") && !strings.Contains(kind, "CommaDelimitedList") {
		return t.scalar(at, text, unknown)
	}
	list := &document.Node{Kind: document.Array, Pos: at.Pos, Unknown: unknown}
	for part := range strings.SplitSeq(text, ",") {
		if t.values++; t.values > document.MaxValues {
			t.exceed(at, "its functions make too many values")
			break
		}
		list.Items = append(list.Items, t.scalar(at, strings.TrimSpace(part), unknown))
	}
	return list
}

func (t *template) parameterText(name string, declared *document.Node) (text, unknown string) {
	if value, given := t.param(name); given {
		return value, ""
	}
	byDefault := declared.Member("Default")
	switch stored := strings.HasPrefix(memberText(declared, "Type"), "AWS::SSM::Parameter::Value<"); {
	case byDefault == nil || byDefault.Kind == document.Null:
		return t.missingParameter(name, declared)
	case stored:
		if value, given := t.param(byDefault.Text); given {
			return value, ""
		}
		value := t.standIn(byDefault.Text)
		t.note("parameter "+name, byDefault.Pos, fmt.Sprintf("the parameter %s is taken from SSM (%s) in AWS; %q is made up; --param '%s=VALUE' gives it", name, byDefault.Text, value, name))
		return value, "SSM holds the parameter " + byDefault.Text
	}
	return byDefault.Text, ""
}

// missingParameter tells once that a parameter has no value, and gives one to go on with.
func (t *template) missingParameter(name string, declared *document.Node) (text, unknown string) {
	if !t.reported[name] {
		t.reported[name] = true
		fix := "give --param '" + name + "=VALUE'"
		if near := t.suggest(name); near != "" && t.sections["Parameters"][near] == nil {
			fix = fmt.Sprintf("the parameter %q was given; did you mean %q?", near, name)
		}
		t.add(declared.Pos, diag.Warning, RuleUnresolved, fmt.Sprintf("the parameter %s has no value and no default", name), fix)
	}
	unknown = "the parameter " + name + " has no value"
	if allowed := declared.Member("AllowedValues"); isKind(allowed, document.Array) && len(allowed.Items) > 0 {
		return allowed.Items[0].Text, unknown
	}
	if strings.Contains(memberText(declared, "Type"), "Number") {
		return either(memberText(declared, "MinValue"), "1"), unknown
	}
	return t.standIn(name), unknown
}

func memberText(n *document.Node, name string) string {
	if m := n.Member(name); m != nil {
		return m.Text
	}
	return ""
}

// wrongParams tells which given parameters CloudFormation would refuse.
func (t *template) wrongParams() {
	for name, value := range t.opts.Params {
		declared := t.sections["Parameters"][name]
		if declared == nil {
			continue
		}
		t.used[name] = true
		if allowed := declared.Member("AllowedValues"); isKind(allowed, document.Array) &&
			!slices.ContainsFunc(allowed.Items, func(n *document.Node) bool { return n.Text == value }) {
			t.wrongParam(declared, fmt.Sprintf("the given value of %s is not one of AllowedValues", name), fmt.Sprintf("Parameter '%s' must be one of AllowedValues", name))
		}
		pattern, err := regexp.Compile("^(?:" + memberText(declared, "AllowedPattern") + ")$")
		if declared.Member("AllowedPattern") != nil && err == nil && !pattern.MatchString(value) {
			t.wrongParam(declared, fmt.Sprintf("the given value of %s does not match AllowedPattern", name), "")
		}
	}
}

func (t *template) wrongParam(declared *document.Node, message, aws string) {
	t.findings = append(t.findings, diag.Finding{Rule: RuleParameter, Severity: diag.Error, Position: declared.Pos, Message: message, AWS: aws, Fix: memberText(declared, "ConstraintDescription")})
}
