// Package tctarget lets the wait strategies of testcontainers-go look at a container of a task:
//
//	target, err := tctarget.Of(ctx, task, "web")
//	err = wait.ForHTTP("/orders").WithPort("8080/tcp").WaitUntilReady(ctx, target)
//
// It is a package of its own, so that nobody else's tests bring testcontainers into their build. It is for tests only, and imports
// emulatortest and testcontainers.
package tctarget

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/emulatortest"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/network"
	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/wait"
)

// Target is a container of a task. It is a container of testcontainers but for what a task knows better: where ports are, which in awsvpc
// mode are not the container's own, and what was written, which the engine does not keep.
type Target struct {
	*testcontainers.DockerContainer
	task *emulatortest.Task
	name string
}

var _ wait.StrategyTarget = (*Target)(nil)

// Of is a container of a task, which has been created.
func Of(ctx context.Context, task *emulatortest.Task, name string) (*Target, error) {
	described := task.Emulator().Describe()
	c := described.Container(name)
	if c == nil || c.RuntimeID == "" {
		return nil, fmt.Errorf("find container %q of task %s: it was not created", name, task.ID())
	}
	provider, err := testcontainers.NewDockerProvider()
	if err != nil {
		return nil, fmt.Errorf("reach the engine as testcontainers does: %w", err)
	}
	found, err := provider.ContainerFromType(ctx, container.Summary{ID: c.RuntimeID, Image: c.Image, State: container.StateRunning})
	if err != nil {
		return nil, fmt.Errorf("find container %q of task %s: %w", name, task.ID(), err)
	}
	return &Target{found, task, name}, nil
}

// Host is where the task's ports are reached from here; see MappedPort.
func (t *Target) Host(context.Context) (string, error) {
	described := t.task.Emulator().Describe()
	published := described.Published(t.name)
	if len(published) == 0 {
		return "", fmt.Errorf("find the host of container %q: it publishes no port", t.name)
	}
	address, err := t.task.Emulator().Address(t.name, fmt.Sprintf("%d/%s", published[0].ContainerPort, published[0].Protocol))
	if err != nil {
		return "", err
	}
	host, _, err := net.SplitHostPort(address)
	return host, err
}

// MappedPort is the host's port of one of the container's, such as 8080/tcp.
func (t *Target) MappedPort(_ context.Context, port string) (network.Port, error) {
	wanted, err := network.ParsePort(port)
	if err != nil {
		return network.Port{}, err
	}
	address, err := t.task.Emulator().Address(t.name, wanted.String())
	if err != nil {
		return network.Port{}, err
	}
	_, number, err := net.SplitHostPort(address)
	if err != nil {
		return network.Port{}, err
	}
	return network.ParsePort(number + "/" + string(wanted.Proto()))
}

// Ports are the container's, and where they are published.
func (t *Target) Ports(context.Context) (network.PortMap, error) {
	ports := network.PortMap{}
	described := t.task.Emulator().Describe()
	for _, p := range described.Published(t.name) {
		port, err := network.ParsePort(fmt.Sprintf("%d/%s", p.ContainerPort, p.Protocol))
		if err != nil {
			return nil, err
		}
		ip, _ := netip.ParseAddr(p.HostIP) // none is every address
		ports[port] = append(ports[port], network.PortBinding{HostIP: ip, HostPort: fmt.Sprint(p.HostPort)})
	}
	return ports, nil
}

// Inspect is the engine's word on the container, with the ports that the task has for it.
func (t *Target) Inspect(ctx context.Context) (*container.InspectResponse, error) {
	inspected, err := t.DockerContainer.Inspect(ctx)
	if err != nil {
		return nil, err
	}
	changed := *inspected
	if changed.NetworkSettings == nil {
		changed.NetworkSettings = &container.NetworkSettings{}
	}
	settings := *changed.NetworkSettings
	settings.Ports, err = t.Ports(ctx)
	changed.NetworkSettings = &settings
	return &changed, err
}

// Logs is what the container has written so far.
func (t *Target) Logs(context.Context) (io.ReadCloser, error) {
	var b strings.Builder
	for message, err := range t.task.Emulator().Messages(t.name) {
		if err != nil {
			return nil, fmt.Errorf("read the log of %s: %w", t.name, err)
		}
		b.WriteString(message + "\n")
	}
	return io.NopCloser(strings.NewReader(b.String())), nil
}
