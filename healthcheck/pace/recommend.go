package pace

import (
	"math"
	"slices"
	"time"
)

// Start is one measured start of a container: when probes began, counted from the start, how long each took, and when the application was
// ready, which is when the first probe that passed began.
type Start struct {
	Ready  time.Duration // 0 where no probe passed
	Probes []time.Duration
}

// Advice is a set of numbers and what they would have meant in the measured starts.
type Advice struct {
	Settings
	// Healthy is the time from start to HEALTHY, the slowest of the starts; 0 where one would have become UNHEALTHY before.
	Healthy time.Duration
	// FalseAlarms are starts that would have become UNHEALTHY although the application was only starting.
	FalseAlarms int
	// Replace is the time from a failure of a healthy application to UNHEALTHY, at the worst: just after a pass, with probes that hang.
	Replace time.Duration
}

// limits of the numbers in Amazon ECS (API reference, HealthCheck), and of what is sensible.
const (
	minInterval, maxInterval = 5 * time.Second, 300 * time.Second
	minTimeout, maxTimeout   = 2 * time.Second, 60 * time.Second
	maxStartPeriod           = 300 * time.Second
	margin                   = 2 // of ready times and durations: a production host is busier than this one
	shareOfInterval          = 10
	sensibleRetries          = 3
	startPeriodStep          = 5 * time.Second
)

// Replay is what settings would have meant in measured starts: the engine's state machine over probes that take as long as the measured ones
// and pass from the time on when the application was ready.
func Replay(s Settings, starts []Start) Advice {
	a := Advice{Settings: s}
	for _, start := range starts {
		healthy, alarm := s.replay(start)
		if alarm {
			a.FalseAlarms++
		}
		a.Healthy = max(a.Healthy, healthy)
	}
	if a.FalseAlarms > 0 {
		a.Healthy = 0
	}
	a.Replace = time.Duration(s.Retries) * (s.Interval + s.Timeout)
	return a
}

// replay is when one start would have been HEALTHY, and whether it would have been UNHEALTHY before.
func (s Settings) replay(start Start) (healthy time.Duration, alarm bool) {
	tracker := Tracker{Settings: s}
	took := min(start.slowest(), s.Timeout)
	if start.Ready == 0 { // never: after retries
		return 0, true
	}
	for at := s.Interval; at <= start.Ready+s.Interval+took; at += s.Interval + took {
		passed := at >= start.Ready && start.slowest() <= s.Timeout
		_, status := tracker.Probe(time.Time{}.Add(at), passed)
		if status == Unhealthy {
			return 0, true
		}
		if passed {
			return at + took, false
		}
	}
	return 0, true
}

func (s Start) slowest() time.Duration {
	if len(s.Probes) == 0 {
		return 0
	}
	return slices.Max(s.Probes)
}

// Recommend is numbers that suit the measured starts: a timeout of twice the slowest probe, an interval that the probes do not fill, and a
// startPeriod of twice the slowest start where the retries alone would not cover it. All within what Amazon ECS takes.
func Recommend(starts []Start) Advice {
	var ready, slowest time.Duration
	for _, s := range starts {
		ready, slowest = max(ready, s.Ready), max(slowest, s.slowest())
	}
	s := Settings{Retries: sensibleRetries}
	s.Timeout = clamp(seconds(margin*slowest), minTimeout, maxTimeout)
	s.Interval = clamp(max(seconds(shareOfInterval*slowest), s.Timeout+time.Second), minInterval, maxInterval)
	if covered := time.Duration(s.Retries) * s.Interval; margin*ready > covered {
		s.StartPeriod = min((margin*ready + startPeriodStep - 1).Truncate(startPeriodStep), maxStartPeriod)
	}
	return Replay(s, starts)
}

// seconds rounds up, as the fields of a definition are whole seconds.
func seconds(d time.Duration) time.Duration {
	return time.Duration(math.Ceil(d.Seconds())) * time.Second
}

func clamp(d, least, most time.Duration) time.Duration { return min(max(d, least), most) }
