package forward

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/ecslocal/ecslocal/logs"
)

// Limits of what a peer may send.
const (
	// maxMessage is how much memory a message may take; a message of Fluent Bit holds 2 MB of entries by default.
	maxMessage = 32 << 20
	// maxUnpacked is how much text the packed entries of one message may become.
	maxUnpacked = 64 << 20
	// maxPeers is how many connections are served at once; others are closed.
	maxPeers = 256
	// patience is how long a peer may be connected before it sends something; then it is told of, and waited for all the same.
	patience = 10 * time.Second
	// acceptPause is the time between two attempts to accept a connection when the first failed.
	acceptPause = 100 * time.Millisecond
)

// Server receives records. Handle gets them in the order of arrival, from several connections at once; when it returns an error the
// chunk is not acknowledged, so that the peer sends it again.
type Server struct {
	Handle func([]Record) error
	// Trouble, where it is set, is told why a connection was given up, and of a peer that seems to wait for us.
	Trouble func(error)

	patience time.Duration // of tests
}

// errSilent is told of a peer that sends nothing. Our side of the protocol speaks first only where there is authentication.
var errSilent = errors.New("a peer is connected and sends nothing: if it is set up with a shared key (or a user), it waits for a greeting; take the key out, there is no authentication here")

// Serve accepts connections, unix or tcp, until the context ends, and then closes them and the listener. The error is nil then.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	ctx, cancel := context.WithCancel(ctx)
	var peers sync.WaitGroup
	defer peers.Wait()
	defer cancel()
	stop := context.AfterFunc(ctx, func() { listener.Close() })
	defer stop()
	slots := make(chan struct{}, maxPeers)
	for {
		conn, err := listener.Accept()
		if ctx.Err() != nil {
			return nil
		}
		if errors.Is(err, net.ErrClosed) {
			return fmt.Errorf("receive log records: %w", err)
		}
		if err != nil { // such as too many open files
			s.trouble(err)
			select {
			case <-ctx.Done():
			case <-time.After(acceptPause):
			}
			continue
		}
		select {
		case slots <- struct{}{}:
		default:
			conn.Close()
			s.trouble(fmt.Errorf("more than %d connections", maxPeers))
			continue
		}
		peers.Go(func() {
			defer func() { <-slots }()
			stop := context.AfterFunc(ctx, func() { conn.Close() })
			defer stop()
			defer conn.Close()
			if err := s.ServeConn(conn); err != nil && ctx.Err() == nil {
				s.trouble(err)
			}
		})
	}
}

func (s *Server) trouble(err error) {
	if s.Trouble != nil {
		s.Trouble(fmt.Errorf("receive log records: %w", err))
	}
}

// ServeConn reads messages from one peer until it is done, as Serve does for each connection. The error says why it was given up.
func (s *Server) ServeConn(conn io.ReadWriter) error {
	r := bufio.NewReaderSize(conn, 64<<10)
	joined := parts{limit: maxMessage}
	silent := time.AfterFunc(cmp.Or(s.patience, patience), func() { s.trouble(errSilent) })
	_, _ = r.Peek(1) // its error comes again
	silent.Stop()
	for {
		m, err := readMessage(r, maxMessage)
		if err != nil {
			return errors.Join(endOf(err), s.handle(joined.rest()))
		}
		err = m.each(func(entries []entry) error {
			var records []Record
			for _, e := range entries {
				records = append(records, joined.add(e)...)
			}
			return s.handle(records)
		})
		if err != nil {
			return err
		}
		if m.chunk != "" {
			if _, err := conn.Write(ack(m.chunk)); err != nil {
				return fmt.Errorf("acknowledge a chunk: %w", err)
			}
		}
	}
}

// endOf is nil where the peer just closed the connection.
func endOf(err error) error {
	if errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil
	}
	return err
}

// handle gives records with text to the handler.
func (s *Server) handle(records []Record) error {
	records = slices.DeleteFunc(records, func(r Record) bool { return len(r.Message) == 0 })
	if len(records) == 0 {
		return nil
	}
	for i := range records {
		records[i].Message, _ = logs.Sendable(records[i].Message)
	}
	return s.Handle(records)
}

// ack is {"ack": chunk} in MessagePack.
func ack(chunk string) []byte {
	b := append([]byte{0x81, 0xa3}, "ack"...)
	switch n := len(chunk); {
	case n < 32:
		b = append(b, 0xa0|byte(n))
	case n < 256:
		b = append(b, 0xd9, byte(n))
	default:
		if n > 0xffff {
			chunk = chunk[:0xffff]
		}
		b = append(b, 0xda, byte(len(chunk)>>8), byte(len(chunk)))
	}
	return append(b, chunk...)
}
