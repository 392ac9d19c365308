package logs

import (
	"fmt"
	"time"
)

// Warnings turn what was counted into sentences for the user: what ECS would have lost or changed, and what surprises people in
// their logs. They name no container. An empty result means that the logs on ECS would look like the output.
func (c Counts) Warnings(o Options, fault Fault) []string {
	var warnings []string
	say := func(when bool, format string, args ...any) {
		if when {
			warnings = append(warnings, fmt.Sprintf(format, args...))
		}
	}
	say(c.Lost > 0, "%d log events could not be stored, as if CloudWatch Logs had been away: %v", c.Lost, c.LostError)
	c.delivery(o, fault, say)
	say(c.Split > 0, "%d lines were longer than an event may be (%d bytes) and became several events", c.Split, MaxEventBytes)
	say(c.SplitJSON > 0, "%d of them look like JSON, which no longer parses once it is cut", c.SplitJSON)
	say(c.Invalid > 0, "%d events held bytes that are not UTF-8; CloudWatch Logs stores U+FFFD for each of them, which takes three bytes", c.Invalid)
	say(c.Empty > 0, "%d empty lines were dropped, as the awslogs driver does", c.Empty)
	say(c.CarriageReturns > 0, "%d events end in a carriage return: the container has a terminal, or the application ends its lines as Windows does", c.CarriageReturns)
	say(c.Mixed > 0, "stdout and stderr are one log stream, and their order within a millisecond is not certain; that was so %d times", c.Mixed)
	c.multiline(o, say)
	say(c.Lines == 0 && c.Events == 0, "the container wrote nothing; if it should have, it may keep its output until a buffer is full and lose it when it is stopped "+
		"(Python: set PYTHONUNBUFFERED=1)")
	return warnings
}

func (c Counts) delivery(o Options, fault Fault, say func(bool, string, ...any)) {
	say(c.Faulted > 0, "%d log events reached CloudWatch Logs never: an outage was simulated", c.Faulted)
	if c.Dropped > 0 {
		cause := "they came faster than the awslogs driver can send them"
		if fault.Any() {
			cause = "CloudWatch Logs did not take them in time, as was simulated"
		}
		say(o.Mode == Blocking, "%d of %d lines were still waiting when the container ended, and lost: %s", c.Dropped, c.Lines, cause)
		say(o.Mode != Blocking, "%d of %d lines are more than ECS would keep: %s, and mode %s drops what its buffer (max-buffer-size, here %s) cannot hold",
			c.Dropped, c.Lines, cause, o.Mode, sizeText(o.BufferBytes))
	}
	say(fault.Latency == throttleLatency, "CreateLogStream may be throttled on ECS, too, when many tasks start at one time (50 calls a second in an account); the container then does not start: %s",
		CreateFailure{Code: "ThrottlingException", Message: "Rate exceeded"}.Engine(""))
	say(c.Blocked > 0, "the application had to wait %s to write its output, since mode is blocking",
		(time.Duration(c.Blocked) * time.Millisecond).Round(100*time.Millisecond))
}

func (c Counts) multiline(o Options, say func(bool, string, ...any)) {
	if o.Pattern == nil {
		return
	}
	say(c.Matched == 0 && c.Unmatched > 0, "the multi-line pattern %q matched none of %d lines, so they were joined until the event was full or %s old",
		o.PatternText, c.Unmatched, 2*o.FlushInterval)
	say(c.Matched > 0 && c.FirstUnmatched, "the first line did not match the multi-line pattern %q: all lines before the first that does became one event",
		o.PatternText)
}

// sizeText writes a size as max-buffer-size does, in the largest unit that divides it.
func sizeText(n int64) string {
	units := []string{"", "k", "m", "g"}
	for n >= 1024 && n%1024 == 0 && len(units) > 1 {
		n /= 1024
		units = units[1:]
	}
	return fmt.Sprintf("%d%s", n, units[0])
}
