package cli

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"time"

	"github.com/spf13/cobra"
)

// interruption is why a command's context ended: somebody pressed Ctrl-C, or the CI runner ends the job.
type interruption struct{ signal os.Signal }

func (i interruption) Error() string {
	if i.signal == os.Interrupt {
		return "interrupted"
	}
	return i.signal.String()
}

// code is what a shell makes of a program that a signal ended.
func (i interruption) code() int {
	if number, ok := i.signal.(syscall.Signal); ok {
		return 128 + int(number)
	}
	return exitInterrupted
}

// untilSignal is a context that ends at the first signal to end. The second one has its usual effect: it kills.
func untilSignal(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		select {
		case s := <-signals:
			signal.Stop(signals)
			cancel(interruption{s})
		case <-ctx.Done():
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		cancel(nil)
	}
}

// patience is how long a command that holds nothing may go on computing or reading after a signal.
const patience = 500 * time.Millisecond

// holdsNothing are the commands that leave nothing behind wherever they end; a first signal ends them, whatever they are at. All others
// give back what they hold, and then end by themselves.
var holdsNothing = []string{"validate", "plan", "lint", "explain", "rules", "ps", "describe", "logs", "init", "check", "policy", "report", "version"}

// execute runs a command until it ends, or until a signal ends it.
func (c *command) execute(ctx context.Context, root *cobra.Command, args []string) int {
	ended := make(chan error, 1)
	go func() { ended <- root.ExecuteContext(ctx) }()
	var given <-chan time.Time
	interrupted := ctx.Done()
	for {
		select {
		case err := <-ended:
			return c.exitCode(ctx, err)
		case <-interrupted:
			interrupted = nil
			if cmd, _, err := root.Find(args); err == nil && slices.Contains(holdsNothing, cmd.Name()) {
				given = time.After(patience)
			}
		case <-given:
			return c.exitCode(ctx, ctx.Err())
		}
	}
}

// interruptedBy is the signal because of which a command failed, if it was one.
func interruptedBy(ctx context.Context, err error) (interruption, bool) {
	var by interruption
	return by, errors.Is(err, context.Canceled) && errors.As(context.Cause(ctx), &by)
}
