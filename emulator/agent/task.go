package agent

import (
	"context"
	"net/netip"
	"slices"
	"time"
)

// Tasks tells how the task stands.
type Tasks interface {
	// Task is a snapshot that the caller may keep; it must not change afterwards.
	Task(ctx context.Context) (TaskState, error)
}

// The network modes of a task definition. The empty string is Bridge on Linux.
const (
	Bridge = "bridge"
	Host   = "host"
	AWSVPC = "awsvpc"
	None   = "none"
)

// TaskState is a task at one moment, in the words of the agent. Times that are zero are not shown.
type TaskState struct {
	// Cluster is shown as it is: the short name on EC2, the ARN on Fargate.
	Cluster  string
	ARN      string
	Family   string
	Revision string
	// DesiredStatus and KnownStatus are the agent's own words: NONE, MANIFEST_PULLED, PULLED, CREATED, RUNNING,
	// RESOURCES_PROVISIONED, STOPPED.
	DesiredStatus, KnownStatus string
	// NetworkMode is Bridge, Host, AWSVPC, None or empty.
	NetworkMode string
	// LaunchType is EC2, FARGATE or EXTERNAL.
	LaunchType                           string
	AvailabilityZone, AvailabilityZoneID string
	VPCID                                string
	ServiceName                          string
	// CPU in vCPU and Memory in MiB are the task's limits; zero is no limit.
	CPU    float64
	Memory int64

	PullStartedAt, PullStoppedAt, ExecutionStoppedAt time.Time

	// Tags and InstanceTags are shown by taskWithTags only.
	Tags, InstanceTags map[string]string
	// FaultInjection is the definition's enableFaultInjection.
	FaultInjection bool
	// EphemeralStorage is shown on Fargate only; nil elsewhere.
	EphemeralStorage *EphemeralStorage
	// Interface is the task's network interface; nil unless NetworkMode is AWSVPC.
	Interface *Interface
	// Callers are the addresses from which requests of an AWSVPC task come; v2 metadata and statistics know the task by them.
	Callers      []netip.Addr
	Containers   []Container
	Associations []Association
}

// EphemeralStorage is the storage of a Fargate task, in MiB.
type EphemeralStorage struct {
	Utilized int64 `json:"Utilized"`
	Reserved int64 `json:"Reserved"`
}

// Interface is the elastic network interface of an awsvpc task.
type Interface struct {
	IPv4, IPv6             []string
	MAC                    string
	IPv4Subnet, IPv6Subnet string // as 10.0.0.0/24
	DNSServers             []string
	DNSSearch              []string
	PrivateDNSName         string
	// IPv4Gateway has the subnet's prefix length, as 10.0.0.1/24. IPv6Gateway is shown for IPv6-only interfaces.
	IPv4Gateway, IPv6Gateway string
}

// The types of containers. NORMAL containers are those of the task definition.
const (
	Normal         = "NORMAL"
	CNIPause       = "CNI_PAUSE"
	NamespacePause = "NAMESPACE_PAUSE"
)

// Container is a container of a task at one moment.
type Container struct {
	// EndpointID is the id in the container's ECS_CONTAINER_METADATA_URI, ECS_CONTAINER_METADATA_URI_V4 and ECS_AGENT_URI.
	EndpointID string
	// DockerID is empty until the engine created the container. Until then nothing of it is known, except that
	// a container whose KnownStatus is PULLED is listed by v4's /task.
	DockerID, DockerName string
	// Name is the one of the container definition.
	Name           string
	Image, ImageID string
	// ARN is shown by v4.
	ARN string
	// Type is Normal, CNIPause or NamespacePause; empty is Normal.
	Type string
	// Labels are the dockerLabels and the agent's com.amazonaws.ecs ones, without those of ecslocal.
	Labels map[string]string
	// CPU in shares and Memory in MiB as in the container definition; CPU below 2 is shown as 2, which is what the engine gets.
	CPU, Memory                      int64
	DesiredStatus, KnownStatus       string
	ExitCode                         *int
	CreatedAt, StartedAt, FinishedAt time.Time
	Ports                            []Port
	// Networks are those of a container outside awsvpc; none is shown as one of the task's mode without an address.
	Networks []Network
	Volumes  []Volume
	// Health is nil for a container whose definition has no health check, whatever its image has.
	Health *Health
	// LogDriver and LogOptions as the agent got them: awslogs with its stream, awsfirelens with its own options. Shown by v4.
	LogDriver  string
	LogOptions map[string]string
	// RestartCount is nil without a restart policy. Shown by v4.
	RestartCount *int
	// Snapshotter is shown on Fargate only.
	Snapshotter string
}

// Port is a port of a container as the engine published it. In awsvpc the host port shown is the container port.
type Port struct {
	ContainerPort, HostPort uint16
	Protocol                string // tcp or udp
	HostIP                  string // shown by v4
}

// Network is a network of a container outside awsvpc. Mode is the engine's name of the network as ECS would have it, such as bridge.
type Network struct {
	Mode string
	// IPv4 may be empty: host mode has a network without an address. IPv6 is shown by v4.
	IPv4, IPv6 string
}

// Volume is a mount as the engine reports it. Name is empty for a bind mount.
type Volume struct{ Name, Source, Destination string }

// Health is the state of a container's health check.
type Health struct {
	Status   string // UNKNOWN, HEALTHY or UNHEALTHY
	Since    time.Time
	ExitCode int
	Output   string // the agent cuts it at 1024 bytes
}

// Association is a device of a container, such as Type "gpu".
type Association struct {
	Type, Name string
	Containers []string // names
	Value      string   // JSON
}

// container finds a created container by its endpoint id. As in the agent, one that is not created yet is not known.
func (t *TaskState) container(endpointID string) (*Container, bool) {
	i := slices.IndexFunc(t.Containers, func(c Container) bool { return c.DockerID != "" && c.EndpointID == endpointID })
	if i < 0 {
		return nil, false
	}
	return &t.Containers[i], true
}

// byDockerID finds a container by its full engine id.
func (t *TaskState) byDockerID(id string) (*Container, bool) {
	i := slices.IndexFunc(t.Containers, func(c Container) bool { return c.DockerID != "" && c.DockerID == id })
	if i < 0 {
		return nil, false
	}
	return &t.Containers[i], true
}

// isCaller says whether a request from addr is one of this task, as far as v2 can tell: by address, and in awsvpc only.
func (t *TaskState) isCaller(addr netip.Addr) bool {
	return t.NetworkMode == AWSVPC && slices.Contains(t.Callers, addr.Unmap())
}

// mode is the network mode with its default.
func (t *TaskState) mode() string {
	if t.NetworkMode == "" {
		return Bridge
	}
	return t.NetworkMode
}
