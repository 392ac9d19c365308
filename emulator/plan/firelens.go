package plan

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/ecslocal/ecslocal/emulator/taskdef"
)

// fluentPort is where a router listens for its task's containers.
const fluentPort = "24224"

// router is the container definition that is the task's log router, nil where there is none.
func (c *compiler) router() *taskdef.ContainerDefinition {
	i := slices.IndexFunc(c.def.ContainerDefinitions, func(d taskdef.ContainerDefinition) bool { return d.FirelensConfiguration != nil })
	if i < 0 {
		return nil
	}
	return &c.def.ContainerDefinitions[i]
}

func usesFireLens(def *taskdef.ContainerDefinition) bool {
	return def.LogConfiguration != nil && def.LogConfiguration.LogDriver == awsfirelens
}

// fluentd is the engine's log driver of a container whose output goes to the router (agent: docker_task_engine.go,
// getFirelensLogConfig); nil where the engine could not reach the router's socket.
func (c *compiler) fluentd(def *taskdef.ContainerDefinition) *LogConfig {
	if c.router() == nil || !c.sharesFiles() {
		return nil
	}
	config := map[string]string{
		"tag":                          def.Name + "-firelens-" + c.plan.Task.ID,
		"fluentd-address":              "unix://" + c.options.StateDir + "/firelens/socket/fluent.sock",
		"fluentd-async":                "true",
		"fluentd-sub-second-precision": "true",
	}
	if limit, ok := def.LogConfiguration.Options[bufferLimit]; ok {
		config["fluentd-buffer-limit"] = limit
	}
	return &LogConfig{Type: "fluentd", Config: config}
}

// sharesFiles says whether the engine sees the files of the task's state directory.
func (c *compiler) sharesFiles() bool { return c.options.StateDir != "" && !c.options.Engine.Remote }

const bufferLimit = "log-driver-buffer-limit"

// fluentVariables tells a container where its router is, and a fluentd router to run as root so that it can make the socket.
func (c *compiler) fluentVariables(env Environment, def *taskdef.ContainerDefinition) {
	if def.FirelensConfiguration != nil {
		if def.FirelensConfiguration.Type == "fluentd" {
			env["FLUENT_UID"] = Plain("0")
		}
		for i, other := range c.def.ContainerDefinitions {
			if usesFireLens(&other) {
				for _, s := range other.LogConfiguration.SecretOptions {
					env[secretOptionVariable(s.Name, i)] = Hidden(c.options.Secrets[s.ValueFrom])
				}
			}
		}
	}
	if !usesFireLens(def) {
		return
	}
	switch router := c.router(); {
	case c.plan.Task.NetworkMode == awsvpc:
		env["FLUENT_HOST"], env["FLUENT_PORT"] = Plain(loopback), Plain(fluentPort)
	case c.plan.Task.NetworkMode == bridge && router != nil:
		env["FLUENT_HOST"], env["FLUENT_PORT"] = Variable{AddressOf: router.Name}, Plain(fluentPort)
	}
}

// secretOptionVariable is the name under which the router finds a secret option of the i-th container.
func secretOptionVariable(option string, i int) string { return option + "_" + strconv.Itoa(i) }

// fireLens writes the router's configuration, mounts it, and lets the others start after it unless it waits for somebody itself
// (agent: task.go, applyFirelensSetup).
func (c *compiler) fireLens() {
	def := c.router()
	if def == nil {
		return
	}
	router := c.plan.Container(def.Name)
	if c.sharesFiles() {
		router.HostConfig.Binds = append(router.HostConfig.Binds, c.routerBinds(def)...)
	}
	c.plan.Files = append(c.plan.Files, File{Path: "firelens/config/fluent.conf", Content: c.routerConfig(def)})
	if external, ok := c.options.Objects[def.FirelensConfiguration.Options["config-file-value"]]; ok {
		c.plan.Files = append(c.plan.Files, File{Path: "firelens/config/external.conf", Content: external})
	}
	if len(def.DependsOn)+len(def.Links)+len(def.VolumesFrom) > 0 {
		return
	}
	for i := range c.plan.Containers {
		container := &c.plan.Containers[i]
		other := c.def.Container(container.Name)
		waits := slices.ContainsFunc(container.DependsOn, func(d Dependency) bool { return d.ContainerName == def.Name })
		if other != nil && other != def && usesFireLens(other) && !waits {
			container.DependsOn = append(container.DependsOn, Dependency{ContainerName: def.Name, Condition: Start, Because: "awsfirelens"})
		}
	}
}

// routerBinds are the configuration and the socket's folder, at the paths where the router's image looks.
func (c *compiler) routerBinds(def *taskdef.ContainerDefinition) []string {
	dir := c.options.StateDir + "/firelens"
	target := map[string]string{"fluentd": "/fluentd/etc/", "fluentbit": "/fluent-bit/etc/"}[def.FirelensConfiguration.Type]
	file := map[string]string{"fluentd": "fluent.conf", "fluentbit": "fluent-bit.conf"}[def.FirelensConfiguration.Type]
	binds := []string{dir + "/config/fluent.conf:" + target + file, dir + "/socket/:/var/run/"}
	if def.FirelensConfiguration.Options["config-file-type"] == "s3" {
		binds = append(binds, dir+"/config/external.conf:"+target+"external.conf")
	}
	return binds
}

// routerConfig is the file that the agent would generate (agent: firelensconfig_unix.go).
func (c *compiler) routerConfig(def *taskdef.ContainerDefinition) string {
	fluentd := def.FirelensConfiguration.Type == "fluentd"
	config := fluentConfig{external: externalConfig(def)}
	c.routerInputs(&config, def, fluentd)
	if logsMetadata(def.FirelensConfiguration.Options) {
		t := &c.plan.Task
		config.record = map[string]string{"ecs_cluster": t.Cluster, "ecs_task_arn": t.ARN, "ecs_task_definition": fmt.Sprintf("%s:%d", t.Family, t.Revision)}
		if c.plan.Container(def.Name).Config.Env["AWS_EXECUTION_ENV"].Reveal() == "AWS_ECS_EC2" {
			config.record["ec2_instance_id"] = InstanceID
		}
	}
	for i := range c.def.ContainerDefinitions {
		if other := &c.def.ContainerDefinitions[i]; usesFireLens(other) {
			c.routerOutput(&config, i, other, fluentd)
		}
	}
	if fluentd {
		return config.fluentd()
	}
	return config.fluentBit()
}

// InstanceID stands for the id of the container instance, which the agent adds to the records of tasks on EC2.
const InstanceID = "i-00000000000000000"

// logsMetadata reads enable-ecs-log-metadata as the agent does: a value that is no boolean turns it off (agent: firelens_unix.go,
// parseOptions).
func logsMetadata(options map[string]string) bool {
	value, given := options["enable-ecs-log-metadata"]
	enabled, err := strconv.ParseBool(value)
	return !given || err == nil && enabled
}

func (c *compiler) routerInputs(config *fluentConfig, def *taskdef.ContainerDefinition, fluentd bool) {
	const socket = "/var/run/fluent.sock"
	listen := map[string]string{bridge: "0.0.0.0", awsvpc: loopback}[c.plan.Task.NetworkMode]
	if fluentd {
		config.inputs = []fluentSection{{name: "unix", options: map[string]string{"path": socket}}}
		if listen != "" {
			config.inputs = append(config.inputs, fluentSection{name: "forward", options: map[string]string{"port": fluentPort, "bind": listen}})
		}
		return
	}
	config.inputs = []fluentSection{{name: "forward", options: map[string]string{"unix_path": socket, "Mem_Buf_Limit": bufferOf(def)}}}
	if listen != "" {
		const check = "firelens-healthcheck"
		config.inputs = append(config.inputs,
			fluentSection{name: "forward", options: map[string]string{"Port": fluentPort, "Listen": listen}},
			fluentSection{name: "tcp", tag: check, options: map[string]string{"Port": "8877", "Listen": loopback}})
		config.outputs = append(config.outputs, fluentSection{name: "null", tag: check})
	}
}

// bufferOf is half of the router's memory in MB, 25 where it has no limit.
func bufferOf(def *taskdef.ContainerDefinition) string {
	limit := taskdef.Or(def.MemoryReservation, 0)
	if limit == 0 {
		limit = taskdef.Or(def.Memory, 0)
	}
	if limit/2 <= 0 {
		return "25MB"
	}
	return strconv.Itoa(limit/2) + "MB"
}

func externalConfig(def *taskdef.ContainerDefinition) string {
	options := def.FirelensConfiguration.Options
	switch options["config-file-type"] {
	case "file":
		return options["config-file-value"]
	case "s3":
		return map[string]string{"fluentd": "/fluentd/etc/", "fluentbit": "/fluent-bit/etc/"}[def.FirelensConfiguration.Type] + "external.conf"
	}
	return ""
}

// routerOutput turns the log options of the i-th container into filters and an output section.
func (c *compiler) routerOutput(config *fluentConfig, i int, def *taskdef.ContainerDefinition, fluentd bool) {
	kind, tag, variable := "Name", def.Name+"-firelens*", "${%s}"
	if fluentd {
		kind, tag, variable = "@type", def.Name+"-firelens**", `"#{ENV['%s']}"`
	}
	options := maps.Clone(def.LogConfiguration.Options)
	if options == nil {
		options = map[string]string{}
	}
	for _, s := range def.LogConfiguration.SecretOptions {
		options[s.Name] = fmt.Sprintf(variable, secretOptionVariable(s.Name, i))
	}
	if pattern, ok := options["include-pattern"]; ok {
		config.include = append(config.include, fluentFilter{tag, pattern})
	}
	if pattern, ok := options["exclude-pattern"]; ok {
		config.exclude = append(config.exclude, fluentFilter{tag, pattern})
	}
	name, named := options[kind]
	for _, handled := range []string{kind, "include-pattern", "exclude-pattern", bufferLimit} {
		delete(options, handled)
	}
	here := c.here()
	switch {
	case named && here != nil:
		copies := here.copies(tag)
		config.outputs = append(config.outputs, fluentSection{name: name, tag: tag, options: here.cloudWatch(name, options, fluentd), copies: &copies})
	case named:
		config.outputs = append(config.outputs, fluentSection{name: name, tag: tag, options: options})
	case len(options) > 0:
		c.refuse("FLN-OUTPUT", at(i, "logConfiguration", "options"), fmt.Sprintf("container %q sets output options and no %s, the name of the output plugin", def.Name, kind),
			fmt.Sprintf("missing output key %s which is required for firelens configuration of type %s", kind, c.router().FirelensConfiguration.Type), "add "+strconv.Quote(kind))
	case here != nil && !fluentd: // a file of the router's image has the outputs; of Fluentd's only the first for a tag counts
		config.outputs = append(config.outputs, here.copies(tag))
	}
}
