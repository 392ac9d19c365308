package plan

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/taskdef"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "rewrite the golden plans")

// TestPlans compares whole plans, as people read them and as JSON, with golden files: input and outputs stand in one txtar a case.
func TestPlans(t *testing.T) {
	t.Parallel()
	files, _ := filepath.Glob("testdata/plans/*.txtar")
	if len(files) == 0 {
		t.Fatal("no cases")
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			options := Options{AgentImage: "ecslocal.local/agent", Secrets: map[string]string{"/p/key": "hunter2"}}
			def := load(t, string(archive.Files[0].Data))
			p, findings := Compile(def, options)
			got := ""
			for _, f := range findings {
				got += f.String() + "\n"
			}
			if p != nil {
				got += p.String()
				text, err := p.JSON()
				if err != nil {
					t.Fatal(err)
				}
				if strings.Contains(got+string(text), "hunter2") {
					t.Error("the plan shows a secret")
				}
			}
			if *update {
				archive.Files = append(archive.Files[:1], txtar.File{Name: "plan.txt", Data: []byte(got)})
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(string(archive.Files[1].Data), got); diff != "" {
				t.Errorf("-golden +got (go test ./emulator/plan -update rewrites):\n%s", diff)
			}
		})
	}
}

func load(t *testing.T, text string) *taskdef.Definition {
	t.Helper()
	def, findings := taskdef.Load("task.json", []byte(text))
	if errs := diag.Errors(findings); len(errs) > 0 {
		t.Fatal(errs)
	}
	return def
}

func compile(t *testing.T, text string, options Options) *Plan {
	t.Helper()
	p, findings := Compile(load(t, text), options)
	if p == nil {
		t.Fatal(findings)
	}
	return p
}

func TestHostPorts(t *testing.T) {
	t.Parallel()
	const def = `{"family": "f", "networkMode": "bridge", "containerDefinitions": [{"name": "a", "image": "i", "portMappings": [
		{"containerPort": 80, "hostPort": 8080}, {"containerPort": 81}, {"containerPortRange": "90-92"}, {"containerPort": 53, "protocol": "udp"}]}]}`
	taken := func(protocol string, port int) bool { return protocol == "tcp" && (port == 8080 || port == 49155) }
	got := compile(t, def, Options{PortTaken: taken}).Container("a").HostConfig.PortBindings
	want := map[string]string{"80/tcp": "49153", "81/tcp": "49154", "90/tcp": "49156", "91/tcp": "49157", "92/tcp": "49158", "53/udp": "49159"}
	for port, hostPort := range want {
		if len(got[port]) != 1 || got[port][0] != (PortBinding{"127.0.0.1", hostPort}) {
			t.Errorf("%s is published at %v, want %s", port, got[port], hostPort)
		}
	}
	if got := compile(t, def, Options{Publish: PublishNone}).Container("a").HostConfig.PortBindings; got != nil {
		t.Errorf("none: %v", got)
	}
	if got := compile(t, def, Options{Publish: PublishRandom}).Container("a").HostConfig.PortBindings["80/tcp"][0].HostPort; got != "" {
		t.Errorf("random: %q", got)
	}
}

// TestUnusedVolume: a volume that is only a name exists as soon as somebody mounts it; others are made in any case.
func TestUnusedVolume(t *testing.T) {
	t.Parallel()
	p := compile(t, `{"family": "f", "volumes": [{"name": "used"}, {"name": "unused", "host": {}}, {"name": "docker", "dockerVolumeConfiguration": {"scope": "task"}}],
		"containerDefinitions": [{"name": "a", "image": "i", "mountPoints": [{"sourceVolume": "used", "containerPath": "/u"}]}]}`, Options{})
	var got []string
	for _, v := range p.Volumes {
		got = append(got, v.Source)
	}
	if want := "used docker"; strings.Join(got, " ") != want {
		t.Errorf("volumes %v, want %s", got, want)
	}
}

func TestOverrides(t *testing.T) {
	t.Parallel()
	const def = `{"family": "f", "cpu": "256", "containerDefinitions": [{"name": "a", "image": "i", "command": ["x"], "environment": [{"name": "A", "value": "1"}, {"name": "B", "value": "1"}]}]}`
	cpu := 128
	p := compile(t, def, Options{Overrides: &taskdef.Overrides{CPU: "512", TaskRoleARN: "arn:aws:iam::1:role/r",
		ContainerOverrides: []taskdef.ContainerOverride{{Name: "a", Command: []string{"y"}, CPU: &cpu, Environment: []taskdef.KeyValuePair{{Name: "B", Value: "2"}}}}}})
	c := p.Container("a")
	if p.Task.CPU != 0.5 || c.Config.Cmd[0] != "y" || c.HostConfig.CPUShares != 128 || c.Config.Env["A"].Reveal()+c.Config.Env["B"].Reveal() != "12" || p.Task.CredentialsID == "" {
		t.Errorf("overrides: %+v", p)
	}
	_, findings := Compile(load(t, def), Options{Overrides: &taskdef.Overrides{ContainerOverrides: []taskdef.ContainerOverride{{Name: "b"}}}})
	if len(findings) != 1 || findings[0].AWS != "Override for container named b is not a container in the TaskDefinition." {
		t.Errorf("unknown container: %v", findings)
	}
}

func TestSettle(t *testing.T) {
	t.Parallel()
	c := compile(t, `{"family": "f", "containerDefinitions": [{"name": "a", "image": "i", "healthCheck": {"command": ["CMD", "x"]}}]}`, Options{}).Container("a")
	settled := c.Settle(Image{Env: []string{"AWS_REGION=eu-west-1"}, StartPeriod: 5}, nil)
	if _, set := settled.Config.Env["AWS_DEFAULT_REGION"]; set || settled.Config.Healthcheck.StartPeriod != 1_000_000 {
		t.Errorf("settled: %v %v", settled.Config.Env.Names(), settled.Config.Healthcheck)
	}
	if _, set := c.Config.Env["AWS_REGION"]; !set || c.Config.Healthcheck.StartPeriod != 0 {
		t.Error("settling changed the plan")
	}
}

// TestEveryFieldIsSpokenFor wants each value of the API to be in Fields.
func TestEveryFieldIsSpokenFor(t *testing.T) {
	t.Parallel()
	file, err := os.ReadFile("../taskdef/testdata/members.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(strings.TrimSpace(string(file)), "\n")[1:] {
		if name, _, _ := strings.Cut(line, " "); fieldOf(name).Name == "" {
			t.Errorf("%s is in no row of Fields", name)
		}
	}
	for _, f := range Fields {
		if (f.Treatment == Honoured) != (f.Difference == "") {
			t.Errorf("%s: %s with difference %q", f.Name, f.Treatment, f.Difference)
		}
	}
}

func TestNotes(t *testing.T) {
	t.Parallel()
	p := compile(t, `{"family": "f", "memory": "64", "networkMode": "bridge", "containerDefinitions": [{"name": "a", "image": "i"},
		{"name": "b", "image": "i", "links": ["a", "a:x"], "logConfiguration": {"logDriver": "splunk"}}]}`, Options{})
	var got []string
	for _, n := range p.Notes {
		got = append(got, n.Path)
	}
	if want := "/containerDefinitions/1/links /memory /containerDefinitions/1/logConfiguration/logDriver"; strings.Join(got, " ") != want {
		t.Errorf("notes at %v, want %s", got, want)
	}
}

// TestEngineLacks wants a note for each thing that the engine cannot give, and none where it can or is not known.
func TestEngineLacks(t *testing.T) {
	t.Parallel()
	const gpu, fargate = `{"family": "f", "containerDefinitions": [{"name": "a", "image": "i", "resourceRequirements": [{"type": "GPU", "value": "1"}]}]}`,
		`{"family": "f", "requiresCompatibilities": ["FARGATE"], "containerDefinitions": [{"name": "a", "image": "i"}, {"name": "b", "image": "i"}]}`
	for _, c := range []struct {
		def, path, want string
		engine          Engine
	}{
		{gpu, "/containerDefinitions/0/resourceRequirements", "this engine has no GPU", Engine{APIVersion: "1.41"}},
		{gpu, "", "", Engine{APIVersion: "1.41", GPUs: true}},
		{gpu, "", "", Engine{}},
		{fargate, "/containerDefinitions/0/ulimits", "may not set Fargate's, 65535", Engine{APIVersion: "1.41", OpenFiles: 20000}},
		{fargate, "", "", Engine{APIVersion: "1.41", OpenFiles: 65535}},
		{`{"family": "f", "containerDefinitions": [{"name": "a", "image": "i"}, {"name": "b", "image": "i", "memory": 64}]}`, "/containerDefinitions/1/memory", "this engine has no control groups", Engine{NoLimits: true}},
	} {
		var got []Note
		for _, n := range compile(t, c.def, Options{Engine: c.engine}).Notes {
			if strings.Contains(n.Difference, "engine has no") || strings.Contains(n.Difference, "engine's own limit") {
				got = append(got, n)
			}
		}
		if c.want == "" && len(got) > 0 || c.want != "" && (len(got) != 1 || got[0].Path != c.path || !strings.Contains(got[0].Difference, c.want)) {
			t.Errorf("%+v: notes %v, want %q at %s", c.engine, got, c.want, c.path)
		}
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	for want, container := range map[string]string{
		"the health check has no command": `"healthCheck": {"command": ["CMD"]}`,
		"the task has no such volume":     `"mountPoints": [{"sourceVolume": "v", "containerPath": "/v"}]`,
		"the task has no such container":  `"volumesFrom": [{"sourceContainer": "b"}]`,
		"more than one colon":             `"links": ["a:b:c"]`,
	} {
		p, findings := Compile(load(t, `{"family": "f", "containerDefinitions": [{"name": "a", "image": "i", `+container+`}]}`), Options{})
		if p != nil || len(findings) == 0 || !strings.Contains(findings[0].Message, want) || findings[0].Line == 0 {
			t.Errorf("want %q with a place, got %v", want, findings)
		}
	}
}

func TestSecretsAreNotPrinted(t *testing.T) {
	t.Parallel()
	e := Environment{"S": Hidden("hunter2")}
	text, err := json.Marshal(e)
	if err != nil || strings.Contains(string(text), "hunter2") || e["S"].Reveal() != "hunter2" {
		t.Errorf("%s %v", text, err)
	}
}

func FuzzCompile(f *testing.F) {
	f.Add([]byte(`{"family":"a","networkMode":"awsvpc","containerDefinitions":[{"name":"b","image":"i","links":["x:y"],"portMappings":[{"containerPortRange":"1-3"}],"firelensConfiguration":{"type":"fluentd"}}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if def, _ := taskdef.Load("f", data); def != nil {
			if p, findings := Compile(def, Options{StateDir: "/s"}); p == nil && len(diag.Errors(findings)) == 0 {
				t.Error("not planned and nothing said")
			}
		}
	})
}

// TestPublishAddress holds that ports are published on loopback unless somebody asks, and where that somebody says.
func TestPublishAddress(t *testing.T) {
	t.Parallel()
	const def = `{"family": "f", "networkMode": "MODE", "containerDefinitions": [{"name": "a", "image": "i", "portMappings": [{"containerPort": 8080}]}]}`
	for _, c := range []struct{ asked, reachable, want string }{
		{"", "", "127.0.0.1"}, {"", "0.0.0.0", "127.0.0.1"}, {"auto", "", "127.0.0.1"}, {"auto", "0.0.0.0", "0.0.0.0"}, {"10.1.2.3", "0.0.0.0", "10.1.2.3"},
	} {
		for _, mode := range []string{"bridge", "awsvpc"} {
			p := compile(t, strings.Replace(def, "MODE", mode, 1), Options{PublishAddress: c.asked, Engine: Engine{PublishAddress: c.reachable}})
			holder := "a"
			if mode == "awsvpc" {
				holder = PauseName
			}
			if got := p.Container(holder).HostConfig.PortBindings["8080/tcp"]; len(got) != 1 || got[0].HostIP != c.want {
				t.Errorf("asked %q, reachable %q, %s: %v, want %s", c.asked, c.reachable, mode, got, c.want)
			}
			if agent := p.Container(AgentName); agent != nil && len(agent.HostConfig.PortBindings) > 0 {
				t.Errorf("the agent is published: %v", agent.HostConfig.PortBindings)
			}
		}
	}
}
