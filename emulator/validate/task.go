package validate

import (
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/document"
	"github.com/ecslocal/ecslocal/emulator/taskdef"
)

// task is a definition with what the rules ask of it again and again.
type task struct {
	*taskdef.Definition
	opts       Options
	containers []container
	byName     map[string]container // the first container of each name
	fargate    bool                 // Fargate's rules hold
	ec2        bool                 // the rules of container instances hold
	windows    bool
	mode       string // network mode
	schema     schema

	volumeByName map[string]int  // the first volume of each name
	mountedNames map[string]bool // the volumes that containers mount
	unknowns     map[string]bool // answers of anyUnknown, by path
	routers      []container     // those with a firelensConfiguration
	firelensUsed bool            // some container has the log driver awsfirelens
}

// container is a container definition that knows its place.
type container struct {
	*taskdef.ContainerDefinition
	path string // JSON pointer
}

func newTask(def *taskdef.Definition, opts Options) *task {
	t := &task{Definition: def, opts: opts, byName: map[string]container{}, schema: readSchema(def)}
	// ECS applies all rules of Fargate as soon as it is among the compatibilities, even beside EC2.
	t.fargate = t.requires(taskdef.Fargate) || opts.LaunchType == taskdef.Fargate
	t.ec2 = !t.fargate || t.requires(taskdef.EC2)
	t.windows = def.RuntimePlatform != nil && strings.HasPrefix(def.RuntimePlatform.OperatingSystemFamily, "WINDOWS")
	t.mode = def.NetworkMode
	if t.mode == "" {
		t.mode = "bridge"
	}
	t.volumeByName, t.mountedNames, t.unknowns = map[string]int{}, map[string]bool{}, map[string]bool{}
	for i, v := range def.Volumes {
		if _, twice := t.volumeByName[v.Name]; !twice {
			t.volumeByName[v.Name] = i
		}
	}
	for i := range def.ContainerDefinitions {
		c := container{&def.ContainerDefinitions[i], diag.Pointer("/containerDefinitions", i)}
		t.containers = append(t.containers, c)
		if _, twice := t.byName[c.Name]; !twice {
			t.byName[c.Name] = c
		}
		t.firelensUsed = t.firelensUsed || c.LogConfiguration != nil && c.LogConfiguration.LogDriver == "awsfirelens"
		if c.FirelensConfiguration != nil {
			t.routers = append(t.routers, c)
		}
		for _, m := range c.MountPoints {
			t.mountedNames[m.SourceVolume] = true
		}
	}
	return t
}

func (t *task) requires(launchType string) bool {
	return slices.Contains(t.RequiresCompatibilities, launchType)
}

// given says whether the file gives a value that is neither null nor the empty text, or one that is not known yet.
func (t *task) given(path string) bool { return given(t.Definition, path) }

func given(def *taskdef.Definition, path string) bool {
	n := def.Source.At(path)
	return n != nil && (n.Unknown != "" || n.Kind != document.Null && (n.Kind != document.String || n.Text != ""))
}

// unknown says whether the value at a pointer, or one around it, is known at deployment only.
func (t *task) unknown(path string) bool {
	n := t.Source
	for _, token := range diag.Tokens(path) {
		if n == nil || n.Unknown != "" {
			break
		}
		n = n.At(diag.Pointer("", token))
	}
	return n != nil && n.Unknown != ""
}

// label names a container in messages.
func (c container) label() string {
	if c.Name == "" {
		return "#" + c.path[strings.LastIndexByte(c.path, '/')+1:]
	}
	return c.Name
}

func (c container) at(tokens ...any) string { return diag.Pointer(c.path, tokens...) }

// eachContainer checks every container; the container's name becomes the first value of every finding.
func eachContainer(check func(t *task, c container, hit hit)) check {
	return func(t *task, hit hit) {
		for _, c := range t.containers {
			check(t, c, func(path string, values ...any) { hit(path, append([]any{c.label()}, values...)...) })
		}
	}
}

// has says whether the task has a container of that name, as far as can be known.
func (t *task) has(name string) bool {
	_, ok := t.byName[name]
	return ok || t.unknown("/containerDefinitions") || t.someUnknown("name")
}

// someUnknown says whether a member of some container, or of some volume, is known at deployment only. A definition of thousands may
// ask thousands of times, so answers are kept.
func (t *task) someUnknown(member string) bool {
	return t.anyUnknown("/containerDefinitions", len(t.ContainerDefinitions), member)
}

func (t *task) anyUnknown(list string, n int, member string) bool {
	key := list + "/" + member
	answer, known := t.unknowns[key]
	for i := 0; i < n && !known && !answer; i++ {
		answer = t.unknown(diag.Pointer(list, i, member))
	}
	t.unknowns[key] = answer
	return answer
}
