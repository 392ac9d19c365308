package forward

import (
	"bytes"
	"context"
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

// TestHostilePeers: none of these takes much memory or time, and other peers do not notice.
func TestHostilePeers(t *testing.T) {
	t.Parallel()
	bomb := gzipped(bytes.Repeat(pack(false, []any{1, pairs{{"k", strings.Repeat("x", 1<<20)}}}), 100))
	entry := pack(false, []any{1, pairs{{"k", strings.Repeat("x", 1<<20-10)}}})
	even := gzipped(bytes.Repeat(entry, 100)) // the most that is unpacked ends where an entry does
	if len(entry) != 1<<20 {
		t.Fatalf("an entry has %d bytes", len(entry))
	}
	for name, message := range map[string][]byte{
		"long array":      {0xdd, 0xff, 0xff, 0xff, 0xff},
		"long map":        {0x92, 0xa1, 't', 0xdf, 0xff, 0xff, 0xff, 0xff},
		"long text":       {0x92, 0xdb, 0xff, 0xff, 0xff, 0xff},
		"text that stops": {0x92, 0xdb, 0x01, 0xff, 0xff, 0xff, 'x'},
		"deep":            bytes.Repeat([]byte{0x91}, 1_000_000),
		"no message":      pack(false, pairs{{"a", "b"}}),
		"short":           pack(false, []any{"tag"}),
		"no record":       pack(false, []any{"tag", 1, "text"}),
		"no time":         pack(false, []any{"tag", "packed", nil})[:8],
		"bad packed":      pack(false, []any{"tag", []byte("\xc1\xc1")}),
		"bad gzip":        pack(false, []any{"tag", []byte("none"), pairs{{"compressed", "gzip"}}}),
		"gzip bomb":       pack(false, []any{"tag", bomb, pairs{{"compressed", "gzip"}}}),
		"even gzip bomb":  pack(false, []any{"tag", even, pairs{{"compressed", "gzip"}}}),
		"zstd":            pack(false, []any{"tag", pack(false, []any{1, pairs{{"k", "x"}}}), pairs{{"compressed", "zstd"}}}),
		"reserved":        {0xc1},
		"http":            []byte("GET / HTTP/1.1\r\n\r\n"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			troubles := make(chan error, 1)
			s := &Server{Trouble: func(err error) { troubles <- err }, Handle: func([]Record) error { return nil }}
			records := 0
			ours, theirs := net.Pipe()
			s.Handle = func(r []Record) error { records += len(r); return nil }
			done := make(chan error, 1)
			go func() { done <- s.ServeConn(ours); ours.Close() }()
			go func() { theirs.Write(message); theirs.Close() }()
			select {
			case err := <-done:
				if err == nil {
					t.Error("no error")
				}
			case <-time.After(30 * time.Second):
				t.Fatal("still busy")
			}
			if records > 64 {
				t.Errorf("%d records", records)
			}
		})
	}
}

func TestServerStopsWithPeersConnected(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	s := &Server{Handle: func([]Record) error { return nil }, Trouble: func(err error) { t.Errorf("trouble: %v", err) }}
	go func() { done <- s.Serve(ctx, listener) }()
	send(t, "tcp", listener.Addr().String(), []byte{0x93, 0xa1})
	time.Sleep(10 * time.Millisecond)
	cancel()
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("still serving")
	}
}

// FuzzServe: no bytes make a server panic, loop, or hand on a record without text.
func FuzzServe(f *testing.F) {
	record := docker("stdout", "x")
	f.Add(pack(false, []any{"tag", 1, record}))
	f.Add(pack(true, []any{"tag", []any{[]any{noon, record}}, pairs{{"chunk", "c"}}}))
	f.Add(pack(false, []any{"tag", gzipped(pack(false, []any{1, record})), pairs{{"compressed", "gzip"}, {"chunk", "c"}}}))
	f.Add(pack(false, []any{"tag", pack(false, []any{[]any{noon, pairs{}}, docker("stderr", "y", pair{"partial_message", "true"}, pair{"partial_id", "1"})})}))
	f.Fuzz(func(t *testing.T, message []byte) {
		s := &Server{Handle: func(records []Record) error {
			for _, r := range records {
				if len(r.Message) == 0 {
					t.Error("record without text")
				}
			}
			return nil
		}}
		_ = s.ServeConn(readWriter{bytes.NewReader(message), io.Discard})
	})
}

type readWriter struct {
	io.Reader
	io.Writer
}
