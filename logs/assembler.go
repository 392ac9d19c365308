package logs

import (
	"bytes"
	"regexp"
	"time"
)

// Assembler makes log events of a container's output as the engine's awslogs driver does. It is driven by calls alone, so that the
// same calls give the same events. The zero value makes an event of each line.
//
// Two stages, as in the engine: output is cut into lines of at most MaxEventBytes (daemon/logger/copier.go), and lines are joined
// to events and split again by their size in UTF-8 (daemon/logger/awslogs). Empty lines are dropped, a carriage return stays.
type Assembler struct {
	// Pattern starts a new event; nil where each line is one. Events of several lines end in a line end.
	Pattern *regexp.Regexp
	// FlushInterval is how old an event of several lines may be at a Tick, 5 seconds where it is 0.
	FlushInterval time.Duration
	// Line, where it is set, is called with each line as it is cut, empty ones too; the text is only lent. more says that the
	// line goes on. Where Line returns false the line is dropped.
	Line func(source Source, text []byte, at time.Time, more bool) bool
	// Counts are of everything so far.
	Counts Counts

	cut    [2]cutter
	joined joiner
	events []Event
	arena  []byte
	given  bool
}

// cutter is the line of one stream that is not complete yet.
type cutter struct {
	text []byte
	// partial says that parts of this line were cut off already, at time since; json that it looks like JSON.
	partial, json bool
	since         time.Time
	// parts counts the events that parts of this line became.
	parts int
}

// joiner is the event of several lines that is not complete yet.
type joiner struct {
	text   []byte
	size   int // effective
	at     int64
	source Source
}

// Write takes output that was read at a time. It does not keep b, but events made of it are in its memory: b must not change before
// the events have been taken and used.
func (a *Assembler) Write(source Source, b []byte, now time.Time) {
	a.reset()
	c := &a.cut[source&1]
	for len(b) > 0 {
		room := MaxEventBytes - len(c.text)
		end := bytes.IndexByte(b[:min(len(b), room)], '\n')
		switch {
		case end >= 0:
			a.line(source, c, a.complete(c, b[:end]), now, false)
			b = b[end+1:]
		case len(b) >= room:
			a.line(source, c, a.complete(c, b[:room]), now, true)
			b = b[room:]
		default:
			c.text = append(c.text, b...)
			return
		}
	}
}

// complete puts the rest of a line to what there is of it.
func (a *Assembler) complete(c *cutter, rest []byte) []byte {
	if len(c.text) == 0 {
		return rest
	}
	start := len(a.arena)
	a.arena = append(append(a.arena, c.text...), rest...)
	c.text = c.text[:0]
	return a.arena[start:len(a.arena):len(a.arena)]
}

// line hands a line, or a part of one, on. All parts of a line carry the time of the first.
func (a *Assembler) line(source Source, c *cutter, text []byte, now time.Time, more bool) {
	whole := !c.partial && !more
	if c.partial {
		now = c.since
	}
	if !whole {
		a.Counts.part(c, text)
	}
	if c.partial, c.since = more, now; !more {
		a.Counts.Lines++
		c.parts = 0
	}
	if a.Line != nil && !a.Line(source, text, now, more) {
		return
	}
	switch {
	case a.Pattern != nil:
		a.join(source, text, now.UnixMilli())
	case len(text) > 0:
		a.emit(source, text, now.UnixMilli())
	case whole:
		a.Counts.Empty++
	}
}

// join adds a line to the event at hand, which the pattern, or the limit of size, ends first. A line as long as the limit gets no
// line end.
func (a *Assembler) join(source Source, text []byte, now int64) {
	j := &a.joined
	if j.at == 0 {
		j.at = now
	}
	size := EffectiveSize(text)
	matches := a.Pattern.Match(text)
	a.Counts.pattern(matches)
	if matches || j.size+size > MaxEventBytes {
		a.flush()
		j.at = now
	}
	if len(j.text) == 0 {
		j.source = source
	}
	j.text = append(j.text, text...)
	j.size += size
	if size < MaxEventBytes {
		j.text = append(j.text, '\n')
		j.size++
	}
}

// flush ends the event of several lines.
func (a *Assembler) flush() {
	j := &a.joined
	if len(j.text) == 0 {
		return
	}
	start := len(a.arena)
	a.arena = append(a.arena, j.text...)
	a.emit(j.source, a.arena[start:len(a.arena):len(a.arena)], j.at)
	j.text, j.size = j.text[:0], 0
}

// emit makes events of a text, more than one where it is too long.
func (a *Assembler) emit(source Source, text []byte, at int64) {
	message, valid := Sendable(text)
	if !valid {
		a.Counts.Invalid++
	}
	for len(message) > 0 {
		end := splitSize(message, MaxEventBytes)
		a.events = append(a.events, Event{Timestamp: at, Message: message[:end], Source: source})
		a.Counts.event(a.events[len(a.events)-1])
		message = message[end:]
	}
}

// Tick tells the time: an event of several lines that waits for longer than the flush interval is complete, and so is one that is
// newer than now. As in the engine, lines that come later and do not match keep its time (moby#41545).
func (a *Assembler) Tick(now time.Time) {
	a.reset()
	interval := a.FlushInterval
	if interval <= 0 {
		interval = defaultFlushInterval
	}
	if age := now.UnixMilli() - a.joined.at; len(a.joined.text) > 0 && (age >= interval.Milliseconds() || age < 0) {
		a.flush()
	}
}

// Close ends the output: a last line without line end counts.
func (a *Assembler) Close(now time.Time) {
	a.reset()
	for source := range a.cut {
		if c := &a.cut[source]; len(c.text) > 0 {
			a.line(Source(source), c, a.complete(c, nil), now, false)
		} else if c.partial { // it ended where it was cut
			a.Counts.Lines++
			c.partial = false
		}
	}
	a.flush()
}

// Take returns the events made since the last Take. They and their memory are the caller's until the next call of Write, Tick or Close.
func (a *Assembler) Take() []Event {
	if a.given {
		return nil
	}
	a.given = true
	return a.events
}

// reset forgets what was taken.
func (a *Assembler) reset() {
	if a.given {
		a.events, a.arena, a.given = a.events[:0], a.arena[:0], false
	}
	if cap(a.arena) > maxArena && len(a.arena) == 0 {
		a.arena = nil
	}
}

// maxArena is the largest arena that is kept.
const maxArena = 1 << 20
