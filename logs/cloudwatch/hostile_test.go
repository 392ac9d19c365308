package cloudwatch_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/ecslocal/ecslocal/logs"
	"github.com/ecslocal/ecslocal/logs/cloudwatch"
)

func packed(text string) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte(text))
	_ = w.Close()
	return b.Bytes()
}

func TestBodies(t *testing.T) {
	t.Parallel()
	gz := http.Header{"Content-Encoding": {"gzip"}}
	for _, b := range []struct {
		name   string
		header http.Header
		body   []byte
		status int
		kind   string
	}{
		{"empty is an empty request", nil, nil, 200, ""},
		{"blank", nil, []byte(" \n"), 200, ""},
		{"unknown members", nil, []byte(`{"limit": 5, "later": {"a": [1]}}`), 200, ""},
		{"compressed", gz, packed(`{"limit": 5}`), 200, ""},
		{"compressed in other words", http.Header{"Content-Encoding": {"X-GZip"}}, packed(`{"limit": 5}`), 200, ""},
		{"not compressed, said", http.Header{"Content-Encoding": {"identity"}}, []byte(`{"limit": 5}`), 200, ""},
		{"compressed by another way", http.Header{"Content-Encoding": {"br"}}, []byte(`{"limit": 5}`), 400, "SerializationException"},
		{"null", nil, []byte("null"), 200, ""},
		{"null member", nil, []byte(`{"limit": null}`), 200, ""},
		{"not JSON", nil, []byte("limit=5"), 400, "SerializationException"},
		{"list", nil, []byte("[1]"), 400, "SerializationException"},
		{"two objects", nil, []byte("{}{}"), 400, "SerializationException"},
		{"fraction", nil, []byte(`{"limit": 5.5}`), 400, "SerializationException"},
		{"huge number", nil, []byte(`{"limit": 1e400}`), 400, "SerializationException"},
		{"deep", nil, []byte(strings.Repeat(`{"a":`, 1<<20)), 400, "SerializationException"},
		{"not compressed", gz, []byte(`{"limit": 5}`), 400, "SerializationException"},
		{"cut off", gz, packed(`{"limit": 5}`)[:20], 400, "SerializationException"},
		{"too large", nil, bytes.Repeat([]byte(" "), 8<<20+1), 413, "RequestEntityTooLargeException"},
		{"too large unpacked", gz, packed(strings.Repeat(" ", 64<<20)), 413, "RequestEntityTooLargeException"},
	} {
		t.Run(b.name, func(t *testing.T) {
			t.Parallel()
			status, answer := newClient(t, &memory{}).send("DescribeLogGroups", b.header, b.body)
			var out struct {
				Type    string `json:"__type"`
				Message string `json:"message"`
			}
			if err := json.Unmarshal(answer, &out); err != nil {
				t.Fatalf("%v in %.200s", err, answer)
			}
			if status != b.status || out.Type != b.kind || (b.kind != "" && out.Message == "") {
				t.Errorf("%d %s: %s", status, out.Type, out.Message)
			}
		})
	}
}

func TestMethods(t *testing.T) {
	t.Parallel()
	for _, method := range []string{http.MethodGet, http.MethodOptions, http.MethodPut, http.MethodHead} {
		w := httptest.NewRecorder()
		(&cloudwatch.Handler{Store: &memory{}}).ServeHTTP(w, httptest.NewRequest(method, "/", nil))
		if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "POST" {
			t.Errorf("%s: %d", method, w.Code)
		}
	}
}

// broken is a store on a disk that fails.
type broken struct{ memory }

var errDisk = errors.New("no space left on device")

func (b *broken) Put(string, string, []logs.Event) error { return errDisk }

func (b *broken) Events(string, logs.Query) iter.Seq2[logs.StoredEvent, error] {
	return func(yield func(logs.StoredEvent, error) bool) { yield(logs.StoredEvent{}, errDisk) }
}

// A failure of ours is not the client's mistake: clients try again on 5xx.
func TestStoreFails(t *testing.T) {
	t.Parallel()
	c := newClient(t, &broken{})
	c.makeStream(group, stream)
	for operation, in := range map[string]object{
		"PutLogEvents":    batch(time.Second),
		"GetLogEvents":    {"logGroupName": group, "logStreamName": stream},
		"FilterLogEvents": {"logGroupName": group},
	} {
		status, out := c.answer(operation, in)
		if status != 500 || out["__type"] != "ServiceUnavailableException" || out["message"] != errDisk.Error() {
			t.Errorf("%s: %d %v", operation, status, out)
		}
	}
}

// busy is a store whose streams somebody else writes.
type busy struct{ memory }

func (b *busy) Put(string, string, []logs.Event) error {
	return fmt.Errorf("put: %w", logs.ErrStreamBusy)
}
func (b *busy) DeleteStream(string, string) error { return logs.ErrStreamBusy }

func TestStreamIsBusy(t *testing.T) {
	t.Parallel()
	c := newClient(t, &busy{})
	c.makeStream(group, stream)
	if status, out := c.answer("PutLogEvents", batch(time.Second)); status != 503 || out["__type"] != "ServiceUnavailableException" {
		t.Errorf("PutLogEvents: %d %v", status, out)
	}
	status, out := c.answer("DeleteLogStream", object{"logGroupName": group, "logStreamName": stream})
	if status != 400 || out["__type"] != "OperationAbortedException" {
		t.Errorf("DeleteLogStream: %d %v", status, out)
	}
}

// The longest names, with every character that may be in them, and messages of every control character.
func TestExtremeNames(t *testing.T) {
	t.Parallel()
	onStores(t, func(t *testing.T, s cloudwatch.Store) {
		c := newClient(t, s)
		longGroup := strings.Repeat("Az09._-/#", 60)[:512]
		longStream := strings.Repeat(`a b/[$LATEST]"\é<>|?%,;.. `, 30)[:540]
		longStream = string([]rune(longStream)[:512])
		c.makeStream(longGroup, longStream)
		var control strings.Builder
		for r := rune(0); r < 0x20; r++ {
			control.WriteRune(r)
		}
		c.put(longGroup, longStream, time.Now().UnixMilli(), control.String(), "\\0 \\ \x00", "\n\t\n", "needle \\ \x00")
		out := c.call("FilterLogEvents", object{"logGroupName": longGroup, "logStreamNames": []string{longStream}})
		got := messages(out)
		if len(got) != 4 || got[0] != control.String() || got[1] != "\\0 \\ \x00" || got[2] != "\n\t\n" {
			t.Errorf("got %q", got)
		}
		found := messages(c.call("FilterLogEvents", object{"logGroupName": longGroup, "filterPattern": `"needle \\"`}))
		if len(found) != 1 {
			t.Errorf("found %q", found)
		}
		description := c.call("DescribeLogStreams", object{"logGroupName": longGroup})["logStreams"].([]any)[0].(object)
		if description["logStreamName"] != longStream {
			t.Errorf("name %q", description["logStreamName"])
		}
	})
}

// FuzzHandler sends anything to any operation: never a panic, and always an answer that clients can read.
func FuzzHandler(f *testing.F) {
	seeds := []string{`{"logGroupName":"/shop/cart","logStreamName":"web/cart/7f3e"}`, `{"logGroupIdentifier":"arn:aws:logs:a:b:log-group:c","filterPattern":"{ $.a = 1 }","nextToken":"e30"}`,
		`{"logGroupName":"/shop/cart","logStreamName":"web/cart/7f3e","logEvents":[{"timestamp":1,"message":"x"}]}`, `{"limit":1,"tags":{"":""},"resourceArn":"arn:"}`, "\xff", "{"}
	for _, operation := range []string{"CreateLogGroup", "PutLogEvents", "GetLogEvents", "FilterLogEvents", "DescribeLogStreams", "TagResource", "ListLogGroups"} {
		for _, seed := range seeds {
			f.Add(operation, []byte(seed))
		}
	}
	f.Fuzz(func(t *testing.T, operation string, body []byte) {
		if operation == "StartLiveTail" || strings.ContainsAny(operation, "\r\n") {
			return // a session would not end
		}
		c := newClient(t, openStore(t))
		c.makeStream(group, stream)
		status, answer := c.send(operation, nil, body)
		if status != 200 && status != 400 || len(answer) > 0 && !json.Valid(answer) {
			t.Fatalf("%s %q: %d %q", operation, body, status, answer)
		}
	})
}
