package emulator

import (
	"context"
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/dockerengine"
	"github.com/ecslocal/ecslocal/emulator/document"
	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/emulator/taskdef"
	"github.com/ecslocal/ecslocal/healthcheck"
)

// judgedContainers is how many containers are judged one by one, each with its neighbours: ten times what ECS takes. A hostile file has
// tens of thousands, and every pair of them would need gigabytes.
const judgedContainers = 100

// HealthDefinitions are the project's containers as package healthcheck judges them, the first hundred where there are more.
func (p *Project) HealthDefinitions() []healthcheck.Definition {
	def := p.Definition
	all := make([]healthcheck.Definition, min(len(def.ContainerDefinitions), judgedContainers))
	for i := range all {
		c := &def.ContainerDefinitions[i]
		d := healthcheck.Definition{
			Pointer: diag.Pointer("/containerDefinitions", i), Container: c.Name, Image: c.Image, Essential: c.IsEssential(),
			Environment: p.variablesOf(c), OpenEnvironment: len(c.EnvironmentFiles) > 0 && p.envError != nil,
			EntryPoint: c.EntryPoint, CommandLine: c.Command, Ports: healthPorts(c), NetworkMode: def.Mode(p.options.LaunchType), Hostname: c.Hostname,
			ReadonlyRoot: taskdef.Or(c.ReadonlyRootFilesystem, false), Writable: writable(c), User: c.User, WorkingDirectory: c.WorkingDirectory,
			StartTimeout: seconds(c.StartTimeout), DependsOn: healthDependencies(c), Others: neighbours(def, i), LoadBalancer: p.balancerOf(c.Name),
		}
		for _, s := range c.Secrets {
			d.Secrets = append(d.Secrets, s.Name)
		}
		for _, l := range c.Links {
			d.Links = append(d.Links, l[strings.LastIndexByte(l, ':')+1:])
		}
		if l := c.LinuxParameters; l != nil {
			d.InitProcess = taskdef.Or(l.InitProcessEnabled, false)
			if l.Capabilities != nil {
				d.DroppedCapabilities = l.Capabilities.Drop
			}
		}
		if h := c.HealthCheck; h != nil {
			d.HasCheck, d.Command = true, h.Command
			d.Interval, d.Timeout, d.Retries, d.StartPeriod = seconds(h.Interval), seconds(h.Timeout), seconds(h.Retries), seconds(h.StartPeriod)
		}
		all[i] = d
	}
	return all
}

func seconds(p *int) healthcheck.Seconds {
	if p == nil {
		return healthcheck.Seconds{}
	}
	return healthcheck.Set(*p)
}

// variablesOf are a container's variables, those of environment files where nothing else sets them.
func (p *Project) variablesOf(c *taskdef.ContainerDefinition) map[string]string {
	env := map[string]string{}
	for _, file := range slices.Backward(c.EnvironmentFiles) { // the first file wins
		for name, value := range p.envFiles[file.Value] {
			env[name] = value
		}
	}
	for _, v := range slices.Concat(c.Environment, p.options.Env) {
		env[v.Name] = v.Value
	}
	return env
}

// balancerOf is the check of the load balancer before a container, nil where none is known.
func (p *Project) balancerOf(container string) *healthcheck.LoadBalancer {
	for _, g := range p.targetGroups {
		if g.Container == container {
			return &healthcheck.LoadBalancer{Protocol: g.Protocol, Port: g.CheckPort, Path: g.Path, Codes: g.Codes}
		}
	}
	return nil
}

func healthPorts(c *taskdef.ContainerDefinition) []healthcheck.Port {
	var ports []healthcheck.Port
	for _, m := range c.PortMappings {
		ports = append(ports, healthcheck.Port{Container: taskdef.Or(m.ContainerPort, 0), Host: taskdef.Or(m.HostPort, 0), Protocol: m.Protocol})
	}
	return ports
}

func writable(c *taskdef.ContainerDefinition) []string {
	var paths []string
	for _, m := range c.MountPoints {
		if !taskdef.Or(m.ReadOnly, false) {
			paths = append(paths, m.ContainerPath)
		}
	}
	if c.LinuxParameters != nil {
		for _, t := range c.LinuxParameters.Tmpfs {
			paths = append(paths, t.ContainerPath)
		}
	}
	return paths
}

func healthDependencies(c *taskdef.ContainerDefinition) []healthcheck.Dependency {
	var all []healthcheck.Dependency
	for _, d := range c.DependsOn {
		all = append(all, healthcheck.Dependency{Container: d.ContainerName, Condition: d.Condition})
	}
	return all
}

func neighbours(def *taskdef.Definition, self int) []healthcheck.Neighbour {
	var others []healthcheck.Neighbour
	for i := range min(len(def.ContainerDefinitions), judgedContainers) {
		if c := &def.ContainerDefinitions[i]; i != self {
			others = append(others, healthcheck.Neighbour{Name: c.Name, Essential: c.IsEssential(), Checked: c.HealthCheck != nil,
				Ports: healthPorts(c), StartTimeout: seconds(c.StartTimeout), DependsOn: healthDependencies(c)})
		}
	}
	return others
}

// LintHealth is everything that can be said about the health checks before anything runs; with an engine, the images that it has are
// looked into, without starting a container.
func (p *Project) LintHealth(ctx context.Context, engine *dockerengine.Engine) ([]diag.Finding, error) {
	definitions := p.HealthDefinitions()
	images, closing, err := p.imagesAtHand(ctx, engine, definitions, func(d healthcheck.Definition) bool { return d.HasCheck })
	if err != nil {
		return nil, err
	}
	var findings []diag.Finding
	for _, f := range p.lintAll(definitions, images) {
		if !p.wrongList(f) {
			findings = append(findings, f)
		}
	}
	if err := closing(); err != nil {
		return nil, err
	}
	for _, f := range p.Findings { // values of a wrong type, which are not there for what is said above
		if strings.Contains(f.Path, "/healthCheck/") {
			findings = append(findings, f)
		}
	}
	diag.Sort(findings)
	return findings, nil
}

// wrongList says that a finding misses the command that is there and is no list.
func (p *Project) wrongList(f diag.Finding) bool {
	command := p.Definition.Source.At(f.Path)
	return f.Rule == "HC004" && command != nil && command.Kind != document.Array && strings.HasSuffix(f.Path, "/command")
}

// placed gives diagnoses their place in the file.
func (p *Project) placed(diagnoses []healthcheck.Diagnosis) []diag.Finding {
	findings := healthcheck.Findings(diagnoses)
	for i := range findings {
		findings[i].Position = p.Definition.Pos(findings[i].Path)
		findings[i].Message = "container " + diagnoses[i].Container + ": " + findings[i].Message
	}
	return findings
}

// imageFiles are an engine's files in the words of package healthcheck.
type imageFiles struct{ *dockerengine.Files }

func (f imageFiles) Stat(path string) (healthcheck.FileInfo, bool) {
	info, ok := f.Files.Stat(path)
	return healthcheck.FileInfo{Mode: info.Mode, Size: info.Size, LinkTarget: info.LinkTarget}, ok
}

// ExplainHealth says why the check of a container fails, or what is fragile about it, from the events of a run, and from a look inside where
// the container runs.
func (p *Project) ExplainHealth(ctx context.Context, engine *dockerengine.Engine, events []event.Event, container string) ([]healthcheck.Diagnosis, error) {
	task := event.Fold(events)
	var look *healthcheck.Look
	if c := task.Container(container); engine != nil && c != nil && c.LastStatus == event.Running {
		look, _ = p.lookInside(ctx, engine, task.ID(), events, container) // what was not seen is not in the explanation
	}
	return p.explainHealth(ctx, engine, events, container, look)
}

func (p *Project) explainHealth(ctx context.Context, engine *dockerengine.Engine, events []event.Event, container string, look *healthcheck.Look) ([]healthcheck.Diagnosis, error) {
	for _, d := range p.HealthDefinitions() {
		if d.Container != container {
			continue
		}
		image, closing, err := p.imageAtHand(ctx, engine, d, d.HasCheck)
		if err != nil {
			return nil, err
		}
		return p.hideDiagnoses(healthcheck.Explain(d, image, timeline(events, container), look)), closing()
	}
	return nil, nil
}

// timeline is what the events tell of a container's check.
func timeline(events []event.Event, container string) healthcheck.Timeline {
	var t healthcheck.Timeline
	for _, e := range events {
		if e.Container != container {
			continue
		}
		switch e.Kind {
		case event.ContainerStarted:
			t.Started, t.Turns = e.Time, append(t.Turns, healthcheck.Turn{Time: e.Time, Change: healthcheck.Started})
		case event.ContainerRestarted:
			t.Started, t.Turns = e.Time, append(t.Turns, healthcheck.Turn{Time: e.Time, Change: healthcheck.Restarted})
		case event.ContainerPaused:
			t.Paused, t.Turns = true, append(t.Turns, healthcheck.Turn{Time: e.Time, Change: healthcheck.Paused})
		case event.ContainerUnpaused:
			t.Paused, t.Turns = false, append(t.Turns, healthcheck.Turn{Time: e.Time, Change: healthcheck.Unpaused})
		case event.ContainerStopped:
			t.Ended, t.ExitCode, t.OOM, t.Killed = true, e.ExitCode, e.OOM, e.Killed
			t.Turns = append(t.Turns, healthcheck.Turn{Time: e.Time, Change: healthcheck.Ended})
		case event.ContainerProbe:
			t.Probes = append(t.Probes, healthcheck.Probe{Argv: e.Probe.Argv, Start: e.Probe.Start, Duration: e.Probe.Duration, ExitCode: e.Probe.ExitCode,
				Output: e.Probe.Output, Streak: e.Probe.Streak, Status: e.Probe.Status, Source: e.Probe.Source})
		}
	}
	return t
}
