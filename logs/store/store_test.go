package store

import (
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecslocal/ecslocal/logs"
)

// open opens a store with one group, /ecs/web.
func open(t testing.TB, options Options) *Store {
	t.Helper()
	s, err := Open(filepath.Join(t.TempDir(), "logs"), options)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.CreateGroup("/ecs/web", nil); err != nil {
		t.Fatal(err)
	}
	return s
}

// messages reads what a query selects.
func messages(t testing.TB, s *Store, q logs.Query) []string {
	t.Helper()
	var got []string
	for event, err := range s.Events("/ecs/web", q) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, event.Message)
	}
	return got
}

// numbered makes events 0..n-1, one a millisecond from 1000 on.
func numbered(n int) []logs.Event {
	events := make([]logs.Event, n)
	for i := range events {
		events[i] = logs.Event{Timestamp: 1000 + int64(i), Message: fmt.Appendf(nil, "line %d", i)}
	}
	return events
}

func TestEventsComeBackByteForByte(t *testing.T) {
	t.Parallel()
	s := open(t, Options{})
	w, err := s.Writer("/ecs/web", "ecs/app/1")
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	want := []string{"plain", "two\nlines\n", "\n", "\t", "\n\tindented\n", "cr\r", "nul\x00 \\0 \\ end", "back\\slash", "\x1b[31mred", "☃ \ufffd",
		"2026-01-02T03:04:05.678Z looks like one", " ", "a\n2026-01-02T03:04:05.678Z b"}
	for i, message := range want {
		event := logs.Event{Timestamp: int64(i), Message: []byte(message), Source: logs.Source(i % 2)}
		if err := w.Append([]logs.Event{event}); err != nil {
			t.Fatal(err)
		}
	}
	i := 0
	for event, err := range s.Events("/ecs/web", logs.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		if event.Message != want[i] || event.Source != logs.Source(i%2) || event.Timestamp != int64(i) || event.Ordinal != int64(i) {
			t.Errorf("event %d: got %+v, want %q", i, event, want[i])
		}
		i++
	}
	if i != len(want) {
		t.Errorf("got %d events, want %d", i, len(want))
	}
}

func TestReadingFromEverywhere(t *testing.T) {
	t.Parallel()
	const n = 5000
	s := open(t, Options{PartBytes: 40_000}) // several parts
	w, err := s.Writer("/ecs/web", "x")
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	events := numbered(n)
	for at := 0; at < n; at += 100 {
		if err := w.Append(events[at : at+100]); err != nil {
			t.Fatal(err)
		}
	}
	for at := 0; at <= n; at += 77 {
		key := &logs.Key{Timestamp: 1000 + int64(at), Stream: "x", Ordinal: int64(at)}
		for name, q := range map[string]logs.Query{
			"start": {Start: key.Timestamp}, "after": {After: key}, "end": {End: key.Timestamp}, "before": {Before: key},
		} {
			first, last := 0, n-1
			switch name {
			case "start":
				first = at
			case "after":
				first = at + 1
			case "end":
				last = min(at, n-1)
			case "before":
				last = at - 1
			}
			for _, q.Reverse = range []bool{false, true} {
				got := messages(t, s, q)
				if len(got) != max(0, last-first+1) {
					t.Fatalf("%s %d reverse %v: %d events, want %d", name, at, q.Reverse, len(got), last-first+1)
				}
				if len(got) == 0 {
					continue
				}
				want := []string{fmt.Sprintf("line %d", first), fmt.Sprintf("line %d", last)}
				if q.Reverse {
					want[0], want[1] = want[1], want[0]
				}
				if diff := cmp.Diff(want, []string{got[0], got[len(got)-1]}); diff != "" {
					t.Fatalf("%s %d reverse %v: %s", name, at, q.Reverse, diff)
				}
			}
		}
	}
}

func TestTwoWritersAreRefused(t *testing.T) {
	t.Parallel()
	s := open(t, Options{})
	w, err := s.Writer("/ecs/web", "x")
	if err != nil {
		t.Fatal(err)
	}
	other, err := Open(s.dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.Writer("/ecs/web", "x"); !errors.Is(err, logs.ErrStreamBusy) {
		t.Fatalf("second writer: %v", err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := other.Writer("/ecs/web", "x")
	if err != nil {
		t.Fatalf("writer after close: %v", err)
	}
	again.Close()
}

func TestLateEventsAreMerged(t *testing.T) {
	t.Parallel()
	s := open(t, Options{})
	if err := s.CreateStream("/ecs/web", "x"); err != nil {
		t.Fatal(err)
	}
	put := func(timestamps ...int64) {
		var events []logs.Event
		for _, at := range timestamps {
			events = append(events, logs.Event{Timestamp: at, Message: fmt.Appendf(nil, "at %d", at)})
		}
		if err := s.Put("/ecs/web", "x", events); err != nil {
			t.Fatal(err)
		}
	}
	put(10, 20, 30)
	put(5, 25)
	put(15, 40)
	want := []string{"at 5", "at 10", "at 15", "at 20", "at 25", "at 30", "at 40"}
	if diff := cmp.Diff(want, messages(t, s, logs.Query{})); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"at 30", "at 25", "at 20"}, messages(t, s, logs.Query{Start: 20, End: 30, Reverse: true})); diff != "" {
		t.Error(diff)
	}
	info, err := s.Stream("/ecs/web", "x")
	if err != nil || info.Events != 7 || info.FirstEvent != 5 || info.LastEvent != 40 {
		t.Errorf("stream: %+v, %v", info, err)
	}
}
