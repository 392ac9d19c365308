package pace

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestTracker drives the state machine by what was measured on engine 20.10: + passes, - fails, one probe a second from 1 s on.
func TestTracker(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 11, 27, 4, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		retries     int
		startPeriod time.Duration
		probes      string
		want        string
	}{
		{3, 0, "----", "starting 1, starting 2, unhealthy 3, unhealthy 4"},
		{3, 0, "--+--", "starting 1, starting 2, healthy 0, healthy 1, healthy 2"},
		{2, 0, "--+", "starting 1, unhealthy 2, healthy 0"},
		{2, 3 * time.Second, "----", "starting 0, starting 0, starting 1, unhealthy 2"},
		{2, 30 * time.Second, "+--", "healthy 0, healthy 1, unhealthy 2"}, // the first pass ends startPeriod
		{1, 0, "-", "unhealthy 1"},
	} {
		tracker := Tracker{Settings: Settings{Retries: c.retries, StartPeriod: c.startPeriod}, Started: start}
		var got []string
		for i, p := range c.probes {
			streak, status := tracker.Probe(start.Add(time.Duration(i+1)*time.Second), p == '+')
			got = append(got, fmt.Sprint(status, " ", streak))
		}
		if text := strings.Join(got, ", "); text != c.want {
			t.Errorf("retries %d, startPeriod %v, %s:\n got %s\nwant %s", c.retries, c.startPeriod, c.probes, text, c.want)
		}
	}
}
