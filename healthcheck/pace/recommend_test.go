package pace

import (
	"testing"
	"time"
)

const s = time.Second

func TestReplay(t *testing.T) {
	t.Parallel()
	quick := []time.Duration{100 * time.Millisecond}
	for _, c := range []struct {
		name     string
		settings Settings
		starts   []Start
		healthy  time.Duration
		alarms   int
		replace  time.Duration
	}{
		{"ECS's defaults, ready at once", Of(0, 0, 0, 0), []Start{{Ready: s, Probes: quick}}, 30*s + 100*time.Millisecond, 0, 105 * s},
		{"the slowest start counts", Of(5, 2, 3, 0), []Start{{Ready: 2 * s, Probes: quick}, {Ready: 7 * s, Probes: quick}}, 10*s + 200*time.Millisecond, 0, 21 * s},
		{"too slow for the retries", Of(5, 2, 2, 0), []Start{{Ready: 12 * s, Probes: quick}}, 0, 1, 14 * s},
		{"startPeriod covers it", Of(5, 2, 2, 15), []Start{{Ready: 12 * s, Probes: quick}}, 15*s + 300*time.Millisecond, 0, 14 * s},
		{"probes slower than the timeout never pass", Of(5, 2, 3, 60), []Start{{Ready: s, Probes: []time.Duration{3 * s}}}, 0, 1, 21 * s},
		{"never ready", Of(5, 2, 3, 60), []Start{{Probes: quick}}, 0, 1, 21 * s},
	} {
		got := Replay(c.settings, c.starts)
		if got.Healthy != c.healthy || got.FalseAlarms != c.alarms || got.Replace != c.replace {
			t.Errorf("%s: healthy %v, alarms %d, replace %v; want %v, %d, %v", c.name, got.Healthy, got.FalseAlarms, got.Replace, c.healthy, c.alarms, c.replace)
		}
	}
}

func TestRecommend(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		starts []Start
		want   Settings
	}{
		{"a quick one", []Start{{Ready: 300 * time.Millisecond, Probes: []time.Duration{80 * time.Millisecond}}}, Of(5, 2, 3, 1)},
		{"a slow start", []Start{{Ready: 20 * s, Probes: []time.Duration{90 * time.Millisecond}}, {Ready: 31 * s}}, Of(5, 2, 3, 65)},
		{"slow probes", []Start{{Ready: 2 * s, Probes: []time.Duration{3500 * time.Millisecond}}}, Of(35, 7, 3, 1)},
		{"beyond what ECS takes", []Start{{Ready: 1000 * s, Probes: []time.Duration{90 * s}}}, Of(300, 60, 3, 300)},
	} {
		if c.want.StartPeriod == s { // none
			c.want.StartPeriod = 0
		}
		if got := Recommend(c.starts); got.Settings != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got.Settings, c.want)
		}
	}
}

// TestRecommendedNumbersHold replays each recommendation: it raises no false alarm, whatever was measured within ECS's limits.
func TestRecommendedNumbersHold(t *testing.T) {
	t.Parallel()
	for ready := s / 2; ready <= 150*s; ready += 7 * s / 2 {
		for _, took := range []time.Duration{s / 20, s, 4 * s, 25 * s} {
			starts := []Start{{Ready: ready, Probes: []time.Duration{took}}, {Ready: ready / 2, Probes: []time.Duration{took / 2}}}
			if a := Recommend(starts); a.FalseAlarms > 0 || a.Healthy < ready || a.Timeout >= a.Interval {
				t.Errorf("ready %v, probes %v: %+v", ready, took, a)
			}
		}
	}
}
