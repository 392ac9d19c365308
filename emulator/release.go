package emulator

import (
	"context"
	"time"

	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/emulator/plan"
	"github.com/ecslocal/ecslocal/logs"
)

// releaseGrace is how long after SIGKILL a container still may wait for a log driver that is away.
const releaseGrace = time.Second

// releaseAtEnd lets go of the output of a container that a simulated fault makes wait, once the container is to be dead: the engine cannot
// finish with it before its output was read. ctx ends with the output.
func (t *Task) releaseAtEnd(ctx context.Context, c plan.Container, id string, collector *logs.Collector) {
	defer collector.Release()
	gone := make(chan struct{})
	go func() {
		if t.engine.AwaitExit(ctx, id) == nil {
			close(gone)
		}
	}()
	var killed <-chan time.Time // by its stopTimeout
	for {
		task, changed := t.live.task()
		if killed == nil && task.DesiredStatus == event.Stopped {
			killed = time.After(time.Duration(c.StopTimeout)*time.Second + releaseGrace)
		}
		select {
		case <-changed:
		case <-gone:
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
