package plan

// Field is what becomes of one member of a task definition, or of all below it.
type Field struct {
	// Name is a path such as containerDefinitions[].links; the longest that fits a value speaks for it.
	Name       string
	Treatment  Treatment
	Difference string // empty where the field is honoured
}

// Fields is the complete list; the README's table is made from it, and a plan's notes.
var Fields = []Field{
	{"family", Honoured, ""},
	{"taskRoleArn", Honoured, ""},
	{"executionRoleArn", Honoured, ""},
	{"networkMode", Honoured, ""},
	{"volumes[].name", Honoured, ""},
	{"volumes[].host", Honoured, ""},
	{"volumes[].dockerVolumeConfiguration", Honoured, ""},
	{"volumes[].efsVolumeConfiguration", Approximated, "a local folder stands for the file system (efs in ecslocal.yaml), else a volume that is removed with the task"},
	{"volumes[].fsxWindowsFileServerVolumeConfiguration", Approximated, "a local folder stands for the file system (fsx in ecslocal.yaml), else a volume that is removed with the task"},
	{"volumes[].s3filesVolumeConfiguration", Approximated, "a local folder stands for the bucket, else a volume that is removed with the task"},
	{"volumes[].configuredAtLaunch", Approximated, "a volume that is removed with the task stands for the EBS volume"},
	{"placementConstraints", Ignored, "there is one engine to place the task on"},
	{"requiresCompatibilities", Honoured, ""},
	{"cpu", Honoured, ""},
	{"memory", Honoured, ""},
	{"tags", Honoured, ""},
	{"pidMode", Honoured, ""},
	{"ipcMode", Honoured, ""},
	{"proxyConfiguration", Ignored, "no traffic is redirected to the App Mesh proxy"},
	{"inferenceAccelerators", Ignored, "Elastic Inference does not exist outside AWS"},
	{"ephemeralStorage", Approximated, "the engine's disk is used and its size is not limited; the metadata endpoint reports the size that was asked for"},
	{"runtimePlatform.cpuArchitecture", Honoured, ""},
	{"runtimePlatform.operatingSystemFamily", Approximated, "containers are Linux containers"},
	{"enableFaultInjection", Approximated, "requests are checked as the agent checks them; no fault is injected"},
	{"containerDefinitions[]", Honoured, ""},
	{"containerDefinitions[].links", Approximated, "the alias resolves; the variables that Docker's legacy links add (ALIAS_PORT_…) are not set"},
	{"containerDefinitions[].portMappings[].name", Ignored, "there is no Service Connect"},
	{"containerDefinitions[].portMappings[].appProtocol", Ignored, "there is no Service Connect"},
	{"containerDefinitions[].versionConsistency", Ignored, "images run as they are found; a digest is not looked up"},
	{"containerDefinitions[].credentialSpecs", Ignored, "there is no Active Directory to join"},
	{"containerDefinitions[].resourceRequirements", Approximated, "GPUs are the engine's first ones; other accelerators are not emulated"},
	{"containerDefinitions[].logConfiguration.logDriver", Honoured, ""},
}
