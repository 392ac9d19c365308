package dockerengine

import (
	"context"
	"io"
	"strconv"
	"time"

	"github.com/docker/docker/api/types/container"
	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/emulator/runner"
)

// Inspect is a container's state.
func (e *Engine) Inspect(ctx context.Context, id string) (runner.State, error) {
	found, err := e.api.ContainerInspect(ctx, id)
	if err != nil {
		return runner.State{}, classify(err)
	}
	state := runner.State{Runtime: e.runtimeOf(found)}
	if s := found.State; s != nil {
		state.Running, state.Paused, state.ExitCode, state.OOM, state.Error = s.Running, s.Paused, s.ExitCode, s.OOMKilled, s.Error
		state.Health = healthOf(s.Health)
	}
	return state, nil
}

func healthOf(h *container.Health) *runner.Health {
	if h == nil || h.Status == "" || h.Status == container.NoHealthcheck {
		return nil
	}
	health := &runner.Health{Status: string(h.Status), Streak: h.FailingStreak}
	for _, p := range h.Log {
		health.Probes = append(health.Probes, event.Probe{Start: p.Start, Duration: p.End.Sub(p.Start), ExitCode: p.ExitCode, Output: p.Output})
	}
	return health
}

func (e *Engine) runtimeOf(c container.InspectResponse) event.Runtime {
	r := event.Runtime{DockerID: c.ID, ImageID: c.Image, CreatedAt: parseTime(c.Created)}
	if c.State != nil {
		r.StartedAt, r.FinishedAt = parseTime(c.State.StartedAt), parseTime(c.State.FinishedAt)
	}
	for _, m := range c.Mounts {
		r.Mounts = append(r.Mounts, event.Mount{Name: m.Name, Source: m.Source, Destination: m.Destination})
	}
	if c.NetworkSettings == nil {
		return r
	}
	for port, bindings := range c.NetworkSettings.Ports {
		for _, b := range bindings {
			hostPort, _ := strconv.Atoi(b.HostPort)
			r.Ports = append(r.Ports, event.Port{ContainerPort: port.Int(), Protocol: port.Proto(), HostIP: e.Reached(b.HostIP), HostPort: hostPort})
		}
	}
	if c.HostConfig != nil {
		if n := c.NetworkSettings.Networks[string(c.HostConfig.NetworkMode)]; n != nil {
			r.Address, r.Gateway, r.MAC, r.PrefixLength = n.IPAddress, n.Gateway, n.MacAddress, n.IPPrefixLen
		}
	}
	return r
}

// parseTime reads an engine's time; its zero is of the year 1.
func parseTime(text string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil || t.Year() <= 1 {
		return time.Time{}
	}
	return t
}

// StatsStream is the engine's measurement of a container, one JSON object about each second, until it is closed.
func (e *Engine) StatsStream(ctx context.Context, id string) (io.ReadCloser, error) {
	answer, err := e.api.ContainerStats(ctx, id, true)
	if err != nil {
		return nil, classify(err)
	}
	return answer.Body, nil
}
