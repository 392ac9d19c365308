package relay

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestReaderSkipsWhatIsNoMessage(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", maxLine)
	for name, between := range map[string]string{
		"nothing":            "",
		"empty lines":        "\n\n",
		"words":              "hello?\n",
		"other JSON":         "[1,2]\nnull\n\"ready\"\n{}\n{\"kind\":7}\n",
		"binary":             "\x00\x01\xff\xfe\n",
		"a line too long":    long + long + "\n",
		"a message too long": `{"kind":"data","uri":"` + long + "\"}\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newReader(strings.NewReader(between + `{"kind":"data","stream":1}` + "\n" + between + `{"kind":"cancel","stream":2}` + "\n" + between))
			for _, want := range []kind{data, cancel} {
				if m, err := r.next(); err != nil || m.Kind != want {
					t.Errorf("got %q (%v), want %q", m.Kind, err, want)
				}
			}
			if m, err := r.next(); err != io.EOF {
				t.Errorf("at the end got %+v (%v)", m, err)
			}
		})
	}
}

// A message that fills several of the reader's buffers, up to the limit.
func TestReaderTakesLongLines(t *testing.T) {
	t.Parallel()
	uri := strings.Repeat("u", maxLine-100)
	var line bytes.Buffer
	w := writer{w: &line}
	if err := w.send(message{Kind: request, URI: uri}); err != nil {
		t.Fatal(err)
	}
	if m, err := newReader(&line).next(); err != nil || m.URI != uri {
		t.Errorf("got %d bytes of URI (%v), want %d", len(m.URI), err, len(uri))
	}
}

// endless is a line that never ends.
type endless struct{ n int }

func (e *endless) Read(p []byte) (int, error) {
	if e.n -= len(p); e.n < 0 {
		return 0, errors.New("enough")
	}
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

// Not parallel: it measures what is allocated, by whomever.
func TestReaderKeepsNoMoreThanALine(t *testing.T) {
	const sent = 64 << 20
	result := testing.Benchmark(func(b *testing.B) {
		for b.Loop() {
			if _, err := newReader(&endless{n: sent}).next(); err == nil {
				b.Fatal("a line that never ends is a message")
			}
		}
	})
	if kept := result.AllocedBytesPerOp(); kept > 8*maxLine {
		t.Errorf("%d bytes for a line of %d", kept, sent)
	}
}

// A sender that ignores the window costs its own stream, and no more memory than the window.
func TestReceiverRefusesMoreThanTheWindow(t *testing.T) {
	t.Parallel()
	r := newReceiver(func(int) {})
	for range 2 * window / maxPiece {
		r.push(make([]byte, maxPiece))
	}
	if n, err := io.Copy(io.Discard, r); n > window || err == nil {
		t.Errorf("read %d bytes (%v)", n, err)
	}
}

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }

// lines are messages as they come over the wire.
func lines(messages ...message) []byte {
	var all bytes.Buffer
	w := writer{w: &all}
	for _, m := range messages {
		_ = w.send(m)
	}
	return all.Bytes()
}

// serveBytes feeds Serve with what is no Relay's and returns what it sent.
func serveBytes(tb testing.TB, input []byte, handler http.Handler) []byte {
	tb.Helper()
	var out bytes.Buffer
	served := make(chan error, 1)
	go func() {
		served <- Serve(tb.Context(), io.NopCloser(bytes.NewReader(input)), nopCloser{&out}, handler, func() {})
	}()
	select {
	case err := <-served:
		if err == nil {
			tb.Error("Serve did not say that it lost the relay")
		}
	case <-time.After(patience):
		tb.Fatal("Serve did not return")
	}
	return out.Bytes()
}

func TestServeBoundsWhatRunsAtOneTime(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	most := 0
	now := 0
	var messages []message
	for id := range uint64(4 * maxStreams) {
		messages = append(messages, message{Kind: request, Stream: id/2 + 1, Method: "GET", URI: "/", End: true})
	}
	serveBytes(t, lines(messages...), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		now++
		most = max(most, now)
		mu.Unlock()
		<-r.Context().Done()
	}))
	if most == 0 || most > maxStreams {
		t.Errorf("%d handlers at one time", most)
	}
}

func TestServeRefusesWhatIsNoURI(t *testing.T) {
	t.Parallel()
	input, feed := io.Pipe()
	output, out := io.Pipe()
	go Serve(t.Context(), input, out, http.NotFoundHandler(), nil)
	go feed.Write(lines(message{Kind: request, Stream: 1, Method: "CONNECT", URI: "no path", End: true}))
	m, err := newReader(output).next()
	if err != nil || m.Status != http.StatusBadRequest {
		t.Errorf("got %+v (%v)", m, err)
	}
	feed.Close()
}

func echo(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	fmt.Fprintf(w, "%s %s %d %v", r.Method, r.URL, len(body), err)
}

func FuzzServe(f *testing.F) {
	f.Add(lines(message{Kind: ready}, message{Kind: request, Stream: 1, Method: "GET", URI: "/v4/x", End: true}))
	f.Add(lines(message{Kind: request, Stream: 1, Method: "PUT", URI: "/", Length: -1},
		message{Kind: data, Stream: 1, Body: []byte("a")}, message{Kind: cancel, Stream: 1}, message{Kind: data, Stream: 1, End: true}))
	f.Add([]byte(`{"kind":"request","stream":18446744073709551615,"header":{"":[null]},"length":-9}` + "\n" + `{"kind":"credit","stream":1,"credit":-1}` + "\n"))
	f.Fuzz(func(t *testing.T, input []byte) {
		sent := serveBytes(t, input, http.HandlerFunc(echo))
		for line := range bytes.Lines(sent) {
			if !json.Valid(line) {
				t.Errorf("sent %q", line)
			}
		}
	})
}

// What a Relay gets from something that is no Serve ends its exchange, or does nothing.
func FuzzExchange(f *testing.F) {
	f.Add(lines(message{Kind: response, Stream: 1, Status: 200, Body: []byte("a")}, message{Kind: data, Stream: 1, End: true}))
	f.Add(lines(message{Kind: data, Stream: 1, Body: []byte("a")}, message{Kind: response, Stream: 1, Status: 7}, message{Kind: abort, Stream: 1}))
	f.Add(lines(message{Kind: response, Stream: 1, Status: 204, Body: []byte("a"), End: true}, message{Kind: response, Stream: 1, Status: 200}))
	f.Add(lines(message{Kind: response, Stream: 1, Status: 200, Body: []byte("a")})) // and then the peer is lost
	f.Fuzz(func(t *testing.T, input []byte) {
		l := &link{writer: writer{w: io.Discard}, streams: map[uint64]*exchange{}, slots: make(chan struct{}, maxStreams)}
		e, err := l.open()
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			_ = l.receive(newReader(bytes.NewReader(input)))
			l.lose()
		}()
		done := make(chan struct{})
		go func() {
			defer close(done)
			e.response(discard{http.Header{}})
		}()
		await(t, done, "the response did not end")
	})
}

// discard is a client that takes everything.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(p []byte) (int, error) { return len(p), nil }
func (d discard) WriteHeader(status int) {
	if status < 100 || status > 999 {
		panic("net/http refuses this status")
	}
}
