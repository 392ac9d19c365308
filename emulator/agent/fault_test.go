package agent

import (
	"net/http"
	"testing"
)

func TestFaultRequests(t *testing.T) {
	t.Parallel()
	const (
		port      = "network-blackhole-port/"
		delay     = "network-latency/"
		loss      = "network-packet-loss/"
		goodPort  = `{"Port":5432,"Protocol":"tcp","TrafficType":"egress","SourcesToFilter":["192.0.2.1","2001:db8::/32"]}`
		goodDelay = `{"DelayMilliseconds":0,"JitterMilliseconds":5,"Sources":["192.0.2.0/24"],"FlowsPercent":50}`
		goodLoss  = `{"LossPercent":6,"Sources":["2001:db8::1"]}`
	)
	for _, test := range []struct {
		path, body string
		status     int
		want       string // the error, or the status of 200
	}{
		{port + "start", goodPort, 500, "ecslocal does not inject faults; on ECS this would start network-blackhole-port"},
		{port + "stop", goodPort, 200, "stopped"},
		{port + "status", goodPort, 200, "not-running"},
		{delay + "start", goodDelay, 500, "ecslocal does not inject faults; on ECS this would start network-latency"},
		{delay + "stop", "", 200, "stopped"},
		{delay + "status", "anything", 200, "not-running"},
		{loss + "start", goodLoss, 500, "ecslocal does not inject faults; on ECS this would start network-packet-loss"},
		{loss + "stop", "", 200, "stopped"},
		{loss + "status", "", 200, "not-running"},

		{port + "stop", "", 400, "required request body is missing"},
		{port + "start", " \n", 400, "required request body is missing"},
		{port + "start", `{"Port":1`, 400, "unexpected EOF"},
		{port + "start", `port`, 400, "invalid character 'p' looking for beginning of value"},
		{port + "start", `{"Port":70000}`, 400, "json: cannot unmarshal number 70000 into Go struct field NetworkBlackholePortRequest.Port of type uint16"},
		{port + "start", `{}`, 400, "required parameter Port is missing"},
		{port + "status", `{"Port":1}`, 400, "required parameter Protocol is missing"},
		{port + "start", `{"Port":1,"Protocol":""}`, 400, "required parameter Protocol is missing"},
		{port + "start", `{"Port":1,"Protocol":"icmp"}`, 400, "required parameter TrafficType is missing"},
		{port + "start", `{"Port":1,"Protocol":"icmp","TrafficType":"in"}`, 400, "invalid value icmp for parameter Protocol"},
		{port + "start", `{"Port":1,"Protocol":"udp","TrafficType":"in"}`, 400, "invalid value in for parameter TrafficType"},
		{port + "start", `{"Port":1,"Protocol":"udp","TrafficType":"ingress","SourcesToFilter":["db"]}`, 400, "invalid value db for parameter SourcesToFilter"},

		{delay + "start", ``, 400, "required request body is missing"},
		{delay + "start", `{"DelayMilliseconds":"5"}`, 400, "json: cannot unmarshal string into Go struct field NetworkLatencyRequest.DelayMilliseconds of type uint64"},
		{delay + "start", `{}`, 400, "required parameter DelayMilliseconds is missing"},
		{delay + "start", `{"DelayMilliseconds":5}`, 400, "required parameter JitterMilliseconds is missing"},
		{delay + "start", `{"DelayMilliseconds":0,"JitterMilliseconds":0}`, 400, "required either DelayMilliseconds or JitterMilliseconds to be non-zero"},
		{delay + "start", `{"DelayMilliseconds":5,"JitterMilliseconds":0,"Sources":[]}`, 400, "required parameter Sources is missing"},
		{delay + "start", `{"DelayMilliseconds":5,"JitterMilliseconds":0,"Sources":["10.0.0.0/33"]}`, 400, "invalid value 10.0.0.0/33 for parameter Sources"},
		{delay + "start", `{"DelayMilliseconds":5,"JitterMilliseconds":0,"Sources":[null]}`, 400, "invalid value  for parameter Sources"},
		{delay + "start", `{"DelayMilliseconds":5,"JitterMilliseconds":0,"Sources":["::1"],"FlowsPercent":0}`, 400, "invalid value 0 for parameter flowsPercent"},
		{delay + "start", `{"DelayMilliseconds":5,"JitterMilliseconds":0,"Sources":["::1"],"FlowsPercent":101}`, 400, "invalid value 101 for parameter flowsPercent"},

		{loss + "start", `{"Sources":["::1"]}`, 400, "required parameter LossPercent is missing"},
		{loss + "start", `{"LossPercent":0}`, 400, "invalid value 0 for parameter LossPercent"},
		{loss + "start", `{"LossPercent":101}`, 400, "invalid value 101 for parameter LossPercent"},
		{loss + "start", `{"LossPercent":-1}`, 400, "json: cannot unmarshal number -1 into Go struct field NetworkPacketLossRequest.LossPercent of type uint64"},
		{loss + "start", `{"LossPercent":5}`, 400, "required parameter Sources is missing"},
	} {
		t.Run(test.path+" "+test.body, func(t *testing.T) {
			t.Parallel()
			task := awsvpcTask()
			task.FaultInjection = true
			expectFault(t, newAgent(task), "/api/ID/fault/v1/"+test.path, test.body, test.status, test.want)
		})
	}
}

func TestTasksThatMayNotInjectFaults(t *testing.T) {
	t.Parallel()
	const (
		path = "/api/ID/fault/v1/network-latency/"
		body = `{"DelayMilliseconds":1,"JitterMilliseconds":0,"Sources":["::1"]}`
	)
	for mode, internal := range map[string]bool{"": true, Bridge: true, None: true, Host: false, AWSVPC: false} {
		for _, operation := range []string{"start", "stop", "status"} {
			off, on := TaskState{NetworkMode: mode, ARN: sampleARN, Containers: bridgeTask().Containers}, TaskState{}
			on = off
			on.FaultInjection = true
			expectFault(t, newAgent(off), path+operation, body, 400, "enableFaultInjection is not enabled for task: "+sampleARN)
			if internal {
				expectFault(t, newAgent(on), path+operation, body, 500, "failed to get task metadata due to internal server error for container: "+sampleID)
			}
		}
	}
	unknown := newAgent(bridgeTask())
	const other = "/api/nope/fault/v1/network-latency/"
	expectFault(t, unknown, other+"stop", "", 404, "unable to get task arn from request: unable to get task Arn from v3 endpoint ID: nope")
	expectFault(t, unknown, other+"start", "", 400, "required request body is missing")
}

func expectFault(t *testing.T, a *Agent, path, body string, status int, want string) {
	t.Helper()
	key := "Error"
	if status == 200 {
		key = "Status"
	}
	got := ask(t, a, http.MethodPost, path, body, "172.17.0.6")
	answer, _ := decoded(got.Body.String()).(map[string]any)
	if got.Code != status || len(answer) != 1 || answer[key] != want {
		t.Errorf("%s: got %d %s, want %d %s", path, got.Code, got.Body, status, want)
	}
}
