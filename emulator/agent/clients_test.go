package agent_test

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ecslocal/ecslocal/emulator/agent"
)

// oneTask is a task with one container that knows how to reach this agent.
type oneTask struct{}

func (oneTask) Task(context.Context) (agent.TaskState, error) {
	const account = "eu-west-1:210987654321"
	return agent.TaskState{
		Cluster: "shop", ARN: "arn:aws:ecs:" + account + ":task/shop/8c1f", Family: "orders", Revision: "12", KnownStatus: "RUNNING",
		LaunchType: "EC2", AvailabilityZone: "eu-west-1b",
		Containers: []agent.Container{{
			EndpointID: "endpoint", DockerID: "4f6b", Name: "api", ARN: "arn:aws:ecs:" + account + ":container/shop/8c1f/0e1d", KnownStatus: "RUNNING",
			LogDriver: "awslogs", LogOptions: map[string]string{"awslogs-group": "/shop/orders", "awslogs-region": "eu-west-1", "awslogs-stream": "s"},
		}},
	}, nil
}

// run builds a program of testdata/programs as the test images have it, and runs it in an environment of its own.
func run(t *testing.T, program string, environment ...string) map[string]any {
	t.Helper()
	binary := filepath.Join(t.TempDir(), program)
	build := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "../../testdata/programs/"+program)
	build.Env = append(build.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build %s: %v\n%s", program, err, out)
	}
	command := exec.CommandContext(t.Context(), binary)
	command.Env = append(environment, "AWS_CONFIG_FILE=/nowhere", "AWS_SHARED_CREDENTIALS_FILE=/nowhere", "AWS_EC2_METADATA_DISABLED=true")
	var stderr strings.Builder
	command.Stderr = &stderr
	out, err := command.Output()
	var printed map[string]any
	if err != nil || json.Unmarshal(out, &printed) != nil {
		t.Fatalf("%s: %v\n%s%s", program, err, out, &stderr)
	}
	return printed
}

// The AWS SDK finds credentials with no code of the application.
func TestAWSSDKFindsCredentials(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a program")
	}
	t.Parallel()
	a := &agent.Agent{TaskRole: agent.Role{ID: "id", ARN: "arn:aws:iam::210987654321:role/orders", Source: &agent.Stub{}}}
	server := httptest.NewServer(a)
	defer server.Close()
	got := run(t, "awsclient", "AWS_CONTAINER_CREDENTIALS_FULL_URI="+server.URL+"/v2/credentials/id", "AWS_REGION=eu-west-1")
	expires, err := time.Parse(time.RFC3339, got["expires"].(string))
	if left := time.Until(expires); err != nil || left < time.Hour || left > 6*time.Hour {
		t.Errorf("keys expire at %v", got["expires"])
	}
	if got["provider"] != "CredentialsEndpointProvider" || got["keyPrefix"] != "ASIA" || got["hasToken"] != true || got["canExpire"] != true {
		t.Errorf("got %v", got)
	}
}

// OpenTelemetry's detector reads the container's and the task's metadata.
func TestOpenTelemetryRecognizesTheTask(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a program")
	}
	t.Parallel()
	server := httptest.NewServer(&agent.Agent{Tasks: oneTask{}})
	defer server.Close()
	got := run(t, "otelecs", "ECS_CONTAINER_METADATA_URI_V4="+server.URL+"/v4/endpoint")
	for key, want := range map[string]string{
		"cloud.provider": "aws", "cloud.platform": "aws_ecs", "cloud.region": "eu-west-1", "cloud.account.id": "210987654321",
		"cloud.availability_zone": "eu-west-1b", "aws.ecs.launchtype": "ec2", "aws.ecs.task.family": "orders", "aws.ecs.task.revision": "12",
		"aws.ecs.task.arn":      "arn:aws:ecs:eu-west-1:210987654321:task/shop/8c1f",
		"aws.ecs.container.arn": "arn:aws:ecs:eu-west-1:210987654321:container/shop/8c1f/0e1d",
		"aws.ecs.cluster.arn":   "arn:aws:ecs:eu-west-1:210987654321:cluster/shop",
	} {
		if got[key] != want {
			t.Errorf("%s is %v, want %s", key, got[key], want)
		}
	}
	if groups, _ := got["aws.log.group.names"].([]any); !slices.Equal(groups, []any{"/shop/orders"}) {
		t.Errorf("log groups are %v", got["aws.log.group.names"])
	}
}
