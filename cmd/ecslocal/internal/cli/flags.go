package cli

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/ecslocal/ecslocal/emulator"
	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/document"
	"github.com/ecslocal/ecslocal/emulator/plan"
	"github.com/ecslocal/ecslocal/emulator/taskdef"
	"github.com/spf13/pflag"
)

// definitionFlags are those of every command that reads a task definition.
type definitionFlags struct {
	options   emulator.Options
	overrides string
	env       []string
	images    []string
	params    []string
	output    string
}

func (f *definitionFlags) add(flags *pflag.FlagSet) {
	o := &f.options
	flags.StringVar(&o.Config, "config", "", "configuration `FILE` (default: ecslocal.yaml beside the task definition)")
	flags.StringArrayVar(&o.Secrets, "secrets", nil, "secrets `FILE`, YAML, JSON or .env; repeatable, a later one wins")
	flags.StringArrayVar(&f.images, "image", nil, "run another image: `NAME=IMAGE`, NAME a container or an image reference; repeatable")
	flags.StringVar(&o.LaunchType, "launch-type", "", "FARGATE or EC2 (default: requiresCompatibilities, else EC2)")
	flags.StringVar(&o.Region, "region", "", "AWS region (default: from the definition, else us-east-1)")
	flags.StringVar(&o.Account, "account", "", "AWS account (default: from the definition, else 000000000000)")
	flags.StringVar(&o.Cluster, "cluster", "", "cluster name (default \"default\")")
	flags.StringVar(&o.TaskID, "task-id", "", "task id, 32 hexadecimal digits, for plans that can be compared")
	flags.StringVar(&f.overrides, "overrides", "", "`FILE` with RunTask's overrides")
	flags.StringArrayVar(&f.env, "env", nil, "add `NAME=VALUE` to the environment of every container; repeatable")
	flags.BoolVar(&o.Strict, "strict", false, "fail on everything that is only said otherwise")
	flags.StringVar(&o.Input.From, "from", "", "`FORMAT` of the file (default: found out by its content)")
	flags.StringVar(&o.Input.Resource, "resource", "", "`NAME` of the task definition in a template that holds several")
	flags.StringArrayVar(&f.params, "param", nil, "value of a template's parameter: `NAME=VALUE`; repeatable")
	flags.BoolVar(&o.Input.EnvSubst, "env-subst", false, "replace $NAME and ${NAME} by the environment")
	addStateDir(flags, &o.StateDir)
}

func addStateDir(flags *pflag.FlagSet, into *string) {
	flags.StringVar(into, "state-dir", "", "`DIR` of state and logs (default: $ECSLOCAL_STATE_DIR, else $XDG_STATE_HOME/ecslocal)")
}

func addOutput(flags *pflag.FlagSet, into *string, formats string) {
	flags.StringVarP(into, "output", "o", "text", formats)
}

// load reads the definition and everything that the flags name.
func (f *definitionFlags) load(path string) (*emulator.Project, error) {
	if err := f.settle(); err != nil {
		return nil, fail(exitUsage, err)
	}
	project, err := emulator.Load(path, f.options)
	if err != nil {
		var invalid *emulator.InvalidError
		if errors.As(err, &invalid) {
			return nil, fail(exitCannotRun, err)
		}
		return nil, fail(exitUsage, err)
	}
	return project, nil
}

// settle turns the flags' texts into options.
func (f *definitionFlags) settle() (err error) {
	o := &f.options
	if o.LaunchType != "" && o.LaunchType != taskdef.EC2 && o.LaunchType != taskdef.Fargate {
		return fmt.Errorf("read --launch-type %q: it is FARGATE or EC2", o.LaunchType)
	}
	if o.TaskID != "" && !isTaskID(o.TaskID) {
		return fmt.Errorf("read --task-id %q: it has 32 hexadecimal digits", o.TaskID)
	}
	if o.Images, err = pairs("--image", f.images); err != nil {
		return err
	}
	if o.Input.Params, err = pairs("--param", f.params); err != nil {
		return err
	}
	for _, text := range f.env {
		name, value, ok := strings.Cut(text, "=")
		if !ok || name == "" {
			return fmt.Errorf("read --env %q: write NAME=VALUE", text)
		}
		o.Env = append(o.Env, taskdef.KeyValuePair{Name: name, Value: value})
	}
	if f.overrides != "" {
		o.Overrides, err = readOverrides(f.overrides)
	}
	return err
}

func isTaskID(id string) bool { return len(id) == 32 && strings.Trim(id, "0123456789abcdef") == "" }

func pairs(flag string, texts []string) (map[string]string, error) {
	values := map[string]string{}
	for _, text := range texts {
		name, value, ok := strings.Cut(text, "=")
		if !ok || name == "" {
			return nil, fmt.Errorf("read %s %q: write NAME=VALUE", flag, text)
		}
		values[name] = value
	}
	return values, nil
}

func readOverrides(path string) (*taskdef.Overrides, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the overrides: %w", err)
	}
	root, findings := document.Parse(path, data)
	if root != nil {
		if inner := root.Member("overrides"); inner != nil { // the whole request was given
			root = inner
		}
		overrides, more := taskdef.DecodeOverrides(root)
		if findings = append(findings, more...); len(diag.Errors(findings)) == 0 {
			return overrides, nil
		}
	}
	return nil, &emulator.InvalidError{Findings: findings}
}

// readPublish reads --publish.
func readPublish(text string) (plan.Publish, error) {
	switch p := plan.Publish(text); p {
	case plan.PublishAuto, plan.PublishRandom, plan.PublishNone:
		return p, nil
	}
	return "", fmt.Errorf("read --publish %q: it is auto, random or none", text)
}
