package plan

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// String is the plan as people read it: what will be made, in the order of the definition, and what is different from ECS.
func (p *Plan) String() string {
	var b strings.Builder
	t := &p.Task
	fmt.Fprintf(&b, "task %s:%d  %s  %s\n  %s\n", t.Family, t.Revision, t.LaunchType, t.NetworkMode, t.ARN)
	if t.CPU > 0 || t.Memory > 0 {
		fmt.Fprintf(&b, "  limits %s\n", limits(t))
	}
	if p.Network != nil {
		fmt.Fprintf(&b, "network %s\n", p.Network.Name)
	}
	for _, v := range p.Volumes {
		fmt.Fprintf(&b, "volume %s as %s\n", v.Source, v.Name)
	}
	for i := range p.Containers {
		p.Containers[i].write(&b)
	}
	for _, n := range p.Notes {
		fmt.Fprintf(&b, "note %s: %s %s: %s\n", n.Treatment, n.Field, n.Path, n.Difference)
	}
	return b.String()
}

func limits(t *Task) string {
	var parts []string
	if t.CPU > 0 {
		parts = append(parts, fmt.Sprintf("%g vCPU", t.CPU))
	}
	if t.Memory > 0 {
		parts = append(parts, fmt.Sprintf("%d MiB", t.Memory))
	}
	return strings.Join(parts, ", ")
}

func (c *Container) write(b *strings.Builder) {
	kind := map[bool]string{true: "essential", false: "not essential"}[c.Essential]
	if c.Internal() {
		kind = "made by ecslocal"
	}
	fmt.Fprintf(b, "container %s (%s)\n  name %s\n", c.Name, kind, c.DockerName)
	line := func(label, value string) {
		if value != "" {
			fmt.Fprintf(b, "  %s %s\n", label, value)
		}
	}
	line("image", c.Config.Image)
	line("entryPoint", quoted(c.Config.Entrypoint))
	line("command", quoted(c.Config.Cmd))
	line("user", c.Config.User)
	line("directory", c.Config.WorkingDir)
	line("network", c.HostConfig.NetworkMode)
	for _, variable := range c.Config.Env.Sorted(Variable.String) {
		line("env", variable)
	}
	for _, port := range slices.Sorted(maps.Keys(c.HostConfig.PortBindings)) {
		for _, binding := range c.HostConfig.PortBindings[port] {
			line("port", fmt.Sprintf("%s:%s -> %s", binding.HostIP, or(binding.HostPort, "any"), port))
		}
	}
	for _, bind := range c.HostConfig.Binds {
		line("mount", bind)
	}
	for _, d := range c.DependsOn {
		line("after", strings.TrimSpace(d.ContainerName+" "+d.Condition+" "+d.Because))
	}
	if h := c.Config.Healthcheck; h != nil {
		line("health", fmt.Sprintf("%s interval %ds timeout %ds retries %d startPeriod %ds", quoted(h.Test), h.Interval/1e9, h.Timeout/1e9, h.Retries, h.StartPeriod/1e9))
	}
	if c.Log.Group != "" {
		line("log", c.Log.Group+" "+or(c.Log.Stream, "<container id>"))
	}
}

// quoted shows an argument list so that its borders are seen.
func quoted(args []string) string {
	if args == nil {
		return ""
	}
	return fmt.Sprintf("%q", args)
}
