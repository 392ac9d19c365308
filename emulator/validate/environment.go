package validate

import (
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
)

var s3ObjectARN = lazyregexp.New(`^arn:aws[a-z-]*:s3:::[^/\s]+/\S+$`)

// environmentRules are about variables in plain text and in files.
var environmentRules = []Rule{
	{ID: "ENV-001", Severity: diag.Warning, Source: model,
		Message: "container %s: the variable %s is given twice; the last value wins and ECS says nothing",
		Fix:     "remove one",
		check: eachContainer(func(t *task, c container, hit hit) {
			seen := map[string]bool{}
			for i, e := range c.Environment {
				if at := c.at("environment", i, "name"); e.Name != "" && !t.unknown(at) {
					if seen[e.Name] {
						hit(at, e.Name)
					}
					seen[e.Name] = true
				}
			}
		})},
	{ID: "ENV-013", Severity: diag.Warning, Source: "aws-actions/amazon-ecs-deploy-task-definition source",
		Message: "container %s: environment[%d] has no name",
		Fix:     "give it a name, or remove it",
		check: eachContainer(func(t *task, c container, hit hit) {
			for i, e := range c.Environment {
				if e.Name == "" && !t.given(c.at("environment", i, "name")) {
					hit(c.at("environment", i), i)
				}
			}
		})},
	{ID: "ENV-013", Severity: diag.Info, Source: "aws-actions/amazon-ecs-deploy-task-definition source",
		Message: "container %s: the variable %s has no value, which is the empty text",
		Fix:     "write \"value\": \"\" to say so",
		check: eachContainer(func(t *task, c container, hit hit) {
			for i, e := range c.Environment {
				if at := c.at("environment", i, "value"); e.Name != "" && !t.Has(at) {
					hit(at, e.Name)
				}
			}
		})},
	{ID: "ENV-011", Severity: diag.Error, Source: observed,
		Message: "container %s has %d environment files; ECS takes 10",
		AWS:     "The maximum number of environment files was exceeded. Specify ten or less and try again",
		Fix:     "join some",
		check: eachContainer(func(t *task, c container, hit hit) {
			if n := len(c.EnvironmentFiles); n > 10 {
				hit(c.at("environmentFiles"), n)
			}
		})},
	{ID: "ENV-011", Severity: diag.Error, Source: model, Message: enumMessage, Fix: enumFix,
		check: notInEnum("containerDefinitions[].environmentFiles[].type")},
	{ID: "ENV-011", Severity: diag.Error, Source: observed,
		Message: "container %s: the environment file %q is not the ARN of an object in S3",
		AWS:     "Invalid arn syntax.",
		Fix:     "write arn:aws:s3:::BUCKET/KEY.env, not s3://",
		check: eachContainer(func(t *task, c container, hit hit) {
			for i, f := range c.EnvironmentFiles {
				if f.Value != "" && !s3ObjectARN().MatchString(f.Value) {
					hit(c.at("environmentFiles", i, "value"), f.Value)
				}
			}
		})},
	{ID: "ENV-012", Severity: diag.Error, Source: model,
		Message: "container %s: the environment file %q does not end in .env, so the task does not start",
		Fix:     "rename the object to end in .env",
		check: eachContainer(func(t *task, c container, hit hit) {
			for i, f := range c.EnvironmentFiles {
				if s3ObjectARN().MatchString(f.Value) && !strings.HasSuffix(f.Value, ".env") {
					hit(c.at("environmentFiles", i, "value"), f.Value)
				}
			}
		})},
}
