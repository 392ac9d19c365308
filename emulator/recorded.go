package emulator

import (
	"cmp"
	"fmt"
	"time"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/plan"
	"github.com/ecslocal/ecslocal/emulator/report"
	"github.com/ecslocal/ecslocal/emulator/taskdef"
)

// Recorded is what reports need of a plan besides the events of its run: what was planned, where the file says it, what was found in the
// file and what is different from ECS. Secrets are hidden in it.
func (p *Project) Recorded(planned *plan.Plan) *report.Recorded {
	r := &report.Recorded{
		Definition: p.Path, Source: hideLines(string(p.Source), p.Hide), Family: p.Hide(planned.Task.Family), Revision: planned.Task.Revision,
		LaunchType: planned.Task.LaunchType, NetworkMode: planned.Task.NetworkMode,
	}
	for i := range p.Definition.ContainerDefinitions {
		if c := planned.Container(p.Definition.ContainerDefinitions[i].Name); c != nil {
			r.Containers = append(r.Containers, p.recordedContainer(i, planned, c))
		}
	}
	for _, f := range p.Validate() {
		f.Message, f.AWS, f.Fix, f.Patch = p.Hide(f.Message), p.Hide(f.AWS), p.Hide(f.Fix), nil
		r.Findings = append(r.Findings, f)
	}
	for _, n := range planned.Notes {
		r.Notes = append(r.Notes, report.Note{Field: n.Field, Path: n.Path, Treatment: string(n.Treatment), Difference: p.Hide(n.Difference), Position: p.Definition.Pos(n.Path)})
	}
	return r
}

func (p *Project) recordedContainer(i int, planned *plan.Plan, c *plan.Container) report.Container {
	def := &p.Definition.ContainerDefinitions[i]
	r := report.Container{Name: c.Name, Image: p.Hide(c.Config.Image), Essential: c.Essential, EntryPoint: hideAll(c.Config.Entrypoint, p.Hide), Command: hideAll(c.Config.Cmd, p.Hide),
		StartTimeout: c.StartTimeout, StopTimeout: c.StopTimeout, InitProcess: taskdef.Or(c.HostConfig.Init, false), Ports: ports(def, planned, c), Places: p.places(i)}
	for _, d := range c.DependsOn {
		r.DependsOn = append(r.DependsOn, report.Dependency{Container: d.ContainerName, Condition: d.Condition, Because: d.Because})
	}
	if h := c.Config.Healthcheck; h != nil && c.ReportsHealth {
		whole := func(nanoseconds int64) int { return int(time.Duration(nanoseconds) / time.Second) }
		r.HealthCheck = &report.HealthCheck{Command: hideAll(h.Test, p.Hide), Interval: whole(h.Interval), Timeout: whole(h.Timeout), Retries: h.Retries, StartPeriod: whole(h.StartPeriod)}
	}
	return r
}

// placed members are those that a run's problems can be blamed on.
var placedMembers = []string{"name", "image", "entryPoint", "command", "memory", "memoryReservation", "dependsOn", "healthCheck", "healthCheck/command",
	"portMappings", "mountPoints", "user", "secrets", "startTimeout", "stopTimeout", "linuxParameters", "linuxParameters/initProcessEnabled"}

// places are where the file has the i-th container and its members.
func (p *Project) places(i int) map[string]diag.Position {
	base := diag.Pointer("/containerDefinitions", i)
	places := map[string]diag.Position{"": p.Definition.Pos(base)}
	for _, m := range placedMembers {
		if pointer := base + "/" + m; p.Definition.Has(pointer) {
			places[m] = p.Definition.Pos(pointer)
		}
	}
	return places
}

// ports are a container's, with the addresses that are planned for them: in awsvpc mode the pause container publishes them.
func ports(def *taskdef.ContainerDefinition, planned *plan.Plan, c *plan.Container) []report.Port {
	bindings := c.HostConfig.PortBindings
	if pause := planned.Container(plan.PauseName); pause != nil {
		bindings = pause.HostConfig.PortBindings
	}
	var all []report.Port
	for _, m := range def.PortMappings {
		protocol := cmp.Or(m.Protocol, "tcp")
		if m.ContainerPort == nil {
			all = append(all, report.Port{Container: m.ContainerPortRange + "/" + protocol})
			continue
		}
		p := report.Port{Container: fmt.Sprintf("%d/%s", *m.ContainerPort, protocol)}
		if b := bindings[p.Container]; len(b) > 0 {
			p.Host = b[0].HostIP + ":" + cmp.Or(b[0].HostPort, "*")
		}
		all = append(all, p)
	}
	return all
}
