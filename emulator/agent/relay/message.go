package relay

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
)

// The limits of the protocol, the same at both ends.
const (
	maxStreams = 256       // requests at one time
	maxLine    = 1 << 20   // bytes of a message
	maxHeader  = 64 << 10  // bytes of a request's header; even escaped it fits a line
	maxPiece   = 32 << 10  // bytes of body in a message
	window     = 256 << 10 // bytes of a body that its receiver holds unread
)

// kind says what a message is.
type kind string

const (
	ready    kind = "ready"    // Relay: it listens
	request  kind = "request"  // Relay: a stream begins
	cancel   kind = "cancel"   // Relay: the client is gone; Serve still ends the stream
	response kind = "response" // Serve: status and header
	data     kind = "data"     // either: a piece of a body
	abort    kind = "abort"    // either: there will be no more of this body, and it is not complete
	credit   kind = "credit"   // either: this much was read, as much more may come
)

// message is a line. Kinds use the fields they need.
type message struct {
	Kind   kind   `json:"kind"`
	Stream uint64 `json:"stream,omitempty"`

	Method string      `json:"method,omitempty"`
	URI    string      `json:"uri,omitempty"` // as in the request line
	Host   string      `json:"host,omitempty"`
	Remote string      `json:"remote,omitempty"` // the caller's address and port
	Length int64       `json:"length,omitempty"` // of a request's body; -1 is not known
	Status int         `json:"status,omitempty"`
	Header http.Header `json:"header,omitempty"`

	Body   []byte `json:"body,omitempty"` // of request, response and data; base64
	End    bool   `json:"end,omitempty"`  // Body is the last piece
	Credit int    `json:"credit,omitempty"`
}

// writer sends messages, each as one whole line.
type writer struct {
	mu sync.Mutex
	w  io.Writer
}

func (w *writer) send(m message) error {
	line, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("encode a %s message: %w", m.Kind, err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, err := w.w.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("send a %s message: %w", m.Kind, err)
	}
	return nil
}

// reader reads messages and skips every line that is none.
type reader struct{ r *bufio.Reader }

func newReader(r io.Reader) reader { return reader{bufio.NewReaderSize(r, 64<<10)} }

// next is the next message, or the error of the reader below.
func (r reader) next() (message, error) {
	for {
		line, err := r.line()
		if err != nil {
			return message{}, err
		}
		var m message
		if json.Unmarshal(line, &m) == nil && m.Kind != "" {
			return m, nil
		}
	}
}

// line is a line of at most maxLine bytes; longer ones are read away and come out empty.
func (r reader) line() ([]byte, error) {
	var long []byte
	tooLong := false
	for {
		part, err := r.r.ReadSlice('\n')
		if err == nil && long == nil && !tooLong {
			return part, nil
		}
		if tooLong = tooLong || len(long)+len(part) > maxLine; tooLong {
			long = nil
		} else {
			long = append(long, part...)
		}
		switch {
		case err == nil:
			return long, nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, err // what follows the last newline was cut off
		}
	}
}

// pieces cuts a body into parts that fit a message.
func pieces(body []byte) [][]byte {
	var parts [][]byte
	for len(body) > maxPiece {
		parts, body = append(parts, body[:maxPiece]), body[maxPiece:]
	}
	return append(parts, body)
}
