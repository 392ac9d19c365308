package emulator

import (
	"sync"

	"github.com/ecslocal/ecslocal/emulator/event"
)

// live is a run as it goes: it numbers and hides events, folds them, keeps them, and tells those who wait.
type live struct {
	hide    func(string) string
	forward event.Sink              // of the caller
	keep    func(event.Event) error // on disk

	mu      sync.Mutex
	seq     int
	folder  event.Folder
	events  []event.Event
	changed chan struct{} // closed and replaced at each event
}

func newLive(hide func(string) string, forward event.Sink, keep func(event.Event) error) *live {
	return &live{hide: hide, forward: forward, keep: keep, changed: make(chan struct{})}
}

// publish takes an event from whichever goroutine it comes. Container output is only passed on: the log store has it.
func (l *live) publish(e event.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e.Kind != event.Output {
		l.record(&e)
	}
	if l.forward != nil {
		l.forward(e)
	}
}

func (l *live) record(e *event.Event) {
	l.seq++
	e.Seq = l.seq
	hideIn(e, l.hide)
	l.folder.Add(*e)
	if e.Kind != event.ImageProgress {
		l.events = append(l.events, *e)
		if l.keep != nil {
			_ = l.keep(*e) // a full disk must not stop the task; the events still reach the screen
		}
	}
	close(l.changed)
	l.changed = make(chan struct{})
}

// task is how the task stands, and a channel that closes when that changes.
func (l *live) task() (event.Task, <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.folder.Task(), l.changed
}

func (l *live) all() []event.Event {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.events[:len(l.events):len(l.events)]
}
