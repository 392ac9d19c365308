package state

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/ecslocal/ecslocal/emulator/event"
)

func TestTaskIsFoundAndDescribed(t *testing.T) {
	t.Parallel()
	d, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	var tasks []*Task
	for i, id := range []string{"aaa1", "aab2", "bbb3"} {
		task, err := d.Create(Record{ID: id, Family: "shop", Created: time.Unix(int64(i), 0)})
		if err != nil {
			t.Fatal(err)
		}
		tasks = append(tasks, task)
	}
	for name, want := range map[string]string{"aaa1": "aaa1", "bb": "bbb3", "arn:aws:ecs:r:1:task/c/aab2": "aab2", "shop": "bbb3"} {
		if got, err := d.Find(name); err != nil || got.ID != want {
			t.Errorf("Find(%q) = %v, %v; want %s", name, got, err, want)
		}
	}
	if _, err := d.Find("aa"); err == nil || errors.Is(err, ErrNotFound) {
		t.Errorf("an ambiguous prefix: %v", err)
	}
	if _, err := d.Find("zzz"); !errors.Is(err, ErrNotFound) {
		t.Errorf("nothing fits: %v", err)
	}
	first := tasks[0]
	if err := first.Append(event.Event{Kind: event.TaskCreated, Task: &event.Task{TaskARN: "arn/aaa1", LastStatus: event.Running}}); err != nil {
		t.Fatal(err)
	}
	seen, _ := d.Find("aaa1")
	if described, _ := seen.Describe(); !seen.Alive() || described.StoppedReason != "" || described.LastStatus != event.Running {
		t.Errorf("supervised: alive %v, %+v", seen.Alive(), described)
	}
	first.events.WriteString(`{"seq": 2, "kind": "tas`) // a crash in the middle of a line
	first.Close()
	if described, err := seen.Describe(); err != nil || seen.Alive() || described.StoppedReason != Abandoned {
		t.Errorf("abandoned: alive %v, %+v, %v", seen.Alive(), described, err)
	}
}

func TestStopRequestsReachTheSupervisor(t *testing.T) {
	t.Parallel()
	d, _ := Open(t.TempDir())
	supervisor, err := d.Create(Record{ID: "a"})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	got := make(chan StopRequest, 1)
	done := make(chan struct{})
	go func() {
		defer close(done)
		supervisor.StopRequests(ctx, func(r StopRequest) { got <- r })
	}()
	other, _ := d.Find("a")
	if err := other.RequestStop(StopRequest{Reason: "enough", Kill: true}); err != nil {
		t.Fatal(err)
	}
	if r := <-got; r.Reason != "enough" || !r.Kill {
		t.Errorf("got %+v", r)
	}
	cancel()
	<-done
	supervisor.Close()
	if err := other.WaitEnd(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestNobodyElseCanRead(t *testing.T) {
	t.Parallel()
	d, _ := Open(filepath.Join(t.TempDir(), "state"))
	task, err := d.Create(Record{ID: "a"})
	if err != nil {
		t.Fatal(err)
	}
	defer task.Close()
	filepath.Walk(d.Path(), func(path string, info os.FileInfo, err error) error {
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		return nil
	})
}
