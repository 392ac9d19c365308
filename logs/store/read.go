package store

import (
	"cmp"
	"container/heap"
	"errors"
	"io/fs"
	"iter"
	"strings"
	"time"

	"github.com/ecslocal/ecslocal/logs"
)

// Events reads the events of a group that a query selects, in the order of their keys. What is written while it reads is left out.
// The error is logs.ErrNoGroup where there is no such group, and logs.ErrNoStream where a stream named in the query does not exist.
func (s *Store) Events(group string, q logs.Query) iter.Seq2[logs.StoredEvent, error] {
	return func(yield func(logs.StoredEvent, error) bool) {
		m, err := s.openMerge(group, q)
		if err != nil {
			yield(logs.StoredEvent{}, err)
			return
		}
		defer m.close()
		for {
			event, ok, err := m.next()
			if err != nil {
				yield(logs.StoredEvent{}, err)
				return
			}
			if !ok || !yield(event, nil) {
				return
			}
		}
	}
}

// places are the streams that a query names.
func (s *Store) places(group string, q logs.Query) ([]place, error) {
	dir := s.groupPath(group)
	var places []place
	for _, name := range q.Streams {
		places = append(places, streamPlace(dir, name))
	}
	if len(q.Streams) > 0 {
		return places, nil
	}
	err := eachPlace(dir, func(p place) error {
		places = append(places, p)
		return nil
	})
	return places, err
}

func (s *Store) openMerge(group string, q logs.Query) (*merge, error) {
	meta, err := s.meta(group)
	if err != nil {
		return nil, err
	}
	places, err := s.places(group, q)
	if err != nil {
		return nil, err
	}
	q.Start = max(q.Start, expiry(meta, time.Now()))
	m := &merge{query: q}
	for _, p := range places {
		err := m.add(p)
		if errors.Is(err, logs.ErrNoStream) && len(q.Streams) == 0 {
			continue // removed while we look
		}
		if err != nil {
			m.close()
			return nil, err
		}
	}
	heap.Init(m)
	return m, nil
}

// merge walks over several cursors at once, always taking the event that comes first. It is a heap of their next events.
type merge struct {
	query logs.Query
	heads []mergeHead
}

type mergeHead struct {
	event  logs.StoredEvent
	cursor cursor
}

// add joins the cursors of one stream, if it can hold events that are wanted.
func (m *merge) add(p place) error {
	live, err := openPart(p)
	if err != nil {
		return err
	}
	q := &m.query
	if !strings.HasPrefix(live.head.stream, q.Prefix) || live.state.totalEvents == 0 {
		live.close()
		return nil
	}
	behind, err := openFiles(p, late)
	if err == nil {
		c, err := openLate(behind, q)
		if err != nil {
			live.close()
			behind.close()
			return err
		}
		if err := m.push(c); err != nil {
			live.close()
			return err
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		live.close()
		return err
	}
	if live.state.lastTime < q.Start || q.After != nil && live.state.lastTime < q.After.Timestamp {
		live.close()
		return nil
	}
	c, err := openLive(p, live, q)
	if err != nil {
		return err
	}
	return m.push(c)
}

// push takes the first event of a cursor that the query wants; a cursor without one is closed.
func (m *merge) push(c cursor) error {
	event, ok, err := m.wanted(c)
	if !ok || err != nil {
		c.close()
		return err
	}
	m.heads = append(m.heads, mergeHead{event, c})
	return nil
}

// wanted is the next event of a cursor that the query selects; false also when all that follow are out of its range.
func (m *merge) wanted(c cursor) (logs.StoredEvent, bool, error) {
	q := &m.query
	for {
		event, ok, err := c.next()
		if !ok || err != nil {
			return event, false, err
		}
		key := event.Key()
		early := event.Timestamp < q.Start || q.After != nil && key.Compare(*q.After) <= 0
		behind := q.End != 0 && event.Timestamp > q.End || q.Before != nil && key.Compare(*q.Before) >= 0
		if !early && !behind && containsAll(event.Message, q.Contains) {
			return event, true, nil
		}
		if q.Reverse && event.Timestamp < q.Start || !q.Reverse && q.End != 0 && event.Timestamp > q.End {
			return event, false, nil
		}
	}
}

func containsAll(message string, literals []string) bool {
	for _, literal := range literals {
		if !strings.Contains(message, literal) {
			return false
		}
	}
	return true
}

func (m *merge) next() (logs.StoredEvent, bool, error) {
	if len(m.heads) == 0 {
		return logs.StoredEvent{}, false, nil
	}
	event := m.heads[0].event
	following, ok, err := m.wanted(m.heads[0].cursor)
	switch {
	case err != nil:
		return event, false, err
	case ok:
		m.heads[0].event = following
		heap.Fix(m, 0)
	default:
		m.heads[0].cursor.close()
		heap.Pop(m)
	}
	return event, true, nil
}

func (m *merge) close() {
	for _, head := range m.heads {
		head.cursor.close()
	}
	m.heads = nil
}

func (m *merge) Len() int      { return len(m.heads) }
func (m *merge) Swap(i, j int) { m.heads[i], m.heads[j] = m.heads[j], m.heads[i] }
func (m *merge) Push(x any)    { m.heads = append(m.heads, x.(mergeHead)) }
func (m *merge) Pop() any {
	last := m.heads[len(m.heads)-1]
	m.heads = m.heads[:len(m.heads)-1]
	return last
}
func (m *merge) Less(i, j int) bool {
	order := m.heads[i].event.Key().Compare(m.heads[j].event.Key())
	if m.query.Reverse {
		order = -order
	}
	return cmp.Less(order, 0)
}
