package cloudwatch

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/logs"
)

type createLogGroupInput struct {
	LogGroupName    *string           `json:"logGroupName" required:"true" length:"1,512" pattern:"group"`
	Tags            map[string]string `json:"tags" length:"1,50"`
	KmsKeyID        *string           `json:"kmsKeyId" length:",256"`
	LogGroupClass   *string           `json:"logGroupClass" enum:"STANDARD,INFREQUENT_ACCESS,DELIVERY"`
	DeleteProtected *bool             `json:"deletionProtectionEnabled"`
}

// createLogGroup refuses what would be forgotten: classes, keys and protection are not kept.
func (h *Handler) createLogGroup(_ context.Context, in *createLogGroupInput) (*void, error) {
	switch {
	case strings.HasPrefix(*in.LogGroupName, "aws/"):
		return nil, invalidParameter("Log group names starting with aws/ are reserved.")
	case in.LogGroupClass != nil && *in.LogGroupClass != standardClass:
		return nil, invalidParameter("ecslocal keeps log groups of class STANDARD only, not %s", *in.LogGroupClass)
	case in.KmsKeyID != nil && *in.KmsKeyID != "":
		return nil, invalidParameter("ecslocal does not encrypt log groups: leave out kmsKeyId")
	case in.DeleteProtected != nil && *in.DeleteProtected:
		return nil, invalidParameter("ecslocal does not protect log groups: leave out deletionProtectionEnabled")
	}
	if err := checkTags(in.Tags); err != nil {
		return nil, err
	}
	return nil, h.Store.CreateGroup(*in.LogGroupName, in.Tags)
}

// groupInput names one group, all that several operations need.
type groupInput struct {
	LogGroupName *string `json:"logGroupName" required:"true" length:"1,512" pattern:"group"`
}

func (h *Handler) deleteLogGroup(_ context.Context, in *groupInput) (*void, error) {
	return nil, h.Store.DeleteGroup(*in.LogGroupName)
}

type putRetentionPolicyInput struct {
	LogGroupName    *string `json:"logGroupName" required:"true" length:"1,512" pattern:"group"`
	RetentionInDays *int64  `json:"retentionInDays" required:"true"`
}

// retentions are the numbers of days that the service knows.
var retentions = []int64{1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}

func (h *Handler) putRetentionPolicy(_ context.Context, in *putRetentionPolicyInput) (*void, error) {
	if !slices.Contains(retentions, *in.RetentionInDays) {
		return nil, invalidParameter("Invalid retention value. Valid values are: [%s]",
			strings.Trim(strings.ReplaceAll(fmt.Sprint(retentions), " ", ", "), "[]"))
	}
	return nil, h.Store.SetRetention(*in.LogGroupName, int(*in.RetentionInDays))
}

func (h *Handler) deleteRetentionPolicy(_ context.Context, in *groupInput) (*void, error) {
	return nil, h.Store.SetRetention(*in.LogGroupName, 0)
}

const standardClass = "STANDARD"

type describeLogGroupsInput struct {
	LogGroupNamePrefix  *string  `json:"logGroupNamePrefix" length:"1,512" pattern:"group"`
	LogGroupNamePattern *string  `json:"logGroupNamePattern" length:"0,512" pattern:"groupPart"`
	LogGroupIdentifiers []string `json:"logGroupIdentifiers" length:"1,50" member:"length:\"1,2048\" pattern:\"identifier\""`
	LogGroupClass       *string  `json:"logGroupClass" enum:"STANDARD,INFREQUENT_ACCESS,DELIVERY"`
	NextToken           *string  `json:"nextToken" length:"1,"`
	Limit               *int64   `json:"limit" range:"1,50"`
}

type logGroup struct {
	LogGroupName      string `json:"logGroupName"`
	CreationTime      int64  `json:"creationTime"`
	RetentionInDays   int    `json:"retentionInDays,omitempty"`
	MetricFilterCount int    `json:"metricFilterCount"`
	ARN               string `json:"arn"`
	StoredBytes       int64  `json:"storedBytes"`
	LogGroupClass     string `json:"logGroupClass"`
	LogGroupARN       string `json:"logGroupArn"`
}

type describeLogGroupsOutput struct {
	LogGroups []logGroup `json:"logGroups"`
	NextToken *string    `json:"nextToken,omitempty"`
}

func (h *Handler) describeLogGroups(_ context.Context, in *describeLogGroupsInput) (*describeLogGroupsOutput, error) {
	if in.LogGroupNamePrefix != nil && in.LogGroupNamePattern != nil {
		return nil, invalidParameter("LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.")
	}
	var names []string
	for _, identifier := range in.LogGroupIdentifiers {
		name, err := groupName(nil, &identifier)
		if err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	page, token, err := h.groupsPage("DescribeLogGroups", value(in.LogGroupNamePrefix), in.LogGroupClass, in.NextToken, valueOr(in.Limit, 50),
		func(name string) bool {
			return strings.Contains(name, value(in.LogGroupNamePattern)) && (names == nil || slices.Contains(names, name))
		})
	if err != nil {
		return nil, err
	}
	out := &describeLogGroupsOutput{LogGroups: []logGroup{}, NextToken: token}
	for _, g := range page {
		arn := h.groupARN(g.Name)
		out.LogGroups = append(out.LogGroups, logGroup{LogGroupName: g.Name, CreationTime: g.Created, RetentionInDays: g.RetentionDays,
			ARN: arn + ":*", StoredBytes: g.Bytes, LogGroupClass: standardClass, LogGroupARN: arn})
	}
	return out, nil
}

type listLogGroupsInput struct {
	LogGroupNamePattern *string `json:"logGroupNamePattern" length:"3,129" pattern:"groupList"`
	LogGroupClass       *string `json:"logGroupClass" enum:"STANDARD,INFREQUENT_ACCESS,DELIVERY"`
	NextToken           *string `json:"nextToken" length:"1,"`
	Limit               *int64  `json:"limit" range:"1,1000"`
}

type logGroupSummary struct {
	LogGroupName  string `json:"logGroupName"`
	LogGroupARN   string `json:"logGroupArn"`
	LogGroupClass string `json:"logGroupClass"`
}

type listLogGroupsOutput struct {
	LogGroups []logGroupSummary `json:"logGroups"`
	NextToken *string           `json:"nextToken,omitempty"`
}

// listLogGroups takes a pattern of up to five parts of names, joined by |, each anchored by ^ or not.
func (h *Handler) listLogGroups(_ context.Context, in *listLogGroupsInput) (*listLogGroupsOutput, error) {
	parts := strings.Split(value(in.LogGroupNamePattern), "|")
	for i, part := range parts {
		text, anchored := strings.CutPrefix(part, "^")
		parts[i] = regexp.QuoteMeta(text)
		if anchored {
			parts[i] = "^" + parts[i]
		}
	}
	wanted := regexp.MustCompile(strings.Join(parts, "|"))
	page, token, err := h.groupsPage("ListLogGroups", "", in.LogGroupClass, in.NextToken, valueOr(in.Limit, 50), wanted.MatchString)
	if err != nil {
		return nil, err
	}
	out := &listLogGroupsOutput{LogGroups: []logGroupSummary{}, NextToken: token}
	for _, g := range page {
		out.LogGroups = append(out.LogGroups, logGroupSummary{g.Name, h.groupARN(g.Name), standardClass})
	}
	return out, nil
}

// groupsPage is a page of the groups that are wanted, and the token of the next.
func (h *Handler) groupsPage(operation, prefix string, class, token *string, limit int64, wanted func(name string) bool) ([]logs.Group, *string, error) {
	after := pageOf[string]{Operation: operation}
	if token != nil {
		if err := after.read(*token); err != nil {
			return nil, nil, err
		}
	}
	groups, err := h.Store.Groups(prefix)
	if err != nil || valueOr(class, standardClass) != standardClass {
		return nil, nil, err
	}
	groups = slices.DeleteFunc(groups, func(g logs.Group) bool { return g.Name <= after.Place || !wanted(g.Name) })
	if int64(len(groups)) <= limit {
		return groups, nil, nil
	}
	groups = groups[:limit]
	after.Place = groups[limit-1].Name
	return groups, after.token(), nil
}

// value is what a pointer points to, or the zero value.
func value[T any](p *T) T {
	var zero T
	return valueOr(p, zero)
}

func valueOr[T any](p *T, otherwise T) T {
	if p == nil {
		return otherwise
	}
	return *p
}
