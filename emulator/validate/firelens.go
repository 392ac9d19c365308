package validate

import (
	"strconv"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
	"github.com/ecslocal/ecslocal/emulator/taskdef"
)

var rootUser = lazyregexp.New(`^(0|root)(:.*)?$`)

// firelensRules are about log routers.
var firelensRules = []Rule{
	{ID: "FLN-001", Severity: diag.Error, Source: observed,
		Message: "container %s sends its logs to FireLens, and no container has a firelensConfiguration",
		AWS:     "When awsfirelens log driver is specified in log configuration, a firelens configuration object must be configured in one of the containers.",
		Fix:     "add a container with \"firelensConfiguration\": {\"type\": \"fluentbit\"}",
		check: eachLog(func(t *task, l log, hit hit) {
			if l.LogDriver == "awsfirelens" && len(t.routers) == 0 && !t.someUnknown("firelensConfiguration") {
				hit(l.path + "/logDriver")
			}
		})},
	{ID: "FLN-002", Severity: diag.Error, Source: reported,
		Message: "container %s is a log router, and no container has the log driver awsfirelens",
		AWS:     "When a firelensConfiguration object is specified, at least one container has to be configured with the awsfirelens log driver.",
		Fix:     "write \"logDriver\": \"awsfirelens\" for a container, or remove firelensConfiguration",
		check: eachRouter(func(t *task, r container, hit hit) {
			if !t.firelensUsed && !t.someUnknown("logConfiguration") {
				hit(r.at("firelensConfiguration"))
			}
		})},
	{ID: "FLN-003", Severity: diag.Error, Source: model, Message: enumMessage, Fix: enumFix,
		check: notInEnum("containerDefinitions[].firelensConfiguration.type")},
	{ID: "FLN-003", Severity: diag.Warning, Source: "not established: no text of AWS was found",
		Message: "container %s is a second log router; a task is taken to have one, which we could not verify",
		Fix:     "keep one firelensConfiguration",
		check: eachRouter(func(t *task, r container, hit hit) {
			if r.path != t.routers[0].path {
				hit(r.at("firelensConfiguration"))
			}
		})},
	{ID: "FLN-004", Severity: diag.Error, Source: guide, LaunchType: taskdef.Fargate,
		Message: "container %s: on Fargate a router reads its configuration from a file of its image, not from S3",
		AWS:     "Fargate launch type does not support FirelensConfiguration config file from 's3'",
		Fix:     "write \"config-file-type\": \"file\", or use the image aws-for-fluent-bit:init-latest, which fetches files itself",
		check: eachRouter(func(t *task, r container, hit hit) {
			if r.FirelensConfiguration.Options["config-file-type"] == "s3" {
				hit(r.at("firelensConfiguration", "options", "config-file-type"))
			}
		})},
	{ID: "FLN-005", Severity: diag.Error, Source: reported, LaunchType: taskdef.EC2,
		Message: "container %s: %q is not the ARN of an object in S3",
		AWS:     "Invalid arn syntax.",
		Fix:     "write arn:aws:s3:::BUCKET/KEY, not s3://",
		check: eachRouter(func(t *task, r container, hit hit) {
			options := r.FirelensConfiguration.Options
			if options["config-file-type"] == "s3" && !s3ObjectARN().MatchString(options["config-file-value"]) {
				hit(r.at("firelensConfiguration", "options", "config-file-value"), options["config-file-value"])
			}
		})},
	{ID: "FLN-006", Severity: diag.Error, Source: reported,
		Message: "container %s: a log router runs as root, not as %q",
		Fix:     "remove user, or write \"0\"",
		check: eachRouter(func(t *task, r container, hit hit) {
			if r.User != "" && !rootUser().MatchString(r.User) {
				hit(r.at("user"), r.User)
			}
		})},
	{ID: "FLN-007", Severity: diag.Warning, Source: guide,
		Message: "container %s is a log router and not essential: when it stops, logs are lost and the task goes on",
		Fix:     "write \"essential\": true",
		check: eachRouter(func(t *task, r container, hit hit) {
			if !r.IsEssential() {
				hit(r.at("essential"))
			}
		})},
	{ID: "FLN-007", Severity: diag.Warning, Source: guide,
		Message: "container %s: enable-ecs-log-metadata is %q; it is \"true\" or \"false\"",
		Fix:     "write \"true\" or \"false\", in quotes",
		check: eachRouter(func(t *task, r container, hit hit) {
			value, given := r.FirelensConfiguration.Options["enable-ecs-log-metadata"]
			if given && value != "true" && value != "false" {
				hit(r.at("firelensConfiguration", "options", "enable-ecs-log-metadata"), value)
			}
		})},
	{ID: "FLN-008", Severity: diag.Warning, Source: guide,
		Message: "container %s: log-driver-buffer-limit is %q; it is a number of bytes below 536870912",
		Fix:     "write a smaller number, in quotes",
		check: eachLog(func(t *task, l log, hit hit) {
			limit, given := l.Options["log-driver-buffer-limit"]
			if n, err := strconv.Atoi(limit); l.LogDriver == "awsfirelens" && given && (err != nil || n < 0 || n >= 536870912) {
				hit(l.option("log-driver-buffer-limit"), limit)
			}
		})},
}

func eachRouter(check func(t *task, r container, hit hit)) check {
	return eachContainer(func(t *task, c container, hit hit) {
		if c.FirelensConfiguration != nil {
			check(t, c, hit)
		}
	})
}
