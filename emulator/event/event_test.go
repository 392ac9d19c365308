package event

import (
	"encoding/json"
	"slices"
	"testing"
	"time"
)

func TestFold(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 11, 27, 4, 0, 0, 0, time.UTC)
	one := 1
	events := []Event{
		{Kind: TaskCreated, Task: &Task{TaskARN: "arn:aws:ecs:us-east-1:1:task/default/abc", HealthStatus: Unknown, Containers: []Container{
			{Name: "web", Essential: true, HealthStatus: Unknown}, {Name: "side", HealthStatus: Unknown}, {Name: "pause", Essential: true, Internal: true}}}},
		{Kind: ContainerStarted, Container: "web", Runtime: &Runtime{DockerID: "id", StartedAt: start, Ports: []Port{{80, "tcp", "127.0.0.1", 8080}}}},
		{Kind: TaskStatus, Status: Running},
		{Kind: ContainerHealth, Container: "side", Health: Unhealthy},
		{Kind: ContainerHealth, Container: "web", Health: Healthy},
		{Kind: ContainerRestarted, Container: "web", Runtime: &Runtime{DockerID: "id", StartedAt: start.Add(time.Hour)}},
		{Kind: ContainerStopped, Container: "web", ExitCode: &one},
		{Kind: TaskStopping, StopCode: "EssentialContainerExited", Reason: "Essential container in task exited"},
		{Kind: TaskStatus, Status: Stopped},
	}
	for i := range events {
		events[i].Time = start.Add(time.Duration(i) * time.Second)
	}
	before := Fold(events[:2])
	task := Fold(events)
	web := task.Container("web")
	switch {
	case task.ID() != "abc", task.LastStatus != Stopped, task.DesiredStatus != Stopped, task.HealthStatus != Healthy:
		t.Errorf("task: %+v", task)
	case web.RestartCount != 1 || *web.ExitCode != 1 || !web.Runtime.StartedAt.Equal(start) || web.RuntimeID != "id":
		t.Errorf("web: %+v", web)
	case !task.ExecutionStoppedAt.Equal(events[6].Time) || !task.StartedAt.Equal(events[2].Time):
		t.Errorf("times: %+v", task)
	case before.Container("web").NetworkBindings[0].HostPort != 8080:
		t.Errorf("an earlier fold has changed: %+v", before.Container("web"))
	case len(task.Visible().Containers) != 2:
		t.Error("internal containers are shown")
	}
}

func TestTimestampIsTheAWSCLIs(t *testing.T) {
	t.Parallel()
	text, _ := json.Marshal(Task{CreatedAt: Timestamp{time.Date(2026, 11, 27, 4, 5, 6, 789_000_000, time.FixedZone("", 3600))}})
	var back Task
	if err := json.Unmarshal(text, &back); err != nil || back.CreatedAt.Format(time.RFC3339Nano) != "2026-11-27T03:05:06.789Z" {
		t.Errorf("%v %s", err, text)
	}
}

// TestPublished holds that in awsvpc mode, where one container has every port, each container is shown its own.
func TestPublished(t *testing.T) {
	t.Parallel()
	web, tls := Port{8080, "tcp", "127.0.0.1", 8080}, Port{8443, "tcp", "127.0.0.1", 49153}
	task := Task{Containers: []Container{
		{Name: pauseName, Internal: true, Runtime: Runtime{Ports: []Port{tls, web}}},
		{Name: "web", Ports: []string{"8080/tcp", "8443/tcp"}}, {Name: "visitor"},
		{Name: "bridged", Ports: []string{"53/udp"}, Runtime: Runtime{Ports: []Port{{53, "udp", "127.0.0.1", 49154}}}}}}
	for container, want := range map[string][]Port{"web": {web, tls}, "visitor": nil, "bridged": {{53, "udp", "127.0.0.1", 49154}}, "none": nil} {
		if got := task.Published(container); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", container, got, want)
		}
	}
}
