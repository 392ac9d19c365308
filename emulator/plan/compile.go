package plan

import (
	"fmt"
	"maps"
	"slices"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/taskdef"
)

// Compile plans a task. The plan is nil where the definition cannot be planned; the findings then say why.
func Compile(def *taskdef.Definition, options Options) (*Plan, []diag.Finding) {
	c := &compiler{source: def, options: options}
	c.def, c.findings = Overridden(def, options.Overrides)
	c.plan = &Plan{Task: c.task(), Volumes: []Volume{}, Notes: []Note{}}
	c.ports = hostPorts{taken: options.PortTaken, last: firstDynamicPort - 1}
	c.plan.Cgroup = c.cgroup()
	c.plan.Network = c.network()
	c.infrastructure()
	c.volumes()
	for i := range c.def.ContainerDefinitions {
		c.container(i)
	}
	c.fireLens()
	c.publishForTask()
	c.plan.Notes = Notes(c.def, c.plan, c.options.Engine)
	diag.Sort(c.findings)
	if len(diag.Errors(c.findings)) > 0 {
		return nil, c.findings
	}
	return c.plan, c.findings
}

// compiler holds what the steps share.
type compiler struct {
	source   *taskdef.Definition // as it was read, for positions
	def      *taskdef.Definition // with the overrides applied
	options  Options
	plan     *Plan
	ports    hostPorts
	findings []diag.Finding
}

// refuse reports why the definition cannot be planned.
func (c *compiler) refuse(rule, path, message, aws, fix string) {
	c.findings = append(c.findings, diag.Finding{Rule: rule, Severity: diag.Error, Path: path, Position: c.position(path), Message: message, AWS: aws, Fix: fix})
}

func (c *compiler) position(path string) diag.Position {
	if c.source.Source == nil {
		return diag.Position{}
	}
	return c.source.Pos(path)
}

// at is the JSON pointer of a member of the i-th container definition.
func at(i int, tokens ...any) string {
	return diag.Pointer("/containerDefinitions", append([]any{i}, tokens...)...)
}

// container plans the i-th container definition.
func (c *compiler) container(i int) {
	def := &c.def.ContainerDefinitions[i]
	planned := Container{
		Name: def.Name, DockerName: c.dockerName(def.Name), Type: Normal, Essential: def.IsEssential(),
		EndpointID: c.identifier("endpoint", def.Name),
		CPU:        taskdef.Or(def.CPU, 0), Memory: taskdef.Or(def.Memory, 0),
		StartTimeout: taskdef.Or(def.StartTimeout, 0), StopTimeout: taskdef.Or(def.StopTimeout, taskdef.DefaultStopTimeout),
		RestartPolicy: restartPolicy(def.RestartPolicy),
		ReportsHealth: def.HealthCheck != nil, Ports: slices.Sorted(maps.Keys(exposedPorts(def.PortMappings))),
		DependsOn: c.dependencies(i),
		Log:       c.log(def),
	}
	planned.Pull = c.pull(def)
	planned.Config = c.config(i)
	planned.HostConfig = c.hostConfig(i, &planned)
	c.join(&planned, def)
	c.plan.Containers = append(c.plan.Containers, planned)
}

// config is Docker's Config of the i-th container definition.
func (c *compiler) config(i int) Config {
	def := &c.def.ContainerDefinitions[i]
	config := Config{
		Image: c.image(def), Cmd: def.Command, Entrypoint: def.EntryPoint,
		User: def.User, WorkingDir: def.WorkingDirectory, Hostname: def.Hostname,
		Tty: taskdef.Or(def.PseudoTerminal, false), OpenStdin: taskdef.Or(def.Interactive, false),
		NetworkDisabled: taskdef.Or(def.DisableNetworking, false),
		Env:             c.environment(def),
		Labels:          c.labels(def.Name, def.DockerLabels),
		Healthcheck:     c.healthcheck(i),
	}
	if c.plan.Task.NetworkMode != awsvpc {
		config.ExposedPorts = exposedPorts(def.PortMappings)
	} else {
		config.Hostname = "" // the pause container has it
	}
	return config
}

func (c *compiler) image(def *taskdef.ContainerDefinition) string {
	if c.options.Image != nil {
		if instead := c.options.Image(def.Name, def.Image); instead != "" {
			return instead
		}
	}
	return def.Image
}

func (c *compiler) pull(def *taskdef.ContainerDefinition) Pull {
	pull := Pull{Policy: c.options.Pull, Platform: c.plan.Task.Platform}
	if pull.Policy == "" {
		pull.Policy = PullDefault
	}
	if def.RepositoryCredentials != nil {
		pull.Username, pull.Password = registryCredentials(c.options.Secrets[def.RepositoryCredentials.CredentialsParameter])
	}
	return pull
}

func restartPolicy(policy *taskdef.RestartPolicy) *RestartPolicy {
	if policy == nil || !taskdef.Or(policy.Enabled, false) {
		return nil
	}
	return &RestartPolicy{IgnoredExitCodes: policy.IgnoredExitCodes,
		AttemptPeriod: taskdef.Or(policy.RestartAttemptPeriod, taskdef.DefaultRestartAttemptPeriod)}
}

// dependencies are the edges of the i-th container's start order: its own, those of links (START) and of volumesFrom (CREATE)
// (agent: task.go, initializeContainerOrdering).
func (c *compiler) dependencies(i int) []Dependency {
	def := &c.def.ContainerDefinitions[i]
	edges := []Dependency{}
	for _, d := range def.DependsOn {
		edges = append(edges, Dependency{ContainerName: d.ContainerName, Condition: d.Condition})
	}
	for j, link := range def.Links {
		name, _, ok := splitLink(link)
		if !ok {
			c.refuse("CNT-LINK", at(i, "links", j), fmt.Sprintf("link %q has more than one colon", link), "", "write container:alias")
		}
		edges = append(edges, Dependency{ContainerName: name, Condition: Start, Because: "links"})
	}
	for _, from := range def.VolumesFrom {
		edges = append(edges, Dependency{ContainerName: from.SourceContainer, Condition: Create, Because: "volumesFrom"})
	}
	return edges
}
