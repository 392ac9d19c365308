package emulator

import (
	"encoding/binary"

	"github.com/ecslocal/ecslocal/logs"
)

// frameScanner goes along an attached stream and tells what of it is whose output, wherever it is cut: stream number, three zero bytes,
// length in four bytes, text (API reference, "Attach to a container").
type frameScanner struct {
	head [8]byte
	have int // of head
	left int // of the text
}

func (f *frameScanner) scan(b []byte, found func(source logs.Source, text []byte)) {
	for len(b) > 0 {
		if f.have < len(f.head) {
			n := copy(f.head[f.have:], b)
			f.have, b = f.have+n, b[n:]
			if f.have == len(f.head) {
				f.left = int(binary.BigEndian.Uint32(f.head[4:]))
			}
		}
		n := min(f.left, len(b))
		if n > 0 {
			source := logs.Stdout
			if f.head[0] == 2 {
				source = logs.Stderr
			}
			found(source, b[:n])
			f.left, b = f.left-n, b[n:]
		}
		if f.have == len(f.head) && f.left == 0 {
			f.have = 0
		}
	}
}
