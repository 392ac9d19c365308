package store

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/ecslocal/ecslocal/logs"
)

// pollInterval is how often Follow looks for new events; they may come from another process.
const pollInterval = 15 * time.Millisecond

// Follow reads what a query selects as Events does, and then what is written, as it comes, until the context ends. Streams that
// are made later join in, if the query asks for them by prefix. Before, After and Reverse of the query are for the first part only.
func (s *Store) Follow(ctx context.Context, group string, q logs.Query) iter.Seq2[logs.StoredEvent, error] {
	return func(yield func(logs.StoredEvent, error) bool) {
		f := &follower{store: s, group: group, query: q, tails: map[place]*tail{}}
		defer f.close()
		if err := f.run(ctx, yield); err != nil {
			yield(logs.StoredEvent{}, err)
		}
	}
}

type follower struct {
	store *Store
	group string
	query logs.Query
	tails map[place]*tail
	// scanAt is when to look for new streams again: the more there are, the longer between two looks.
	scanAt time.Time
}

func (f *follower) run(ctx context.Context, yield func(logs.StoredEvent, error) bool) error {
	if err := f.scan(true); err != nil {
		return err
	}
	for event, err := range f.store.Events(f.group, f.query) {
		if err != nil {
			return err
		}
		if !f.follows(event) && !yield(event, nil) {
			return nil
		}
	}
	for ctx.Err() == nil {
		began := time.Now()
		events, more, err := f.poll()
		if err != nil {
			return err
		}
		for _, event := range events {
			if !yield(event, nil) {
				return nil
			}
		}
		if more {
			continue
		}
		select {
		case <-ctx.Done():
		case <-time.After(max(pollInterval, 5*time.Since(began))):
		}
		if time.Now().After(f.scanAt) {
			if err := f.scan(false); err != nil {
				return err
			}
		}
	}
	return nil
}

// scan looks for streams that are not followed yet. Those found first are followed from their end, later ones from their start.
func (f *follower) scan(first bool) error {
	began := time.Now()
	if _, err := f.store.meta(f.group); err != nil {
		return err
	}
	places, err := f.store.places(f.group, f.query)
	if err != nil {
		return err
	}
	for _, p := range places {
		if t := f.tails[p]; t != nil && t.replaced(p) {
			t.close()
			delete(f.tails, p)
		}
		if t := f.tails[p]; t == nil {
			if t, err := newTail(p, first); err == nil { // else it is not there yet, or no longer
				f.tails[p] = t
			}
		} else if t.late.part == nil {
			if err := t.openLate(p, false); err != nil {
				return err
			}
		}
	}
	f.scanAt = time.Now().Add(20 * time.Since(began))
	return nil
}

// follows tells whether an event comes from its tail, having been written after the tail was made.
func (f *follower) follows(event logs.StoredEvent) bool {
	t := f.tails[streamPlace(f.store.groupPath(f.group), event.Stream)]
	switch {
	case t == nil:
		return true
	case event.Late:
		return t.late.part == nil || event.Ordinal >= t.late.seen
	default:
		return event.Ordinal >= t.live.part.head.first+t.live.seen
	}
}

// poll reads at most one span of each stream; more tells that there is more to read at once.
func (f *follower) poll() (events []logs.StoredEvent, more bool, err error) {
	for p, t := range f.tails {
		found, rest, err := t.poll(p)
		if err != nil {
			return nil, false, err
		}
		more = more || rest
		for _, event := range found {
			if f.wants(event) {
				events = append(events, event)
			}
		}
	}
	slices.SortStableFunc(events, func(a, b logs.StoredEvent) int {
		if a.Stream == b.Stream {
			return 0
		}
		return cmp.Compare(a.Timestamp, b.Timestamp)
	})
	return events, more, nil
}

func (f *follower) wants(event logs.StoredEvent) bool {
	q := f.query
	return event.Timestamp >= q.Start && (q.End == 0 || event.Timestamp <= q.End) &&
		strings.HasPrefix(event.Stream, q.Prefix) && containsAll(event.Message, q.Contains)
}

func (f *follower) close() {
	for _, t := range f.tails {
		t.close()
	}
}
