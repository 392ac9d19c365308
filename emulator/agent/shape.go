package agent

import "time"

// The shapes of metadata answers. Field names, their order and what is left out when empty are the agent's
// (ecs-agent/tmds/handlers/v2/response.go, v4/state/response.go); v2 and v3 leave empty what only v4 has.

type taskShape struct {
	Cluster               string
	TaskARN               string
	Family                string
	Revision              string
	DesiredStatus         string `json:",omitempty"`
	KnownStatus           string
	Limits                *limitsShape      `json:",omitempty"`
	PullStartedAt         *time.Time        `json:",omitempty"`
	PullStoppedAt         *time.Time        `json:",omitempty"`
	ExecutionStoppedAt    *time.Time        `json:",omitempty"`
	AvailabilityZone      string            `json:",omitempty"`
	TaskTags              map[string]string `json:",omitempty"`
	ContainerInstanceTags map[string]string `json:",omitempty"`
	LaunchType            string            `json:",omitempty"`
	Containers            []containerShape  `json:",omitempty"`

	// v4 only
	VPCID                   string            `json:",omitempty"`
	ServiceName             string            `json:",omitempty"`
	EphemeralStorageMetrics *EphemeralStorage `json:",omitempty"`
	FaultInjectionEnabled   *bool             `json:",omitempty"`
	AvailabilityZoneID      string            `json:",omitempty"`
}

type containerShape struct {
	DockerID      string `json:"DockerId"`
	Name          string
	DockerName    string
	Image         string
	ImageID       string
	Ports         []portShape       `json:",omitempty"`
	Labels        map[string]string `json:",omitempty"`
	DesiredStatus string
	KnownStatus   string
	ExitCode      *int `json:",omitempty"`
	Limits        limitsShape
	CreatedAt     *time.Time `json:",omitempty"`
	StartedAt     *time.Time `json:",omitempty"`
	FinishedAt    *time.Time `json:",omitempty"`
	Type          string
	Health        *healthShape  `json:",omitempty"`
	Volumes       []volumeShape `json:",omitempty"`

	// v4 only
	LogDriver    string            `json:",omitempty"`
	LogOptions   map[string]string `json:",omitempty"`
	ContainerARN string            `json:",omitempty"`
	Networks     []networkShape    `json:",omitempty"` // v4 has more of each
	Snapshotter  string            `json:",omitempty"`
	RestartCount *int              `json:",omitempty"`
}

// limitsShape has CPU in vCPU for a task and in shares for a container, and memory in MiB.
type limitsShape struct {
	CPU    *float64 `json:",omitempty"`
	Memory *int64   `json:",omitempty"`
}

type portShape struct {
	ContainerPort uint16 `json:",omitempty"`
	Protocol      string `json:",omitempty"`
	HostPort      uint16 `json:",omitempty"`
	HostIP        string `json:"HostIp,omitempty"`
}

// healthShape is the only one in lower case.
type healthShape struct {
	Status   string     `json:"status,omitempty"`
	Since    *time.Time `json:"statusSince,omitempty"`
	ExitCode int        `json:"exitCode,omitempty"`
	Output   string     `json:"output,omitempty"`
}

type volumeShape struct {
	DockerName  string `json:",omitempty"`
	Source      string `json:",omitempty"`
	Destination string `json:",omitempty"`
}

type networkShape struct {
	NetworkMode   string   `json:",omitempty"`
	IPv4Addresses []string `json:",omitempty"`
	IPv6Addresses []string `json:",omitempty"`
	*interfaceShape
}

// interfaceShape is what v4 adds to the network of an awsvpc task.
type interfaceShape struct {
	AttachmentIndex          int
	MACAddress               string   `json:",omitempty"`
	IPv4SubnetCIDRBlock      string   `json:",omitempty"`
	IPv6SubnetCIDRBlock      string   `json:",omitempty"`
	DomainNameServers        []string `json:",omitempty"`
	DomainNameSearchList     []string `json:",omitempty"`
	PrivateDNSName           string   `json:",omitempty"`
	SubnetGatewayIPv4Address string   `json:"SubnetGatewayIpv4Address,omitempty"`
	SubnetGatewayIPv6Address string   `json:"SubnetGatewayIpv6Address,omitempty"`
}

// v4Shape is a task with everything that v4 shows.
func (t *TaskState) v4Shape(withTags bool) taskShape {
	s := t.shape(withTags)
	s.LaunchType, s.VPCID, s.ServiceName = t.LaunchType, t.VPCID, t.ServiceName
	s.AvailabilityZoneID, s.EphemeralStorageMetrics, s.FaultInjectionEnabled = t.AvailabilityZoneID, t.EphemeralStorage, &t.FaultInjection
	for i := range t.Containers {
		switch c := &t.Containers[i]; {
		case c.DockerID != "":
			s.Containers = append(s.Containers, t.containerV4(c))
		case c.KnownStatus == "PULLED":
			pulled := t.containerV4(c)
			pulled.Networks = nil
			s.Containers = append(s.Containers, pulled)
		}
	}
	return s
}

// v3Shape is a task as v2 and v3 show it.
func (t *TaskState) v3Shape(withTags bool) taskShape {
	s := t.shape(withTags)
	for i := range t.Containers {
		if c := &t.Containers[i]; c.DockerID != "" {
			s.Containers = append(s.Containers, t.containerV3(c))
		}
	}
	return s
}

func (t *TaskState) shape(withTags bool) taskShape {
	s := taskShape{
		Cluster: t.Cluster, TaskARN: t.ARN, Family: t.Family, Revision: t.Revision,
		DesiredStatus: t.DesiredStatus, KnownStatus: t.KnownStatus, AvailabilityZone: t.AvailabilityZone,
		PullStartedAt: shown(t.PullStartedAt), PullStoppedAt: shown(t.PullStoppedAt), ExecutionStoppedAt: shown(t.ExecutionStoppedAt),
	}
	if t.CPU != 0 || t.Memory != 0 {
		s.Limits = &limitsShape{CPU: nonZero(t.CPU), Memory: nonZero(t.Memory)}
	}
	if withTags {
		s.TaskTags, s.ContainerInstanceTags = t.Tags, t.InstanceTags
	}
	return s
}

// containerV4 is a container with everything that v4 shows.
func (t *TaskState) containerV4(c *Container) containerShape {
	s := t.containerV3(c)
	s.LogDriver, s.LogOptions, s.ContainerARN = c.LogDriver, c.LogOptions, c.ARN
	s.Snapshotter, s.RestartCount = c.Snapshotter, c.RestartCount
	s.Networks = t.networks(c, true)
	for i := range s.Ports {
		s.Ports[i].HostIP = c.Ports[i].HostIP
	}
	return s
}

// minimumCPU are the shares that the agent gives a container which asks for less.
const minimumCPU = 2

// containerV3 is a container as v2 and v3 show it.
func (t *TaskState) containerV3(c *Container) containerShape {
	cpu, memory := float64(max(c.CPU, minimumCPU)), c.Memory
	s := containerShape{
		DockerID: c.DockerID, Name: c.Name, DockerName: c.DockerName, Image: c.Image, ImageID: c.ImageID,
		Labels: c.Labels, DesiredStatus: c.DesiredStatus, KnownStatus: c.KnownStatus, ExitCode: c.ExitCode,
		Limits: limitsShape{CPU: &cpu, Memory: &memory}, Type: c.Type,
		CreatedAt: shown(c.CreatedAt), StartedAt: shown(c.StartedAt), FinishedAt: shown(c.FinishedAt),
		Networks: t.networks(c, false),
	}
	if s.Type == "" {
		s.Type = Normal
	}
	if h := c.Health; h != nil {
		s.Health = &healthShape{Status: h.Status, Since: shown(h.Since), ExitCode: h.ExitCode, Output: h.Output}
		if h.Status == "UNKNOWN" {
			s.Health.Status = ""
		}
	}
	for _, p := range c.Ports {
		if t.NetworkMode == AWSVPC {
			p.HostPort = p.ContainerPort
		}
		s.Ports = append(s.Ports, portShape{ContainerPort: p.ContainerPort, Protocol: p.Protocol, HostPort: p.HostPort})
	}
	for _, v := range c.Volumes {
		s.Volumes = append(s.Volumes, volumeShape{DockerName: v.Name, Source: v.Source, Destination: v.Destination})
	}
	return s
}

// networks are the task's interface in awsvpc and the container's own networks elsewhere.
func (t *TaskState) networks(c *Container, v4 bool) []networkShape {
	if t.NetworkMode == AWSVPC {
		return t.Interface.networks(v4)
	}
	networks := c.Networks
	if len(networks) == 0 {
		networks = []Network{{Mode: t.mode()}}
	}
	var shapes []networkShape
	for _, n := range networks {
		s := networkShape{NetworkMode: n.Mode, IPv4Addresses: []string{n.IPv4}}
		if v4 && n.IPv6 != "" {
			s.IPv6Addresses = []string{n.IPv6}
		}
		shapes = append(shapes, s)
	}
	return shapes
}

func (i *Interface) networks(v4 bool) []networkShape {
	if i == nil {
		return nil
	}
	s := networkShape{NetworkMode: AWSVPC, IPv4Addresses: i.IPv4, IPv6Addresses: i.IPv6}
	if v4 {
		s.interfaceShape = &interfaceShape{
			MACAddress: i.MAC, IPv4SubnetCIDRBlock: i.IPv4Subnet, IPv6SubnetCIDRBlock: i.IPv6Subnet,
			DomainNameServers: i.DNSServers, DomainNameSearchList: i.DNSSearch, PrivateDNSName: i.PrivateDNSName,
			SubnetGatewayIPv4Address: i.IPv4Gateway,
		}
		if len(i.IPv4) == 0 {
			s.SubnetGatewayIPv6Address = i.IPv6Gateway
		}
	}
	return []networkShape{s}
}

// shown is a time as metadata shows it: in UTC, left out if zero.
func shown(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

func nonZero[T int64 | float64](v T) *T {
	if v == 0 {
		return nil
	}
	return &v
}
