package plan

import (
	"strings"
	"testing"
)

// TestLogMetadata wants the record fields that the agent adds, and none where enable-ecs-log-metadata is false or no boolean at all.
func TestLogMetadata(t *testing.T) {
	t.Parallel()
	for option, want := range map[string]bool{"": true, `"true"`: true, `"1"`: true, `"T"`: true, `"false"`: false, `"F"`: false, `"0"`: false, `"no"`: false, `""`: false} {
		options := ""
		if option != "" {
			options = `, "options": {"enable-ecs-log-metadata": ` + option + `}`
		}
		p := compile(t, `{"family": "f", "containerDefinitions": [{"name": "r", "image": "i", "firelensConfiguration": {"type": "fluentbit"`+options+`}}]}`, Options{})
		if got := strings.Contains(p.Files[0].Content, "ecs_task_arn"); got != want {
			t.Errorf("enable-ecs-log-metadata %s: fields added %v, want %v", option, got, want)
		}
	}
}

// TestInstanceID is in the records of tasks on EC2 only, as the router's AWS_EXECUTION_ENV tells them.
func TestInstanceID(t *testing.T) {
	t.Parallel()
	const def = `{"family": "f", "networkMode": "awsvpc", "containerDefinitions": [{"name": "r", "image": "i", "firelensConfiguration": {"type": "fluentd"}}]}`
	for launchType, want := range map[string]bool{"EC2": true, "FARGATE": false} {
		if got := strings.Contains(compile(t, def, Options{LaunchType: launchType}).Files[0].Content, "ec2_instance_id "+InstanceID); got != want {
			t.Errorf("%s: ec2_instance_id %v, want %v", launchType, got, want)
		}
	}
}
