package cli

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ecslocal/ecslocal/emulator"
	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/emulator/plan"
	"github.com/ecslocal/ecslocal/logs"
	"github.com/ecslocal/ecslocal/logs/cloudwatch"
	"github.com/ecslocal/ecslocal/logs/store"
)

// TestComplaints goes through what users of awslogs complain about, and wants each of it to be said, at validate, plan or run time, before
// it costs somebody a day; or, where nothing need be said, not to happen here. The number is that of the list of complaints that the log
// driver and the local CloudWatch Logs were made against.
func TestComplaints(t *testing.T) {
	t.Parallel()
	const fine = `"awslogs-group": "/ecs/web", "awslogs-region": "us-east-1", "awslogs-stream-prefix": "p", "mode": "blocking"`
	for _, c := range []struct {
		number    int
		complaint string
		said      func(t *testing.T) string
		want      string
	}{
		{1, "the log group does not exist", func(t *testing.T) string { return findings(t, "EC2", fine) }, "The specified log group does not exist."},
		{1, "the log group does not exist, when run", func(*testing.T) string { return logs.MissingGroup("").Text("EC2", "20.10.24") },
			"CannotStartContainerError: Error response from daemon: failed to initialize logging driver: failed to create Cloudwatch log stream: ResourceNotFoundException"},
		{2, "create-group false is refused", func(t *testing.T) string { return findings(t, "EC2", fine+`, "awslogs-create-group": "false"`) },
			"Log driver awslogs option 'awslogs-create-group' should only be set to 'true', else omit option."},
		{3, "no region, no group", func(t *testing.T) string { return findings(t, "EC2", `"awslogs-stream-prefix": "p"`) },
			"Log driver awslogs requires options: awslogs-region, awslogs-group"},
		{3, "no prefix on Fargate", func(t *testing.T) string {
			return findings(t, "FARGATE", `"awslogs-group": "/ecs/web", "awslogs-region": "us-east-1"`)
		}, "Fargate requires log configuration options to include awslogs-stream-prefix to support log driver awslogs."},
		{4, "a URL for a region", func(t *testing.T) string {
			return findings(t, "EC2", strings.Replace(fine, "us-east-1", "https://logs.us-east-1.amazonaws.com", 1))
		}, "is no AWS region"},
		{5, "options that ECS disallows", func(t *testing.T) string { return findings(t, "EC2", fine+`, "awslogs-stream": "s"`) },
			"Log driver awslogs disallows options: awslogs-stream"},
		{6, "options of ECS reach the engine", func(t *testing.T) string { return engineDriver(t, fine) }, `{"Type":"none"}`},
		{7, "the engine has no AWS credentials", func(t *testing.T) string { return engineDriver(t, fine) }, `{"Type":"none"}`}, // it needs none
		{8, "which stream is it", func(t *testing.T) string {
			return findings(t, "EC2", `"awslogs-group": "/ecs/web", "awslogs-region": "us-east-1"`)
		}, "without awslogs-stream-prefix the log stream is named after the Docker container's id"},
		{8, "which stream is it, when run", func(*testing.T) string {
			return describeEvent(event.Event{Kind: event.ContainerLogs, Container: "web", Message: "/ecs/web p/web/0123"}, &event.Task{})
		}, "web logs to /ecs/web p/web/0123"},
		{9, "blocking mode hangs in an outage", func(*testing.T) string {
			return warned(logs.Counts{Lines: 1, Events: 1, Blocked: 3000}, logs.Fault{Outage: true})
		},
			"the application had to wait 3s to write its output, since mode is blocking"},
		{10, "the default mode loses lines", func(t *testing.T) string {
			return findings(t, "EC2", strings.Replace(fine, `, "mode": "blocking"`, "", 1))
		},
			"since 2025-06-25 ECS uses non-blocking, which drops lines when they come faster than they can be sent"},
		{10, "the default mode loses lines, when run", func(t *testing.T) string {
			return printed(t, `"mode": "non-blocking", "max-buffer-size": "1k"`, strings.Repeat("a line\n", 50_000))
		},
			"of 50000 lines are more than ECS would keep"},
		{11, "events of several lines come late or never", func(t *testing.T) string { return printed(t, `"awslogs-multiline-pattern": "^BEGIN"`, "a\nb\n") },
			"matched none of 2 lines, so they were joined until the event was full or 10s old"},
		{11, "lines before the first event", func(t *testing.T) string { return printed(t, `"awslogs-multiline-pattern": "^b"`, "a\nb\n") }, "the first line did not match"},
		{12, "stdout and stderr in the wrong order", func(*testing.T) string { return warned(logs.Counts{Lines: 2, Events: 2, Mixed: 1}, logs.Fault{}) },
			"their order within a millisecond is not certain"},
		{13, "long JSON is cut", func(t *testing.T) string { return printed(t, "", `{"a":"`+strings.Repeat("x", 300_000)+"\"}\n") }, "1 of them look like JSON, which no longer parses once it is cut"},
		{14, "binary output", func(t *testing.T) string { return printed(t, "", "\xff\xfe\n") }, "1 events held bytes that are not UTF-8"},
		{15, "empty lines are missing", func(t *testing.T) string { return printed(t, "", "a\n\nb\n") }, "1 empty lines were dropped, as the awslogs driver does"},
		{16, "no output before the end", func(t *testing.T) string { return printed(t, "", "") }, "PYTHONUNBUFFERED=1"},
		{17, "docker logs -f loses lines", func(t *testing.T) string { return printed(t, `"mode": "blocking"`, "a\nno end") }, ""}, // and TestNothingIsLost…
		{17, "docker logs -f loses the last line", func(t *testing.T) string { return kept(t, "a\nno end") }, `["a" "no end"]`},
		{18, "lines are cut at 1024 bytes", func(t *testing.T) string { return printed(t, `"mode": "blocking"`, strings.Repeat("x", 262_118)+"\n") }, ""},
		{18, "lines are cut at 1024 bytes, when read", func(t *testing.T) string { return kept(t, strings.Repeat("x", 262_118)+"\n") },
			`["` + strings.Repeat("x", 262_118) + `"]`},
		{19, "start-live-tail fails on localhost", func(t *testing.T) string {
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer listener.Close()
			return logEnvironment(listener)
		}, "export AWS_DISABLE_HOST_PREFIX_INJECTION=true"},
		{20, "events of one millisecond are lost or doubled", sameMillisecond, "two events, two ids"},
		{21, "CreateLogStream is throttled", func(*testing.T) string {
			fault, _ := logs.ParseFault("throttle")
			return warned(logs.Counts{Lines: 1, Events: 1}, fault)
		}, "ThrottlingException: Rate exceeded"},
	} {
		t.Run(fmt.Sprintf("%d %s", c.number, c.complaint), func(t *testing.T) {
			t.Parallel()
			said := c.said(t)
			if !strings.Contains(said, c.want) || c.want == "" && said != "" {
				t.Errorf("what is said does not hold %q:\n%s", c.want, said)
			}
		})
	}
}

// loaded is a project whose container has these awslogs options.
func loaded(t *testing.T, launchType, options string) *emulator.Project {
	t.Helper()
	file := filepath.Join(t.TempDir(), "task.json")
	text := `{"family": "web", "networkMode": "awsvpc", "requiresCompatibilities": ["` + launchType + `"], "cpu": "256", "memory": "512",
		"executionRoleArn": "arn:aws:iam::123456789012:role/exec", "containerDefinitions": [{"name": "web", "image": "i", "memory": 64,
		"logConfiguration": {"logDriver": "awslogs", "options": {` + options + `}}}]}`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	project, err := emulator.Load(file, emulator.Options{StateDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	return project
}

// findings is everything that validate says of a container's log options.
func findings(t *testing.T, launchType, options string) string {
	var all []string
	for _, f := range loaded(t, launchType, options).Validate() {
		all = append(all, f.Message+"\n"+f.AWS)
	}
	return strings.Join(all, "\n")
}

// engineDriver is the engine's own log driver that is planned.
func engineDriver(t *testing.T, options string) string {
	planned, found := loaded(t, "EC2", options).Plan(plan.Engine{}, nil)
	if planned == nil {
		t.Fatal(found)
	}
	text, err := json.Marshal(planned.Container("web").HostConfig.LogConfig)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func warned(counts logs.Counts, fault logs.Fault) string {
	return strings.Join(counts.Warnings(logs.Options{Mode: logs.Blocking}, fault), "\n")
}

// printed is what is said of an output.
func printed(t *testing.T, options, output string) string {
	t.Helper()
	given := map[string]string{}
	if err := json.Unmarshal([]byte("{"+options+"}"), &given); err != nil {
		t.Fatal(err)
	}
	given["awslogs-group"] = "g"
	o, err := logs.ParseOptions(logs.Config{Driver: logs.AWSLogs, Options: given})
	if err != nil {
		t.Fatal(err)
	}
	collector := logs.Collect(logs.Collection{Options: o, Sink: discard{}}, logs.Output{Stdout: strings.NewReader(output)})
	counts, err := collector.Wait(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(counts.Warnings(o, logs.Fault{}), "\n")
}

// kept is what the API answers of an output that was collected.
func kept(t *testing.T, output string) string {
	t.Helper()
	s, err := store.Open(t.TempDir(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.CreateGroup("g", nil); err != nil {
		t.Fatal(err)
	}
	writer, err := s.Writer("g", "s")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := logs.Collect(logs.Collection{Sink: writer}, logs.Output{Stdout: strings.NewReader(output)}).Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	var messages []string
	for _, e := range called(t, s, "FilterLogEvents", `{"logGroupName": "g"}`) {
		messages = append(messages, e.Message)
	}
	return fmt.Sprintf("%q", messages)
}

type calledEvent struct{ EventID, Message string }

// called is what an operation of the API answers.
func called(t *testing.T, s *store.Store, operation, body string) []calledEvent {
	t.Helper()
	r := httptest.NewRequest("POST", "/", strings.NewReader(body))
	r.Header.Set("X-Amz-Target", "Logs_20140328."+operation)
	w := httptest.NewRecorder()
	(&cloudwatch.Handler{Store: s}).ServeHTTP(w, r)
	if w.Code != 200 {
		t.Fatalf("%s: %s", operation, w.Body)
	}
	var answer struct{ Events []calledEvent }
	_ = json.Unmarshal(w.Body.Bytes(), &answer) // some operations answer nothing
	return answer.Events
}

type discard struct{}

func (discard) Append([]logs.Event) error { return nil }

// sameMillisecond puts two equal events of one millisecond and counts the ids that FilterLogEvents gives them.
func sameMillisecond(t *testing.T) string {
	s, err := store.Open(t.TempDir(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	called(t, s, "CreateLogGroup", `{"logGroupName": "g"}`)
	called(t, s, "CreateLogStream", `{"logGroupName": "g", "logStreamName": "s"}`)
	event := fmt.Sprintf(`{"timestamp": %d, "message": "same"}`, time.Now().UnixMilli())
	called(t, s, "PutLogEvents", `{"logGroupName": "g", "logStreamName": "s", "logEvents": [`+event+","+event+`]}`)
	ids := []string{}
	for _, e := range called(t, s, "FilterLogEvents", `{"logGroupName": "g"}`) {
		ids = append(ids, e.EventID)
	}
	slices.Sort(ids)
	if len(ids) == 2 && len(slices.Compact(ids)) == 2 {
		return "two events, two ids"
	}
	return fmt.Sprint(ids)
}
