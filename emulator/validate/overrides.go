package validate

import (
	"reflect"

	"github.com/ecslocal/ecslocal/emulator/diag"
)

// overrideRules are about RunTask's overrides, which come from another file: the position is the definition's.
var overrideRules = []Rule{
	{ID: "RUN-001", Severity: diag.Error, Source: reported,
		Message: "an override is for container %q, which is no container of the task",
		AWS:     "Override for container named %s is not a container in the TaskDefinition.",
		Fix:     "%[2]s",
		check: func(t *task, hit hit) {
			if t.opts.Overrides == nil {
				return
			}
			for _, o := range t.opts.Overrides.ContainerOverrides {
				if !t.has(o.Name) {
					hit("/containerDefinitions", o.Name, suggest(o.Name, t.names()))
				}
			}
		}},
	{ID: "RUN-008", Severity: diag.Error, Source: model,
		Message: "the overrides have %d characters; RunTask takes 8192",
		Fix:     "move long values to environment files or parameters",
		check: func(t *task, hit hit) {
			if t.opts.Overrides == nil {
				return
			}
			if n := compactSize(reflect.ValueOf(t.opts.Overrides)); n > 8192 {
				hit("", n)
			}
		}},
}
