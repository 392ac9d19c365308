package taskdef

// Volume is a volume of the task.
type Volume struct {
	Name                                    string                                   `json:"name"`
	Host                                    *HostVolume                              `json:"host"`
	DockerVolumeConfiguration               *DockerVolumeConfiguration               `json:"dockerVolumeConfiguration"`
	EFSVolumeConfiguration                  *EFSVolumeConfiguration                  `json:"efsVolumeConfiguration"`
	S3FilesVolumeConfiguration              *S3FilesVolumeConfiguration              `json:"s3filesVolumeConfiguration"`
	FSxWindowsFileServerVolumeConfiguration *FSxWindowsFileServerVolumeConfiguration `json:"fsxWindowsFileServerVolumeConfiguration"`
	ConfiguredAtLaunch                      *bool                                    `json:"configuredAtLaunch"`
}

// HostVolume is the member of the same name in the API.
type HostVolume struct {
	SourcePath string `json:"sourcePath"`
}

// DockerVolumeConfiguration is the member of the same name in the API.
type DockerVolumeConfiguration struct {
	Scope         string            `json:"scope" enum:"task|shared"`
	Autoprovision *bool             `json:"autoprovision"`
	Driver        string            `json:"driver"`
	DriverOpts    map[string]string `json:"driverOpts"`
	Labels        map[string]string `json:"labels"`
}

// EFSVolumeConfiguration is the member of the same name in the API.
type EFSVolumeConfiguration struct {
	FileSystemID          string                  `json:"fileSystemId" required:"true"`
	RootDirectory         string                  `json:"rootDirectory"`
	TransitEncryption     string                  `json:"transitEncryption" enum:"ENABLED|DISABLED"`
	TransitEncryptionPort *int                    `json:"transitEncryptionPort"`
	AuthorizationConfig   *EFSAuthorizationConfig `json:"authorizationConfig"`
}

// EFSAuthorizationConfig is the member of the same name in the API.
type EFSAuthorizationConfig struct {
	AccessPointID string `json:"accessPointId"`
	IAM           string `json:"iam" enum:"ENABLED|DISABLED"`
}

// S3FilesVolumeConfiguration is the member of the same name in the API.
type S3FilesVolumeConfiguration struct {
	FileSystemARN         string `json:"fileSystemArn" required:"true"`
	RootDirectory         string `json:"rootDirectory"`
	TransitEncryptionPort *int   `json:"transitEncryptionPort"`
	AccessPointARN        string `json:"accessPointArn"`
}

// FSxWindowsFileServerVolumeConfiguration is the member of the same name in the API.
type FSxWindowsFileServerVolumeConfiguration struct {
	FileSystemID        string                                   `json:"fileSystemId" required:"true"`
	RootDirectory       string                                   `json:"rootDirectory" required:"true"`
	AuthorizationConfig *FSxWindowsFileServerAuthorizationConfig `json:"authorizationConfig" required:"true"`
}

// FSxWindowsFileServerAuthorizationConfig is the member of the same name in the API.
type FSxWindowsFileServerAuthorizationConfig struct {
	CredentialsParameter string `json:"credentialsParameter" required:"true"`
	Domain               string `json:"domain" required:"true"`
}
