package validate

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
	"github.com/ecslocal/ecslocal/emulator/taskdef"
)

var (
	nameForm     = lazyregexp.New(`^[A-Za-z0-9_-]{1,255}$`) // of families, containers and volumes
	roleARN      = lazyregexp.New(`^arn:aws[a-z-]*:iam::\d{12}:role/\S+$`)
	roleName     = lazyregexp.New(`^[\w+=,.@-]{1,64}$`)
	tagForm      = lazyregexp.New(`^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$`)
	operatorForm = lazyregexp.New(`==|!=|[<>]|=~|!~|\b(equals|not_equals|in|not_in|exists|matches|greater_than|less_than)\b|!exists|!in`)
)

// taskRules are about members of the task as a whole.
var taskRules = []Rule{
	{ID: "TSK-001", Severity: diag.Error, Source: cli, Message: missingMessage, AWS: missingAWS, Fix: missingFix, check: missing("family")},
	{ID: "TSK-002", Severity: diag.Error, Source: observed,
		Message: "the family %q has other characters than A-Z a-z 0-9 _ -, or not 1 to 255 of them",
		AWS:     "Family contains invalid characters.",
		Fix:     "replace dots, slashes and blanks with -",
		check: func(t *task, hit hit) {
			if t.Has("/family") && !nameForm().MatchString(t.Family) {
				hit("/family", t.Family)
			}
		}},
	{ID: "TSK-003", Severity: diag.Error, Source: cli, Message: missingMessage, AWS: missingAWS, Fix: missingFix, check: missing("containerDefinitions")},
	{ID: "TSK-004", Severity: diag.Error, Source: reported,
		Message: "%s: %q is not the ARN of a role",
		AWS:     "Role is not valid",
		Fix:     "write arn:aws:iam::ACCOUNT:role/NAME with an account of 12 digits",
		check: func(t *task, hit hit) {
			for member, role := range t.roles() {
				if !roleARN().MatchString(role) && !roleName().MatchString(role) {
					hit("/"+member, member, role)
				}
			}
		}},
	{ID: "TSK-004", Severity: diag.Warning, Source: model,
		Message: "executionRoleArn: %q is a name; the API asks for the ARN here, and takes names for taskRoleArn only",
		Fix:     "write arn:aws:iam::ACCOUNT:role/%s",
		check: func(t *task, hit hit) {
			if role := t.ExecutionRoleARN; roleName().MatchString(role) {
				hit("/executionRoleArn", role)
			}
		}},
	{ID: "TSK-005", Severity: diag.Info, Source: model,
		Message: "there is no taskRoleArn: the containers get no AWS credentials from ECS",
		Fix:     "add taskRoleArn if the application calls AWS",
		check: func(t *task, hit hit) {
			if !t.given("/taskRoleArn") {
				hit("/taskRoleArn")
			}
		}},
	{ID: "TSK-006", Severity: diag.Error, Source: model, Message: enumMessage, Fix: enumFix, check: notInEnum("requiresCompatibilities[]")},
	{ID: "TSK-007", Severity: diag.Error, Source: reported, LaunchType: taskdef.Fargate,
		Message: "requiresCompatibilities leaves out FARGATE",
		AWS:     "Task definition does not support launch_type FARGATE.",
		Fix:     "add \"FARGATE\" to requiresCompatibilities",
		check: func(t *task, hit hit) {
			if len(t.RequiresCompatibilities) > 0 && !t.requires(taskdef.Fargate) {
				hit("/requiresCompatibilities")
			}
		}},
	{ID: "TSK-007", Severity: diag.Warning, Source: reported,
		Message: "there is no requiresCompatibilities, so ECS checks none of Fargate's rules when it registers this definition, which looks made for Fargate",
		AWS:     "Task definition does not support launch_type FARGATE.",
		Fix:     "add \"requiresCompatibilities\": [\"FARGATE\"]",
		check: func(t *task, hit hit) {
			made := t.fargate || t.NetworkMode == "awsvpc" && t.given("/cpu") && t.given("/memory")
			if made && len(t.RequiresCompatibilities) == 0 && !t.unknown("/requiresCompatibilities") {
				hit("/requiresCompatibilities")
			}
		}},
	{ID: "TSK-009", Severity: diag.Error, Source: observed, patch: remove,
		Message: "Elastic Inference ended in 2024 and inferenceAccelerators with it",
		AWS:     "Unsupported field 'inferenceAccelerators'",
		Fix:     "remove inferenceAccelerators",
		check: func(t *task, hit hit) {
			if len(t.InferenceAccelerators) > 0 {
				hit("/inferenceAccelerators")
			}
		}},
	{ID: "TSK-010", Severity: diag.Error, Source: model, Message: enumMessage, Fix: enumFix, check: notInEnum("placementConstraints[].type")},
	{ID: "TSK-010", Severity: diag.Error, Source: model,
		Message: "there are %d placementConstraints; ECS takes 10",
		Fix:     "remove some, or join them with \"and\"",
		check: func(t *task, hit hit) {
			if n := len(t.PlacementConstraints); n > 10 {
				hit("/placementConstraints", n)
			}
		}},
	{ID: "TSK-010", Severity: diag.Error, Source: model, LaunchType: taskdef.EC2,
		Message: "placementConstraints[%d]: the expression %q compares nothing",
		Fix:     "write it in the cluster query language, such as attribute:ecs.instance-type =~ t3.*",
		check: func(t *task, hit hit) {
			for i, p := range t.PlacementConstraints {
				if !operatorForm().MatchString(p.Expression) {
					hit(diag.Pointer("/placementConstraints", i, "expression"), i, p.Expression)
				}
			}
		}},
	{ID: "TSK-014", Severity: diag.Warning, Source: model, LaunchType: taskdef.EC2,
		Message: "%s has no effect on Windows",
		Fix:     "remove it",
		check: func(t *task, hit hit) {
			for _, member := range []string{"pidMode", "ipcMode"} {
				if t.windows && t.given("/"+member) {
					hit("/"+member, member)
				}
			}
		}},
	{ID: "TSK-015", Severity: diag.Error, Source: observed,
		Message: "ephemeralStorage is %d GiB; ECS takes 21 to 200, and 20 is there without asking",
		AWS:     "EphemeralStorage size should be at least 21",
		Fix:     "write 21 or more, or remove ephemeralStorage for 20 GiB",
		check:   ephemeralStorage(func(size int) bool { return size < 21 })},
	{ID: "TSK-015", Severity: diag.Error, Source: observed,
		Message: "ephemeralStorage is %d GiB; ECS takes 21 to 200",
		AWS:     "EphemeralStorage size should be at most 200",
		Fix:     "write 200 or less; more space needs EFS or an EBS volume",
		check:   ephemeralStorage(func(size int) bool { return size > 200 })},
	{ID: "TSK-016", Severity: diag.Error, Source: observed, LaunchType: taskdef.EC2, patch: remove,
		Message: "ephemeralStorage is for Fargate, and requiresCompatibilities does not ask for it",
		AWS:     "Tasks using the EC2 launch type do not support EphemeralStorage",
		Fix:     "remove ephemeralStorage, or add FARGATE to requiresCompatibilities",
		check: func(t *task, hit hit) {
			if t.EphemeralStorage != nil && !t.fargate && !t.requires("MANAGED_INSTANCES") {
				hit("/ephemeralStorage")
			}
		}},
	{ID: "TSK-017", Severity: diag.Error, Source: cli, Message: missingMessage, AWS: missingAWS, Fix: missingFix,
		check: missing("ephemeralStorage.sizeInGiB")},
	{ID: "TSK-020", Severity: diag.Error, Source: model,
		Message: "tags[%d]: %s",
		Fix:     "at most 50 tags, keys of 1 to 128 and values of 0 to 256 letters, digits, blanks and _.:/=+-@, no key twice, none that starts with aws:",
		check:   badTags},
	{ID: "TSK-025", Severity: diag.Warning, Source: model,
		Message: "enableFaultInjection works on Linux with network mode awsvpc or host, not here",
		Fix:     "remove enableFaultInjection, or change the network mode",
		check: func(t *task, hit hit) {
			if taskdef.Or(t.EnableFaultInjection, false) && (t.windows || t.mode != "awsvpc" && t.mode != "host") && !t.unknown("/networkMode") {
				hit("/enableFaultInjection")
			}
		}},
}

// roles are the roles that the file gives, by member.
func (t *task) roles() map[string]string {
	roles := map[string]string{"taskRoleArn": t.TaskRoleARN, "executionRoleArn": t.ExecutionRoleARN}
	for member, role := range roles {
		if role == "" {
			delete(roles, member)
		}
	}
	return roles
}

func ephemeralStorage(bad func(size int) bool) check {
	return func(t *task, hit hit) {
		if s := t.EphemeralStorage; s != nil && s.SizeInGiB != nil && bad(*s.SizeInGiB) {
			hit("/ephemeralStorage/sizeInGiB", *s.SizeInGiB)
		}
	}
}

func badTags(t *task, hit hit) {
	first := map[string]int{}
	for i, tag := range t.Tags {
		at := diag.Pointer("/tags", i)
		before, twice := first[tag.Key]
		switch {
		case i == 50:
			hit(at, i, fmt.Sprintf("is the 51st of %d", len(t.Tags)))
		case twice:
			hit(diag.Pointer(at, "key"), i, fmt.Sprintf("the key %q is that of tags[%d] already", tag.Key, before))
		case strings.HasPrefix(strings.ToLower(tag.Key), "aws:"):
			hit(diag.Pointer(at, "key"), i, fmt.Sprintf("the key %q starts with aws:, which AWS keeps to itself", tag.Key))
		case utf8.RuneCountInString(tag.Key) > 128:
			hit(diag.Pointer(at, "key"), i, "the key is too long")
		case utf8.RuneCountInString(tag.Value) > 256:
			hit(diag.Pointer(at, "value"), i, "the value is too long")
		case !tagForm().MatchString(tag.Key):
			hit(diag.Pointer(at, "key"), i, fmt.Sprintf("the key %q has characters that a tag cannot have", tag.Key))
		case !tagForm().MatchString(tag.Value):
			hit(diag.Pointer(at, "value"), i, fmt.Sprintf("the value %q has characters that a tag cannot have", tag.Value))
		}
		if !twice {
			first[tag.Key] = i
		}
	}
}
