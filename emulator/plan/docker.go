package plan

import (
	"encoding/json"
	"slices"
	"strings"
)

// Config, HostConfig and NetworkingConfig are Docker's create request (Engine API 1.41), of which only what ECS uses. Their JSON is
// the API's, so that dockerengine translates them without a decision of its own.
type Config struct {
	Hostname        string              `json:"Hostname,omitempty"`
	User            string              `json:"User,omitempty"`
	ExposedPorts    map[string]struct{} `json:"ExposedPorts,omitempty"`
	Tty             bool                `json:"Tty,omitempty"`
	OpenStdin       bool                `json:"OpenStdin,omitempty"`
	StdinOnce       bool                `json:"StdinOnce,omitempty"`
	AttachStdin     bool                `json:"AttachStdin,omitempty"`
	Env             Environment         `json:"Env,omitempty"`
	Cmd             []string            `json:"Cmd,omitempty"`
	Entrypoint      []string            `json:"Entrypoint,omitempty"`
	Healthcheck     *Healthcheck        `json:"Healthcheck,omitempty"`
	Image           string              `json:"Image"`
	WorkingDir      string              `json:"WorkingDir,omitempty"`
	NetworkDisabled bool                `json:"NetworkDisabled,omitempty"`
	Labels          map[string]string   `json:"Labels"`
}

// Healthcheck is in nanoseconds.
type Healthcheck struct {
	Test          []string `json:"Test"`
	Interval      int64    `json:"Interval,omitempty"`
	Timeout       int64    `json:"Timeout,omitempty"`
	Retries       int      `json:"Retries,omitempty"`
	StartPeriod   int64    `json:"StartPeriod,omitempty"`
	StartInterval int64    `json:"StartInterval,omitempty"` // API 1.44 and later
}

type HostConfig struct {
	Binds             []string                 `json:"Binds,omitempty"`
	CapAdd            []string                 `json:"CapAdd,omitzero"`
	CapDrop           []string                 `json:"CapDrop,omitzero"`
	CgroupParent      string                   `json:"CgroupParent,omitempty"`
	CPUQuota          int64                    `json:"CpuQuota,omitempty"`
	CPUPeriod         int64                    `json:"CpuPeriod,omitempty"`
	CPUShares         int64                    `json:"CpuShares,omitempty"`
	DeviceRequests    []DeviceRequest          `json:"DeviceRequests,omitempty"`
	Devices           []Device                 `json:"Devices,omitempty"`
	DNS               []string                 `json:"Dns,omitempty"`
	DNSSearch         []string                 `json:"DnsSearch,omitempty"`
	ExtraHosts        []string                 `json:"ExtraHosts,omitempty"`
	Init              *bool                    `json:"Init,omitempty"`
	IpcMode           string                   `json:"IpcMode,omitempty"`
	Links             []string                 `json:"Links,omitempty"`
	LogConfig         *LogConfig               `json:"LogConfig,omitempty"`
	Memory            int64                    `json:"Memory,omitempty"`
	MemoryReservation int64                    `json:"MemoryReservation,omitempty"`
	MemorySwap        int64                    `json:"MemorySwap,omitempty"`
	MemorySwappiness  *int64                   `json:"MemorySwappiness,omitempty"`
	NetworkMode       string                   `json:"NetworkMode,omitempty"`
	PidMode           string                   `json:"PidMode,omitempty"`
	PortBindings      map[string][]PortBinding `json:"PortBindings,omitempty"`
	Privileged        bool                     `json:"Privileged,omitempty"`
	ReadonlyRootfs    bool                     `json:"ReadonlyRootfs,omitempty"`
	SecurityOpt       []string                 `json:"SecurityOpt,omitempty"`
	ShmSize           int64                    `json:"ShmSize,omitempty"`
	Sysctls           map[string]string        `json:"Sysctls,omitempty"`
	Tmpfs             map[string]string        `json:"Tmpfs,omitempty"`
	Ulimits           []Ulimit                 `json:"Ulimits,omitempty"`
	VolumesFrom       []string                 `json:"VolumesFrom,omitempty"`
}

type DeviceRequest struct {
	Driver       string     `json:"Driver,omitempty"`
	Count        int        `json:"Count"`
	Capabilities [][]string `json:"Capabilities"`
}

type Device struct {
	PathOnHost        string `json:"PathOnHost"`
	PathInContainer   string `json:"PathInContainer"`
	CgroupPermissions string `json:"CgroupPermissions"`
}

type LogConfig struct {
	Type   string            `json:"Type"`
	Config map[string]string `json:"Config,omitempty"`
}

type PortBinding struct {
	HostIP   string `json:"HostIp"`
	HostPort string `json:"HostPort"`
}

type Ulimit struct {
	Name string `json:"Name"`
	Soft int64  `json:"Soft"`
	Hard int64  `json:"Hard"`
}

type NetworkingConfig struct {
	EndpointsConfig map[string]Endpoint `json:"EndpointsConfig,omitempty"`
}

type Endpoint struct {
	IPAMConfig *IPAMConfig `json:"IPAMConfig,omitempty"`
	Links      []string    `json:"Links,omitempty"`
}

type IPAMConfig struct {
	LinkLocalIPs []string `json:"LinkLocalIPs,omitempty"`
}

// Environment is a container's variables by name. Printed, it is sorted and its secrets are hidden.
type Environment map[string]Variable

// Variable is a value of the environment. A secret shows itself to nobody but Reveal.
type Variable struct {
	value  string
	Secret bool
	// AddressOf is the container whose IP address is the value, known only once that container runs.
	AddressOf string
	// UnlessImage says that the variable is left out where the image sets one of the names in it itself.
	UnlessImage []string
}

// Plain is a variable that anybody may see.
func Plain(value string) Variable { return Variable{value: value} }

// Hidden is a variable that only its container may see.
func Hidden(value string) Variable { return Variable{value: value, Secret: true} }

// Reveal is the value itself.
func (v Variable) Reveal() string { return v.value }

// String is the value for people: *** for a secret.
func (v Variable) String() string {
	switch {
	case v.Secret:
		return "***"
	case v.AddressOf != "":
		return "<address of " + v.AddressOf + ">"
	}
	return v.value
}

// GoString keeps %#v from showing a secret.
func (v Variable) GoString() string { return v.String() }

// Names are the variables' names, sorted.
func (e Environment) Names() []string {
	names := make([]string, 0, len(e))
	for name := range e {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Sorted is the environment as NAME=VALUE lines sorted by byte, with the values as value gives them.
func (e Environment) Sorted(value func(Variable) string) []string {
	lines := make([]string, 0, len(e))
	for name, v := range e {
		lines = append(lines, name+"="+value(v))
	}
	slices.SortFunc(lines, strings.Compare)
	return lines
}

// MarshalJSON writes the list that Docker takes, with secrets hidden.
func (e Environment) MarshalJSON() ([]byte, error) { return json.Marshal(e.Sorted(Variable.String)) }
