package state

import (
	"fmt"
	"os"
	"path/filepath"
)

// Alone makes sure that one process at a time does something with a task that is named so; another one is told so at once. The right ends
// with release, and with the process.
func (t *Task) Alone(name string) (release func() error, err error) {
	f, err := os.OpenFile(filepath.Join(t.dir, name+".lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock task %s: %w", t.ID, err)
	}
	if tryLock(f) != nil {
		f.Close()
		return nil, fmt.Errorf("%s task %s: another ecslocal is at it; try again when it has finished", name, t.ID)
	}
	return f.Close, nil
}
