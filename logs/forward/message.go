package forward

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// entry is one event of a message.
type entry struct {
	tag    string
	at     time.Time
	record pairs
}

// message is one message of the protocol: some entries, or a stream of them that is still packed.
type message struct {
	tag     string
	entries []entry
	packed  []byte
	// compressed is how, empty for not.
	compressed string
	// chunk is what the peer wants to have acknowledged, empty for nothing.
	chunk string
}

// pingFields is how many members a client's half of the authentication has: PING, host name, salt, digest, user, password.
const pingFields = 6

// readMessage reads the next message. io.EOF says that the peer is done.
func readMessage(r *bufio.Reader, limit int64) (message, error) {
	d := decoder{r: r, left: limit}
	value, err := d.value(0)
	if err != nil {
		return message{}, err
	}
	if value == nil { // the protocol keeps it for heartbeats
		return message{}, nil
	}
	fields, ok := value.([]any)
	if !ok || len(fields) < 2 {
		return message{}, errors.New("message is not [tag, entries, …]")
	}
	m := message{tag: textOf(fields[0])}
	if m.tag == "PING" && len(fields) == pingFields {
		return m, errors.New("the peer wants to prove that it has a shared key; take the key out of its configuration, there is no authentication here")
	}
	switch carried := fields[1].(type) {
	case []any: // Forward
		for _, v := range carried {
			e, err := readEntry(m.tag, v)
			if err != nil {
				return m, err
			}
			m.entries = append(m.entries, e)
		}
		m.option(fields, 2)
	case []byte: // PackedForward
		m.packed = carried
		m.option(fields, 2)
	case string: // an older form of it
		m.packed = []byte(carried)
		m.option(fields, 2)
	default: // Message
		if len(fields) < 3 {
			return m, errors.New("message is not [tag, time, record, …]")
		}
		e, err := readEntry(m.tag, []any{fields[1], fields[2]})
		if err != nil {
			return m, err
		}
		m.entries = []entry{e}
		m.option(fields, 3)
	}
	return m, nil
}

// option reads what follows the entries.
func (m *message) option(fields []any, at int) {
	if len(fields) <= at {
		return
	}
	options, _ := fields[at].(pairs)
	for _, p := range options {
		switch textOf(p.key) {
		case "chunk":
			m.chunk = textOf(p.value)
		case "compressed":
			m.compressed = textOf(p.value)
		}
	}
}

// each calls use with the entries, some at a time.
func (m *message) each(use func([]entry) error) error {
	if m.packed == nil {
		return use(m.entries)
	}
	var r io.Reader = bytes.NewReader(m.packed)
	switch m.compressed {
	case "", "text":
	case "gzip":
		unzipped, err := gzip.NewReader(r)
		if err != nil {
			return fmt.Errorf("unzip: %w", err)
		}
		r = &bounded{unzipped, maxUnpacked}
	default:
		return fmt.Errorf("entries are compressed with %.40q; gzip is the only way that is known here", m.compressed)
	}
	buffered := bufio.NewReader(r)
	var entries []entry
	for {
		d := decoder{r: buffered, left: maxMessage}
		value, err := d.value(0)
		if errors.Is(err, io.EOF) {
			return use(entries)
		}
		if err != nil {
			return errors.Join(err, use(entries)) // what came whole counts
		}
		e, err := readEntry(m.tag, value)
		if err != nil {
			return errors.Join(err, use(entries))
		}
		if entries = append(entries, e); len(entries) == batchEntries {
			if err := use(entries); err != nil {
				return err
			}
			entries = entries[:0]
		}
	}
}

// bounded fails when there is more to read than may be. An end there would pass for that of the entries.
type bounded struct {
	io.Reader
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, errTooLarge
	}
	return n, err
}

// batchEntries is how many entries are handed on at once.
const batchEntries = 1000

// readEntry reads [time, record], or Fluent Bit's [[time, metadata], record].
func readEntry(tag string, value any) (entry, error) {
	fields, ok := value.([]any)
	if !ok || len(fields) < 2 {
		return entry{}, errors.New("entry is not [time, record]")
	}
	at, record := fields[0], fields[1]
	if nested, ok := at.([]any); ok && len(nested) > 0 {
		at = nested[0]
	}
	e := entry{tag: tag}
	if e.record, ok = record.(pairs); !ok {
		return e, errors.New("record is not a map")
	}
	switch at := at.(type) {
	case time.Time:
		e.at = at
	case int64:
		e.at = time.Unix(at, 0)
	case float64:
		e.at = time.UnixMilli(int64(at * 1000))
	default:
		return e, errors.New("time is not a time")
	}
	return e, nil
}

// textOf is a value as text; only text is any.
func textOf(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case []byte:
		return string(v)
	}
	return ""
}

// get is a member of a record as text.
func (p pairs) get(name string) string {
	for _, member := range p {
		if textOf(member.key) == name {
			return strings.Clone(textOf(member.value))
		}
	}
	return ""
}
