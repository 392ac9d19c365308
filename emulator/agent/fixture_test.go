package agent

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"
)

// The endpoint ids of the sample tasks, and the id of their role.
const (
	sampleID      = "3b0a7c52-9d41-4e6f-8a90-0c1d2e3f4a5b" // api, sender
	otherID       = "77e2a1c0-4b1f-4c53-a0d8-9f8e7d6c5b4a" // worker, mail_router
	pauseID       = "c1d2e3f4-0a1b-4c2d-8e3f-405162738495"
	credentialsID = "d5e6f708-1920-4314-a253-647586970a1b"
	sampleARN     = "arn:aws:ecs:eu-west-1:210987654321:task/shop/8c1f0de27a5b4f6e9d3a41c2b7e65f90"
	containerARNs = "arn:aws:ecs:eu-west-1:210987654321:container/shop/8c1f0de27a5b4f6e9d3a41c2b7e65f90/"
)

// fixedTask is a Tasks that never changes.
type fixedTask TaskState

func (f fixedTask) Task(context.Context) (TaskState, error) { return TaskState(f), nil }

// fixedStats are samples by docker id.
type fixedStats map[string]Sample

func (f fixedStats) Stats(_ context.Context, id string) (Sample, error) {
	sample, ok := f[id]
	if !ok {
		return Sample{}, errors.New("not measured")
	}
	return sample, nil
}

// fixedKeys are always the same.
type fixedKeys Keys

func (f fixedKeys) Keys(context.Context, string) (Keys, error) { return Keys(f), nil }

// minute is a time of a sample task, different in minute and fraction.
func minute(n int) time.Time {
	return time.Date(2027, 3, 4, 5, 10+n, 6, (101+2*n)*int(time.Millisecond), time.FixedZone("elsewhere", 3600)).Add(time.Hour)
}

func ecsLabels(container, family, revision string) map[string]string {
	return map[string]string{
		"com.amazonaws.ecs.cluster":                 "shop",
		"com.amazonaws.ecs.container-name":          container,
		"com.amazonaws.ecs.task-arn":                sampleARN,
		"com.amazonaws.ecs.task-definition-family":  family,
		"com.amazonaws.ecs.task-definition-version": revision,
	}
}

// bridgeTask has a container with a port, a log driver and a health check, and one with a restart policy.
func bridgeTask() TaskState {
	restarts, restartsOfWorker := 0, 2
	return TaskState{
		Cluster: "shop", ARN: sampleARN, Family: "orders", Revision: "12", DesiredStatus: "RUNNING", KnownStatus: "RUNNING",
		LaunchType: "EC2", AvailabilityZone: "eu-west-1b", AvailabilityZoneID: "euw1-az2", VPCID: "vpc-0a9b8c7d",
		CPU: 0.5, Memory: 1024, PullStartedAt: minute(0), PullStoppedAt: minute(3), FaultInjection: true,
		Tags: map[string]string{"team": "checkout"}, InstanceTags: map[string]string{"ci": "7"},
		Containers: []Container{{
			EndpointID: sampleID, DockerID: "4f6b0c1d2e3f", Name: "api", DockerName: "ecs-orders-12-api-b0a1c2d3e4f5a6b7c8d9",
			Image: "registry.example/orders/api:7", ImageID: "sha256:0c11aa", ARN: containerARNs + "0e1d2c3b-4a59-4687-9706-152433425160",
			Labels: ecsLabels("api", "orders", "12"), CPU: 64, Memory: 96, DesiredStatus: "RUNNING", KnownStatus: "RUNNING",
			CreatedAt: minute(4), StartedAt: minute(5), Health: &Health{Status: "HEALTHY", Since: minute(6)},
			Ports:     []Port{{ContainerPort: 8443, HostPort: 9443, Protocol: "tcp"}},
			Networks:  []Network{{Mode: "bridge", IPv4: "172.17.0.6"}},
			LogDriver: "awslogs", LogOptions: map[string]string{"awslogs-group": "/shop/orders", "awslogs-region": "eu-west-1",
				"awslogs-stream": "orders/api/8c1f0de27a5b4f6e9d3a41c2b7e65f90"},
			RestartCount: &restarts,
		}, {
			EndpointID: otherID, DockerID: "9a8b7c6d5e4f", Name: "worker", DockerName: "ecs-orders-12-worker-90f1e2d3c4b5a6978877",
			Image: "registry.example/orders/worker:7", ImageID: "sha256:0d22bb", ARN: containerARNs + "1f2e3d4c-5b6a-4798-8807-263544536271",
			Labels: ecsLabels("worker", "orders", "12"), Memory: 48, DesiredStatus: "RUNNING", KnownStatus: "RUNNING",
			CreatedAt: minute(1), StartedAt: minute(2), Networks: []Network{{Mode: "bridge", IPv4: "172.17.0.5"}},
			RestartCount: &restartsOfWorker,
		}},
	}
}

// awsvpcTask has a log router, a container that logs to it, and the pause container.
func awsvpcTask() TaskState {
	return TaskState{
		Cluster: "shop", ARN: sampleARN, Family: "mailer", Revision: "3", DesiredStatus: "RUNNING", KnownStatus: "RUNNING",
		NetworkMode: AWSVPC, LaunchType: "EC2", AvailabilityZone: "eu-west-1b", AvailabilityZoneID: "euw1-az2", VPCID: "vpc-0a9b8c7d",
		PullStartedAt: minute(9), PullStoppedAt: minute(12),
		Tags: map[string]string{"team": "checkout"}, InstanceTags: map[string]string{"ci": "7"},
		Callers: []netip.Addr{netip.MustParseAddr("169.254.170.3")},
		Interface: &Interface{IPv4: []string{"10.20.30.77"}, MAC: "06:5e:0a:1b:2c:3d", IPv4Subnet: "10.20.30.0/24",
			DNSServers: []string{"10.20.30.2"}, DNSSearch: []string{"eu-west-1.compute.internal"},
			PrivateDNSName: "ip-10-20-30-77.eu-west-1.compute.internal", IPv4Gateway: "10.20.30.1/24"},
		Containers: []Container{{
			EndpointID: sampleID, DockerID: "c0ffee01", Name: "sender", DockerName: "ecs-mailer-3-sender-66ff77aa88bb99cc00dd",
			Image: "registry.example/sender:5", ImageID: "sha256:0f44dd", ARN: containerARNs + "0e1d2c3b-4a59-4687-9706-152433425160",
			Labels: ecsLabels("sender", "mailer", "3"), CPU: 1, Memory: 96, DesiredStatus: "RUNNING", KnownStatus: "RUNNING",
			CreatedAt: minute(13), StartedAt: minute(14),
			LogDriver: "awsfirelens", LogOptions: map[string]string{"@type": "stdout", "include-pattern": "^mail"},
		}, {
			EndpointID: otherID, DockerID: "c0ffee02", Name: "mail_router", DockerName: "ecs-mailer-3-mailrouter-11aa22bb33cc44dd55ee",
			Image: "registry.example/router:2", ImageID: "sha256:0e33cc", ARN: containerARNs + "1f2e3d4c-5b6a-4798-8807-263544536271",
			Labels: ecsLabels("mail_router", "mailer", "3"), Memory: 96, DesiredStatus: "RUNNING", KnownStatus: "RUNNING",
			CreatedAt: minute(10), StartedAt: minute(11),
		}, {
			EndpointID: pauseID, DockerID: "c0ffee03", Name: "~internal~ecs~pause", Type: CNIPause,
			DockerName: "ecs-mailer-3-internalecspause-0123012301230123abcd", Image: "amazon/amazon-ecs-pause:0.1.0",
			Labels:        ecsLabels("~internal~ecs~pause", "mailer", "3"),
			DesiredStatus: "RESOURCES_PROVISIONED", KnownStatus: "RESOURCES_PROVISIONED", CreatedAt: minute(7), StartedAt: minute(8),
		}},
	}
}

// engineStats is an engine's sample of a container. Containers that joined another one's network have no networks.
func engineStats(dockerID string, networks bool) json.RawMessage {
	network := ""
	if networks {
		network = `"networks":{"eth0":{"rx_bytes":91011,"rx_packets":0,"rx_errors":0,"rx_dropped":0,
			"tx_bytes":12131,"tx_packets":0,"tx_errors":0,"tx_dropped":0}},`
	}
	return json.RawMessage(`{"read":"2027-03-04T05:06:01Z","preread":"2027-03-04T05:06:00Z","pids_stats":{},"num_procs":0,"storage_stats":{},
		"blkio_stats":{"io_service_bytes_recursive":null,"io_serviced_recursive":null,"io_queue_recursive":null,
			"io_service_time_recursive":null,"io_wait_time_recursive":null,"io_merged_recursive":null,"io_time_recursive":null,"sectors_recursive":null},
		"cpu_stats":{"cpu_usage":{"total_usage":7654321,"usage_in_kernelmode":0,"usage_in_usermode":0},
			"throttling_data":{"periods":0,"throttled_periods":0,"throttled_time":0}},
		"precpu_stats":{"cpu_usage":{"total_usage":7000000,"usage_in_kernelmode":0,"usage_in_usermode":0},
			"throttling_data":{"periods":0,"throttled_periods":0,"throttled_time":0}},
		"memory_stats":{"usage":2345678,"limit":100663296},` + network + `"name":"/` + dockerID + `","id":"` + dockerID + `"}`)
}

// statsOf measures every container of a task, and the network at the containers that have one.
func statsOf(task TaskState) fixedStats {
	stats := fixedStats{}
	for _, c := range task.Containers {
		network := task.NetworkMode != AWSVPC || c.Type == CNIPause
		sample := Sample{Engine: engineStats(c.DockerID, network)}
		if network {
			sample.Rate = &NetworkRate{Received: 1500.5, Transmitted: 250}
		}
		stats[c.DockerID] = sample
	}
	return stats
}

// newAgent is an agent for a task with a role and statistics.
func newAgent(task TaskState) *Agent {
	return &Agent{
		Tasks: fixedTask(task), Stats: statsOf(task),
		TaskRole: Role{ID: credentialsID, ARN: "arn:aws:iam::210987654321:role/" + map[string]string{AWSVPC: "mailer"}[task.NetworkMode] +
			map[string]string{"": "orders-task"}[task.NetworkMode],
			Source: fixedKeys{"ASIAEXAMPLEORDERS7KQ", "made/up+secret", "made-up-token", time.Date(2031, 5, 6, 7, 8, 9, 0, time.UTC)}},
	}
}

// ask sends a request from an address in the task. ID and CREDENTIALS in the path stand for the sample's ids.
func ask(tb testing.TB, a *Agent, method, path, body, caller string) *httptest.ResponseRecorder {
	tb.Helper()
	path = strings.NewReplacer("CREDENTIALS", credentialsID, "ID", sampleID).Replace(path)
	r := httptest.NewRequestWithContext(tb.Context(), method, path, strings.NewReader(body))
	r.RemoteAddr = caller + ":40000"
	w := httptest.NewRecorder()
	a.ServeHTTP(w, r)
	return w
}

func get(tb testing.TB, a *Agent, path string) *httptest.ResponseRecorder {
	tb.Helper()
	return ask(tb, a, http.MethodGet, path, "", "172.17.0.6")
}
