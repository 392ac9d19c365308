package validate

import (
	"slices"

	"github.com/ecslocal/ecslocal/emulator/diag"
)

// essentialRules are about which containers end the task.
var essentialRules = []Rule{
	{ID: "CNT-007", Severity: diag.Error, Source: observed,
		Message: "no container is essential",
		AWS:     "Task definition doesn't have any essential container",
		Fix:     "write \"essential\": true for the container that is the task's purpose",
		check: func(t *task, hit hit) {
			essential := func(c container) bool { return c.IsEssential() || t.unknown(c.at("essential")) }
			if len(t.containers) > 0 && !slices.ContainsFunc(t.containers, essential) {
				hit("/containerDefinitions")
			}
		}},
	{ID: "CNT-008", Severity: diag.Info, Source: model,
		Message: "no container says whether it is essential, so all %d are: the first that exits stops the whole task",
		Fix:     "write \"essential\": false for containers that may end",
		check: func(t *task, hit hit) {
			says := func(c container) bool { return c.Essential != nil }
			if n := len(t.containers); n > 1 && !slices.ContainsFunc(t.containers, says) {
				hit("/containerDefinitions", n)
			}
		}},
}
