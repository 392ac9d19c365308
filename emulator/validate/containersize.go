package validate

import (
	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/taskdef"
)

// containerSizeRules are about cpu and memory of containers, alone and against the task's.
var containerSizeRules = []Rule{
	{ID: "SIZ-007", Severity: diag.Error, Source: observed,
		Message: "the containers' cpu adds up to %d units, more than the task's %d",
		AWS:     "The sum of all container 'cpu' values cannot be greater than the value of the task 'cpu'.",
		Fix:     "raise the task's cpu, or lower the containers'",
		check: func(t *task, hit hit) {
			cpu, ok := taskdef.CPUUnits(t.CPU)
			sum := t.sum("cpu", func(c container) *int { return c.CPU })
			if ok && sum > cpu && (t.fargate || !t.windows) && !t.unknown("/cpu") {
				hit("/cpu", sum, cpu)
			}
		}},
	{ID: "SIZ-008", Severity: diag.Error, Source: observed,
		Message: "container %s: memory is %d MiB, more than the task's %d",
		AWS:     "The 'memory' setting for container '%s' is greater than for the task",
		Fix:     "raise the task's memory, or lower the container's",
		check: eachContainer(func(t *task, c container, hit hit) {
			if task, ok := t.memory(); ok && taskdef.Or(c.Memory, 0) > task {
				hit(c.at("memory"), *c.Memory, task)
			}
		})},
	{ID: "SIZ-009", Severity: diag.Warning, Source: guide,
		Message: "the containers' memory adds up to %d MiB, more than the task's %d; the guide forbids it, and whether ECS refuses it is not known",
		Fix:     "raise the task's memory, or lower the containers'",
		check: func(t *task, hit hit) {
			task, ok := t.memory()
			if sum := t.sum("memory", func(c container) *int { return c.Memory }); ok && sum > task {
				hit("/memory", sum, task)
			}
		}},
	{ID: "SIZ-009", Severity: diag.Error, Source: guide,
		Message: "the containers' memoryReservation adds up to %d MiB, more than the task's memory of %d",
		Fix:     "raise the task's memory, or lower the reservations",
		check: func(t *task, hit hit) {
			task, ok := t.memory()
			if sum := t.sum("memoryReservation", func(c container) *int { return c.MemoryReservation }); ok && sum > task {
				hit("/memory", sum, task)
			}
		}},
	{ID: "SIZ-010", Severity: diag.Error, Source: observed,
		Message: "container %s: memory (%d MiB) is less than memoryReservation (%d MiB)",
		AWS:     "Invalid setting for container '%s'. 'memory' must be greater than or equal to 'memoryReservation'",
		Fix:     "raise memory, which is the limit, or lower memoryReservation",
		check: eachContainer(func(t *task, c container, hit hit) {
			if c.Memory != nil && c.MemoryReservation != nil && *c.Memory < *c.MemoryReservation {
				hit(c.at("memory"), *c.Memory, *c.MemoryReservation)
			}
		})},
	{ID: "SIZ-011", Severity: diag.Error, Source: observed,
		Message: "container %s has neither memory nor memoryReservation, and the task has no memory",
		AWS:     "Invalid setting for container '%s'. At least one of 'memory' or 'memoryReservation' must be specified.",
		Fix:     "add \"memory\" to the container, or, as Fargate needs it anyway, to the task",
		check: eachContainer(func(t *task, c container, hit hit) {
			if !t.given("/memory") && !t.given(c.at("memory")) && !t.given(c.at("memoryReservation")) {
				hit(c.path)
			}
		})},
	{ID: "SIZ-012", Severity: diag.Error, Source: model,
		Message: "container %s: %s is %d MiB; the engine takes 6 at least",
		AWS:     "Minimum memory limit allowed is 6MB",
		Fix:     "write 6 or more",
		check: eachContainer(func(t *task, c container, hit hit) {
			if c.Memory != nil && *c.Memory < 6 {
				hit(c.at("memory"), "memory", *c.Memory)
			}
			if c.MemoryReservation != nil && *c.MemoryReservation < 6 {
				hit(c.at("memoryReservation"), "memoryReservation", *c.MemoryReservation)
			}
		})},
	{ID: "SIZ-013", Severity: diag.Warning, Source: model,
		Message: "container %s: cpu is %d shares; Linux knows no more than 262144",
		Fix:     "write fewer; cpu divides the time between containers, and the task's cpu is the limit",
		check: eachContainer(func(t *task, c container, hit hit) {
			if taskdef.Or(c.CPU, 0) > 262144 && !t.windows {
				hit(c.at("cpu"), *c.CPU)
			}
		})},
	{ID: "SIZ-013", Severity: diag.Info, Source: agent,
		Message: "container %s: cpu is 1 share; Linux knows no fewer than 2, and that is what the container gets",
		Fix:     "write 2, or leave cpu out",
		check: eachContainer(func(t *task, c container, hit hit) {
			if taskdef.Or(c.CPU, 0) == 1 && !t.windows {
				hit(c.at("cpu"))
			}
		})},
	{ID: "SIZ-014", Severity: diag.Info, Source: model, LaunchType: taskdef.EC2,
		Message: "container %s has a memoryReservation and no memory: nothing keeps it from taking all of the instance's memory",
		Fix:     "add \"memory\" for a limit",
		check: eachContainer(func(t *task, c container, hit hit) {
			if c.MemoryReservation != nil && !t.given("/memory") && !t.given(c.at("memory")) {
				hit(c.at("memoryReservation"))
			}
		})},
}

// memory is the task's in MiB, where it is given and known.
func (t *task) memory() (mib int, ok bool) {
	mib, ok = taskdef.MemoryMiB(t.Memory)
	return mib, ok && !t.unknown("/memory")
}

// sum adds up what the containers give, as far as it is known.
func (t *task) sum(member string, of func(container) *int) int {
	sum := 0
	for _, c := range t.containers {
		if n := of(c); n != nil && *n > 0 && !t.unknown(c.at(member)) {
			sum += *n
		}
	}
	return sum
}
