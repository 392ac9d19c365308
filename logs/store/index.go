package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"time"
)

// The index of one part of a stream: a head that says which part of which stream this is, the state, which is written again after
// each append, and entries from headSize on, each the place of one event in the text.
const (
	indexMagic  = "ecslogi1"
	stateAt     = 16
	stateFields = 9
	stateSize   = stateFields*8 + 4
	identityAt  = 128
	headSize    = 4096
	entrySize   = 32
	// A new entry is made after so many bytes or events, so a reader that looks for one event parses no more.
	entryBytes  = 64 << 10
	entryEvents = 1000
)

// head says what an index belongs to. It never changes.
type head struct {
	stream  string
	id      uint64
	created int64
	// part counts the older parts; first is the ordinal of the first event of this one.
	part, first int64
}

// state is how much of a part is written. Readers look at nothing behind size.
type state struct {
	// size is the length of the text; events and entries are counts.
	size, events, entries int64
	// firstTime, lastTime and ingested are timestamps of the stream, this part and older ones.
	firstTime, lastTime, ingested int64
	// total counts the bytes of the stream as CloudWatch Logs does; totalEvents its events.
	total, totalEvents int64
	// closed is 1 once the part is an older one and grows no more.
	closed int64
}

// entry is the place of an event: its time, the offset of its text, its ordinal in the part, and when it and those up to the next
// entry were ingested; 0 means at their own time.
type entry struct{ time, offset, ordinal, ingested int64 }

var (
	errNoIndex = errors.New("not an index of this store")
	checksum   = crc32.MakeTable(crc32.Castagnoli)
)

func (h head) bytes() []byte {
	b := make([]byte, headSize)
	copy(b, indexMagic)
	at := b[identityAt:identityAt]
	for _, v := range []uint64{h.id, uint64(h.created), uint64(h.part), uint64(h.first), uint64(len(h.stream))} {
		at = binary.LittleEndian.AppendUint64(at, v)
	}
	copy(b[identityAt+40:], h.stream)
	return b
}

func parseHead(b []byte) (h head, err error) {
	field := func(i int) int64 { return int64(binary.LittleEndian.Uint64(b[identityAt+8*i:])) }
	if string(b[:len(indexMagic)]) != indexMagic {
		return h, errNoIndex
	}
	length := field(4)
	if length < 0 || length > headSize-identityAt-40 {
		return h, errNoIndex
	}
	return head{stream: string(b[identityAt+40:][:length]), id: uint64(field(0)), created: field(1), part: field(2), first: field(3)}, nil
}

// fields is the one place that knows the order of the fields in the file.
func (s *state) fields() [stateFields]*int64 {
	return [...]*int64{&s.size, &s.events, &s.entries, &s.firstTime, &s.lastTime, &s.ingested, &s.total, &s.totalEvents, &s.closed}
}

func (s state) append(b []byte) []byte {
	start := len(b)
	for _, f := range s.fields() {
		b = binary.LittleEndian.AppendUint64(b, uint64(*f))
	}
	return binary.LittleEndian.AppendUint32(b, crc32.Checksum(b[start:], checksum))
}

func parseState(b []byte) (s state, ok bool) {
	if crc32.Checksum(b[:stateSize-4], checksum) != binary.LittleEndian.Uint32(b[stateSize-4:]) {
		return s, false
	}
	for i, f := range s.fields() {
		*f = int64(binary.LittleEndian.Uint64(b[8*i:]))
	}
	return s, true
}

// readHead reads the head and the state of an index.
func readHead(f *os.File) (h head, s state, err error) {
	b := make([]byte, headSize)
	if _, err := f.ReadAt(b, 0); err != nil {
		return h, s, fmt.Errorf("read %s: %w", f.Name(), errors.Join(errNoIndex, err))
	}
	if h, err = parseHead(b); err != nil {
		return h, s, fmt.Errorf("read %s: %w", f.Name(), err)
	}
	s, err = readState(f)
	return h, s, err
}

// readState reads the state again. A reader may meet a writer half way through, so it looks more than once.
func readState(f *os.File) (state, error) {
	var b [stateSize]byte
	for try := range 20 {
		if _, err := f.ReadAt(b[:], stateAt); err != nil && !errors.Is(err, io.EOF) {
			return state{}, fmt.Errorf("read %s: %w", f.Name(), err)
		}
		if s, ok := parseState(b[:]); ok {
			return s, nil
		}
		time.Sleep(time.Duration(try) * 100 * time.Microsecond)
	}
	return state{}, fmt.Errorf("read %s: %w", f.Name(), errNoIndex)
}

func (e entry) append(b []byte) []byte {
	for _, v := range [...]int64{e.time, e.offset, e.ordinal, e.ingested} {
		b = binary.LittleEndian.AppendUint64(b, uint64(v))
	}
	return b
}

// readEntries reads entries [from, to).
func readEntries(f *os.File, from, to int64) ([]entry, error) {
	b := make([]byte, (to-from)*entrySize)
	if _, err := f.ReadAt(b, headSize+from*entrySize); err != nil {
		return nil, fmt.Errorf("read %s: %w", f.Name(), err)
	}
	entries := make([]entry, to-from)
	for i := range entries {
		field := func(n int) int64 { return int64(binary.LittleEndian.Uint64(b[i*entrySize+8*n:])) }
		entries[i] = entry{field(0), field(1), field(2), field(3)}
	}
	return entries, nil
}
