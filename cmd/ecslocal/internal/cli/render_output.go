package cli

import (
	"io"
	"sync"
	"time"

	"github.com/ecslocal/ecslocal/emulator/event"
)

// outputBuffer gathers what containers write for a moment, because a call of the system for each line would cost more than all that is
// done with it otherwise.
type outputBuffer struct {
	to io.Writer

	mu      sync.Mutex
	text    []byte
	waiting bool // for the end of the moment
}

const (
	// gathered is how long a line may wait for more.
	gathered = 2 * time.Millisecond
	// gatheredBytes are written at once.
	gatheredBytes = 64 << 10
)

// add takes a line of a container, behind its name.
func (b *outputBuffer) add(name string, width int, message string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.text = append(b.text, name...)
	for range width - len(name) {
		b.text = append(b.text, ' ')
	}
	b.text = append(append(append(b.text, "  "...), message...), '\n')
	switch {
	case len(b.text) >= gatheredBytes:
		b.write()
	case !b.waiting:
		b.waiting = true
		time.AfterFunc(gathered, b.flush)
	}
}

// flush writes what there is, so that what comes by another way comes after it.
func (b *outputBuffer) flush() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.waiting = false
	b.write()
}

func (b *outputBuffer) write() {
	if len(b.text) > 0 {
		_, _ = b.to.Write(b.text) // a screen that cannot be written to has nobody to tell
		b.text = b.text[:0]
	}
}

// simple says whether an output is written as it is: nothing in it moves the cursor or is more than one column wide or a byte long.
func simple(e event.Event) bool {
	for i := range len(e.Message) {
		if c := e.Message[i]; c < ' ' || c > '~' {
			return false
		}
	}
	return true
}
