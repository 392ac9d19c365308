package cloudwatch_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/ecslocal/ecslocal/logs"
	"github.com/ecslocal/ecslocal/logs/cloudwatch"
	"github.com/ecslocal/ecslocal/logs/store"
)

// benchEvents is how many events of about 100 bytes the stream of the benchmarks has.
const benchEvents = 2_000_000

// largeStream is a store with one stream.
func largeStream(b *testing.B) *store.Store {
	s := openStore(b)
	if err := s.CreateGroup(group, nil); err != nil {
		b.Fatal(err)
	}
	w, err := s.Writer(group, stream)
	if err != nil {
		b.Fatal(err)
	}
	start := time.Now().UnixMilli() - benchEvents/10
	events := make([]logs.Event, 10_000)
	for n := 0; n < benchEvents; n += len(events) {
		for i := range events {
			level := "info"
			if (n+i)%100_000 == 99_999 {
				level = "error"
			}
			events[i] = logs.Event{Timestamp: start + int64(n+i)/10,
				Message: fmt.Appendf(nil, `{"level":%q,"n":%d,"path":"/shop/cart/items","took":%d,"agent":"bench/1.0 (linux)"}`, level, 1_000_000_000+n+i, 100+i%900)}
		}
		if err := w.Append(events); err != nil {
			b.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	return s
}

func BenchmarkHandler(b *testing.B) {
	h := &cloudwatch.Handler{Store: largeStream(b)}
	for _, c := range []struct {
		name, operation string
		in              object
		events          int
	}{
		{"last page", "GetLogEvents", object{"logGroupName": group, "logStreamName": stream, "limit": 100}, 100},
		{"scan for a term", "FilterLogEvents", object{"logGroupName": group, "filterPattern": "error"}, benchEvents / 100_000},
		{"scan JSON for a text", "FilterLogEvents", object{"logGroupName": group, "filterPattern": `{ $.level = "error" }`}, benchEvents / 100_000},
		{"scan JSON for a number", "FilterLogEvents", object{"logGroupName": group, "filterPattern": `{ $.n < 0 }`}, 0},
	} {
		b.Run(c.name, func(b *testing.B) {
			body, err := json.Marshal(c.in)
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				r := httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(body))
				r.Header.Set("X-Amz-Target", "Logs_20140328."+c.operation)
				w := httptest.NewRecorder()
				h.ServeHTTP(w, r)
				if n := bytes.Count(w.Body.Bytes(), []byte(`"message"`)); w.Code != http.StatusOK || n != c.events {
					b.Fatalf("%d: %d events, want %d: %.500s", w.Code, n, c.events, w.Body)
				}
			}
		})
	}
}
