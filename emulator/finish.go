package emulator

import (
	"context"
	"fmt"
	"time"

	"github.com/ecslocal/ecslocal/emulator/report"
)

const (
	// finishLimit is more than the longest stopTimeout of Fargate.
	finishLimit = 3 * time.Minute
	// tellLimit bounds the look into images for an explanation.
	tellLimit = 10 * time.Second
)

// Finish ends the run of somebody who watched it, such as a test, and returns once the task is removed; one that failed has no time for a
// stopTimeout. How the run ended in the eyes of whoever began it is recorded for reports: failure is why it failed, empty for one that went well. It
// goes on when ctx ends. The error is of a task that does not end.
func (t *Task) Finish(ctx context.Context, reason, failure string) error {
	outcome := &report.Outcome{Error: failure}
	if failure != "" {
		outcome.ExitCode = 1
	}
	t.Stop(reason, failure != "")
	select {
	case <-t.done:
	case <-time.After(finishLimit):
		return fmt.Errorf("task %s did not end within %v; ecslocal prune removes what is left", t.ID, finishLimit)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), tellLimit)
	defer cancel()
	t.finish.Do(func() { _ = t.Conclude(ctx, outcome) }) // a full disk fails no run
	return nil
}
