package cloudwatch_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/protocol/eventstream"
	"github.com/google/go-cmp/cmp"

	"github.com/ecslocal/ecslocal/logs/cloudwatch"
)

// session is a running Live Tail session.
type session struct {
	*httptest.ResponseRecorder
	mu   sync.Mutex
	end  context.CancelFunc
	done chan struct{}
}

func (s *session) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ResponseRecorder.Write(b)
}

// tail starts a session in a synctest bubble.
func tail(c client, in object) *session {
	c.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		c.Fatal(err)
	}
	ctx, cancel := context.WithCancel(c.Context())
	s := &session{ResponseRecorder: httptest.NewRecorder(), end: cancel, done: make(chan struct{})}
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/", bytes.NewReader(body))
	r.Header.Set("X-Amz-Target", "Logs_20140328.StartLiveTail")
	go func() {
		defer close(s.done)
		c.ServeHTTP(s, r)
	}()
	synctest.Wait()
	return s
}

// sent are the messages sent so far: type, name and payload of each.
func (s *session) sent(t *testing.T) (names []string, payloads []object) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	decoder := eventstream.NewDecoder()
	all := bytes.NewReader(s.Body.Bytes())
	for {
		message, err := decoder.Decode(all, nil)
		if errors.Is(err, io.EOF) {
			return names, payloads
		}
		if err != nil {
			t.Fatal(err)
		}
		name := message.Headers.Get(":message-type").String() + " "
		if header := message.Headers.Get(":event-type"); header != nil {
			name += header.String()
		} else {
			name += message.Headers.Get(":exception-type").String()
		}
		var payload object
		if err := json.Unmarshal(message.Payload, &payload); err != nil {
			t.Fatal(err)
		}
		names, payloads = append(names, name), append(payloads, payload)
	}
}

// updates are the messages of the events in each update.
func updates(t *testing.T, s *session) (list []string) {
	t.Helper()
	names, payloads := s.sent(t)
	for i, payload := range payloads {
		if names[i] == "event sessionUpdate" {
			var texts []string
			for _, event := range payload["sessionResults"].([]any) {
				texts = append(texts, event.(object)["message"].(string))
			}
			list = append(list, strings.Join(texts, ","))
		}
	}
	return list
}

const groupARN = "arn:aws:logs:us-east-1:000000000000:log-group:" + group

// An update a second, empty when nothing came, with what was stored since the session began, late events included.
func TestLiveTail(t *testing.T) {
	t.Parallel()
	onStores(t, func(t *testing.T, s cloudwatch.Store) {
		synctest.Test(t, func(t *testing.T) {
			c := newClient(t, s)
			c.makeStream(group, stream)
			c.put(group, stream, time.Now().UnixMilli(), "before")
			time.Sleep(time.Millisecond)
			live := tail(c, object{"logGroupIdentifiers": []string{groupARN}, "logEventFilterPattern": "-noise"})
			defer func() { live.end(); <-live.done }()
			c.put(group, stream, time.Now().UnixMilli(), "one", "noise", "two")
			time.Sleep(2500 * time.Millisecond)
			c.put(group, stream, time.Now().Add(-time.Hour).UnixMilli(), "late")
			c.makeStream(group, "new")
			c.put(group, "new", time.Now().UnixMilli(), "three")
			time.Sleep(1100 * time.Millisecond)

			names, payloads := live.sent(t)
			want := []string{"event initial-response", "event sessionStart", "event sessionUpdate", "event sessionUpdate", "event sessionUpdate"}
			if diff := cmp.Diff(want, names); diff != "" {
				t.Fatalf("-want +got\n%s", diff)
			}
			if diff := cmp.Diff(object{}, payloads[0]); diff != "" {
				t.Errorf("initial-response: %s", diff)
			}
			start := payloads[1]
			if start["sessionId"] == "" || start["logEventFilterPattern"] != "-noise" {
				t.Errorf("sessionStart: %v", start)
			}
			got := updates(t, live)
			if got[0] != "one,two" || got[1] != "" || got[2] != "late,three" && got[2] != "three,late" {
				t.Errorf("updates: %q", got)
			}
			event := payloads[2]["sessionResults"].([]any)[0].(object)
			if event["logGroupIdentifier"] != groupARN || event["logStreamName"] != stream || event["ingestionTime"] == 0.0 {
				t.Errorf("event: %v", event)
			}
		})
	})
}

func TestLiveTailChoosesStreams(t *testing.T) {
	t.Parallel()
	onStores(t, func(t *testing.T, s cloudwatch.Store) {
		for _, c := range []struct {
			name, want string
			in         object
		}{
			{"all", "a/1,a/2,b/1,c/1", object{}},
			{"names", "a/2,c/1", object{"logStreamNames": []string{"a/2", "c/1", "none"}}},
			{"prefix", "a/1,a/2", object{"logStreamNamePrefixes": []string{"a/"}}},
			{"prefixes", "a/1,a/2,c/1", object{"logStreamNamePrefixes": []string{"a/", "c"}}},
		} {
			t.Run(c.name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					cl := newClient(t, s)
					own := group + "/" + c.name
					streams := []string{"a/1", "a/2", "b/1", "c/1"}
					for _, name := range streams {
						cl.makeStream(own, name)
					}
					in := object{"logGroupIdentifiers": []string{groupARN + "/" + c.name}}
					for key, value := range c.in {
						in[key] = value
					}
					live := tail(cl, in)
					defer func() { live.end(); <-live.done }()
					for i, name := range streams {
						cl.put(own, name, time.Now().UnixMilli()+int64(i), name)
						time.Sleep(50 * time.Millisecond) // so that they come in this order
					}
					time.Sleep(time.Second)
					if got := updates(t, live); got[0] != c.want {
						t.Errorf("%q, want %q", got, c.want)
					}
				})
			})
		}
	})
}

// More than 500 events in a second are sampled, and so are more bytes than a message can hold.
func TestLiveTailSamples(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t, &memory{})
		c.makeStream(group, stream)
		live := tail(c, object{"logGroupIdentifiers": []string{groupARN}})
		defer func() { live.end(); <-live.done }()
		for range 6 {
			c.put(group, stream, time.Now().UnixMilli(), make100()...)
		}
		time.Sleep(1500 * time.Millisecond)
		for range 3 {
			c.put(group, stream, time.Now().UnixMilli(), strings.Repeat("\x01", 1<<20-26))
		}
		time.Sleep(time.Second)
		_, payloads := live.sent(t)
		for i, want := range []struct {
			sampled bool
			events  int
		}{{true, 500}, {true, 2}} {
			update := payloads[2+i]
			sampled, events := update["sessionMetadata"].(object)["sampled"], len(update["sessionResults"].([]any))
			if sampled != want.sampled || events != want.events {
				t.Errorf("update %d: sampled %v, %d events; want %+v", i, sampled, events, want)
			}
		}
	})
}

// A session ends after three hours, when the client goes, or when its group does.
func TestLiveTailEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t, &memory{})
		c.makeStream(group, stream)
		in := object{"logGroupIdentifiers": []string{groupARN}}
		left := tail(c, in)
		long := tail(c, in)
		left.end()
		<-left.done
		<-long.done
		names, _ := long.sent(t)
		if last := names[len(names)-1]; last != "exception SessionTimeoutException" {
			t.Errorf("after three hours: %s", last)
		}
		if at := time.Now(); !at.Equal(time.Date(2000, 1, 1, 3, 0, 0, 0, time.UTC)) {
			t.Errorf("the session ended at %v", at)
		}
		orphan := tail(c, in)
		c.call("DeleteLogGroup", object{"logGroupName": group})
		<-orphan.done
		names, payloads := orphan.sent(t)
		last := len(names) - 1
		if names[last] != "exception SessionStreamingException" || payloads[last]["message"] != "The specified log group does not exist." {
			t.Errorf("without its group: %s %v", names[last], payloads[last])
		}
	})
}

func TestLiveTailRefusesPattern(t *testing.T) {
	t.Parallel()
	c := newClient(t, &memory{})
	c.makeStream(group, stream)
	kind, message := c.refuse("StartLiveTail", object{"logGroupIdentifiers": []string{groupARN}, "logEventFilterPattern": `""`})
	if kind != "InvalidParameterException" || !strings.HasPrefix(message, `Invalid filter pattern: Invalid character(s) in term '""'`) {
		t.Errorf("%s: %s", kind, message)
	}
}
