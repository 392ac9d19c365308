package logs

import (
	"testing"
	"time"
)

var start = time.UnixMilli(1_800_000_000_000)

// offer brings n lines of 99 bytes, evenly over a time, and counts what was dropped.
func offer(r *Ring, n int, from time.Time, over time.Duration) (dropped int) {
	for i := range n {
		if _, ok := r.Offer(99, from.Add(over*time.Duration(i)/time.Duration(n))); !ok {
			dropped++
		}
	}
	return dropped
}

func nonBlocking(buffer int64) Options {
	return Options{Mode: NonBlocking, BufferBytes: buffer, QueueEvents: 4096}
}

// TestRingDropsAsTheEngineDid: engine 28.5.2 lost 730,614, 739,002 and 772,554 of 1,000,000 lines of 100 bytes that an application
// wrote within 1.1 seconds, with mode=non-blocking and max-buffer-size=10m.
func TestRingDropsAsTheEngineDid(t *testing.T) {
	t.Parallel()
	if dropped := offer(NewRing(nonBlocking(10<<20), Fault{}, start), 1_000_000, start, 1100*time.Millisecond); dropped < 700_000 || dropped > 790_000 {
		t.Errorf("%d lines dropped", dropped)
	}
	if dropped := offer(NewRing(nonBlocking(10<<20), Fault{}, start), 100_000, start, 10*time.Second); dropped != 0 {
		t.Errorf("%d lines dropped of a slow application", dropped)
	}
	if dropped := offer(NewRing(nonBlocking(200<<20), Fault{}, start), 1_000_000, start, 1100*time.Millisecond); dropped != 0 {
		t.Errorf("%d lines dropped although the buffer was large enough", dropped)
	}
}

func TestRingDropsTheNewest(t *testing.T) {
	t.Parallel()
	r := NewRing(nonBlocking(1000), Fault{Outage: true}, start)
	r.queue = 2
	r.advance(start.Add(time.Hour))
	fits := 0
	for ok := true; ok; fits++ {
		_, ok = r.Offer(400, start.Add(time.Hour))
	}
	if fits-1 != 5 { // one is being taken, two are in the queue, two in the buffer
		t.Errorf("%d lines fit", fits-1)
	}
	if _, ok := r.Offer(100, start.Add(time.Hour)); !ok {
		t.Error("a line that still fits was dropped")
	}
	alone := NewRing(nonBlocking(10), Fault{Outage: true}, start)
	alone.queue = 1
	alone.stuck = true
	for range 2 { // the engine takes a line of any length into an empty buffer
		if _, ok := alone.Offer(400, start); !ok {
			t.Error("a line longer than the buffer was dropped although the buffer was empty")
		}
	}
}

func TestRingInAnOutage(t *testing.T) {
	t.Parallel()
	r := NewRing(nonBlocking(100_000), Fault{Outage: true}, start)
	if dropped := offer(r, 100_000, start, time.Minute); dropped < 80_000 || dropped > 95_000 { // all but a batch or five seconds, the queue and the buffer
		t.Errorf("%d of 100000 lines dropped", dropped)
	}
	blocking := NewRing(Options{Mode: Blocking, QueueEvents: 4096}, Fault{Outage: true}, start)
	taken := 0
	for now := start; ; taken++ {
		wait, ok := blocking.Offer(99, now)
		if wait == Forever {
			break
		}
		if !ok {
			taken--
			now = now.Add(wait)
		}
		if taken > 50_000 {
			t.Fatal("the application never has to wait")
		}
	}
	if batch := maxBatchBytes / (99 + EventOverhead); taken < batch+4096 || taken > batch+4096+2 {
		t.Errorf("%d lines went before the application had to wait", taken)
	}
}

// TestRingLatency: with 1 s a call and at most 10,000 lines a call, blocking mode lets about 10,000 lines a second through.
func TestRingLatency(t *testing.T) {
	t.Parallel()
	r := NewRing(Options{Mode: Blocking, QueueEvents: 4096}, Fault{Latency: time.Second}, start)
	now := start
	for taken := 0; taken < 100_000; {
		if wait, ok := r.Offer(10, now); ok {
			taken++
		} else {
			now = now.Add(wait)
		}
	}
	if took := now.Sub(start); took < 8*time.Second || took > 12*time.Second {
		t.Errorf("100,000 lines took %v", took)
	}
}

func TestParseFault(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Fault{"": {}, "outage": {Outage: true}, "throttle": {Latency: throttleLatency}, "latency=150ms": {Latency: 150 * time.Millisecond}} {
		if got, err := ParseFault(text); got != want || err != nil {
			t.Errorf("%q = %+v, %v", text, got, err)
		}
	}
	for _, text := range []string{"latency", "latency=", "latency=-1s", "latency=0", "Outage", "latency=2000h"} {
		if got, err := ParseFault(text); err == nil {
			t.Errorf("%q = %+v", text, got)
		}
	}
}
