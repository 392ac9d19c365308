package logs

import (
	"errors"
	"fmt"
	"io"
	"sync"
	"time"
)

// intake is output that was read and not used yet. Readers fill it as fast as output comes: an engine waits only two seconds for
// an attached reader when a container exits, and discards the rest.
type intake struct {
	limit int64
	ready chan struct{} // has room for one: there is something to take

	mu      sync.Mutex
	room    sync.Cond
	chunks  []chunk
	free    [][]byte // blocks whose output has been used
	size    int64
	taken   time.Time // when there was a take last
	readers int
	stopped bool
	err     error
}

// chunk is output of one stream, in the order it was read.
type chunk struct {
	source Source
	data   []byte
	at     time.Time
	// spent is the block that data lies in, where it is the last that does.
	spent []byte
}

const (
	// blockSize is how much is read at once at most; minRead is what has to be left of a block to read into it again.
	blockSize = 64 << 10
	minRead   = 8 << 10
	// While output is being taken no more than ahead waits in memory; when nothing was taken for patience, as much as limit.
	ahead    = 4 << 20
	patience = 500 * time.Millisecond
)

func newIntake(limit int64, readers int) *intake {
	in := &intake{limit: limit, ready: make(chan struct{}, 1), taken: time.Now(), readers: readers}
	in.room.L = &in.mu
	if readers == 0 {
		in.signal()
	}
	return in
}

// put adds chunks, waiting while there is no room; false says that nobody takes them any more.
func (in *intake) put(chunks ...chunk) bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	for in.full() && !in.stopped {
		wake := time.AfterFunc(patience, in.wake)
		in.room.Wait()
		wake.Stop()
	}
	if in.stopped {
		return false
	}
	for _, c := range chunks {
		in.chunks = append(in.chunks, c)
		in.size += int64(len(c.data))
	}
	in.signal()
	return true
}

func (in *intake) wake() {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.room.Broadcast()
}

// full tells whether readers have to wait.
func (in *intake) full() bool {
	return in.size >= in.limit || in.size >= ahead && time.Since(in.taken) < patience
}

func (in *intake) signal() {
	select {
	case in.ready <- struct{}{}:
	default:
	}
}

// take returns everything that was put; more is false once no reader is left. What was taken before has been used: its memory is read into
// again, since a fast container would otherwise keep the garbage collector busy.
func (in *intake) take(used []chunk) (chunks []chunk, more bool) {
	in.mu.Lock()
	defer in.mu.Unlock()
	for _, c := range used {
		if c.spent != nil && len(in.free) < ahead/blockSize {
			in.free = append(in.free, c.spent)
		}
	}
	clear(used)
	chunks, in.chunks = in.chunks, used[:0]
	in.size, in.taken = 0, time.Now()
	in.room.Broadcast()
	return chunks, in.readers > 0 && !in.stopped
}

// end counts a reader out.
func (in *intake) end(err error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.readers--
	in.err = errors.Join(in.err, err)
	in.signal()
}

// failure is why a reader did not reach the end.
func (in *intake) failure() error {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.err
}

// stop makes readers end at their next read.
func (in *intake) stop() {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.stopped = true
	in.room.Broadcast()
	in.signal()
}

// block is memory to read into.
func (in *intake) block() []byte {
	in.mu.Lock()
	defer in.mu.Unlock()
	if n := len(in.free); n > 0 {
		block := in.free[n-1]
		in.free = in.free[:n-1]
		return block
	}
	return make([]byte, blockSize)
}

// read fills the intake from one stream until its end.
func (in *intake) read(source Source, r io.Reader) {
	in.end(in.each(r, func(c chunk) (bool, error) {
		c.source = source
		return in.put(c), nil
	}))
}

// readFrames fills the intake from an attached stream of the engine, in which both streams come in frames.
func (in *intake) readFrames(r io.Reader) {
	var frames frameReader
	in.end(in.each(r, func(c chunk) (bool, error) {
		chunks, err := frames.split(c.data, c.at)
		if c.spent != nil {
			chunks = append(chunks, chunk{spent: c.spent})
		}
		return in.put(chunks...), err
	}))
}

// each reads r and calls use with what it got. A read error other than the end is returned.
func (in *intake) each(r io.Reader, use func(chunk) (bool, error)) error {
	var whole, block []byte
	for {
		if len(block) < minRead {
			whole = in.block()
			block = whole
		}
		n, err := r.Read(block)
		if n > 0 {
			c := chunk{data: block[:n:n], at: time.Now()}
			if block = block[n:]; len(block) < minRead {
				c.spent = whole
			}
			if ok, failed := use(c); failed != nil || !ok {
				return failed
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read container output: %w", err)
		}
	}
}
