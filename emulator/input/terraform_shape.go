package input

// shape says how the provider writes a value that the API has in another form.
type shape int

const (
	plain    shape = iota // the same value
	block                 // a list of at most one object
	blocks                // a list of objects
	pairs                 // an object of names and values, in the API a list of {name, value}
	tags                  // the same with {key, value}
	text                  // JSON in a text
	hostPath              // a path, in the API {sourcePath}
)

// attribute is one of the provider's, and what the API calls it.
type attribute struct {
	from, to string
	shape
	members []attribute // of a block
}

// terraformTask are the attributes of aws_ecs_task_definition (provider 6, its documentation); what it has for itself, such as
// arn, revision and skip_destroy, is left out.
var terraformTask = []attribute{
	{from: "family", to: "family"},
	{from: "container_definitions", to: "containerDefinitions", shape: text},
	{from: "cpu", to: "cpu"},
	{from: "memory", to: "memory"},
	{from: "network_mode", to: "networkMode"},
	{from: "requires_compatibilities", to: "requiresCompatibilities"},
	{from: "execution_role_arn", to: "executionRoleArn"},
	{from: "task_role_arn", to: "taskRoleArn"},
	{from: "pid_mode", to: "pidMode"},
	{from: "ipc_mode", to: "ipcMode"},
	{from: "enable_fault_injection", to: "enableFaultInjection"},
	{from: "tags", to: "tags", shape: tags},
	{from: "volume", to: "volumes", shape: blocks, members: terraformVolume},
	{from: "runtime_platform", to: "runtimePlatform", shape: block, members: []attribute{
		{from: "operating_system_family", to: "operatingSystemFamily"}, {from: "cpu_architecture", to: "cpuArchitecture"}}},
	{from: "ephemeral_storage", to: "ephemeralStorage", shape: block, members: []attribute{{from: "size_in_gib", to: "sizeInGiB"}}},
	{from: "placement_constraints", to: "placementConstraints", shape: blocks, members: []attribute{{from: "type", to: "type"}, {from: "expression", to: "expression"}}},
	{from: "proxy_configuration", to: "proxyConfiguration", shape: block, members: []attribute{
		{from: "type", to: "type"}, {from: "container_name", to: "containerName"}, {from: "properties", to: "properties", shape: pairs}}},
	{from: "inference_accelerator", to: "inferenceAccelerators", shape: blocks, members: []attribute{
		{from: "device_name", to: "deviceName"}, {from: "device_type", to: "deviceType"}}},
}

var terraformVolume = []attribute{
	{from: "name", to: "name"},
	{from: "host_path", to: "host", shape: hostPath},
	{from: "configure_at_launch", to: "configuredAtLaunch"},
	{from: "docker_volume_configuration", to: "dockerVolumeConfiguration", shape: block, members: []attribute{
		{from: "autoprovision", to: "autoprovision"}, {from: "driver", to: "driver"}, {from: "driver_opts", to: "driverOpts"},
		{from: "labels", to: "labels"}, {from: "scope", to: "scope"}}},
	{from: "efs_volume_configuration", to: "efsVolumeConfiguration", shape: block, members: []attribute{
		{from: "file_system_id", to: "fileSystemId"}, {from: "root_directory", to: "rootDirectory"}, {from: "transit_encryption", to: "transitEncryption"},
		{from: "transit_encryption_port", to: "transitEncryptionPort"}, {from: "authorization_config", to: "authorizationConfig", shape: block, members: []attribute{
			{from: "access_point_id", to: "accessPointId"}, {from: "iam", to: "iam"}}}}},
	{from: "s3files_volume_configuration", to: "s3filesVolumeConfiguration", shape: block, members: []attribute{
		{from: "file_system_arn", to: "fileSystemArn"}, {from: "root_directory", to: "rootDirectory"},
		{from: "transit_encryption_port", to: "transitEncryptionPort"}, {from: "access_point_arn", to: "accessPointArn"}}},
	{from: "fsx_windows_file_server_volume_configuration", to: "fsxWindowsFileServerVolumeConfiguration", shape: block, members: []attribute{
		{from: "file_system_id", to: "fileSystemId"}, {from: "root_directory", to: "rootDirectory"},
		{from: "authorization_config", to: "authorizationConfig", shape: block, members: []attribute{
			{from: "credentials_parameter", to: "credentialsParameter"}, {from: "domain", to: "domain"}}}}},
}
