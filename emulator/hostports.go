package emulator

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"

	"github.com/ecslocal/ecslocal/emulator/dockerengine"
	"github.com/ecslocal/ecslocal/emulator/taskdef"
)

// clash is a port that a container of a task in host mode is to listen on, and somebody else does already. Nothing is published in that mode,
// so that no other port can stand for it.
type clash struct{ container, port string }

func (c clash) String() string {
	return fmt.Sprintf("port %s is in use on this machine already, by another task or program; with network mode host container %q needs the same one, and cannot have it",
		c.port, c.container)
}

// clashes are the ports of a task in host mode that are in use. Those of an engine elsewhere cannot be seen.
func (p *Project) clashes(engine *dockerengine.Engine) []clash {
	if p.Definition.Mode(p.options.LaunchType) != "host" || engine.Info.Host != loopback {
		return nil
	}
	var found []clash
	for i := range p.Definition.ContainerDefinitions {
		c := &p.Definition.ContainerDefinitions[i]
		for _, m := range c.PortMappings {
			port, protocol := strconv.Itoa(taskdef.Or(m.ContainerPort, 0)), first(m.Protocol, "tcp")
			if port != "0" && inUse(protocol, port) {
				found = append(found, clash{c.Name, port + "/" + protocol})
			}
		}
	}
	return found
}

// inUse tries to listen, on all addresses and on the loopback interface alone: either may be taken without the other.
func inUse(protocol, port string) bool {
	for _, host := range []string{"", loopback} {
		listener, err := listen(protocol, net.JoinHostPort(host, port))
		if err == nil {
			listener.Close()
		} else if !errors.Is(err, os.ErrPermission) { // a low port that we may not bind, the container may
			return true
		}
	}
	return false
}
