package taskdef

import (
	"slices"
	"strings"
)

// Defaults of the ECS API (API reference and agent 1.105.1).
const (
	DefaultStopTimeout          = 30 // seconds
	DefaultRestartAttemptPeriod = 300
	DefaultHealthInterval       = 30
	DefaultHealthTimeout        = 5
	DefaultHealthRetries        = 3
)

// Or is the value behind a pointer, or what to take where the file does not say.
func Or[T any](p *T, otherwise T) T {
	if p == nil {
		return otherwise
	}
	return *p
}

// IsEssential says whether the container's end stops the task; it does unless the file says no.
func (c *ContainerDefinition) IsEssential() bool { return Or(c.Essential, true) }

// Mode is the task's network mode: bridge where the file does not say, awsvpc on Fargate.
func (d *Definition) Mode(launchType string) string {
	switch {
	case d.NetworkMode != "":
		return d.NetworkMode
	case launchType == Fargate:
		return "awsvpc"
	}
	return "bridge"
}

// Launch types that are emulated.
const (
	EC2     = "EC2"
	Fargate = "FARGATE"
)

// LaunchType is the one that the definition is made for: FARGATE where it asks for it alone or first, else EC2.
func (d *Definition) LaunchType() string {
	if len(d.RequiresCompatibilities) > 0 && strings.EqualFold(d.RequiresCompatibilities[0], Fargate) {
		return Fargate
	}
	return EC2
}

// Container is the container definition of that name, nil where there is none.
func (d *Definition) Container(name string) *ContainerDefinition {
	i := slices.IndexFunc(d.ContainerDefinitions, func(c ContainerDefinition) bool { return c.Name == name })
	if i < 0 {
		return nil
	}
	return &d.ContainerDefinitions[i]
}
