package plan

import (
	"time"

	"github.com/ecslocal/ecslocal/emulator/taskdef"
)

// healthcheck is the definition's check in the API's form, with ECS's defaults written out (Docker's own are others). Nothing
// between us and the engine reads the command: no shell, no quoting.
func (c *compiler) healthcheck(i int) *Healthcheck {
	def := c.def.ContainerDefinitions[i].HealthCheck
	if def == nil {
		return nil
	}
	if len(def.Command) == 0 || len(def.Command) == 1 && def.Command[0] == "CMD" {
		c.refuse("HC007", at(i, "healthCheck", "command"), "the health check has no command; engines before 29.5 crash when they run it", "",
			`write ["CMD-SHELL", "…"], or ["CMD", "program", "argument"]`)
	}
	check := &Healthcheck{
		Test:        def.Command,
		Interval:    seconds(taskdef.Or(def.Interval, taskdef.DefaultHealthInterval)),
		Timeout:     seconds(taskdef.Or(def.Timeout, taskdef.DefaultHealthTimeout)),
		Retries:     taskdef.Or(def.Retries, taskdef.DefaultHealthRetries),
		StartPeriod: seconds(taskdef.Or(def.StartPeriod, 0)),
	}
	if check.StartPeriod > 0 && apiAtLeast(c.options.Engine.APIVersion, 1, 44) {
		// Engines from 27.0 on probe every 5 s inside startPeriod unless told otherwise; ECS knows no such interval.
		check.StartInterval = check.Interval
	}
	return check
}

func seconds(n int) int64 { return int64(n) * int64(time.Second) }
