package prober

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/ecslocal/ecslocal/emulator/event"
)

// Source is what probes of ours are marked with.
const Source = "prober"

// Attempt is one run of a check.
type Attempt struct {
	Probe event.Probe
	// TimedOut says that the command was still running at the timeout.
	TimedOut bool
	// Started says that there was a program to run.
	Started bool
	// Ended is closed when the command has ended, or when Abandon was called.
	Ended <-chan struct{}
	// Abandon gives up waiting for a command that goes on.
	Abandon context.CancelFunc
}

// Once runs a check once and judges it as the engine does: at the timeout it has failed with exit code -1, and so has one that cannot be
// started. The error says why nothing could be run at all, such as a container that is gone or paused.
func Once(ctx context.Context, c Container, argv []string, timeout time.Duration, created func(id string)) (Attempt, error) {
	ctx, abandon := context.WithCancel(ctx)
	output := &bounded{}
	ended := make(chan struct{})
	var end Ended
	var err error
	began := time.Now()
	go func() { // ends with the command, or with ctx
		defer close(ended)
		end, err = c.Exec(ctx, argv, created, output)
	}()
	limit := time.NewTimer(timeout)
	defer limit.Stop()
	a := Attempt{Ended: ended, Abandon: abandon, Started: true, Probe: event.Probe{Argv: argv, Start: began, Source: Source}}
	select {
	case <-ended:
	case <-limit.C:
		a.Probe.Duration, a.TimedOut, a.Probe.ExitCode = time.Since(began), true, -1
		a.Probe.Output = strings.TrimSuffix(fmt.Sprintf("Health check exceeded timeout (%v): %s", timeout, output), ": ")
		return a, nil
	}
	abandon()
	a.Probe.Duration, a.Probe.ExitCode, a.Probe.Output = time.Since(began), end.ExitCode, output.String()
	if err != nil && !cannotStart(err) {
		return a, err
	}
	if err != nil {
		a.Probe.Output = errorText(err)
	}
	if err != nil || end.Pid == 0 {
		a.Started, a.Probe.ExitCode = false, -1
	}
	return a, nil
}

// cannotStart says that an engine told in its answer what others tell in the command's output.
func cannotStart(err error) bool { return strings.Contains(err.Error(), "OCI runtime exec failed") }

func errorText(err error) string {
	text := err.Error()
	return text[strings.Index(text, "OCI runtime exec failed"):]
}

// ErrPaused says that a paused container runs no commands.
var ErrPaused = errors.New("the container is paused")

// maxOutput is how much of a check's output is kept; the engine keeps 4096 bytes.
const maxOutput = 64 << 10

// bounded keeps the beginning of what is written, and takes the rest: a check that cannot write any more would not end.
type bounded struct {
	mu      sync.Mutex
	kept    strings.Builder
	dropped int
}

func (b *bounded) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	keep := min(len(p), maxOutput-b.kept.Len())
	b.kept.Write(p[:keep])
	b.dropped += len(p) - keep
	return len(p), nil
}

// String is the text so far, of which bytes that are no text are replaced.
func (b *bounded) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	text := strings.ToValidUTF8(b.kept.String(), "\ufffd")
	text = strings.ReplaceAll(text, "\x00", "\ufffd")
	if b.dropped > 0 {
		text += "..."
	}
	return text
}
