package logs

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

// output is what a container wrote: lines, when the engine had read each, and where each ends.
type output struct {
	all   []byte
	lines []Dated
	ends  []int
}

func randomOutput(r *rand.Rand) (o output) {
	at := time.Unix(1_800_000_000, 0)
	for i := range 2 + r.IntN(60) {
		at = at.Add(time.Duration(1+r.IntN(40)) * time.Millisecond)
		line := fmt.Sprintf("line %d\n", i)
		switch r.IntN(3 * (1 + i%2)) {
		case 3:
			line = "\n"
		case 4:
			line = "again and again\n"
		case 2:
			line = fmt.Sprintf("%d binary \xff\xc3\n", i)
		}
		o.all = append(o.all, line...)
		valid, _ := Sendable([]byte(line))
		o.lines, o.ends = append(o.lines, Dated{at, valid}), append(o.ends, len(o.all))
	}
	return o
}

// readUntil is when the engine had read so much of the output.
func (o output) readUntil(offset int) time.Time {
	for i, end := range o.ends {
		if end >= offset {
			return o.lines[i].At
		}
	}
	return o.lines[len(o.lines)-1].At
}

// TestGapIsFilled breaks off the reading of random output anywhere, takes it up again anywhere later, and wants the rest between.
func TestGapIsFilled(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20_000) {
		r := rand.New(rand.NewPCG(seed, 1))
		o := randomOutput(r)
		have := r.IntN(len(o.all) + 1)
		resumed := have + r.IntN(len(o.all)-have+1)
		g := Gap{Have: o.all[:have], Next: o.all[resumed:min(len(o.all), resumed+60+r.IntN(200))]}
		if have > 0 {
			g.Read = o.readUntil(have).Add(-time.Duration(r.IntN(100)) * time.Millisecond)
			if o.all[have-1] != '\n' { // the engine has not done with the line that we have begun
				g.Read = g.Read.Add(-time.Millisecond)
			}
		}
		if resumed < len(o.all) {
			g.Resumed = o.readUntil(resumed + 1)
		}
		first := 0
		if len(g.Have) > 500 { // of a long output only the end is remembered, and asked for
			g.Have = g.Have[len(g.Have)-500:]
			g.Have = g.Have[bytes.IndexByte(g.Have, '\n')+1:]
			first = r.IntN(3)
		}
		want, _ := Sendable(bytes.Clone(o.all[have:resumed]))
		var got []byte
		for _, entry := range g.Fill(o.lines[first:]) {
			got = append(got, entry.Text...)
		}
		if !bytes.Equal(got, want) {
			t.Fatalf("seed %d: read until %d, resumed at %d of %d:\n got %q\nwant %q\nhave %q\nnext %q", seed, have, resumed, len(o.all), got, want, g.Have, g.Next)
		}
	}
}
