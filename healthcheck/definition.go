package healthcheck

import "time"

// Seconds is a field of healthCheck that may be missing: the number as it is written, and whether it is.
type Seconds struct {
	Value int
	Set   bool
}

// Set is a written number.
func Set(value int) Seconds { return Seconds{Value: value, Set: true} }

// or is the number, or the default where nothing is written.
func (s Seconds) or(value int) int {
	if s.Set {
		return s.Value
	}
	return value
}

// Defaults and limits of Amazon ECS (API reference, HealthCheck). Docker's own default for timeout is 30 seconds.
const (
	DefaultInterval = 30
	DefaultTimeout  = 5
	DefaultRetries  = 3
)

// Port is one entry of portMappings.
type Port struct {
	Container, Host int
	Protocol        string
}

// Neighbour is another container of the same task.
type Neighbour struct {
	Name      string
	Essential bool
	// Checked says that it has a health check in the definition, of a form that the engine runs.
	Checked bool
	Ports   []Port
	// StartTimeout is in seconds.
	StartTimeout Seconds
	DependsOn    []Dependency
}

// Dependency is one entry of dependsOn.
type Dependency struct{ Container, Condition string }

// LoadBalancer is the health check of a target group that sends traffic to the container, where it is known.
type LoadBalancer struct {
	// Protocol is HTTP, HTTPS, TCP and so on; Path is that of HTTP.
	Protocol string
	Port     int
	Path     string
	// Codes are the statuses that it takes for healthy, such as 200 or 200-299,302.
	Codes string
}

// Definition is what the task definition says about one container, as far as its health check is concerned.
// The zero value is a container without a check.
type Definition struct {
	// Pointer is the JSON pointer of the container definition, such as /containerDefinitions/0.
	Pointer string
	// Container is its name, Image its image reference.
	Container, Image string

	// HasCheck says that there is a healthCheck member.
	HasCheck                                bool
	Command                                 Command
	Interval, Timeout, Retries, StartPeriod Seconds

	Essential bool
	// Environment holds names and values of environment (and of environment files, where they were read).
	Environment map[string]string
	// Secrets are names of variables whose values come from secrets.
	Secrets []string
	// OpenEnvironment says that environment files were not read, so that other names may be set.
	OpenEnvironment bool

	EntryPoint, CommandLine []string
	Ports                   []Port
	// NetworkMode is awsvpc, bridge, host or none; empty is bridge.
	NetworkMode string
	Hostname    string
	// Links are names by which this container reaches others in bridge mode (the alias where there is one).
	Links []string

	ReadonlyRoot bool
	// Writable are container paths that are mounted and may be written to: volumes and tmpfs.
	Writable         []string
	User             string
	WorkingDirectory string
	InitProcess      bool
	// DroppedCapabilities are those of linuxParameters.capabilities.drop.
	DroppedCapabilities []string

	StartTimeout Seconds
	DependsOn    []Dependency
	// Others are the other containers of the task.
	Others []Neighbour

	// LoadBalancer is nil where none is known.
	LoadBalancer *LoadBalancer
}

// pace is the timing of the check with the defaults of Amazon ECS filled in.
type pace struct {
	interval, timeout, startPeriod time.Duration
	retries                        int
}

// pace fills in the defaults.
func (d Definition) pace() pace {
	return pace{
		interval:    time.Duration(d.Interval.or(DefaultInterval)) * time.Second,
		timeout:     time.Duration(d.Timeout.or(DefaultTimeout)) * time.Second,
		startPeriod: time.Duration(d.StartPeriod.or(0)) * time.Second,
		retries:     max(1, d.Retries.or(DefaultRetries)),
	}
}

// neighbour is the other container with this name.
func (d Definition) neighbour(name string) (Neighbour, bool) {
	for _, other := range d.Others {
		if other.Name == name {
			return other, true
		}
	}
	return Neighbour{}, false
}
