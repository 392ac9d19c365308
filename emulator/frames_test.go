package emulator

import (
	"testing"

	"github.com/ecslocal/ecslocal/logs"
)

// TestFrameScanner wants the same of a stream wherever it is cut.
func TestFrameScanner(t *testing.T) {
	t.Parallel()
	r := resumed{}
	stream := string(r.framed(logs.Stdout, []byte("one\ntwo"))) + string(r.framed(logs.Stderr, []byte("err\n"))) + "\x01\x00\x00\x00\x00\x00\x00\x00" +
		string(r.framed(logs.Stdout, []byte("\n")))
	for cut := range len(stream) {
		var f frameScanner
		var got [2]string
		for _, part := range []string{stream[:cut], stream[cut:]} {
			f.scan([]byte(part), func(source logs.Source, text []byte) { got[source] += string(text) })
		}
		if got != [2]string{"one\ntwo\n", "err\n"} {
			t.Fatalf("cut at %d: %q", cut, got)
		}
	}
}
