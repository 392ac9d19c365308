package cli

import (
	"iter"
	"maps"
	"slices"

	"github.com/ecslocal/ecslocal/logs"
)

// cursor is a container's stream and the event in it that comes next.
type cursor struct {
	next shown
	pull func() (logs.StoredEvent, error, bool)
	stop func()
}

// events are all events so far, of all containers in the order of time. Memory holds one event of each.
func (v *logView) events() iter.Seq2[shown, error] {
	return func(yield func(shown, error) bool) {
		var cursors []*cursor
		defer func() {
			for _, c := range cursors {
				c.stop()
			}
		}()
		streams := v.streams()
		for _, container := range slices.Sorted(maps.Keys(streams)) {
			pull, stop := iter.Pull2(v.store.Events(streams[container].Group, v.query(streams[container])))
			cursors = append(cursors, &cursor{next: shown{container: container}, pull: pull, stop: stop})
		}
		waiting := slices.Clone(cursors) // those whose next event is not known
		var ready []*cursor
		for {
			for _, c := range waiting {
				more, err := c.advance()
				if err != nil {
					yield(shown{}, err)
					return
				}
				if more {
					ready = append(ready, c)
				}
			}
			if len(ready) == 0 {
				return
			}
			first := slices.MinFunc(ready, func(a, b *cursor) int { return a.next.Key().Compare(b.next.Key()) })
			if !yield(first.next, nil) {
				return
			}
			ready = slices.DeleteFunc(ready, func(c *cursor) bool { return c == first })
			waiting = append(waiting[:0], first)
		}
	}
}

// advance reads the next event. A stream that is not there has none.
func (c *cursor) advance() (more bool, err error) {
	event, err, more := c.pull()
	if err != nil && !absent(err) {
		return false, err
	}
	c.next.StoredEvent = event
	return more && err == nil, nil
}
