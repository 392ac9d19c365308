package logs

import (
	"fmt"
	"strings"
	"time"
)

// Fault is a disturbance of CloudWatch Logs to be simulated. The zero value is none.
type Fault struct {
	// Outage means that no call ever succeeds.
	Outage bool
	// Latency is how long each call of PutLogEvents takes.
	Latency time.Duration
}

// throttleLatency is a call that is refused twice and let through at the third attempt, with the delays before a second and a
// third attempt that AWS SDKs take for throttling, 0.5 to 1 and 1 to 2 seconds, in the middle.
const throttleLatency = 2250 * time.Millisecond

// ParseFault reads outage, throttle or latency=DURATION, such as latency=300ms; empty is no fault.
func ParseFault(text string) (Fault, error) {
	switch text {
	case "":
		return Fault{}, nil
	case "outage":
		return Fault{Outage: true}, nil
	case "throttle":
		return Fault{Latency: throttleLatency}, nil
	}
	if value, ok := strings.CutPrefix(text, "latency="); ok {
		if d, err := time.ParseDuration(value); err == nil && d > 0 && d <= time.Hour {
			return Fault{Latency: d}, nil
		}
	}
	return Fault{}, fmt.Errorf("read log fault %q: use outage, throttle or latency=DURATION, with a duration such as 300ms", text)
}

// Any tells whether there is a fault.
func (f Fault) Any() bool { return f != Fault{} }
