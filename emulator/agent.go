package emulator

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"strconv"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/agent"
	"github.com/ecslocal/ecslocal/emulator/agent/awsprofile"
	"github.com/ecslocal/ecslocal/emulator/agent/relay"
	"github.com/ecslocal/ecslocal/emulator/config"
	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/emulator/plan"
	"github.com/ecslocal/ecslocal/emulator/runner"
	"github.com/ecslocal/ecslocal/logs/cloudwatch"
)

// taskAgent is what the task finds at 169.254.170.2: it shows the agent's endpoints how the run stands.
type taskAgent struct {
	task    *Task
	stats   *agent.StatsWatch
	handler *agent.Agent
	routed  routed
}

func newTaskAgent(t *Task) *taskAgent {
	a := &taskAgent{task: t, stats: &agent.StatsWatch{Engine: t.engine}, routed: routed{task: t}}
	p := &t.Plan.Task
	a.handler = &agent.Agent{Tasks: a, Stats: a.stats, Standalone: true, Fallback: t.CloudWatchLogs()}
	if p.TaskRoleARN != "" {
		a.handler.TaskRole = agent.Role{ID: p.CredentialsID, ARN: p.TaskRoleARN, Source: credentials(t.project, p)}
	}
	if p.ExecutionRoleARN != "" {
		a.handler.ExecutionRole = agent.Role{ID: plan.Identifier(p.ID, "credentials", "execution"), ARN: p.ExecutionRoleARN, Source: credentials(t.project, p)}
	}
	return a
}

// credentials are what the task gets for its roles, as ecslocal.yaml says.
func credentials(p *Project, t *plan.Task) agent.CredentialsSource {
	switch c := p.Config.Credentials; {
	case c.Profile != "":
		return &awsprofile.Source{Profile: c.Profile, Region: t.Region, AssumeRole: c.AssumeRole, SessionName: t.ID}
	case c.Mode == config.Env:
		return agent.Environment{}
	}
	return &agent.Stub{}
}

// serve answers what comes out of the agent container.
func (a *taskAgent) serve(ctx context.Context, attachment runner.Attachment, ready func()) error {
	return relay.Serve(ctx, attachment.Stdout, attachment.Stdin, a, ready)
}

// ServeHTTP answers requests to the agent, and takes what the log router forwards.
func (a *taskAgent) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == relay.MethodStream {
		a.routed.ServeHTTP(w, r)
		return
	}
	a.handler.ServeHTTP(w, r)
}

func (a *taskAgent) close() {
	a.stats.Close()
	a.routed.close()
}

// CloudWatchLogs answers the CloudWatch Logs API from the log store; the task's containers reach it at the agent's address.
func (t *Task) CloudWatchLogs() http.Handler {
	return &cloudwatch.Handler{Store: hidingStore{t.logs, t}, Region: t.Plan.Task.Region, Account: t.Plan.Task.Account}
}

// Requests are the latest requests of the task's containers to the agent's endpoints.
func (t *Task) Requests() []agent.Request { return t.agent.handler.Requests() }

// Task is the run in the agent's words.
func (a *taskAgent) Task(context.Context) (agent.TaskState, error) {
	snapshot, _ := a.task.live.task()
	p := &a.task.Plan.Task
	s := agent.TaskState{
		Cluster: p.Cluster, ARN: p.ARN, Family: p.Family, Revision: strconv.Itoa(p.Revision), NetworkMode: p.NetworkMode, LaunchType: p.LaunchType,
		DesiredStatus: snapshot.DesiredStatus, KnownStatus: knownTaskStatus(snapshot), AvailabilityZone: p.Region + "a",
		CPU: p.CPU, Memory: int64(p.Memory), Tags: p.Tags, FaultInjection: p.FaultInjection,
		PullStartedAt: snapshot.PullStartedAt.Time, PullStoppedAt: snapshot.PullStoppedAt.Time, ExecutionStoppedAt: snapshot.ExecutionStoppedAt.Time,
	}
	if p.LaunchType == "FARGATE" {
		s.Cluster = snapshot.ClusterARN
		s.EphemeralStorage = &agent.EphemeralStorage{Reserved: int64(max(p.EphemeralStorage, 20)) * 1024}
	}
	for i := range snapshot.Containers {
		c := &snapshot.Containers[i]
		planned := a.task.Plan.Container(c.Name)
		if planned == nil || planned.Type == plan.Agent {
			continue
		}
		s.Containers = append(s.Containers, a.container(c, planned, snapshot.DesiredStatus))
		if planned.Type == plan.Pause {
			s.Interface, s.Callers = networkInterface(c.Runtime, p.Region)
		}
	}
	return s, nil
}

// knownTaskStatus is the agent's own word for what DescribeTasks calls lastStatus.
func knownTaskStatus(t event.Task) string {
	switch t.LastStatus {
	case event.Provisioning:
		return "NONE"
	case event.Pending, event.Activating:
		return "CREATED"
	case event.Stopped, event.Deprovisioning:
		return event.Stopped
	}
	return event.Running
}

func (a *taskAgent) container(c *event.Container, planned *plan.Container, desired string) agent.Container {
	r := &c.Runtime
	s := agent.Container{
		EndpointID: planned.EndpointID, DockerID: r.DockerID, DockerName: planned.DockerName, Name: c.Name, Image: planned.Config.Image, ImageID: r.ImageID,
		ARN: c.ContainerARN, Type: planned.Type, Labels: ecsLabels(planned.Config.Labels), CPU: int64(planned.CPU), Memory: int64(planned.Memory),
		DesiredStatus: desired, KnownStatus: knownStatus(c, planned), ExitCode: c.ExitCode,
		CreatedAt: r.CreatedAt, StartedAt: r.StartedAt, FinishedAt: r.FinishedAt,
		LogDriver: planned.Log.Driver, LogOptions: logOptions(planned.Log),
	}
	if planned.RestartPolicy != nil {
		count := c.RestartCount
		s.RestartCount = &count
	}
	if planned.ReportsHealth {
		s.Health = health(c)
	}
	for _, port := range r.Ports {
		s.Ports = append(s.Ports, agent.Port{ContainerPort: uint16(port.ContainerPort), HostPort: uint16(port.HostPort), Protocol: port.Protocol, HostIP: port.HostIP})
	}
	for _, m := range r.Mounts {
		s.Volumes = append(s.Volumes, agent.Volume{Name: m.Name, Source: m.Source, Destination: m.Destination})
	}
	if mode := a.task.Plan.Task.NetworkMode; mode != agent.AWSVPC {
		s.Networks = []agent.Network{{Mode: mode, IPv4: r.Address}}
	}
	return s
}

func knownStatus(c *event.Container, planned *plan.Container) string {
	switch {
	case c.LastStatus == event.Running && planned.Type != plan.Normal:
		return "RESOURCES_PROVISIONED"
	case c.LastStatus != event.Pending:
		return c.LastStatus
	case c.Runtime.DockerID != "":
		return "CREATED"
	case c.Pulled:
		return "PULLED"
	}
	return "NONE"
}

// ecsLabels are a container's labels without ours.
func ecsLabels(labels map[string]string) map[string]string {
	kept := map[string]string{}
	for name, value := range labels {
		if !strings.HasPrefix(name, "dev.ecslocal.") {
			kept[name] = value
		}
	}
	return kept
}

// logOptions are as the control plane sends them: awslogs' prefix has become the stream's name.
func logOptions(l plan.Log) map[string]string {
	if l.Driver == "" {
		return nil
	}
	options := map[string]string{}
	for name, value := range l.Options {
		if name != "awslogs-stream-prefix" {
			options[name] = value
		}
	}
	if l.Shipped && l.Stream != "" {
		options["awslogs-stream"] = l.Stream
	}
	return options
}

func health(c *event.Container) *agent.Health {
	h := &agent.Health{Status: c.HealthStatus, Since: c.HealthSince}
	if c.LastProbe != nil {
		h.Output = c.LastProbe.Output
		if c.HealthStatus == event.Unhealthy { // the agent keeps the exit code of failures only
			h.ExitCode = c.LastProbe.ExitCode
		}
	}
	return h
}

// networkInterface is the pause container's address as if it were that of an elastic network interface.
func networkInterface(r event.Runtime, region string) (*agent.Interface, []netip.Addr) {
	address, err := netip.ParseAddr(r.Address)
	if err != nil {
		return nil, nil
	}
	i := &agent.Interface{
		IPv4: []string{r.Address}, MAC: r.MAC, DNSServers: []string{"127.0.0.11"},
		IPv4Subnet:     netip.PrefixFrom(address, r.PrefixLength).Masked().String(),
		IPv4Gateway:    fmt.Sprintf("%s/%d", r.Gateway, r.PrefixLength),
		PrivateDNSName: event.PrivateDNSName(region, r.Address),
	}
	return i, []netip.Addr{address, netip.MustParseAddr(plan.PauseAddress)}
}
