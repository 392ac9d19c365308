package store

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ecslocal/ecslocal/logs"
)

// all reads what a query selects.
func all(t *testing.T, s *Store, q logs.Query) (events []logs.StoredEvent) {
	t.Helper()
	for event, err := range s.Events("/ecs/web", q) {
		if err != nil {
			t.Fatal(err)
		}
		events = append(events, event)
	}
	return events
}

// TestReadingFromEveryKey: two streams with late events and equal timestamps, over several parts and index entries, read from and
// up to each event in both directions.
func TestReadingFromEveryKey(t *testing.T) {
	t.Parallel()
	s := open(t, Options{PartBytes: 150_000})
	for _, stream := range []string{"a", "b"} {
		if err := s.CreateStream("/ecs/web", stream); err != nil {
			t.Fatal(err)
		}
		pad := strings.Repeat("x", 8000) // so that eight events make an entry
		for i := range 40 {
			if err := s.Put("/ecs/web", stream, []logs.Event{{Timestamp: int64(i) / 10, Message: fmt.Appendf(nil, "%s %d %s", stream, i, pad)}}); err != nil {
				t.Fatal(err)
			}
		}
		for i := range 6 {
			if err := s.Put("/ecs/web", stream, []logs.Event{{Timestamp: int64(i) % 3, Message: fmt.Appendf(nil, "%s late %d", stream, i)}}); err != nil {
				t.Fatal(err)
			}
		}
	}
	name := func(events []logs.StoredEvent) (names []string) {
		for _, e := range events {
			names = append(names, fmt.Sprintf("%s %v %d", e.Stream, e.Late, e.Ordinal))
		}
		return names
	}
	for _, streams := range [][]string{nil, {"a"}} {
		whole := all(t, s, logs.Query{Streams: streams})
		if want := map[bool]int{true: 92, false: 46}[streams == nil]; len(whole) != want {
			t.Fatalf("%d events, want %d", len(whole), want)
		}
		if !slices.IsSortedFunc(whole, func(a, b logs.StoredEvent) int { return a.Key().Compare(b.Key()) }) {
			t.Fatalf("not in order: %q", name(whole))
		}
		backwards := slices.Clone(whole)
		slices.Reverse(backwards)
		for i, event := range whole {
			key := event.Key()
			for what, test := range map[string]struct {
				q    logs.Query
				want []logs.StoredEvent
			}{
				"after":            {logs.Query{After: &key}, whole[i+1:]},
				"before":           {logs.Query{Before: &key}, whole[:i]},
				"after, reverse":   {logs.Query{After: &key, Reverse: true}, backwards[:len(whole)-1-i]},
				"before, reverse":  {logs.Query{Before: &key, Reverse: true}, backwards[len(whole)-i:]},
				"start and after":  {logs.Query{After: &key, Start: 2}, after(whole[i+1:], 2)},
				"reverse with end": {logs.Query{Before: &key, End: 1, Reverse: true}, upTo(backwards[len(whole)-i:], 1)},
			} {
				test.q.Streams = streams
				if diff := cmp.Diff(name(test.want), name(all(t, s, test.q))); diff != "" {
					t.Fatalf("%s %v of %v: %s", what, key, streams, diff)
				}
			}
		}
	}
}

func after(events []logs.StoredEvent, start int64) []logs.StoredEvent {
	return slices.DeleteFunc(slices.Clone(events), func(e logs.StoredEvent) bool { return e.Timestamp < start })
}

func upTo(events []logs.StoredEvent, end int64) []logs.StoredEvent {
	return slices.DeleteFunc(slices.Clone(events), func(e logs.StoredEvent) bool { return e.Timestamp > end })
}

func TestContains(t *testing.T) {
	t.Parallel()
	s := open(t, Options{PartBytes: 100_000})
	w, err := s.Writer("/ecs/web", "x")
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	special := map[int]string{17: "red\nblue", 1500: "back\\slash", 2999: "nul\x00 red \\ end", 3000: "2026 red", 4500: "red blue"}
	for i := range 5000 {
		message := fmt.Sprintf("line %d", i)
		if special[i] != "" {
			message = special[i]
		}
		if err := w.Append([]logs.Event{{Timestamp: int64(i), Message: []byte(message)}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Put("/ecs/web", "x", []logs.Event{{Timestamp: 3, Message: []byte("late red")}, {Timestamp: 4, Message: []byte("late")}}); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		contains []string
		want     []string
	}{
		{[]string{"red"}, []string{"late red", "red\nblue", "nul\x00 red \\ end", "2026 red", "red blue"}},
		{[]string{"red", "blue"}, []string{"red\nblue", "red blue"}},
		{[]string{"d\nb"}, []string{"red\nblue"}},
		{[]string{"k\\s"}, []string{"back\\slash"}},
		{[]string{"\x00"}, []string{"nul\x00 red \\ end"}},
		{[]string{"\\ e"}, []string{"nul\x00 red \\ end"}},
		{[]string{"2026", "red"}, []string{"2026 red"}},
		{[]string{"1970-01-01"}, nil}, // that is the stamp, not the message
		{[]string{"line 4321"}, []string{"line 4321"}},
		{[]string{"green"}, nil},
	} {
		for _, reverse := range []bool{false, true} {
			q := logs.Query{Contains: test.contains, Reverse: reverse}
			var got []string
			for _, event := range all(t, s, q) {
				got = append(got, event.Message)
				if !event.Late && (special[int(event.Ordinal)] != event.Message && !strings.HasPrefix(event.Message, "line ") || event.Timestamp != event.Ordinal) {
					t.Errorf("%q: event %q has number %d", test.contains, event.Message, event.Ordinal)
				}
			}
			want := slices.Clone(test.want)
			if reverse {
				slices.Reverse(want)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%q, reverse %v: %s", test.contains, reverse, diff)
			}
		}
	}
}

func TestIngestion(t *testing.T) {
	t.Parallel()
	s := open(t, Options{})
	w, err := s.Writer("/ecs/web", "x")
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	began := time.Now().UnixMilli()
	capture := func(at int64) {
		t.Helper()
		if err := w.Append([]logs.Event{{Timestamp: at, Message: []byte("captured")}}); err != nil {
			t.Fatal(err)
		}
	}
	capture(5)
	if err := s.Put("/ecs/web", "x", []logs.Event{{Timestamp: 3, Message: []byte("put")}, {Timestamp: 6, Message: []byte("put")}}); err != nil {
		t.Fatal(err)
	}
	capture(7)
	for _, event := range all(t, s, logs.Query{}) {
		put, old := event.Ingestion >= began, event.Ingestion == event.Timestamp
		if put != (event.Message == "put") || old != (event.Message == "captured") {
			t.Errorf("%s at %d was ingested at %d", event.Message, event.Timestamp, event.Ingestion)
		}
	}
	if info, err := s.Stream("/ecs/web", "x"); err != nil || info.LastIngestion < began {
		t.Errorf("last ingestion %d, %v", info.LastIngestion, err)
	}
}
