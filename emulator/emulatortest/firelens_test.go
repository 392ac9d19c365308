package emulatortest_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/ecslocal/ecslocal/emulator"
	"github.com/ecslocal/ecslocal/emulator/emulatortest"
	"github.com/ecslocal/ecslocal/emulator/state"
	"github.com/ecslocal/ecslocal/logs"
	"github.com/ecslocal/ecslocal/logs/store"
	"github.com/ecslocal/ecslocal/testdata/images"

	_ "github.com/vmihailenco/msgpack/v5" // of the router's program, whose folder go mod tidy does not look into
)

// routedTask has one container whose lines the router sends to CloudWatch Logs, one of which it drops, and one whose destination is
// out of reach.
const routedTask = `{"family": "routed", "networkMode": "%m", "executionRoleArn": "arn:aws:iam::123456789012:role/exec", "containerDefinitions": [
	{"name": "log_router", "image": "%r", "memory": 64, "user": "0", "firelensConfiguration": {"type": "fluentbit"}},
	{"name": "app", "image": "%s", "memory": 64, "command": ["print=one", "stderr=two", "print=skip me", "wait"], "logConfiguration": {"logDriver": "awsfirelens",
		"options": {"Name": "cloudwatch_logs", "region": "us-east-1", "log_group_name": "/app/routed", "log_stream_prefix": "p-", "auto_create_group": "true", "log_key": "log",
		"exclude-pattern": "^skip"}}},
	{"name": "other", "image": "%s", "memory": 64, "command": ["print=far away", "wait"], "logConfiguration": {"logDriver": "awsfirelens",
		"options": {"Name": "datadog", "Host": "datadog.invalid"}}}]}`

// TestFireLens lets the output of containers go to a router, and from it to ecslocal and to the CloudWatch Logs of ecslocal, in every
// network mode with an agent. The router has only the configuration that is generated for it.
func TestFireLens(t *testing.T) {
	t.Parallel()
	needsEngine(t)
	app, router := images.App(t), images.Router(t)
	for _, mode := range []string{"awsvpc", "bridge", "host"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			var dir string
			text := strings.NewReplacer("%m", mode, "%r", router).Replace(routedTask)
			task := emulatortest.Run(t, definition(t, text, app), emulatortest.WithOptions(func(o *emulator.Options) { dir = o.StateDir }),
				emulatortest.WithWait(emulatortest.All(emulatortest.LogLine("firelens:app", `"log":"two"`), emulatortest.LogLine("firelens:other", `"log":"far away"`))))
			task.Stop()
			const last = "received terminated" // said while the task is stopping
			wantRecords(t, task, "app", "one", "two", last)
			wantRecords(t, task, "other", "far away", last)
			for _, own := range []string{"one\n", "two\n", "skip me\n"} {
				if !strings.Contains(task.Logs("app"), own) {
					t.Errorf("the container's own output %q is not shown: %q", own, task.Logs("app"))
				}
			}
			s := openLogs(t, dir)
			wantStored(t, s, "/firelens/routed", "other/"+task.ID(), `"log":"far away"`, last)
			wantStored(t, s, "/app/routed", "p-app-firelens-"+task.ID(), "one", "two", last)
		})
	}
}

// wantRecords wants these lines of a container to have come by way of the router, which says of which task they are.
func wantRecords(t *testing.T, task *emulatortest.Task, container string, lines ...string) {
	t.Helper()
	got := map[string]bool{}
	for text := range strings.Lines(task.Logs("firelens:" + container)) {
		var record map[string]string
		if err := json.Unmarshal([]byte(text), &record); err != nil || !strings.HasSuffix(record["ecs_task_arn"], task.ID()) || record["container_id"] == "" {
			t.Errorf("record %q: %v", text, err)
		}
		got[record["log"]] = true
	}
	for _, line := range lines {
		if !got[line] {
			t.Errorf("no record of %s says %q: %v", container, line, got)
		}
	}
	if len(got) != len(lines) {
		t.Errorf("records of %s: %v, want %v", container, got, lines)
	}
}

func openLogs(t *testing.T, stateDir string) *store.Store {
	t.Helper()
	dir, err := state.Open(stateDir)
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(dir.Logs(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// wantStored wants a stream to have an event with each of these texts, and no others.
func wantStored(t *testing.T, s *store.Store, group, stream string, texts ...string) {
	t.Helper()
	var got []string
	for e, err := range s.Events(group, logs.Query{Streams: []string{stream}}) {
		if err != nil {
			t.Fatalf("read %s %s: %v", group, stream, err)
		}
		got = append(got, e.Message)
	}
	all := strings.Join(got, "\n")
	for _, text := range texts {
		if !strings.Contains(all, text) {
			t.Errorf("%s %s has no event with %q, but %q", group, stream, text, got)
		}
	}
	if len(got) != len(texts) {
		t.Errorf("%s %s has %d events, want %d: %q", group, stream, len(got), len(texts), got)
	}
}
