package state

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/ecslocal/ecslocal/emulator/event"
)

// followPause is how often a task's record is looked at for more.
const followPause = 100 * time.Millisecond

// Follow reports the events of a run, those to come too, until nobody supervises the task any more or ctx ends; nil is the end of the task.
func (t *Task) Follow(ctx context.Context, report func(event.Event)) error {
	f, err := os.Open(filepath.Join(t.dir, "events.jsonl"))
	if err != nil {
		return fmt.Errorf("read the events of task %s: %w", t.ID, err)
	}
	defer f.Close()
	var partial []byte
	for lines := bufio.NewReader(f); ; {
		alive := t.Alive() // asked before reading: what was written by then is read
		line, err := lines.ReadBytes('\n')
		partial = append(partial, line...)
		switch {
		case err == nil:
			if e, err := event.Decode(partial); err == nil {
				report(e)
			}
			partial = partial[:0]
			continue
		case !errors.Is(err, io.EOF):
			return fmt.Errorf("read the events of task %s: %w", t.ID, err)
		case !alive:
			return nil
		}
		select {
		case <-time.After(followPause):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
