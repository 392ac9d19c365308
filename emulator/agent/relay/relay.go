package relay

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"time"
)

// Limits of Relay's HTTP server. The agent reads and writes within five seconds; a log batch or a stream may need longer.
const (
	headerTimeout = 5 * time.Second
	readTimeout   = 30 * time.Second
	writeTimeout  = 30 * time.Second // without progress
	idleTimeout   = 2 * time.Minute
	queueTimeout  = 5 * time.Second // for one of the maxStreams
	maxConns      = 1024
	maxBody       = 16 << 20 // bytes of a request's body
)

// errLost is what becomes of requests when the other end is gone.
var errLost = errors.New("the supervising ecslocal is gone")

// Relay serves HTTP on the listeners and passes every request to the Serve at the other end of in and out; connections to the listeners
// of streams, which have names, become requests of MethodStream. It returns when ctx is done (nil) or when the other end is lost (why),
// and has closed the listeners, in and out by then.
func Relay(ctx context.Context, listeners []net.Listener, streams map[string]net.Listener, in io.ReadCloser, out io.WriteCloser) error {
	l := &link{writer: writer{w: out}, streams: map[uint64]*exchange{}, slots: make(chan struct{}, maxStreams)}
	server := &http.Server{
		Handler:           l,
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       readTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeader,
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ErrorLog:          log.New(io.Discard, "", 0),
	}
	conns := make(chan struct{}, maxConns)
	var serving sync.WaitGroup
	for _, listener := range listeners {
		serving.Go(func() { _ = server.Serve(&limitedListener{listener, conns}) }) // ends with Close below
	}
	for name, listener := range streams {
		serving.Go(func() { l.serveStreams(ctx, listener, name) }) // ends with Close below
	}
	lost := make(chan error, 1)
	go func() { lost <- l.run(newReader(in)) }() // ends when in is closed, or with the process where closing a stdin does not wake it
	var err error
	select {
	case err = <-lost:
	case <-ctx.Done():
	}
	l.lose()
	_, _, _ = server.Close(), in.Close(), out.Close()
	for _, listener := range streams {
		listener.Close()
	}
	serving.Wait()
	if ctx.Err() != nil {
		return nil
	}
	return fmt.Errorf("relay requests: %w: %w", errLost, err)
}

// link is Relay's side of the connection to Serve.
type link struct {
	writer
	slots chan struct{}

	mu      sync.Mutex
	last    uint64
	lost    bool
	streams map[uint64]*exchange
}

// run says that Relay listens, and then receives.
func (l *link) run(r reader) error {
	if err := l.send(message{Kind: ready}); err != nil {
		return err
	}
	return l.receive(r)
}

// receive hands messages to their streams until the other end is gone. It must not send: both ends would wait for each other.
func (l *link) receive(r reader) error {
	for {
		m, err := r.next()
		if err != nil {
			return err
		}
		l.mu.Lock()
		e := l.streams[m.Stream]
		l.mu.Unlock()
		if e != nil {
			e.receive(m)
		}
	}
}

// open begins a stream.
func (l *link) open() (*exchange, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.lost {
		return nil, errLost
	}
	l.last++
	e := &exchange{link: l, id: l.last, head: make(chan message, 1), out: newSender()}
	e.in = newReceiver(func(n int) { _ = l.send(message{Kind: credit, Stream: e.id, Credit: n}) }) // receive sees a lost peer
	l.streams[e.id] = e
	return e, nil
}

func (l *link) close(e *exchange) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.streams, e.id)
}

// lose ends all streams.
func (l *link) lose() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lost = true
	for _, e := range l.streams {
		e.end(errLost)
	}
}

// limitedListener has at most as many connections as the channel holds.
type limitedListener struct {
	net.Listener
	conns chan struct{}
}

func (l *limitedListener) Accept() (net.Conn, error) {
	l.conns <- struct{}{}
	conn, err := l.Listener.Accept()
	if err != nil {
		<-l.conns
		return nil, err
	}
	return &limitedConn{Conn: conn, release: sync.OnceFunc(func() { <-l.conns })}, nil
}

type limitedConn struct {
	net.Conn
	release func()
}

func (c *limitedConn) Close() error {
	c.release()
	return c.Conn.Close()
}
