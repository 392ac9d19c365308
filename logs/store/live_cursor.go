package store

import (
	"errors"
	"io/fs"
	"slices"

	"github.com/ecslocal/ecslocal/logs"
)

// cursor walks over events in one direction; false says that there are no more.
type cursor interface {
	next() (logs.StoredEvent, bool, error)
	close()
}

// liveCursor walks over the live and the older parts of a stream, whose events are in order of time.
type liveCursor struct {
	place   place
	query   *logs.Query
	literal string
	live    *part // as it was when the walk began
	part    *part // the one at hand, often live itself
	at      int64 // forwards the next entry to read, backwards the one read last
	events  []logs.StoredEvent
	i       int
	buffer  []byte
	done    bool
}

// openLive starts a walk. After and Before of the query have to be of this stream, or of no stream.
func openLive(p place, live *part, q *logs.Query) (*liveCursor, error) {
	c := &liveCursor{place: p, query: q, literal: rarest(q.Contains), live: live, part: live}
	var err error
	if q.Reverse {
		err = c.seekBack()
	} else {
		err = c.seek()
	}
	if err != nil {
		c.close()
		return nil, err
	}
	return c, nil
}

// seek goes to the entry at or before the first event wanted.
func (c *liveCursor) seek() error {
	q := c.query
	below := func(e entry) bool { return e.time < q.Start || q.After != nil && c.before(e, q.After, true) }
	for c.part.head.part > 0 {
		if c.part.state.entries > 0 {
			first, err := readEntries(c.part.idx, 0, 1)
			if err != nil {
				return err
			}
			if below(first[0]) {
				break
			}
		}
		if ok, err := c.turn(c.part.head.part); err != nil || !ok {
			return err
		}
	}
	var err error
	c.at, err = c.part.search(below)
	return err
}

// seekBack goes to the entry behind the last event wanted.
func (c *liveCursor) seekBack() error {
	q := c.query
	within := func(e entry) bool {
		return (q.End == 0 || e.time <= q.End) && (q.Before == nil || c.before(e, q.Before, false))
	}
	for {
		if c.part.state.entries > 0 {
			last, err := c.part.search(within)
			if err != nil {
				return err
			}
			c.at = last + 1
			if last > 0 || c.part.head.part == 0 {
				return nil
			}
			first, err := readEntries(c.part.idx, 0, 1)
			if err != nil || within(first[0]) {
				return err
			}
		}
		if c.part.head.part == 0 {
			c.at = 0
			return nil
		}
		if ok, err := c.turn(c.part.head.part); err != nil || !ok {
			c.at = 0
			return err
		}
	}
}

// before tells whether the event of an entry comes before a key, or where self is true is the key's own. Events of another stream
// and of the same time may be on either side.
func (c *liveCursor) before(e entry, key *logs.Key, self bool) bool {
	switch own := key.Stream == c.live.head.stream; {
	case e.time != key.Timestamp:
		return e.time < key.Timestamp
	case !own:
		return !self
	case key.Late:
		return true
	case self:
		return c.part.head.first+e.ordinal <= key.Ordinal
	default:
		return c.part.head.first+e.ordinal < key.Ordinal
	}
}

// turn makes an older part, or the live one, the part at hand; false says that it has been removed.
func (c *liveCursor) turn(number int64) (bool, error) {
	next := c.live
	if number != c.live.head.part+1 {
		var err error
		if next, err = openFiles(c.place, older(number)); errors.Is(err, fs.ErrNotExist) {
			return false, nil
		} else if err != nil {
			return false, err
		}
	}
	if c.part != c.live {
		c.part.close()
	}
	c.part = next
	return true, nil
}

func (c *liveCursor) next() (logs.StoredEvent, bool, error) {
	for c.i == len(c.events) {
		if c.done {
			return logs.StoredEvent{}, false, nil
		}
		if err := c.fetch(); err != nil {
			return logs.StoredEvent{}, false, err
		}
	}
	c.i++
	return c.events[c.i-1], true, nil
}

// fetch reads the next span, turning to the next part where this one is at its end.
func (c *liveCursor) fetch() error {
	c.events, c.i = c.events[:0], 0
	var s span
	var err error
	if c.query.Reverse {
		if c.at == 0 {
			ok, err := c.turnBack()
			c.done = !ok
			return err
		}
		s, err = c.part.spanBefore(c.at)
		c.at = s.from
	} else {
		if c.at == c.part.state.entries {
			ok, err := c.turnOn()
			c.done = !ok
			return err
		}
		s, err = c.part.spanAt(c.at)
		c.at = s.to
		if q := c.query; err == nil && q.End != 0 && s.entries[0].time > q.End {
			c.done = true
			return nil
		}
	}
	if err != nil {
		return err
	}
	if c.events, c.buffer, err = c.part.read(s, c.buffer, c.literal, c.events); err != nil {
		return err
	}
	if c.query.Reverse {
		slices.Reverse(c.events)
		c.done = c.part.head.part == 0 && c.at == 0 || s.entries[0].time < c.query.Start
	}
	return nil
}

func (c *liveCursor) turnOn() (bool, error) {
	if c.part == c.live {
		return false, nil
	}
	for number := c.part.head.part + 2; number <= c.live.head.part+1; number++ {
		if ok, err := c.turn(number); ok || err != nil {
			c.at = 0
			return ok, err
		}
	}
	return false, nil
}

func (c *liveCursor) turnBack() (bool, error) {
	if c.part.head.part == 0 {
		return false, nil
	}
	ok, err := c.turn(c.part.head.part)
	c.at = c.part.state.entries
	return ok, err
}

func (c *liveCursor) close() {
	if c.part != c.live {
		c.part.close()
	}
	c.live.close()
}

// rarest chooses the byte sequence to search the text for: the longest that looks the same in a file as in a message.
func rarest(contains []string) string {
	best := ""
	for _, literal := range contains {
		if len(literal) > len(best) && !slices.ContainsFunc([]byte(literal), func(c byte) bool { return c == '\\' || c == 0 || c == '\n' }) {
			best = literal
		}
	}
	return best
}
