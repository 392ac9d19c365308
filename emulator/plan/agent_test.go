package plan

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/taskdef"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
)

// TestAgentCreates compares plans with the create calls that amazon-ecs-agent 1.105.1 made for the same definitions. Each case holds the
// definition, what the world outside it answers, and what the agent sent to Docker; values that are random there are written <…>.
func TestAgentCreates(t *testing.T) {
	t.Parallel()
	files, _ := filepath.Glob("testdata/agent/*.txtar")
	if len(files) == 0 {
		t.Fatal("no cases")
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			c := readCase(t, file)
			if diff := cmp.Diff(c.want(t, Differences), c.got(t, Differences)); diff != "" {
				t.Errorf("the agent's creates and the plan differ (-agent +plan):\n%s", diff)
			}
			for path, want := range c.files {
				i := slices.IndexFunc(c.plan.Files, func(f File) bool { return f.Path == path })
				if i < 0 {
					t.Errorf("file %s is not planned", path)
				} else if diff := cmp.Diff(want, strings.ReplaceAll(c.plan.Files[i].Content, InstanceID, "<INSTANCE-ID>")); diff != "" {
					t.Errorf("file %s (-agent +plan):\n%s", path, diff)
				}
			}
		})
	}
}

// TestDifferencesAreNeeded takes each row of the table away and wants some case to fail without it.
func TestDifferencesAreNeeded(t *testing.T) {
	t.Parallel()
	files, _ := filepath.Glob("testdata/agent/*.txtar")
	notRecorded := []string{"host mode", "FireLens routers on EC2", "engines with API 1.44 and later", "Fargate", "engines whose control groups cannot be written"}
	for i, row := range Differences {
		if slices.Contains(notRecorded, row.In) {
			continue
		}
		without := slices.Delete(slices.Clone(Differences), i, i+1)
		if !slices.ContainsFunc(files, func(file string) bool {
			c := readCase(t, file)
			return cmp.Diff(c.want(t, without), c.got(t, without)) != ""
		}) {
			t.Errorf("no case needs the difference %s in %s", row.Field, row.In)
		}
	}
}

type agentCase struct {
	plan    *Plan
	creates []create
	files   map[string]string
}

type create struct {
	Container  string
	DockerName string
	Config     map[string]any
	HostConfig map[string]any
}

func readCase(t *testing.T, file string) agentCase {
	t.Helper()
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	c := agentCase{files: map[string]string{}}
	options := Options{TaskID: strings.Repeat("0123456789abcdef", 2), Cluster: "demo", Account: "123456789012", Region: "us-east-1",
		Engine: Engine{APIVersion: "1.41", TaskCgroup: "cgroupfs"}, StateDir: "/state", Secrets: map[string]string{}, EnvFiles: map[string]map[string]string{}}
	var def *taskdef.Definition
	for _, f := range archive.Files {
		switch name := f.Name; {
		case name == "definition.json":
			var findings []diag.Finding
			def, findings = taskdef.Load(f.Name, f.Data)
			if errs := diag.Errors(findings); len(errs) > 0 {
				t.Fatal(errs)
			}
		case name == "secrets.json":
			decode(t, f.Data, &options.Secrets)
		case name == "envfiles.json":
			decode(t, f.Data, &options.EnvFiles)
		case name == "creates.json":
			decode(t, f.Data, &c.creates)
		default:
			c.files[name] = string(f.Data)
		}
	}
	p, findings := Compile(def, options)
	if p == nil {
		t.Fatalf("not planned: %v", findings)
	}
	c.plan = p
	return c
}

func decode(t *testing.T, data []byte, into any) {
	t.Helper()
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatal(err)
	}
}

// want are the agent's creates as lines, without the fields that differ.
func (c agentCase) want(t *testing.T, differences []Difference) map[string][]string {
	all := map[string][]string{}
	for _, agent := range c.creates {
		all[agent.Container] = c.lines(t, agent.Container, agent.DockerName, agent.Config, agent.HostConfig, nil, differences)
	}
	return all
}

// got are the plan's creates of the containers that the agent created too.
func (c agentCase) got(t *testing.T, differences []Difference) map[string][]string {
	all := map[string][]string{}
	for _, agent := range c.creates {
		planned := c.plan.Container(agent.Container)
		if planned == nil {
			continue
		}
		revealed := *planned
		revealed.Config.Env = Environment{}
		for name, v := range planned.Config.Env {
			revealed.Config.Env[name] = Plain(v.Reveal())
			if v.AddressOf != "" {
				revealed.Config.Env[name] = v
			}
		}
		var config, host, networking map[string]any
		decode(t, marshal(t, revealed.Config), &config)
		decode(t, marshal(t, revealed.HostConfig), &host)
		decode(t, marshal(t, revealed.NetworkingConfig), &networking)
		name := planned.DockerName[:len(planned.DockerName)-20] + "<HEX>"
		all[agent.Container] = c.lines(t, agent.Container, name, config, host, networking, differences)
	}
	return all
}

func marshal(t *testing.T, v any) []byte {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// lines flattens a create call to path=value lines.
func (c agentCase) lines(t *testing.T, container, dockerName string, config, host, networking map[string]any, differences []Difference) []string {
	env := map[string]any{}
	if list, ok := config["Env"].([]any); ok {
		for _, line := range list {
			name, value, _ := strings.Cut(line.(string), "=")
			env[name] = c.masked(container, value)
		}
	}
	config["Env"] = env
	var lines []string
	flatten("Config", config, &lines)
	flatten("HostConfig", host, &lines)
	flatten("NetworkingConfig", networking, &lines)
	lines = slices.DeleteFunc(lines, func(line string) bool {
		return slices.ContainsFunc(differences, func(d Difference) bool {
			prefix, any := strings.CutSuffix(d.Field, "*")
			return (strings.HasPrefix(line, d.Field+"=") || strings.HasPrefix(line, d.Field+".") || any && strings.HasPrefix(line, prefix)) && c.applies(t, d.In, container)
		})
	})
	for i := range lines {
		lines[i] = ownHex.ReplaceAllString(lines[i], "-<HEX>$1")
	}
	slices.Sort(lines)
	return append(lines, "dockerName="+dockerName)
}

// ownHex ends the names of other containers and of volumes, before an alias, a path or an access mode.
var ownHex = regexp.MustCompile(`-[0-9a-f]{20}(:|$)`)

// applies says whether a row of Differences is about a container.
func (c agentCase) applies(t *testing.T, in, container string) bool {
	t.Helper()
	mode, planned := c.plan.Task.NetworkMode, c.plan.Container(container)
	if planned == nil {
		return false
	}
	switch in {
	case "all tasks":
		return true
	case "host mode":
		return mode == host
	case "tasks that share namespaces":
		return strings.HasPrefix(planned.HostConfig.PidMode+planned.HostConfig.IpcMode, "container:")
	case "tasks with GPUs":
		return len(planned.HostConfig.DeviceRequests) > 0
	case "the agent and pause containers", "the pause container":
		return planned.Internal()
	case "awsvpc and bridge":
		return mode == awsvpc || mode == bridge
	case "all tasks with ports":
		return len(planned.HostConfig.PortBindings) > 0
	case "FireLens routers":
		return slices.ContainsFunc(planned.HostConfig.Binds, func(bind string) bool { return strings.Contains(bind, "/firelens/") })
	case "FireLens routers on EC2", "engines whose control groups cannot be written", "Fargate", "engines with API 1.44 and later":
		return false
	}
	t.Fatalf("unknown circumstance %q in Differences", in)
	return false
}

// masked replaces what is random in the agent, and made from the task here.
func (c agentCase) masked(container, value string) string {
	if p := c.plan.Container(container); p != nil && p.EndpointID != "" {
		value = strings.ReplaceAll(value, p.EndpointID, "<ENDPOINT-ID>")
	}
	value = strings.ReplaceAll(value, c.plan.Task.CredentialsID, "<CREDENTIALS-ID>")
	if c.plan.Task.CredentialsID == "" {
		return strings.ReplaceAll(value, "<CREDENTIALS-ID>", "")
	}
	return value
}

func flatten(path string, v any, into *[]string) {
	switch v := v.(type) {
	case map[string]any:
		if len(v) == 0 && strings.Contains(path, ".") { // an empty object says that its name is there
			*into = append(*into, path+"={}")
		}
		for name, value := range v {
			flatten(path+"."+name, value, into)
		}
	case []any:
		if len(v) == 0 && strings.Contains(path, ".") { // an empty object says that its name is there
			*into = append(*into, path+"=[]")
		}
		for i, value := range v {
			flatten(path+"."+strconv.Itoa(i), value, into)
		}
	case float64:
		*into = append(*into, path+"="+strconv.FormatFloat(v, 'f', -1, 64))
	default:
		*into = append(*into, fmt.Sprintf("%s=%v", path, v))
	}
}
