package emulator

import (
	"context"
	"errors"
	"fmt"
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
	var imagesErr error
	p.Images, imagesErr = engine.RemoveImages(ctx)
	errs = append(errs, imagesErr)
	if !keepLogs && !slices.ContainsFunc(tasks, func(t *state.Task) bool { return alive[t.ID] }) {
		errs = append(errs, os.RemoveAll(dir.Logs()))
	}
	return p, errors.Join(errs...)
}
