package dockerengine

import (
	"context"
	"net"
	"net/netip"
	"net/url"
	"os"

	"github.com/docker/docker/api/types/container"

	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
)

// publishedHost is where the ports that an engine at that address publishes are reached from here.
func publishedHost(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "tcp" && u.Scheme != "http" && u.Scheme != "https" && u.Scheme != "ssh" || u.Hostname() == "" || u.Hostname() == "localhost" {
		return loopback
	}
	return u.Hostname()
}

const loopback = "127.0.0.1"

// Reached is the host at which a port that is published on an address of the engine's machine is reached from here.
func (e *Engine) Reached(hostIP string) string {
	ip, err := netip.ParseAddr(hostIP)
	if err == nil && ip.IsUnspecified() {
		return e.Info.Host
	}
	return hostIP
}

// PublishAddress is the address of the engine's machine on which ports must be published for them to be reached from here, and from as few
// other places as can be.
func (e *Engine) PublishAddress() string {
	ip, err := netip.ParseAddr(e.Info.Host)
	switch {
	case err == nil && (ip.IsLoopback() || e.Info.neighbour):
		return e.Info.Host
	case err == nil && ip.Is6():
		return "::"
	}
	return "0.0.0.0" // a name, or an address that may be another than the machine's own, behind a translation
}

// neighbour finds out whether we are in a container of this very engine, by its socket: then the engine's loopback interface is not ours, nor
// are its files, and it is reached at the gateway of our network. An engine that runs beside us in one container does not know that container.
func (e *Engine) neighbour(ctx context.Context) {
	id := ownContainer("/proc/self/mountinfo")
	for range 2 { // a container may use the network of another
		if id == "" {
			return
		}
		found, err := e.api.ContainerInspect(ctx, id)
		if err != nil || found.HostConfig == nil || found.NetworkSettings == nil {
			return
		}
		e.Info.Local = false
		mode := found.HostConfig.NetworkMode
		if id = ""; mode.IsContainer() {
			id = mode.ConnectedContainer()
			continue
		}
		if gateway := gatewayOf(found.NetworkSettings); gateway != "" && !mode.IsHost() {
			e.Info.Host, e.Info.neighbour = gateway, true
		}
	}
}

func gatewayOf(settings *container.NetworkSettings) string {
	for _, n := range settings.Networks {
		if n != nil && net.ParseIP(n.Gateway) != nil {
			return n.Gateway
		}
	}
	return ""
}

// ownMount is how the engine mounts three files of its own into each container.
var ownMount = lazyregexp.New(`/containers/([0-9a-f]{64})/(?:hostname|hosts|resolv\.conf) /etc/`)

// ownContainer is the id of the container that we run in, by its mounts (proc_pid_mountinfo(5)); empty outside of one.
func ownContainer(mountinfo string) string {
	text, err := os.ReadFile(mountinfo)
	if err != nil {
		return ""
	}
	if m := ownMount().FindSubmatch(text); m != nil {
		return string(m[1])
	}
	return ""
}
