package cloudwatch_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ecslocal/ecslocal/logs/cloudwatch"
)

const (
	group  = "/shop/cart"
	stream = "web/cart/7f3e"
)

// batch is a request of PutLogEvents with events of the given ages, the oldest first.
func batch(ages ...time.Duration) object {
	var events []object
	for i, age := range ages {
		events = append(events, object{"timestamp": time.Now().Add(-age).UnixMilli(), "message": fmt.Sprint(i)})
	}
	return object{"logGroupName": group, "logStreamName": stream, "logEvents": events}
}

func TestRejectedEvents(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	for _, c := range []struct {
		name      string
		retention int
		ages      []time.Duration
		want      any // rejectedLogEventsInfo
		stored    []string
	}{
		{"none", 0, []time.Duration{14 * day, 14*day - time.Second}, nil, []string{"0", "1"}},
		{"too old", 0, []time.Duration{14*day + time.Hour, 14*day + time.Millisecond, 14 * day}, object{"tooOldLogEventEndIndex": 2.0}, []string{"2"}},
		{"too new", 0, []time.Duration{0, -2 * time.Hour, -2*time.Hour - time.Millisecond}, object{"tooNewLogEventStartIndex": 2.0}, []string{"0", "1"}},
		{"all too new", 0, []time.Duration{-3 * time.Hour}, object{"tooNewLogEventStartIndex": 0.0}, []string{}},
		{"expired", 3, []time.Duration{3*day + time.Hour, 3*day + time.Minute, 3*day - time.Minute}, object{"expiredLogEventEndIndex": 2.0}, []string{"2"}},
		{"old and expired", 7, []time.Duration{14*day + time.Hour, 14*day - time.Hour}, object{"tooOldLogEventEndIndex": 1.0, "expiredLogEventEndIndex": 2.0}, []string{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			onStores(t, func(t *testing.T, s cloudwatch.Store) {
				synctest.Test(t, func(t *testing.T) {
					cl := newClient(t, s)
					cl.makeStream(group, stream)
					if c.retention > 0 {
						cl.call("PutRetentionPolicy", object{"logGroupName": group, "retentionInDays": c.retention})
					}
					out := cl.call("PutLogEvents", batch(c.ages...))
					if diff := cmp.Diff(c.want, out["rejectedLogEventsInfo"]); diff != "" {
						t.Errorf("rejectedLogEventsInfo: -want +got\n%s", diff)
					}
					got := messages(cl.call("FilterLogEvents", object{"logGroupName": group}))
					if diff := cmp.Diff(c.stored, got); diff != "" {
						t.Errorf("stored: -want +got\n%s", diff)
					}
				})
			})
		})
	}
}

func TestRefusedBatches(t *testing.T) {
	t.Parallel()
	const mega = 1 << 20
	at := func(age time.Duration, message string) object {
		return object{"timestamp": time.Now().Add(-age).UnixMilli(), "message": message}
	}
	full := make([]object, 10_000)
	for i := range full {
		full[i] = at(0, "x")
	}
	for _, c := range []struct {
		name   string
		events []object
		want   string
	}{
		{"out of order", []object{at(0, "a"), at(time.Second, "b")}, "Log events in a single PutLogEvents request must be in chronological order."},
		{"more than a day", []object{at(25*time.Hour, "a"), at(0, "b")}, "The batch of log events in a single PutLogEvents request cannot span more than 24 hours."},
		{"event too large", []object{at(0, strings.Repeat("x", mega-25))}, "Log event too large: 1048577 bytes exceeds limit of 1048576"},
		{"batch too large", []object{at(0, strings.Repeat("x", mega-26)), at(0, "y")}, "Upload too large: 1048603 bytes exceeds limit of 1048576"},
		{"counted in UTF-8", []object{at(0, strings.Repeat("é", mega/2))}, "Log event too large: 1048602 bytes exceeds limit of 1048576"},
		{"too many", append(full[:10_000:10_000], at(0, "y")), "1 validation error detected: Value '[10001 members]' at 'logEvents' failed to satisfy constraint: Member must have length less than or equal to 10000"},
		{"largest event", []object{at(0, strings.Repeat("x", mega-26))}, ""},
		{"largest batch", full, ""},
		{"a day", []object{at(24*time.Hour-time.Minute, "a"), at(0, "b")}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			cl := newClient(t, &memory{})
			cl.makeStream(group, stream)
			in := object{"logGroupName": group, "logStreamName": stream, "logEvents": c.events}
			if c.want == "" {
				cl.call("PutLogEvents", in)
			} else if kind, message := cl.refuse("PutLogEvents", in); kind != "InvalidParameterException" || message != c.want {
				t.Errorf("%s: %.200s\nwant %s", kind, message, c.want)
			}
			want := len(c.events)
			if c.want != "" {
				want = 0
			}
			if got := len(messages(cl.call("GetLogEvents", object{"logGroupName": group, "logStreamName": stream}))); got != want {
				t.Errorf("%d events stored, want %d", got, want)
			}
		})
	}
}

// A batch may be wrong all over; the answer counts everything and shows the first few.
func TestManyMistakes(t *testing.T) {
	t.Parallel()
	events := make([]object, 5000)
	for i := range events {
		events[i] = object{"timestamp": -1, "message": ""}
	}
	_, message := newClient(t, &memory{}).refuse("PutLogEvents", object{"logGroupName": group, "logStreamName": stream, "logEvents": events})
	if !strings.HasPrefix(message, "10000 validation errors detected: Value '-1' at 'logEvents.1.member.timestamp'") || len(message) > 2000 {
		t.Errorf("%.3000s", message)
	}
}

// A batch for a stream that is not there is refused, whichever is missing.
func TestPutWithoutStream(t *testing.T) {
	t.Parallel()
	onStores(t, func(t *testing.T, s cloudwatch.Store) {
		cl := newClient(t, s)
		if kind, message := cl.refuse("PutLogEvents", batch(0)); kind != "ResourceNotFoundException" || message != "The specified log group does not exist." {
			t.Errorf("%s: %s", kind, message)
		}
		cl.call("CreateLogGroup", object{"logGroupName": group})
		if kind, message := cl.refuse("PutLogEvents", batch(0)); kind != "ResourceNotFoundException" || message != "The specified log stream does not exist." {
			t.Errorf("%s: %s", kind, message)
		}
	})
}

// Bytes that are not UTF-8, as the engine's 20.10 driver sends them, become U+FFFD.
func TestInvalidUTF8(t *testing.T) {
	t.Parallel()
	onStores(t, func(t *testing.T, s cloudwatch.Store) {
		cl := newClient(t, s)
		cl.makeStream(group, stream)
		body := fmt.Appendf(nil, `{"logGroupName":%q,"logStreamName":%q,"logEvents":[{"timestamp":%d,"message":"a`+"\xff\xfe"+`b"}]}`, group, stream, time.Now().UnixMilli())
		if status, answer := cl.send("PutLogEvents", nil, body); status != 200 {
			t.Fatalf("%d %s", status, answer)
		}
		if diff := cmp.Diff([]string{"a\ufffd\ufffdb"}, messages(cl.call("FilterLogEvents", object{"logGroupName": group, "filterPattern": `"` + "\ufffd" + `b"`}))); diff != "" {
			t.Errorf("-want +got\n%s", diff)
		}
	})
}
