package cloudwatch

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/ecslocal/ecslocal/logs"
)

// Limits of PutLogEvents.
const (
	maxBatchBytes = 1 << 20
	maxEventBytes = 1 << 20 // 256 KiB before 2025
	// eventOverhead is what each event counts beside its message.
	eventOverhead = 26
	maxSpan       = 24 * time.Hour
	maxAhead      = 2 * time.Hour
	maxAge        = 14 * 24 * time.Hour
)

type inputLogEvent struct {
	Timestamp *int64  `json:"timestamp" required:"true" range:"0,"`
	Message   *string `json:"message" required:"true" length:"1,"`
}

type putLogEventsInput struct {
	LogGroupName  *string         `json:"logGroupName" required:"true" length:"1,512" pattern:"group"`
	LogStreamName *string         `json:"logStreamName" required:"true" length:"1,512" pattern:"stream"`
	LogEvents     []inputLogEvent `json:"logEvents" required:"true" length:"1,10000"`
	SequenceToken *string         `json:"sequenceToken" length:"1,"` // not looked at since 2023
}

type putLogEventsOutput struct {
	NextSequenceToken     string                 `json:"nextSequenceToken"`
	RejectedLogEventsInfo *rejectedLogEventsInfo `json:"rejectedLogEventsInfo,omitempty"`
}

// rejectedLogEventsInfo tells which events of a batch were not stored: those before an End index and those from a Start index on.
type rejectedLogEventsInfo struct {
	TooNewLogEventStartIndex *int `json:"tooNewLogEventStartIndex,omitempty"`
	TooOldLogEventEndIndex   *int `json:"tooOldLogEventEndIndex,omitempty"`
	ExpiredLogEventEndIndex  *int `json:"expiredLogEventEndIndex,omitempty"`
}

func (h *Handler) putLogEvents(_ context.Context, in *putLogEventsInput) (*putLogEventsOutput, error) {
	if err := checkBatch(in.LogEvents); err != nil {
		return nil, err
	}
	group, err := h.Store.Group(*in.LogGroupName)
	if err != nil {
		return nil, err
	}
	stream, err := h.Store.Stream(*in.LogGroupName, *in.LogStreamName)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	accepted, rejected := sift(in.LogEvents, now, group.RetentionDays)
	events := make([]logs.Event, len(accepted))
	for i, event := range accepted {
		events[i] = logs.Event{Timestamp: *event.Timestamp, Message: []byte(*event.Message)}
	}
	if len(events) > 0 {
		err := h.Store.Put(*in.LogGroupName, *in.LogStreamName, events)
		if errors.Is(err, logs.ErrStreamBusy) { // the service has no word for it but this one, after which clients try again
			err = &apiError{http.StatusServiceUnavailable, "ServiceUnavailableException", err.Error()}
		}
		if err != nil {
			return nil, err
		}
	}
	token := eventID(logs.Key{Timestamp: now.UnixMilli(), Ordinal: stream.Events + int64(len(events))}, stream.ID)
	return &putLogEventsOutput{NextSequenceToken: token, RejectedLogEventsInfo: rejected}, nil
}

// checkBatch finds what makes the service refuse a whole batch.
func checkBatch(events []inputLogEvent) error {
	size := 0
	for i, event := range events {
		n := len(*event.Message) + eventOverhead
		if n > maxEventBytes {
			return invalidParameter("Log event too large: %d bytes exceeds limit of %d", n, maxEventBytes)
		}
		size += n
		if i > 0 && *event.Timestamp < *events[i-1].Timestamp {
			return invalidParameter("Log events in a single PutLogEvents request must be in chronological order.")
		}
	}
	if size > maxBatchBytes {
		return invalidParameter("Upload too large: %d bytes exceeds limit of %d", size, maxBatchBytes)
	}
	if span := *events[len(events)-1].Timestamp - *events[0].Timestamp; span > maxSpan.Milliseconds() {
		return invalidParameter("The batch of log events in a single PutLogEvents request cannot span more than 24 hours.")
	}
	return nil
}

// sift leaves out the events that are too old, expired or too new. The batch is in order, so these are its first and last ones.
func sift(events []inputLogEvent, now time.Time, retentionDays int) ([]inputLogEvent, *rejectedLogEventsInfo) {
	before := func(limit time.Time) *int {
		n := 0
		for n < len(events) && *events[n].Timestamp < limit.UnixMilli() {
			n++
		}
		if n == 0 {
			return nil
		}
		return &n
	}
	var info rejectedLogEventsInfo
	info.TooOldLogEventEndIndex = before(now.Add(-maxAge))
	if retentionDays > 0 {
		info.ExpiredLogEventEndIndex = before(now.AddDate(0, 0, -retentionDays))
	}
	first := max(value(info.TooOldLogEventEndIndex), value(info.ExpiredLogEventEndIndex))
	end := value(before(now.Add(maxAhead + time.Millisecond)))
	if end < len(events) {
		info.TooNewLogEventStartIndex = &end
	}
	if info == (rejectedLogEventsInfo{}) {
		return events, nil
	}
	return events[first:end], &info
}
