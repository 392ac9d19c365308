package agent

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"sync"
	"time"
)

// StatsStream opens an engine's stream of statistics: one JSON object after another, about one a second, until it is closed or its
// context is done.
type StatsStream interface {
	StatsStream(ctx context.Context, dockerID string) (io.ReadCloser, error)
}

// StatsWatch is a Stats that keeps a stream open for each container that somebody asks about, and closes it when nobody asks any more.
// The agent measures all containers all the time; measuring on demand costs the engine nothing while nobody looks, and makes
// only the first answer wait for the engine's next sample.
type StatsWatch struct {
	Engine StatsStream
	// Idle is how long a stream stays open after the last question; 0 is 30 seconds.
	Idle time.Duration

	mu      sync.Mutex
	watched map[string]*watchedContainer
}

// firstSample is how long an answer waits for a first sample; engines take one to two seconds.
const firstSample = 3 * time.Second

// watchedContainer is one open stream.
type watchedContainer struct {
	close context.CancelFunc
	idle  *time.Timer
	ready chan struct{} // closed with the first sample or the end of the stream, whichever comes first

	mu     sync.Mutex
	sample Sample
	last   measured
	err    error // why there is no sample
}

// Stats is the newest sample of a container. It waits for the first one, but not for long.
func (w *StatsWatch) Stats(ctx context.Context, dockerID string) (Sample, error) {
	c := w.watch(ctx, dockerID)
	limit := time.NewTimer(firstSample)
	defer limit.Stop()
	select {
	case <-c.ready:
	case <-ctx.Done():
		return Sample{}, ctx.Err()
	case <-limit.C:
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.sample, c.err
}

// Close closes all streams.
func (w *StatsWatch) Close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.watched {
		c.close()
	}
}

// watch finds the open stream of a container or opens one, which outlives the question.
func (w *StatsWatch) watch(ctx context.Context, dockerID string) *watchedContainer {
	idle := w.Idle
	if idle <= 0 {
		idle = 30 * time.Second
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if c := w.watched[dockerID]; c != nil {
		c.idle.Reset(idle)
		return c
	}
	ctx, end := context.WithCancel(context.WithoutCancel(ctx))
	c := &watchedContainer{close: end, idle: time.AfterFunc(idle, end), ready: make(chan struct{})}
	if w.watched == nil {
		w.watched = map[string]*watchedContainer{}
	}
	w.watched[dockerID] = c
	go func() {
		defer end()
		defer c.idle.Stop()
		err := c.follow(ctx, w.Engine, dockerID)
		w.forget(dockerID)
		c.finish(err)
	}()
	return c
}

func (w *StatsWatch) forget(dockerID string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.watched, dockerID)
}

// follow reads the stream to its end.
func (c *watchedContainer) follow(ctx context.Context, engine StatsStream, dockerID string) error {
	stream, err := engine.StatsStream(ctx, dockerID)
	if err != nil {
		return fmt.Errorf("measure container %s: %w", dockerID, err)
	}
	defer stream.Close()
	stop := context.AfterFunc(ctx, func() { _ = stream.Close() })
	defer stop()
	samples := json.NewDecoder(stream)
	for {
		var raw json.RawMessage
		if err := samples.Decode(&raw); err != nil {
			return fmt.Errorf("measure container %s: read the engine's statistics: %w", dockerID, err)
		}
		c.add(raw)
	}
}

// add takes a sample. An engine sends empty ones, without a time, for a container that does not run: the last real one stays.
func (c *watchedContainer) add(raw json.RawMessage) {
	var now measured
	if json.Unmarshal(raw, &now) != nil || now.Read.IsZero() {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	first := c.sample.Engine == nil
	c.sample.Engine = raw
	if rate, ok := now.since(c.last); ok {
		c.sample.Rate = &rate
	}
	c.last = now
	if first {
		close(c.ready)
	}
}

// finish lets those go that still wait for a first sample.
func (c *watchedContainer) finish(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.sample.Engine == nil {
		c.err = err
		close(c.ready)
	}
}

// measured is what the rates are computed from.
type measured struct {
	Read     time.Time
	Networks map[string]struct {
		Received    uint64 `json:"rx_bytes"`
		Transmitted uint64 `json:"tx_bytes"`
	}
}

// since is the traffic between two samples. There is none to tell without a network, without an earlier sample, or at the same time.
// Counters that went back are those of a container that was restarted.
func (m measured) since(last measured) (NetworkRate, bool) {
	seconds := m.Read.Sub(last.Read).Seconds()
	if last.Read.IsZero() || seconds <= 0 || len(m.Networks) == 0 || len(last.Networks) == 0 {
		return NetworkRate{}, false
	}
	received, transmitted := m.traffic()
	receivedBefore, transmittedBefore := last.traffic()
	return NetworkRate{
		Received:    max(0, received-receivedBefore) / seconds,
		Transmitted: max(0, transmitted-transmittedBefore) / seconds,
	}, true
}

func (m measured) traffic() (received, transmitted float64) {
	for _, network := range m.Networks {
		received += float64(network.Received)
		transmitted += float64(network.Transmitted)
	}
	return received, transmitted
}
