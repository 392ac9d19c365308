package validate

import (
	"fmt"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/taskdef"
)

const noFargateSize = "No Fargate configuration exists for given values: %d CPU, %d memory. See the Amazon ECS documentation for the valid values."

// sizeRules are about CPU and memory of the task and of its containers.
var sizeRules = []Rule{
	{ID: "SIZ-001", Severity: diag.Error, Source: observed, LaunchType: taskdef.Fargate,
		Message: "Fargate needs the task's cpu",
		AWS:     "Fargate requires that 'cpu' be defined at the task level.",
		Fix:     "add \"cpu\": \"256\" beside family",
		check: func(t *task, hit hit) {
			if !t.given("/cpu") {
				hit("/cpu")
			}
		}},
	{ID: "SIZ-002", Severity: diag.Error, Source: observed, LaunchType: taskdef.Fargate,
		Message: "Fargate needs the task's memory",
		AWS:     "Fargate requires that 'memory' be defined at the task level.",
		Fix:     "add \"memory\": \"512\" beside family",
		check: func(t *task, hit hit) {
			if !t.given("/memory") {
				hit("/memory")
			}
		}},
	{ID: "SIZ-003", Severity: diag.Error, Source: guide, LaunchType: taskdef.Fargate,
		Message: "Fargate has no task of %d CPU units with %d MiB",
		AWS:     noFargateSize,
		Fix:     "%[3]s",
		check: sized(func(t *task, cpu, memory int, hit hit) {
			if !fargateHas(cpu, memory) {
				hit("/memory", cpu, memory, proposeFargate(cpu, memory))
			}
		})},
	{ID: "SIZ-004", Severity: diag.Error, Source: guide,
		Message: "the task's cpu %q cannot be read",
		AWS:     "Invalid 'cpu' setting for task.",
		Fix:     "write CPU units such as \"256\", or \".25 vCPU\"",
		check: func(t *task, hit hit) {
			if _, ok := taskdef.CPUUnits(t.CPU); t.CPU != "" && !ok {
				hit("/cpu", t.CPU)
			}
		}},
	{ID: "SIZ-004", Severity: diag.Error, Source: guide,
		Message: "the task's memory %q cannot be read",
		AWS:     "Invalid 'memory' setting for task.",
		Fix:     "write MiB such as \"512\", or \"0.5 GB\"",
		check: func(t *task, hit hit) {
			if _, ok := taskdef.MemoryMiB(t.Memory); t.Memory != "" && !ok {
				hit("/memory", t.Memory)
			}
		}},
	{ID: "SIZ-005", Severity: diag.Error, Source: model, LaunchType: taskdef.EC2,
		Message: "the task's cpu is %d units; a container instance takes 128 (0.125 vCPU) to 196608 (192 vCPU)",
		AWS:     "Invalid 'cpu' setting for task.",
		Fix:     "write a value between, or leave cpu out",
		check: func(t *task, hit hit) {
			if cpu, ok := taskdef.CPUUnits(t.CPU); ok && (cpu < 128 || cpu > 196608) && !t.fargate {
				hit("/cpu", cpu)
			}
		}},
	{ID: "SIZ-006", Severity: diag.Error, Source: observed, LaunchType: taskdef.Fargate,
		Message: "Windows on Fargate takes a cpu of 1024, 2048 or 4096, not %d",
		AWS:     noFargateSize,
		Fix:     "write \"cpu\": \"1024\" and \"memory\": \"2048\", or more",
		check: sized(func(t *task, cpu, memory int, hit hit) {
			if t.windows && fargateHas(cpu, memory) && (cpu < 1024 || cpu > 4096) {
				hit("/cpu", cpu, memory)
			}
		})},
	{ID: "TSK-019", Severity: diag.Error, Source: observed, LaunchType: taskdef.Fargate,
		Message: "Windows on Fargate runs on X86_64 only",
		AWS:     noFargateSize,
		Fix:     "write \"cpuArchitecture\": \"X86_64\"",
		check: sized(func(t *task, cpu, memory int, hit hit) {
			if t.windows && t.RuntimePlatform.CPUArchitecture == "ARM64" {
				hit("/runtimePlatform/cpuArchitecture", cpu, memory)
			}
		})},
	{ID: "SIZ-015", Severity: diag.Warning, Source: model, LaunchType: taskdef.EC2,
		Message: "the task's %s is ignored for Windows on EC2",
		Fix:     "set it for each container",
		check: func(t *task, hit hit) {
			for _, member := range []string{"cpu", "memory"} {
				if t.windows && !t.fargate && t.given("/"+member) {
					hit("/"+member, member)
				}
			}
		}},
}

// sized calls a check where the task gives both cpu and memory and both can be read.
func sized(check func(t *task, cpu, memory int, hit hit)) check {
	return func(t *task, hit hit) {
		cpu, ok := taskdef.CPUUnits(t.CPU)
		memory, too := taskdef.MemoryMiB(t.Memory)
		if ok && too && !t.unknown("/cpu") && !t.unknown("/memory") {
			check(t, cpu, memory, hit)
		}
	}
}

// fargateSizes are the sizes of Fargate tasks on Linux (developer guide, 2026): for each cpu the memory in MiB.
// The row of 32 vCPU is newer than the API model.
var fargateSizes = []struct {
	cpu    int
	memory []int
}{
	{256, []int{512, 1024, 2048}},
	{512, steps(1024, 4096, 1024)},
	{1024, steps(2048, 8192, 1024)},
	{2048, steps(4096, 16384, 1024)},
	{4096, steps(8192, 30720, 1024)},
	{8192, steps(16384, 61440, 4096)},
	{16384, steps(32768, 122880, 8192)},
	{32768, []int{61440, 122880, 249856}},
}

func steps(from, to, step int) []int {
	var all []int
	for n := from; n <= to; n += step {
		all = append(all, n)
	}
	return all
}

func fargateHas(cpu, memory int) bool {
	for _, size := range fargateSizes {
		for _, m := range size.memory {
			if size.cpu == cpu && m == memory {
				return true
			}
		}
	}
	return false
}

// proposeFargate says which sizes are near: another memory for the cpu, and another cpu for the memory.
func proposeFargate(cpu, memory int) string {
	var ways, cpus, fitting []string
	for _, size := range fargateSizes {
		cpus = append(cpus, fmt.Sprint(size.cpu))
		if size.cpu == cpu {
			ways = append(ways, fmt.Sprintf("with cpu %d write a memory of %s", cpu, memoryOf(size.memory, memory)))
		}
		if fargateHas(size.cpu, memory) {
			fitting = append(fitting, fmt.Sprint(size.cpu))
		}
	}
	if len(fitting) > 0 {
		ways = append(ways, fmt.Sprintf("with memory %d write a cpu of %s", memory, strings.Join(fitting, " or ")))
	}
	if len(ways) == 0 {
		return "write a cpu of " + strings.Join(cpus, ", ") + " and a memory that goes with it"
	}
	return strings.Join(ways, ", or ")
}

// memoryOf names the nearest allowed memory first, then the range.
func memoryOf(allowed []int, memory int) string {
	nearest := allowed[0]
	for _, m := range allowed {
		if abs(m-memory) < abs(nearest-memory) {
			nearest = m
		}
	}
	last := allowed[len(allowed)-1]
	if step := allowed[1] - allowed[0]; step == last-allowed[len(allowed)-2] {
		return fmt.Sprintf("%d (possible are %d to %d in steps of %d)", nearest, allowed[0], last, step)
	}
	return fmt.Sprintf("%d (possible are %s)", nearest, strings.Trim(strings.Join(strings.Fields(fmt.Sprint(allowed)), ", "), "[]"))
}

func abs(n int) int { return max(n, -n) }
