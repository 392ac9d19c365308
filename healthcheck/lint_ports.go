package healthcheck

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/healthcheck/cause"
)

// portDetectors judge where the check asks.
var portDetectors = []detector{
	{"HC060", cause.Definition, otherPort},
	{"HC066", cause.Definition, neighboursPort},
	{"HC065", cause.Definition, almostLocalhost},
	{"HC095", cause.Definition, otherSystem},
	{"HC063", cause.Definition, ipv6Localhost},
}

// otherPort finds requests for the container itself at a port that its definition does not have. Where it is a host port, that is the
// mistake: the probe runs inside.
func otherPort(s *subject) []hit {
	if len(s.Ports) == 0 {
		return nil
	}
	for _, a := range s.asks {
		for _, t := range a.targets {
			if a.request != nil && a.request.UnixSocket != "" || t.Port == 0 || t.Partial || t.Scheme == "udp" || !t.Loopback() || s.has(t.Port) || s.configured(t.Port) || s.neighbourWith(t.Port) != "" && s.NetworkMode == "awsvpc" {
				continue
			}
			h := hit{severity: diag.Warning, certainty: cause.Likely,
				message: fmt.Sprintf("the check asks port %d, and the definition maps %s", t.Port, s.portList())}
			if i := slices.IndexFunc(s.Ports, func(p Port) bool { return p.Host == t.Port }); i >= 0 {
				h.severity, h.certainty = diag.Error, cause.Likely
				h.message = fmt.Sprintf("%d is the host port; the check runs inside the container, where the port is %d", t.Port, s.Ports[i].Container)
			}
			if len(s.Ports) == 1 {
				h.fix = fmt.Sprintf("Ask port %d, if that is where the application listens.", s.Ports[0].Container)
			}
			if len(s.Ports) == 1 && !t.Implied && !a.converses() {
				h = h.patched(s.aimed(a, t, aim{port: s.Ports[0].Container}))
			}
			return []hit{h}
		}
	}
	return nil
}

func (s *subject) has(port int) bool {
	exposed := s.image != nil && slices.Contains(s.image.Exposed, port)
	return exposed || slices.ContainsFunc(s.Ports, func(p Port) bool { return p.Container == port })
}

// configured says whether some variable of the container names the port: the application may well listen there for itself alone.
func (s *subject) configured(port int) bool {
	for _, value := range s.environment() {
		if value == fmt.Sprint(port) || strings.Contains(value, fmt.Sprintf(":%d", port)) {
			return true
		}
	}
	return false
}

func (s *subject) portList() string {
	var list []string
	for _, p := range s.Ports {
		list = append(list, fmt.Sprint(p.Container))
	}
	return strings.Join(list, ", ")
}

// neighbourWith is the container of the task that has the port.
func (s *subject) neighbourWith(port int) string {
	for _, other := range s.Others {
		if slices.ContainsFunc(other.Ports, func(p Port) bool { return p.Container == port }) {
			return other.Name
		}
	}
	return ""
}

func neighboursPort(s *subject) []hit {
	for _, a := range s.asks {
		for _, t := range a.targets {
			if t.Port == 0 || t.Scheme == "udp" || !t.Loopback() || s.has(t.Port) {
				continue
			}
			other := s.neighbourWith(t.Port)
			if other == "" {
				continue
			}
			if s.NetworkMode == "awsvpc" {
				return []hit{{message: fmt.Sprintf("port %d is that of container %s: the check says how %s is, not this container", t.Port, other, other)}}
			}
			h := hit{certainty: cause.Certain, severity: diag.Error}
			if len(s.Ports) == 1 {
				h = h.patched(s.aimed(a, t, aim{port: s.Ports[0].Container}))
			}
			h.message = fmt.Sprintf("port %d is that of container %s; in network mode %s each container has a localhost of its own", t.Port, other, orBridge(s.NetworkMode))
			return []hit{h}
		}
	}
	return nil
}

func orBridge(mode string) string {
	if mode == "" {
		return "bridge"
	}
	return mode
}

// almostLocalhost finds loclahost and the like: a host without a dot that is no container of the task.
func almostLocalhost(s *subject) []hit {
	for _, a := range s.asks {
		for _, t := range a.targets {
			other := slices.ContainsFunc(s.Others, func(o Neighbour) bool { return o.Name == t.Host })
			if t.Host == "" || t.Partial || t.Bad != "" || t.Loopback() || other || strings.Contains(t.Host, ".") || t.Host == s.Container || t.Host == s.Hostname || diag.Nearest(t.Host, []string{"localhost"}) == "" {
				continue
			}
			h := hit{certainty: cause.Likely, message: fmt.Sprintf("%s is most likely to be localhost", t.Host)}
			return []hit{h.patched(s.aimed(a, t, aim{host: "localhost"}))}
		}
	}
	return nil
}

// otherSystem finds checks that ask another host: every task is replaced when that one fails.
func otherSystem(s *subject) []hit {
	for _, a := range s.asks {
		for _, t := range a.targets {
			if t.Host == "" || t.Partial || t.Bad != "" || a.request != nil && len(a.request.Unknown()) > 0 || t.Loopback() || len(almostLocalhost(s)) > 0 || t.Host == s.Container || t.Host == s.Hostname || strings.Contains(t.Host, "169.254.") {
				continue
			}
			return []hit{{message: fmt.Sprintf("the check asks %s: when that host fails, every task is replaced", t.Host)}}
		}
	}
	return nil
}

// ipv6Localhost is a hint only: engines from 26 on give containers ::1, and BusyBox wget asks it first and no other.
func ipv6Localhost(s *subject) []hit {
	for _, a := range s.asks {
		if a.request == nil || a.request.Program != "wget" || len(a.request.Targets) == 0 || a.request.Targets[0].Host != "localhost" {
			continue
		}
		t := a.request.Targets[0]
		h := hit{severity: diag.Info, certainty: cause.Hint, message: "on newer engines localhost is ::1 first, and BusyBox wget tries no other address"}
		return []hit{h.patched(s.aimed(a, t, aim{host: "127.0.0.1"}))}
	}
	return nil
}
