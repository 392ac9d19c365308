package validate

import (
	"slices"
	"strconv"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
	"github.com/ecslocal/ecslocal/emulator/taskdef"
)

var (
	portNameForm  = lazyregexp.New(`^[a-z0-9_][a-z0-9_-]{0,63}$`)
	portRangeForm = lazyregexp.New(`^(\d{1,5})-(\d{1,5})$`)
)

// mapping is a port mapping that knows its place.
type mapping struct {
	taskdef.PortMapping
	path string
}

func (c container) mappings() []mapping {
	var all []mapping
	for i, p := range c.PortMappings {
		all = append(all, mapping{p, c.at("portMappings", i)})
	}
	return all
}

func (m mapping) protocol() string {
	if m.Protocol == "" {
		return "tcp"
	}
	return m.Protocol
}

// ports are the container ports of the mapping, first and last, both 0 where they cannot be read.
func (m mapping) ports() (first, last int) {
	if m.ContainerPortRange == "" {
		return taskdef.Or(m.ContainerPort, 0), taskdef.Or(m.ContainerPort, 0)
	}
	if parts := portRangeForm().FindStringSubmatch(m.ContainerPortRange); parts != nil {
		first, _ = strconv.Atoi(parts[1])
		last, _ = strconv.Atoi(parts[2])
	}
	return first, last
}

func eachMapping(check func(t *task, m mapping, hit hit)) check {
	return eachContainer(func(t *task, c container, hit hit) {
		for _, m := range c.mappings() {
			check(t, m, hit)
		}
	})
}

// portRules are about one port mapping at a time.
var portRules = []Rule{
	{ID: "NET-004", Severity: diag.Error, Source: reported,
		Message: "container %s: containerPort is %s; it is 1 to 65535",
		AWS:     "Invalid 'containerPort' setting for container '%s'.",
		Fix:     "write the port that the application listens on, or a containerPortRange",
		check: eachMapping(func(t *task, m mapping, hit hit) {
			port := taskdef.Or(m.ContainerPort, 0)
			switch {
			case m.ContainerPort == nil && m.ContainerPortRange == "" && !t.given(m.path+"/containerPort"):
				hit(m.path, "missing")
			case m.ContainerPort != nil && (port < 1 || port > 65535):
				hit(m.path+"/containerPort", strconv.Itoa(port))
			}
		})},
	{ID: "NET-005", Severity: diag.Error, Source: reported, patch: remove,
		Message: "container %s: with network mode awsvpc the host port (%d) is the container port (%d)",
		AWS:     "When networkMode=awsvpc, the host ports and container ports in port mappings must match.",
		Fix:     "remove hostPort",
		check:   hostPortDiffers("awsvpc")},
	{ID: "NET-005", Severity: diag.Warning, Source: reported, patch: remove,
		Message: "container %s: hostPort is 0 with network mode awsvpc; sources disagree whether ECS takes it as absent or refuses it",
		Fix:     "remove hostPort",
		check: eachMapping(func(t *task, m mapping, hit hit) {
			if t.mode == "awsvpc" && m.HostPort != nil && *m.HostPort == 0 && taskdef.Or(m.ContainerPort, 0) != 0 {
				hit(m.path + "/hostPort")
			}
		})},
	{ID: "NET-006", Severity: diag.Error, Source: observed, patch: remove,
		Message: "container %s: with network mode host the host port (%d) is the container port (%d)",
		AWS:     "When networkMode=host, the host ports and container ports in port mappings must match.",
		Fix:     "remove hostPort",
		check:   hostPortDiffers("host")},
	{ID: "NET-007", Severity: diag.Error, Source: model,
		Message: "container %s has portMappings, and with network mode none it has no network",
		Fix:     "remove portMappings, or change the network mode",
		check: eachContainer(func(t *task, c container, hit hit) {
			if t.mode == "none" && len(c.PortMappings) > 0 {
				hit(c.at("portMappings"))
			}
		})},
	{ID: "NET-011", Severity: diag.Error, Source: model, Message: enumMessage, Fix: enumFix,
		check: notInEnum("containerDefinitions[].portMappings[].protocol")},
	{ID: "NET-012", Severity: diag.Error, Source: model,
		Message: "container %s: the port name %q is not 1 to 64 of a-z 0-9 _ -, or starts with -",
		Fix:     "write it in lower case",
		check: eachMapping(func(t *task, m mapping, hit hit) {
			if m.Name != "" && !portNameForm().MatchString(m.Name) {
				hit(m.path+"/name", m.Name)
			}
		})},
	{ID: "NET-013", Severity: diag.Error, Source: model, Message: enumMessage, Fix: enumFix,
		check: notInEnum("containerDefinitions[].portMappings[].appProtocol")},
	{ID: "NET-013", Severity: diag.Warning, Source: model,
		Message: "container %s: appProtocol is for Service Connect, which finds a port by its name, and this one has none",
		Fix:     "add \"name\"",
		check: eachMapping(func(t *task, m mapping, hit hit) {
			if m.AppProtocol != "" && !t.given(m.path+"/name") {
				hit(m.path + "/appProtocol")
			}
		})},
	{ID: "NET-011", Severity: diag.Warning, Source: model,
		Message: "container %s: appProtocol is for Service Connect, which takes tcp alone, and this port is udp",
		Fix:     "remove appProtocol",
		check: eachMapping(func(t *task, m mapping, hit hit) {
			if m.AppProtocol != "" && m.Protocol == "udp" {
				hit(m.path + "/appProtocol")
			}
		})},
	{ID: "NET-014", Severity: diag.Error, Source: observed,
		Message: "container %s: the port range %q is not FIRST-LAST with 1 <= FIRST < LAST <= 65535",
		AWS:     "Invalid 'containerPortRange' setting for container '%s'.",
		Fix:     "write it as \"8000-8010\"",
		check: eachMapping(func(t *task, m mapping, hit hit) {
			if first, last := m.ports(); m.ContainerPortRange != "" && (first < 1 || first >= last || last > 65535) {
				hit(m.path+"/containerPortRange", m.ContainerPortRange)
			}
		})},
	{ID: "NET-014", Severity: diag.Error, Source: model,
		Message: "container %s: port ranges need network mode bridge or awsvpc, and the mode is %s",
		Fix:     "write single ports, or change the network mode",
		check: eachMapping(func(t *task, m mapping, hit hit) {
			if m.ContainerPortRange != "" && t.mode != "bridge" && t.mode != "awsvpc" && !t.unknown("/networkMode") {
				hit(m.path+"/containerPortRange", t.mode)
			}
		})},
	{ID: "NET-014", Severity: diag.Error, Source: model,
		Message: "container %s has %d port ranges; ECS takes 100",
		Fix:     "join ranges that follow each other",
		check: eachContainer(func(t *task, c container, hit hit) {
			ranges := slices.DeleteFunc(c.mappings(), func(m mapping) bool { return m.ContainerPortRange == "" })
			if n := len(ranges); n > 100 {
				hit(c.at("portMappings"), n)
			}
		})},
	{ID: "NET-015", Severity: diag.Error, Source: observed,
		Message: "container %s: a mapping has both a single port and a port range",
		AWS:     "cannot specify both single port and port range", // a part of the whole text
		Fix:     "make two mappings of it",
		check: eachMapping(func(t *task, m mapping, hit hit) {
			if m.ContainerPortRange != "" && (m.ContainerPort != nil || m.HostPort != nil) {
				hit(m.path)
			}
		})},
	{ID: "NET-022", Severity: diag.Info, Source: model, LaunchType: taskdef.EC2,
		Message: "container %s: port %d gets a host port of the engine's choice, so localhost:%[2]d on the host does not answer",
		Fix:     "add \"hostPort\": %[2]d for a fixed one",
		check: eachMapping(func(t *task, m mapping, hit hit) {
			if t.mode == "bridge" && m.ContainerPort != nil && taskdef.Or(m.HostPort, 0) == 0 && !t.unknown(m.path+"/hostPort") {
				hit(m.path, *m.ContainerPort)
			}
		})},
	{ID: "NET-023", Severity: diag.Error, Source: guide, LaunchType: taskdef.EC2,
		Message: "container %s: host port %d is kept for SSH, Docker or the ECS agent on every instance",
		Fix:     "choose another host port",
		check: eachMapping(func(t *task, m mapping, hit hit) {
			reserved := []int{22, 2375, 2376, 51678, 51679, 51680}
			if m.HostPort != nil && slices.Contains(reserved, *m.HostPort) && (t.mode == "bridge" || t.mode == "host") {
				hit(m.path+"/hostPort", *m.HostPort)
			}
		})},
	{ID: "NET-025", Severity: diag.Error, Source: guide, LaunchType: taskdef.Fargate,
		Message: "container %s: Windows on Fargate keeps port 3150 to itself",
		Fix:     "choose another port",
		check: eachMapping(func(t *task, m mapping, hit hit) {
			if t.windows && taskdef.Or(m.ContainerPort, 0) == 3150 {
				hit(m.path + "/containerPort")
			}
		})},
}

func hostPortDiffers(mode string) check {
	return eachMapping(func(t *task, m mapping, hit hit) {
		host, port := taskdef.Or(m.HostPort, 0), taskdef.Or(m.ContainerPort, 0)
		if t.mode == mode && host != 0 && port != 0 && host != port && !t.unknown(m.path+"/containerPort") {
			hit(m.path+"/hostPort", host, port)
		}
	})
}
