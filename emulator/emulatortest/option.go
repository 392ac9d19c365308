package emulatortest

import (
	"time"

	"github.com/ecslocal/ecslocal/emulator"
	"github.com/ecslocal/ecslocal/emulator/taskdef"
)

// Option changes how Run runs a task.
type Option func(*settings)

type settings struct {
	options   emulator.Options
	condition Condition
	timeout   time.Duration
}

// defaultTimeout is how long Run and Task.WaitFor wait; a check of ECS's default interval needs 30 s to pass for the first time.
const defaultTimeout = 2 * time.Minute

// WithConfig takes another ecslocal.yaml than the one beside the definition.
func WithConfig(path string) Option { return func(s *settings) { s.options.Config = path } }

// WithSecrets adds a secrets file; a later one wins.
func WithSecrets(path string) Option {
	return func(s *settings) { s.options.Secrets = append(s.options.Secrets, path) }
}

// WithImage runs another image for a container: its name, the reference in the definition, or a glob of references.
func WithImage(container, image string) Option {
	return func(s *settings) { set(&s.options.Images, container, image) }
}

// WithEnv adds a variable to the environment of every container.
func WithEnv(name, value string) Option {
	return func(s *settings) {
		s.options.Env = append(s.options.Env, taskdef.KeyValuePair{Name: name, Value: value})
	}
}

// WithParam gives a template's parameter a value.
func WithParam(name, value string) Option {
	return func(s *settings) { set(&s.options.Input.Params, name, value) }
}

// WithOverrides runs the task with RunTask's overrides.
func WithOverrides(overrides taskdef.Overrides) Option {
	return func(s *settings) { s.options.Overrides = &overrides }
}

// WithNetwork joins an existing Docker network besides the task's own, such as one that testcontainers made.
func WithNetwork(name string) Option {
	return func(s *settings) { s.options.Networks = append(s.options.Networks, name) }
}

// WithOptions changes anything else.
func WithOptions(change func(*emulator.Options)) Option {
	return func(s *settings) { change(&s.options) }
}

// WithWait waits for another condition than [Healthy]. All() waits for nothing.
func WithWait(c Condition) Option { return func(s *settings) { s.condition = c } }

// WithTimeout bounds each wait: that of Run, and those of the task later. It is 2 minutes without this.
func WithTimeout(d time.Duration) Option { return func(s *settings) { s.timeout = d } }

func set(values *map[string]string, name, value string) {
	if *values == nil {
		*values = map[string]string{}
	}
	(*values)[name] = value
}
