package emulatortest_test

import (
	"encoding/json"
	"github.com/ecslocal/ecslocal/emulator"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ecslocal/ecslocal/emulator/dockerengine"
	"github.com/ecslocal/ecslocal/emulator/emulatortest"
	"github.com/ecslocal/ecslocal/testdata/images"
)

func needsEngine(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a Docker engine")
	}
	engine, err := dockerengine.Connect(t.Context())
	if err != nil {
		t.Fatalf("this test needs a Docker engine: %v", err)
	}
	engine.Close()
}

// definition writes a task definition, with %s for the image.
func definition(t *testing.T, text, image string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "task.json")
	if err := os.WriteFile(path, []byte(strings.ReplaceAll(text, "%s", image)), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestRun(t *testing.T) {
	t.Parallel()
	needsEngine(t)
	task := emulatortest.Run(t, definition(t, `{"family": "web", "networkMode": "awsvpc", "containerDefinitions": [
		{"name": "web", "image": "%s", "memory": 64, "command": ["print=up", "listen=:8080", "wait"], "portMappings": [{"containerPort": 8080}]},
		{"name": "job", "image": "%s", "memory": 64, "essential": false, "command": ["exit=3"]}]}`, images.App(t)),
		emulatortest.WithWait(emulatortest.All(
			emulatortest.Any(emulatortest.LogLine("web", "never"), emulatortest.LogLine("web", "up")),
			emulatortest.PortAnswers("web", "8080"), emulatortest.HTTPStatus("web", "8080", "/", 200), emulatortest.Exited("job"))))
	response, err := http.Get("http://" + task.Addr("web", "8080"))
	if err != nil || response.StatusCode != http.StatusOK {
		t.Errorf("ask the task: %v %v", response, err)
	}
	if output, code := task.Exec("web", "/app", "print=inside", "exit=4"); code != 4 || output != "inside\n" {
		t.Errorf("Exec: %q, %d", output, code)
	}
	result := task.Stop()
	if job := result.Container("job"); result.StopCode != "UserInitiated" || job.ExitCode == nil || *job.ExitCode != 3 {
		t.Errorf("result: %+v", result)
	}
}

// TestRealClients runs an application on aws-sdk-go-v2 and OpenTelemetry's ECS detector in a task, in each network mode that has an agent.
// Neither has any code for ecslocal.
func TestRealClients(t *testing.T) {
	t.Parallel()
	needsEngine(t)
	image := images.Clients(t)
	secrets := filepath.Join(t.TempDir(), "secrets.yaml")
	if err := os.WriteFile(secrets, []byte("/token: s3cr3t-of-the-app\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, mode := range []string{"awsvpc", "bridge", "host"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			task := emulatortest.Run(t, definition(t, `{"family": "clients", "networkMode": "`+mode+`", "taskRoleArn": "arn:aws:iam::123456789012:role/app",
				"executionRoleArn": "arn:aws:iam::123456789012:role/exec",
				"containerDefinitions": [{"name": "app", "image": "%s", "memory": 128, "command": ["wait"],
				"secrets": [{"name": "TOKEN", "valueFrom": "arn:aws:ssm:eu-west-1:123456789012:parameter/token"}],
				"logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "/ecs/clients", "awslogs-region": "eu-west-1", "awslogs-stream-prefix": "p", "awslogs-create-group": "true"}}}]}`, image),
				emulatortest.WithWait(emulatortest.Running()), emulatortest.WithSecrets(secrets))
			output, code := task.Exec("app", "/awsclient")
			var found struct {
				Provider, KeyPrefix, Region string
				HasToken, CanExpire         bool
				Expires                     time.Time
			}
			if err := json.Unmarshal([]byte(output), &found); err != nil || code != 0 {
				t.Fatalf("awsclient: exit code %d: %s", code, output)
			}
			if found.KeyPrefix != "ASIA" || !found.HasToken || !found.CanExpire || !found.Expires.After(time.Now()) || found.Region != "eu-west-1" {
				t.Errorf("credentials: %+v", found)
			}
			wantEvents(t, task, mode)
			if output, code = task.Exec("app", "/otelecs"); code != 0 || !strings.Contains(output, "aws_ecs") || !strings.Contains(output, task.ID()) ||
				!strings.Contains(output, "/ecs/clients") {
				t.Errorf("otelecs: exit code %d: %s", code, output)
			}
		})
	}
}

// wantEvents lets the application put log events at the agent's address, one of them with a secret in it.
func wantEvents(t *testing.T, task *emulatortest.Task, mode string) {
	t.Helper()
	endpoint := "http://169.254.170.2"
	if mode == "host" { // the agent is at a port of the loopback interface, which its other addresses tell
		output, _ := task.Exec("app", "/app", "env=ECS_CONTAINER_METADATA_URI_V4")
		endpoint, _, _ = strings.Cut(strings.TrimSpace(output), "/v4/")
	}
	output, code := task.Exec("app", "/awsclient", "put", endpoint, "/app/events", "orders", "order 1 taken", "token s3cr3t-of-the-app")
	if want := "orders order 1 taken\norders token ***\n"; code != 0 || output != want {
		t.Errorf("PutLogEvents inside the task: exit code %d, got %q, want %q", code, output, want)
	}
}

// TestPort80StaysFree lets an application in awsvpc mode listen where the agent does.
func TestPort80StaysFree(t *testing.T) {
	t.Parallel()
	needsEngine(t)
	task := emulatortest.Run(t, definition(t, `{"family": "port80", "networkMode": "awsvpc", "containerDefinitions": [
		{"name": "web", "image": "%s", "memory": 64, "command": ["listen=0.0.0.0:80", "wait"], "portMappings": [{"containerPort": 80}]}]}`, images.App(t)),
		emulatortest.WithWait(emulatortest.HTTPStatus("web", "80", "/", 200)))
	if output, code := task.Exec("web", "/app", "get=http://169.254.170.2/v4/none/task"); code != 1 {
		t.Errorf("the agent does not answer 404 beside it: %d %s", code, output)
	}
}

// TestOneConnection starts tasks of several state directories on one connection at the same time.
func TestOneConnection(t *testing.T) {
	t.Parallel()
	needsEngine(t)
	path := definition(t, `{"family": "shared", "networkMode": "none", "containerDefinitions": [{"name": "web", "image": "%s", "memory": 64, "command": ["wait"]}]}`, images.App(t))
	engine, err := dockerengine.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Close()
	executable, err := emulatortest.InsideProgram(t.Context(), engine.Info.Architecture)
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 3 {
		dir := t.TempDir()
		all.Go(func() {
			project, err := emulator.Load(path, emulator.Options{StateDir: dir, Executable: executable})
			if err != nil {
				t.Error(err)
				return
			}
			task, err := project.Start(t.Context(), engine)
			if err != nil {
				t.Error(err)
				return
			}
			if err := task.WaitFor(t.Context(), emulator.Running); err != nil {
				t.Error(err)
			}
			if err := task.Finish(t.Context(), "the test has ended", ""); err != nil {
				t.Error(err)
			}
			if run, err := task.Report(); err != nil || run.Outcome == nil || !strings.HasPrefix(task.Dir(), dir) {
				t.Errorf("%s: %+v, %v", task.Dir(), run, err)
			}
		})
	}
	all.Wait()
}
