package store

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/ecslocal/ecslocal/logs"
)

func TestFollowSeesEveryEventOnce(t *testing.T) {
	t.Parallel()
	for name, partBytes := range map[string]int64{"one part": 1 << 30, "rotated while followed": 20_000} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			followEverything(t, open(t, Options{PartBytes: partBytes}))
		})
	}
}

func followEverything(t *testing.T, s *Store) {
	const n = 4000
	w, err := s.Writer("/ecs/web", "a")
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	events := numbered(n)
	if err := w.Append(events[:1000]); err != nil {
		t.Fatal(err)
	}
	if err := s.Put("/ecs/web", "a", []logs.Event{{Timestamp: 3, Message: []byte("late before")}}); err != nil {
		t.Fatal(err)
	}
	go func() {
		for at := 1000; at < n; at += 50 {
			if err := w.Append(events[at : at+50]); err != nil {
				t.Error(err)
			}
			time.Sleep(time.Millisecond)
		}
		other, err := s.Writer("/ecs/web", "b") // a stream that did not exist at the start
		if err != nil {
			t.Error(err)
			return
		}
		defer other.Close()
		if err := other.Append(events[:1]); err != nil {
			t.Error(err)
		}
		if err := s.Put("/ecs/web", "a", []logs.Event{{Timestamp: 7, Message: []byte("late")}}); err != nil {
			t.Error(err)
		}
	}()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	var got []string
	var rest []string
	for event, err := range s.Follow(ctx, "/ecs/web", logs.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		if event.Stream == "a" && !event.Late {
			got = append(got, event.Message)
		} else {
			rest = append(rest, event.Stream+" "+event.Message)
		}
		if len(got) == n && len(rest) == 3 {
			break
		}
	}
	for i, message := range got {
		if want := fmt.Sprintf("line %d", i); message != want {
			t.Fatalf("event %d of %d is %q", i, len(got), message)
		}
	}
	slices.Sort(rest)
	if len(got) != n || !slices.Equal(rest, []string{"a late", "a late before", "b line 0"}) {
		t.Fatalf("got %d events of the first stream and %q", len(got), rest)
	}
}
