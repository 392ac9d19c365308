package cloudwatch

import (
	"context"
	"iter"
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/logs"
)

// Limits of a page of events, of GetLogEvents and FilterLogEvents alike.
const (
	maxPageEvents = 10_000
	maxPageBytes  = 1 << 20
)

type getLogEventsInput struct {
	LogGroupName       *string `json:"logGroupName" length:"1,512" pattern:"group"`
	LogGroupIdentifier *string `json:"logGroupIdentifier" length:"1,2048" pattern:"identifier"`
	LogStreamName      *string `json:"logStreamName" required:"true" length:"1,512" pattern:"stream"`
	StartTime          *int64  `json:"startTime" range:"0,"`
	EndTime            *int64  `json:"endTime" range:"0,"`
	NextToken          *string `json:"nextToken" length:"1,"`
	Limit              *int64  `json:"limit" range:"1,10000"`
	StartFromHead      *bool   `json:"startFromHead"`
}

type outputLogEvent struct {
	Timestamp     int64  `json:"timestamp"`
	Message       string `json:"message"`
	IngestionTime int64  `json:"ingestionTime"`
}

// getLogEventsOutput always has both tokens. One that equals the token of the request says that there is no more that way.
type getLogEventsOutput struct {
	Events            []outputLogEvent `json:"events"`
	NextForwardToken  string           `json:"nextForwardToken"`
	NextBackwardToken string           `json:"nextBackwardToken"`
}

// getLogEvents reads a page of one stream: from the end, from the head, or from a token on in its direction. The page is oldest
// first in any case. startTime is part of the range, endTime is not.
func (h *Handler) getLogEvents(_ context.Context, in *getLogEventsInput) (*getLogEventsOutput, error) {
	group, err := groupName(in.LogGroupName, in.LogGroupIdentifier)
	if err != nil {
		return nil, err
	}
	stream, err := h.Store.Stream(group, *in.LogStreamName)
	if err != nil {
		return nil, err
	}
	q := logs.Query{Streams: []string{stream.Name}, Start: value(in.StartTime), Reverse: !value(in.StartFromHead)}
	position := &logs.Key{Timestamp: q.Start, Stream: stream.Name, Ordinal: -1}
	if in.NextToken != nil {
		if position, err = readToken(*in.NextToken, stream, &q); err != nil {
			return nil, err
		}
	}
	var page page
	if in.EndTime == nil || *in.EndTime > max(q.Start, 1) { // else the range is empty
		q.End = max(value(in.EndTime)-1, 0)
		if _, err := page.read(h.Store.Events(group, q), valueOr(in.Limit, maxPageEvents)); err != nil {
			return nil, err
		}
	}
	if q.Reverse {
		slices.Reverse(page.events)
	}
	return page.output(*position, stream.ID), nil
}

// readToken reads f/<position>/s or b/<position>/s into the query, which goes on after or before the position.
func readToken(token string, stream logs.Stream, q *logs.Query) (*logs.Key, error) {
	id, ok := strings.CutSuffix(token, "/s")
	direction, id, found := strings.Cut(id, "/")
	if !ok || !found || direction != "f" && direction != "b" {
		return nil, errBadToken
	}
	position, err := readEventID(id, stream)
	if q.Reverse = direction == "b"; q.Reverse {
		q.Before = position
	} else {
		q.After = position
	}
	return position, err
}

// page collects events up to its limits.
type page struct {
	events []logs.StoredEvent
	bytes  int
}

// read takes events until one does not fit, and tells whether there was one.
func (p *page) read(events iter.Seq2[logs.StoredEvent, error], limit int64) (more bool, err error) {
	for event, err := range events {
		if err != nil {
			return false, err
		}
		if !p.add(event, limit) {
			return true, nil
		}
	}
	return false, nil
}

// add takes an event if it fits. The first always does.
func (p *page) add(event logs.StoredEvent, limit int64) bool {
	size := len(event.Message) + eventOverhead
	if n := int64(len(p.events)); n == limit || n > 0 && p.bytes+size > maxPageBytes {
		return false
	}
	event.Message = strings.Clone(event.Message) // it may be a small part of a large text
	p.events = append(p.events, event)
	p.bytes += size
	return true
}

// output are the events and where to go on at either end, at the given position when there are none.
func (p *page) output(position logs.Key, streamID uint64) *getLogEventsOutput {
	first, last := position, position
	if n := len(p.events); n > 0 {
		first, last = p.events[0].Key(), p.events[n-1].Key()
	}
	out := &getLogEventsOutput{
		Events:            make([]outputLogEvent, len(p.events)),
		NextForwardToken:  "f/" + eventID(last, streamID) + "/s",
		NextBackwardToken: "b/" + eventID(first, streamID) + "/s",
	}
	for i, event := range p.events {
		out.Events[i] = outputLogEvent{event.Timestamp, event.Message, event.Ingestion}
	}
	return out
}
