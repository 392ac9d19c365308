package candidate

import (
	"cmp"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/ecslocal/ecslocal/healthcheck"
	"github.com/ecslocal/ecslocal/healthcheck/client"
)

// Place is where an application may answer.
type Place struct {
	Scheme string // http, https or tcp
	Host   string
	Port   int
	Path   string // with the query; empty for tcp
}

// URL is the place as curl takes it.
func (p Place) URL() string {
	host := net.JoinHostPort(p.Host, strconv.Itoa(p.Port))
	if p.Scheme == "http" && p.Port == 80 || p.Scheme == "https" && p.Port == 443 {
		host = p.Host
		if strings.Contains(host, ":") {
			host = "[" + host + "]"
		}
	}
	return p.Scheme + "://" + host + p.Path
}

// usualPaths are where applications and frameworks answer health checks, the root last: that it answers says least.
var usualPaths = []string{"/health", "/healthz", "/ping", "/status", "/ready", "/readyz", "/livez", "/up", "/actuator/health", "/api/health",
	"/health/live", "/_health", "/-/healthy", "/"}

// maxPorts is how many ports are asked, so that the questions fit into one look.
const maxPorts = 6

// Ports are the TCP ports worth asking and the address each is reached at, the surest first: where the check asks, what the definition
// maps, what else listens. Where nobody could look, they are guessed.
func (f Facts) Ports() []Place {
	wanted := f.Wanted()
	var places []Place
	if f.Look == nil {
		for _, port := range wanted {
			places = append(places, Place{Scheme: "http", Host: "127.0.0.1", Port: port})
		}
		return places[:min(len(places), maxPorts)]
	}
	for _, l := range f.Look.Listeners {
		host := reachable(l)
		if host == "" || f.neighbours(l.Port) || slices.ContainsFunc(places, func(p Place) bool { return p.Port == l.Port }) {
			continue
		}
		places = append(places, Place{Scheme: "http", Host: host, Port: l.Port})
	}
	rank := func(p Place) int {
		if i := slices.Index(wanted, p.Port); i >= 0 {
			return i
		}
		return len(wanted) + p.Port
	}
	slices.SortStableFunc(places, func(a, b Place) int { return cmp.Compare(rank(a), rank(b)) })
	return places[:min(len(places), maxPorts)]
}

// neighbours says that a port is another container's, whose network this one shares: a check of it would prove the wrong container.
func (f Facts) neighbours(port int) bool {
	has := func(ports []healthcheck.Port) bool {
		return slices.ContainsFunc(ports, func(p healthcheck.Port) bool { return p.Container == port })
	}
	return !has(f.Definition.Ports) && slices.ContainsFunc(f.Definition.Others, func(n healthcheck.Neighbour) bool { return has(n.Ports) })
}

// reachable is the address at which a listener is reached from within, empty for one that is no TCP socket.
func reachable(l healthcheck.Listener) string {
	switch {
	case !strings.HasPrefix(l.Network, "tcp"):
		return ""
	case l.Address == "0.0.0.0" || l.Address == "::" || strings.HasPrefix(l.Address, "127."):
		return "127.0.0.1"
	}
	return l.Address
}

// Wanted are the ports that something says the application listens on: the check, the definition, and the image.
func (f Facts) Wanted() []int {
	var ports []int
	add := func(port int) {
		if port > 0 && !slices.Contains(ports, port) {
			ports = append(ports, port)
		}
	}
	for _, t := range f.targets(f.repaired()) {
		if t.Loopback() {
			add(t.Port)
		}
	}
	for _, p := range f.Definition.Ports {
		add(p.Container)
	}
	if f.Image != nil {
		for _, port := range f.Image.Exposed {
			add(port)
		}
	}
	return ports
}

// Paths are the paths worth asking, that of the check first.
func (f Facts) Paths() []string {
	var paths []string
	for _, t := range f.targets(f.repaired()) {
		if strings.HasPrefix(t.Scheme, "http") && !t.Partial && t.Loopback() {
			paths = append(paths, cmp.Or(t.Path, "/"))
		}
	}
	for _, usual := range usualPaths {
		if !slices.Contains(paths, usual) {
			paths = append(paths, usual)
		}
	}
	return paths
}

// Declared are the URLs that the declared check asks in the container itself.
func (f Facts) Declared() []string {
	var urls []string
	for _, t := range f.targets(f.repaired()) {
		if strings.HasPrefix(t.Scheme, "http") && !t.Partial && t.Bad == "" && t.Loopback() {
			urls = append(urls, Place{t.Scheme, t.Host, t.Port, cmp.Or(t.Path, "/")}.URL())
		}
	}
	return urls
}

// Balanced is the URL that the load balancer before the container asks, empty where none is known that asks over HTTP.
func (f Facts) Balanced() string {
	b := f.Definition.LoadBalancer
	if b == nil || !strings.HasPrefix(b.Protocol, "HTTP") {
		return ""
	}
	return Place{strings.ToLower(b.Protocol), "127.0.0.1", b.Port, b.Path}.URL()
}

// targets are the places that a command asks.
func (f Facts) targets(c healthcheck.Command) []client.Target {
	var all []client.Target
	for _, a := range f.asks(c) {
		all = append(all, a.target)
	}
	return all
}

// answering are the places that answered as a healthy application does, in the order in which ports and paths are listed. Where the
// check's own path answers 5xx, the application says that it is unwell, and no other path of that port counts.
func (f Facts) answering() []Place {
	ports, paths := f.Ports(), f.Paths()
	if f.Look == nil {
		var guesses []Place
		for _, p := range ports {
			p.Path = paths[0]
			guesses = append(guesses, p)
		}
		return guesses
	}
	var good []Place
	for _, port := range ports {
		for i, path := range paths {
			p, status := f.answer(port, path)
			if i == 0 && status >= 500 {
				break
			}
			if status >= 200 && status < 300 {
				good = append(good, p)
			}
		}
	}
	rank := func(p Place) int { return slices.Index(paths, p.Path) }
	slices.SortStableFunc(good, func(a, b Place) int { return cmp.Compare(min(rank(a), 1), min(rank(b), 1)) }) // the check's own path first
	return good
}

// answer is the status with which a port answered for a path, by TLS where it speaks that; 0 where it did not.
func (f Facts) answer(port Place, path string) (Place, int) {
	best := 0
	for _, a := range f.Look.Answers {
		u, err := url.Parse(a.URL)
		if err != nil || u.RequestURI() != path || a.Host != "" || portOf(u) != port.Port || a.TLS != (u.Scheme == "https") {
			continue
		}
		port.Scheme, best = u.Scheme, a.Status
	}
	port.Path = path
	return port, best
}

func portOf(u *url.URL) int {
	if n, err := strconv.Atoi(u.Port()); err == nil {
		return n
	}
	return map[string]int{"http": 80, "https": 443}[u.Scheme]
}
