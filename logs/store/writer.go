package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"

	"github.com/ecslocal/ecslocal/logs"
)

// Writer appends to one stream. It may be used by several goroutines.
type Writer struct {
	store  *Store
	place  place
	stream string
	lock   *os.File

	mu     sync.Mutex
	live   *lane
	late   *lane // nil until an event comes late
	closed bool
}

var errClosed = errors.New("append to log stream: the writer is closed")

// Writer opens a stream for appending and makes it where there is none. The error is logs.ErrNoGroup where the group does not
// exist and logs.ErrStreamBusy where somebody else writes the stream.
func (s *Store) Writer(group, stream string) (*Writer, error) {
	if err := s.checkStream(group, stream); err != nil {
		return nil, err
	}
	w, err := s.open(group, stream, 300*time.Millisecond)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.writers[w.place] = w
	return w, nil
}

// open waits at most so long for the stream's lock: a call of Put holds it for a moment.
func (s *Store) open(group, stream string, wait time.Duration) (*Writer, error) {
	p := streamPlace(s.groupPath(group), stream)
	lock, err := acquire(p, wait)
	if err != nil {
		return nil, fmt.Errorf("open log stream %s of %s: %w", stream, group, err)
	}
	live, err := openNamed(p, lock, stream)
	if err != nil {
		lock.Close()
		return nil, err
	}
	return &Writer{store: s, place: p, stream: stream, lock: lock, live: live}, nil
}

// openNamed opens the live part. The lock's file holds the name of the stream, for when the index is lost.
func openNamed(p place, lock *os.File, stream string) (*lane, error) {
	if err := writeAt(lock, []byte(stream), 0); err != nil {
		return nil, err
	}
	return openLane(p, "", stream)
}

// acquire takes the lock of a stream.
func acquire(p place, wait time.Duration) (*os.File, error) {
	for deadline := time.Now().Add(wait); ; time.Sleep(2 * time.Millisecond) {
		if err := os.MkdirAll(p.dir, dirMode); err != nil {
			return nil, err
		}
		f, err := os.OpenFile(p.lock(), os.O_RDWR|os.O_CREATE, fileMode)
		if errors.Is(err, fs.ErrNotExist) && time.Now().Before(deadline) {
			continue // the directory was removed at this moment
		}
		if err != nil {
			return nil, err
		}
		ok, err := tryLock(f)
		if ok && sameFile(f, p.lock()) {
			return f, nil
		}
		f.Close()
		if err != nil {
			return nil, err
		}
		if time.Now().After(deadline) {
			return nil, logs.ErrStreamBusy
		}
	}
}

// sameFile tells whether an open file is still the one of that name.
func sameFile(f *os.File, name string) bool {
	opened, err := f.Stat()
	if err != nil {
		return false
	}
	named, err := os.Stat(name)
	return err == nil && os.SameFile(opened, named)
}

// Append stores events as they happen, in the order given. When it returns they can be read; on an error, such as a full disk,
// none of them is stored.
func (w *Writer) Append(events []logs.Event) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.append(events, 0)
}

// put stores events that happened before; those older than the newest in the stream go to the lane of late events. Times of ingestion never
// fall in a stream, whatever the clock does: readers of several streams order events of one millisecond by them.
func (w *Writer) put(events []logs.Event) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	var inOrder, behind []logs.Event
	newest := w.live.state.lastTime
	for _, event := range events {
		if event.Timestamp < newest {
			behind = append(behind, event)
		} else {
			inOrder = append(inOrder, event)
			newest = event.Timestamp
		}
	}
	if len(behind) > 0 && w.late == nil && !w.closed {
		l, err := openLane(w.place, late, w.stream)
		if err != nil {
			return err
		}
		w.late = l
	}
	ingested := max(time.Now().UnixMilli(), w.live.state.ingested)
	if w.late != nil {
		ingested = max(ingested, w.late.state.ingested)
	}
	if err := w.append(inOrder, ingested); err != nil || len(behind) == 0 {
		return err
	}
	return w.late.append(behind, ingested)
}

func (w *Writer) append(events []logs.Event, ingested int64) error {
	if w.closed {
		return errClosed
	}
	if len(events) == 0 {
		return nil
	}
	if w.live.state.size >= w.store.partBytes {
		next, err := w.live.rotate()
		if err != nil {
			return err
		}
		w.live = next
		_, _ = w.store.Trim(time.Now()) // a store that is too large is no reason to lose events
	}
	if err := w.live.append(events, ingested); err != nil {
		return fmt.Errorf("append to log stream %s: %w", w.stream, err)
	}
	return nil
}

// Close syncs the stream to the disk and lets others write it.
func (w *Writer) Close() error {
	w.store.mu.Lock()
	delete(w.store.writers, w.place)
	w.store.mu.Unlock()
	return w.close(true)
}

func (w *Writer) close(sync bool) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return nil
	}
	w.closed = true
	err := w.live.close(sync)
	if w.late != nil {
		err = errors.Join(err, w.late.close(sync))
	}
	return errors.Join(err, w.lock.Close())
}

// Put stores events as CloudWatch Logs' PutLogEvents does: the stream has to exist, and events may be older than what it holds.
// Events are in the order of their timestamps.
func (s *Store) Put(group, stream string, events []logs.Event) error {
	if _, err := s.Stream(group, stream); err != nil {
		return err
	}
	s.mu.Lock()
	w := s.writers[streamPlace(s.groupPath(group), stream)]
	s.mu.Unlock()
	if w != nil {
		if err := w.put(events); !errors.Is(err, errClosed) {
			return err
		}
	}
	w, err := s.open(group, stream, 2*time.Second)
	if err != nil {
		return err
	}
	return errors.Join(w.put(events), w.close(false))
}
