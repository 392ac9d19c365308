package event

import (
	"encoding/json"
	"testing"
)

// TestAttachment holds the network interface of an awsvpc task in the form of DescribeTasks, from its creation to its end.
func TestAttachment(t *testing.T) {
	t.Parallel()
	uuid := func(string) string { return "0c27cd1a-b95f-42f4-8f5e-0123456789ab" }
	task := &Task{TaskARN: "arn:aws:ecs:eu-west-1:1:task/default/abc", Attachments: []Attachment{NewInterface(uuid)},
		Containers: []Container{{Name: pauseName, Internal: true}, {Name: "web"}}}
	events := []Event{{Kind: TaskCreated, Task: task},
		{Kind: ContainerStarted, Container: pauseName, Runtime: &Runtime{Address: "172.18.0.3", MAC: "02:42:ac:12:00:03"}},
		{Kind: TaskStatus, Status: Stopped}}
	const created = `{"id":"0c27cd1a-b95f-42f4-8f5e-0123456789ab","type":"ElasticNetworkInterface","status":"`
	const ids = `","details":[{"name":"subnetId","value":"subnet-0c27cd1ab95f42f48"},{"name":"networkInterfaceId","value":"eni-0c27cd1ab95f42f48"}`
	const address = `,{"name":"macAddress","value":"02:42:ac:12:00:03"},{"name":"privateDnsName","value":"ip-172-18-0-3.eu-west-1.compute.internal"},` +
		`{"name":"privateIPv4Address","value":"172.18.0.3"}`
	for n, want := range map[int]string{1: "PRECREATED" + ids, 2: "ATTACHED" + ids + address, 3: "DELETED" + ids + address} {
		folded := Fold(events[:n])
		got, _ := json.Marshal(folded.Attachments[0])
		if string(got) != created+want+"]}" {
			t.Errorf("after %d events:\n%s\nwant\n%s", n, got, created+want+"]}")
		}
		interfaces, _ := json.Marshal(folded.Container("web").NetworkInterfaces)
		if want := `[{"attachmentId":"0c27cd1a-b95f-42f4-8f5e-0123456789ab","privateIpv4Address":"172.18.0.3"}]`; n > 1 && string(interfaces) != want {
			t.Errorf("the container has %s, want %s", interfaces, want)
		}
	}
}
