package cloudwatch

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/logs"
)

// streamInput names one stream, all that creating and deleting one needs.
type streamInput struct {
	LogGroupName  *string `json:"logGroupName" required:"true" length:"1,512" pattern:"group"`
	LogStreamName *string `json:"logStreamName" required:"true" length:"1,512" pattern:"stream"`
}

func (h *Handler) createLogStream(_ context.Context, in *streamInput) (*void, error) {
	return nil, h.Store.CreateStream(*in.LogGroupName, *in.LogStreamName)
}

func (h *Handler) deleteLogStream(_ context.Context, in *streamInput) (*void, error) {
	return nil, h.Store.DeleteStream(*in.LogGroupName, *in.LogStreamName)
}

const (
	byName          = "LogStreamName"
	byLastEventTime = "LastEventTime"
)

type describeLogStreamsInput struct {
	LogGroupName        *string `json:"logGroupName" length:"1,512" pattern:"group"`
	LogGroupIdentifier  *string `json:"logGroupIdentifier" length:"1,2048" pattern:"identifier"`
	LogStreamNamePrefix *string `json:"logStreamNamePrefix" length:"1,512" pattern:"stream"`
	OrderBy             *string `json:"orderBy" enum:"LogStreamName,LastEventTime"`
	Descending          *bool   `json:"descending"`
	NextToken           *string `json:"nextToken" length:"1,"`
	Limit               *int64  `json:"limit" range:"1,50"`
}

// logStream lacks the event times where the stream has no events. Unlike in the service, which lets lastEventTimestamp lag by up
// to an hour, they are exact; storedBytes is always 0 in the service, since 2019.
type logStream struct {
	LogStreamName       string `json:"logStreamName"`
	CreationTime        int64  `json:"creationTime"`
	FirstEventTimestamp *int64 `json:"firstEventTimestamp,omitempty"`
	LastEventTimestamp  *int64 `json:"lastEventTimestamp,omitempty"`
	LastIngestionTime   *int64 `json:"lastIngestionTime,omitempty"`
	UploadSequenceToken string `json:"uploadSequenceToken"`
	ARN                 string `json:"arn"`
	StoredBytes         int64  `json:"storedBytes"`
}

type describeLogStreamsOutput struct {
	LogStreams []logStream `json:"logStreams"`
	NextToken  *string     `json:"nextToken,omitempty"`
}

// streamPlace is where a list of streams goes on, in which order.
type streamPlace struct {
	Order      string
	Descending bool
	Time       int64
	Name       string
}

func (h *Handler) describeLogStreams(_ context.Context, in *describeLogStreamsInput) (*describeLogStreamsOutput, error) {
	group, err := groupName(in.LogGroupName, in.LogGroupIdentifier)
	if err != nil {
		return nil, err
	}
	order := valueOr(in.OrderBy, byName)
	if order == byLastEventTime && in.LogStreamNamePrefix != nil {
		return nil, invalidParameter("Cannot order by LastEventTime with a logStreamNamePrefix.")
	}
	streams, err := h.Store.Streams(group, value(in.LogStreamNamePrefix))
	if err != nil {
		return nil, err
	}
	compare := streamOrder(order, value(in.Descending))
	slices.SortFunc(streams, compare)
	page := pageOf[streamPlace]{Operation: "DescribeLogStreams", Group: group}
	if in.NextToken != nil {
		place := &page.Place
		if err := page.read(*in.NextToken); err != nil || place.Order != order || place.Descending != value(in.Descending) {
			return nil, errBadToken
		}
		last := logs.Stream{Name: place.Name, LastEvent: place.Time}
		streams = slices.DeleteFunc(streams, func(s logs.Stream) bool { return compare(s, last) <= 0 })
	}
	out := &describeLogStreamsOutput{LogStreams: []logStream{}}
	if limit := int(valueOr(in.Limit, 50)); len(streams) > limit {
		last := streams[limit-1]
		page.Place = streamPlace{order, value(in.Descending), lastActive(last), last.Name}
		out.NextToken = page.token()
		streams = streams[:limit]
	}
	for _, s := range streams {
		out.LogStreams = append(out.LogStreams, h.describeStream(s))
	}
	return out, nil
}

// streamOrder compares streams by name, or by time and then by name.
func streamOrder(order string, descending bool) func(a, b logs.Stream) int {
	return func(a, b logs.Stream) int {
		c := strings.Compare(a.Name, b.Name)
		if order == byLastEventTime {
			c = cmp.Or(cmp.Compare(lastActive(a), lastActive(b)), c)
		}
		if descending {
			return -c
		}
		return c
	}
}

// lastActive orders streams without events by when they were created.
func lastActive(s logs.Stream) int64 { return cmp.Or(s.LastEvent, s.Created) }

func (h *Handler) describeStream(s logs.Stream) logStream {
	out := logStream{LogStreamName: s.Name, CreationTime: s.Created, ARN: h.streamARN(s.Group, s.Name),
		UploadSequenceToken: eventID(logs.Key{Timestamp: s.LastIngestion, Ordinal: s.Events}, s.ID)}
	if s.Events > 0 {
		out.FirstEventTimestamp, out.LastEventTimestamp, out.LastIngestionTime = &s.FirstEvent, &s.LastEvent, &s.LastIngestion
	}
	return out
}
