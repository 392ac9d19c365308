package emulatortest

import (
	"sync"
	"time"
)

// running are the tasks of this process. A test that panics ends the process with all other tests, whose clean-up does not run.
var running tasks

type tasks struct {
	sync.Mutex
	all map[*Task]bool
}

func (t *tasks) add(k *Task) {
	t.Lock()
	defer t.Unlock()
	if t.all == nil {
		t.all = map[*Task]bool{}
	}
	t.all[k] = true
}

func (t *tasks) remove(k *Task) {
	t.Lock()
	defer t.Unlock()
	delete(t.all, k)
}

// endLimit bounds the end of tasks that are killed.
const endLimit = 30 * time.Second

// endOthers takes the tasks of the tests away that a panic in k's ends.
func endOthers(k *Task) {
	running.Lock()
	defer running.Unlock()
	limit := time.After(endLimit)
	for other := range running.all {
		if other != k {
			other.task.Stop("another test panicked", true)
		}
	}
	for other := range running.all {
		if other == k {
			continue
		}
		select {
		case <-other.task.Done():
		case <-limit:
			return
		}
	}
}
