package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/taskdef"
)

const mebibyte = 1 << 20

// hostConfig is Docker's HostConfig of the i-th container definition, as the agent and the control plane compose it together.
func (c *compiler) hostConfig(i int, planned *Container) HostConfig {
	def := &c.def.ContainerDefinitions[i]
	h := HostConfig{
		CapAdd: []string{}, CapDrop: []string{},
		CPUShares:   cpuShares(taskdef.Or(def.CPU, 0)),
		Memory:      containerMemory(taskdef.Or(def.Memory, 0)),
		Privileged:  taskdef.Or(def.Privileged, false),
		SecurityOpt: def.DockerSecurityOptions,
		Sysctls:     sysctls(def.SystemControls),
		Binds:       c.binds(i), VolumesFrom: c.volumesFrom(i),
		Links:     c.links(def),
		LogConfig: c.logConfig(def),
	}
	h.MemoryReservation = int64(taskdef.Or(def.MemoryReservation, 0)) * mebibyte
	h.ReadonlyRootfs = taskdef.Or(def.ReadonlyRootFilesystem, false)
	if c.plan.Task.NetworkMode != awsvpc {
		h.DNS, h.DNSSearch, h.ExtraHosts = def.DNSServers, def.DNSSearchDomains, extraHosts(def.ExtraHosts)
		h.PortBindings = c.portBindings(def)
	}
	linuxParameters(&h, def.LinuxParameters)
	c.limits(&h, def)
	c.ulimits(&h, planned, def)
	c.devices(&h, def)
	c.namespaces(&h)
	return h
}

// cpuShares keeps the kernel's range: no CPU at all is 2 shares, not Docker's 1024 (agent: task_linux.go, dockerCPUShares).
func cpuShares(cpu int) int64 { return int64(min(max(cpu, 2), 262144)) }

// containerMemory is in bytes; the agent raises it to 4 MiB, and no memory is no limit (agent: task.go, container_unix.go).
func containerMemory(mib int) int64 {
	if mib == 0 {
		return 0
	}
	return int64(max(mib, 4)) * mebibyte
}

func sysctls(controls []taskdef.SystemControl) map[string]string {
	if len(controls) == 0 {
		return nil
	}
	m := map[string]string{}
	for _, s := range controls {
		m[s.Namespace] = s.Value
	}
	return m
}

func extraHosts(entries []taskdef.HostEntry) []string {
	var hosts []string
	for _, e := range entries {
		hosts = append(hosts, e.Hostname+":"+e.IPAddress)
	}
	return hosts
}

func linuxParameters(h *HostConfig, p *taskdef.LinuxParameters) {
	if p == nil {
		return
	}
	if p.Capabilities != nil {
		h.CapAdd, h.CapDrop = append(h.CapAdd, p.Capabilities.Add...), append(h.CapDrop, p.Capabilities.Drop...)
	}
	for _, d := range p.Devices {
		h.Devices = append(h.Devices, device(d))
	}
	h.Init = p.InitProcessEnabled
	h.ShmSize = int64(taskdef.Or(p.SharedMemorySize, 0)) * mebibyte
	for _, t := range p.Tmpfs {
		if h.Tmpfs == nil {
			h.Tmpfs = map[string]string{}
		}
		h.Tmpfs[t.ContainerPath] = strings.Join(append([]string{fmt.Sprintf("size=%dm", taskdef.Or(t.Size, 0))}, t.MountOptions...), ",")
	}
	swap(h, p)
}

// swap turns maxSwap into Docker's sum of memory and swap; swappiness means nothing without it (API reference, LinuxParameters).
func swap(h *HostConfig, p *taskdef.LinuxParameters) {
	if p.MaxSwap == nil || h.Memory == 0 {
		return
	}
	h.MemorySwap = h.Memory + int64(*p.MaxSwap)*mebibyte
	if p.Swappiness != nil {
		swappiness := int64(*p.Swappiness)
		h.MemorySwappiness = &swappiness
	}
}

func device(d taskdef.Device) Device {
	permissions := ""
	for _, p := range d.Permissions {
		permissions += map[string]string{"read": "r", "write": "w", "mknod": "m"}[p]
	}
	return Device{PathOnHost: d.HostPath, PathInContainer: or(d.ContainerPath, d.HostPath), CgroupPermissions: or(permissions, "rwm")}
}

// fargateOpenFiles is Fargate's default limit of open files; an engine that may not set so much keeps its own.
const fargateOpenFiles = 65535

// ulimits are the definition's, with Fargate's own default for open files (API reference, Ulimit).
func (c *compiler) ulimits(h *HostConfig, planned *Container, def *taskdef.ContainerDefinition) {
	for _, u := range def.Ulimits {
		h.Ulimits = append(h.Ulimits, Ulimit{Name: u.Name, Soft: int64(taskdef.Or(u.SoftLimit, 0)), Hard: int64(taskdef.Or(u.HardLimit, 0))})
	}
	isNofile := func(u Ulimit) bool { return u.Name == "nofile" }
	if most := c.options.Engine.OpenFiles; most > 0 && most < fargateOpenFiles {
		return
	}
	if c.plan.Task.LaunchType == taskdef.Fargate && !slices.ContainsFunc(h.Ulimits, isNofile) {
		planned.Optional.Ulimits = len(h.Ulimits) == 0
		h.Ulimits = append(h.Ulimits, Ulimit{Name: "nofile", Soft: fargateOpenFiles, Hard: fargateOpenFiles})
	}
}

func (c *compiler) devices(h *HostConfig, def *taskdef.ContainerDefinition) {
	if n := c.gpus(def); n > 0 {
		h.DeviceRequests = []DeviceRequest{{Driver: "nvidia", Count: n, Capabilities: [][]string{{"gpu"}}}}
	}
}

// namespaces joins what the task shares: processes and IPC through a pause container (agent: task.go, getPIDMode, getIPCMode).
func (c *compiler) namespaces(h *HostConfig) {
	switch c.def.PIDMode {
	case host:
		h.PidMode = host
	case "task":
		h.PidMode = "container:" + c.dockerName(NamespacePauseName)
	}
	switch c.def.IPCMode {
	case host, none:
		h.IpcMode = c.def.IPCMode
	case "task":
		h.IpcMode = "container:" + c.dockerName(NamespacePauseName)
	}
}

func splitLink(link string) (name, alias string, ok bool) {
	parts := strings.Split(link, ":")
	return parts[0], parts[len(parts)-1], len(parts) <= 2
}

// links are in the legacy form, dockerName:alias; the endpoint of the task's network repeats them, since the engine reads them there.
func (c *compiler) links(def *taskdef.ContainerDefinition) []string {
	var links []string
	for _, link := range def.Links {
		name, alias, _ := splitLink(link)
		links = append(links, c.dockerName(name)+":"+alias)
	}
	return links
}
