package event

import (
	"strings"
	"time"
)

// Task is a task as DescribeTasks shows it (ECS API 2014-11-13), with what else belongs to it under names of its own.
type Task struct {
	TaskARN           string       `json:"taskArn"`
	ClusterARN        string       `json:"clusterArn"`
	TaskDefinitionARN string       `json:"taskDefinitionArn"`
	Attachments       []Attachment `json:"attachments"`
	Attributes        []Attribute  `json:"attributes"`
	AvailabilityZone  string       `json:"availabilityZone,omitempty"`
	Connectivity      string       `json:"connectivity"`
	Containers        []Container  `json:"containers"`
	CPU               string       `json:"cpu,omitempty"`
	Memory            string       `json:"memory,omitempty"`
	Group             string       `json:"group"`
	LaunchType        string       `json:"launchType"`
	PlatformVersion   string       `json:"platformVersion,omitempty"`
	PlatformFamily    string       `json:"platformFamily,omitempty"`
	LastStatus        string       `json:"lastStatus"`
	DesiredStatus     string       `json:"desiredStatus"`
	HealthStatus      string       `json:"healthStatus"`
	StopCode          string       `json:"stopCode,omitempty"`
	StoppedReason     string       `json:"stoppedReason,omitempty"`
	EnableExecute     bool         `json:"enableExecuteCommand"`
	Overrides         any          `json:"overrides"`
	Tags              []Tag        `json:"tags"`
	StartedBy         string       `json:"startedBy,omitempty"`
	Version           int          `json:"version"`
	EphemeralStorage  *Storage     `json:"ephemeralStorage,omitempty"`

	CreatedAt          Timestamp `json:"createdAt,omitzero"`
	ConnectivityAt     Timestamp `json:"connectivityAt,omitzero"`
	PullStartedAt      Timestamp `json:"pullStartedAt,omitzero"`
	PullStoppedAt      Timestamp `json:"pullStoppedAt,omitzero"`
	StartedAt          Timestamp `json:"startedAt,omitzero"`
	StoppingAt         Timestamp `json:"stoppingAt,omitzero"`
	ExecutionStoppedAt Timestamp `json:"executionStoppedAt,omitzero"`
	StoppedAt          Timestamp `json:"stoppedAt,omitzero"`
}

// ID is the last part of the task's ARN.
func (t *Task) ID() string { return t.TaskARN[strings.LastIndexByte(t.TaskARN, '/')+1:] }

// Container is a container as DescribeTasks shows it.
type Container struct {
	ContainerARN      string             `json:"containerArn"`
	TaskARN           string             `json:"taskArn"`
	Name              string             `json:"name"`
	Image             string             `json:"image"`
	ImageDigest       string             `json:"imageDigest,omitempty"`
	RuntimeID         string             `json:"runtimeId,omitempty"`
	LastStatus        string             `json:"lastStatus"`
	ExitCode          *int               `json:"exitCode,omitempty"`
	Reason            string             `json:"reason,omitempty"`
	NetworkBindings   []NetworkBinding   `json:"networkBindings"`
	NetworkInterfaces []NetworkInterface `json:"networkInterfaces"`
	HealthStatus      string             `json:"healthStatus"`
	CPU               string             `json:"cpu"`
	Memory            string             `json:"memory,omitempty"`
	MemoryReservation string             `json:"memoryReservation,omitempty"`

	// Essential, Internal (not in the definition) and HasHealthCheck are the definition's.
	Essential      bool `json:"essential,omitempty"`
	Internal       bool `json:"internal,omitempty"`
	HasHealthCheck bool `json:"hasHealthCheck,omitempty"`

	// Probes are the runs of the health check, the last thousand; only where they are asked for.
	Probes []Probe `json:"probes,omitempty"`
	// Ports are those of its portMappings, such as 8080/tcp.
	Ports []string `json:"ports,omitempty"`

	// What the fold keeps besides DescribeTasks' answer.
	RestartCount int       `json:"-"`
	HealthSince  time.Time `json:"-"`
	LastProbe    *Probe    `json:"-"`
	Runtime      Runtime   `json:"-"`
	OOM, Killed  bool      `json:"-"`
	Pulled       bool      `json:"-"`
	Started      bool      `json:"-"`
}

type KeyValuePair struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type Attribute struct {
	Name  string `json:"name"`
	Value string `json:"value,omitempty"`
}

type Tag struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// Storage is in GiB.
type Storage struct {
	SizeInGiB int `json:"sizeInGiB"`
}

// NetworkBinding is a published port of a container in bridge mode.
type NetworkBinding struct {
	BindIP        string `json:"bindIP"`
	ContainerPort int    `json:"containerPort"`
	HostPort      int    `json:"hostPort"`
	Protocol      string `json:"protocol"`
}

// NetworkInterface is the address of a container of an awsvpc task.
type NetworkInterface struct {
	AttachmentID       string `json:"attachmentId"`
	PrivateIPv4Address string `json:"privateIpv4Address,omitempty"`
}

// Timestamp prints as the AWS CLI prints times: 2026-11-27T04:05:06.789000+00:00.
type Timestamp struct{ time.Time }

const timestampLayout = "2006-01-02T15:04:05.000000-07:00"

func (t Timestamp) MarshalJSON() ([]byte, error) {
	return []byte(`"` + t.UTC().Format(timestampLayout) + `"`), nil
}

func (t *Timestamp) UnmarshalJSON(data []byte) error {
	parsed, err := time.Parse(timestampLayout, strings.Trim(string(data), `"`))
	t.Time = parsed
	return err
}

// Description is the answer of DescribeTasks.
type Description struct {
	Tasks    []Task    `json:"tasks"`
	Failures []Failure `json:"failures"`
}

// Failure is a task that could not be described.
type Failure struct {
	ARN    string `json:"arn"`
	Reason string `json:"reason"`
}
