package taskdef

// ContainerDefinition describes one container. CPU is in CPU shares, memory in MiB, time-outs in seconds.
type ContainerDefinition struct {
	Name                   string                 `json:"name"`
	Image                  string                 `json:"image"`
	RepositoryCredentials  *RepositoryCredentials `json:"repositoryCredentials"`
	CPU                    *int                   `json:"cpu"`
	Memory                 *int                   `json:"memory"`
	MemoryReservation      *int                   `json:"memoryReservation"`
	Links                  []string               `json:"links"`
	PortMappings           []PortMapping          `json:"portMappings"`
	Essential              *bool                  `json:"essential"`
	RestartPolicy          *RestartPolicy         `json:"restartPolicy"`
	EntryPoint             []string               `json:"entryPoint"`
	Command                []string               `json:"command"`
	Environment            []KeyValuePair         `json:"environment"`
	EnvironmentFiles       []EnvironmentFile      `json:"environmentFiles"`
	MountPoints            []MountPoint           `json:"mountPoints"`
	VolumesFrom            []VolumeFrom           `json:"volumesFrom"`
	LinuxParameters        *LinuxParameters       `json:"linuxParameters"`
	Secrets                []Secret               `json:"secrets"`
	DependsOn              []ContainerDependency  `json:"dependsOn"`
	StartTimeout           *int                   `json:"startTimeout"`
	StopTimeout            *int                   `json:"stopTimeout"`
	VersionConsistency     string                 `json:"versionConsistency" enum:"enabled|disabled"`
	Hostname               string                 `json:"hostname"`
	User                   string                 `json:"user"`
	WorkingDirectory       string                 `json:"workingDirectory"`
	DisableNetworking      *bool                  `json:"disableNetworking"`
	Privileged             *bool                  `json:"privileged"`
	ReadonlyRootFilesystem *bool                  `json:"readonlyRootFilesystem"`
	DNSServers             []string               `json:"dnsServers"`
	DNSSearchDomains       []string               `json:"dnsSearchDomains"`
	ExtraHosts             []HostEntry            `json:"extraHosts"`
	DockerSecurityOptions  []string               `json:"dockerSecurityOptions"`
	Interactive            *bool                  `json:"interactive"`
	PseudoTerminal         *bool                  `json:"pseudoTerminal"`
	DockerLabels           map[string]string      `json:"dockerLabels"`
	Ulimits                []Ulimit               `json:"ulimits"`
	LogConfiguration       *LogConfiguration      `json:"logConfiguration"`
	HealthCheck            *HealthCheck           `json:"healthCheck"`
	SystemControls         []SystemControl        `json:"systemControls"`
	ResourceRequirements   []ResourceRequirement  `json:"resourceRequirements"`
	FirelensConfiguration  *FirelensConfiguration `json:"firelensConfiguration"`
	CredentialSpecs        []string               `json:"credentialSpecs"`
}

// RepositoryCredentials names the secret with the registry's user and password.
type RepositoryCredentials struct {
	CredentialsParameter string `json:"credentialsParameter" required:"true"`
}

// PortMapping publishes one port, or a range such as "8000-8010".
type PortMapping struct {
	ContainerPort      *int   `json:"containerPort"`
	HostPort           *int   `json:"hostPort"`
	Protocol           string `json:"protocol" enum:"tcp|udp"`
	Name               string `json:"name"`
	AppProtocol        string `json:"appProtocol" enum:"http|http2|grpc"`
	ContainerPortRange string `json:"containerPortRange"`
}

// RestartPolicy lets a container be started again without stopping the task. RestartAttemptPeriod is in seconds.
type RestartPolicy struct {
	Enabled              *bool `json:"enabled" required:"true"`
	IgnoredExitCodes     []int `json:"ignoredExitCodes"`
	RestartAttemptPeriod *int  `json:"restartAttemptPeriod"`
}

// KeyValuePair is a name and its value.
type KeyValuePair struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// EnvironmentFile names an object in S3 by ARN.
type EnvironmentFile struct {
	Value string `json:"value" required:"true"`
	Type  string `json:"type" enum:"s3" required:"true"`
}

// MountPoint puts a volume of the task into a container.
type MountPoint struct {
	SourceVolume  string `json:"sourceVolume"`
	ContainerPath string `json:"containerPath"`
	ReadOnly      *bool  `json:"readOnly"`
}

// VolumeFrom mounts what another container mounts.
type VolumeFrom struct {
	SourceContainer string `json:"sourceContainer"`
	ReadOnly        *bool  `json:"readOnly"`
}

// LinuxParameters are kernel-level settings. Sizes are in MiB.
type LinuxParameters struct {
	Capabilities       *Capabilities `json:"capabilities"`
	Devices            []Device      `json:"devices"`
	InitProcessEnabled *bool         `json:"initProcessEnabled"`
	SharedMemorySize   *int          `json:"sharedMemorySize"`
	Tmpfs              []Tmpfs       `json:"tmpfs"`
	MaxSwap            *int          `json:"maxSwap"`
	Swappiness         *int          `json:"swappiness"`
}

// Capabilities are Linux capabilities without their CAP_ prefix.
type Capabilities struct {
	Add  []string `json:"add"`
	Drop []string `json:"drop"`
}

// Device is a host device in a container.
type Device struct {
	HostPath      string   `json:"hostPath" required:"true"`
	ContainerPath string   `json:"containerPath"`
	Permissions   []string `json:"permissions" enum:"read|write|mknod"`
}

// Tmpfs is a memory file system; Size is in MiB.
type Tmpfs struct {
	ContainerPath string   `json:"containerPath" required:"true"`
	Size          *int     `json:"size" required:"true"`
	MountOptions  []string `json:"mountOptions"`
}

// Secret names a value of SSM Parameter Store or Secrets Manager.
type Secret struct {
	Name      string `json:"name" required:"true"`
	ValueFrom string `json:"valueFrom" required:"true"`
}

// ContainerDependency is one edge of the start order.
type ContainerDependency struct {
	ContainerName string `json:"containerName" required:"true"`
	Condition     string `json:"condition" enum:"START|COMPLETE|SUCCESS|HEALTHY" required:"true"`
}

// HostEntry is a line of /etc/hosts.
type HostEntry struct {
	Hostname  string `json:"hostname" required:"true"`
	IPAddress string `json:"ipAddress" required:"true"`
}

// Ulimit is a process limit.
type Ulimit struct {
	Name      string `json:"name" enum:"core|cpu|data|fsize|locks|memlock|msgqueue|nice|nofile|nproc|rss|rtprio|rttime|sigpending|stack" required:"true"`
	SoftLimit *int   `json:"softLimit" required:"true"`
	HardLimit *int   `json:"hardLimit" required:"true"`
}

// LogConfiguration says where a container's output goes.
type LogConfiguration struct {
	LogDriver     string            `json:"logDriver" enum:"json-file|syslog|journald|gelf|fluentd|awslogs|splunk|awsfirelens" required:"true"`
	Options       map[string]string `json:"options"`
	SecretOptions []Secret          `json:"secretOptions"`
}

// HealthCheck is a container's health check. Times are in seconds.
type HealthCheck struct {
	Command     []string `json:"command" required:"true"`
	Interval    *int     `json:"interval"`
	Timeout     *int     `json:"timeout"`
	Retries     *int     `json:"retries"`
	StartPeriod *int     `json:"startPeriod"`
}

// SystemControl is a kernel parameter.
type SystemControl struct {
	Namespace string `json:"namespace"`
	Value     string `json:"value"`
}

// ResourceRequirement asks for GPUs or other accelerators.
type ResourceRequirement struct {
	Value           string           `json:"value"`
	Type            string           `json:"type" enum:"GPU|InferenceAccelerator|NeuronDevice" required:"true"`
	SharingStrategy *SharingStrategy `json:"sharingStrategy"`
}

// SharingStrategy is the member of the same name in the API.
type SharingStrategy struct {
	NvidiaMPS *NvidiaMpsAllocation `json:"nvidiaMps"`
}

// NvidiaMpsAllocation is the member of the same name in the API.
type NvidiaMpsAllocation struct {
	Memory            *int `json:"memory" required:"true"`
	MaxComputePercent *int `json:"maxComputePercent"`
}

// FirelensConfiguration makes a container the log router of its task.
type FirelensConfiguration struct {
	Type    string            `json:"type" enum:"fluentd|fluentbit" required:"true"`
	Options map[string]string `json:"options"`
}
