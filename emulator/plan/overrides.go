package plan

import (
	"fmt"
	"slices"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/taskdef"
)

// Overridden is the definition with RunTask's overrides applied: environment is merged by name, all else replaces what the
// definition says (API reference, TaskOverride and ContainerOverride). The findings are overrides of containers that are not there.
func Overridden(source *taskdef.Definition, o *taskdef.Overrides) (*taskdef.Definition, []diag.Finding) {
	if o == nil {
		return source, nil
	}
	var findings []diag.Finding
	def := *source
	def.ContainerDefinitions = slices.Clone(def.ContainerDefinitions)
	replace(&def.CPU, o.CPU)
	replace(&def.Memory, o.Memory)
	replace(&def.TaskRoleARN, o.TaskRoleARN)
	replace(&def.ExecutionRoleARN, o.ExecutionRoleARN)
	if o.EphemeralStorage != nil {
		def.EphemeralStorage = o.EphemeralStorage
	}
	for i := range o.ContainerOverrides {
		override := &o.ContainerOverrides[i]
		container := def.Container(override.Name)
		if container == nil {
			findings = append(findings, diag.Finding{Rule: "RUN-OVERRIDE", Severity: diag.Error, Path: diag.Pointer("/containerOverrides", i, "name"),
				Message: fmt.Sprintf("override container %q: the task has no such container", override.Name),
				AWS:     fmt.Sprintf("Override for container named %s is not a container in the TaskDefinition.", override.Name), Fix: "correct the name"})
			continue
		}
		overrideContainer(container, override)
	}
	return &def, findings
}

func overrideContainer(c *taskdef.ContainerDefinition, o *taskdef.ContainerOverride) {
	if o.Command != nil {
		c.Command = o.Command
	}
	if o.EnvironmentFiles != nil {
		c.EnvironmentFiles = o.EnvironmentFiles
	}
	if o.ResourceRequirements != nil {
		c.ResourceRequirements = o.ResourceRequirements
	}
	for _, number := range []struct{ into, from **int }{{&c.CPU, &o.CPU}, {&c.Memory, &o.Memory}, {&c.MemoryReservation, &o.MemoryReservation}} {
		if *number.from != nil {
			*number.into = *number.from
		}
	}
	c.Environment = append(slices.Clone(c.Environment), o.Environment...) // the last of a name wins
}

func replace(into *string, by string) {
	if by != "" {
		*into = by
	}
}
