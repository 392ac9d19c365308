package cli

import (
	"context"
	"errors"
	"iter"
	"sync"
	"time"

	"github.com/ecslocal/ecslocal/emulator/state"
	"github.com/ecslocal/ecslocal/logs"
)

const (
	// lookEvery is how often follow looks for the task's end and for streams that are new.
	lookEvery = 100 * time.Millisecond
	// lingering is how long after a task's end its last lines are waited for.
	lingering = 300 * time.Millisecond
)

// follow shows events as they come until the task ends, and then what its readers had not come to by then: whoever reads our output may be
// slower than the task. Containers that start later join in.
func (v *logView) follow(ctx context.Context, dir *state.Dir) error {
	whileAlive, end := context.WithCancel(ctx)
	defer end()
	var running sync.WaitGroup
	readers := map[string]*streamReader{}
	for alive := true; alive; {
		alive = v.task.Alive()
		if task, err := dir.Find(v.task.ID); err == nil {
			v.task = task
		}
		for container, stream := range v.streams() {
			if readers[container] == nil {
				r := &streamReader{view: v, container: container, stream: stream, lateSeen: -1}
				readers[container] = r
				running.Go(func() { r.err = r.follow(whileAlive) })
			}
		}
		wait := lookEvery
		if !alive {
			wait = lingering
		}
		alive = pause(ctx, wait) && alive
	}
	end()
	running.Wait()
	var failed []error
	for _, r := range readers {
		if r.err == nil && ctx.Err() == nil {
			r.err = r.rest()
		}
		failed = append(failed, r.err)
	}
	return errors.Join(failed...)
}

// streamReader follows the stream of one container and knows how far it has come.
type streamReader struct {
	view      *logView
	container string
	stream    state.Stream
	last      *logs.Key // of what is not late; nil before the first
	lateSeen  int64     // the last ordinal of what is late; -1 before the first
	err       error     // what ended it, once it has ended
}

// follow reads until ctx ends. A stream that is not there yet is waited for.
func (r *streamReader) follow(ctx context.Context) error {
	for {
		err := r.show(r.view.store.Follow(ctx, r.stream.Group, r.view.query(r.stream)))
		if !absent(err) {
			return err
		}
		if !pause(ctx, lookEvery) {
			return nil
		}
	}
}

// rest reads what follow has not come to.
func (r *streamReader) rest() error {
	query := r.view.query(r.stream)
	query.After = r.last
	err := r.show(r.view.store.Events(r.stream.Group, query))
	if absent(err) {
		return nil
	}
	return err
}

func (r *streamReader) show(events iter.Seq2[logs.StoredEvent, error]) error {
	for e, err := range events {
		switch {
		case err != nil:
			return err
		case !e.Late:
			key := e.Key()
			r.last = &key
		case e.Ordinal <= r.lateSeen:
			continue // rest reads what is late from the time of last on
		default:
			r.lateSeen = e.Ordinal
		}
		if err := r.view.line(shown{e, r.container}); err != nil {
			return err
		}
	}
	return nil
}

func absent(err error) bool {
	return errors.Is(err, logs.ErrNoStream) || errors.Is(err, logs.ErrNoGroup)
}

// pause waits, and says whether ctx is still on.
func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return ctx.Err() == nil
	case <-ctx.Done():
		return false
	}
}
