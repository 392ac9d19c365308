package logs

import (
	"fmt"
	"strings"
)

// CreateFailure is why a log stream could not be made when a container was to start.
type CreateFailure struct {
	// Code and Message are the service's answer, such as ResourceNotFoundException and its text.
	Code, Message string
	// Operation is CreateLogStream, or CreateLogGroup where awslogs-create-group asked for it. Empty counts as CreateLogStream.
	Operation string
	// RequestID is the service's, empty where there is none.
	RequestID string
}

// MissingGroup is the failure of a container whose log group does not exist and that does not ask to have it made.
func MissingGroup(requestID string) CreateFailure {
	return CreateFailure{Code: "ResourceNotFoundException", Message: ErrNoGroup.Error(), RequestID: requestID}
}

// Engine is the text that the engine answers. Engines from 24 on (recorded from 28.5.2) use the second AWS SDK for Go and
// name operation and status, older ones (recorded from 20.10.24) do not. version is the engine's, empty for a new one.
func (f CreateFailure) Engine(version string) string {
	if oldSDK(version) {
		text := "failed to initialize logging driver: " + f.driver() + ": " + f.Code + ": " + f.Message
		if f.RequestID != "" {
			text += "\n\tstatus code: 400, request id: " + f.RequestID
		}
		return text
	}
	return fmt.Sprintf("failed to create task for container: failed to initialize logging driver: %s: operation error CloudWatch Logs: %s, "+
		"https response error StatusCode: 400, RequestID: %s, %s: %s", f.driver(), f.operation(), f.RequestID, f.Code, f.Message)
}

// EC2 is the reason that ECS gives for the container, on EC2 and external instances; the task's stop code is TaskFailedToStart.
func (f CreateFailure) EC2(version string) string {
	return "CannotStartContainerError: Error response from daemon: " + f.Engine(version)
}

// Fargate is the reason that ECS gives for the task, platform version 1.4.
func (f CreateFailure) Fargate() string {
	return "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: " +
		f.driver() + ": " + f.Code + ": " + f.Message + " : exit status 1"
}

// Text is what ECS gives for a launch type, with the engine version that EC2's text depends on.
func (f CreateFailure) Text(launchType, version string) string {
	if launchType == fargate {
		return f.Fargate()
	}
	return f.EC2(version)
}

func (f CreateFailure) operation() string {
	if f.Operation == "" {
		return "CreateLogStream"
	}
	return f.Operation
}

func (f CreateFailure) driver() string {
	if f.operation() == "CreateLogGroup" {
		return "failed to create Cloudwatch log group"
	}
	return "failed to create Cloudwatch log stream"
}

// oldSDK tells whether an engine still uses the first AWS SDK for Go: the driver moved to the second in version 24.
func oldSDK(version string) bool {
	major, _, _ := strings.Cut(version, ".")
	return len(major) == 2 && major < "24"
}
