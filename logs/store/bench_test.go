package store

import (
	"fmt"
	"testing"

	"github.com/ecslocal/ecslocal/logs"
)

// burst is a batch as the collector hands over: 100-byte lines, a few in each millisecond.
func burst(n int) []logs.Event {
	events := make([]logs.Event, n)
	for i := range events {
		events[i] = logs.Event{Timestamp: 1_700_000_000_000 + int64(i)/700, Message: fmt.Appendf(nil, "%010d %088d", i, i)}
	}
	return events
}

const perBatch = 2600 // 256 KiB

// fill writes n lines of 99 bytes.
func fill(b *testing.B, s *Store, stream string, n int) {
	b.Helper()
	w, err := s.Writer("/ecs/web", stream)
	if err != nil {
		b.Fatal(err)
	}
	defer w.Close()
	events := burst(perBatch)
	for ; n > 0; n -= perBatch {
		for i := range events {
			events[i].Timestamp += 3
		}
		if err := w.Append(events[:min(n, perBatch)]); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkAppend stores lines, index included; one operation is a line.
func BenchmarkAppend(b *testing.B) {
	s := open(b, Options{})
	b.SetBytes(100)
	fill(b, s, "x", b.N)
}

// BenchmarkScan looks for a term that one line of 1 GB has; one operation is the scan of 1 GB.
func BenchmarkScan(b *testing.B) {
	const lines = 8_600_000 // of 125 bytes in the file
	s := open(b, Options{MaxBytes: 4 << 30})
	fill(b, s, "x", lines)
	b.SetBytes(lines * 125)
	for b.Loop() {
		for _, err := range s.Events("/ecs/web", logs.Query{Contains: []string{"needle"}}) {
			b.Fatal("found", err)
		}
	}
}

// BenchmarkRead reads and parses everything; one operation is 1,000,000 lines.
func BenchmarkRead(b *testing.B) {
	const lines = 1_000_000
	s := open(b, Options{})
	fill(b, s, "x", lines)
	b.SetBytes(lines * 125)
	for b.Loop() {
		n := 0
		for _, err := range s.Events("/ecs/web", logs.Query{}) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		if n != lines {
			b.Fatal(n)
		}
	}
}

// BenchmarkLastPage reads the newest 1000 events of 10,000,000.
func BenchmarkLastPage(b *testing.B) {
	s := open(b, Options{MaxBytes: 4 << 30})
	fill(b, s, "x", 10_000_000)
	for b.Loop() {
		n := 0
		for _, err := range s.Events("/ecs/web", logs.Query{Streams: []string{"x"}, Reverse: true}) {
			if err != nil {
				b.Fatal(err)
			}
			if n++; n == 1000 {
				break
			}
		}
	}
}
