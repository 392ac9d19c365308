package event

import (
	"slices"
	"strings"
)

// Attachment is the network interface of an awsvpc task (ECS API, Attachment).
type Attachment struct {
	ID      string         `json:"id"`
	Type    string         `json:"type"`
	Status  string         `json:"status"`
	Details []KeyValuePair `json:"details"`
}

// Statuses of an attachment (developer guide, "Amazon ECS task state change events").
const (
	precreated = "PRECREATED"
	attached   = "ATTACHED"
	deleted    = "DELETED"
)

// NewInterface is the network interface of a task that is being provisioned. identifier makes ids that stay the same for the task;
// there is no EC2 that knows them.
func NewInterface(identifier func(kind string) string) Attachment {
	return Attachment{ID: identifier("attachment"), Type: "ElasticNetworkInterface", Status: precreated, Details: []KeyValuePair{
		{"subnetId", "subnet-" + short(identifier("subnet"))}, {"networkInterfaceId", "eni-" + short(identifier("interface"))}}}
}

// short is 17 hexadecimal digits, as EC2's ids have.
func short(uuid string) string { return strings.ReplaceAll(uuid, "-", "")[:17] }

// PrivateDNSName is the name of an address in a region (VPC user guide, "DNS attributes for your VPC").
func PrivateDNSName(region, address string) string {
	domain := region + ".compute.internal"
	if region == "us-east-1" {
		domain = "ec2.internal"
	}
	return "ip-" + strings.ReplaceAll(address, ".", "-") + "." + domain
}

// attach gives the task the address of the container that holds its network.
func (f *Folder) attach(r Runtime) {
	if len(f.task.Attachments) == 0 || r.Address == "" {
		return
	}
	f.attachment(attached, KeyValuePair{"macAddress", r.MAC},
		KeyValuePair{"privateDnsName", PrivateDNSName(f.task.region(), r.Address)}, KeyValuePair{"privateIPv4Address", r.Address})
	for i := range f.task.Containers {
		f.task.Containers[i].NetworkInterfaces = []NetworkInterface{{AttachmentID: f.task.Attachments[0].ID, PrivateIPv4Address: r.Address}}
	}
}

// attachment replaces the task's attachment, which an earlier Task may share.
func (f *Folder) attachment(status string, more ...KeyValuePair) {
	a := f.task.Attachments[0]
	a.Status, a.Details = status, slices.Concat(a.Details, more)
	f.task.Attachments = []Attachment{a}
}

// region is the fourth part of the task's ARN.
func (t *Task) region() string {
	if parts := strings.Split(t.TaskARN, ":"); len(parts) > 3 {
		return parts[3]
	}
	return ""
}
