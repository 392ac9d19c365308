package cloudwatch

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"slices"

	"github.com/ecslocal/ecslocal/logs"
	"github.com/ecslocal/ecslocal/logs/filter"
)

type filterLogEventsInput struct {
	LogGroupName        *string  `json:"logGroupName" length:"1,512" pattern:"group"`
	LogGroupIdentifier  *string  `json:"logGroupIdentifier" length:"1,2048" pattern:"identifier"`
	LogStreamNames      []string `json:"logStreamNames" length:"1,100" member:"length:\"1,512\" pattern:\"stream\""`
	LogStreamNamePrefix *string  `json:"logStreamNamePrefix" length:"1,512" pattern:"stream"`
	StartTime           *int64   `json:"startTime" range:"0,"`
	EndTime             *int64   `json:"endTime" range:"0,"`
	FilterPattern       *string  `json:"filterPattern" length:"0,1024"`
	NextToken           *string  `json:"nextToken" length:"1,"`
	Limit               *int64   `json:"limit" range:"1,10000"`
	// Interleaved is always on since 2019, and unmasking has nothing to unmask here.
}

type filteredLogEvent struct {
	LogStreamName string `json:"logStreamName"`
	Timestamp     int64  `json:"timestamp"`
	Message       string `json:"message"`
	IngestionTime int64  `json:"ingestionTime"`
	EventID       string `json:"eventId"`
}

// filterLogEventsOutput has a token only when there is more: the CLI's tail asks again at once for any token.
type filterLogEventsOutput struct {
	Events             []filteredLogEvent `json:"events"`
	SearchedLogStreams []void             `json:"searchedLogStreams"` // always empty, in the service too
	NextToken          *string            `json:"nextToken,omitempty"`
}

// filterLogEvents reads a page of the events of a group that match. startTime and endTime are both part of the range.
func (h *Handler) filterLogEvents(ctx context.Context, in *filterLogEventsInput) (*filterLogEventsOutput, error) {
	group, err := groupName(in.LogGroupName, in.LogGroupIdentifier)
	if err != nil {
		return nil, err
	}
	if in.LogStreamNames != nil && in.LogStreamNamePrefix != nil {
		return nil, invalidParameter("LogStreamNames and LogStreamNamePrefix are mutually exclusive parameters.")
	}
	pattern, err := parsePattern(value(in.FilterPattern), "")
	if err != nil {
		return nil, err
	}
	slices.Sort(in.LogStreamNames)
	q := logs.Query{Streams: slices.Compact(in.LogStreamNames), Prefix: value(in.LogStreamNamePrefix), Start: value(in.StartTime)}
	if literal := pattern.Literal(); literal != "" {
		q.Contains = []string{literal}
	}
	place := pageOf[logs.Key]{Operation: "FilterLogEvents", Group: group}
	if in.NextToken != nil {
		if err := place.read(*in.NextToken); err != nil {
			return nil, err
		}
		q.After = &place.Place
	}
	if in.EndTime != nil {
		q.End = max(*in.EndTime, 1) // 0 would be no end; no event is that old
	}
	var page page
	more, err := page.read(matching(ctx, h.Store.Events(group, q), pattern), valueOr(in.Limit, maxPageEvents))
	if err != nil {
		return nil, err
	}
	out := &filterLogEventsOutput{Events: make([]filteredLogEvent, len(page.events)), SearchedLogStreams: []void{}}
	for i, e := range page.events {
		out.Events[i] = filteredLogEvent{e.Stream, e.Timestamp, e.Message, e.Ingestion, eventID(e.Key(), e.StreamID)}
	}
	if more {
		out.NextToken = pageOf[logs.Key]{place.Operation, group, page.events[len(page.events)-1].Key()}.token()
	}
	return out, nil
}

// parsePattern parses a filter pattern; Live Tail puts a prefix before the service's words.
func parsePattern(text, prefix string) (*filter.Pattern, error) {
	pattern, err := filter.Parse(text)
	var wrong *filter.Error
	if errors.As(err, &wrong) {
		return nil, invalidParameter("%s%v", prefix, wrong)
	}
	return pattern, err
}

// matching are the events that match a pattern. Nobody waits for the rest of a search when the context ends.
func matching(ctx context.Context, events iter.Seq2[logs.StoredEvent, error], pattern *filter.Pattern) iter.Seq2[logs.StoredEvent, error] {
	return func(yield func(logs.StoredEvent, error) bool) {
		for event, err := range events {
			err = cmp.Or(err, ctx.Err())
			if (err != nil || pattern.Match([]byte(event.Message))) && !yield(event, err) {
				return
			}
		}
	}
}
