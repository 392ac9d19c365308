package forward

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"time"
)

// decoder reads MessagePack values: nil, bool, int64, uint64, float64, string, []byte, []any, pairs and time.Time. Extensions other
// than Fluentd's time (type 0) are read as []byte. Source: the MessagePack specification.
type decoder struct {
	r *bufio.Reader
	// left is how much memory the values to come may take, about; a small head may announce a large value.
	left int64
}

// pairs is a map, in the order in which it came.
type pairs []pair

type pair struct{ key, value any }

const (
	maxDepth = 32
	// valueCost is what a value takes beside its bytes.
	valueCost = 32
)

var (
	errTooLarge = errors.New("message is too large")
	errTooDeep  = errors.New("values are nested too deeply")
)

// value reads the next value.
func (d *decoder) value(depth int) (any, error) {
	if depth > maxDepth {
		return nil, errTooDeep
	}
	if err := d.spend(valueCost); err != nil {
		return nil, err
	}
	c, err := d.r.ReadByte()
	if err != nil {
		return nil, err
	}
	switch {
	case c < 0x80:
		return int64(c), nil
	case c < 0x90:
		return d.pairs(int64(c&0x0f), depth)
	case c < 0xa0:
		return d.array(int64(c&0x0f), depth)
	case c < 0xc0:
		return d.text(int64(c & 0x1f))
	case c >= 0xe0:
		return int64(int8(c)), nil
	}
	return d.typed(c, depth)
}

// typed reads a value whose first byte is between 0xc0 and 0xdf.
func (d *decoder) typed(c byte, depth int) (any, error) {
	switch c {
	case 0xc0:
		return nil, nil
	case 0xc2, 0xc3:
		return c == 0xc3, nil
	case 0xc4, 0xc5, 0xc6:
		return sized(d, c-0xc4, d.bytes)
	case 0xc7, 0xc8, 0xc9:
		return sized(d, c-0xc7, d.extension)
	case 0xca:
		n, err := d.number(4)
		return float64(math.Float32frombits(uint32(n))), err
	case 0xcb:
		n, err := d.number(8)
		return math.Float64frombits(n), err
	case 0xcc, 0xcd, 0xce, 0xcf:
		n, err := d.number(1 << (c - 0xcc))
		if n > math.MaxInt64 {
			return n, err
		}
		return int64(n), err
	case 0xd0, 0xd1, 0xd2, 0xd3:
		size := 1 << (c - 0xd0)
		n, err := d.number(size)
		unused := 64 - 8*size
		return int64(n<<unused) >> unused, err
	case 0xd4, 0xd5, 0xd6, 0xd7, 0xd8:
		return d.extension(1 << (c - 0xd4))
	case 0xd9, 0xda, 0xdb:
		return sized(d, c-0xd9, d.text)
	case 0xdc, 0xdd:
		return sized(d, c-0xdc+1, func(n int64) (any, error) { return d.array(n, depth) })
	case 0xde, 0xdf:
		return sized(d, c-0xde+1, func(n int64) (any, error) { return d.pairs(n, depth) })
	}
	return nil, fmt.Errorf("byte %#x starts no MessagePack value", c)
}

// sized reads a length of 1, 2 or 4 bytes (log is 0, 1 or 2) and then what it is the length of.
func sized[T any](d *decoder, log byte, read func(int64) (T, error)) (any, error) {
	n, err := d.number(1 << log)
	if err != nil {
		return nil, err
	}
	return read(int64(n))
}

// number reads an unsigned number in big endian.
func (d *decoder) number(size int) (uint64, error) {
	var b [8]byte
	_, err := io.ReadFull(d.r, b[8-size:])
	return binary.BigEndian.Uint64(b[:]), unexpected(err)
}

func (d *decoder) array(n int64, depth int) (any, error) {
	if n*valueCost > d.left {
		return nil, errTooLarge
	}
	values := make([]any, 0, min(n, 64))
	for range n {
		v, err := d.value(depth + 1)
		if err != nil {
			return nil, unexpected(err)
		}
		values = append(values, v)
	}
	return values, nil
}

func (d *decoder) pairs(n int64, depth int) (any, error) {
	if 2*n*valueCost > d.left {
		return nil, errTooLarge
	}
	values := make(pairs, 0, min(n, 64))
	for range n {
		key, err := d.value(depth + 1)
		if err != nil {
			return nil, unexpected(err)
		}
		v, err := d.value(depth + 1)
		if err != nil {
			return nil, unexpected(err)
		}
		values = append(values, pair{key, v})
	}
	return values, nil
}

func (d *decoder) text(n int64) (any, error) {
	b, err := d.bytes(n)
	return string(b), err
}

// bytes reads as it comes, so that a length without the bytes takes no memory.
func (d *decoder) bytes(n int64) ([]byte, error) {
	if err := d.spend(n); err != nil {
		return nil, err
	}
	const step = 64 << 10
	b := make([]byte, 0, min(n, step))
	for int64(len(b)) < n {
		have := len(b)
		b = append(b, make([]byte, min(n-int64(have), step))...)
		if _, err := io.ReadFull(d.r, b[have:]); err != nil {
			return nil, unexpected(err)
		}
	}
	return b, nil
}

// extension reads a time of Fluentd's, seconds and nanoseconds of 4 bytes each, or some bytes.
func (d *decoder) extension(n int64) (any, error) {
	kind, err := d.r.ReadByte()
	if err != nil {
		return nil, unexpected(err)
	}
	b, err := d.bytes(n)
	if err != nil || kind != 0 || n != 8 {
		return b, err
	}
	return time.Unix(int64(binary.BigEndian.Uint32(b)), int64(binary.BigEndian.Uint32(b[4:]))), nil
}

func (d *decoder) spend(n int64) error {
	if n > d.left {
		return errTooLarge
	}
	d.left -= n
	return nil
}

// unexpected tells an end within a value from one between values.
func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
