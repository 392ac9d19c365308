package runner

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/emulator/plan"
)

// Limits of the agent's own (config.go) for calls to the engine; cleanup has one of ours.
const (
	createLimit  = 4 * time.Minute
	startLimit   = 3 * time.Minute
	inspectLimit = 30 * time.Second
	pullLimit    = 2 * time.Hour
	cleanupLimit = 2 * time.Minute
)

// provision makes what the containers need: the watch on the engine first, so that nothing is missed.
func (r *run) provision() {
	watching := make(chan struct{})
	go r.watch(watching)
	r.do(createLimit, func(ctx context.Context) func() {
		select {
		case <-watching:
		case <-ctx.Done():
		}
		err := r.makeObjects(ctx)
		return func() {
			if err != nil {
				r.provisioningFailed(err)
				return
			}
			r.ready = true
			if r.stop == nil {
				r.taskStatus(event.Pending)
			}
		}
	})
}

func (r *run) makeObjects(ctx context.Context) error {
	if r.plan.Network != nil {
		if err := r.Engine.CreateNetwork(ctx, *r.plan.Network); err != nil {
			return fmt.Errorf("create the task's network: %w", err)
		}
	}
	if r.plan.Cgroup != nil {
		if err := r.Engine.CreateCgroup(ctx, *r.plan.Cgroup); err != nil {
			return fmt.Errorf("CgroupError: Agent could not create task's platform resources: %w", err)
		}
	}
	if len(r.plan.Files) > 0 {
		if err := r.Engine.WriteFiles(ctx, r.plan.Task.ID, r.plan.Files); err != nil {
			return fmt.Errorf("write the log router's configuration: %w", err)
		}
	}
	for _, v := range r.plan.Volumes {
		if err := r.Engine.CreateVolume(ctx, v); err != nil {
			return r.volumeError(v, err)
		}
	}
	return nil
}

// volumeError is in the agent's words (agent/taskresource/volume).
func (r *run) volumeError(v plan.Volume, err error) error {
	if errors.Is(err, ErrNoVolume) {
		return fmt.Errorf("resource cannot be initialized for task %s: initialize volume: volume detection failed, volume '%s' does not exist and autoprovision is set to false: %w",
			r.plan.Task.ARN, v.Name, err)
	}
	return fmt.Errorf("create volume %q: %w", v.Source, err)
}

func (r *run) provisioningFailed(err error) {
	err = errors.New(r.hide(err.Error()))
	r.fail(err)
	for _, c := range r.containers {
		c.status, c.failed = statusStopped, true
	}
	r.stopTask(Stop{Code: TaskFailedToStart, Reason: err.Error()})
}

// deprovision removes everything and tells that the task has stopped. cancel ends what still watches.
func (r *run) deprovision(cancel context.CancelFunc) {
	r.taskStatus(event.Deprovisioning)
	ctx, done := context.WithTimeout(context.WithoutCancel(r.ctx), cleanupLimit)
	defer done()
	cancel()
	if !r.Keep {
		if err := persist(ctx, func() error { return r.Engine.Remove(ctx, r.plan.Task.ID) }); err != nil {
			r.fail(fmt.Errorf("%w: %w", ErrRemove, err))
			r.warn("", "remove the task: %v; ecslocal prune tries again", err)
		}
	}
	r.taskStatus(event.Stopped)
}
