package relay

import (
	"context"
	"io"
	"net"
	"net/http"
	"time"
)

// MethodStream is the method of a request that stands for a connection of another protocol than HTTP: its body is what the client
// sends, the response's body what the client gets, and it has no header. No HTTP client can make one.
const MethodStream = "STREAM"

// maxConnections are the connections of streams at one time, so that they leave room for requests.
const maxConnections = 64

// serveStreams accepts connections until the listener is closed. name becomes the path of their requests.
func (l *link) serveStreams(ctx context.Context, listener net.Listener, name string) {
	slots := make(chan struct{}, maxConnections)
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		select {
		case slots <- struct{}{}:
			go func() {
				defer func() { <-slots }()
				defer conn.Close()
				l.serveStream(ctx, conn, name)
			}()
		default:
			conn.Close()
		}
	}
}

// serveStream passes a connection on until one of both ends has had enough of it.
func (l *link) serveStream(ctx context.Context, conn net.Conn, name string) {
	if !l.acquire(ctx) {
		return
	}
	defer func() { <-l.slots }()
	e, err := l.open()
	if err != nil {
		return
	}
	defer l.close(e)
	e.send(message{Kind: request, Stream: e.id, Method: MethodStream, URI: "/" + name, Remote: conn.RemoteAddr().String(), Length: -1})
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		e.copyBody(conn)
	}()
	if head := <-e.head; head.Kind == response {
		e.copyBack(conn)
	}
	conn.Close() // ends copyBody, too
	<-sent
}

// copyBack writes what comes back. If the client is gone it goes on reading, to the end of the stream.
func (e *exchange) copyBack(conn net.Conn) {
	buffer, gone := make([]byte, maxPiece), false
	for {
		n, err := e.in.Read(buffer)
		if n > 0 && !gone {
			_ = conn.SetWriteDeadline(time.Now().Add(writeTimeout))
			if _, failed := conn.Write(buffer[:n]); failed != nil {
				gone = true
				e.cancel()
			}
		}
		if err != nil {
			return
		}
	}
}

// Stream is what a handler reads and writes of a request of MethodStream. The first byte is sent at once, as every other.
func Stream(w http.ResponseWriter, r *http.Request) io.ReadWriter {
	return stream{r.Body, w, http.NewResponseController(w)}
}

type stream struct {
	io.Reader
	w          http.ResponseWriter
	controller *http.ResponseController
}

func (s stream) Write(b []byte) (int, error) {
	n, err := s.w.Write(b)
	if err == nil {
		err = s.controller.Flush()
	}
	return n, err
}
