package taskdef

import (
	"strconv"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
)

// Forms of the task's size: 256, .25 vCPU, 1 vcpu; 512, 0.5GB, 1 GB (developer guide, task size). Case does not matter.
var (
	cpuForm    = lazyregexp.New(`(?i)^\s*(\d{0,6}(?:\.\d{1,6})?)\s*(vcpu)?\s*$`)
	memoryForm = lazyregexp.New(`(?i)^\s*(\d{0,9}(?:\.\d{1,6})?)\s*(gb)?\s*$`)
)

// CPUUnits reads the task's cpu as CPU units, of which a virtual CPU has 1024; ok is false where ECS could not read it.
func CPUUnits(text string) (units int, ok bool) { return size(cpuForm, text) }

// MemoryMiB reads the task's memory as MiB; ok is false where ECS could not read it.
func MemoryMiB(text string) (mib int, ok bool) { return size(memoryForm, text) }

// size reads a whole number, or any number with a unit that is worth 1024.
func size(form lazyregexp.Regexp, text string) (int, bool) {
	m := form().FindStringSubmatch(text)
	if m == nil || m[1] == "" || m[2] == "" && strings.Contains(m[1], ".") {
		return 0, false
	}
	number, err := strconv.ParseFloat(m[1], 64)
	if m[2] != "" {
		number *= 1024
	}
	return int(number), err == nil
}
