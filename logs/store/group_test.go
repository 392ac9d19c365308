package store

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ecslocal/ecslocal/logs"
)

func TestGroups(t *testing.T) {
	t.Parallel()
	s := open(t, Options{})
	if err := s.CreateGroup("/ecs/web", nil); !errors.Is(err, logs.ErrGroupExists) {
		t.Errorf("second creation: %v", err)
	}
	for _, name := range []string{"/ecs/api", "plain", "/other"} {
		if err := s.CreateGroup(name, map[string]string{"team": "blue", "old": "1"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(s.SetRetention("plain", 7), s.Tag("plain", map[string]string{"team": "red"}, []string{"old"})); err != nil {
		t.Fatal(err)
	}
	again, err := Open(s.dir, Options{}) // another process
	if err != nil {
		t.Fatal(err)
	}
	groups, err := again.Groups("")
	want := []logs.Group{
		{Name: "/ecs/api", Tags: map[string]string{"team": "blue", "old": "1"}}, {Name: "/ecs/web"},
		{Name: "/other", Tags: map[string]string{"team": "blue", "old": "1"}}, {Name: "plain", RetentionDays: 7, Tags: map[string]string{"team": "red"}},
	}
	if diff := cmp.Diff(want, groups, cmpopts.IgnoreFields(logs.Group{}, "Created")); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if groups, err := s.Groups("/ecs/"); len(groups) != 2 || err != nil {
		t.Errorf("with prefix: %v, %v", groups, err)
	}
	if err := s.DeleteGroup("plain"); err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{
		"delete":    s.DeleteGroup("plain"),
		"retention": s.SetRetention("plain", 1),
		"tag":       s.Tag("plain", nil, nil),
		"describe":  second(s.Group("plain")),
		"writer":    second(s.Writer("plain", "x")),
		"put":       s.Put("plain", "x", nil),
		"stream":    s.CreateStream("plain", "x"),
		"streams":   second(s.Streams("plain", "")),
	} {
		if !errors.Is(err, logs.ErrNoGroup) {
			t.Errorf("%s of a missing group: %v", name, err)
		}
	}
}

// TestNamesThatShareADirectory: where a file system takes two names for one, the second is refused.
func TestNamesThatShareADirectory(t *testing.T) {
	t.Parallel()
	s := open(t, Options{})
	if err := s.CreateStream("/ecs/web", "x"); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(s.groupPath("/ecs/web"), s.groupPath("/ECS/web")); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Group("/ECS/web"); err == nil {
		t.Error("the group of another name was taken")
	}
	if err := os.Rename(s.groupPath("/ECS/web"), s.groupPath("/ecs/web")); err != nil {
		t.Fatal(err)
	}
	x, y := streamPlace(s.groupPath("/ecs/web"), "x"), streamPlace(s.groupPath("/ecs/web"), "X")
	if err := os.Rename(x.index(""), y.index("")); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Writer("/ecs/web", "X"); err == nil {
		t.Error("the stream of another name was taken")
	}
}

func second[T any](_ T, err error) error { return err }

func TestStreams(t *testing.T) {
	t.Parallel()
	s := open(t, Options{})
	for _, name := range []string{"b/1", "a/2", "a/1"} {
		if err := s.CreateStream("/ecs/web", name); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.CreateStream("/ecs/web", "a/1"); !errors.Is(err, logs.ErrStreamExists) {
		t.Errorf("second creation: %v", err)
	}
	if err := s.Put("/ecs/web", "a/1", []logs.Event{{Timestamp: 5, Message: []byte("abc")}, {Timestamp: 9, Message: []byte("é")}}); err != nil {
		t.Fatal(err)
	}
	if err := s.Put("/ecs/web", "none", nil); !errors.Is(err, logs.ErrNoStream) {
		t.Errorf("put to a missing stream: %v", err)
	}
	streams, err := s.Streams("/ecs/web", "a/")
	want := []logs.Stream{{Group: "/ecs/web", Name: "a/1", FirstEvent: 5, LastEvent: 9, Events: 2, Bytes: 3 + 2 + 2*26}, {Group: "/ecs/web", Name: "a/2"}}
	if diff := cmp.Diff(want, streams, cmpopts.IgnoreFields(logs.Stream{}, "ID", "Created", "LastIngestion")); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if groups, err := s.Groups("/ecs/web"); err != nil || len(groups) != 1 || groups[0].Bytes != 57 {
		t.Errorf("groups %v, want one of 57 bytes: %v", groups, err)
	}
	w, err := s.Writer("/ecs/web", "a/1")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.DeleteStream("/ecs/web", "a/1"); !errors.Is(err, logs.ErrStreamBusy) {
		t.Errorf("delete while written: %v", err)
	}
	w.Close()
	if err := s.DeleteStream("/ecs/web", "a/1"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Stream("/ecs/web", "a/1"); !errors.Is(err, logs.ErrNoStream) {
		t.Errorf("after delete: %v", err)
	}
	if err := s.CreateStream("/ecs/web", "a/1"); err != nil {
		t.Fatal(err)
	}
	if fresh, err := s.Stream("/ecs/web", "a/1"); err != nil || fresh.ID == streams[0].ID || fresh.Events != 0 {
		t.Errorf("made anew: %+v, %v", fresh, err)
	}
}

func TestTrim(t *testing.T) {
	t.Parallel()
	s := open(t, Options{PartBytes: 10_000, MaxBytes: 1 << 40})
	day := time.Now().UnixMilli()
	const dayMillis = 24 * 60 * 60 * 1000
	write := func(stream string, age int64, lines int) *Writer {
		t.Helper()
		w, err := s.Writer("/ecs/web", stream)
		if err != nil {
			t.Fatal(err)
		}
		for i := range lines {
			if err := w.Append([]logs.Event{{Timestamp: day - age*dayMillis + int64(i), Message: fmt.Appendf(nil, "%074d", i)}}); err != nil {
				t.Fatal(err)
			}
		}
		return w
	}
	write("old", 10, 50).Close()
	if err := s.CreateStream("/ecs/web", "empty"); err != nil {
		t.Fatal(err)
	}
	write("middle", 3, 300).Close()
	defer write("running", 2, 1000).Close() // 100,000 bytes in about 10 parts
	if err := s.SetRetention("/ecs/web", 5); err != nil {
		t.Fatal(err)
	}
	if got := messages(t, s, logs.Query{Streams: []string{"old"}}); len(got) != 0 {
		t.Errorf("%d expired events are still served", len(got))
	}
	freed, err := s.Trim(time.Now())
	if freed != 5000 || err != nil {
		t.Errorf("retention freed %d bytes: %v", freed, err)
	}
	s.maxBytes = 60_000
	if freed, err = s.Trim(time.Now()); freed < 70_000 || freed > 90_000 || err != nil {
		t.Errorf("the cap freed %d bytes: %v", freed, err)
	}
	streams, err := s.Streams("/ecs/web", "")
	if len(streams) != 2 || streams[0].Name != "empty" || streams[1].Name != "running" || err != nil {
		t.Fatalf("left: %+v, %v", streams, err)
	}
	got := messages(t, s, logs.Query{})
	if len(got) < 300 || len(got) > 700 || got[len(got)-1] != fmt.Sprintf("%074d", 999) {
		t.Errorf("%d events left of the running stream, last %q", len(got), got[len(got)-1])
	}
	if back := messages(t, s, logs.Query{Reverse: true}); len(back) != len(got) || back[0] != got[len(got)-1] {
		t.Errorf("%d events backwards, %d forwards", len(back), len(got))
	}
	s.maxBytes = 0 // nothing else may go
	if _, err := s.Trim(time.Now()); err != nil {
		t.Error(err)
	}
	if files, err := os.ReadDir(s.groupPath("/ecs/web")); err != nil || len(files) > 10 {
		t.Errorf("%d files are left: %v", len(files), err)
	}
}

func TestManyPutsAtOnce(t *testing.T) {
	t.Parallel()
	s := open(t, Options{PartBytes: 5000})
	other, err := Open(s.dir, Options{PartBytes: 5000})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.CreateStream("/ecs/web", "x"); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for j := range 20 {
				to := []*Store{s, other}[i%2]
				if err := to.Put("/ecs/web", "x", []logs.Event{{Timestamp: int64(1000 - 8*j + i), Message: fmt.Appendf(nil, "%d.%d", i, j)}}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	last, seen := int64(0), map[string]bool{}
	for event, err := range s.Events("/ecs/web", logs.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		if event.Timestamp < last {
			t.Fatalf("event at %d after one at %d", event.Timestamp, last)
		}
		last, seen[event.Message] = event.Timestamp, true
	}
	if len(seen) != 160 {
		t.Errorf("%d different events, want 160", len(seen))
	}
}
