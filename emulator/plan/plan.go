// Package plan decides everything about a task before anything is done: it compiles a definition and options into a complete
// description of the Docker objects to make, which can be printed, compared and tested.
//
// It is pure: no clock, no random numbers, no files, no engine. What it must know of the world comes in Options. It stands between
// taskdef and runner, and imports taskdef, diag and the specifications of healthcheck, secrets and logs.
//
// Containers, environment, labels and names follow amazon-ecs-agent 1.105.1; where this machine must differ from ECS, the
// difference stands in differences.go, and what a definition loses by it is a Note.
package plan

import "encoding/json"

// Plan is all that will exist on the engine for one task.
type Plan struct {
	Task       Task        `json:"task"`
	Network    *Network    `json:"network"`
	Volumes    []Volume    `json:"volumes"`
	Containers []Container `json:"containers"`
	// Files are written into the task's state directory before the containers that mount them start.
	Files []File `json:"files,omitempty"`
	// Cgroup is the task's own control group, nil where the engine cannot have one.
	Cgroup *Cgroup `json:"cgroup,omitempty"`
	Notes  []Note  `json:"notes"`
}

// Container is the planned container of that name, nil where there is none.
func (p *Plan) Container(name string) *Container {
	for i := range p.Containers {
		if p.Containers[i].Name == name {
			return &p.Containers[i]
		}
	}
	return nil
}

// Task is what the task is called and where it pretends to be.
type Task struct {
	ID          string `json:"id"` // 32 hex digits
	ARN         string `json:"arn"`
	Family      string `json:"family"`
	Revision    int    `json:"revision"`
	Cluster     string `json:"cluster"`
	Region      string `json:"region"`
	Account     string `json:"account"`
	LaunchType  string `json:"launchType"`
	NetworkMode string `json:"networkMode"`
	// CPU is in vCPU, 0 where the task sets none; Memory is in MiB.
	CPU              float64           `json:"cpu,omitempty"`
	Memory           int               `json:"memory,omitempty"`
	TaskRoleARN      string            `json:"taskRoleArn,omitempty"`
	ExecutionRoleARN string            `json:"executionRoleArn,omitempty"`
	CredentialsID    string            `json:"credentialsId,omitempty"` // of the task role, in the path of the credentials endpoint
	Tags             map[string]string `json:"tags,omitempty"`
	// EphemeralStorage is in GiB, 0 where the task sets none.
	EphemeralStorage int    `json:"ephemeralStorage,omitempty"`
	Platform         string `json:"platform,omitempty"` // such as linux/arm64; empty takes the engine's
	FaultInjection   bool   `json:"faultInjection,omitempty"`
}

// Container types as the task metadata endpoint calls them; Agent is ours.
const (
	Normal         = "NORMAL"
	Pause          = "CNI_PAUSE"
	NamespacePause = "NAMESPACE_PAUSE"
	Agent          = "AGENT"
)

// Names of the containers that are not in a definition. The first two are the agent's.
const (
	PauseName          = "~internal~ecs~pause"
	NamespacePauseName = "~internal~ecs~pause~namespace"
	AgentName          = "~internal~ecslocal~agent"
)

// Container is one container: Docker's create request and how ECS treats it. Times are in seconds.
type Container struct {
	Name       string `json:"name"`
	DockerName string `json:"dockerName"`
	Type       string `json:"type"`
	Essential  bool   `json:"essential"`

	Config           Config           `json:"Config"`
	HostConfig       HostConfig       `json:"HostConfig"`
	NetworkingConfig NetworkingConfig `json:"NetworkingConfig"`

	Pull      Pull         `json:"pull"`
	DependsOn []Dependency `json:"dependsOn"`
	Log       Log          `json:"log"`
	// EndpointID is the container's part of the metadata address.
	EndpointID string `json:"endpointId,omitempty"`
	// ReportsHealth says whether the definition has a health check; one of the image is run and not reported.
	ReportsHealth bool           `json:"reportsHealth,omitempty"`
	StartTimeout  int            `json:"startTimeout,omitempty"`
	StopTimeout   int            `json:"stopTimeout"`
	RestartPolicy *RestartPolicy `json:"restartPolicy,omitempty"`
	// CPU and Memory are the definition's, in shares and MiB, as the metadata endpoint reports them.
	CPU    int `json:"cpu,omitempty"`
	Memory int `json:"memory,omitempty"`
	// Ports are the definition's, such as 8080/tcp; in awsvpc mode the pause container publishes them.
	Ports []string `json:"-"`
	// Optional are settings that ECS would make and that an engine may refuse: they are given up, with a word, rather than the task.
	Optional Optional `json:"optional,omitzero"`
}

// Optional are the settings of a container that its definition does not ask for.
type Optional struct {
	// Ulimits says that HostConfig.Ulimits are only Fargate's defaults.
	Ulimits bool `json:"ulimits,omitempty"`
}

// Internal says whether the container is not in the definition.
func (c *Container) Internal() bool { return c.Type != Normal }

// Pull is where the image comes from.
type Pull struct {
	// Policy is one of the Pull constants.
	Policy string `json:"policy"`
	// Username and Password are of repositoryCredentials; both empty leaves it to Docker's own configuration.
	Username string   `json:"username,omitempty"`
	Password Variable `json:"-"`
	// Platform is such as linux/arm64; empty takes the engine's.
	Platform string `json:"platform,omitempty"`
}

// Pull policies. PullDefault is the agent's: pull, and go on with a local image when that fails.
const (
	PullDefault = "default"
	PullMissing = "missing"
	PullAlways  = "always"
	PullNever   = "never"
)

// Dependency is an edge of the start order; CREATE is the agent's own condition for volumesFrom.
type Dependency struct {
	ContainerName string `json:"containerName"`
	Condition     string `json:"condition"`
	// Because says where the edge comes from, empty for the definition's dependsOn.
	Because string `json:"because,omitempty"`
}

// Conditions of a dependency.
const (
	Create   = "CREATE"
	Start    = "START"
	Complete = "COMPLETE"
	Success  = "SUCCESS"
	Healthy  = "HEALTHY"
)

// RestartPolicy starts a container again without stopping the task. AttemptPeriod is in seconds.
type RestartPolicy struct {
	IgnoredExitCodes []int `json:"ignoredExitCodes,omitempty"`
	AttemptPeriod    int   `json:"attemptPeriod"`
}

// Log is where a container's output goes on ECS, and so where it is found here.
type Log struct {
	Driver  string            `json:"driver"`
	Options map[string]string `json:"options,omitempty"` // as the definition gives them, secretOptions redacted
	Group   string            `json:"group,omitempty"`
	// Stream is empty where it is the container's id (EC2, no prefix).
	Stream string `json:"stream,omitempty"`
	Region string `json:"region,omitempty"`
	// CreateGroup is awslogs-create-group; Exists says that ecslocal.yaml lists the group.
	CreateGroup bool `json:"createGroup,omitempty"`
	Exists      bool `json:"exists,omitempty"`
	// Shipped is false where ECS would send the output nowhere that can be looked at here.
	Shipped bool `json:"shipped"`
}

// Network is the task's own bridge network.
type Network struct {
	Name   string            `json:"name"`
	Labels map[string]string `json:"labels"`
}

// Volume is a Docker volume. A task's own is removed with it.
type Volume struct {
	Name       string            `json:"name"`
	Source     string            `json:"source"` // the definition's name for it
	Driver     string            `json:"driver,omitempty"`
	DriverOpts map[string]string `json:"driverOpts,omitempty"`
	Labels     map[string]string `json:"labels,omitempty"`
	// Shared volumes outlive the task; MustExist ones are not made either.
	Shared    bool `json:"shared,omitempty"`
	MustExist bool `json:"mustExist,omitempty"`
}

// File is a configuration file that the agent would write, by its path below the task's state directory.
type File struct {
	Path    string `json:"path"`
	Content string `json:"content"`
}

// Cgroup is the control group of the task as a whole (agent: task_linux.go). Zero limits are not set.
type Cgroup struct {
	Parent string `json:"parent"`
	// Quota is in microseconds of each Period; Shares apply where there is no quota. Memory is in bytes.
	Quota  int64  `json:"quota,omitempty"`
	Period uint64 `json:"period,omitempty"`
	Shares uint64 `json:"shares,omitempty"`
	Memory int64  `json:"memory,omitempty"`
}

// Note says that a field of the definition means something else here.
type Note struct {
	Path       string    `json:"path"`  // JSON pointer
	Field      string    `json:"field"` // such as containerDefinitions[].links
	Treatment  Treatment `json:"treatment"`
	Difference string    `json:"difference"`
}

// Treatment is what becomes of a field.
type Treatment string

const (
	Honoured     Treatment = "honoured"
	Approximated Treatment = "approximated"
	Ignored      Treatment = "ignored"
)

// JSON is the plan as ecslocal plan --output json prints it.
func (p *Plan) JSON() ([]byte, error) { return json.MarshalIndent(p, "", "  ") }
