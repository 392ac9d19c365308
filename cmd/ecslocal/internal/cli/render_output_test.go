package cli

import (
	"bytes"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ecslocal/ecslocal/emulator/event"
)

// screenFile is what a stream was written, in order.
type screenFile struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (f *screenFile) Write(b []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.text.Write(b)
}

func (f *screenFile) String() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.text.String()
}

// TestOutputComesInOrder: lines of containers are gathered, but what happens to the task comes between them where it happened, nothing waits
// for long, and nothing is left at the end.
func TestOutputComesInOrder(t *testing.T) {
	t.Parallel()
	var f screenFile
	r := newTextRenderer(&command{stdout: &f, stderr: &f})
	r.width = 5
	line := func(text string) {
		r.event(event.Event{Time: time.Now(), Kind: event.Output, Container: "web", Message: text})
	}
	line("one")
	r.event(event.Event{Time: time.Now(), Kind: event.TaskStatus, Status: "RUNNING"})
	line("\x1b[31mred\x1b[0m\r")
	line("two")
	for deadline := time.Now().Add(10 * time.Second); !strings.HasSuffix(f.String(), "web    two\n"); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("a line waits for ever: %q", f.String())
		}
	}
	line("the last")
	r.close()
	got := f.String()
	at := -1
	for _, want := range []string{"web    one\n", "task RUNNING\n", "red", "web    two\n", "web    the last\n"} {
		next := strings.Index(got, want)
		if next <= at {
			t.Errorf("%q is not where it belongs in %q", want, got)
		}
		at = next
	}
}
