package relay

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"
)

// exchange is a request at Relay's side, from the client's to Serve's last byte.
type exchange struct {
	link *link
	id   uint64
	head chan message // the response's first message
	in   *receiver    // the response's body
	out  *sender      // the request's body
}

// receive takes a message of Serve.
func (e *exchange) receive(m message) {
	switch m.Kind {
	case response:
		select {
		case e.head <- m:
		default: // a second head
			return
		}
		e.body(m)
	case data:
		e.body(m)
	case abort:
		e.end(io.ErrUnexpectedEOF)
	case credit:
		e.out.add(m.Credit)
	}
}

func (e *exchange) body(m message) {
	e.in.push(m.Body)
	if m.End {
		e.end(io.EOF)
	}
}

// end is the end of the response, and with it of everything. Without a response there was none to wait for.
func (e *exchange) end(err error) {
	e.in.finish(err)
	e.out.fail(errors.New("the request was answered"))
	select {
	case e.head <- message{Kind: abort}:
	default:
	}
}

// ServeHTTP passes a request on and writes what comes back. It returns when Serve has ended the stream, which it also does soon
// after the client is gone; so both ends agree on how many streams there are.
func (l *link) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.ContentLength > maxBody {
		http.Error(w, "request body is larger than "+strconv.Itoa(maxBody)+" bytes", http.StatusRequestEntityTooLarge)
		return
	}
	if r.Method == MethodStream {
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	if !l.acquire(r.Context()) {
		http.Error(w, "too many requests at one time", http.StatusServiceUnavailable)
		return
	}
	defer func() { <-l.slots }()
	e, err := l.open()
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer l.close(e)
	bodySent := e.request(w, r)
	stop := context.AfterFunc(r.Context(), e.cancel)
	complete := e.response(w)
	stop()
	stopReading(w, bodySent)
	if !complete {
		panic(http.ErrAbortHandler) // the client must not take it for the whole response
	}
}

// stopReading ends the reading of a request's body that the handler did not want all of. If the client sends, the next read notices;
// if it does not, there is no next read. Either way net/http then does what it does for every server.
func stopReading(w http.ResponseWriter, bodySent <-chan struct{}) {
	limit := time.NewTimer(100 * time.Millisecond)
	defer limit.Stop()
	select {
	case <-bodySent:
	case <-limit.C:
		_ = http.NewResponseController(w).SetReadDeadline(time.Now())
		<-bodySent
	}
}

func (l *link) acquire(ctx context.Context) bool {
	limit := time.NewTimer(queueTimeout)
	defer limit.Stop()
	select {
	case l.slots <- struct{}{}:
		return true
	case <-ctx.Done():
	case <-limit.C:
	}
	return false
}

func (e *exchange) cancel() { _ = e.link.send(message{Kind: cancel, Stream: e.id}) } // receive sees a lost peer

// request sends the request. What is longer than one piece follows while the response comes, until the channel is closed.
func (e *exchange) request(w http.ResponseWriter, r *http.Request) <-chan struct{} {
	_ = http.NewResponseController(w).EnableFullDuplex() // fails only where it is so anyway
	m := message{Kind: request, Stream: e.id, Method: r.Method, URI: r.RequestURI, Host: r.Host, Remote: r.RemoteAddr,
		Length: r.ContentLength, Header: r.Header}
	sent := make(chan struct{})
	body := http.MaxBytesReader(w, r.Body, maxBody)
	if r.ContentLength < 0 || r.ContentLength > maxPiece {
		e.send(m)
		go func() {
			defer close(sent)
			e.copyBody(body)
		}()
		return sent
	}
	defer close(sent)
	piece, err := io.ReadAll(body)
	if err != nil {
		e.send(m)
		e.send(message{Kind: abort, Stream: e.id})
		return sent
	}
	m.Body, m.End = piece, true
	e.send(m)
	return sent
}

// send ends the exchange when the other end is gone.
func (e *exchange) send(m message) {
	if err := e.link.send(m); err != nil {
		e.end(errLost)
	}
}

// copyBody sends a request's body as it comes.
func (e *exchange) copyBody(body io.Reader) {
	buffer := make([]byte, maxPiece)
	for {
		n, err := body.Read(buffer)
		if n > 0 && e.out.take(n) != nil {
			return
		}
		switch {
		case err == nil:
			e.send(message{Kind: data, Stream: e.id, Body: buffer[:n]})
		case errors.Is(err, io.EOF):
			e.send(message{Kind: data, Stream: e.id, Body: buffer[:n], End: true})
			return
		default:
			e.send(message{Kind: abort, Stream: e.id})
			return
		}
	}
}

// response writes the response, and says whether all of it came. If the client is gone it goes on reading, to the end of the stream.
func (e *exchange) response(w http.ResponseWriter) (complete bool) {
	head := <-e.head
	if head.Kind != response || head.Status < 200 || head.Status > 999 {
		return false
	}
	for name, values := range head.Header {
		w.Header()[name] = values
	}
	if head.End && head.Header.Get("Content-Length") == "" && mayHaveBody(head.Status) {
		w.Header().Set("Content-Length", strconv.Itoa(len(head.Body)))
	}
	w.WriteHeader(head.Status)
	to := &clientWriter{w: w, controller: http.NewResponseController(w), gone: e.cancel}
	if head.End {
		to.write(head.Body)
		return true
	}
	to.flush()
	buffer := make([]byte, maxPiece)
	for {
		n, err := e.in.Read(buffer)
		to.write(buffer[:n])
		if err != nil {
			return errors.Is(err, io.EOF)
		}
		if e.in.waiting() {
			to.flush()
		}
	}
}

func mayHaveBody(status int) bool {
	return status >= 200 && status != http.StatusNoContent && status != http.StatusNotModified
}

// clientWriter writes until the client is gone, and then nothing.
type clientWriter struct {
	w          io.Writer
	controller *http.ResponseController
	gone       func()
	failed     bool
}

func (c *clientWriter) write(b []byte) {
	if c.failed || len(b) == 0 {
		return
	}
	_ = c.controller.SetWriteDeadline(time.Now().Add(writeTimeout))
	if _, err := c.w.Write(b); err != nil {
		c.fail()
	}
}

func (c *clientWriter) flush() {
	if !c.failed && c.controller.Flush() != nil {
		c.fail()
	}
}

func (c *clientWriter) fail() {
	c.failed = true
	c.gone()
}
