package cloudwatch

import (
	"strings"

	"github.com/ecslocal/ecslocal/logs"
)

// groupARN is the ARN of a log group, in the form without ":*".
func (h *Handler) groupARN(group string) string {
	return "arn:" + h.partition() + ":logs:" + h.region() + ":" + h.account() + ":log-group:" + group
}

func (h *Handler) streamARN(group, stream string) string {
	return h.groupARN(group) + ":log-stream:" + stream
}

// partition is the part of AWS that a region belongs to.
func (h *Handler) partition() string {
	switch {
	case strings.HasPrefix(h.region(), "cn-"):
		return "aws-cn"
	case strings.HasPrefix(h.region(), "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}

// groupOfARN is the log group's name in an ARN. Region and account are not looked at: the local store stands for all of them.
func groupOfARN(arn string) (group string, ok bool) {
	parts := strings.SplitN(arn, ":", 8)
	if len(parts) < 7 || parts[0] != "arn" || parts[2] != "logs" || parts[5] != "log-group" {
		return "", false
	}
	return parts[6], logs.CheckGroupName(parts[6]) == nil
}

// groupName is the log group that a request means by either of two members.
func groupName(name, identifier *string) (string, error) {
	switch {
	case name != nil && identifier != nil:
		return "", invalidParameter("LogGroup name and LogGroup identifier are mutually exclusive parameters.")
	case name != nil:
		return *name, nil
	case identifier == nil:
		return "", invalidParameter("LogGroup name or LogGroup identifier must be specified.")
	}
	if group, ok := groupOfARN(*identifier); ok {
		return group, nil
	}
	if logs.CheckGroupName(*identifier) != nil {
		return "", invalidParameter("%s is neither the name nor the ARN of a log group", *identifier)
	}
	return *identifier, nil
}
