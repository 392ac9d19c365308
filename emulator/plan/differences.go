package plan

// Difference is a field of Docker's create request that cannot be here what the ECS agent makes it.
type Difference struct {
	// Field is a path such as HostConfig.NetworkMode; a trailing * stands for any rest.
	Field string
	// In says for which tasks, as text.
	In  string
	Why string
}

// Differences is the complete list: everything else in a create request is the agent's.
var Differences = []Difference{
	{"Config.Labels.dev.ecslocal.*", "all tasks", "prune and ps find our objects by them"},
	{"Config.Env.ECS_*", "host mode", "the agent answers at a port of the loopback interface: 169.254.170.2 does not exist on this host"},
	{"Config.Env.AWS_CONTAINER_CREDENTIALS_*", "host mode", "a relative URI would lead to 169.254.170.2; SDKs take the full URI of a loopback address"},
	{"Config.Env.NVIDIA_VISIBLE_DEVICES", "tasks with GPUs", "there are no device ids to hand out, so the first GPUs are named by index"},
	{"Config.Healthcheck.StartInterval", "engines with API 1.44 and later", "newer engines probe every 5 s inside startPeriod unless they are told ECS's interval"},
	{"Config.Image", "the agent and pause containers", "they run an image that ecslocal makes of itself"},
	{"Config.Entrypoint", "the agent and pause containers", "the image has more than one program"},
	{"Config.Cmd", "the agent and pause containers", "the program in that image is chosen by the command"},
	{"Config.ExposedPorts", "the agent and pause containers", "the pause container holds the task's ports, which on ECS belong to the network interface"},
	{"Config.Hostname", "the pause container", "there is no network interface to take a name from; a hostname of the definition is used"},
	{"HostConfig.NetworkMode", "awsvpc and bridge", "each task has a network of its own, so that each can have an agent at 169.254.170.2"},
	{"HostConfig.PortBindings", "all tasks with ports", "ports are published on 127.0.0.1 only, and a free one stands in for a port that is taken"},
	{"HostConfig.LogConfig", "all tasks", "ecslocal reads the output itself: no credentials are needed and no line is lost; the FireLens socket is in the state directory"},
	{"HostConfig.Binds", "FireLens routers", "configuration and socket are in the state directory, not in /var/lib/ecs"},
	{"HostConfig.PidMode", "tasks that share namespaces", "the container that holds them is called by its name: a plan knows no ids"},
	{"HostConfig.IpcMode", "tasks that share namespaces", "the container that holds them is called by its name: a plan knows no ids"},
	{"fluent.conf.ec2_instance_id", "FireLens routers on EC2", "the id is made up: there is no instance"},
	{"HostConfig.CgroupParent", "engines whose control groups cannot be written", "the task's limits then hold for each container"},
	{"HostConfig.CpuQuota", "engines whose control groups cannot be written", "stands in for the task's quota"},
	{"HostConfig.CpuPeriod", "engines whose control groups cannot be written", "stands in for the task's quota"},
	{"HostConfig.Runtime", "tasks with GPUs", "a device request says the same and needs no runtime of that name"},
	{"HostConfig.DeviceRequests", "tasks with GPUs", "a device request says the same and needs no runtime of that name"},
	{"HostConfig.Dns*", "the pause container", "there is no network interface to take name servers from; those of the definition are used"},
	{"HostConfig.ExtraHosts", "the pause container", "those of the definition, which ECS refuses in awsvpc mode"},
	{"HostConfig.CapDrop", "the agent and pause containers", "they need no capability"},
	{"HostConfig.ReadonlyRootfs", "the agent and pause containers", "they write nothing"},
	{"HostConfig.Ulimits", "Fargate", "the control plane's default for open files is written out"},
	{"NetworkingConfig.*", "awsvpc and bridge", "the link-local address on the task's network, and the links, which such a network reads there"},
}
