package logs

import (
	"strings"
	"testing"
)

func TestStreamName(t *testing.T) {
	t.Parallel()
	id := strings.Repeat("0123456789abcdef", 4)
	c := Container{Name: "app", DockerName: "/ecs-web-1-app", TaskID: "fedcba9876543210fedcba9876543210", DockerID: id,
		DockerImageID: "sha256:" + id, Image: "repo/web:1", Command: []string{"sh", "-c", "true"}, Hostname: "host"}
	for _, test := range []struct {
		o    Options
		want string
	}{
		{Options{StreamPrefix: "ecs"}, "ecs/app/fedcba9876543210fedcba9876543210"},
		{Options{StreamPrefix: "a/b", Tag: "x"}, "a/b/app/fedcba9876543210fedcba9876543210"},
		{Options{}, id}, // EC2 without prefix
		{Options{Stream: "given", Tag: "x"}, "given"},
		{Options{Tag: "{{.ImageName}}/{{.Name}}"}, "repo/web:1/ecs-web-1-app"},
		{Options{Tag: "{{.ID}} {{.FullID}} {{.ImageID}} {{.ImageFullID}} {{.Command}} {{.DaemonName}} {{.Hostname}}"},
			"0123456789ab " + id + " sha256:01234 sha256:" + id + " sh -c true docker host"},
		{Options{Tag: `{{upper .Name | printf "%s!"}}{{truncate .ID 3}}{{pad "x" 1 1}}{{title "a bc"}}{{json .ID}}{{join (split "a,b" ",") "-"}}{{lower "Q"}}`},
			`ECS-WEB-1-APP!012 x A Bc"0123456789ab"a-bq`},
	} {
		if got, err := test.o.StreamName(c); got != test.want || err != nil {
			t.Errorf("%+v: %q, %v; want %q", test.o, got, err, test.want)
		}
	}
	for _, tag := range []string{"{{.Nothing}}", "{{", "{{pad}}"} {
		if name, err := (Options{Tag: tag}).StreamName(c); err == nil {
			t.Errorf("tag %s gives %q", tag, name)
		}
	}
}

func TestCreateFailureTexts(t *testing.T) {
	t.Parallel()
	missing := MissingGroup("")
	group := CreateFailure{Operation: "CreateLogGroup", Code: "ThrottlingException", Message: "Rate exceeded", RequestID: "r"}
	for _, c := range []struct{ got, want string }{
		{missing.EC2("20.10.24"), "CannotStartContainerError: Error response from daemon: failed to initialize logging driver: failed to create Cloudwatch log stream: " +
			"ResourceNotFoundException: The specified log group does not exist."},
		{MissingGroup("u-1").Text("EC2", "23.0.1"), "CannotStartContainerError: Error response from daemon: failed to initialize logging driver: " +
			"failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist.\n\tstatus code: 400, request id: u-1"},
		{MissingGroup("u-1").Engine("28.5.2"), "failed to create task for container: failed to initialize logging driver: failed to create Cloudwatch log stream: " +
			"operation error CloudWatch Logs: CreateLogStream, https response error StatusCode: 400, RequestID: u-1, " +
			"ResourceNotFoundException: The specified log group does not exist."},
		{missing.Text("FARGATE", ""), "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create " +
			"Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist. : exit status 1"},
		{group.Engine("20.10.24"), "failed to initialize logging driver: failed to create Cloudwatch log group: ThrottlingException: Rate exceeded" +
			"\n\tstatus code: 400, request id: r"},
	} {
		if c.got != c.want {
			t.Errorf("\n got %s\nwant %s", c.got, c.want)
		}
	}
}
