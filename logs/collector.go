package logs

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"
)

// Sink keeps events, such as a writer of package logs/store. It returns once they can be read.
type Sink interface {
	Append(events []Event) error
}

// Line is one line of output as the container wrote it, or a part of a line longer than an event may be.
type Line struct {
	Source Source
	// Text has no line end.
	Text []byte
	At   time.Time
	// More says that the line goes on.
	More bool
}

// Output is what a container writes. Either Frames is set, or Stdout and where there is no TTY Stderr.
type Output struct {
	// Frames is an attached stream of the engine, without TTY.
	Frames io.Reader
	// Stdout is also all output of a container with a TTY.
	Stdout, Stderr io.Reader
}

// Collection says what to do with the output of a container.
type Collection struct {
	Options Options
	// Sink keeps the events. Where it fails, the events are counted as lost and the container goes on.
	Sink Sink
	// Screen, where it is set, gets the lines after the Sink has their events. Their text is only lent.
	Screen func([]Line)
	// Fault is a simulated disturbance: in blocking mode the container has to wait, in non-blocking mode lines are dropped, and in an
	// outage nothing reaches the Sink.
	Fault Fault
	// Limit is how much output may wait in memory when Sink and Screen stand still, 64 MB where it is 0; as long as they only are
	// slower than the container it is 4 MB. Beyond it the container has to wait when it writes.
	Limit int64
}

const (
	defaultLimit = 64 << 20
	// batchBytes of output are handed to the Sink at once; batchWait is how long a smaller batch may wait for more.
	batchBytes = 256 << 10
	batchWait  = 2 * time.Millisecond
)

// Collector reads the output of one container until its end.
type Collector struct {
	Collection
	intake    *intake
	assembler Assembler
	ring      *Ring
	lines     []Line
	bytes     int
	stop      chan struct{}
	stopOnce  sync.Once
	done      chan struct{}
}

// Collect starts to read. The readers end with the container, or when Wait gives up; those that are io.Closers are closed then.
func Collect(c Collection, out Output) *Collector {
	limit := c.Limit
	switch {
	case c.Fault.Any() && c.Options.Mode == Blocking:
		limit = blockSize // else memory would take what the application should wait with
	case limit <= 0:
		limit = defaultLimit
	}
	readers := make([]io.Reader, 0, 2)
	for _, r := range []io.Reader{out.Frames, out.Stdout, out.Stderr} {
		if r != nil {
			readers = append(readers, r)
		}
	}
	collector := &Collector{Collection: c, intake: newIntake(limit, len(readers)), stop: make(chan struct{}), done: make(chan struct{}),
		assembler: Assembler{Pattern: c.Options.Pattern, FlushInterval: c.Options.FlushInterval}}
	if c.Fault.Any() || c.Options.Mode == NonBlocking {
		collector.ring = NewRing(c.Options, c.Fault, time.Now())
	}
	if collector.ring != nil || c.Screen != nil {
		collector.assembler.Line = collector.line
	}
	if out.Frames != nil {
		go collector.intake.readFrames(out.Frames)
	}
	if out.Stdout != nil {
		go collector.intake.read(Stdout, out.Stdout)
	}
	if out.Stderr != nil {
		go collector.intake.read(Stderr, out.Stderr)
	}
	go collector.run(readers)
	return collector
}

// Wait returns once all output is stored and shown. When ctx ends first, what was read is stored and the rest is given up. The error
// says why output could not be read to its end.
func (c *Collector) Wait(ctx context.Context) (Counts, error) {
	select {
	case <-c.done:
	case <-ctx.Done():
		c.Release()
		c.intake.stop()
		<-c.done
	}
	err := c.intake.failure()
	if ctx.Err() != nil {
		err = errors.Join(err, context.Cause(ctx))
	}
	return c.assembler.Counts, err
}

// Release ends the waits of a simulated fault: what finds no room from now on is dropped, as the engine drops what is left when a
// container has ended.
func (c *Collector) Release() { c.stopOnce.Do(func() { close(c.stop) }) }

// run assembles and stores until the end of the output. It alone owns the assembler.
func (c *Collector) run(readers []io.Reader) {
	defer close(c.done)
	var ticks <-chan time.Time
	if c.Options.Pattern != nil {
		ticker := time.NewTicker(max(c.Options.FlushInterval, time.Second))
		defer ticker.Stop()
		ticks = ticker.C
	}
	var chunks []chunk
	for more := true; more; {
		select {
		case <-c.intake.ready:
		case now := <-ticks:
			c.assembler.Tick(now)
			c.deliver()
			continue
		}
		chunks, more = c.intake.take(chunks)
		size := 0
		for _, chunk := range chunks {
			c.assembler.Write(chunk.source, chunk.data, chunk.at)
			size += len(chunk.data)
			if c.bytes += len(chunk.data); c.bytes >= batchBytes {
				c.deliver()
			}
		}
		c.deliver()
		if more && size < blockSize {
			time.Sleep(batchWait) // small writes cost as much as large ones
		}
	}
	for _, r := range readers {
		if closer, ok := r.(io.Closer); ok {
			closer.Close()
		}
	}
	c.assembler.Close(time.Now())
	c.deliver()
}

// deliver hands over what the assembler made.
func (c *Collector) deliver() {
	c.bytes = 0
	if events := c.assembler.Take(); len(events) > 0 {
		counts := &c.assembler.Counts
		if c.Fault.Outage {
			counts.Faulted += int64(len(events))
		} else if err := c.Sink.Append(events); err != nil {
			counts.Lost += int64(len(events))
			counts.LostError = err
		}
	}
	if len(c.lines) > 0 {
		c.Screen(c.lines)
		clear(c.lines)
		c.lines = c.lines[:0]
	}
}

// line sees each line before it becomes an event, as the engine's buffer does.
func (c *Collector) line(source Source, text []byte, at time.Time, more bool) bool {
	if c.Screen != nil {
		c.lines = append(c.lines, Line{source, text, at, more})
	}
	if c.ring == nil {
		return true
	}
	counts := &c.assembler.Counts
	if c.Options.Mode == Blocking {
		at = time.Now() // it may have waited in memory
	}
	for {
		wait, ok := c.ring.Offer(len(text), at)
		switch {
		case ok:
			return true
		case wait == 0: // no room, non-blocking
			counts.Dropped++
			return !c.Fault.Any()
		}
		began := time.Now()
		select {
		case <-c.stop:
			counts.Dropped++
			return false
		case <-time.After(min(wait, time.Hour)):
		}
		at = time.Now()
		counts.Blocked += at.Sub(began).Milliseconds()
	}
}
