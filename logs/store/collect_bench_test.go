//go:build unix

package store

import (
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/ecslocal/ecslocal/logs"
)

// lineReader is an attached container that writes lines of 100 bytes as fast as they are read. An engine copies up to 32 KiB a frame;
// an application that writes line by line gets a frame for each line.
type lineReader struct {
	frame, rest []byte
	frames      int
}

func newLineReader(lines, perFrame int) *lineReader {
	var text []byte
	for i := range perFrame {
		text = fmt.Appendf(text, "%099d\n", i)
	}
	frame := binary.BigEndian.AppendUint32([]byte{1, 0, 0, 0}, uint32(len(text)))
	return &lineReader{frame: append(frame, text...), frames: lines / perFrame}
}

func (r *lineReader) Read(b []byte) (n int, err error) {
	for n < len(b) {
		if len(r.rest) == 0 {
			if r.frames == 0 {
				break
			}
			r.frames--
			r.rest = r.frame
		}
		copied := copy(b[n:], r.rest)
		n, r.rest = n+copied, r.rest[copied:]
	}
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

// cpu is the processor time of this process in seconds.
func cpu(b *testing.B) float64 {
	b.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1e9
}

// peak is the most memory that this process has had, in MB, 0 where the system does not say.
func peak() (mb float64) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.SplitSeq(string(status), "\n") {
		if value, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			fmt.Sscan(value, &mb)
		}
	}
	return mb / 1024
}

// BenchmarkCollect reads, assembles, stores and indexes 1,000,000 lines of 100 bytes in each operation, counting what ECS would lose.
func BenchmarkCollect(b *testing.B) {
	for name, perFrame := range map[string]int{"frames of 32 KiB": 327, "a frame for each line": 1} {
		b.Run(name, func(b *testing.B) {
			s := open(b, Options{})
			used, lines := cpu(b), 0
			for b.Loop() {
				w, err := s.Writer("/ecs/web", fmt.Sprint("x", lines))
				if err != nil {
					b.Fatal(err)
				}
				r := newLineReader(1_000_000, perFrame)
				options := logs.Options{Mode: logs.NonBlocking, BufferBytes: 10 << 20}
				counts, err := logs.Collect(logs.Collection{Sink: w, Options: options}, logs.Output{Frames: r}).Wait(b.Context())
				if want := int64(1_000_000 / perFrame * perFrame); counts.Events != want || counts.Lost != 0 || err != nil {
					b.Fatalf("%+v, %v", counts, err)
				}
				lines += int(counts.Events)
				if err := w.close(false); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric((cpu(b)-used)/float64(lines)*1e6, "cpu-s/Mline")
			b.ReportMetric(peak(), "peak-MB")
		})
	}
}
