package relay

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"sync"
)

// errClientGone is what a handler reads and writes after its client is gone.
var errClientGone = errors.New("the client is gone")

// Serve answers the requests of the Relay at the other end of in and out. Each request has the caller's address as RemoteAddr and
// a context that is done when the client is gone. Handlers may flush; they run at the same time.
//
// listening, if not nil, is called when the Relay says that it listens. Serve returns when ctx is done (nil) or when the other end
// is lost (why); it has closed in and out, and all handlers have returned, by then.
func Serve(ctx context.Context, in io.ReadCloser, out io.WriteCloser, handler http.Handler, listening func()) error {
	ctx, end := context.WithCancel(ctx)
	s := &server{ctx: ctx, writer: writer{w: out}, handler: handler, listening: listening, calls: map[uint64]*call{}}
	stop := context.AfterFunc(ctx, func() { _, _ = in.Close(), out.Close() })
	err := s.receive(newReader(in))
	ended := ctx.Err() != nil
	stop()
	_, _ = in.Close(), out.Close()
	end()
	s.lose()
	s.running.Wait()
	if ended {
		return nil
	}
	return fmt.Errorf("serve the agent container: lost it: %w", err)
}

// server is Serve's side of the connection to Relay.
type server struct {
	writer
	ctx       context.Context
	handler   http.Handler
	listening func()
	running   sync.WaitGroup

	mu    sync.Mutex
	calls map[uint64]*call
}

// call is a request at Serve's side.
type call struct {
	id     uint64
	cancel context.CancelFunc
	in     *receiver // the request's body
	out    *sender   // the response's body
}

// receive handles messages until the other end is gone. It must not send: both ends would wait for each other.
func (s *server) receive(r reader) error {
	for {
		m, err := r.next()
		if err != nil {
			return err
		}
		switch m.Kind {
		case ready:
			if s.listening != nil {
				s.listening()
			}
		case request:
			s.begin(m)
		default:
			s.mu.Lock()
			c := s.calls[m.Stream]
			s.mu.Unlock()
			if c != nil {
				c.receive(m)
			}
		}
	}
}

func (c *call) receive(m message) {
	switch m.Kind {
	case data:
		c.in.push(m.Body)
		if m.End {
			c.in.finish(io.EOF)
		}
	case abort:
		c.in.finish(io.ErrUnexpectedEOF)
	case cancel:
		c.end()
	case credit:
		c.out.add(m.Credit)
	}
}

func (c *call) end() {
	c.cancel()
	c.in.finish(errClientGone)
	c.out.fail(errClientGone)
}

// begin starts the handler for a request. A Relay keeps to maxStreams and to new numbers; what does not is no Relay and gets nothing.
func (s *server) begin(m message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.calls) >= maxStreams || s.calls[m.Stream] != nil {
		return
	}
	ctx, cancel := context.WithCancel(s.ctx)
	c := &call{id: m.Stream, cancel: cancel, out: newSender()}
	c.in = newReceiver(func(n int) { _ = s.send(message{Kind: credit, Stream: c.id, Credit: n}) }) // receive sees a lost peer
	s.calls[c.id] = c
	c.receive(message{Kind: data, Body: m.Body, End: m.End})
	s.running.Go(func() { s.run(ctx, c, m) })
}

// run answers one request.
func (s *server) run(ctx context.Context, c *call, m message) {
	defer c.end()
	w := &responseWriter{server: s, call: c, header: http.Header{}}
	r, err := m.request(ctx, c.in)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		w.finish(true)
		return
	}
	finished := false
	defer func() { w.finish(finished) }()
	defer func() {
		// As in net/http, a handler that panics costs its request, not the others. What it panicked with may hold a secret.
		if p := recover(); p != nil && p != http.ErrAbortHandler {
			slog.Error("endpoint handler panicked", "stack", string(debug.Stack()))
		}
	}()
	s.handler.ServeHTTP(w, r)
	finished = true
}

// request is the message's request as a handler gets it.
func (m message) request(ctx context.Context, body io.ReadCloser) (*http.Request, error) {
	u, err := url.ParseRequestURI(m.URI)
	if err != nil {
		return nil, fmt.Errorf("read the request: %q is no path", m.URI)
	}
	r := &http.Request{
		Method: m.Method, URL: u, RequestURI: m.URI, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: m.Header, Body: body, ContentLength: m.Length, Host: m.Host, RemoteAddr: m.Remote,
	}
	if r.Header == nil {
		r.Header = http.Header{}
	}
	if m.End && len(m.Body) == 0 {
		r.Body = http.NoBody
	}
	return r.WithContext(ctx), nil
}

// forget drops a call just before its last message, so that Relay never has more streams than are counted here.
func (s *server) forget(c *call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.calls, c.id)
}

// lose ends all calls.
func (s *server) lose() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.calls {
		c.end()
	}
}
