package relay

import (
	"io"
	"sync"
)

// receiver is the receiving end of a body: the bytes that came and were not read yet. The other end's sender never has more than
// window bytes on the way.
type receiver struct {
	grant func(n int) // tells the sender that n bytes were read

	mu      sync.Mutex
	changed sync.Cond // L is mu
	unread  []byte
	read    int   // since the last grant
	err     error // what Read returns after the last byte
}

func newReceiver(grant func(int)) *receiver {
	r := &receiver{grant: grant}
	r.changed.L = &r.mu
	return r
}

// push adds a piece. A sender that ignores the window breaks its stream.
func (r *receiver) push(piece []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err != nil || len(piece) == 0 {
		return
	}
	if len(r.unread)+len(piece) > window {
		r.err = io.ErrUnexpectedEOF
	} else {
		r.unread = append(r.unread, piece...)
	}
	r.changed.Broadcast()
}

// finish says that nothing more will come. The first call counts.
func (r *receiver) finish(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err == nil {
		r.err = err
	}
	r.changed.Broadcast()
}

// Read waits for bytes, hands them out, and then returns the error of finish, io.EOF for a body that is complete.
func (r *receiver) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	n, grant, err := r.take(p)
	if grant > 0 {
		r.grant(grant)
	}
	return n, err
}

// Close lets the receiver be a request's body.
func (r *receiver) Close() error {
	r.finish(io.ErrClosedPipe)
	return nil
}

// take also says how much to grant: credit is sent once half a window was read, so small bodies need none.
func (r *receiver) take(p []byte) (n, grant int, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for len(r.unread) == 0 && r.err == nil {
		r.changed.Wait()
	}
	n = copy(p, r.unread)
	if r.unread = r.unread[n:]; len(r.unread) == 0 {
		r.unread = nil
	}
	if n == 0 {
		return 0, 0, r.err
	}
	if r.read += n; r.read >= window/2 && r.err == nil {
		grant, r.read = r.read, 0
	}
	return n, grant, nil
}

// waiting says whether a Read would have to wait, so that what came before it should be flushed.
func (r *receiver) waiting() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.unread) == 0 && r.err == nil
}

// sender is the sending end of a body: how many bytes it may still send.
type sender struct {
	mu      sync.Mutex
	changed sync.Cond // L is mu
	credit  int
	err     error
}

func newSender() *sender {
	s := &sender{credit: window}
	s.changed.L = &s.mu
	return s
}

// take waits until n bytes may be sent. n must not be above window.
func (s *sender) take(n int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.credit < n && s.err == nil {
		s.changed.Wait()
	}
	if s.err != nil {
		return s.err
	}
	s.credit -= n
	return nil
}

// add grants n more bytes, up to a full window.
func (s *sender) add(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.credit = min(window, s.credit+max(n, 0))
	s.changed.Broadcast()
}

// fail ends every wait with err. The first call counts.
func (s *sender) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil {
		s.err = err
	}
	s.changed.Broadcast()
}
