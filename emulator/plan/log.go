package plan

import (
	"maps"
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/taskdef"
)

// awslogs and awsfirelens are the drivers that are more than a name here.
const (
	awslogs     = "awslogs"
	awsfirelens = "awsfirelens"
)

// log says where a container's output would go. The control plane composes the stream's name; without a prefix it is left to the
// engine, which takes the container's id.
func (c *compiler) log(def *taskdef.ContainerDefinition) Log {
	conf := def.LogConfiguration
	if conf == nil {
		return Log{Driver: "", Group: "/local/" + c.plan.Task.Family, Stream: c.stream("", def.Name)}
	}
	log := Log{Driver: conf.LogDriver, Options: maps.Clone(conf.Options)}
	for _, s := range conf.SecretOptions {
		if log.Options == nil {
			log.Options = map[string]string{}
		}
		log.Options[s.Name] = "***"
	}
	if conf.LogDriver != awslogs {
		log.Group, log.Stream = "/local/"+c.plan.Task.Family, c.stream("", def.Name)
		return log
	}
	log.Shipped = true
	log.Group, log.Region = conf.Options["awslogs-group"], or(conf.Options["awslogs-region"], c.plan.Task.Region)
	log.CreateGroup = strings.EqualFold(conf.Options["awslogs-create-group"], "true")
	log.Exists = slices.Contains(c.options.LogGroups, log.Group)
	if prefix := conf.Options["awslogs-stream-prefix"]; prefix != "" {
		log.Stream = c.stream(prefix, def.Name)
	}
	return log
}

func (c *compiler) stream(prefix, container string) string {
	return strings.TrimPrefix(prefix+"/"+container+"/"+c.plan.Task.ID, "/")
}

// logConfig is the engine's own log driver. We read the output ourselves, so that no credentials are needed and nothing is lost
// (see differences.go).
func (c *compiler) logConfig(def *taskdef.ContainerDefinition) *LogConfig {
	if def.LogConfiguration != nil && def.LogConfiguration.LogDriver == awsfirelens {
		if config := c.fluentd(def); config != nil {
			return config
		}
	}
	if c.options.EngineLogs == "json-file" {
		return &LogConfig{Type: "json-file", Config: map[string]string{"max-size": "10m", "max-file": "2"}}
	}
	return &LogConfig{Type: "none"}
}
