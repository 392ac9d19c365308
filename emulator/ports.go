package emulator

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"

	"github.com/ecslocal/ecslocal/emulator/dockerengine"
	"github.com/ecslocal/ecslocal/emulator/plan"
	"github.com/ecslocal/ecslocal/emulator/state"
)

// portKeeper is an engine that holds the host ports which a plan chose until their container starts, so that tasks that begin at the same
// moment, in this process or another, do not choose the same one.
type portKeeper struct {
	*dockerengine.Engine
	published map[string]bool // by containers that run, such as 8080/tcp
	address   string          // that ports will be published on

	mu   sync.Mutex
	held map[string]io.Closer
	mine []func() error      // give back the locks of ports, which last as long as the task
	of   map[string][]string // ports by container id
}

func keepPorts(ctx context.Context, engine *dockerengine.Engine) (*portKeeper, error) {
	published, err := engine.PublishedPorts(ctx)
	if err != nil {
		return nil, fmt.Errorf("ask the engine for its published ports: %w", err)
	}
	return &portKeeper{Engine: engine, published: published, held: map[string]io.Closer{}, of: map[string][]string{}}, nil
}

// taken says whether a port is in use, and holds it where it is not. Only those of containers can be seen of an engine elsewhere.
func (k *portKeeper) taken(protocol string, port int) bool {
	key := strconv.Itoa(port) + "/" + protocol
	k.mu.Lock()
	defer k.mu.Unlock()
	switch {
	case k.published[key], k.Info.Rootless && k.Info.Local && port < firstFreePort():
		return true
	case k.held[key] != nil || k.Info.Host != loopback:
		return false
	}
	release, err := state.LockPort(strconv.Itoa(port) + "-" + protocol)
	if err != nil {
		return true
	}
	listener, err := listen(protocol, net.JoinHostPort(k.address, strconv.Itoa(port)))
	if err != nil && !errors.Is(err, os.ErrPermission) { // a low port that we may not bind, the engine may
		_ = release()
		return true
	}
	k.mine = append(k.mine, release)
	if err == nil {
		k.held[key] = listener
	}
	return false
}

const loopback = "127.0.0.1"

// firstFreePort is the first port that needs no root's rights, which a rootless engine has not (ip(7), ip_unprivileged_port_start).
func firstFreePort() int {
	text, err := os.ReadFile("/proc/sys/net/ipv4/ip_unprivileged_port_start")
	first, parseErr := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil || parseErr != nil {
		return 1024
	}
	return first
}

func listen(protocol, address string) (io.Closer, error) {
	if protocol == "udp" {
		return net.ListenPacket("udp", address)
	}
	return net.Listen("tcp", address)
}

// CreateContainer remembers the container's ports.
func (k *portKeeper) CreateContainer(ctx context.Context, c plan.Container) (string, []string, error) {
	id, warnings, err := k.Engine.CreateContainer(ctx, c)
	k.mu.Lock()
	defer k.mu.Unlock()
	for port, bindings := range c.HostConfig.PortBindings {
		_, protocol, _ := strings.Cut(port, "/")
		for _, b := range bindings {
			k.of[id] = append(k.of[id], b.HostPort+"/"+protocol)
		}
	}
	return id, warnings, err
}

// StartContainer gives the container's ports to the engine.
func (k *portKeeper) StartContainer(ctx context.Context, id string) error {
	k.mu.Lock()
	for _, key := range k.of[id] {
		k.release(key)
	}
	k.mu.Unlock()
	return k.Engine.StartContainer(ctx, id)
}

// release is called with mu held.
func (k *portKeeper) release(key string) {
	if listener := k.held[key]; listener != nil {
		listener.Close()
		delete(k.held, key)
	}
}

// releaseAll gives back the ports of a task that has ended, and of containers that never started.
func (k *portKeeper) releaseAll() {
	k.mu.Lock()
	defer k.mu.Unlock()
	for key := range k.held {
		k.release(key)
	}
	for _, release := range k.mine {
		_ = release()
	}
	k.mine = nil
}
