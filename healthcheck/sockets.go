package healthcheck

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/healthcheck/cause"
	"github.com/ecslocal/ecslocal/healthcheck/client"
)

// seen finds what listeners, leftovers and answers tell; nothing where nobody looked.
func (s *subject) seen(look *Look, t Timeline) []Diagnosis {
	if look == nil || !s.HasCheck {
		return nil
	}
	v := view{s, look, t}
	var found []Diagnosis
	for _, find := range []func() []clue{v.sockets, v.answers, v.balancer, v.leftovers, v.environment} {
		for _, x := range find() {
			found = append(found, s.run([]detector{{x.rule, cause.Sockets, func(*subject) []hit { return []hit{x.hit} }}})...)
		}
	}
	return found
}

// clue is a hit with the cause that it tells.
type clue struct {
	rule string
	hit
}

// view is a subject and what was seen in its container.
type view struct {
	*subject
	look *Look
	time Timeline
}

// sockets compares where the check asks with what listens.
func (v view) sockets() []clue {
	for _, a := range v.asks {
		for _, t := range a.targets {
			if found := v.otherSocket(a); found != nil {
				return found
			}
			if t.Port == 0 || t.Partial || t.Bad != "" || t.Scheme == "udp" || a.request != nil && (a.request.UnixSocket != "" || v.proxiedPort(a)) || !t.Loopback() && !v.names(t.Host) {
				continue
			}
			if found := v.socket(a, t); found != nil {
				return found
			}
		}
	}
	return v.loopbackOnly()
}

// names says that a host is a name or address of the container itself.
func (v view) names(host string) bool {
	return host == v.Container || host == v.Hostname || slices.ContainsFunc(v.look.Listeners, func(l Listener) bool { return l.Address == host })
}

// proxiedPort says that a proxy takes the request, so that its port says nothing.
func (v view) proxiedPort(a asked) bool {
	return len(proxied(v.subject)) > 0 && a.request.Proxy == "" && !a.request.DirectRoute
}

// socket judges one target, nil where something listens there.
func (v view) socket(a asked, t client.Target) []clue {
	listeners := v.tcp()
	at := listens(listeners, t.Port)
	failing := len(failures(v.time)) > 0
	evidence := v.listening()
	switch {
	case len(at) == 0:
		return v.nothing(a, t, listeners)
	case serves(at, t.Host) && (t.Host != "localhost" || serves(at, "127.0.0.1")):
		if t.Host == "localhost" && failing && !serves(at, "::1") && v.sawIPv6() {
			return []clue{{"HC063", hit{evidence: evidence, message: fmt.Sprintf("localhost is ::1 to the check, and port %d is open on %s only", t.Port, addresses(at))}.patched(v.aimed(a, t, aim{host: "127.0.0.1"}))}}
		}
		return nil
	}
	to, _ := netip.ParseAddr(t.Host)
	only6 := !slices.ContainsFunc(at, func(a netip.Addr) bool { return a.Is4() })
	switch {
	case only6 && slices.Contains(at, netip.IPv6Loopback()) && (t.Host == "localhost" || to.Is4()):
		h := hit{evidence: evidence, message: fmt.Sprintf("port %d is open on ::1 only, and the check asks %s", t.Port, t.Host),
			fix: "Bind the application to 0.0.0.0: at ::1 no load balancer reaches it either. The check alone can ask [::1]."}
		if !failing {
			h.severity, h.certainty = diag.Warning, cause.Likely
		}
		return []clue{{"HC062", h.patched(v.aimed(a, t, aim{host: "::1"}))}}
	case to.Is6() && !only6:
		return []clue{{"HC063", hit{evidence: evidence, message: fmt.Sprintf("the check asks [%s], and port %d is open on %s only", t.Host, t.Port, addresses(at))}.patched(v.aimed(a, t, aim{host: "127.0.0.1"}))}}
	case !t.Loopback():
		h := hit{evidence: evidence, message: fmt.Sprintf("port %d is open on %s only, and the check asks %s", t.Port, addresses(at), t.Host),
			fix: "Bind the application to 0.0.0.0: no load balancer reaches it either. The check alone can ask 127.0.0.1."}
		return []clue{{"HC061", h.patched(v.aimed(a, t, aim{host: at[0].String()}))}}
	}
	return []clue{{"HC061", hit{evidence: evidence, message: fmt.Sprintf("port %d is open on %s only, and the check asks %s", t.Port, addresses(at), t.Host),
		fix: "Bind the application to 0.0.0.0."}}}
}

// sawIPv6 says that a probe was refused at ::1.
func (v view) sawIPv6() bool {
	return slices.ContainsFunc(failures(v.time), func(p Probe) bool {
		return strings.Contains(p.Output, "[::1]") || strings.Contains(p.Output, "::1:")
	})
}

// nothing is a port at which nothing listens.
func (v view) nothing(a asked, t client.Target, listeners []Listener) []clue {
	h := hit{evidence: v.listening(), message: fmt.Sprintf("nothing listens on port %d", t.Port)}
	if v.time.Recovered() || v.time.Ended {
		return nil // the application did listen, or is gone
	}
	if all := listens(v.look.Listeners, t.Port); len(all) > 0 { // of another container in the same network namespace
		h.message = fmt.Sprintf("port %d is open, and no process of this container has it: it is that of another container of the task", t.Port)
		h.severity, h.certainty = diag.Error, cause.Likely
		return []clue{{"HC066", h}}
	}
	ports := openPorts(listeners)
	switch unix := v.unix(); {
	case len(ports) == 0 && len(unix) > 0:
		return []clue{{"HC064", hit{evidence: h.evidence, message: fmt.Sprintf("nothing listens on TCP; the application has the unix socket %s", unix[0].Address)}.patched(v.bySocket(unix[0].Address))}}
	case len(ports) == 0:
		h.message = fmt.Sprintf("nothing listens on port %d, nor on any other: the application has not opened it yet, or never will", t.Port)
		h.fix = "Read the log of the application. If it only needs longer to start, set startPeriod."
	case len(ports) == 1 || v.has(ports[0]):
		h.message = fmt.Sprintf("nothing listens on port %d; the application has port %d", t.Port, ports[0])
		if a.converses() {
			break
		}
		h = h.patched(v.aimed(a, t, v.reach(listeners, t, ports[0])))
	default:
		h.fix = fmt.Sprintf("Ask one of the ports that are open: %s.", strings.Trim(strings.Join(strings.Fields(fmt.Sprint(ports)), ", "), "[]"))
		for _, port := range ports {
			if better := v.aimed(a, t, v.reach(listeners, t, port)); better != nil {
				h.try = append(h.try, better)
			}
		}
	}
	return []clue{{"HC060", h}}
}

// reach is how a port is asked: at the host that the check names where that serves, else at an address that does.
func (v view) reach(listeners []Listener, t client.Target, port int) aim {
	at := listens(listeners, port)
	if serves(at, t.Host) && (t.Host != "localhost" || serves(at, "127.0.0.1")) {
		return aim{port: port}
	}
	for _, host := range []string{"127.0.0.1", "::1"} {
		if serves(at, host) {
			return aim{host: host, port: port}
		}
	}
	return aim{host: at[0].String(), port: port}
}

// otherSocket is a unix socket that the check asks and no process has, where there is one that a process has.
func (v view) otherSocket(a asked) []clue {
	unix := v.unix()
	if a.request == nil || a.request.UnixSocket == "" || len(unix) == 0 || slices.ContainsFunc(unix, func(l Listener) bool { return l.Address == a.request.UnixSocket }) || v.time.Ended {
		return nil
	}
	h := hit{evidence: v.listening(), message: fmt.Sprintf("no process has the unix socket %s; the application has %s", a.request.UnixSocket, unix[0].Address)}
	return []clue{{"HC060", h.patched(v.replaceText(a.request.UnixSocket, unix[0].Address))}}
}

// bySocket asks through a unix socket, where the client can.
func (v view) bySocket(path string) Command {
	if a := v.request(); a != nil && a.request.Program == "curl" && a.request.UnixSocket == "" {
		return v.option("curl", "--unix-socket", path)
	}
	return nil
}

// loopbackOnly is a passing check of an application that no load balancer can reach.
func (v view) loopbackOnly() []clue {
	listeners := v.tcp()
	for _, p := range v.Ports {
		at := listens(listeners, p.Container)
		if len(at) > 0 && !slices.ContainsFunc(at, func(a netip.Addr) bool { return !a.IsLoopback() }) {
			return []clue{{"HC061", hit{severity: diag.Warning, evidence: v.listening(), pointer: "/portMappings",
				message: fmt.Sprintf("port %d is mapped and open on %s only: a load balancer, a published port and other tasks cannot reach it", p.Container, addresses(at))}}}
		}
	}
	return nil
}
