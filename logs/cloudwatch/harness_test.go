package cloudwatch_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"testing"

	"github.com/ecslocal/ecslocal/logs/cloudwatch"
	"github.com/ecslocal/ecslocal/logs/store"
)

// onStores runs a test on the store in memory and on the store on disk.
func onStores(t *testing.T, test func(t *testing.T, s cloudwatch.Store)) {
	t.Helper()
	t.Run("memory", func(t *testing.T) {
		t.Parallel()
		test(t, &memory{})
	})
	t.Run("disk", func(t *testing.T) {
		t.Parallel()
		test(t, openStore(t))
	})
}

func openStore(t testing.TB) *store.Store {
	t.Helper()
	s, err := store.Open(t.TempDir(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

var uuid = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)

// object is a JSON object of a request or a response.
type object = map[string]any

// client calls a handler without a network.
type client struct {
	*testing.T
	http.Handler
}

func newClient(t *testing.T, s cloudwatch.Store) client {
	return client{t, &cloudwatch.Handler{Store: s}}
}

// send sends a body to an operation and returns the status and the body of the answer.
func (c client) send(operation string, header http.Header, body []byte) (int, []byte) {
	r := httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	r.Header.Set("X-Amz-Target", "Logs_20140328."+operation)
	for name, values := range header {
		r.Header[name] = values
	}
	w := httptest.NewRecorder()
	c.ServeHTTP(w, r)
	if id := w.Header().Get("X-Amzn-Requestid"); !uuid.MatchString(id) {
		c.Errorf("%s: the request id is %q", operation, id)
	}
	return w.Code, w.Body.Bytes()
}

// call sends a request that must succeed and returns the response.
func (c client) call(operation string, in object) object {
	c.Helper()
	status, out := c.answer(operation, in)
	if status != http.StatusOK {
		c.Fatalf("%s %v: %d %v", operation, in, status, out)
	}
	return out
}

// refuse sends a request that must fail and returns the name of the error and its message.
func (c client) refuse(operation string, in object) (kind, message string) {
	c.Helper()
	status, out := c.answer(operation, in)
	if status == http.StatusOK {
		c.Fatalf("%s %v: succeeded: %v", operation, in, out)
	}
	kind, _ = out["__type"].(string)
	message, _ = out["message"].(string)
	return kind, message
}

func (c client) answer(operation string, in object) (int, object) {
	c.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		c.Fatal(err)
	}
	status, answer := c.send(operation, nil, body)
	var out object
	if len(answer) > 0 {
		if err := json.Unmarshal(answer, &out); err != nil {
			c.Fatalf("%s: %v in %q", operation, err, answer)
		}
	}
	return status, out
}

// makeStream makes a group, where it is not there, and a stream.
func (c client) makeStream(group, stream string) {
	c.Helper()
	c.answer("CreateLogGroup", object{"logGroupName": group})
	c.call("CreateLogStream", object{"logGroupName": group, "logStreamName": stream})
}

// put stores events with consecutive timestamps.
func (c client) put(group, stream string, timestamp int64, messages ...string) {
	c.Helper()
	var events []object
	for i, message := range messages {
		events = append(events, object{"timestamp": timestamp + int64(i), "message": message})
	}
	c.call("PutLogEvents", object{"logGroupName": group, "logStreamName": stream, "logEvents": events})
}

// messages are the messages of a response's events.
func messages(out object) []string {
	list := []string{}
	events, _ := out["events"].([]any)
	for _, event := range events {
		list = append(list, event.(object)["message"].(string))
	}
	return list
}
