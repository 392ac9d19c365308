package healthcheck

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// tcp are the TCP listeners of the container: in awsvpc mode those that a process of this one has, where that can be seen.
func (v view) tcp() []Listener {
	var own, all []Listener
	for _, l := range v.look.Listeners {
		if !strings.HasPrefix(l.Network, "tcp") {
			continue
		}
		all = append(all, l)
		if l.PID != 0 {
			own = append(own, l)
		}
	}
	if v.NetworkMode == "awsvpc" && len(own) > 0 {
		return own
	}
	return all
}

// unix are the unix sockets of the container with a path.
func (v view) unix() []Listener {
	return slices.DeleteFunc(slices.Clone(v.look.Listeners), func(l Listener) bool { return l.Network != "unix" || !strings.HasPrefix(l.Address, "/") })
}

// listens are the addresses at which a port is open.
func listens(all []Listener, port int) []netip.Addr {
	var found []netip.Addr
	for _, l := range all {
		if address, err := netip.ParseAddr(l.Address); err == nil && l.Port == port {
			found = append(found, address)
		}
	}
	return found
}

// serves says whether a listener at one of the addresses gets what is sent to a host. A socket at :: takes IPv4 too, unless it says otherwise.
func serves(addresses []netip.Addr, host string) bool {
	to, err := netip.ParseAddr(host)
	switch {
	case err != nil && (host == "localhost" || host == ""):
		return serves(addresses, "127.0.0.1") || serves(addresses, "::1")
	case err != nil: // a name of the container: not its loopback addresses
		return slices.ContainsFunc(addresses, func(a netip.Addr) bool { return !a.IsLoopback() })
	case to.IsUnspecified():
		return len(addresses) > 0
	}
	return slices.ContainsFunc(addresses, func(a netip.Addr) bool {
		return a == to || a.IsUnspecified() && (a.Is4() == to.Is4() || a.Is6()) || a.IsLoopback() && to.IsLoopback() && a.Is4() && to.Is4() && a == to
	})
}

// openPorts are the ports that listen, those that the definition maps first.
func openPorts(listeners []Listener) []int {
	var ports []int
	for _, l := range listeners {
		if !slices.Contains(ports, l.Port) {
			ports = append(ports, l.Port)
		}
	}
	return ports
}

func addresses(all []netip.Addr) string {
	var words []string
	for _, a := range all {
		if !slices.Contains(words, a.String()) {
			words = append(words, a.String())
		}
	}
	return strings.Join(words, " and ")
}

// listening lists what listens, as evidence.
func (v view) listening() string {
	var words []string
	for _, l := range v.tcp() {
		word := netip.AddrPortFrom(addressOf(l), uint16(l.Port)).String()
		if l.Process != "" {
			word += fmt.Sprintf(" (%s, process %d)", l.Process, l.PID)
		}
		words = append(words, word)
	}
	for _, l := range v.unix() {
		words = append(words, l.Address)
	}
	if len(words) == 0 {
		return "listening: nothing"
	}
	const most = 8
	if len(words) > most {
		words = append(words[:most], "…")
	}
	return "listening: " + strings.Join(words, ", ")
}

func addressOf(l Listener) netip.Addr {
	address, err := netip.ParseAddr(l.Address)
	if err != nil {
		return netip.IPv4Unspecified()
	}
	return address
}
