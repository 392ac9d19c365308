package plan

import (
	"strconv"

	"github.com/ecslocal/ecslocal/emulator/taskdef"
)

// Network modes of a task.
const (
	awsvpc = "awsvpc"
	bridge = "bridge"
	host   = "host"
	none   = "none"
)

// Addresses on a task's network. The first is the agent's on ECS too; the pause container needs one of its own on that link.
const (
	AgentAddress = "169.254.170.2"
	// PauseAddress is the pause container's.
	PauseAddress = "169.254.170.3"
	// firstContainerAddress is of the first container in bridge mode, where each has its own.
	firstContainerAddress = 4
)

// network is the task's own: each task has its own link, so that all can have an agent at the same address.
func (c *compiler) network() *Network {
	if c.plan.Task.NetworkMode == none {
		return nil
	}
	return &Network{Name: "ecslocal-" + c.plan.Task.ID, Labels: map[string]string{LabelTask: c.plan.Task.ID}}
}

// infrastructure plans the containers that are not in the definition: the agent, and those that hold shared namespaces.
func (c *compiler) infrastructure() {
	if c.plan.Task.NetworkMode != none {
		c.plan.Containers = append(c.plan.Containers, c.agent())
	}
	if c.plan.Task.NetworkMode == awsvpc {
		c.plan.Containers = append(c.plan.Containers, c.pause())
	}
	if c.def.PIDMode == "task" || c.def.IPCMode == "task" {
		c.plan.Containers = append(c.plan.Containers, c.namespacePause())
	}
}

// internal is what all of them share. They are stopped at once: there is nothing to finish in them.
func (c *compiler) internal(name, kind, program string) Container {
	labels := c.labels(name, nil)
	labels[LabelType] = kind
	return Container{
		Name: name, DockerName: c.dockerName(name), Type: kind, Essential: kind != Agent, StopTimeout: 2, DependsOn: []Dependency{},
		Config:     Config{Image: c.options.AgentImage, Entrypoint: []string{"/ecslocal"}, Cmd: []string{program}, Labels: labels},
		HostConfig: HostConfig{CapDrop: []string{"ALL"}, CPUShares: 2, ReadonlyRootfs: true, LogConfig: &LogConfig{Type: "none"}},
		Pull:       Pull{Policy: PullNever},
	}
}

// agent serves metadata and credentials; it gets what it tells over its standard input and holds no privilege.
func (c *compiler) agent() Container {
	a := c.internal(AgentName, Agent, "relay")
	a.HostConfig.CapAdd = []string{"NET_BIND_SERVICE"} // its port is 80
	a.Config.OpenStdin, a.Config.StdinOnce, a.Config.AttachStdin = true, true, true
	a.Config.ExposedPorts = map[string]struct{}{"80/tcp": {}}
	c.attach(&a, AgentAddress, nil)
	if c.plan.Task.NetworkMode == host {
		a.HostConfig.PortBindings = map[string][]PortBinding{"80/tcp": {{HostIP: loopback, HostPort: portText(c.hostModeAgentPort(), 0)}}}
	}
	c.listensForRouter(&a)
	return a
}

// hostModeAgentPort is the loopback port at which host mode finds the agent.
func (c *compiler) hostModeAgentPort() int {
	if agent := c.plan.Container(AgentName); agent != nil && agent.HostConfig.PortBindings != nil {
		port, _ := strconv.Atoi(agent.HostConfig.PortBindings["80/tcp"][0].HostPort)
		return port
	}
	return c.freePort("the agent")
}

// freePort is a port of the host that nobody uses.
func (c *compiler) freePort(user string) int {
	port, err := c.ports.dynamic("tcp", 1)
	if err != nil {
		c.refuse("RUN-PORTS", "", "find a port for "+user+": "+err.Error(), "", "stop what uses the ports")
	}
	return port
}

// pause holds the network that the containers of an awsvpc task share, with everything Docker ties to a network: host name, DNS,
// extra hosts and published ports (agent: task.go, addNetworkResourceProvisioningDependency).
func (c *compiler) pause() Container {
	p := c.internal(PauseName, Pause, "pause")
	p.HostConfig.CgroupParent = c.cgroupParent()
	for _, def := range c.def.ContainerDefinitions {
		p.Config.Hostname = or(p.Config.Hostname, def.Hostname)
		p.HostConfig.DNS = append(p.HostConfig.DNS, def.DNSServers...)
		p.HostConfig.DNSSearch = append(p.HostConfig.DNSSearch, def.DNSSearchDomains...)
		p.HostConfig.ExtraHosts = append(p.HostConfig.ExtraHosts, extraHosts(def.ExtraHosts)...)
	}
	c.attach(&p, PauseAddress, nil)
	return p
}

// namespacePause holds shared processes or IPC (agent: task.go, addNamespaceSharingProvisioningDependency).
func (c *compiler) namespacePause() Container {
	p := c.internal(NamespacePauseName, NamespacePause, "pause")
	p.HostConfig.CgroupParent = c.cgroupParent()
	p.HostConfig.NetworkMode = none
	if c.def.IPCMode == "task" {
		p.HostConfig.IpcMode = "shareable"
	}
	return p
}

func (c *compiler) cgroupParent() string {
	if c.plan.Cgroup == nil {
		return ""
	}
	return c.plan.Cgroup.Parent
}

// attach puts a container on the task's network, and on those it was asked to join.
func (c *compiler) attach(container *Container, address string, links []string) {
	network := c.plan.Network.Name
	container.HostConfig.NetworkMode = network
	endpoint := Endpoint{IPAMConfig: &IPAMConfig{LinkLocalIPs: []string{address}}, Links: links}
	container.NetworkingConfig.EndpointsConfig = map[string]Endpoint{network: endpoint}
	if container.Type != Agent {
		for _, other := range c.options.Networks {
			container.NetworkingConfig.EndpointsConfig[other] = Endpoint{}
		}
	}
}

// join gives a container of the definition its network.
func (c *compiler) join(container *Container, def *taskdef.ContainerDefinition) {
	switch c.plan.Task.NetworkMode {
	case awsvpc:
		container.HostConfig.NetworkMode = "container:" + c.dockerName(PauseName)
	case host, none:
		container.HostConfig.NetworkMode = c.plan.Task.NetworkMode
	default:
		if container.Config.NetworkDisabled {
			container.HostConfig.NetworkMode = none
			return
		}
		normal := 0
		for _, other := range c.plan.Containers {
			if !other.Internal() {
				normal++
			}
		}
		c.attach(container, linkLocal(firstContainerAddress+normal), container.HostConfig.Links)
	}
}

func linkLocal(last int) string { return "169.254.170." + strconv.Itoa(last) }
