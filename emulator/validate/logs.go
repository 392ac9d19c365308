package validate

import (
	"fmt"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/taskdef"
	"github.com/ecslocal/ecslocal/logs"
)

// logRules are about log configurations; what drivers and their options may be, package logs says.
var logRules = []Rule{
	{ID: "LOG-001", Severity: diag.Error, Source: cli, Message: missingMessage, AWS: missingAWS, Fix: missingFix,
		check: missing("containerDefinitions[].logConfiguration.logDriver")},
	{ID: "LOG-007", Severity: diag.Info, Source: reported,
		Message: "container %s: the log group %q must exist already: nothing creates it",
		AWS:     "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist.",
		Fix:     "create it first, or add \"awslogs-create-group\": \"true\"",
		check: eachLog(func(t *task, l log, hit hit) {
			group, create := l.Options["awslogs-group"], l.option("awslogs-create-group")
			if l.LogDriver == logs.AWSLogs && group != "" && !t.given(create) && !t.unknown(create) {
				hit(l.option("awslogs-group"), group)
			}
		})},
}

// logDrivers asks package logs about every container's log configuration whose values are known.
func logDrivers(t *task) []diag.Finding {
	var findings []diag.Finding
	eachLog(func(t *task, l log, _ hit) {
		if l.LogDriver == "" || t.unknown(l.path+"/options") || t.unknown(l.path+"/logDriver") {
			return
		}
		for _, f := range logs.Check(l.config(t)) {
			if f.Path = l.container.path + f.Path; t.unknown(f.Path) {
				continue
			}
			f.Message = fmt.Sprintf("container %s: %s", l.container.label(), f.Message)
			f.Position = t.Pos(f.Path)
			findings = append(findings, f)
		}
	})(t, nil)
	return findings
}

// log is a log configuration that knows its place.
type log struct {
	*taskdef.LogConfiguration
	container container
	path      string
}

// config is the log configuration as package logs takes it.
func (l log) config(t *task) logs.Config {
	c := logs.Config{Driver: l.LogDriver, Options: l.Options, LaunchType: taskdef.EC2, ExecutionRole: t.given("/executionRoleArn"),
		Region: t.opts.Region, TTY: taskdef.Or(l.container.PseudoTerminal, false)}
	switch {
	case t.fargate:
		c.LaunchType = taskdef.Fargate
	case t.requires("MANAGED_INSTANCES"):
		c.LaunchType = "MANAGED_INSTANCES"
	}
	for _, s := range l.SecretOptions {
		c.Secrets = append(c.Secrets, s.Name)
	}
	return c
}

func eachLog(check func(t *task, l log, hit hit)) check {
	return eachContainer(func(t *task, c container, hit hit) {
		if c.LogConfiguration != nil {
			check(t, log{c.LogConfiguration, c, c.at("logConfiguration")}, hit)
		}
	})
}

func (l log) option(name string) string { return diag.Pointer(l.path, "options", name) }
