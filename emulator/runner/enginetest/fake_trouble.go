package enginetest

import "errors"

// Disconnect loses every connection that watches; what happens before the next one is not reported.
func (f *Fake) Disconnect() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, l := range f.lost {
		close(l)
	}
	f.watchers, f.lost = nil, nil
}

var errDown = errors.New("cannot connect to the Docker daemon")

// Down lets stops, looks and removals fail, as while an engine restarts, or ends that.
func (f *Fake) Down(down bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.down = down
}

func (f *Fake) isDown() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.down
}

// Vanish removes a container behind the runner's back.
func (f *Fake) Vanish(name string) {
	f.mu.Lock()
	var gone *fakeContainer
	for id, c := range f.containers {
		if c.planned.Name == name {
			gone = c
			delete(f.containers, id)
		}
	}
	f.mu.Unlock()
	if gone != nil {
		f.signal(gone, 137)
		f.report(gone, "destroy")
	}
}
