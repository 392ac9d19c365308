package trial

import (
	"context"
	"slices"
	"time"

	"github.com/ecslocal/ecslocal/healthcheck"
	"github.com/ecslocal/ecslocal/healthcheck/candidate"
)

const (
	lookPause = 250 * time.Millisecond
	// quiet is after how long an application that listens elsewhere than expected is taken to be ready.
	quiet = 2 * time.Second
)

// Settle waits until the application of a container that has just started listens where the check or the definition says, or somewhere, or
// until the limit: a check that is tried before would fail for the wrong reason. Where nothing says a port, it does not wait.
func Settle(ctx context.Context, c Container, f candidate.Facts, limit time.Duration) error {
	wanted := f.Wanted()
	deadline := time.Now().Add(limit)
	var since time.Time
	for len(wanted) > 0 && time.Now().Before(deadline) {
		look, err := c.Look(ctx)
		if err != nil {
			return err
		}
		tcp := slices.DeleteFunc(slices.Clone(look.Listeners), func(l healthcheck.Listener) bool { return l.Port == 0 })
		if slices.ContainsFunc(tcp, func(l healthcheck.Listener) bool { return slices.Contains(wanted, l.Port) }) {
			return nil
		}
		if len(tcp) == 0 {
			since = time.Time{}
		} else if since.IsZero() {
			since = time.Now()
		} else if time.Since(since) > quiet {
			return nil
		}
		select {
		case <-time.After(lookPause):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}
