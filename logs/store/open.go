package store

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

const (
	dirMode  = 0o700
	fileMode = 0o600
)

// openLane opens a part for appending, makes it where it is not there, and repairs what a killed writer left. The caller holds the
// stream's lock.
func openLane(p place, part, stream string) (*lane, error) {
	if part != late {
		if err := finishRotation(p); err != nil {
			return nil, err
		}
	}
	l := &lane{place: p, part: part}
	var err error
	if l.log, err = os.OpenFile(p.text(part), os.O_RDWR|os.O_CREATE, fileMode); err != nil {
		return nil, fmt.Errorf("open log stream: %w", err)
	}
	if err := l.openIndex(stream); err != nil {
		l.log.Close()
		return nil, fmt.Errorf("open log stream: %w", err)
	}
	if err := l.repair(); err != nil {
		l.close(false)
		return nil, fmt.Errorf("repair log stream: %w", err)
	}
	return l, nil
}

// openIndex reads the index, or makes a new one where there is none that can be read.
func (l *lane) openIndex(stream string) (err error) {
	name := l.place.index(l.part)
	l.idx, err = os.OpenFile(name, os.O_RDWR, fileMode)
	if err == nil {
		if l.head, l.state, err = readHead(l.idx); err == nil {
			if l.head.stream != stream {
				err = fmt.Errorf("%s belongs to stream %q, not to %q", name, l.head.stream, stream)
				return errors.Join(err, l.idx.Close())
			}
			l.state.closed = 0
			return nil
		}
		l.idx.Close()
	}
	if !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, errNoIndex) {
		return err
	}
	if l.head, l.state, err = firstState(l.place, l.part, stream); err != nil {
		return err
	}
	l.rebuilt = true
	l.idx, err = createIndex(name, l.head, l.state)
	return err
}

// firstState is how a part begins: where the older ones end.
func firstState(p place, part, stream string) (head, state, error) {
	h := head{stream: stream, id: rand.Uint64(), created: time.Now().UnixMilli()}
	if part == late {
		live, _, err := readIndex(p.index(""))
		h.id, h.created = live.id, live.created
		return h, state{}, err
	}
	n, err := newest(p)
	if err != nil || n == 0 {
		return h, state{}, err
	}
	last, s, err := readIndex(p.index(older(n)))
	if err != nil {
		return h, state{}, err
	}
	h.id, h.created = last.id, last.created
	h.part, h.first = n, last.first+s.events
	return h, s.next(), nil
}

// readIndex reads the head and the state of the index with that name.
func readIndex(name string) (head, state, error) {
	f, err := os.Open(name)
	if err != nil {
		return head{}, state{}, err
	}
	defer f.Close()
	return readHead(f)
}

// next is the state with which the part after this one begins.
func (s state) next() state {
	s.size, s.events, s.entries, s.closed = 0, 0, 0, 0
	return s
}

// createIndex makes an index file that is never seen half written.
func createIndex(name string, h head, s state) (*os.File, error) {
	f, err := os.CreateTemp(filepath.Dir(name), ".new-*")
	if err != nil {
		return nil, err
	}
	b := h.bytes()
	s.append(b[:stateAt])
	if _, err := f.WriteAt(b, 0); err != nil {
		return nil, errors.Join(err, f.Close(), os.Remove(f.Name()))
	}
	if err := os.Rename(f.Name(), name); err != nil {
		return nil, errors.Join(err, f.Close(), os.Remove(f.Name()))
	}
	return f, nil
}

// newest is the number of the newest older part, 0 where there is none.
func newest(p place) (int64, error) {
	files, err := os.ReadDir(p.dir)
	if err != nil {
		return 0, err
	}
	var n int64
	for _, file := range files {
		number, found := strings.CutPrefix(file.Name(), "."+p.base+",")
		if number, ok := strings.CutSuffix(number, ".idx"); found && ok {
			if i, err := strconv.ParseInt(number, 10, 64); err == nil {
				n = max(n, i)
			}
		}
	}
	return n, nil
}

// repair brings the index up to the text: events behind the last state are added, and an event cut off in the middle is removed.
func (l *lane) repair() error {
	info, err := l.log.Stat()
	if err != nil {
		return err
	}
	if info.Size() < l.state.size { // the disk lost what the index still knows
		before := state{}
		if l.part != late {
			if _, before, err = firstState(l.place, l.part, l.head.stream); err != nil {
				return err
			}
		}
		l.state = before
	}
	if l.state.entries > 0 {
		last, err := readEntries(l.idx, l.state.entries-1, l.state.entries)
		if err != nil {
			return err
		}
		l.mark = last[0]
	}
	if info.Size() == l.state.size {
		return nil
	}
	return l.adopt(info.Size())
}

// adopt reads the text from the last state to its end and accounts for what it finds. The last event there may have lost lines, and
// no Append has returned for it, so it goes; where the index was lost it stays.
func (l *lane) adopt(size int64) error {
	next, mark := l.state, l.mark
	text := parser{last: next.lastTime}
	var last string
	note := func() {
		if last != "" {
			event, _ := text.next(last)
			l.note(&next, &mark, event.Timestamp, 0, len(last), len(event.Message))
		}
	}
	err := eachEvent(io.NewSectionReader(l.log, next.size, size-next.size), func(raw string) {
		note()
		last = raw
	})
	if err != nil {
		return err
	}
	if l.rebuilt {
		note()
	}
	if err := l.log.Truncate(next.size); err != nil {
		return err
	}
	return l.commit(next, mark)
}

// eachEvent calls found with the text of each whole event, line end included. What follows the last line end is no event.
func eachEvent(r io.Reader, found func(raw string)) error {
	buffer := make([]byte, 0, 1<<20)
	for {
		if len(buffer) == cap(buffer) {
			buffer = append(buffer, make([]byte, cap(buffer))...)[:len(buffer)]
		}
		n, err := r.Read(buffer[len(buffer):cap(buffer)])
		buffer = buffer[:len(buffer)+n]
		if err != nil && err != io.EOF {
			return err
		}
		text := string(buffer[:bytes.LastIndexByte(buffer, '\n')+1])
		used := 0
		for rest := text; rest != ""; {
			raw, after := cutEvent(rest)
			if after == "" && err == nil { // it may go on in what is not read yet
				break
			}
			found(rest[:len(raw)+1])
			used += len(raw) + 1
			rest = after
		}
		buffer = buffer[:copy(buffer, buffer[used:])]
		if err == io.EOF {
			return nil
		}
	}
}
