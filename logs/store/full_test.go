//go:build linux

package store

import (
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"testing"

	"github.com/ecslocal/ecslocal/logs"
)

// writeUntilFull appends events under a limit on the size of files, which the kernel answers as it answers a full disk: with a part
// of the write and then an error. When the limit is lifted it goes on.
func writeUntilFull(dir string) int {
	signal.Ignore(syscall.SIGXFSZ)
	var before syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
		panic(err)
	}
	limit := syscall.Rlimit{Cur: 100_000, Max: before.Max}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		panic(err)
	}
	s, err := Open(dir, Options{})
	if err != nil {
		panic(err)
	}
	w, err := s.Writer("/ecs/web", "x")
	if err != nil {
		panic(err)
	}
	stored, lost := int64(0), 0
	for range 100 {
		var events []logs.Event
		for i := range int64(50) {
			events = append(events, logs.Event{Timestamp: stored + i, Message: []byte(numberedMessage(stored + i))})
		}
		if err := w.Append(events); err != nil {
			lost += len(events)
			continue
		}
		stored += int64(len(events))
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
		panic(err)
	}
	if err := w.Append([]logs.Event{{Timestamp: stored, Message: []byte(numberedMessage(stored))}}); err != nil {
		panic(err)
	}
	fmt.Println(stored+1, lost)
	return 0
}

func TestFullDiskLosesWholeBatchesAndGoesOn(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a process")
	}
	t.Parallel()
	s := open(t, Options{})
	out, err := child(t, "full", s.dir).Output()
	if err != nil {
		t.Fatal(err)
	}
	var stored, lost int64
	if _, err := fmt.Sscan(string(out), &stored, &lost); err != nil || lost == 0 || stored < 100 {
		t.Fatalf("writer said %q: %v", out, err)
	}
	if got := checkNumbered(t, s); got != stored {
		t.Errorf("%d events, the writer stored %d", got, stored)
	}
	text, err := os.ReadFile(s.Path("/ecs/web", "x"))
	if err != nil || !strings.HasSuffix(string(text), "\n") {
		t.Errorf("text ends in %q: %v", text[max(0, len(text)-20):], err)
	}
}
