package plan

import "github.com/ecslocal/ecslocal/emulator/taskdef"

// Options are what a plan depends on besides the definition. The zero value plans a task with made-up identity, no secrets and an
// engine of which nothing is known.
type Options struct {
	TaskID     string // 32 hex digits; empty stands for zeros
	LaunchType string // EC2 or FARGATE; empty takes the definition's
	Region     string // empty: from the definition's ARNs and log options, else us-east-1
	Account    string // empty: from the definition's ARNs, else 000000000000
	Cluster    string // empty: default

	Overrides *taskdef.Overrides
	// Env is added to every container's environment, like an override.
	Env []taskdef.KeyValuePair
	// Image says which image to run instead, by container name and image reference; nil or empty keeps the definition's.
	Image func(container, image string) string
	// Secrets are the values by valueFrom; one that is not there is planned hidden and empty.
	Secrets map[string]string
	// EnvFiles are the parsed environment files by ARN.
	EnvFiles map[string]map[string]string
	// Objects are the texts of S3 objects by ARN, for FireLens.
	Objects map[string]string
	// Folders are local folders that stand for file systems, by file system id.
	Folders map[string]string
	// LogGroups exist already.
	LogGroups []string

	Pull    string // one of the Pull constants; empty is PullDefault
	Publish Publish
	// PublishAddress is the address of the engine's machine on which ports are published: empty for its loopback interface, PublishReachable
	// for the one that is reached from here.
	PublishAddress string
	// EngineLogs is the engine's log driver below ours: none (the zero value) or json-file.
	EngineLogs string
	// PortTaken says whether a port of the host is in use; nil finds all free.
	PortTaken func(protocol string, port int) bool
	// StateDir is the task's state directory, for the files of FireLens.
	StateDir string
	// RouteHere lets a log router send copies of its records to ecslocal, and to ecslocal's CloudWatch Logs what is for CloudWatch Logs.
	RouteHere bool
	// AgentImage runs the agent and pause containers.
	AgentImage string
	// Networks are existing Docker networks that the task joins besides its own.
	Networks []string
	Engine   Engine
}

// Engine is what the plan must know of the engine. The zero value is an engine of unknown abilities.
type Engine struct {
	APIVersion string // such as 1.41
	// TaskCgroup is where a task's control group goes: "cgroupfs", "systemd", or empty where none can be made.
	TaskCgroup string
	// NoLimits says that the engine has no control groups at all, as a rootless one on an older system: it drops every limit.
	NoLimits bool
	Platform string // such as linux/amd64
	// PublishAddress is the address of the engine's machine on which ports must be published to be reached from here; empty is its loopback.
	PublishAddress string
	GPUs           bool
	// Remote says that the engine's machine does not have this machine's files.
	Remote bool
	// OpenFiles is the highest limit of open files that the engine may set, 0 where it is not known.
	OpenFiles int64
}

// PublishReachable publishes ports where they are reached from here, on the loopback interface if that will do.
const PublishReachable = "auto"

// Publish says at which ports of this machine a task's ports are found.
type Publish string

const (
	// PublishAuto takes the definition's port on 127.0.0.1, and a free one where that is taken.
	PublishAuto Publish = "auto"
	// PublishRandom lets the engine choose.
	PublishRandom Publish = "random"
	// PublishNone publishes nothing.
	PublishNone Publish = "none"
)
