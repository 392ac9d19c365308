package event

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Statuses of tasks and containers.
const (
	Provisioning   = "PROVISIONING"
	Pending        = "PENDING"
	Activating     = "ACTIVATING"
	Running        = "RUNNING"
	Deactivating   = "DEACTIVATING"
	Stopping       = "STOPPING"
	Deprovisioning = "DEPROVISIONING"
	Stopped        = "STOPPED"

	Healthy   = "HEALTHY"
	Unhealthy = "UNHEALTHY"
	Unknown   = "UNKNOWN"
)

// Fold is the task after the given events. It is the zero Task where no event created one.
func Fold(events []Event) Task {
	var f Folder
	for _, e := range events {
		f.Add(e)
	}
	return f.Task()
}

// Folder folds events as they come. The zero value has seen none.
type Folder struct{ task Task }

// Task is the task so far, which further events do not change.
func (f *Folder) Task() Task {
	task := f.task
	task.Containers = slices.Clone(task.Containers)
	return task
}

// Add takes the next event.
func (f *Folder) Add(e Event) {
	t := &f.task
	if e.Kind == TaskCreated && e.Task != nil {
		*t = *e.Task
		t.Containers = slices.Clone(t.Containers)
		t.CreatedAt, t.ConnectivityAt = Timestamp{e.Time}, Timestamp{e.Time}
	}
	t.Version++
	at := Timestamp{e.Time}
	switch e.Kind {
	case TaskStatus:
		f.status(e.Status, at)
	case TaskStopping:
		t.DesiredStatus, t.StopCode, t.StoppedReason, t.StoppingAt = Stopped, e.StopCode, e.Reason, at
	case ImagePulling:
		if t.PullStartedAt.IsZero() {
			t.PullStartedAt = at
		}
	case ImagePulled, ImageLocal:
		t.PullStoppedAt = at
		if t.PullStartedAt.IsZero() {
			t.PullStartedAt = at
		}
	}
	if i := slices.IndexFunc(t.Containers, func(c Container) bool { return c.Name == e.Container }); i >= 0 && e.Container != "" {
		f.container(&t.Containers[i], e)
	}
}

func (f *Folder) status(status string, at Timestamp) {
	f.task.LastStatus = status
	switch status {
	case Running:
		f.task.StartedAt = at
	case Stopped:
		f.task.StoppedAt, f.task.DesiredStatus = at, Stopped
		if len(f.task.Attachments) > 0 {
			f.attachment(deleted)
		}
	}
}

func (f *Folder) container(c *Container, e Event) {
	if e.Runtime != nil {
		c.merge(*e.Runtime)
	}
	switch e.Kind {
	case ImagePulled:
		c.Pulled = true
	case ImageLocal:
		c.Pulled, c.Reason = true, e.Reason
	case ContainerStarted:
		c.LastStatus, c.Started = Running, true
		if c.Name == pauseName {
			f.attach(c.Runtime)
		}
	case ContainerRestarted:
		c.RestartCount++
	case ContainerProbe:
		if e.Probe != nil {
			c.Probes = append(c.Probes[max(0, len(c.Probes)-keptProbes+1):], *e.Probe)
		}
	case ContainerHealth:
		c.HealthStatus, c.HealthSince, c.LastProbe = e.Health, e.Time, e.Probe
		f.task.HealthStatus = f.health()
	case ContainerStopped:
		c.LastStatus, c.ExitCode, c.OOM, c.Killed = Stopped, e.ExitCode, e.OOM, e.Killed
		if e.Reason != "" {
			c.Reason = e.Reason
		}
		if c.Essential && !c.Internal && f.task.ExecutionStoppedAt.IsZero() {
			f.task.ExecutionStoppedAt = Timestamp{e.Time}
		}
	}
}

// keptProbes bounds a container's probes: the events have them all.
const keptProbes = 1000

// merge takes over what is newly known. The first start counts: a restart does not change StartedAt.
func (c *Container) merge(r Runtime) {
	started := c.Runtime.StartedAt
	c.Runtime = r
	if !started.IsZero() {
		c.Runtime.StartedAt = started
	}
	c.RuntimeID, c.ImageDigest = r.DockerID, r.ImageDigest
	c.NetworkBindings = c.NetworkBindings[:0:0]
	for _, p := range r.Ports {
		c.NetworkBindings = append(c.NetworkBindings, NetworkBinding{BindIP: p.HostIP, ContainerPort: p.ContainerPort, HostPort: p.HostPort, Protocol: p.Protocol})
	}
	if c.NetworkBindings == nil {
		c.NetworkBindings = []NetworkBinding{}
	}
}

// health is the task's: only essential containers count, and one of which nothing is known makes the task unknown (developer guide,
// "Determine Amazon ECS task health using container health checks").
func (f *Folder) health() string {
	worst := Healthy
	for _, c := range f.task.Containers {
		switch {
		case !c.Essential || c.Internal:
		case c.HealthStatus == Unhealthy:
			return Unhealthy
		case c.HealthStatus != Healthy:
			worst = Unknown
		}
	}
	return worst
}

// Container is the container of that name, nil where the task has none.
func (t *Task) Container(name string) *Container {
	i := slices.IndexFunc(t.Containers, func(c Container) bool { return c.Name == name })
	if i < 0 {
		return nil
	}
	return &t.Containers[i]
}

// Visible is the task as DescribeTasks shows it, without the containers that are not in the definition, and what only the fold needs.
func (t Task) Visible() Task {
	t = t.WithProbes()
	for i := range t.Containers {
		t.Containers[i].Probes = nil
	}
	return t
}

// WithProbes is the task as Visible shows it, with every run of its health checks.
func (t Task) WithProbes() Task {
	t.Containers = slices.DeleteFunc(slices.Clone(t.Containers), func(c Container) bool { return c.Internal })
	for i := range t.Containers {
		t.Containers[i].Essential, t.Containers[i].HasHealthCheck, t.Containers[i].Ports = false, false, nil
	}
	return t
}

// pauseName is the agent's name for the container that holds the network of an awsvpc task, and all its ports.
const pauseName = "~internal~ecs~pause"

// Published are the ports of a container, sorted, and where they are found.
func (t *Task) Published(container string) []Port {
	of := t.Container(container)
	if of == nil {
		return nil
	}
	var ports []Port
	for _, c := range t.Containers {
		for _, p := range c.Runtime.Ports {
			mapped := slices.Contains(of.Ports, fmt.Sprintf("%d/%s", p.ContainerPort, p.Protocol))
			if (c.Name == pauseName && mapped || c.Name == container) && !slices.Contains(ports, p) {
				ports = append(ports, p)
			}
		}
	}
	slices.SortFunc(ports, func(a, b Port) int {
		return cmp.Or(cmp.Compare(a.ContainerPort, b.ContainerPort), cmp.Compare(a.Protocol, b.Protocol))
	})
	return ports
}

// Elapsed is the time between the task's creation and its end, or an instant while it has none.
func (t *Task) Elapsed(now time.Time) time.Duration {
	if !t.StoppedAt.IsZero() {
		now = t.StoppedAt.Time
	}
	return now.Sub(t.CreatedAt.Time)
}
