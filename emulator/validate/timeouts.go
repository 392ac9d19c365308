package validate

import (
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/taskdef"
)

// timeoutRules are about starting, stopping and restarting containers. Times are in seconds.
var timeoutRules = []Rule{
	{ID: "TMO-001", Severity: diag.Error, Source: reported, LaunchType: taskdef.Fargate,
		Message: "container %s: stopTimeout is %d s; Fargate takes 120",
		AWS:     "Tasks using the Fargate launch type must have a container stop timeout of less than 120 seconds.",
		Fix:     "write 120 or less",
		check: eachContainer(func(t *task, c container, hit hit) {
			if taskdef.Or(c.StopTimeout, 0) > 120 {
				hit(c.at("stopTimeout"), *c.StopTimeout)
			}
		})},
	{ID: "TMO-002", Severity: diag.Error, Source: reported,
		Message: "container %s: startTimeout is %d s; ECS takes 2 at least",
		AWS:     "Granular start timeout on container '%s' must be at least 2 seconds.",
		Fix:     "write 2 or more, or remove it",
		check: eachContainer(func(t *task, c container, hit hit) {
			if c.StartTimeout != nil && *c.StartTimeout < 2 {
				hit(c.at("startTimeout"), *c.StartTimeout)
			}
		})},
	{ID: "TMO-002", Severity: diag.Error, Source: reported,
		Message: "container %s: stopTimeout is %d s; ECS takes 2 at least",
		Fix:     "write 2 or more, or remove it for 30",
		check: eachContainer(func(t *task, c container, hit hit) {
			if c.StopTimeout != nil && *c.StopTimeout < 2 {
				hit(c.at("stopTimeout"), *c.StopTimeout)
			}
		})},
	{ID: "TMO-003", Severity: diag.Error, Source: model, LaunchType: taskdef.Fargate,
		Message: "container %s: startTimeout is %d s; Fargate takes 120",
		Fix:     "write 120 or less",
		check: eachContainer(func(t *task, c container, hit hit) {
			if taskdef.Or(c.StartTimeout, 0) > 120 {
				hit(c.at("startTimeout"), *c.StartTimeout)
			}
		})},
	{ID: "TMO-004", Severity: diag.Info, Source: model,
		Message: "container %s: a shell is process 1 and does not pass SIGTERM on, so stopping takes stopTimeout (%d s) and ends in SIGKILL",
		Fix:     "start the script with exec, write the command without a shell, or set linuxParameters.initProcessEnabled",
		check: eachContainer(func(t *task, c container, hit hit) {
			init := c.LinuxParameters != nil && taskdef.Or(c.LinuxParameters.InitProcessEnabled, false)
			member := "command"
			if len(c.EntryPoint) > 0 {
				member = "entryPoint"
			}
			if !init && !t.windows && shellHoldsOn(slices.Concat(c.EntryPoint, c.Command)) {
				hit(c.at(member), taskdef.Or(c.StopTimeout, taskdef.DefaultStopTimeout))
			}
		})},
	{ID: "TMO-005", Severity: diag.Info, Source: model,
		Message: "container %s: startTimeout is the time that others wait for it, and no container depends on it",
		Fix:     "remove startTimeout",
		check: eachContainer(func(t *task, c container, hit hit) {
			dependant := func(other container) bool {
				return slices.ContainsFunc(other.DependsOn, func(d taskdef.ContainerDependency) bool { return d.ContainerName == c.Name })
			}
			if c.StartTimeout != nil && len(t.containers) <= 10 && !slices.ContainsFunc(t.containers, dependant) {
				hit(c.at("startTimeout"))
			}
		})},
	{ID: "RST-001", Severity: diag.Error, Source: cli, Message: missingMessage, AWS: missingAWS, Fix: missingFix,
		check: missing("containerDefinitions[].restartPolicy.enabled")},
	{ID: "RST-002", Severity: diag.Error, Source: observed,
		Message: "container %s: restartAttemptPeriod is %d s; ECS takes 60 to 1800",
		AWS:     "The 'restartAttemptPeriod' setting for container '%s' must be between 60 and 1800.",
		Fix:     "write a value between, or remove it for 300",
		check: eachContainer(func(t *task, c container, hit hit) {
			if c.RestartPolicy == nil || c.RestartPolicy.RestartAttemptPeriod == nil {
				return
			}
			if period := *c.RestartPolicy.RestartAttemptPeriod; period < 60 || period > 1800 {
				hit(c.at("restartPolicy", "restartAttemptPeriod"), period)
			}
		})},
	{ID: "RST-003", Severity: diag.Error, Source: model,
		Message: "container %s has %d ignoredExitCodes; ECS takes 50",
		Fix:     "keep 50 of them",
		check: eachContainer(func(t *task, c container, hit hit) {
			if c.RestartPolicy != nil && len(c.RestartPolicy.IgnoredExitCodes) > 50 {
				hit(c.at("restartPolicy", "ignoredExitCodes"), len(c.RestartPolicy.IgnoredExitCodes))
			}
		})},
}

// shellHoldsOn says whether a command is a shell with a script that runs more than one thing: most shells replace themselves
// by the last command of a script, if that is simple.
func shellHoldsOn(command []string) bool {
	if len(command) < 3 || command[1] != "-c" || !slices.Contains([]string{"sh", "bash", "ash", "dash"}, command[0][strings.LastIndexByte(command[0], '/')+1:]) {
		return false
	}
	script := command[2]
	return strings.ContainsAny(script, ";&|\n") && !strings.Contains(script, "exec ")
}
