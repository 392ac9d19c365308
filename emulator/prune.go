package emulator

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"time"

	"github.com/ecslocal/ecslocal/emulator/dockerengine"
	"github.com/ecslocal/ecslocal/emulator/state"
)

// Pruned says how much Prune removed.
type Pruned struct{ Tasks, Images int }

// startLimit is how old a task of another state directory must be before its missing agent says that nobody supervises it: it may just be
// starting.
const startLimit = time.Minute

// Prune removes what tasks left that nobody supervises any more: whatever carries a task's label on the engine, the state of stopped tasks,
// the images that ecslocal made, and the logs unless they are to be kept. Tasks of another state
// directory whose supervisor lives are not touched.
func Prune(ctx context.Context, engine *dockerengine.Engine, dir *state.Dir, keepLogs bool) (Pruned, error) {
	tasks, err := dir.Tasks()
	if err != nil {
		return Pruned{}, err
	}
	var p Pruned
	var errs []error
	alive := map[string]bool{}
	for _, t := range tasks {
		alive[t.ID] = t.Alive()
	}
	onEngine, err := engine.Tasks(ctx)
	if err != nil {
		return p, fmt.Errorf("list what tasks left: %w", err)
	}
	for _, left := range onEngine {
		known, supervised := alive[left.ID]
		if supervised || !known && (left.Alive || time.Since(left.Created) < startLimit) { // another state directory's task that lives, or begins
			continue
		}
		p.Tasks++
		errs = append(errs, engine.Remove(ctx, left.ID))
	}
	for _, t := range tasks {
		if alive[t.ID] {
			continue
		}
		if !slices.ContainsFunc(onEngine, func(l dockerengine.Left) bool { return l.ID == t.ID }) {
			p.Tasks++
		}
		errs = append(errs, engine.Remove(ctx, t.ID), t.Remove())
	}
	errs = append(errs, removeLate(ctx, engine, tasks, alive))
	var imagesErr error
	p.Images, imagesErr = engine.RemoveImages(ctx)
	errs = append(errs, imagesErr)
	if !keepLogs && !slices.ContainsFunc(tasks, func(t *state.Task) bool { return alive[t.ID] }) {
		errs = append(errs, os.RemoveAll(dir.Logs()))
	}
	return p, errors.Join(errs...)
}

const (
	// latePause is how long prune waits for what an engine may still be making for a task that was killed a moment ago: a request that was
	// under way goes on without whoever sent it. An engine that is slow to answer gets lateShare times that time more.
	latePause = 500 * time.Millisecond
	lateShare = 3
	// quietRounds looks must find nothing; lateRounds bounds them.
	quietRounds = 2
	lateRounds  = 8
)

// removeLate removes what appears of young tasks after they were removed, until nothing more does.
func removeLate(ctx context.Context, engine *dockerengine.Engine, tasks []*state.Task, alive map[string]bool) error {
	young := map[string]bool{}
	for _, t := range tasks {
		young[t.ID] = !alive[t.ID] && time.Since(t.Created) < startLimit
	}
	if !slices.Contains(slices.Collect(maps.Values(young)), true) {
		return nil
	}
	var errs []error
	pause := latePause
	for quiet, round := 0, 0; quiet < quietRounds && round < lateRounds && ctx.Err() == nil; round++ {
		time.Sleep(pause)
		asked := time.Now()
		left, err := engine.Tasks(ctx)
		if err != nil {
			return errors.Join(append(errs, err)...)
		}
		pause = latePause + lateShare*time.Since(asked)
		quiet++
		for _, l := range left {
			if young[l.ID] {
				quiet = 0
				errs = append(errs, engine.Remove(ctx, l.ID))
			}
		}
	}
	return errors.Join(errs...)
}
