package iam

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
)

// Check compares the policies of an execution role with what it needs: what is missing, where an explicit Deny or a condition stands in the
// way, and which statements let it read what is somebody else's.
func Check(all []Need, documents []*Document) []diag.Finding {
	var findings []diag.Finding
	told := map[[2]string]bool{} // an action on a resource is told once, whatever needs it
	for _, n := range all {
		if key := [2]string{n.Action, n.Resource}; !told[key] {
			told[key] = true
			findings = append(findings, n.judge(documents)...)
		}
	}
	for _, d := range documents {
		for i := range d.statements {
			findings = append(findings, d.statements[i].tooWide()...)
		}
	}
	diag.Sort(findings)
	return findings
}

func (n *Need) judge(documents []*Document) []diag.Finding {
	var allowed, perhaps, perhapsNot bool
	for _, d := range documents {
		for _, s := range d.statements {
			switch {
			case !s.covers(n.Action, n.asked):
			case !s.allow && !s.conditional:
				return []diag.Finding{{Rule: "IAM-003", Severity: diag.Error, Path: n.Path, Position: s.pos, AWS: n.AWS, Message: fmt.Sprintf("%s on %s is denied here (%s)", n.Action, n.Resource, n.Why),
					Fix: "take it out of the Deny statement"}}
			case s.allow && !s.conditional:
				allowed = true
			case s.allow:
				perhaps = true
			default:
				perhapsNot = true
			}
		}
	}
	f := diag.Finding{Path: n.Path, Position: n.Position, Source: "Amazon ECS developer guide, task execution IAM role"}
	switch {
	case perhapsNot && (allowed || perhaps):
		f.Rule, f.Severity = "IAM-004", diag.Info
		f.Message = fmt.Sprintf("%s on %s is denied under a condition, which is not judged here (%s)", n.Action, n.Resource, n.Why)
		f.Fix = "see that the condition does not hold when ECS starts the task"
	case allowed:
		return nil
	case perhaps:
		f.Rule, f.Severity = "IAM-004", diag.Info
		f.Message = fmt.Sprintf("%s on %s is allowed under a condition only, which is not judged here (%s)", n.Action, n.Resource, n.Why)
		f.Fix = "see that the condition holds when ECS starts the task"
	default:
		f.Rule, f.Severity, f.AWS = "IAM-002", diag.Error, n.AWS
		f.Message = fmt.Sprintf("%s on %s is allowed by no statement: the task would not start (%s)", n.Action, n.Resource, n.Why)
		f.Fix = fmt.Sprintf(`add {"Effect": "Allow", "Action": %q, "Resource": %q}`, n.Action, n.Resource)
	}
	return []diag.Finding{f}
}

// foreign are resources that no definition names: what allows reading them allows reading everybody's.
var foreign = []struct{ action, resource, what string }{
	{"secretsmanager:GetSecretValue", "arn:aws:secretsmanager:eu-west-9:999999999999:secret:somebody-elses-Zz9Zz9", "every secret"},
	{"ssm:GetParameters", "arn:aws:ssm:eu-west-9:999999999999:parameter/somebody-elses", "every parameter"},
	{"s3:GetObject", "arn:aws:s3:::somebody-elses/file", "every object of every bucket"},
	{"kms:Decrypt", "arn:aws:kms:eu-west-9:999999999999:key/99999999-9999-9999-9999-999999999999", "what any key encrypts"},
}

// tooWide tells what a statement lets the role read that cannot be its own. Regions and accounts are those of the statement's patterns,
// so that "secret:*" of one account is found as well.
func (s *statement) tooWide() []diag.Finding {
	var findings []diag.Finding
	for _, f := range foreign {
		resource := f.resource
		i := slices.IndexFunc(s.resources, func(pattern string) bool { return match(pattern, relocate(f.resource, pattern)) })
		if i >= 0 {
			resource = relocate(f.resource, s.resources[i])
		}
		if s.allow && !s.conditional && s.covers(f.action, resource) {
			findings = append(findings, diag.Finding{Rule: "IAM-005", Severity: diag.Warning, Position: s.pos,
				Message: fmt.Sprintf("this statement allows %s on %s: one compromised service reads all", f.action, f.what),
				Fix:     "name the resources of this task; ecslocal iam policy prints them"})
		}
	}
	return findings
}

// relocate gives an ARN the partition, region and account of a pattern, where the pattern names them.
func relocate(arn, pattern string) string {
	parts, like := strings.SplitN(arn, ":", 6), strings.SplitN(pattern, ":", 6)
	if len(like) < 6 {
		return arn
	}
	for _, i := range []int{1, 3, 4} {
		if like[i] != "" && !strings.ContainsAny(like[i], "*?") {
			parts[i] = like[i]
		}
	}
	return strings.Join(parts, ":")
}

// Misplaced tells which statements of the task role's policies grant what the execution role needs: ECS does not ask the task role for it.
func Misplaced(all []Need, execution, task []*Document) []diag.Finding {
	var findings []diag.Finding
	for _, d := range task {
		for _, s := range d.statements {
			var actions []string
			for _, n := range all {
				if s.allow && s.covers(n.Action, n.asked) && len(n.judge(execution)) > 0 && !slices.Contains(actions, n.Action) {
					actions = append(actions, n.Action)
				}
			}
			if len(actions) > 0 {
				findings = append(findings, diag.Finding{Rule: "IAM-006", Severity: diag.Warning, Position: s.pos,
					Message: fmt.Sprintf("this statement of the task role allows %s, which the execution role needs: ECS uses the task role for the application's own calls only", strings.Join(actions, ", ")),
					Fix:     "move the statement to the execution role"})
			}
		}
	}
	diag.Sort(findings)
	return findings
}
