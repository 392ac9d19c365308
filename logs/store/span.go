package store

import (
	"bytes"
	"fmt"
	"sort"
	"strings"

	"github.com/ecslocal/ecslocal/logs"
)

// A span is what a reader fetches at once: the text of some entries that follow each other.
const (
	spanBytes   = 256 << 10
	spanEntries = 128
)

// span is a run of entries [from, to) of a part and the offset where its text ends.
type span struct {
	from, to int64
	entries  []entry
	end      int64
}

// spanAt is the span that starts at an entry.
func (p *part) spanAt(from int64) (span, error) {
	to := min(from+spanEntries+1, p.state.entries)
	entries, err := readEntries(p.idx, from, to)
	if err != nil {
		return span{}, err
	}
	for i := 1; i < len(entries); i++ {
		if i == spanEntries || entries[i].offset-entries[0].offset >= spanBytes {
			return span{from, from + int64(i), entries[:i], entries[i].offset}, nil
		}
	}
	return span{from, to, entries, p.state.size}, nil
}

// spanBefore is the span that ends before an entry.
func (p *part) spanBefore(to int64) (span, error) {
	end := p.state.size
	from := max(0, to-spanEntries)
	entries, err := readEntries(p.idx, from, min(to+1, p.state.entries))
	if err != nil {
		return span{}, err
	}
	if to < p.state.entries {
		end = entries[len(entries)-1].offset
		entries = entries[:len(entries)-1]
	}
	for len(entries) > 1 && end-entries[0].offset > spanBytes {
		entries = entries[1:]
		from++
	}
	return span{from, to, entries, end}, nil
}

// search is the last entry for which below holds, 0 where there is none. below holds for some first entries and no others.
func (p *part) search(below func(entry) bool) (int64, error) {
	var failed error
	n := sort.Search(int(p.state.entries), func(i int) bool {
		entries, err := readEntries(p.idx, int64(i), int64(i)+1)
		if err != nil {
			failed = err
			return true
		}
		return !below(entries[0])
	})
	return max(0, int64(n)-1), failed
}

// read parses the events of a span. Of a search for a literal it leaves out the events without it, and hardly looks at them.
func (p *part) read(s span, buffer []byte, literal string, events []logs.StoredEvent) ([]logs.StoredEvent, []byte, error) {
	start := s.entries[0].offset
	size := int(s.end - start)
	if cap(buffer) < size {
		buffer = make([]byte, max(size, spanBytes))
	}
	buffer = buffer[:size]
	if _, err := p.log.ReadAt(buffer, start); err != nil {
		return events, buffer, fmt.Errorf("read %s: %w", p.log.Name(), err)
	}
	if literal != "" && !bytes.Contains(buffer, []byte(literal)) {
		return events, buffer, nil
	}
	text := string(buffer)
	parse := parser{last: s.entries[0].time}
	ordinal, at := s.entries[0].ordinal, 0
	for rest := text; rest != ""; ordinal++ {
		for at+1 < len(s.entries) && s.entries[at+1].ordinal <= ordinal {
			at++
		}
		if literal != "" {
			raw, after := cutEvent(rest)
			if !strings.Contains(raw, literal) {
				rest = after
				continue
			}
		}
		var event logs.StoredEvent
		event, rest = parse.next(rest)
		event.Ordinal, event.StreamID, event.Stream = p.head.first+ordinal, p.head.id, p.head.stream
		event.Ingestion = s.entries[at].ingested
		if event.Ingestion == 0 {
			event.Ingestion = event.Timestamp
		}
		if literal != "" {
			event.Message = strings.Clone(event.Message) // else it would keep the whole span in memory
		}
		events = append(events, event)
	}
	return events, buffer, nil
}
