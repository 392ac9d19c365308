package plan

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/taskdef"
)

// environment composes a container's variables in the agent's order (docker_task_engine.go createContainer, task.go
// PostUnmarshalTask): secrets win over everything, environment files only add, the region comes as a pair or not at all.
func (c *compiler) environment(def *taskdef.ContainerDefinition) Environment {
	env := Environment{}
	for _, v := range append(def.Environment[:len(def.Environment):len(def.Environment)], c.options.Env...) {
		env[v.Name] = Plain(v.Value)
	}
	if _, set := env["AWS_EXECUTION_ENV"]; !set {
		env["AWS_EXECUTION_ENV"] = Plain("AWS_ECS_" + c.plan.Task.LaunchType)
	}
	if gpus := c.gpus(def); gpus > 0 {
		env["NVIDIA_VISIBLE_DEVICES"] = Plain(gpuNames(gpus))
	}
	c.endpoints(env, c.identifier("endpoint", def.Name))
	c.fluentVariables(env, def)
	for _, s := range def.Secrets {
		env[s.Name] = Hidden(c.options.Secrets[s.ValueFrom])
	}
	for _, file := range def.EnvironmentFiles {
		for name, value := range c.options.EnvFiles[file.Value] {
			if _, set := env[name]; !set {
				env[name] = Plain(value)
			}
		}
	}
	c.regionPair(env)
	return env
}

// endpoints adds where the agent is found, also to tasks without a network, which cannot reach it; in host mode the link-local address
// does not exist and a port of the loopback interface stands for it.
func (c *compiler) endpoints(env Environment, id string) {
	base := "http://" + AgentAddress
	if c.plan.Task.NetworkMode == host {
		base = "http://127.0.0.1:" + strconv.Itoa(c.hostModeAgentPort())
	}
	if credentials := c.plan.Task.CredentialsID; credentials != "" {
		path := "/v2/credentials/" + credentials
		if c.plan.Task.NetworkMode == host { // SDKs put 169.254.170.2 before a relative URI
			env["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = Plain(base + path)
		} else {
			env["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = Plain(path)
		}
	}
	env["ECS_CONTAINER_METADATA_URI"] = Plain(base + "/v3/" + id)
	env["ECS_CONTAINER_METADATA_URI_V4"] = Plain(base + "/v4/" + id)
	env["ECS_AGENT_URI"] = Plain(base + "/api/" + id)
}

// regionPair adds AWS_REGION and AWS_DEFAULT_REGION unless one of them is set, by the definition or by the image
// (agent 1.104.0 and later).
func (c *compiler) regionPair(env Environment) {
	pair := []string{"AWS_REGION", "AWS_DEFAULT_REGION"}
	for _, name := range pair {
		if _, set := env[name]; set {
			return
		}
	}
	for _, name := range pair {
		env[name] = Variable{value: c.plan.Task.Region, UnlessImage: pair}
	}
}

// registryCredentials reads the secret of repositoryCredentials: JSON with username and password.
func registryCredentials(secret string) (string, Variable) {
	var credentials struct{ Username, Password string }
	if json.Unmarshal([]byte(secret), &credentials) != nil {
		return "", Variable{}
	}
	return credentials.Username, Hidden(credentials.Password)
}

// gpus is the number of GPUs that a container asks for.
func (c *compiler) gpus(def *taskdef.ContainerDefinition) int {
	n := 0
	for _, r := range def.ResourceRequirements {
		if r.Type == "GPU" {
			n, _ = strconv.Atoi(r.Value)
		}
	}
	return n
}

// gpuNames are the devices' indices: this machine has no device ids to hand out.
func gpuNames(n int) string {
	names := make([]string, n)
	for i := range names {
		names[i] = strconv.Itoa(i)
	}
	return strings.Join(names, ",")
}
