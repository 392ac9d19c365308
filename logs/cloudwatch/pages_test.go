package cloudwatch_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/ecslocal/ecslocal/logs/cloudwatch"
)

// putLate fills a stream with batches that overlap in time, and returns the messages in the order of their timestamps.
func putLate(c client, group, stream string) []string {
	c.makeStream(group, stream)
	type event struct {
		timestamp int64
		message   string
	}
	var all []event
	random := rand.New(rand.NewPCG(1, 2))
	now := time.Now().UnixMilli()
	for n := range 12 {
		first := now - random.Int64N(2000)
		var texts []string
		for i := range 20 {
			texts = append(texts, fmt.Sprintf("%s %d.%d", stream, n, i))
			all = append(all, event{first + int64(i), texts[i]})
		}
		c.put(group, stream, first, texts...)
	}
	slices.SortStableFunc(all, func(a, b event) int { return cmp.Compare(a.timestamp, b.timestamp) })
	texts := make([]string, len(all))
	for i, e := range all {
		texts[i] = fmt.Sprintf("%d %s", e.timestamp, e.message)
	}
	return texts
}

// stamped are the events of a response, each as timestamp and message.
func stamped(out object) []string {
	list := []string{}
	for _, event := range out["events"].([]any) {
		e := event.(object)
		list = append(list, fmt.Sprintf("%.0f %s", e["timestamp"], e["message"]))
	}
	return list
}

// Pages in either direction give all events once, in order, and end with the token of the request.
func TestGetLogEventsPages(t *testing.T) {
	t.Parallel()
	onStores(t, func(t *testing.T, s cloudwatch.Store) {
		c := newClient(t, s)
		want := putLate(c, group, stream)
		for _, head := range []bool{true, false} {
			in := object{"logGroupName": group, "logStreamName": stream, "limit": 7, "startFromHead": head}
			direction := map[bool]string{true: "nextForwardToken", false: "nextBackwardToken"}[head]
			var got []string
			for pages := 0; ; pages++ {
				out := c.call("GetLogEvents", in)
				if head {
					got = append(got, stamped(out)...)
				} else {
					got = append(stamped(out), got...)
				}
				if out[direction] == in["nextToken"] {
					break
				}
				in["nextToken"] = out[direction]
				if pages > 50 {
					t.Fatal("the pages do not end")
				}
			}
			if diff := gocmp.Diff(sortTies(want), sortTies(got)); diff != "" {
				t.Errorf("startFromHead %v: -want +got\n%s", head, diff)
			}
			if !slices.IsSorted(stamps(got)) {
				t.Errorf("startFromHead %v: not in order: %v", head, got)
			}
		}
	})
}

// sortTies brings events with equal timestamps in one order, since that of late ones among others is not promised.
func sortTies(events []string) []string { return slices.Sorted(slices.Values(events)) }

func stamps(events []string) []string {
	list := make([]string, len(events))
	for i, e := range events {
		list[i], _, _ = strings.Cut(e, " ")
	}
	return list
}

// A reader at the end keeps its token and finds what comes later; one that began in an empty stream, too.
func TestForwardTokenFollows(t *testing.T) {
	t.Parallel()
	onStores(t, func(t *testing.T, s cloudwatch.Store) {
		c := newClient(t, s)
		c.makeStream(group, stream)
		for _, head := range []bool{true, false} {
			start := time.Now().UnixMilli() // the first event is as old as the range
			in := object{"logGroupName": group, "logStreamName": stream, "startFromHead": head, "startTime": start}
			in["nextToken"] = c.call("GetLogEvents", in)["nextForwardToken"]
			for i := range 3 {
				message := fmt.Sprint(head, i)
				c.put(group, stream, start+int64(i), message)
				out := c.call("GetLogEvents", in)
				if got := messages(out); !slices.Equal(got, []string{message}) {
					t.Errorf("startFromHead %v: got %q, want %q", head, got, message)
				}
				in["nextToken"] = out["nextForwardToken"]
			}
			time.Sleep(10 * time.Millisecond) // the next round's events are newer
		}
	})
}

// The bounds of both operations: startTime is in, endTime is in for FilterLogEvents and out for GetLogEvents.
func TestTimeBounds(t *testing.T) {
	t.Parallel()
	onStores(t, func(t *testing.T, s cloudwatch.Store) {
		c := newClient(t, s)
		c.makeStream(group, stream)
		at := time.Now().UnixMilli()
		c.put(group, stream, at, "0", "1", "2", "3")
		for _, bounds := range []struct {
			start, end  int64
			get, filter string
		}{
			{at + 1, at + 3, "12", "123"},
			{at + 1, at + 1, "", "1"},
			{at, at + 9, "0123", "0123"},
			{at + 2, at, "", ""},
			{at + 4, at + 9, "", ""},
			{0, 0, "", ""},
			{0, 1, "", ""},
		} {
			in := object{"logGroupName": group, "startTime": bounds.start, "endTime": bounds.end}
			if got := strings.Join(messages(c.call("FilterLogEvents", in)), ""); got != bounds.filter {
				t.Errorf("FilterLogEvents %+v: %q", bounds, got)
			}
			in["logStreamName"] = stream
			for _, head := range []bool{true, false} {
				in["startFromHead"] = head
				if got := strings.Join(messages(c.call("GetLogEvents", in)), ""); got != bounds.get {
					t.Errorf("GetLogEvents %+v, startFromHead %v: %q", bounds, head, got)
				}
			}
		}
	})
}

// Pages over many streams give all events once, in order, with ids that differ and stay; the last page has no token.
func TestFilterLogEventsPages(t *testing.T) {
	t.Parallel()
	onStores(t, func(t *testing.T, s cloudwatch.Store) {
		c := newClient(t, s)
		var want []string
		for _, name := range []string{"a/1", "a/2", "b/1"} {
			events := putLate(c, group, name)
			if strings.HasPrefix(name, "a/") {
				want = append(want, events...)
			}
		}
		read := func(limit int) (texts []string, ids []any) {
			in := object{"logGroupName": group, "logStreamNamePrefix": "a/", "limit": limit, "filterPattern": "-b"}
			for range 1000 {
				out := c.call("FilterLogEvents", in)
				texts = append(texts, stamped(out)...)
				for _, event := range out["events"].([]any) {
					ids = append(ids, event.(object)["eventId"])
				}
				token, ok := out["nextToken"]
				if !ok {
					return texts, ids
				}
				in["nextToken"] = token
			}
			t.Fatal("the pages do not end")
			return
		}
		texts, ids := read(11)
		if diff := gocmp.Diff(sortTies(want), sortTies(texts)); diff != "" {
			t.Errorf("-want +got\n%s", diff)
		}
		if !slices.IsSorted(stamps(texts)) {
			t.Error("not in order")
		}
		unique := map[any]bool{}
		for _, id := range ids {
			unique[id] = true
		}
		if len(unique) != len(want) {
			t.Errorf("%d ids for %d events", len(unique), len(want))
		}
		if _, again := read(480); !slices.Equal(ids, again) {
			t.Error("the ids differ at the second reading")
		}
	})
}

// A page ends at 1 MB, and holds an event of that size.
func TestPageBytes(t *testing.T) {
	t.Parallel()
	c := newClient(t, &memory{})
	c.makeStream(group, stream)
	at := time.Now().UnixMilli()
	for i, size := range []int{300_000, 300_000, 300_000, 300_000, 1<<20 - 26, 10} {
		c.put(group, stream, at+int64(i), strings.Repeat("x", size))
	}
	var pages []int
	in := object{"logGroupName": group}
	for {
		out := c.call("FilterLogEvents", in)
		pages = append(pages, len(messages(out)))
		if out["nextToken"] == nil {
			break
		}
		in["nextToken"] = out["nextToken"]
	}
	if diff := gocmp.Diff([]int{3, 1, 1, 1}, pages); diff != "" {
		t.Errorf("events a page: -want +got\n%s", diff)
	}
	for head, want := range map[bool]int{true: 3, false: 1} {
		got := len(messages(c.call("GetLogEvents", object{"logGroupName": group, "logStreamName": stream, "startFromHead": head})))
		if got != want {
			t.Errorf("startFromHead %v: %d events, want %d", head, got, want)
		}
	}
}

// The last page of a long stream does not read the stream, and a search leaves it to the store to skip what cannot match.
func TestReadsNoMoreThanNeeded(t *testing.T) {
	t.Parallel()
	s := &memory{}
	c := newClient(t, s)
	c.makeStream(group, stream)
	for n := range 10 {
		c.put(group, stream, time.Now().UnixMilli()+int64(n)*1000, make100()...)
	}
	s.reads = 0
	c.call("GetLogEvents", object{"logGroupName": group, "logStreamName": stream, "limit": 5})
	if s.reads > 6 {
		t.Errorf("%d events read for a page of 5", s.reads)
	}
	s.reads = 0
	c.call("FilterLogEvents", object{"logGroupName": group, "filterPattern": `"line 42"`})
	if s.reads > 10 {
		t.Errorf("%d events read to find 10", s.reads)
	}
}

func make100() []string {
	texts := make([]string, 100)
	for i := range texts {
		texts[i] = fmt.Sprint("line ", i)
	}
	return texts
}

// Streams and groups are listed in every order, in pages.
func TestDescribePages(t *testing.T) {
	t.Parallel()
	onStores(t, func(t *testing.T, s cloudwatch.Store) {
		c := newClient(t, s)
		at := time.Now().UnixMilli() - 100
		for i, name := range []string{"d", "a", "c", "b"} {
			c.makeStream(group, name)
			c.put(group, name, at+int64(i/2), "x") // two pairs of the same time
		}
		c.makeStream(group, "empty")
		c.call("CreateLogGroup", object{"logGroupName": "/shop"})
		c.call("CreateLogGroup", object{"logGroupName": "/shop/cart-2"})
		for _, list := range []struct {
			operation string
			in        object
			member    string
			name      string
			want      string
		}{
			{"DescribeLogStreams", object{"logGroupName": group}, "logStreams", "logStreamName", "a b c d empty"},
			{"DescribeLogStreams", object{"logGroupName": group, "descending": true}, "logStreams", "logStreamName", "empty d c b a"},
			{"DescribeLogStreams", object{"logGroupName": group, "orderBy": "LastEventTime"}, "logStreams", "logStreamName", "a d b c empty"},
			{"DescribeLogStreams", object{"logGroupName": group, "orderBy": "LastEventTime", "descending": true}, "logStreams", "logStreamName", "empty c b d a"},
			{"DescribeLogStreams", object{"logGroupIdentifier": group, "logStreamNamePrefix": "e"}, "logStreams", "logStreamName", "empty"},
			{"DescribeLogGroups", object{}, "logGroups", "logGroupName", "/shop /shop/cart /shop/cart-2"},
			{"DescribeLogGroups", object{"logGroupNamePrefix": "/shop/"}, "logGroups", "logGroupName", "/shop/cart /shop/cart-2"},
			{"DescribeLogGroups", object{"logGroupIdentifiers": []string{"/shop", "arn:aws:logs:x:1:log-group:/shop/cart"}}, "logGroups", "logGroupName", "/shop /shop/cart"},
		} {
			for _, limit := range []int{1, 2, 50} {
				in := object{"limit": limit}
				for key, value := range list.in {
					in[key] = value
				}
				var names []string
				for {
					out := c.call(list.operation, in)
					for _, member := range out[list.member].([]any) {
						names = append(names, member.(object)[list.name].(string))
					}
					if out["nextToken"] == nil {
						break
					}
					in["nextToken"] = out["nextToken"]
				}
				if list.in["orderBy"] != nil && in["nextToken"] != nil {
					in["orderBy"] = "LogStreamName"
					if _, message := c.refuse(list.operation, in); message != "The specified nextToken is invalid." {
						t.Errorf("a token of another order: %s", message)
					}
				}
				if got := strings.Join(names, " "); got != list.want {
					t.Errorf("%s %v by %d: %s, want %s", list.operation, list.in, limit, got, list.want)
				}
			}
		}
	})
}
