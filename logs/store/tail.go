package store

import (
	"errors"
	"io/fs"

	"github.com/ecslocal/ecslocal/logs"
)

// tail follows one stream: its live part, and its late events once there are some.
type tail struct{ live, late follow }

// follow is how far a part has been read.
type follow struct {
	part *part
	// seen counts events of this part; entry is the one they end in.
	seen, entry int64
	buffer      []byte
}

// newTail follows a stream from its end or from its start.
func newTail(p place, end bool) (*tail, error) {
	live, err := openPart(p)
	if err != nil {
		return nil, err
	}
	t := &tail{live: follow{part: live}}
	if end {
		t.live.toEnd()
	} else {
		t.toStart(p)
	}
	return t, t.openLate(p, end)
}

// toStart goes back to the oldest part: the stream may have been rotated before it was seen.
func (t *tail) toStart(p place) {
	for n := t.live.part.head.part; n > 0; n-- {
		before, err := openFiles(p, older(n))
		if err != nil {
			return
		}
		t.live.part.close()
		t.live.part = before
	}
}

func (t *tail) openLate(p place, end bool) error {
	behind, err := openFiles(p, late)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	t.late.part = behind
	if end {
		t.late.toEnd()
	}
	return nil
}

func (f *follow) toEnd() { f.seen, f.entry = f.part.state.events, max(0, f.part.state.entries-1) }

// replaced tells whether the stream was deleted, and perhaps made anew.
func (t *tail) replaced(p place) bool {
	h, _, err := readIndex(p.index(""))
	return err == nil && h.id != t.live.part.head.id
}

// poll reads the next span of what is new; more tells that there is more.
func (t *tail) poll(p place) (events []logs.StoredEvent, more bool, err error) {
	events, more, err = t.live.read()
	if err != nil {
		return nil, false, err
	}
	if len(events) == 0 && t.live.part.state.closed == 1 {
		more, err = t.turn(p)
		return nil, more, err
	}
	if t.late.part == nil {
		return events, more, nil
	}
	behind, rest, err := t.late.read()
	for i := range behind {
		behind[i].Late = true
	}
	return append(events, behind...), more || rest, err
}

// turn goes on to the part after a closed one.
func (t *tail) turn(p place) (bool, error) {
	number := t.live.part.head.part + 1
	next, err := openFiles(p, "")
	if err == nil && next.head.part > number {
		next.close()
		next, err = openFiles(p, older(number+1))
	}
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil // the writer is between two renames
	}
	if err != nil {
		return false, err
	}
	if next.head.part != number || !sameFile(next.idx, next.idx.Name()) {
		next.close()
		return false, nil
	}
	t.live.part.close()
	t.live = follow{part: next}
	return true, nil
}

// read parses the events behind those seen, of one span.
func (f *follow) read() (events []logs.StoredEvent, more bool, err error) {
	if f.seen == f.part.state.events {
		if f.part.state, err = readState(f.part.idx); err != nil || f.seen == f.part.state.events {
			return nil, false, err
		}
	}
	s, err := f.part.spanAt(f.entry)
	if err != nil {
		return nil, false, err
	}
	if events, f.buffer, err = f.part.read(s, f.buffer, "", nil); err != nil {
		return nil, false, err
	}
	events = events[min(f.seen-s.entries[0].ordinal, int64(len(events))):]
	f.seen += int64(len(events))
	f.entry = s.to - 1
	more = f.seen < f.part.state.events
	if len(events) == 0 && more { // the span was read before; the next one starts here
		f.entry = s.to
	}
	return events, more, nil
}

func (t *tail) close() {
	t.live.part.close()
	if t.late.part != nil {
		t.late.part.close()
	}
}
