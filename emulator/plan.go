package emulator

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"

	"github.com/ecslocal/ecslocal/emulator/config"
	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/emulator/plan"
	"github.com/ecslocal/ecslocal/emulator/selfimage"
	"github.com/ecslocal/ecslocal/emulator/state"
)

// Plan compiles the project for an engine. taken says which ports of this machine are in use; nil finds all free.
func (p *Project) Plan(engine plan.Engine, taken func(protocol string, port int) bool) (*plan.Plan, []diag.Finding) {
	o := &p.options
	return plan.Compile(p.Definition, plan.Options{
		TaskID: o.TaskID, LaunchType: o.LaunchType, Region: o.Region, Account: o.Account, Cluster: o.Cluster,
		Overrides: o.Overrides, Env: o.Env, Image: p.image, Secrets: p.values, EnvFiles: p.envFiles, Objects: p.objects,
		Folders: p.Config.Folders(), LogGroups: p.Config.LogGroups, Pull: o.Pull, Publish: o.Publish, PublishAddress: p.publishAddress(), EngineLogs: o.EngineLogs,
		PortTaken: taken, StateDir: p.taskDir(), RouteHere: !o.Strict, AgentImage: selfimage.Repository, Networks: o.Networks, Engine: engine,
	})
}

// image is what to run instead of a container's image: the options' word, then the configuration's.
func (p *Project) image(container, image string) string {
	if len(p.options.Images) > 0 {
		given := &config.Config{Images: p.options.Images}
		if instead := given.Image(container, image); instead != image {
			return instead
		}
	}
	if instead := p.Config.Image(container, image); instead != image {
		return instead
	}
	return ""
}

// created is the task as DescribeTasks shows it before anything has happened.
func created(p *plan.Plan, overrides any) event.Task {
	t := &p.Task
	task := event.Task{
		TaskARN: t.ARN, ClusterARN: arn(t, "cluster/"+t.Cluster), TaskDefinitionARN: arn(t, fmt.Sprintf("task-definition/%s:%d", t.Family, t.Revision)),
		Attachments: []event.Attachment{}, Attributes: []event.Attribute{}, AvailabilityZone: t.Region + "a", Connectivity: "CONNECTED",
		Group: "family:" + t.Family, LaunchType: t.LaunchType, LastStatus: event.Provisioning, DesiredStatus: event.Running, HealthStatus: event.Unknown,
		EnableExecute: true, Overrides: overrides, Tags: []event.Tag{}, StartedBy: "ecslocal", Containers: []event.Container{},
	}
	if p.Container(plan.PauseName) != nil {
		task.Attachments = []event.Attachment{event.NewInterface(func(kind string) string { return plan.Identifier(t.ID, kind) })}
	}
	if t.CPU > 0 {
		task.CPU = fmt.Sprint(int(t.CPU * 1024))
	}
	if t.Memory > 0 {
		task.Memory = fmt.Sprint(t.Memory)
	}
	if t.LaunchType == "FARGATE" {
		task.PlatformVersion, task.PlatformFamily = "1.4.0", "Linux"
	}
	if t.EphemeralStorage > 0 {
		task.EphemeralStorage = &event.Storage{SizeInGiB: t.EphemeralStorage}
	}
	for _, key := range slices.Sorted(maps.Keys(t.Tags)) {
		task.Tags = append(task.Tags, event.Tag{Key: key, Value: t.Tags[key]})
	}
	for i := range p.Containers {
		task.Containers = append(task.Containers, createdContainer(p, &p.Containers[i]))
	}
	return task
}

func createdContainer(p *plan.Plan, c *plan.Container) event.Container {
	container := event.Container{
		ContainerARN: containerARN(&p.Task, c.Name), TaskARN: p.Task.ARN, Name: c.Name, Image: c.Config.Image, LastStatus: event.Pending,
		NetworkBindings: []event.NetworkBinding{}, NetworkInterfaces: []event.NetworkInterface{}, HealthStatus: event.Unknown, CPU: fmt.Sprint(c.CPU),
		Essential: c.Essential, Internal: c.Internal(), HasHealthCheck: c.ReportsHealth, Ports: c.Ports,
	}
	if c.Memory > 0 {
		container.Memory = fmt.Sprint(c.Memory)
	}
	if c.HostConfig.MemoryReservation > 0 {
		container.MemoryReservation = fmt.Sprint(c.HostConfig.MemoryReservation >> 20)
	}
	return container
}

func arn(t *plan.Task, resource string) string {
	end := len(t.ARN) - len("task/"+t.Cluster+"/"+t.ID)
	return t.ARN[:end] + resource
}

// containerARN is …:container/<cluster>/<task id>/<uuid>, the last part made from the container's name.
func containerARN(t *plan.Task, name string) string {
	return arn(t, "container/"+t.Cluster+"/"+t.ID+"/"+plan.Identifier(t.ID, "container", name))
}

// taskDir is the task's folder, as the engine's machine sees it; empty where this machine has no place for it.
func (p *Project) taskDir() string {
	dir, err := state.Locate(p.options.StateDir)
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "tasks", p.options.TaskID)
}
