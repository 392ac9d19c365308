package logs

import (
	"maps"
	"slices"
	"strings"
)

// Config is a container's logConfiguration, and what of its task matters to it.
type Config struct {
	// Driver is logDriver, "awslogs" for most.
	Driver string
	// Options are as the definition has them, before secretOptions.
	Options map[string]string
	// Secrets are the names of secretOptions.
	Secrets []string
	// LaunchType is FARGATE, EC2, EXTERNAL or MANAGED_INSTANCES; empty counts as EC2.
	LaunchType string
	// ExecutionRole tells whether the task definition has an executionRoleArn.
	ExecutionRole bool
	// Region is the task's own region, empty where it is not known.
	Region string
	// TTY is pseudoTerminal.
	TTY bool
}

// AWSLogs is the driver that sends to CloudWatch Logs; FireLens the one that sends to a log router in the task.
const (
	AWSLogs  = "awslogs"
	FireLens = "awsfirelens"
)

const (
	fargate          = "FARGATE"
	managedInstances = "MANAGED_INSTANCES"
)

// Drivers are the log drivers that ECS lets a launch type use, in the order of its error text.
// Source: AWS, LogConfiguration API reference; the agent would take none, logentries and sumologic too, but registration does not.
func Drivers(launchType string) []string {
	switch launchType {
	case fargate:
		return []string{AWSLogs, "splunk", FireLens}
	case managedInstances:
		return []string{AWSLogs, "splunk", FireLens, "json-file"}
	default:
		return []string{"json-file", "syslog", "journald", "gelf", "fluentd", AWSLogs, "splunk", FireLens}
	}
}

// LocalGroup is where the output of containers is kept that ECS would not send to CloudWatch Logs.
func LocalGroup(family string) string { return "/local/" + groupCharacters(family) }

// FireLensGroup is where output is kept that reached our own receiver of the forward protocol.
func FireLensGroup(family string) string { return "/firelens/" + groupCharacters(family) }

// groupCharacters replaces what a group name cannot hold. A family may hold only characters that it can.
func groupCharacters(family string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x80 && groupName().MatchString(string(r)) && r != '/' {
			return r
		}
		return '_'
	}, family)
}

// NotShipped is the line that tells a user where the output of a container went instead, empty for awslogs. ECS shows the output
// of other drivers nowhere, and passing them to the local engine would need the hosts they send to.
func (c Config) NotShipped(container, group string) string {
	switch c.Driver {
	case AWSLogs:
		return ""
	case "":
		return container + ": there is no logConfiguration, so ECS keeps no output of it; here it is in log group " + group
	case FireLens:
		return container + ": on ECS the output goes to the task's log router; here it is also in log group " + group
	default:
		return container + ": on ECS the output goes to " + c.Driver + " and not to CloudWatch Logs; here it is in log group " + group
	}
}

// keys are the names of the options, sorted, so that messages are stable.
func (c Config) keys() []string { return slices.Sorted(maps.Keys(c.Options)) }

// has tells whether an option is set, by the definition or by a secret.
func (c Config) has(key string) bool {
	return c.Options[key] != "" || slices.Contains(c.Secrets, key)
}
