package store

import (
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ecslocal/ecslocal/logs"
)

// TestText holds the format that people read with less, grep and tail.
func TestText(t *testing.T) {
	t.Parallel()
	s := open(t, Options{})
	w, err := s.Writer("/ecs/web", "ecs/app/1")
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	at := time.Date(2026, 2, 28, 23, 59, 59, 7e6, time.UTC).UnixMilli()
	events := []logs.Event{
		{Timestamp: at, Message: []byte("plain \\ text")},
		{Timestamp: at + 1, Message: []byte("from stderr"), Source: logs.Stderr},
		{Timestamp: at - 5000, Message: []byte("the clock went back\n  second line\n")},
		{Timestamp: at + 86_400_000, Message: []byte("nul \x00 and \\")},
		{Timestamp: -1, Message: []byte("cr\r")},
	}
	if err := w.Append(events); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(s.Path("/ecs/web", "ecs/app/1"))
	want := "2026-02-28T23:59:59.007Z plain \\ text\n" +
		"2026-02-28T23:59:59.008Z\tfrom stderr\n" +
		"2026-02-28T23:59:59.008Z the clock went back\n\t  second line\n\t\n" +
		"2026-03-01T23:59:59.007z nul \\0 and \\\\\n" +
		"2026-03-01T23:59:59.007Z cr\r\n"
	if diff := cmp.Diff(want, string(text)); diff != "" || err != nil {
		t.Error(diff, err)
	}
}

func TestStampsAreReadAsTheyAreWritten(t *testing.T) {
	t.Parallel()
	var s stamper
	var p parser
	for milli := int64(0); milli <= maxTimestamp; milli += 86_399_123 * 37 { // all days of the year, all hours
		text := string(s.at(milli)[:]) + " x"
		if got, ok := p.stamp(text); got != milli || !ok {
			t.Fatalf("%d is written %s and read %d", milli, text, got)
		}
	}
	if text := string(s.at(maxTimestamp)[:]); text != "9999-12-31T23:59:59.999Z" {
		t.Errorf("the end of time is %s", text)
	}
	for _, text := range []string{"", "2026-13-01T00:00:00.000Z x", "2026-01-01 00:00:00.000Z x", "2026-01-01T00:00:00,000Z x", "2026-01-01T00:00:00.00xZ x",
		"2026-01-01T24:00:00.000Z x", "2026-01-01T00:00:00.000Zx"} {
		if got, ok := p.stamp(text); ok {
			t.Errorf("%q is %d", text, got)
		}
	}
}

// TestEditedText: lines that an editor left without stamp belong to the time before them.
func TestEditedText(t *testing.T) {
	t.Parallel()
	p := parser{last: 5}
	event, rest := p.next("no stamp\n1970-01-01T00:00:00.009Z x\n")
	if event.Timestamp != 5 || event.Message != "no stamp" {
		t.Errorf("%+v", event)
	}
	event, rest = p.next(rest)
	if event.Timestamp != 9 || event.Message != "x" || rest != "" {
		t.Errorf("%+v, rest %q", event, rest)
	}
}

// FuzzEvent: every message comes back as it was, and its text is one event.
func FuzzEvent(f *testing.F) {
	f.Add("a\nb", int64(5), true)
	f.Add("\x00\\0\\\\\n\t\n", int64(1_800_000_000_000), false)
	f.Fuzz(func(t *testing.T, message string, at int64, stderr bool) {
		event := logs.Event{Timestamp: at & (1<<47 - 1), Message: []byte(message)}
		if stderr {
			event.Source = logs.Stderr
		}
		var s stamper
		text := string(appendEvent(nil, s.at(event.Timestamp), event))
		var p parser
		got, rest := p.next(text + "1970-01-01T00:00:00.000Z next\n")
		if got.Message != message || got.Timestamp != event.Timestamp || got.Source != event.Source || rest != "1970-01-01T00:00:00.000Z next\n" {
			t.Fatalf("%q became %q, which is %+v", message, text, got)
		}
	})
}
