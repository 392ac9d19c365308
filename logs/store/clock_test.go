package store

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/ecslocal/ecslocal/logs"
)

// TestClockJumps lets the clock jump forwards and backwards between the events of two streams. Nothing may be lost by any way to read: the
// order of a stream is that of arrival, its stamps never fall, and what is asked for by time follows the stamps.
func TestClockJumps(t *testing.T) {
	t.Parallel()
	s := open(t, Options{PartBytes: 200}) // several parts, so that the jumps are between them, too
	const noon, hour = 1_800_000_000_000, 3_600_000
	clock := []int64{noon, noon + 1, noon + hour, noon + hour + 1, noon + 2, noon + 3, noon - hour, noon + hour + 2, noon + 2*hour}
	stamps := []int64{noon, noon + 1, noon + hour, noon + hour + 1, noon + hour + 1, noon + hour + 1, noon + hour + 1, noon + hour + 2, noon + 2*hour}
	names := []string{"0", "1", "2", "3", "4", "5", "6", "7", "8"}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	followed := make(chan []string)
	go func() {
		var got []string
		for event, err := range s.Follow(ctx, "/ecs/web", logs.Query{}) {
			if err != nil {
				t.Error(err)
			}
			if event.Stream == "jumps" {
				got = append(got, event.Message)
			}
			if len(got) == len(names) {
				break
			}
		}
		followed <- got
	}()
	w, err := s.Writer("/ecs/web", "jumps")
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	for i, at := range clock {
		if err := w.Append([]logs.Event{{Timestamp: at, Message: []byte(names[i])}}); err != nil {
			t.Fatal(err)
		}
		if i == 3 || i == 5 { // a writer that is opened anew knows no earlier time but that of the stream
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			if w, err = s.Writer("/ecs/web", "jumps"); err != nil {
				t.Fatal(err)
			}
		}
	}
	other, err := s.Writer("/ecs/web", "steady") // its clock is right; it does not matter to it what others have
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if err := other.Append([]logs.Event{{Timestamp: noon + 5, Message: []byte("steady")}}); err != nil {
		t.Fatal(err)
	}
	if got := <-followed; !slices.Equal(got, names) {
		t.Errorf("who follows sees %q", got)
	}
	var found, times = []string{}, []int64{}
	for event, err := range s.Events("/ecs/web", logs.Query{Streams: []string{"jumps"}}) {
		if err != nil {
			t.Fatal(err)
		}
		found, times = append(found, event.Message), append(times, event.Timestamp)
		after := messages(t, s, logs.Query{Streams: []string{"jumps"}, After: &logs.Key{Timestamp: event.Timestamp, Stream: "jumps", Ordinal: event.Ordinal}})
		if want := names[len(found):]; !slices.Equal(after, want) {
			t.Errorf("after %s come %q, want %q", event.Message, after, want)
		}
	}
	if !slices.Equal(found, names) || !slices.Equal(times, stamps) {
		t.Errorf("%q at %d, want %d", found, times, stamps)
	}
	for _, c := range []struct {
		start, end int64
		want       []string
	}{
		{noon + 2, noon + hour - 1, []string{"steady"}},
		{noon + hour + 1, 0, names[3:]},
		{noon + hour + 1, noon + hour + 1, names[3:7]},
		{0, noon + 5, []string{"0", "1", "steady"}},
	} {
		if got := messages(t, s, logs.Query{Start: c.start, End: c.end}); !slices.Equal(got, c.want) {
			t.Errorf("from %d to %d: %q, want %q", c.start-noon, c.end-noon, got, c.want)
		}
	}
}

// TestIngestionNeverFalls: after the clock was set back, what is put later into a stream was not ingested earlier. Events of one millisecond
// are ordered by that between streams, and a page that ends among them would leave some out.
func TestIngestionNeverFalls(t *testing.T) {
	t.Parallel()
	s := open(t, Options{})
	w, err := s.Writer("/ecs/web", "a")
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	put := func(stream, message string) {
		t.Helper()
		if err := s.Put("/ecs/web", stream, []logs.Event{{Timestamp: 5, Message: []byte(message)}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Append([]logs.Event{{Timestamp: 9, Message: []byte("newest")}}); err != nil {
		t.Fatal(err)
	}
	put("a", "first")
	w.late.state.ingested += 3_600_000 // the clock was ahead by an hour, and is right from now on
	put("a", "second")
	events := all(t, s, logs.Query{Streams: []string{"a"}})
	if len(events) != 3 || events[0].Ingestion > events[1].Ingestion || events[1].Ingestion < time.Now().UnixMilli()+3_000_000 {
		t.Errorf("%+v", events)
	}
}
