package agent

import (
	"context"
	"encoding/json"
	"errors"
	"net/http/httptest"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
)

// object is a body that has to be a JSON object.
func object(t *testing.T, w *httptest.ResponseRecorder) map[string]any {
	t.Helper()
	var o map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &o); err != nil || w.Code != 200 {
		t.Fatalf("got %d %s (%v)", w.Code, w.Body, err)
	}
	return o
}

// names are those of a task's containers.
func names(task map[string]any) []string {
	var names []string
	for _, c := range task["Containers"].([]any) {
		names = append(names, c.(map[string]any)["Name"].(string))
	}
	return names
}

// A container's own answer is what its task shows of it.
func TestContainerMetadataIsThatOfItsTask(t *testing.T) {
	t.Parallel()
	for _, task := range []TaskState{bridgeTask(), awsvpcTask()} {
		for _, version := range []string{"v3", "v4"} {
			a := newAgent(task)
			own := object(t, get(t, a, "/"+version+"/ID"))
			inTask := object(t, get(t, a, "/"+version+"/ID/task"))["Containers"].([]any)[0]
			if diff := gocmp.Diff(inTask, any(own)); diff != "" {
				t.Errorf("%s %s: -task +container:\n%s", task.Family, version, diff)
			}
		}
	}
}

func TestContainersAppearWithTheirDockerID(t *testing.T) {
	t.Parallel()
	task := bridgeTask()
	task.Containers[1].DockerID, task.Containers[1].KnownStatus = "", "PULLED"
	task.Containers = append(task.Containers, Container{Name: "later", EndpointID: "later", KnownStatus: "NONE"})
	a := newAgent(task)
	v3, v4 := object(t, get(t, a, "/v3/ID/task")), object(t, get(t, a, "/v4/ID/task"))
	if diff := gocmp.Diff([]string{"api"}, names(v3)); diff != "" {
		t.Errorf("v3: -want +got:\n%s", diff)
	}
	if diff := gocmp.Diff([]string{"api", "worker"}, names(v4)); diff != "" {
		t.Errorf("v4: -want +got:\n%s", diff)
	}
	if pulled := v4["Containers"].([]any)[1].(map[string]any); pulled["Networks"] != nil || pulled["DockerId"] != "" {
		t.Errorf("a container that is only pulled shows %v", pulled)
	}
	for _, id := range []string{otherID, "later"} {
		if got := get(t, a, "/v4/"+id); got.Code != 404 {
			t.Errorf("%s is not created and gets %d %s", id, got.Code, got.Body)
		}
	}
}

func TestContainerFields(t *testing.T) {
	t.Parallel()
	exit := 137
	at := time.Date(2028, 1, 2, 3, 4, 5, 0, time.UTC)
	for name, test := range map[string]struct {
		mode   string
		change func(*Container)
		key    string
		v3, v4 string // JSON; empty is absent
	}{
		"exit code":             {"", func(c *Container) { c.ExitCode = &exit }, "ExitCode", "137", "137"},
		"exit code 0":           {"", func(c *Container) { c.ExitCode = new(int) }, "ExitCode", "0", "0"},
		"finished":              {"", func(c *Container) { c.FinishedAt = at }, "FinishedAt", `"2028-01-02T03:04:05Z"`, `"2028-01-02T03:04:05Z"`},
		"one share":             {"", func(c *Container) { c.CPU = 1 }, "Limits", `{"CPU":2,"Memory":96}`, `{"CPU":2,"Memory":96}`},
		"no health yet":         {"", func(c *Container) { c.Health = &Health{Status: "UNKNOWN"} }, "Health", `{}`, `{}`},
		"no health check":       {"", func(c *Container) { c.Health = nil }, "Health", "", ""},
		"failed health check":   {"", func(c *Container) { c.Health = &Health{"UNHEALTHY", at, 7, "a <b>"} }, "Health", `{"status":"UNHEALTHY","statusSince":"2028-01-02T03:04:05Z","exitCode":7,"output":"a <b>"}`, `{"status":"UNHEALTHY","statusSince":"2028-01-02T03:04:05Z","exitCode":7,"output":"a <b>"}`},
		"bind mount and volume": {"", func(c *Container) { c.Volumes = []Volume{{"", "/srv", "/data"}, {"ecs-x", "/var/lib/x", "/x"}} }, "Volumes", `[{"Source":"/srv","Destination":"/data"},{"DockerName":"ecs-x","Source":"/var/lib/x","Destination":"/x"}]`, `[{"Source":"/srv","Destination":"/data"},{"DockerName":"ecs-x","Source":"/var/lib/x","Destination":"/x"}]`},
		"address of a port":     {"", func(c *Container) { c.Ports = []Port{{80, 8080, "tcp", "0.0.0.0"}} }, "Ports", `[{"ContainerPort":80,"Protocol":"tcp","HostPort":8080}]`, `[{"ContainerPort":80,"Protocol":"tcp","HostPort":8080,"HostIp":"0.0.0.0"}]`},
		"port in awsvpc":        {AWSVPC, func(c *Container) { c.Ports = []Port{{80, 8080, "udp", ""}} }, "Ports", `[{"ContainerPort":80,"Protocol":"udp","HostPort":80}]`, `[{"ContainerPort":80,"Protocol":"udp","HostPort":80}]`},
		"network of the host":   {Host, func(c *Container) { c.Networks = nil }, "Networks", `[{"NetworkMode":"host","IPv4Addresses":[""]}]`, `[{"NetworkMode":"host","IPv4Addresses":[""]}]`},
		"no network":            {None, func(c *Container) { c.Networks = nil }, "Networks", `[{"NetworkMode":"none","IPv4Addresses":[""]}]`, `[{"NetworkMode":"none","IPv4Addresses":[""]}]`},
		"IPv6":                  {"", func(c *Container) { c.Networks = []Network{{"bridge", "172.17.0.9", "fd00::9"}} }, "Networks", `[{"NetworkMode":"bridge","IPv4Addresses":["172.17.0.9"]}]`, `[{"NetworkMode":"bridge","IPv4Addresses":["172.17.0.9"],"IPv6Addresses":["fd00::9"]}]`},
		"interface not there":   {AWSVPC, func(c *Container) {}, "Networks", "", ""},
		"log driver":            {"", func(c *Container) {}, "LogDriver", "", `"awslogs"`},
		"ARN":                   {"", func(c *Container) {}, "ContainerARN", "", `"` + containerARNs + `0e1d2c3b-4a59-4687-9706-152433425160"`},
		"restarts":              {"", func(c *Container) {}, "RestartCount", "", "0"},
		"no restart policy":     {"", func(c *Container) { c.RestartCount = nil }, "RestartCount", "", ""},
		"snapshotter":           {"", func(c *Container) { c.Snapshotter = "overlayfs" }, "Snapshotter", "", `"overlayfs"`},
		"labels none":           {"", func(c *Container) { c.Labels = nil }, "Labels", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			task := bridgeTask()
			task.NetworkMode = test.mode
			test.change(&task.Containers[0])
			for version, want := range map[string]string{"v3": test.v3, "v4": test.v4} {
				got, ok := object(t, get(t, newAgent(task), "/"+version+"/ID"))[test.key]
				if ok != (want != "") || ok && !gocmp.Equal(got, decoded(want)) {
					t.Errorf("%s: got %v, want %s", version, got, want)
				}
			}
		})
	}
}

func TestTaskFields(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*TaskState)
		key    string
		v3, v4 string // JSON; empty is absent
	}{
		"no limits":         {func(s *TaskState) { s.CPU, s.Memory = 0, 0 }, "Limits", "", ""},
		"memory limit":      {func(s *TaskState) { s.CPU = 0 }, "Limits", `{"Memory":1024}`, `{"Memory":1024}`},
		"no faults":         {func(s *TaskState) { s.FaultInjection = false }, "FaultInjectionEnabled", "", "false"},
		"tags without tags": {func(s *TaskState) {}, "TaskTags", "", ""},
		"service":           {func(s *TaskState) { s.ServiceName = "front" }, "ServiceName", "", `"front"`},
		"storage":           {func(s *TaskState) { s.EphemeralStorage = &EphemeralStorage{261, 20496} }, "EphemeralStorageMetrics", "", `{"Utilized":261,"Reserved":20496}`},
		"stopped": {func(s *TaskState) { s.ExecutionStoppedAt = time.Date(2028, 1, 2, 3, 4, 5, 6, time.UTC) }, "ExecutionStoppedAt",
			`"2028-01-02T03:04:05.000000006Z"`, `"2028-01-02T03:04:05.000000006Z"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			task := bridgeTask()
			test.change(&task)
			for version, want := range map[string]string{"v3": test.v3, "v4": test.v4} {
				got, ok := object(t, get(t, newAgent(task), "/"+version+"/ID/task"))[test.key]
				if ok != (want != "") || ok && !gocmp.Equal(got, decoded(want)) {
					t.Errorf("%s: got %v, want %s", version, got, want)
				}
			}
		})
	}
}

func TestIPv6OnlyInterface(t *testing.T) {
	t.Parallel()
	task := awsvpcTask()
	task.Interface = &Interface{IPv6: []string{"2001:db8::5"}, MAC: "06:00:00:00:00:01", IPv6Subnet: "2001:db8::/64", IPv6Gateway: "fe80::1"}
	got := object(t, get(t, newAgent(task), "/v4/ID"))["Networks"]
	want := decoded(`[{"NetworkMode":"awsvpc","IPv6Addresses":["2001:db8::5"],"AttachmentIndex":0,"MACAddress":"06:00:00:00:00:01",
		"IPv6SubnetCIDRBlock":"2001:db8::/64","SubnetGatewayIpv6Address":"fe80::1"}]`)
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestV2KnowsContainersByDockerID(t *testing.T) {
	t.Parallel()
	a := newAgent(awsvpcTask())
	from := func(path string) *httptest.ResponseRecorder { return ask(t, a, "GET", path, "", "169.254.170.3") }
	if c := object(t, from("/v2/metadata/c0ffee02")); c["Name"] != "mail_router" {
		t.Errorf("got %v", c)
	}
	if c := object(t, from("/v2/stats/c0ffee02")); c["id"] != "c0ffee02" {
		t.Errorf("got %v", c)
	}
	if tags := object(t, from("/v2/metadataWithTags/"))["TaskTags"]; !gocmp.Equal(tags, any(map[string]any{"team": "checkout"})) {
		t.Errorf("got %v", tags)
	}
	if len(object(t, from("/v2/stats/"))) != 3 {
		t.Error("not every container has statistics")
	}
	for path, want := range map[string]string{
		"/v2/metadata/c0ffee": text("Unable to generate metadata for container 'c0ffee'"),
		"/v2/stats/c0ffee":    text("Unable to get container stats for: c0ffee"),
	} {
		if got := from(path); got.Code != 400 || got.Body.String() != want {
			t.Errorf("%s: got %d %s, want %s", path, got.Code, got.Body, want)
		}
	}
}

// The agent knows tasks by address in awsvpc only, whatever addresses it is told.
func TestV2IsForAWSVPC(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{"", Bridge, Host, None} {
		task := awsvpcTask()
		task.NetworkMode = mode
		if got := ask(t, newAgent(task), "GET", "/v2/metadata", "", "169.254.170.3"); got.Code != 400 {
			t.Errorf("mode %q: got %d %s", mode, got.Code, got.Body)
		}
	}
}

func TestAssociations(t *testing.T) {
	t.Parallel()
	task := bridgeTask()
	task.Associations = []Association{
		{Type: "gpu", Name: "GPU-1", Containers: []string{"api"}, Value: `{"id":1}`},
		{Type: "gpu", Name: "GPU-2", Containers: []string{"worker"}, Value: `{"id":2}`},
		{Type: "fpga", Name: "F/1", Containers: []string{"api"}, Value: `{"id":3}`},
	}
	a := newAgent(task)
	for _, version := range []string{"V3", "V4"} {
		for path, want := range map[string]string{
			"gpu":       `{"Associations":["GPU-1"]}`,
			"fpga":      `{"Associations":["F/1"]}`,
			"":          `{"Associations":null}`,
			"gpu/GPU-2": `{"id":2}`, // of the task, not of this container
			"fpga/F/1":  `{"id":3}`,
			"gpu/":      text(version + " container associations handler: unable to get association name from request"),
			"gpu/GPU-3": text("Unable to write container association response: unable to get association from association type gpu and association name GPU-3"),
		} {
			got := get(t, a, map[string]string{"V3": "/v3", "V4": "/v4"}[version]+"/ID/associations/"+path)
			if got.Body.String() != want || got.Code != 200 && want[0] == '{' || got.Code != 400 && want[0] == '"' {
				t.Errorf("%s %s: got %d %s, want %s", version, path, got.Code, got.Body, want)
			}
		}
	}
}

type failingTasks struct{}

func (failingTasks) Task(context.Context) (TaskState, error) {
	return TaskState{}, errors.New("no engine")
}

func TestTaskThatCannotBeAskedFor(t *testing.T) {
	t.Parallel()
	a := newAgent(bridgeTask())
	a.Tasks = failingTasks{}
	for path, want := range map[string]string{
		"/v4/ID":                           text("failed to get container metadata"),
		"/v4/ID/task":                      text("failed to get task metadata"),
		"/v4/ID/stats":                     text("failed to get stats"),
		"/v4/ID/task/stats":                text("failed to get stats"),
		"/api/ID/task-protection/v1/state": `{"error":{"Code":"ServerException","Message":"Failed to find a task for the request"}}`,
	} {
		if got := get(t, a, path); got.Code != 500 || got.Body.String() != want {
			t.Errorf("%s: got %d %s, want 500 %s", path, got.Code, got.Body, want)
		}
	}
	if got := get(t, a, "/v2/credentials/CREDENTIALS"); got.Code != 200 {
		t.Errorf("credentials need no task, got %d %s", got.Code, got.Body)
	}
}

func TestStatsOfContainersThatAreNotMeasured(t *testing.T) {
	t.Parallel()
	task := bridgeTask()
	task.Containers = append(task.Containers, Container{Name: "done", DockerID: "d0d0", EndpointID: "done", KnownStatus: "STOPPED"})
	a := newAgent(task)
	a.Stats = fixedStats{"4f6b0c1d2e3f": {}, "d0d0": {Engine: []byte(`{"id":"d0d0"}`)}} // api has no sample yet, worker is not measured
	for path, want := range map[string]struct {
		status int
		body   string
	}{
		"/v4/ID/stats":                {200, "{}"},
		"/v3/ID/stats":                {200, "null"},
		"/v4/" + otherID + "/stats":   {500, text("Unable to get container stats for: 9a8b7c6d5e4f")},
		"/v3/" + otherID + "/stats":   {400, text("Unable to get container stats for: 9a8b7c6d5e4f")},
		"/v4/done/stats":              {500, text("Unable to get container stats for: d0d0")},
		"/v4/ID/task/stats":           {200, `{"4f6b0c1d2e3f":{},"9a8b7c6d5e4f":{},"d0d0":{}}`},
		"/v3/ID/task/stats":           {200, `{"4f6b0c1d2e3f":null,"9a8b7c6d5e4f":null,"d0d0":null}`},
		"/v4/" + sampleID + "/stats/": {404, "404 page not found\n"},
	} {
		if got := get(t, a, path); got.Code != want.status || got.Body.String() != want.body {
			t.Errorf("%s: got %d %s, want %d %s", path, got.Code, got.Body, want.status, want.body)
		}
	}
}
