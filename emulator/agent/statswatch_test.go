package agent

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
)

// streamingEngine sends the samples it is given, one a second, and then nothing.
type streamingEngine struct {
	samples []string
	ends    bool // after the last sample

	mu     sync.Mutex
	opened int
	closed int
}

func (e *streamingEngine) StatsStream(ctx context.Context, id string) (io.ReadCloser, error) {
	if id == "gone" {
		return nil, errors.New("no such container")
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.opened++
	r, w := io.Pipe()
	go func() {
		for _, sample := range e.samples {
			time.Sleep(time.Second)
			io.WriteString(w, sample)
		}
		if !e.ends {
			<-ctx.Done()
		}
		w.Close()
		e.mu.Lock()
		defer e.mu.Unlock()
		e.closed++
	}()
	return r, nil
}

// streams are how many were opened and closed.
func (e *streamingEngine) streams() (opened, closed int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.opened, e.closed
}

// sampleAt is a sample with two interfaces.
func sampleAt(second int, received, transmitted int) string {
	return fmt.Sprintf(`{"read":"2027-03-04T05:06:%02d.5Z","networks":{"eth0":{"rx_bytes":%d,"tx_bytes":1},"eth1":{"rx_bytes":1,"tx_bytes":%d}}}`,
		second, received, transmitted)
}

func TestWatchKeepsTheNewestSampleAndItsRate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		empty := `{"read":"0001-01-01T00:00:00Z","networks":null}`
		engine := &streamingEngine{samples: []string{
			empty, sampleAt(10, 1000, 500), sampleAt(12, 1600, 500), sampleAt(12, 9999, 9999), sampleAt(13, 100, 10000), empty,
		}}
		w := &StatsWatch{Engine: engine}
		for _, want := range []Sample{
			{Engine: []byte(sampleAt(10, 1000, 500))}, // waits for it
			{Engine: []byte(sampleAt(12, 1600, 500)), Rate: &NetworkRate{300, 0}},
			{Engine: []byte(sampleAt(12, 9999, 9999)), Rate: &NetworkRate{300, 0}}, // no time passed
			{Engine: []byte(sampleAt(13, 100, 10000)), Rate: &NetworkRate{0, 1}},   // counters went back
			{Engine: []byte(sampleAt(13, 100, 10000)), Rate: &NetworkRate{0, 1}},   // stopped
		} {
			got, err := w.Stats(t.Context(), "c")
			if err != nil {
				t.Fatal(err)
			}
			if diff := gocmp.Diff(want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			time.Sleep(time.Second)
			synctest.Wait()
		}
		w.Close()
		synctest.Wait()
		if opened, closed := engine.streams(); opened != 1 || closed != 1 {
			t.Errorf("%d streams opened, %d closed", opened, closed)
		}
	})
}

func TestWatchEndsWhenNobodyAsks(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		engine := &streamingEngine{samples: []string{sampleAt(1, 1, 1)}}
		w := &StatsWatch{Engine: engine, Idle: 11 * time.Second}
		for range 3 {
			w.Stats(t.Context(), "c")
			time.Sleep(9 * time.Second)
		}
		synctest.Wait()
		if opened, closed := engine.streams(); opened != 1 || closed != 0 {
			t.Errorf("%d opened, %d closed while somebody asks", opened, closed)
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if _, closed := engine.streams(); closed != 1 {
			t.Errorf("%d closed when nobody asks", closed)
		}
		got, err := w.Stats(t.Context(), "c")
		if opened, _ := engine.streams(); err != nil || got.Engine == nil || opened != 2 {
			t.Errorf("later: %v, %d opened", err, opened)
		}
		w.Close()
	})
}

func TestWatchOfWhatIsNotMeasured(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &StatsWatch{Engine: &streamingEngine{ends: true}}
		if _, err := w.Stats(t.Context(), "gone"); err == nil || !strings.Contains(err.Error(), "no such container") {
			t.Errorf("gone: %v", err)
		}
		if _, err := w.Stats(t.Context(), "ends"); !errors.Is(err, io.EOF) {
			t.Errorf("ends: %v", err)
		}
		w = &StatsWatch{Engine: &streamingEngine{samples: []string{"no JSON"}}}
		if _, err := w.Stats(t.Context(), "garbage"); err == nil {
			t.Error("garbage: no error")
		}
		w = &StatsWatch{Engine: &streamingEngine{}}
		start := time.Now()
		if got, err := w.Stats(t.Context(), "silent"); err != nil || got.Engine != nil || time.Since(start) != firstSample {
			t.Errorf("silent: %v after %v", err, time.Since(start))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := w.Stats(ctx, "silent"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("client gone: %v", err)
		}
		w.Close()
	})
}
