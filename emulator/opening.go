package emulator

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// opening is a reader whose first bytes can be waited for, with a limit.
type opening struct {
	chunks chan []byte
	rest   []byte
	err    error // set before chunks closes
}

func newOpening(ctx context.Context, r io.Reader) *opening {
	f := &opening{chunks: make(chan []byte, 64)}
	go func() {
		defer close(f.chunks)
		for {
			b := make([]byte, 32<<10)
			n, err := r.Read(b)
			if n > 0 {
				select {
				case f.chunks <- b[:n]:
				case <-ctx.Done():
					f.err = ctx.Err()
					return
				}
			}
			if err != nil {
				f.err = fmt.Errorf("attached again: %w", err)
				if errors.Is(err, io.EOF) {
					f.err = io.EOF
				}
				return
			}
		}
	}()
	return f
}

// wait returns what comes within a time.
func (f *opening) wait(ctx context.Context, d time.Duration) (got []byte) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	for {
		select {
		case b, ok := <-f.chunks:
			got = append(got, b...)
			if !ok || len(got) > 4<<20 {
				return got
			}
		case <-timer.C:
			return got
		case <-ctx.Done():
			return got
		}
	}
}

// Read is what comes after that.
func (f *opening) Read(p []byte) (int, error) {
	if len(f.rest) == 0 {
		b, ok := <-f.chunks
		if !ok {
			return 0, f.err
		}
		f.rest = b
	}
	n := copy(p, f.rest)
	f.rest = f.rest[n:]
	return n, nil
}
