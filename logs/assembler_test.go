package logs

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// stamped are events as message and time in milliseconds.
type stamped struct {
	At      int64
	Message string
}

func taken(a *Assembler) (events []stamped) {
	for _, event := range a.Take() {
		events = append(events, stamped{event.Timestamp, string(event.Message)})
	}
	return events
}

func at(ms int64) time.Time { return time.UnixMilli(ms) }

func TestTimes(t *testing.T) {
	t.Parallel()
	var a Assembler
	a.Write(Stdout, []byte("one\ntwo"), at(10))
	a.Write(Stderr, []byte("err\n"), at(20))
	a.Write(Stdout, []byte(" more\nlast"), at(30)) // a line has the time at which it is cut
	a.Close(at(40))
	want := []stamped{{10, "one"}, {20, "err"}, {30, "two more"}, {40, "last"}}
	if diff := cmp.Diff(want, taken(&a)); diff != "" {
		t.Error(diff)
	}
	long := strings.Repeat("x", MaxEventBytes)
	a = Assembler{}
	a.Write(Stdout, []byte(long), at(10)) // and parts of a long line that of its first part
	a.Write(Stdout, []byte("rest\nnext\n"), at(20))
	want = []stamped{{10, long}, {10, "rest"}, {20, "next"}}
	if diff := cmp.Diff(want, taken(&a)); diff != "" {
		t.Errorf("%.300s", diff)
	}
}

func TestMultilineTimes(t *testing.T) {
	t.Parallel()
	a := Assembler{Pattern: regexp.MustCompile("^>")}
	a.Write(Stdout, []byte("before\n"), at(100))
	a.Write(Stdout, []byte("> a\n"), at(200))
	a.Write(Stdout, []byte("  more\n"), at(300))
	if diff := cmp.Diff([]stamped{{100, "before\n"}}, taken(&a)); diff != "" {
		t.Error(diff)
	}
	a.Tick(at(5199)) // not five seconds old
	if events := taken(&a); len(events) != 0 {
		t.Errorf("flushed too early: %v", events)
	}
	a.Tick(at(5200))
	if diff := cmp.Diff([]stamped{{200, "> a\n  more\n"}}, taken(&a)); diff != "" {
		t.Error(diff)
	}
	a.Write(Stdout, []byte("late\n"), at(9000)) // keeps the time of the event that was flushed (moby#41545)
	a.Write(Stdout, []byte("> b\n"), at(9500))
	a.Close(at(9600))
	if diff := cmp.Diff([]stamped{{200, "late\n"}, {9500, "> b\n"}}, taken(&a)); diff != "" {
		t.Error(diff)
	}
	a.Write(Stdout, []byte("> c\n"), at(9900))
	a.Tick(at(5)) // the clock went back
	if diff := cmp.Diff([]stamped{{9900, "> c\n"}}, taken(&a)); diff != "" {
		t.Error(diff)
	}
}

func TestMultilineLimit(t *testing.T) {
	t.Parallel()
	a := Assembler{Pattern: regexp.MustCompile("^>")}
	half := strings.Repeat("x", MaxEventBytes/2) + "\n"
	a.Write(Stdout, []byte(half+half+"> end\n"+strings.Repeat("y", MaxEventBytes)+"\nz\n"), at(1))
	a.Close(at(2))
	// The long line fills the event to the byte; what follows its cut is an empty line, whose line end no longer fits.
	want := []stamped{{1, half}, {1, half}, {1, "> end\n"}, {1, strings.Repeat("y", MaxEventBytes)}, {1, "\n"}, {1, "z\n"}}
	if diff := cmp.Diff(want, taken(&a)); diff != "" {
		t.Errorf("%.500s", diff)
	}
}

func TestSplitRespectsCharacters(t *testing.T) {
	t.Parallel()
	var a Assembler
	a.Write(Stdout, []byte(strings.Repeat("\xff", 100_000)+"\n"), at(1)) // 300,000 bytes as U+FFFD
	a.Close(at(1))
	events := taken(&a)
	if len(events) != 2 || events[0].Message != strings.Repeat("\ufffd", 87372) || events[1].Message != strings.Repeat("\ufffd", 12628) {
		t.Errorf("%d events, the first of %d bytes", len(events), len(events[0].Message))
	}
	// A character over the border is cut, since lines are cut as bytes; each of its bytes is then no UTF-8.
	a = Assembler{}
	a.Write(Stdout, []byte(strings.Repeat("x", MaxEventBytes-1)+"é!\n"), at(1))
	a.Close(at(1))
	var got []string
	for _, event := range taken(&a) {
		got = append(got, strings.TrimLeft(event.Message, "x"))
	}
	if diff := cmp.Diff([]string{"", "\ufffd", "\ufffd!"}, got); diff != "" {
		t.Error(diff)
	}
	if EffectiveSize([]byte("aé\xff")) != 6 {
		t.Error("size of invalid bytes")
	}
}

func TestCounts(t *testing.T) {
	t.Parallel()
	var a Assembler
	a.Write(Stdout, []byte("a\n\n\nb\r\n\xff\n  {"+strings.Repeat("x", MaxEventBytes)+"\n"+strings.Repeat("y", MaxEventBytes)+"\n"), at(1))
	a.Write(Stderr, []byte("e\n"), at(1))
	a.Write(Stdout, []byte("end"), at(1))
	a.Close(at(1))
	got := a.Counts
	got.last = Event{}
	want := Counts{Lines: 9, Empty: 2, Events: 8, Bytes: int64(1 + 2 + 3 + MaxEventBytes + 3 + MaxEventBytes + 1 + 3), Stderr: 1, Split: 1, SplitJSON: 1,
		Invalid: 1, CarriageReturns: 1, Mixed: 2}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(Counts{}), cmp.Comparer(func(a, b Event) bool { return true })); diff != "" {
		t.Error(diff)
	}
}

// FuzzAssembler: no byte is lost or changed, however output is cut into pieces, and no event is longer than the limit.
func FuzzAssembler(f *testing.F) {
	f.Add([]byte("a\n\nb\r\nc"), uint8(1), "")
	f.Add(bytes.Repeat([]byte("x\n\xe2\x98"), 200), uint8(7), "^x")
	f.Add([]byte(strings.Repeat("é", 200)), uint8(200), "y|")
	f.Fuzz(func(t *testing.T, output []byte, cut uint8, pattern string) {
		var compiled *regexp.Regexp
		if pattern != "" {
			var err error
			if compiled, err = regexp.Compile(pattern); err != nil {
				return
			}
		}
		size := 1 + int(cut)*int(cut)/16
		if len(output) > 0 && cut%16 == 0 { // long lines too
			output = bytes.Repeat(output, 1+MaxEventBytes/len(output))
			size += 2048
		}
		whole := assemble(t, compiled, output, len(output)+1)
		pieces := assemble(t, compiled, output, size)
		if !slices.Equal(whole, pieces) {
			t.Fatalf("in pieces of %d: %.500s", size, cmp.Diff(whole, pieces))
		}
		if !utf8.Valid(output) || compiled != nil {
			return
		}
		// What is left out is the ends of lines; replacement aside, everything else is there.
		if got, want := strings.Join(whole, ""), strings.ReplaceAll(string(output), "\n", ""); got != want && !cutCharacter(output) {
			t.Fatalf("%d bytes of output became %d bytes of events", len(want), len(got))
		}
	})
}

// cutCharacter tells whether a line is cut within a character.
func cutCharacter(output []byte) bool {
	for line := range bytes.SplitSeq(output, []byte("\n")) {
		for ; len(line) > MaxEventBytes; line = line[MaxEventBytes:] {
			if !utf8.RuneStart(line[MaxEventBytes]) {
				return true
			}
		}
	}
	return false
}

func assemble(t *testing.T, pattern *regexp.Regexp, output []byte, size int) (messages []string) {
	a := Assembler{Pattern: pattern}
	for rest := output; len(rest) > 0; {
		n := min(size, len(rest))
		piece := bytes.Clone(rest[:n])
		a.Write(Stdout, piece, at(1))
		messages = appendMessages(t, messages, &a)
		clear(piece) // it was used
		rest = rest[n:]
	}
	a.Close(at(1))
	return appendMessages(t, messages, &a)
}

func appendMessages(t *testing.T, messages []string, a *Assembler) []string {
	for _, event := range a.Take() {
		if len(event.Message) == 0 || len(event.Message) > MaxEventBytes || !utf8.Valid(event.Message) {
			t.Fatalf("event of %d bytes", len(event.Message))
		}
		messages = append(messages, string(event.Message))
	}
	return messages
}
