package store

import (
	"cmp"
	"io"
	"slices"
	"sort"

	"github.com/ecslocal/ecslocal/logs"
)

// lateEvent is the place of a late event in its file.
type lateEvent struct {
	time, offset, ordinal, ingested int64
	size                            int32
}

// lateCursor walks over the late events of a stream. They are few, in no order, and so are sorted for each walk.
type lateCursor struct {
	part   *part
	events []lateEvent
	i      int
	back   bool
}

func openLate(p *part, q *logs.Query) (*lateCursor, error) {
	c := &lateCursor{part: p, back: q.Reverse}
	entries, err := readEntries(p.idx, 0, p.state.entries)
	if err != nil {
		return nil, err
	}
	offset, ordinal, at := int64(0), int64(0), 0
	var parse parser
	err = eachEvent(io.NewSectionReader(p.log, 0, p.state.size), func(raw string) {
		for at+1 < len(entries) && entries[at+1].ordinal <= ordinal {
			at++
		}
		event, _ := parse.next(raw)
		c.events = append(c.events, lateEvent{event.Timestamp, offset, ordinal, entries[at].ingested, int32(len(raw))})
		offset += int64(len(raw))
		ordinal++
	})
	slices.SortFunc(c.events, func(a, b lateEvent) int {
		return cmp.Or(cmp.Compare(a.time, b.time), cmp.Compare(a.ordinal, b.ordinal))
	})
	if c.back {
		slices.Reverse(c.events)
	} else {
		c.i = sort.Search(len(c.events), func(i int) bool { return c.events[i].time >= q.Start })
	}
	if err != nil {
		return nil, err
	}
	return c, nil
}

func (c *lateCursor) next() (logs.StoredEvent, bool, error) {
	if c.i == len(c.events) {
		return logs.StoredEvent{}, false, nil
	}
	l := c.events[c.i]
	c.i++
	text := make([]byte, l.size)
	if _, err := c.part.log.ReadAt(text, l.offset); err != nil {
		return logs.StoredEvent{}, false, err
	}
	parse := parser{last: l.time}
	event, _ := parse.next(string(text))
	event.Late, event.Ordinal, event.Ingestion = true, l.ordinal, l.ingested
	event.Stream, event.StreamID = c.part.head.stream, c.part.head.id
	if l.ingested == 0 { // found by repair
		event.Ingestion = l.time
	}
	return event, true, nil
}

func (c *lateCursor) close() { c.part.close() }
