package secrets

import (
	"io"
	"slices"
	"sync"
	"sync/atomic"
)

// Redactor hides secret values in texts that others wrote, such as error messages of the Docker engine: every occurrence of a
// value, or of one of its usual encodings, becomes [Redacted]. Occurrences that touch or overlap become one.
//
// Values shorter than 4 bytes are not looked for: they are in half of all texts, and hiding them there would tell them.
// A text must be redacted before it is cut, because the beginning of a value is not recognized.
//
// A Redactor may be used by several goroutines, and values may be added at any time. The zero Redactor knows none and
// costs nothing.
type Redactor struct {
	current atomic.Pointer[automaton]
}

// NewRedactor makes a Redactor of the values.
func NewRedactor(values ...Value) *Redactor {
	r := new(Redactor)
	r.Add(values...)
	return r
}

// Add makes the Redactor hide further values from now on.
func (r *Redactor) Add(values ...Value) {
	for {
		old := r.current.Load()
		var patterns []string
		if old != nil {
			patterns = old.patterns
		}
		known := len(patterns)
		patterns = slices.Clone(patterns)
		for _, value := range values {
			patterns = append(patterns, forms(value.Reveal())...)
		}
		slices.Sort(patterns)
		patterns = slices.Compact(patterns)
		if len(patterns) == known || r.current.CompareAndSwap(old, newAutomaton(patterns)) {
			return
		}
	}
}

// String gives the text without the values.
func (r *Redactor) String(text string) string {
	a := r.current.Load()
	if a == nil {
		return text
	}
	scan := scanner{automaton: a}
	out := scan.finish(scan.feed(nil, []byte(text)))
	return string(out)
}

// Writer returns a writer that passes texts on without the values, however they are cut into writes. It holds back what
// may be the beginning of a value: Close writes the rest. It does not close w.
func (r *Redactor) Writer(w io.Writer) io.WriteCloser { return &redactingWriter{redactor: r, w: w} }

type redactingWriter struct {
	redactor *Redactor
	w        io.Writer
	mu       sync.Mutex // guards scan and out
	scan     scanner
	out      []byte
}

// Write takes p as a whole, also where the error of the writer below tells that it did not take all.
func (w *redactingWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	a := w.redactor.current.Load()
	if a == nil {
		return w.w.Write(p)
	}
	w.out = w.scan.use(a, w.out[:0])
	w.out = w.scan.feed(w.out, p)
	return len(p), w.flush()
}

// Close writes what was held back.
func (w *redactingWriter) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.out = w.scan.finish(w.out[:0])
	return w.flush()
}

func (w *redactingWriter) flush() error {
	if len(w.out) == 0 {
		return nil
	}
	_, err := w.w.Write(w.out)
	return err
}

// scanner redacts a text that comes in pieces.
type scanner struct {
	automaton *automaton
	state     int32
	// held is the end of the text so far that is not written yet, and hidden are the parts of it that will not be.
	held   []byte
	hidden []span
	// inside says that the last byte before held was hidden.
	inside bool
}

// span is a part of held, from start up to end.
type span struct{ start, end int }

// use changes the automaton. The bytes held are looked through again, for the values that are new.
func (s *scanner) use(a *automaton, out []byte) []byte {
	if s.automaton == a {
		return out
	}
	held := s.held
	s.automaton, s.state, s.held = a, 0, nil
	return s.feed(out, held)
}

// feed appends to out what can be written once p is read.
func (s *scanner) feed(out, p []byte) []byte {
	from := len(s.held)
	s.held = append(s.held, p...)
	a := s.automaton
	for i := from; i < len(s.held); i++ {
		s.state = a.step(s.state, s.held[i])
		if match := int(a.nodes[s.state].match); match > 0 {
			s.hide(span{i + 1 - match, i + 1})
		}
	}
	for s.state != 0 && a.nodes[s.state].child == 0 { // a whole pattern that begins no longer one: nothing to wait for
		s.state = a.nodes[s.state].fail
	}
	// Whatever is found from here on starts with the prefix that the text now ends with, or after it.
	return s.emit(out, len(s.held)-int(a.nodes[s.state].depth))
}

// hide adds a part that ends at the last byte read, and joins it with those that it touches.
func (s *scanner) hide(part span) {
	for len(s.hidden) > 0 {
		last := s.hidden[len(s.hidden)-1]
		if last.end < part.start {
			break
		}
		part.start = min(part.start, last.start)
		s.hidden = s.hidden[:len(s.hidden)-1]
	}
	s.hidden = append(s.hidden, part)
}

// emit writes the first n bytes held.
func (s *scanner) emit(out []byte, n int) []byte {
	pos, rest := 0, s.hidden[:0]
	for _, part := range s.hidden {
		if part.start < n {
			if part.start > pos {
				s.inside = false
			}
			out = append(out, s.held[pos:max(part.start, pos)]...)
			if !s.inside {
				out = append(out, Redacted...)
			}
			s.inside, pos = true, min(part.end, n)
		}
		if part.end > n {
			rest = append(rest, span{max(part.start-n, 0), part.end - n})
		}
	}
	if pos < n {
		s.inside = false
		out = append(out, s.held[pos:n]...)
	}
	s.hidden = rest
	s.held = append(s.held[:0], s.held[n:]...)
	return out
}

// finish writes all that is held and starts anew.
func (s *scanner) finish(out []byte) []byte {
	out = s.emit(out, len(s.held))
	s.state, s.inside = 0, false
	return out
}
