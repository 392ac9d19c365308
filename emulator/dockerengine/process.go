package dockerengine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/containerd/errdefs"
)

// ErrOutOfSight is of processes that cannot be seen from here.
var ErrOutOfSight = errors.New("the container's process cannot be seen from here")

// processInterval is between two looks at a process.
const processInterval = 200 * time.Millisecond

// AwaitExit returns when the first process of a container, which is about to start, has ended. It looks at the process itself: an engine
// tells of the end, and answers questions about the container, only once the output was read (20.10 and 28.5). The error is
// ErrOutOfSight where the engine is on another machine or in another PID namespace.
func (e *Engine) AwaitExit(ctx context.Context, id string) error {
	if !e.Info.Local {
		return ErrOutOfSight
	}
	process := ""
	for {
		switch {
		case process == "":
			c, err := e.api.ContainerInspect(ctx, id)
			switch {
			case errdefs.IsNotFound(err) || err == nil && c.State != nil && c.State.Pid == 0 && c.State.Status != "created":
				return nil
			case err == nil && c.State != nil && c.State.Pid != 0:
				process = fmt.Sprintf("/proc/%d", c.State.Pid)
				if groups, err := os.ReadFile(process + "/cgroup"); err != nil || !strings.Contains(string(groups), id) {
					return ErrOutOfSight
				}
			}
		default:
			if stat, err := os.ReadFile(process + "/stat"); err != nil || strings.Contains(string(stat), ") Z ") {
				return nil
			}
		}
		select {
		case <-time.After(processInterval):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
