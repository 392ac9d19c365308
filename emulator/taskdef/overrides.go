package taskdef

// Overrides is the overrides member of RunTask.
type Overrides struct {
	ContainerOverrides            []ContainerOverride            `json:"containerOverrides"`
	CPU                           string                         `json:"cpu"`
	InferenceAcceleratorOverrides []InferenceAcceleratorOverride `json:"inferenceAcceleratorOverrides"`
	ExecutionRoleARN              string                         `json:"executionRoleArn"`
	Memory                        string                         `json:"memory"`
	TaskRoleARN                   string                         `json:"taskRoleArn"`
	EphemeralStorage              *EphemeralStorage              `json:"ephemeralStorage"`
}

// ContainerOverride changes one container for one run.
type ContainerOverride struct {
	Name                 string                `json:"name"`
	Command              []string              `json:"command"`
	Environment          []KeyValuePair        `json:"environment"`
	EnvironmentFiles     []EnvironmentFile     `json:"environmentFiles"`
	CPU                  *int                  `json:"cpu"`
	Memory               *int                  `json:"memory"`
	MemoryReservation    *int                  `json:"memoryReservation"`
	ResourceRequirements []ResourceRequirement `json:"resourceRequirements"`
}

// InferenceAcceleratorOverride is the member of the same name in the API.
type InferenceAcceleratorOverride struct {
	DeviceName string `json:"deviceName"`
	DeviceType string `json:"deviceType"`
}
