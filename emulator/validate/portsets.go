package validate

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/taskdef"
)

// portSetRules are about ports that get into each other's way.
var portSetRules = []Rule{
	{ID: "NET-008", Severity: diag.Error, Source: observed,
		Message: "container %s: %s port %d is used by container %s already; with network mode awsvpc all containers share one network",
		AWS:     "%[2]s container port '%[3]d' is used multiple times in task when networkMode=awsvpc.",
		Fix:     "let one of them listen on another port",
		check: func(t *task, hit hit) {
			if t.mode == "awsvpc" {
				t.overlaps(t.usedPorts(), func(a, b usedPort) {
					if a.ContainerPortRange == "" && b.ContainerPortRange == "" {
						hit(b.path, b.container.label(), strings.ToUpper(b.protocol()), b.first, a.container.label())
					}
				})
			}
		}},
	{ID: "NET-009", Severity: diag.Error, Source: model, LaunchType: taskdef.EC2,
		Message: "container %s: host port %d (%s) is taken by container %s already, so the task finds no instance",
		Fix:     "choose another host port, or remove hostPort for a free one",
		check: func(t *task, hit hit) {
			first := map[hostPort]usedPort{}
			for _, p := range t.usedPorts() {
				key := hostPort{taskdef.Or(p.HostPort, 0), p.protocol()}
				before, twice := first[key]
				switch {
				case key.port == 0 || t.mode != "bridge":
				case twice:
					hit(p.path+"/hostPort", p.container.label(), key.port, key.protocol, before.container.label())
				default:
					first[key] = p
				}
			}
		}},
	{ID: "NET-010", Severity: diag.Warning, Source: model,
		Message: "container %s: port %d is mapped for tcp and for udp; the API reference calls this an error, but ECS's own check looks at each protocol alone",
		Fix:     "where ECS refuses it, map one protocol only",
		check: eachContainer(func(t *task, c container, hit hit) {
			first := map[int]mapping{}
			for _, m := range c.mappings() {
				port := taskdef.Or(m.ContainerPort, 0)
				if before, twice := first[port]; twice && port != 0 && before.protocol() != m.protocol() {
					hit(m.path, port)
				}
				first[port] = m
			}
		})},
	{ID: "NET-012", Severity: diag.Error, Source: observed,
		Message: "container %s: the port name %q is that of container %s already",
		AWS:     "When networkMode=awsvpc, port mapping name is already used",
		Fix:     "choose another name",
		check: func(t *task, hit hit) {
			first := map[string]container{}
			for _, p := range t.usedPorts() {
				before, twice := first[p.Name]
				switch {
				case p.Name == "" || t.mode != "awsvpc" || t.unknown(p.path+"/name"):
				case twice:
					hit(p.path+"/name", p.container.label(), p.Name, before.label())
				default:
					first[p.Name] = p.container
				}
			}
		}},
	{ID: "NET-014", Severity: diag.Error, Source: model,
		Message: "container %s: ports %d-%d overlap with ports %d-%d of container %s",
		Fix:     "choose other ports",
		check: func(t *task, hit hit) {
			t.overlaps(t.usedPorts(), func(a, b usedPort) {
				shared := t.mode == "awsvpc" || a.container.path == b.container.path
				if (a.ContainerPortRange != "" || b.ContainerPortRange != "") && shared {
					hit(b.path, b.container.label(), b.first, b.last, a.first, a.last, a.container.label())
				}
			})
		}},
}

// usedPort is a mapping with its container and the ports it covers.
type usedPort struct {
	mapping
	container   container
	first, last int
}

type hostPort struct {
	port     int
	protocol string
}

// usedPorts are the mappings of all containers, in the order of the file.
func (t *task) usedPorts() []usedPort {
	var all []usedPort
	for _, c := range t.containers {
		for _, m := range c.mappings() {
			first, last := m.ports()
			all = append(all, usedPort{m, c, first, last})
		}
	}
	return all
}

// overlaps calls f for mappings of one protocol that share a port: each with the one before it that reaches farthest.
func (t *task) overlaps(ports []usedPort, f func(a, b usedPort)) {
	ports = slices.DeleteFunc(ports, func(p usedPort) bool { return p.first == 0 || t.unknown(p.path+"/containerPort") })
	slices.SortStableFunc(ports, func(a, b usedPort) int {
		return cmp.Or(cmp.Compare(a.protocol(), b.protocol()), cmp.Compare(a.first, b.first))
	})
	for i, reach := 1, 0; i < len(ports); i++ {
		a, b := ports[reach], ports[i]
		if a.protocol() == b.protocol() && b.first <= a.last {
			f(a, b)
		}
		if a.protocol() != b.protocol() || b.last > a.last {
			reach = i
		}
	}
}
