package emulator

import (
	"sync"

	"github.com/ecslocal/ecslocal/emulator/event"
)

// live is a run as it goes: it numbers and hides events, folds them, keeps them, tells those who wait, and passes everything on to the caller.
// The caller may stand still, as `ecslocal run | less` does: then the containers' output has to wait, and the run goes on.
type live struct {
	hide func(string) string
	keep func(event.Event) error // on disk

	mu      sync.Mutex
	seq     int
	folder  event.Folder
	events  []event.Event
	changed chan struct{} // closed and replaced at each event
	pending []event.Event // that the caller has not been told

	forward event.Sink // of the caller, nil for nobody
	screen  sync.Mutex // held while the caller is told something
	wake    chan struct{}
	flushes chan chan struct{}
	ended   chan struct{}
}

func newLive(hide func(string) string, forward event.Sink, keep func(event.Event) error) *live {
	l := &live{hide: hide, forward: forward, keep: keep, changed: make(chan struct{}), wake: make(chan struct{}, 1), flushes: make(chan chan struct{}), ended: make(chan struct{})}
	if forward != nil {
		go l.tell()
	}
	return l
}

// publish takes an event from whichever goroutine it comes, and does not wait for the caller to see it.
func (l *live) publish(e event.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.seq++
	e.Seq = l.seq
	hideIn(&e, l.hide)
	l.folder.Add(e)
	if e.Kind != event.ImageProgress {
		l.events = append(l.events, e)
		if l.keep != nil {
			_ = l.keep(e) // a full disk must not stop the task; the events still reach the screen
		}
	}
	close(l.changed)
	l.changed = make(chan struct{})
	if l.forward == nil {
		return
	}
	l.pending = append(l.pending, e)
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// show passes output of containers on, behind the events before it, and returns when the caller has it. Nobody else keeps it here: the log
// store does.
func (l *live) show(output func(event.Sink)) {
	l.screen.Lock()
	defer l.screen.Unlock()
	l.tellPending()
	output(l.forward)
}

// tell tells the caller of events until the end.
func (l *live) tell() {
	for {
		var told chan struct{}
		select {
		case <-l.wake:
		case told = <-l.flushes:
		case <-l.ended:
			return
		}
		l.screen.Lock()
		l.tellPending()
		l.screen.Unlock()
		if told != nil {
			close(told)
		}
	}
}

func (l *live) tellPending() {
	l.mu.Lock()
	events := l.pending
	l.pending = nil
	l.mu.Unlock()
	for _, e := range events {
		l.forward(e)
	}
}

// flush waits until the caller was told of all events so far, or giveUp closes.
func (l *live) flush(giveUp <-chan struct{}) {
	if l.forward == nil {
		return
	}
	told := make(chan struct{})
	select {
	case l.flushes <- told:
	case <-l.ended:
		return
	case <-giveUp:
		return
	}
	select {
	case <-told:
	case <-giveUp:
	}
}

// close ends what passes events on, once the caller was told of all of them or giveUp closes. As any program that writes to a pipe it waits for
// the reader as long as nobody kills it.
func (l *live) close(giveUp <-chan struct{}) {
	l.flush(giveUp)
	close(l.ended)
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
