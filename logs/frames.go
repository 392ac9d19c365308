package logs

import (
	"encoding/binary"
	"fmt"
	"time"
)

// frameReader takes an attached stream of the engine apart. Each frame has a head of 8 bytes: the stream (1 stdout, 2 stderr), three
// bytes of no meaning, and the length in big endian (Docker Engine API, ContainerAttach).
type frameReader struct {
	head   [8]byte
	have   int // bytes of the head
	left   int // bytes of the frame that are still to come
	source Source
}

// split moves the frames' payload in data together, so that frames of one stream that follow each other become one chunk.
func (f *frameReader) split(data []byte, at time.Time) ([]chunk, error) {
	var chunks []chunk
	end, start := 0, 0 // of the chunk at hand, within data
	source := f.source
	flush := func() {
		if end > start {
			chunks = append(chunks, chunk{source: source, data: data[start:end:end], at: at})
		}
		start = end
	}
	for rest := data; len(rest) > 0; {
		if f.left == 0 {
			n := copy(f.head[f.have:], rest)
			f.have += n
			rest = rest[n:]
			if f.have < len(f.head) {
				break
			}
			if err := f.begin(); err != nil {
				flush()
				return chunks, err
			}
			if f.source != source {
				flush()
				source = f.source
			}
			continue
		}
		n := min(f.left, len(rest))
		end += copy(data[end:], rest[:n])
		f.left -= n
		rest = rest[n:]
	}
	flush()
	return chunks, nil
}

// begin reads a complete head.
func (f *frameReader) begin() error {
	f.have = 0
	f.left = int(binary.BigEndian.Uint32(f.head[4:]))
	switch f.head[0] {
	case 0, 1:
		f.source = Stdout
	case 2:
		f.source = Stderr
	default:
		return fmt.Errorf("read container output: frame of unknown stream %d", f.head[0])
	}
	return nil
}
