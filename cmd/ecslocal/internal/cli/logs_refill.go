package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/ecslocal/ecslocal/emulator"
	"github.com/ecslocal/ecslocal/emulator/dockerengine"
	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/emulator/state"
)

// refillLimit bounds the reading of the engine's own logs.
const refillLimit = 30 * time.Second

// refill completes the logs of a task whose supervisor was killed, from the engine's own, and says what holds. Nothing in it keeps what is
// stored from being shown.
func (c *command) refill(ctx context.Context, dir *state.Dir, task *state.Task) {
	if task.Alive() {
		return
	}
	if described, err := task.Describe(); err != nil || described.LastStatus == event.Stopped {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, refillLimit)
	defer cancel()
	engine, err := dockerengine.Connect(ctx)
	if err != nil {
		fmt.Fprintf(c.stderr, "warning: nobody supervises task %s any more; what its containers have written since is not known: %v\n", task.ID, err)
		return
	}
	defer engine.Close()
	switch events, err := emulator.Refill(ctx, engine, dir, task); {
	case err != nil:
		fmt.Fprintf(c.stderr, "warning: nobody supervises task %s any more, and what its containers have written since is lost (unless run with --engine-logs json-file): %v\n", task.ID, err)
	default:
		fmt.Fprintf(c.stderr, "warning: nobody supervises task %s any more; %d events were taken from the engine's own log\n", task.ID, events)
	}
}
