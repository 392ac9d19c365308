package page

import (
	"fmt"
	"time"

	"github.com/ecslocal/ecslocal/emulator/report"
)

// scale places moments on a line, in percent of its length. Where the start-up is a small part of the run, it gets most of the line: what
// follows the knee is compressed.
type scale struct {
	from, to, knee time.Time
	share          float64 // of the line before the knee, in percent
}

// startUpShare is of a line with a knee.
const startUpShare = 70

// newScale is the scale of a run, with a knee after its start-up if asked for and worth it.
func newScale(r *report.Run, withKnee bool) scale {
	if len(r.Events) == 0 {
		return scale{share: 100}
	}
	s := scale{from: r.Events[0].Time, to: r.Events[len(r.Events)-1].Time, share: 100}
	s.knee = s.to
	if !s.to.After(s.from) {
		s.to = s.from.Add(time.Millisecond)
		s.knee = s.to
	}
	ready := s.from
	for i := range r.Containers {
		story := r.Story(r.Containers[i].Name)
		for _, at := range []time.Time{story.Started, story.Healthy} {
			if at.After(ready) {
				ready = at
			}
		}
	}
	if startUp := ready.Sub(s.from) * 6 / 5; withKnee && startUp > 0 && s.to.Sub(s.from) > 8*startUp {
		s.knee, s.share = s.from.Add(startUp), startUpShare
	}
	return s
}

// at is where a moment is, from 0 to 100.
func (s scale) at(t time.Time) float64 {
	switch {
	case !t.After(s.from):
		return 0
	case !t.Before(s.to):
		return 100
	case !t.After(s.knee):
		return s.share * part(t.Sub(s.from), s.knee.Sub(s.from))
	}
	return s.share + (100-s.share)*part(t.Sub(s.knee), s.to.Sub(s.knee))
}

func part(of, whole time.Duration) float64 { return float64(of) / float64(whole) }

// tick is a mark of a scale.
type tick struct {
	At    string // percent
	Label string
	Last  bool // its label ends at the mark
	Knee  bool
}

// ticks are the marks of a scale: at round times, some six of them, and at the knee.
func (s scale) ticks() []tick {
	var all []tick
	first := s.knee.Sub(s.from)
	if first <= 0 {
		return nil
	}
	step := roundStep(first / 6)
	for d := time.Duration(0); d <= first; d += step {
		if at := s.at(s.from.Add(d)); at < 96 {
			all = append(all, tick{At: percent(at), Label: label(d, step)})
		}
	}
	if s.knee.Before(s.to) {
		all = append(all, tick{At: percent(s.share), Knee: true})
		if rest := s.to.Sub(s.from); rest > 0 {
			all = append(all, tick{At: "100", Label: report.Duration(rest), Last: true})
		}
	}
	return all
}

// roundStep is the next round duration.
func roundStep(d time.Duration) time.Duration {
	for _, step := range []time.Duration{time.Millisecond, 2 * time.Millisecond, 5 * time.Millisecond, 10 * time.Millisecond, 20 * time.Millisecond, 50 * time.Millisecond,
		100 * time.Millisecond, 200 * time.Millisecond, 500 * time.Millisecond, time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second, 20 * time.Second,
		30 * time.Second, time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 30 * time.Minute} {
		if step >= d {
			return step
		}
	}
	return d.Round(time.Hour) + time.Hour
}

func label(d, step time.Duration) string {
	switch {
	case d == 0:
		return "0"
	case step < time.Second && d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case step < time.Second:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d < time.Minute:
		return fmt.Sprintf("%.0f s", d.Seconds())
	}
	return d.Round(time.Second).String()
}

func percent(p float64) string { return fmt.Sprintf("%.3f", p) }
