package logs

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// memory is a Sink that remembers messages; before, where it is set, is called first.
type memory struct {
	mu       sync.Mutex
	messages []string
	before   func() error
}

func (m *memory) Append(events []Event) error {
	if m.before != nil {
		if err := m.before(); err != nil {
			return err
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, event := range events {
		m.messages = append(m.messages, event.Source.String()+" "+string(event.Message))
	}
	return nil
}

func (m *memory) all() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]string(nil), m.messages...)
}

// frame is output as it comes from an attached container.
func frame(source byte, text string) string {
	head := binary.BigEndian.AppendUint32([]byte{source, 0, 0, 0}, uint32(len(text)))
	return string(head) + text
}

func TestCollectorReadsFrames(t *testing.T) {
	t.Parallel()
	stream := frame(1, "one\ntw") + frame(2, "err\n") + frame(1, "") + frame(1, "o\n\n") + frame(1, "three\n") + frame(2, "end")
	want := []string{"stdout one", "stderr err", "stdout two", "stdout three", "stderr end"}
	for size := 1; size < len(stream); size++ {
		sink, r := &memory{}, io.MultiReader(strings.NewReader(stream[:size]), strings.NewReader(stream[size:]))
		counts, err := Collect(Collection{Sink: sink}, Output{Frames: r}).Wait(t.Context())
		if diff := cmp.Diff(want, sink.messages); diff != "" || err != nil {
			t.Fatalf("cut at %d: %s%v", size, diff, err)
		}
		if counts.Events != 5 || counts.Empty != 1 || counts.Stderr != 2 {
			t.Fatalf("counts: %+v", counts)
		}
	}
	sink := &memory{}
	_, err := Collect(Collection{Sink: sink}, Output{Frames: strings.NewReader(frame(1, "good\n") + frame(7, "bad\n"))}).Wait(t.Context())
	if err == nil || len(sink.messages) != 1 {
		t.Errorf("frame of an unknown stream: %v, %q", err, sink.messages)
	}
}

func TestCollectorReadsTwoStreamsOrATerminal(t *testing.T) {
	t.Parallel()
	sink := &memory{}
	if _, err := Collect(Collection{Sink: sink}, Output{Stdout: strings.NewReader("o\n"), Stderr: strings.NewReader("e")}).Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(sink.messages) != 2 {
		t.Errorf("two streams: %q", sink.messages)
	}
	sink = &memory{}
	if _, err := Collect(Collection{Sink: sink}, Output{Stdout: strings.NewReader("a\r\nb")}).Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"stdout a\r", "stdout b"}, sink.messages); diff != "" {
		t.Error(diff)
	}
	if counts, err := Collect(Collection{Sink: sink}, Output{}).Wait(t.Context()); counts.Lines != 0 || err != nil {
		t.Errorf("nothing to read: %+v, %v", counts, err)
	}
}

// TestCollectorReadsEagerly: neither a slow sink nor a slow screen keeps the container waiting.
func TestCollectorReadsEagerly(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sink := &memory{before: func() error { time.Sleep(5 * time.Second); return nil }}
		screen := func([]Line) { time.Sleep(5 * time.Second) }
		r, w := io.Pipe()
		c := Collect(Collection{Sink: sink, Screen: screen}, Output{Stdout: r})
		began := time.Now()
		for i := range 30_000 { // 3 MB
			fmt.Fprintf(w, "%0100d\n", i)
		}
		if waited := time.Since(began); waited > 100*time.Millisecond {
			t.Errorf("the container waited for %v", waited)
		}
		for i := 30_000; i < 300_000; i++ { // 30 MB
			fmt.Fprintf(w, "%0100d\n", i)
		}
		if waited := time.Since(began); waited > time.Second {
			t.Errorf("the container waited for %v, longer than an engine waits for us when it exits", waited)
		}
		w.Close()
		if counts, err := c.Wait(t.Context()); counts.Events != 300_000 || err != nil {
			t.Errorf("%+v, %v", counts, err)
		}
		for i, message := range sink.messages {
			if message != fmt.Sprintf("stdout %0100d", i) {
				t.Fatalf("event %d is %q", i, message)
			}
		}
	})
}

func TestCollectorHasALimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sink := &memory{before: func() error { time.Sleep(time.Second); return nil }}
		r, w := io.Pipe()
		c := Collect(Collection{Sink: sink, Limit: 10_000}, Output{Stdout: r})
		began := time.Now()
		for i := range 1000 {
			fmt.Fprintf(w, "%099d\n", i)
		}
		if waited := time.Since(began); waited < 5*time.Second {
			t.Errorf("100,000 bytes went into 10,000 within %v", waited)
		}
		w.Close()
		if counts, err := c.Wait(t.Context()); counts.Events != 1000 || err != nil {
			t.Errorf("%+v, %v", counts, err)
		}
	})
}

func TestCollectorIsPrompt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sink := &memory{}
		var shown []string
		screen := func(lines []Line) {
			if len(sink.all()) == 0 {
				t.Error("shown before it was stored")
			}
			for _, line := range lines {
				shown = append(shown, string(line.Text))
			}
		}
		r, w := io.Pipe()
		c := Collect(Collection{Sink: sink, Screen: screen}, Output{Stdout: r})
		for i := range 50 {
			fmt.Fprintf(w, "%d\n\n", i)
			time.Sleep(5 * time.Millisecond)
			synctest.Wait()
			if got := len(sink.all()); got != i+1 {
				t.Fatalf("after %d lines %d are stored", i+1, got)
			}
		}
		w.Close()
		if _, err := c.Wait(t.Context()); err != nil {
			t.Error(err)
		}
		if len(shown) != 100 || shown[98] != "49" || shown[99] != "" { // empty lines too
			t.Errorf("%d lines were shown", len(shown))
		}
	})
}

func TestCollectorTicks(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sink := &memory{}
		r, w := io.Pipe()
		c := Collect(Collection{Sink: sink, Options: Options{Pattern: regexp.MustCompile("^>"), FlushInterval: 5 * time.Second}}, Output{Stdout: r})
		time.Sleep(time.Second)
		io.WriteString(w, "> a\n  more\n")
		time.Sleep(8 * time.Second) // at 5 s it is 4 s old
		synctest.Wait()
		if got := sink.all(); len(got) != 0 {
			t.Errorf("flushed too early: %q", got)
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if diff := cmp.Diff([]string{"stdout > a\n  more\n"}, sink.all()); diff != "" {
			t.Error(diff)
		}
		w.Close()
		if _, err := c.Wait(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestCollectorGoesOnWhenEventsCannotBeStored(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		full := errors.New("no space left on device")
		calls := 0
		sink := &memory{before: func() error {
			if calls++; calls == 2 {
				return full
			}
			return nil
		}}
		r, w := io.Pipe()
		c := Collect(Collection{Sink: sink}, Output{Stdout: r})
		for i := range 3 {
			fmt.Fprintf(w, "a%d\nb%d\n", i, i)
			time.Sleep(time.Second)
		}
		w.Close()
		counts, err := c.Wait(t.Context())
		if diff := cmp.Diff([]string{"stdout a0", "stdout b0", "stdout a2", "stdout b2"}, sink.messages); diff != "" || err != nil {
			t.Error(diff, err)
		}
		if counts.Lost != 2 || counts.Events != 6 || !errors.Is(counts.LostError, full) {
			t.Errorf("%+v", counts)
		}
	})
}

func TestCollectorTellsOfAReadError(t *testing.T) {
	t.Parallel()
	broken := errors.New("connection reset")
	r, w := io.Pipe()
	sink := &memory{}
	c := Collect(Collection{Sink: sink}, Output{Stdout: r})
	io.WriteString(w, "a\nhalf")
	w.CloseWithError(broken)
	if _, err := c.Wait(t.Context()); !errors.Is(err, broken) {
		t.Errorf("error: %v", err)
	}
	if diff := cmp.Diff([]string{"stdout a", "stdout half"}, sink.messages); diff != "" {
		t.Error(diff)
	}
}

// writeLines writes as an application does, until the pipe is closed, and says how many lines went through.
func writeLines(w *io.PipeWriter, n int) (written int) {
	for i := range n {
		if _, err := fmt.Fprintf(w, "%099d\n", i); err != nil {
			break
		}
		written++
	}
	w.Close()
	return written
}

func TestOutageBlocksTheApplication(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sink := &memory{}
		r, w := io.Pipe()
		c := Collect(Collection{Sink: sink, Options: Options{Mode: Blocking}, Fault: Fault{Outage: true}}, Output{Stdout: r})
		done := make(chan int, 1)
		go func() { done <- writeLines(w, 100_000) }()
		time.Sleep(time.Minute)
		synctest.Wait()
		select {
		case <-done:
			t.Fatal("the application wrote everything")
		default:
		}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second) // as the engine waits when a container exits
		defer cancel()
		counts, err := c.Wait(ctx)
		if !errors.Is(err, context.DeadlineExceeded) || len(sink.messages) != 0 || counts.Dropped == 0 || counts.Faulted < 10_000 {
			t.Errorf("%d stored, %+v, %v", len(sink.messages), counts, err)
		}
		if written := <-done; int64(written) < counts.Faulted || written > 20_000 {
			t.Errorf("the application wrote %d lines", written)
		}
	})
}

func TestOutageDropsInNonBlockingMode(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sink := &memory{}
		r, w := io.Pipe()
		c := Collect(Collection{Sink: sink, Options: nonBlocking(1 << 20), Fault: Fault{Outage: true}}, Output{Stdout: r})
		written := writeLines(w, 100_000)
		counts, err := c.Wait(t.Context())
		if written != 100_000 || len(sink.messages) != 0 || counts.Dropped < 50_000 || counts.Dropped+counts.Faulted != 100_000 || err != nil {
			t.Errorf("%d written, %d stored, %+v, %v", written, len(sink.messages), counts, err)
		}
	})
}

func TestLatencySlowsABlockedApplication(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sink := &memory{}
		r, w := io.Pipe()
		c := Collect(Collection{Sink: sink, Options: Options{Mode: Blocking}, Fault: Fault{Latency: 2 * time.Second}}, Output{Stdout: r})
		began := time.Now()
		writeLines(w, 60_000) // seven calls of 1 MB
		counts, err := c.Wait(t.Context())
		if took := time.Since(began); took < 8*time.Second || took > 16*time.Second || counts.Blocked < 8000 {
			t.Errorf("took %v, %+v", took, counts)
		}
		if len(sink.messages) != 60_000 || err != nil {
			t.Errorf("%d stored, %v", len(sink.messages), err)
		}
	})
}

// TestCollectorCountsWhatECSWouldLose: without a fault everything is stored, and the loss is only worked out.
func TestCollectorCountsWhatECSWouldLose(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { // in which writing takes no time
		sink := &memory{}
		r, w := io.Pipe()
		c := Collect(Collection{Sink: sink, Options: nonBlocking(1 << 20)}, Output{Stdout: r})
		writeLines(w, 50_000)
		counts, err := c.Wait(t.Context())
		if len(sink.messages) != 50_000 || counts.Dropped < 30_000 || err != nil {
			t.Errorf("%d stored, %+v, %v", len(sink.messages), counts, err)
		}
		said := counts.Warnings(nonBlocking(1<<20), Fault{})
		if len(said) != 1 || !strings.Contains(said[0], fmt.Sprintf("%d of 50000 lines", counts.Dropped)) || !strings.Contains(said[0], "1m") {
			t.Errorf("said %q", said)
		}
	})
}

func TestWarnings(t *testing.T) {
	t.Parallel()
	pattern := Options{Pattern: regexp.MustCompile("x"), PatternText: "x", FlushInterval: 5 * time.Second, Mode: Blocking}
	for name, test := range map[string]struct {
		counts Counts
		o      Options
		fault  Fault
		want   []string
	}{
		"all is well": {Counts{Lines: 5, Events: 5}, Options{Mode: Blocking}, Fault{}, nil},
		"nothing":     {Counts{}, Options{}, Fault{}, []string{"PYTHONUNBUFFERED=1"}},
		"much": {Counts{Lines: 9, Events: 9, Lost: 3, LostError: errors.New("disk full"), Split: 2, SplitJSON: 1, Invalid: 4, Empty: 6, CarriageReturns: 7, Mixed: 8},
			Options{}, Fault{}, []string{"3 log events could not be stored, as if CloudWatch Logs had been away: disk full", "2 lines were longer", "1 of them look like JSON",
				"4 events held bytes that are not UTF-8", "6 empty lines were dropped", "7 events end in a carriage return", "that was so 8 times"}},
		"blocked":          {Counts{Lines: 1, Events: 1, Blocked: 12_345}, Options{Mode: Blocking}, Fault{Latency: 1}, []string{"had to wait 12.3s"}},
		"outage":           {Counts{Lines: 9, Faulted: 7, Dropped: 2}, Options{Mode: Blocking}, Fault{Outage: true}, []string{"7 log events reached", "2 of 9 lines were still waiting"}},
		"pattern in vain":  {Counts{Lines: 9, Events: 1, Unmatched: 9, FirstUnmatched: true}, pattern, Fault{}, []string{`"x" matched none of 9 lines, so they were joined until the event was full or 10s old`}},
		"pattern too late": {Counts{Lines: 9, Events: 2, Matched: 1, Unmatched: 8, FirstUnmatched: true}, pattern, Fault{}, []string{"the first line did not match"}},
	} {
		got := test.counts.Warnings(test.o, test.fault)
		if len(got) != len(test.want) {
			t.Errorf("%s: %q", name, got)
			continue
		}
		for i, want := range test.want {
			if !strings.Contains(got[i], want) {
				t.Errorf("%s: %q does not say %q", name, got[i], want)
			}
		}
	}
}
