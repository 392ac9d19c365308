package emulator

import (
	"errors"
	"fmt"
	"strings"

	"github.com/ecslocal/ecslocal/logs"
)

// refusal is the stoppedReason of a task whose secrets, environment files or log groups ECS would not find; empty where all is well.
// What to do about it is a warning of its own: the reason is in ECS's words.
func (t *Task) refusal() string {
	p := t.project
	fargate := t.Plan.Task.LaunchType == "FARGATE"
	switch {
	case p.missing != nil:
		t.warn("", "%s", p.adviceOnSecrets())
		if fargate {
			return p.missing.Fargate()
		}
		return p.missing.EC2()
	case p.envError != nil:
		t.warn("", "%s", strings.TrimSpace(p.envError.Error()+"\n"+p.envError.Fix))
		if fargate {
			return p.envError.Fargate()
		}
		return p.envError.EC2()
	}
	return t.prepareGroups()
}

// adviceOnSecrets names what has no value and says how to give one.
func (p *Project) adviceOnSecrets() string {
	var lines []string
	for i := range p.missing.Missing {
		lines = append(lines, p.missing.Missing[i].Error())
	}
	if len(p.secrets.Files) == 0 {
		lines = append(lines, fmt.Sprintf("there is no secrets file: ecslocal secrets init --file secrets.yaml %s writes one to fill in; name it with --secrets, or under secrets in ecslocal.yaml", p.Path))
	} else {
		lines = append(lines, fmt.Sprintf("add it to the secrets file; ecslocal secrets check %s says more", p.Path))
	}
	return strings.Join(lines, "\n")
}

// prepareGroups makes the log groups. One that would not exist on ECS fails the task when strict, and is warned of otherwise.
func (t *Task) prepareGroups() string {
	for i := range t.Plan.Containers {
		c := &t.Plan.Containers[i]
		if c.Internal() {
			continue
		}
		_, err := t.logs.Group(c.Log.Group)
		absent := errors.Is(err, logs.ErrNoGroup)
		if absent && c.Log.Shipped && !c.Log.CreateGroup && !c.Log.Exists {
			failure := logs.MissingGroup("")
			text := failure.Text(t.Plan.Task.LaunchType, t.engine.Info.Version)
			if t.project.options.Strict {
				return text
			}
			t.warn(c.Name, "log group %q may not exist on ECS, where the task would fail: %s\nadd awslogs-create-group, or list the group under logGroups in ecslocal.yaml", c.Log.Group, text)
		}
		if absent {
			if err := t.makeGroup(c.Log.Group); err != nil {
				t.warn(c.Name, "make log group %q: %v", c.Log.Group, err)
			}
		}
	}
	return ""
}

// makeGroup makes a log group unless it exists.
func (t *Task) makeGroup(name string) error {
	if err := t.logs.CreateGroup(name, nil); !errors.Is(err, logs.ErrGroupExists) {
		return err
	}
	return nil
}
