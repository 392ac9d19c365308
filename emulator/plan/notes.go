package plan

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/taskdef"
)

// Notes are the fields of a definition that mean something else here, one a field and place, in the definition's order.
func Notes(def *taskdef.Definition, p *Plan, engine Engine) []Note {
	notes := []Note{}
	walk(reflect.ValueOf(def).Elem(), "", "", func(pointer, name string) {
		if f := fieldOf(name); f.Treatment != Honoured && !slices.ContainsFunc(notes, func(n Note) bool { return n.Field == f.Name && strings.HasPrefix(pointer, n.Path) }) {
			notes = append(notes, Note{Path: prefixFor(pointer, name, f.Name), Field: f.Name, Treatment: f.Treatment, Difference: f.Difference})
		}
	})
	return append(append(notes, circumstances(def, p, engine)...), lacks(def, p, engine)...)
}

// walk visits every value that a definition sets, with its JSON pointer and the path of its field.
func walk(v reflect.Value, pointer, name string, visit func(pointer, name string)) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			walk(v.Elem(), pointer, name, visit)
		}
	case reflect.Slice:
		for i := range v.Len() {
			walk(v.Index(i), diag.Pointer(pointer, i), name+"[]", visit)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if tag := v.Type().Field(i).Tag.Get("json"); tag != "-" {
				walk(v.Field(i), diag.Pointer(pointer, tag), strings.TrimPrefix(name+"."+tag, "."), visit)
			}
		}
	default:
		if !v.IsZero() {
			visit(pointer, name)
		}
	}
}

// fieldOf is the entry of Fields that speaks for a value.
func fieldOf(name string) Field {
	var best Field
	for _, f := range Fields {
		if (name == f.Name || strings.HasPrefix(name, f.Name+".") || strings.HasPrefix(name, f.Name+"[]")) && len(f.Name) > len(best.Name) {
			best = f
		}
	}
	return best
}

// prefixFor cuts the pointer of a value to that of the field which speaks for it.
func prefixFor(pointer, name, field string) string {
	steps := func(name string) int { return strings.Count(name, ".") + strings.Count(name, "[]") }
	tokens := diag.Tokens(pointer)
	cut := tokens[:len(tokens)-(steps(name)-steps(field))]
	path := ""
	for _, token := range cut {
		path = diag.Pointer(path, token)
	}
	return path
}

// circumstances are the notes that depend on more than the field's name.
func circumstances(def *taskdef.Definition, p *Plan, engine Engine) []Note {
	var notes []Note
	add := func(path, field string, t Treatment, difference string) {
		notes = append(notes, Note{Path: path, Field: field, Treatment: t, Difference: difference})
	}
	if p.Cgroup == nil && p.Task.Memory > 0 && !engine.NoLimits {
		add("/memory", "memory", Approximated, "the limit holds for each container, not for the task as a whole: this engine's control groups cannot be written")
	}
	if p.Cgroup == nil && p.Task.CPU > 0 && !engine.NoLimits {
		add("/cpu", "cpu", Approximated, "the limit holds for each container, not for the task as a whole: this engine's control groups cannot be written")
	}
	agent := p.Container(AgentName)
	for i, c := range def.ContainerDefinitions {
		const router = "containerDefinitions[].firelensConfiguration"
		switch planned := p.Container(c.Name); {
		case c.FirelensConfiguration == nil || planned == nil:
		case agent != nil && slices.Contains(agent.Config.Cmd, ForwardStream):
			add(at(i, "firelensConfiguration"), router, Approximated, "copies of the router's records come to ecslocal, which shows and keeps them, and its CloudWatch Logs is ecslocal's own; not with --strict")
		case !slices.ContainsFunc(planned.HostConfig.Binds, func(bind string) bool { return strings.Contains(bind, "/firelens/config/") }):
			add(at(i, "firelensConfiguration"), router, Approximated, "the router runs with the configuration of its image: this engine's machine does not have the generated one")
		}
		if c.LogConfiguration == nil {
			continue
		}
		path, field := at(i, "logConfiguration", "logDriver"), "containerDefinitions[].logConfiguration.logDriver"
		switch driver := c.LogConfiguration.LogDriver; {
		case driver == awsfirelens && p.Container(c.Name) != nil && p.Container(c.Name).HostConfig.LogConfig.Type != "fluentd":
			add(path, field, Approximated, "the output is kept here and does not reach the log router, whose socket this engine could not share")
		case driver != awslogs && driver != awsfirelens:
			add(path, field, Approximated, "the output is kept here; nothing is sent to "+driver)
		}
	}
	return notes
}

// lacks are the notes about what this engine cannot give.
func lacks(def *taskdef.Definition, p *Plan, engine Engine) []Note {
	var notes []Note
	for i, c := range def.ContainerDefinitions {
		planned := p.Container(c.Name)
		if engine.NoLimits && (planned.HostConfig.Memory > 0 || planned.HostConfig.CPUShares > 2) && len(notes) == 0 {
			notes = append(notes, Note{Path: at(i, "memory"), Field: "containerDefinitions[].memory", Treatment: Ignored,
				Difference: "this engine has no control groups: no limit of memory or CPU holds, and nothing is killed for its memory"})
		}
		if engine.APIVersion != "" && !engine.GPUs && len(planned.HostConfig.DeviceRequests) > 0 {
			notes = append(notes, Note{Path: at(i, "resourceRequirements"), Field: "containerDefinitions[].resourceRequirements", Treatment: Approximated,
				Difference: "this engine has no GPU to give, and will not start the container: install the NVIDIA container toolkit"})
		}
		if p.Task.LaunchType == taskdef.Fargate && openFiles(planned) == 0 && !slices.ContainsFunc(notes, func(n Note) bool { return n.Field == ulimits }) {
			notes = append(notes, Note{Path: at(i, "ulimits"), Field: ulimits, Treatment: Approximated,
				Difference: fmt.Sprintf("containers have this engine's own limit of open files: it may not set Fargate's, %d", fargateOpenFiles)})
		}
	}
	return notes
}

const ulimits = "containerDefinitions[].ulimits"

// openFiles is the planned limit of open files, 0 where there is none.
func openFiles(c *Container) int64 {
	for _, u := range c.HostConfig.Ulimits {
		if u.Name == "nofile" {
			return u.Hard
		}
	}
	return 0
}
