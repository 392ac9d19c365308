package plan

import "github.com/ecslocal/ecslocal/emulator/taskdef"

const cgroupPeriod = 100_000 // microseconds (agent: task_linux.go, defaultCPUPeriod)

// cgroup is the task's own control group: the task's cpu as a quota, else shares that are the sum of the containers'
// (agent: task_linux.go, BuildCgroupSpec).
func (c *compiler) cgroup() *Cgroup {
	t := &c.plan.Task
	group := &Cgroup{Memory: int64(t.Memory) * mebibyte}
	switch c.options.Engine.TaskCgroup {
	case "cgroupfs":
		group.Parent = "/ecs/" + t.ID
	case "systemd":
		group.Parent = "ecstasks-" + t.ID + ".slice"
	default:
		return nil
	}
	if t.CPU > 0 {
		group.Quota, group.Period = int64(t.CPU*cgroupPeriod), cgroupPeriod
		return group
	}
	for _, def := range c.def.ContainerDefinitions {
		group.Shares += uint64(max(taskdef.Or(def.CPU, 0), 2))
	}
	group.Shares = min(group.Shares, 262144)
	return group
}

// limits puts a container into the task's control group. Where there is none, the task's limits hold for each container alone, which
// is more than ECS would give several of them together.
func (c *compiler) limits(h *HostConfig, def *taskdef.ContainerDefinition) {
	if c.plan.Cgroup != nil {
		h.CgroupParent = c.plan.Cgroup.Parent
		return
	}
	t := &c.plan.Task
	if t.CPU > 0 {
		h.CPUQuota, h.CPUPeriod = int64(t.CPU*cgroupPeriod), cgroupPeriod
	}
	if h.Memory == 0 && t.Memory > 0 {
		h.Memory = containerMemory(t.Memory)
		h.MemoryReservation = min(h.MemoryReservation, h.Memory)
		if def.LinuxParameters != nil {
			swap(h, def.LinuxParameters)
		}
	}
}
