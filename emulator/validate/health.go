package validate

import (
	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/taskdef"
)

// healthRules are about the numbers of health checks; package healthcheck judges their commands.
var healthRules = []Rule{
	{ID: "HLT-001", Severity: diag.Error, Source: cli, Message: missingMessage, AWS: missingAWS, Fix: missingFix,
		check: missing("containerDefinitions[].healthCheck.command")},
	{ID: "HLT-004", Severity: diag.Error, Source: observed, Message: tooMuch, AWS: tooMuchAWS, Fix: "%[5]s",
		check: healthNumber("interval", func(h *taskdef.HealthCheck) *int { return h.Interval }, above(300))},
	{ID: "HLT-004", Severity: diag.Error, Source: model, Message: tooLittle, Fix: "%[5]s",
		check: healthNumber("interval", func(h *taskdef.HealthCheck) *int { return h.Interval }, below(5))},
	{ID: "HLT-005", Severity: diag.Error, Source: observed, Message: tooMuch, AWS: tooMuchAWS, Fix: "%[5]s",
		check: healthNumber("timeout", func(h *taskdef.HealthCheck) *int { return h.Timeout }, above(60))},
	{ID: "HLT-005", Severity: diag.Error, Source: model, Message: tooLittle, Fix: "%[5]s",
		check: healthNumber("timeout", func(h *taskdef.HealthCheck) *int { return h.Timeout }, below(2))},
	{ID: "HLT-006", Severity: diag.Error, Source: observed, Message: tooMuch, AWS: tooMuchAWS, Fix: "%[5]s",
		check: healthNumber("retries", func(h *taskdef.HealthCheck) *int { return h.Retries }, above(10))},
	{ID: "HLT-006", Severity: diag.Error, Source: model, Message: tooLittle, Fix: "%[5]s",
		check: healthNumber("retries", func(h *taskdef.HealthCheck) *int { return h.Retries }, below(1))},
	{ID: "HLT-007", Severity: diag.Error, Source: observed, Message: tooMuch, AWS: tooMuchAWS, Fix: "%[5]s",
		check: healthNumber("startPeriod", func(h *taskdef.HealthCheck) *int { return h.StartPeriod }, above(300))},
	{ID: "HLT-007", Severity: diag.Error, Source: model, Message: tooLittle, Fix: "%[5]s",
		check: healthNumber("startPeriod", func(h *taskdef.HealthCheck) *int { return h.StartPeriod }, below(0))},
	{ID: "HLT-008", Severity: diag.Info, Source: "public task definitions",
		Message: "container %s: " + diag.HealthOverlap,
		check: eachContainer(func(t *task, c container, hit hit) {
			if h := c.HealthCheck; h != nil {
				timeout, interval := taskdef.Or(h.Timeout, taskdef.DefaultHealthTimeout), taskdef.Or(h.Interval, taskdef.DefaultHealthInterval)
				if timeout > interval && timeout <= 60 && interval >= 5 { // refused otherwise
					hit(c.at("healthCheck", "timeout"), timeout, interval)
				}
			}
		})},
}

const (
	tooMuch    = "container %s: " + diag.HealthTooMuch
	tooLittle  = "container %s: " + diag.HealthTooLittle
	tooMuchAWS = "Health check %[2]s must be less than or equal to the maximum allowed value %[4]d for container '%[1]s'"
)

// bound is a limit, and says whether a number is beyond it.
type bound func(n int) (limit int, beyond bool)

func above(limit int) bound { return func(n int) (int, bool) { return limit, n > limit } }

func below(limit int) bound { return func(n int) (int, bool) { return limit, n < limit } }

// healthNumber reports a number of a health check that is beyond its bound. Values: container, member, number, limit, what to write.
func healthNumber(member string, of func(*taskdef.HealthCheck) *int, bound bound) check {
	return eachContainer(func(t *task, c container, hit hit) {
		if c.HealthCheck == nil || of(c.HealthCheck) == nil {
			return
		}
		n := *of(c.HealthCheck)
		if limit, beyond := bound(n); beyond {
			hit(c.at("healthCheck", member), member, n, limit, diag.HealthFix(member, n, limit))
		}
	})
}
