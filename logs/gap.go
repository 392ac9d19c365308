package logs

import (
	"bytes"
	"time"
)

// Dated is an entry of an engine's own log: a line with its end, or a part of a long one, and when the engine had read it.
type Dated struct {
	At   time.Time
	Text []byte
}

// Gap is a break in the reading of one of a container's outputs.
type Gap struct {
	// Have is the end of what was read before, from the beginning of a line on; Read is when the last of it came, zero for never.
	Have []byte
	Read time.Time
	// Next is the beginning of what came after, and Resumed when that was begun to be read, or zero where nothing will come.
	Next    []byte
	Resumed time.Time
}

// stampLag is how much later than we an engine may have read a line: its log is written beside what it passes on to us.
const stampLag = 200 * time.Millisecond

// Fill finds what is missing in the gap in the engine's own log, which overlaps both sides. Times are the engine's. Equal lines
// that follow each other at once cannot be told apart.
func (g Gap) Fill(log []Dated) []Dated {
	text, ends := []byte(nil), make([]int, len(log))
	for i, entry := range log {
		text = append(text, entry.Text...)
		ends[i] = len(text)
	}
	start := g.start(log, text, ends)
	end := g.end(log, text, ends, start)
	var missing []Dated
	for i, entry := range log {
		from, to := max(start, ends[i]-len(entry.Text)), min(end, ends[i])
		if from < to {
			missing = append(missing, Dated{entry.At, text[from:to]})
		}
	}
	return missing
}

// start is where in the log what was read before ends.
func (g Gap) start(log []Dated, text []byte, ends []int) int {
	have, _ := Sendable(g.Have) // the engine's log has no other bytes
	lines := have[:bytes.LastIndexByte(have, '\n')+1]
	partial := have[len(lines):]
	at, found := 0, g.Read.IsZero()
	known := 0 // what is not newer than the last that was read
	for i, entry := range log {
		if entry.At.After(g.Read.Add(stampLag)) {
			break
		}
		if !entry.At.After(g.Read) {
			known = ends[i]
		}
		if len(lines) > 0 && (endsInLines(lines, text[:ends[i]]) || endsInLines(text[:ends[i]], lines)) {
			at, found = ends[i], true
		}
	}
	if !found {
		at = known
	}
	if bytes.HasPrefix(text[at:], partial) {
		at += len(partial)
	}
	return at
}

// endsInLines says whether a text ends in these whole lines.
func endsInLines(text, lines []byte) bool {
	before := len(text) - len(lines)
	return bytes.HasSuffix(text, lines) && (before == 0 || text[before-1] == '\n')
}

// end is where in the log what came after begins. It may begin within a line that the engine was just reading.
func (g Gap) end(log []Dated, text []byte, ends []int, start int) int {
	if g.Resumed.IsZero() || len(g.Next) == 0 {
		return len(text)
	}
	next, _ := Sendable(g.Next)
	earliest := start
	for i, entry := range log {
		if !entry.At.Before(g.Resumed) {
			break
		}
		earliest = max(earliest, ends[i])
	}
	for at := earliest; at <= len(text); at++ {
		if rest := text[at:]; bytes.HasPrefix(next, rest) || bytes.HasPrefix(rest, next) {
			return at
		}
	}
	return earliest
}
