package emulator

import (
	"context"
	"time"

	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/emulator/plan"
	"github.com/ecslocal/ecslocal/logs"
)

const (
	// releaseGrace is how long after SIGKILL a container still may wait for a log driver that is away.
	releaseGrace = time.Second
	// driverGrace is how long the engine waits for a driver after a container's end (moby: container/monitor.go, loggerCloseTimeout).
	driverGrace = 10 * time.Second
)

// releaseAtEnd lets go of the output of a container that a simulated fault makes wait, once the container is to be dead: the engine cannot
// finish with it before its output was read. ctx ends with the output.
func (t *Task) releaseAtEnd(ctx context.Context, c plan.Container, id string, collector *logs.Collector) {
	defer collector.Release()
	gone := make(chan struct{}, 1)
	go func() {
		if t.engine.AwaitExit(ctx, id) == nil {
			gone <- struct{}{}
		}
	}()
	var killed, late <-chan time.Time // by its stopTimeout; after its end
	for {
		task, changed := t.live.task()
		if killed == nil && task.DesiredStatus == event.Stopped {
			killed = time.After(time.Duration(c.StopTimeout)*time.Second + releaseGrace)
		}
		select {
		case <-changed:
		case <-gone:
			late = time.After(driverGrace)
		case <-late:
			return
		case <-killed:
			return
		case <-t.killed:
			return
		case <-ctx.Done():
			return
		}
	}
}
