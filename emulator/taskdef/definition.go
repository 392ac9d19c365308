// Package taskdef is the vocabulary of task definitions: RegisterTaskDefinition's structures, the decoder that fills them from a
// document, and ECS's defaults.
//
// It comes after document and before validate and plan, imports diag and document, and knows no Docker.
package taskdef

import "github.com/ecslocal/ecslocal/emulator/document"

// Definition is what RegisterTaskDefinition takes (API version 2014-11-13, model of August 2026).
// A pointer is nil, and a text or list empty, where the file does not say.
type Definition struct {
	Family                  string                 `json:"family" required:"true"`
	TaskRoleARN             string                 `json:"taskRoleArn"`
	ExecutionRoleARN        string                 `json:"executionRoleArn"`
	NetworkMode             string                 `json:"networkMode" enum:"bridge|host|awsvpc|none"`
	ContainerDefinitions    []ContainerDefinition  `json:"containerDefinitions" required:"true"`
	Volumes                 []Volume               `json:"volumes"`
	PlacementConstraints    []PlacementConstraint  `json:"placementConstraints"`
	RequiresCompatibilities []string               `json:"requiresCompatibilities" enum:"EC2|FARGATE|EXTERNAL|MANAGED_INSTANCES"`
	CPU                     string                 `json:"cpu"`
	Memory                  string                 `json:"memory"`
	Tags                    []Tag                  `json:"tags"`
	PIDMode                 string                 `json:"pidMode" enum:"host|task"`
	IPCMode                 string                 `json:"ipcMode" enum:"host|task|none"`
	ProxyConfiguration      *ProxyConfiguration    `json:"proxyConfiguration"`
	InferenceAccelerators   []InferenceAccelerator `json:"inferenceAccelerators"`
	EphemeralStorage        *EphemeralStorage      `json:"ephemeralStorage"`
	RuntimePlatform         *RuntimePlatform       `json:"runtimePlatform"`
	EnableFaultInjection    *bool                  `json:"enableFaultInjection"`

	// Revision is taken from describe-task-definition output, 0 elsewhere.
	Revision int `json:"-"`
	// Source is the tree that the definition was decoded from.
	Source *document.Node `json:"-"`
}

// PlacementConstraint is the member of the same name in the API.
type PlacementConstraint struct {
	Type       string `json:"type" enum:"memberOf"`
	Expression string `json:"expression"`
}

// Tag is the member of the same name in the API.
type Tag struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// ProxyConfiguration is the member of the same name in the API.
type ProxyConfiguration struct {
	Type          string         `json:"type" enum:"APPMESH"`
	ContainerName string         `json:"containerName" required:"true"`
	Properties    []KeyValuePair `json:"properties"`
}

// InferenceAccelerator is the member of the same name in the API.
type InferenceAccelerator struct {
	DeviceName string `json:"deviceName" required:"true"`
	DeviceType string `json:"deviceType" required:"true"`
}

// EphemeralStorage is the member of the same name in the API.
type EphemeralStorage struct {
	SizeInGiB *int `json:"sizeInGiB" required:"true"`
}

// RuntimePlatform is the member of the same name in the API.
type RuntimePlatform struct {
	CPUArchitecture       string `json:"cpuArchitecture" enum:"X86_64|ARM64"`
	OperatingSystemFamily string `json:"operatingSystemFamily" enum:"WINDOWS_SERVER_2019_FULL|WINDOWS_SERVER_2019_CORE|WINDOWS_SERVER_2016_FULL|WINDOWS_SERVER_2004_CORE|WINDOWS_SERVER_2022_CORE|WINDOWS_SERVER_2022_FULL|WINDOWS_SERVER_2025_CORE|WINDOWS_SERVER_2025_FULL|WINDOWS_SERVER_20H2_CORE|LINUX"`
}
