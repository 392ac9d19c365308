package cloudwatch

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/ecslocal/ecslocal/logs"
	"github.com/ecslocal/ecslocal/logs/filter"
)

// What the service says about Live Tail sessions.
const (
	liveTailInterval = time.Second
	liveTailSession  = 3 * time.Hour
	// liveTailMost is how many events an update holds; when more come in an interval, the others are left out of the session.
	liveTailMost = 500
	// liveTailBytes bounds the messages of an update, since a message of an event stream holds at most 16 MB of JSON.
	liveTailBytes = 2 << 20
	// liveTailOverlap is how far back a session looks for events that were stored while it started.
	liveTailOverlap = time.Minute
	// liveTailPatience is how long a client may take to read an update before it counts as gone.
	liveTailPatience = 30 * time.Second
)

type startLiveTailInput struct {
	LogGroupIdentifiers   []string `json:"logGroupIdentifiers" required:"true" length:"1,10" member:"length:\"1,2048\" pattern:\"identifier\""`
	LogStreamNames        []string `json:"logStreamNames" length:"1,100" member:"length:\"1,512\" pattern:\"stream\""`
	LogStreamNamePrefixes []string `json:"logStreamNamePrefixes" length:"1,100" member:"length:\"1,512\" pattern:\"stream\""`
	LogEventFilterPattern *string  `json:"logEventFilterPattern" length:"0,1024"`
}

type liveTailStart struct {
	RequestID             string   `json:"requestId"`
	SessionID             string   `json:"sessionId"`
	LogGroupIdentifiers   []string `json:"logGroupIdentifiers"`
	LogStreamNames        []string `json:"logStreamNames,omitempty"`
	LogStreamNamePrefixes []string `json:"logStreamNamePrefixes,omitempty"`
	LogEventFilterPattern string   `json:"logEventFilterPattern"`
}

type liveTailUpdate struct {
	SessionMetadata struct {
		Sampled bool `json:"sampled"`
	} `json:"sessionMetadata"`
	SessionResults []liveTailEvent `json:"sessionResults"`
	bytes          int
}

type liveTailEvent struct {
	LogStreamName      string `json:"logStreamName"`
	LogGroupIdentifier string `json:"logGroupIdentifier"`
	Message            string `json:"message"`
	Timestamp          int64  `json:"timestamp"`
	IngestionTime      int64  `json:"ingestionTime"`
}

// liveTail is one session.
type liveTail struct {
	*Handler
	startLiveTailInput
	groups  []string
	pattern *filter.Pattern
	// started is when the session began, in milliseconds since 1970. Events stored earlier are not part of it.
	started int64
}

// startLiveTail sends what is stored from now on in the groups, an update every second, until the client goes.
func startLiveTail(h *Handler, w http.ResponseWriter, r *http.Request, body []byte) error {
	tail := liveTail{Handler: h, started: time.Now().UnixMilli()}
	if err := decode(body, &tail.startLiveTailInput); err != nil {
		return err
	}
	if err := tail.prepare(); err != nil {
		return err
	}
	stream := newEventStream(w)
	if err := stream.event("initial-response", void{}); err != nil {
		return nil // the client is gone
	}
	start := liveTailStart{w.Header().Get("x-amzn-RequestId"), requestID(), tail.LogGroupIdentifiers, tail.LogStreamNames,
		tail.LogStreamNamePrefixes, value(tail.LogEventFilterPattern)}
	if err := stream.event("sessionStart", start); err != nil {
		return nil
	}
	tail.run(r.Context(), stream)
	return nil
}

// prepare checks what the constraints of the model do not say.
func (t *liveTail) prepare() (err error) {
	if t.LogStreamNames != nil && t.LogStreamNamePrefixes != nil {
		return invalidParameter("logStreamNames and logStreamNamePrefixes are mutually exclusive parameters.")
	}
	if len(t.LogGroupIdentifiers) > 1 && (t.LogStreamNames != nil || t.LogStreamNamePrefixes != nil) {
		return invalidParameter("logStreamNames and logStreamNamePrefixes can be used with one log group only.")
	}
	for _, identifier := range t.LogGroupIdentifiers {
		group, ok := groupOfARN(identifier)
		if !ok {
			return invalidParameter("%s is not the ARN of a log group", identifier)
		}
		if _, err := t.Store.Group(group); err != nil {
			return err
		}
		t.groups = append(t.groups, group)
	}
	t.pattern, err = parsePattern(value(t.LogEventFilterPattern), "Invalid filter pattern: ")
	return err
}

// followed is an event, or the end of following a group.
type followed struct {
	group string
	event logs.StoredEvent
	err   error
}

// run sends updates until the client goes, a group cannot be followed any longer, or the session is over.
func (t *liveTail) run(ctx context.Context, stream *eventStream) {
	ctx, cancel := context.WithTimeout(ctx, liveTailSession)
	events := make(chan followed)
	var followers sync.WaitGroup
	defer followers.Wait()
	defer cancel()
	for _, group := range t.groups {
		followers.Go(func() { t.follow(ctx, group, events) })
	}
	tick := time.NewTicker(liveTailInterval)
	defer tick.Stop()
	update := liveTailUpdate{SessionResults: []liveTailEvent{}}
	for {
		select {
		case f := <-events:
			if f.err != nil {
				_ = stream.exception("SessionStreamingException", f.err.Error()) // the session ends either way
				return
			}
			t.add(&update, f)
		case <-tick.C:
			if stream.event("sessionUpdate", update) != nil {
				return
			}
			update = liveTailUpdate{SessionResults: []liveTailEvent{}}
		case <-ctx.Done():
			if ctx.Err() == context.DeadlineExceeded {
				_ = stream.exception("SessionTimeoutException", fmt.Sprintf("The session ended after %v.", liveTailSession))
			}
			return
		}
	}
}

// add puts an event into an update while there is room.
func (t *liveTail) add(update *liveTailUpdate, f followed) {
	n := len(update.SessionResults)
	if n == liveTailMost || n > 0 && update.bytes+len(f.event.Message) > liveTailBytes {
		update.SessionMetadata.Sampled = true
		return
	}
	update.bytes += len(f.event.Message)
	update.SessionResults = append(update.SessionResults,
		liveTailEvent{f.event.Stream, t.groupARN(f.group), strings.Clone(f.event.Message), f.event.Timestamp, f.event.Ingestion})
}

// follow passes on what is stored in a group from now on and matches.
func (t *liveTail) follow(ctx context.Context, group string, events chan<- followed) {
	q := logs.Query{Prefix: commonPrefix(slices.Concat(t.LogStreamNames, t.LogStreamNamePrefixes)),
		After: &logs.Key{Timestamp: t.started - liveTailOverlap.Milliseconds()}}
	for event, err := range matching(ctx, t.Store.Follow(ctx, group, q), t.pattern) {
		if ctx.Err() != nil {
			return
		}
		if err == nil && (event.Ingestion < t.started || !t.wants(event.Stream)) {
			continue
		}
		select {
		case events <- followed{group, event, err}:
		case <-ctx.Done():
			return
		}
	}
}

// commonPrefix is what all names begin with.
func commonPrefix(names []string) string {
	if len(names) == 0 {
		return ""
	}
	prefix := names[0]
	for _, name := range names {
		for !strings.HasPrefix(name, prefix) {
			prefix = prefix[:len(prefix)-1]
		}
	}
	return prefix
}

// wants tells whether a stream is asked for. A stream that is named need not exist when the session begins.
func (t *liveTail) wants(stream string) bool {
	return t.LogStreamNames == nil && t.LogStreamNamePrefixes == nil || slices.Contains(t.LogStreamNames, stream) ||
		slices.ContainsFunc(t.LogStreamNamePrefixes, func(prefix string) bool { return strings.HasPrefix(stream, prefix) })
}
