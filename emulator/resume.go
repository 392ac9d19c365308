package emulator

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"sync"
	"time"

	"github.com/ecslocal/ecslocal/emulator/dockerengine"
	"github.com/ecslocal/ecslocal/emulator/plan"
	"github.com/ecslocal/ecslocal/emulator/runner"
	"github.com/ecslocal/ecslocal/logs"
)

// resumed is a container's output that goes on when the engine has been away, as one with live-restore is while its daemon restarts: it
// attaches again, and reads what came between from the engine's own log, where there is one.
type resumed struct {
	task      *Task
	ctx       context.Context // of the output; it ends when nobody wants it any more
	container plan.Container
	id        string

	current io.Reader
	mu      sync.Mutex // of close
	close   func() error
	pending []byte     // what comes before the next of current
	heard   [2]history // by logs.Source
	frames  frameScanner
}

// history is the end of what one stream brought.
type history struct {
	tail []byte
	read time.Time
}

const (
	// remembered is how much of each stream is compared with the engine's own log.
	remembered = 64 << 10
	// awayLimit is how long an engine may be away before its containers' output is given up.
	awayLimit = 2 * time.Minute
	// awaySoon is how long after the end of the output of a running container the engine must begin to be away; a container may close its
	// output, too.
	awaySoon = 1500 * time.Millisecond
	// overlap is how much older than the last that was read entries of the engine's log are asked for.
	overlap = 10 * time.Second
	// firstWait is how long after attaching again output is waited for, to see where it goes on.
	firstWait = 300 * time.Millisecond
)

// resume lets an attachment survive the engine's absence.
func (t *Task) resume(ctx context.Context, c plan.Container, id string, a runner.Attachment) runner.Attachment {
	r := &resumed{task: t, ctx: ctx, container: c, id: id}
	r.take(a)
	if a.Frames != nil {
		a.Frames = r
	} else {
		a.Stdout = r
	}
	a.Close = r.Close
	return a
}

func (r *resumed) take(a runner.Attachment) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.frames, r.close, r.current = frameScanner{}, a.Close, a.Frames
	if a.Frames == nil {
		r.current = a.Stdout
	}
}

// Close ends the attachment.
func (r *resumed) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.close()
}

// Read reads on, over breaks.
func (r *resumed) Read(p []byte) (int, error) {
	for {
		var n int
		var err error
		if len(r.pending) > 0 {
			n = copy(p, r.pending)
			r.pending = r.pending[n:]
		} else if r.current == nil {
			return 0, io.EOF
		} else {
			n, err = r.current.Read(p)
		}
		if n > 0 {
			r.remember(p[:n])
			return n, nil
		}
		if err != nil && !r.goOn() {
			return 0, err
		}
	}
}

// remember keeps the end of each stream.
func (r *resumed) remember(b []byte) {
	now := time.Now()
	keep := func(source logs.Source, text []byte) {
		h := &r.heard[source&1]
		h.tail, h.read = append(h.tail, text...), now
		if len(h.tail) > 2*remembered {
			end := h.tail[len(h.tail)-remembered:]
			h.tail = append(h.tail[:0], end[bytes.IndexByte(end, '\n')+1:]...)
		}
	}
	if r.container.Config.Tty {
		keep(logs.Stdout, b)
		return
	}
	r.frames.scan(b, keep)
}

// goOn attaches again after the engine was away, and says whether there is more to read.
func (r *resumed) goOn() bool {
	state, away := r.engineAway()
	if !away {
		return false
	}
	_ = r.Close() // it is broken
	r.current = nil
	var next []byte
	var since time.Time
	if state.Running {
		since = time.Now()
		a, err := r.task.engine.Attach(r.ctx, r.id, r.container)
		if err != nil {
			r.task.warn(r.container.Name, "read the output again after the engine was away: %v", err)
			return false
		}
		r.take(a)
		goesOn := newOpening(r.ctx, r.current)
		next = goesOn.wait(r.ctx, firstWait)
		r.current = goesOn
	}
	r.fill(next, since)
	r.pending = append(r.pending, next...)
	return r.current != nil || len(r.pending) > 0
}

// engineAway waits for an engine that is away to come back, and says how the container is then. One that is not away just ended the output.
func (r *resumed) engineAway() (state runner.State, away bool) {
	for deadline := time.Now().Add(awaySoon); ; {
		if r.ctx.Err() != nil {
			return state, false
		}
		if !r.task.engine.Answers(r.ctx) {
			if !away {
				away, deadline = true, time.Now().Add(awayLimit)
			}
		} else {
			found, err := r.task.engine.Inspect(r.ctx, r.id)
			switch {
			case err == nil && away, err == nil && !found.Running, errors.Is(err, runner.ErrNoContainer):
				return found, away
			}
		}
		if time.Now().After(deadline) {
			return state, false
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-r.ctx.Done():
		}
	}
}

// fill puts what the engine's own log has of the break before what comes next, and tells of it.
func (r *resumed) fill(next []byte, since time.Time) {
	last := r.heard[0].read
	if r.heard[1].read.After(last) {
		last = r.heard[1].read
	}
	var from time.Time
	if !last.IsZero() {
		from = last.Add(-overlap)
	}
	entries, err := r.task.engine.OwnLog(r.ctx, r.id, from)
	if err != nil {
		r.task.warn(r.container.Name, "the engine was away; what the container wrote meanwhile is lost, since the engine keeps no log of its own (--engine-logs json-file)")
		return
	}
	log := bySource(entries)
	var after [2][]byte
	if r.container.Config.Tty {
		after[logs.Stdout] = next
	} else {
		(&frameScanner{}).scan(next, func(source logs.Source, text []byte) { after[source&1] = append(after[source&1], text...) })
	}
	filled := 0
	for source := range log {
		for _, entry := range (logs.Gap{Have: r.heard[source].tail, Read: r.heard[source].read, Next: after[source], Resumed: since}).Fill(log[source]) {
			r.pending = append(r.pending, r.framed(logs.Source(source), entry.Text)...)
			filled += len(entry.Text)
		}
	}
	r.task.warn(r.container.Name, "the engine was away; %d bytes that the container wrote meanwhile were read from the engine's own log", filled)
}

// bySource tells the two streams of an engine's own log apart.
func bySource(entries []dockerengine.Entry) (log [2][]logs.Dated) {
	for _, e := range entries {
		source := logs.Stdout
		if e.Stderr {
			source = logs.Stderr
		}
		log[source] = append(log[source], logs.Dated{At: e.At, Text: e.Text})
	}
	return log
}

// framed is text as it would have come over the attachment.
func (r *resumed) framed(source logs.Source, text []byte) []byte {
	if r.container.Config.Tty || len(text) == 0 {
		return text
	}
	head := binary.BigEndian.AppendUint32([]byte{byte(source) + 1, 0, 0, 0}, uint32(len(text)))
	return append(head, text...)
}
