package pace

import "time"

// Defaults of Amazon ECS.
const (
	defaultInterval = 30 * time.Second
	defaultTimeout  = 5 * time.Second
	defaultRetries  = 3
)

// Of are the settings of a definition in seconds; 0 is the default.
func Of(interval, timeout, retries, startPeriod int) Settings {
	s := Settings{Interval: time.Duration(interval) * time.Second, Timeout: time.Duration(timeout) * time.Second, Retries: retries, StartPeriod: time.Duration(startPeriod) * time.Second}
	if s.Interval <= 0 {
		s.Interval = defaultInterval
	}
	if s.Timeout <= 0 {
		s.Timeout = defaultTimeout
	}
	if s.Retries <= 0 {
		s.Retries = defaultRetries
	}
	return s
}
