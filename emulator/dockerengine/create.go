package dockerengine

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/network"
	"github.com/ecslocal/ecslocal/emulator/plan"
	"github.com/ecslocal/ecslocal/emulator/runner"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

// CreateContainer creates a container as it is planned. Engines before API 1.44 take one network at creation; the others are joined after.
func (e *Engine) CreateContainer(ctx context.Context, c plan.Container) (string, []string, error) {
	config, host, networking, err := translate(c)
	if err != nil {
		return "", nil, err
	}
	more := networking.EndpointsConfig
	first := string(host.NetworkMode)
	if _, ok := more[first]; ok {
		networking = &network.NetworkingConfig{EndpointsConfig: map[string]*network.EndpointSettings{first: more[first]}}
	}
	created, err := e.api.ContainerCreate(ctx, config, host, networking, platform(c.Pull.Platform), c.DockerName)
	if err != nil && e.provide(ctx, c.Config.Image, err) {
		created, err = e.api.ContainerCreate(ctx, config, host, networking, platform(c.Pull.Platform), c.DockerName)
	}
	if err != nil {
		return "", nil, classify(err)
	}
	for _, name := range slices.Sorted(maps.Keys(more)) {
		if name == first {
			continue
		}
		if err := e.api.NetworkConnect(ctx, name, created.ID, more[name]); err != nil {
			return created.ID, nil, fmt.Errorf("join network %q: %w", name, err)
		}
	}
	return created.ID, created.Warnings, nil
}

// translate turns a plan's request into the client's types. Both are the API's JSON, so nothing is decided here; only the environment's
// values are taken out of hiding.
func translate(c plan.Container) (*container.Config, *container.HostConfig, *network.NetworkingConfig, error) {
	config, host, networking := &container.Config{}, &container.HostConfig{}, &network.NetworkingConfig{}
	for _, pair := range []struct{ from, into any }{{c.Config, config}, {c.HostConfig, host}, {c.NetworkingConfig, networking}} {
		data, err := json.Marshal(pair.from)
		if err == nil {
			err = json.Unmarshal(data, pair.into)
		}
		if err != nil {
			return nil, nil, nil, fmt.Errorf("translate container %q: %w", c.Name, err)
		}
	}
	config.Env = c.Config.Env.Sorted(plan.Variable.Reveal)
	return config, host, networking, nil
}

func platform(text string) *ocispec.Platform {
	os, arch, ok := strings.Cut(text, "/")
	if !ok {
		return nil
	}
	return &ocispec.Platform{OS: os, Architecture: arch}
}

// classify marks the errors that the runner must tell apart, keeping their text.
func classify(err error) error {
	text := strings.ToLower(err.Error())
	switch {
	case errdefs.IsNotFound(err) && strings.Contains(text, "no such container"):
		return marked{err, runner.ErrNoContainer}
	case errdefs.IsNotFound(err) && strings.Contains(text, "image"):
		return marked{err, runner.ErrNoImage}
	case strings.Contains(text, "port is already allocated"), strings.Contains(text, "address already in use"):
		return marked{err, runner.ErrPortTaken}
	}
	return err
}

// marked is an engine's error that is also one of the runner's.
type marked struct {
	error
	kind error
}

func (m marked) Unwrap() []error { return []error{m.error, m.kind} }
