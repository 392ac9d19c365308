package store

import (
	"errors"
	"fmt"
	"os"

	"github.com/ecslocal/ecslocal/logs"
)

// lane is a part of a stream, open for appending: the live one, or the one of late events. Its owner holds the stream's lock.
type lane struct {
	place  place
	part   string
	log    *os.File
	idx    *os.File
	head   head
	state  state
	mark   entry // the last entry of the index
	stamps stamper
	// rebuilt says that the index was lost and made anew from the text.
	rebuilt bool
	// text and entries are what the next commit writes.
	text, entries []byte
}

// keepBuffer is the largest buffer that a lane keeps between appends.
const keepBuffer = 1 << 20

// append stores events, all or none of them. In the live lane no stamp is older than the one before it: a clock that jumps
// back stands still until it has caught up. ingested is 0 for events that are stored as they happen.
func (l *lane) append(events []logs.Event, ingested int64) error {
	next, mark := l.state, l.mark
	for _, event := range events {
		event.Timestamp = min(max(event.Timestamp, 0), maxTimestamp)
		if l.part != late {
			event.Timestamp = max(event.Timestamp, next.lastTime)
		}
		before := len(l.text)
		l.text = appendEvent(l.text, l.stamps.at(event.Timestamp), event)
		l.note(&next, &mark, event.Timestamp, ingested, len(l.text)-before, len(event.Message))
	}
	return l.commit(next, mark)
}

// note accounts for one more event, and gives it an entry in the index when one is due.
func (l *lane) note(s *state, mark *entry, time, ingested int64, size, message int) {
	if s.entries == 0 || s.size-mark.offset >= entryBytes || s.events-mark.ordinal >= entryEvents || mark.ingested != ingested {
		*mark = entry{time, s.size, s.events, ingested}
		l.entries = mark.append(l.entries)
		s.entries++
	}
	if s.totalEvents == 0 {
		s.firstTime = time
	}
	s.firstTime, s.lastTime = min(s.firstTime, time), max(s.lastTime, time)
	s.ingested = max(s.ingested, ingested)
	if ingested == 0 {
		s.ingested = max(s.ingested, time)
	}
	s.size += int64(size)
	s.events++
	s.totalEvents++
	s.total += int64(message) + eventOverhead
}

// eventOverhead is what CloudWatch Logs counts for each event beside its message.
const eventOverhead = 26

// commit writes the text, then the entries, then the state that makes both visible. When the disk is full it leaves everything as
// it was before.
func (l *lane) commit(next state, mark entry) error {
	text, entries := l.text, l.entries
	l.text, l.entries = l.text[:0], l.entries[:0]
	if cap(text) > keepBuffer {
		l.text = nil
	}
	if err := writeAt(l.log, text, l.state.size); err != nil {
		return errors.Join(err, l.log.Truncate(l.state.size))
	}
	if err := writeAt(l.idx, entries, headSize+l.state.entries*entrySize); err != nil {
		return errors.Join(err, l.log.Truncate(l.state.size))
	}
	if err := writeAt(l.idx, next.append(entries[:0]), stateAt); err != nil {
		return errors.Join(err, l.log.Truncate(l.state.size))
	}
	l.state, l.mark = next, mark
	return nil
}

func writeAt(f *os.File, b []byte, at int64) error {
	if len(b) == 0 {
		return nil
	}
	if _, err := f.WriteAt(b, at); err != nil {
		return fmt.Errorf("write %s: %w", f.Name(), err)
	}
	return nil
}

func (l *lane) close(sync bool) error {
	var err error
	if sync {
		err = errors.Join(l.log.Sync(), l.idx.Sync())
	}
	return errors.Join(err, l.log.Close(), l.idx.Close())
}
