package plan

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/taskdef"
)

// loopback is where ports are published unless somebody asks otherwise: nobody but this machine reaches a task.
const loopback = "127.0.0.1"

// firstDynamicPort begins the range in which the agent looks for host ports, upward from the last one it gave
// (agent: ephemeral_ports.go; the range is Docker's).
const firstDynamicPort = 49153

// hostPorts gives out host ports.
type hostPorts struct {
	taken func(protocol string, port int) bool
	given map[string]bool
	last  int
}

func (p *hostPorts) free(protocol string, port int) bool {
	return !p.given[key(port, protocol)] && (p.taken == nil || !p.taken(protocol, port))
}

func (p *hostPorts) give(protocol string, first, n int) int {
	if p.given == nil {
		p.given = map[string]bool{}
	}
	for port := first; port < first+n; port++ {
		p.given[key(port, protocol)] = true
	}
	return first
}

// dynamic gives the first of n free ports in a row.
func (p *hostPorts) dynamic(protocol string, n int) (int, error) {
	for first := p.last + 1; first+n <= 65536; first++ {
		run := 0
		for run < n && p.free(protocol, first+run) {
			run++
		}
		if run == n {
			p.last = first + n - 1
			return p.give(protocol, first, n), nil
		}
		first += run
	}
	return 0, fmt.Errorf("%d contiguous host ports are unavailable", n)
}

// fixed gives the port that was asked for, or a free one where it is taken.
func (p *hostPorts) fixed(protocol string, port int) (int, error) {
	if p.free(protocol, port) {
		return p.give(protocol, port, 1), nil
	}
	return p.dynamic(protocol, 1)
}

func key(port int, protocol string) string { return strconv.Itoa(port) + "/" + protocol }

// containerPorts are the ports of a mapping: one, or those of its range.
func containerPorts(m taskdef.PortMapping) (first, n int) {
	if m.ContainerPort != nil {
		return *m.ContainerPort, 1
	}
	low, high, isRange := strings.Cut(m.ContainerPortRange, "-")
	a, errA := strconv.Atoi(low)
	b, errB := strconv.Atoi(high)
	if !isRange || errA != nil || errB != nil || a < 1 || b < a || b > 65535 {
		return 0, 0
	}
	return a, b - a + 1
}

func protocol(m taskdef.PortMapping) string { return or(m.Protocol, "tcp") }

func exposedPorts(mappings []taskdef.PortMapping) map[string]struct{} {
	if len(mappings) == 0 {
		return nil
	}
	exposed := map[string]struct{}{}
	for _, m := range mappings {
		first, n := containerPorts(m)
		for port := first; port < first+n; port++ {
			exposed[key(port, protocol(m))] = struct{}{}
		}
	}
	return exposed
}

// PublishedOn is the address of the engine's machine on which ports are published: its loopback interface unless the user asks otherwise.
func (o *Options) PublishedOn() string {
	switch o.PublishAddress {
	case "":
		return loopback
	case PublishReachable:
		return or(o.Engine.PublishAddress, loopback)
	}
	return o.PublishAddress
}

// portBindings publishes a container's ports (agent: task.go, dockerPortMap).
func (c *compiler) portBindings(def *taskdef.ContainerDefinition) map[string][]PortBinding {
	if len(def.PortMappings) == 0 || c.options.Publish == PublishNone || c.plan.Task.NetworkMode == none {
		return nil
	}
	bindings := map[string][]PortBinding{}
	for _, m := range def.PortMappings {
		first, n := containerPorts(m)
		hostPort := c.hostPort(def.Name, m, n)
		for i := range n {
			k := key(first+i, protocol(m))
			bindings[k] = append(bindings[k], PortBinding{HostIP: c.options.PublishedOn(), HostPort: portText(hostPort, i)})
		}
	}
	return bindings
}

// portText is empty, for a port of the engine's choice, where there is none to add to.
func portText(hostPort, i int) string {
	if hostPort == 0 {
		return ""
	}
	return strconv.Itoa(hostPort + i)
}

// hostPort is the first host port of a mapping of n ports, 0 where the engine is to choose.
func (c *compiler) hostPort(container string, m taskdef.PortMapping, n int) int {
	wanted := taskdef.Or(m.HostPort, 0)
	if c.plan.Task.NetworkMode == awsvpc || c.plan.Task.NetworkMode == host {
		wanted, _ = containerPorts(m)
	}
	var port int
	var err error
	switch {
	case c.options.Publish == PublishRandom:
		return 0
	case wanted > 0 && n == 1:
		port, err = c.ports.fixed(protocol(m), wanted)
	default:
		port, err = c.ports.dynamic(protocol(m), n)
	}
	if err != nil {
		c.refuse("RUN-PORTS", "", fmt.Sprintf("find a host port for container %q: %v", container, err), "HostConfigError: "+err.Error(), "stop what uses the ports")
	}
	return port
}

// publishForTask puts the ports of an awsvpc task on its pause container, which alone has an address.
func (c *compiler) publishForTask() {
	pause := c.plan.Container(PauseName)
	if pause == nil {
		return
	}
	for i := range c.def.ContainerDefinitions {
		def := &c.def.ContainerDefinitions[i]
		for port, bindings := range c.portBindings(def) {
			if pause.HostConfig.PortBindings == nil {
				pause.HostConfig.PortBindings, pause.Config.ExposedPorts = map[string][]PortBinding{}, map[string]struct{}{}
			}
			pause.HostConfig.PortBindings[port] = bindings
			pause.Config.ExposedPorts[port] = struct{}{}
		}
	}
}
