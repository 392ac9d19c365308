package relay

import "net/http"

// responseWriter is what a handler writes to. What it writes is held back until it flushes, until there is a piece of it, or until it
// returns, so that a short response is one message.
type responseWriter struct {
	server *server
	call   *call
	header http.Header
	status int
	final  http.Header // header as it was with the status
	sent   bool        // the status and final
	held   []byte
	err    error
}

// Header is sent with the first piece.
func (w *responseWriter) Header() http.Header { return w.header }

// WriteHeader sets the status and what the header is. The first final status counts; informational ones are not passed on.
func (w *responseWriter) WriteHeader(status int) {
	if w.status == 0 && status >= 200 {
		w.status, w.final = status, w.header.Clone()
	}
}

// Write holds b back or sends it. It fails once the client is gone.
func (w *responseWriter) Write(b []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	w.held = append(w.held, b...)
	if len(w.held) >= maxPiece {
		w.send(false)
	}
	if w.err != nil {
		return 0, w.err
	}
	return len(b), nil
}

// Flush sends what was written.
func (w *responseWriter) Flush() {
	w.WriteHeader(http.StatusOK)
	w.send(false)
}

// send sends what is held in pieces, the first with the status and the header.
func (w *responseWriter) send(end bool) {
	if len(w.held) == 0 && w.sent && !end {
		return
	}
	parts := pieces(w.held)
	w.held = nil
	for i, part := range parts {
		if w.err == nil {
			w.err = w.call.out.take(len(part))
		}
		if w.err != nil {
			return
		}
		m := message{Kind: data, Stream: w.call.id, Body: part, End: end && i == len(parts)-1}
		if !w.sent {
			m.Kind, m.Status, m.Header, w.sent = response, w.status, w.final, true
		}
		if m.End {
			w.server.forget(w.call)
		}
		w.err = w.server.send(m)
	}
}

// finish ends the stream, whatever happened.
func (w *responseWriter) finish(complete bool) {
	if complete {
		w.WriteHeader(http.StatusOK)
		w.send(true)
	}
	if !complete || w.err != nil {
		w.server.forget(w.call)
		_ = w.server.send(message{Kind: abort, Stream: w.call.id}) // receive sees a lost peer
	}
}
