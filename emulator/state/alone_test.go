package state

import (
	"strings"
	"testing"

	"github.com/ecslocal/ecslocal/emulator/event"
)

func TestAlone(t *testing.T) {
	t.Parallel()
	dir, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	task, err := dir.Create(Record{ID: "0a"})
	if err != nil {
		t.Fatal(err)
	}
	defer task.Close()
	release, err := task.Alone("try")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := task.Alone("try"); err == nil || !strings.Contains(err.Error(), "try task 0a: another ecslocal is at it") {
		t.Errorf("two at once: %v", err)
	}
	other, err := task.Alone("something else")
	if err != nil {
		t.Error(err)
	} else {
		other()
	}
	if err := release(); err != nil {
		t.Error(err)
	}
	if again, err := task.Alone("try"); err != nil {
		t.Error(err)
	} else {
		again()
	}
}

func TestFollow(t *testing.T) {
	t.Parallel()
	dir, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	task, err := dir.Create(Record{ID: "0b"})
	if err != nil {
		t.Fatal(err)
	}
	task.Append(event.Event{Kind: event.Warning, Message: "before"})
	seen := make(chan string, 10)
	done := make(chan error, 1)
	go func() {
		done <- task.Follow(t.Context(), func(e event.Event) { seen <- e.Message })
	}()
	if got := <-seen; got != "before" {
		t.Errorf("%q is followed", got)
	}
	task.Append(event.Event{Kind: event.Warning, Message: "meanwhile"})
	if got := <-seen; got != "meanwhile" {
		t.Errorf("%q is followed", got)
	}
	task.Append(event.Event{Kind: event.Warning, Message: "last"})
	task.Close()
	if err := <-done; err != nil || <-seen != "last" {
		t.Errorf("the end is not seen: %v", err)
	}
}
