package logs

import "time"

// Ring works out what becomes of lines on their way to CloudWatch Logs: how long an application in blocking mode has to wait, and
// which lines non-blocking mode drops. It is a model of the engine's driver driven by calls alone: lines wait in the buffer
// (max-buffer-size, non-blocking only) and in a queue (awslogs-max-buffered-events); the driver takes them one by one, and while it
// sends a batch it takes none.
type Ring struct {
	mode   Mode
	buffer int64
	queue  int64
	fault  Fault

	// waiting are the lines not taken yet, oldest first; in the buffer are those behind the first queue ones.
	waiting      []waitingLines
	lines, bytes int64
	// batch is what the driver took since it last sent.
	batchLines, batchBytes int64
	// free is when the driver can take the next line, sendAt when it sends what it has at the latest.
	free, sendAt time.Time
	stuck        bool
}

// waitingLines are lines that came at about the same time.
type waitingLines struct{ lines, bytes int64 }

// lineTime is how long the driver is busy with one line: 1,000,000 lines took 7.3 s through the awslogs driver of engine 28.5.2 to a
// server on the same machine. Over a network it is longer, so that the true loss is greater than the one worked out here.
const lineTime = 7300 * time.Nanosecond

// Limits of one call of PutLogEvents.
const (
	maxBatchEvents = 10_000
	maxBatchBytes  = 1 << 20
)

// NewRing starts with an empty buffer at a time.
func NewRing(o Options, fault Fault, now time.Time) *Ring {
	r := &Ring{mode: o.Mode, buffer: o.BufferBytes, queue: int64(o.QueueEvents), fault: fault, free: now, sendAt: now.Add(defaultFlushInterval)}
	if r.queue <= 0 {
		r.queue = defaultQueueEvents
	}
	return r
}

// Offer brings a line of so many bytes. In blocking mode wait is how long the application has to wait before it may offer the line
// again, or Forever; in non-blocking mode ok is false where the line is dropped.
func (r *Ring) Offer(size int, now time.Time) (wait time.Duration, ok bool) {
	r.advance(now)
	if r.lines >= r.queue {
		if r.mode == Blocking {
			if r.stuck {
				return Forever, false
			}
			return max(r.free.Sub(now), lineTime), false
		}
		if held := r.held(); held > 0 && held+int64(size) > r.buffer {
			return 0, false
		}
	}
	r.add(int64(size))
	return 0, true
}

// Forever is the wait of an application whose output will never be taken.
const Forever = time.Duration(1<<63 - 1)

// held is how many bytes are in the buffer: what does not fit into the queue. Lines are taken to be of equal length.
func (r *Ring) held() int64 {
	if r.lines <= r.queue {
		return 0
	}
	return r.bytes - r.bytes*r.queue/r.lines
}

func (r *Ring) add(size int64) {
	r.lines++
	r.bytes += size
	if n := len(r.waiting); n > 0 && r.waiting[n-1].lines < 1000 {
		r.waiting[n-1].lines++
		r.waiting[n-1].bytes += size
		return
	}
	r.waiting = append(r.waiting, waitingLines{1, size})
}

// advance lets the driver work until now.
func (r *Ring) advance(now time.Time) {
	for !r.stuck && !r.free.After(now) {
		if r.batchLines > 0 && !r.sendAt.After(r.free) || r.batchLines >= maxBatchEvents || r.batchBytes >= maxBatchBytes {
			r.send()
			continue
		}
		if r.lines == 0 {
			if r.sendAt.After(now) || r.batchLines == 0 {
				r.free = now // idle
				if r.batchLines == 0 {
					r.sendAt = now.Add(defaultFlushInterval)
				}
				return
			}
			r.free = maxTime(r.free, r.sendAt)
			continue
		}
		r.take(int64(now.Sub(r.free)/lineTime) + 1)
	}
}

// take moves at most so many lines from the front to the batch.
func (r *Ring) take(most int64) {
	front := &r.waiting[0]
	n := min(most, front.lines, maxBatchEvents-r.batchLines)
	size := front.bytes * n / front.lines
	front.lines -= n
	front.bytes -= size
	if front.lines == 0 {
		r.waiting = r.waiting[1:]
	}
	r.lines -= n
	r.bytes -= size
	r.batchLines += n
	r.batchBytes += size + n*EventOverhead
	r.free = r.free.Add(time.Duration(n) * lineTime)
}

// send calls PutLogEvents. Without a fault its time is part of lineTime.
func (r *Ring) send() {
	r.batchLines, r.batchBytes = 0, 0
	r.stuck = r.fault.Outage
	r.free = r.free.Add(r.fault.Latency)
	r.sendAt = r.free.Add(defaultFlushInterval)
}

func maxTime(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
