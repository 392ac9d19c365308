package logs

import "bytes"

// Counts say what became of a container's output.
type Counts struct {
	// Lines are complete lines of output and Empty those of them that were dropped because they were empty.
	Lines, Empty int64
	// Events and Bytes are what was made of them; Stderr is how many of the events came from stderr.
	Events, Bytes, Stderr int64
	// Split are lines longer than an event may be, SplitJSON those of them that looked like JSON.
	Split, SplitJSON int64
	// Invalid are events with bytes that are no UTF-8.
	Invalid int64
	// CarriageReturns are events that end in a carriage return.
	CarriageReturns int64
	// Mixed are events that came in the same millisecond as one of the other stream just before.
	Mixed int64
	// Matched and Unmatched are lines that did and did not match the multi-line pattern; FirstUnmatched says that the first did not.
	Matched, Unmatched int64
	FirstUnmatched     bool
	// Dropped are lines that the buffer of non-blocking mode would have had no room for.
	Dropped int64
	// Blocked is how long the application would have had to wait in blocking mode, in milliseconds.
	Blocked int64
	// Faulted are events that a simulated fault kept from being delivered.
	Faulted int64
	// Lost are events that could not be stored, LostError the last reason.
	Lost      int64
	LostError error

	last Event // without message
}

func (c *Counts) event(e Event) {
	c.Events++
	c.Bytes += int64(len(e.Message))
	if e.Source == Stderr {
		c.Stderr++
	}
	if e.Message[len(e.Message)-1] == '\r' {
		c.CarriageReturns++
	}
	if c.last.Source != e.Source && c.last.Timestamp == e.Timestamp {
		c.Mixed++
	}
	c.last.Source, c.last.Timestamp = e.Source, e.Timestamp
}

// part counts a line as split once the second part of it is there.
func (c *Counts) part(line *cutter, text []byte) {
	if len(text) == 0 {
		return
	}
	if line.parts++; line.parts == 1 {
		line.json = bytes.HasPrefix(bytes.TrimLeft(text, " \t"), []byte("{"))
	}
	if line.parts == 2 {
		c.Split++
		if line.json {
			c.SplitJSON++
		}
	}
}

func (c *Counts) pattern(matches bool) {
	if matches {
		c.Matched++
		return
	}
	c.FirstUnmatched = c.FirstUnmatched || c.Matched == 0
	c.Unmatched++
}
