package state

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/ecslocal/ecslocal/emulator/event"
)

// Task is one task's folder.
type Task struct {
	Record
	dir    string
	lock   *os.File // of the supervisor
	events *os.File
	mu     sync.Mutex // of Streams
}

// Create makes a task's folder and becomes its supervisor.
func (d *Dir) Create(r Record) (*Task, error) {
	t := &Task{Record: r, dir: filepath.Join(d.path, "tasks", r.ID)}
	if err := os.Mkdir(t.dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the state of task %s: %w", r.ID, err)
	}
	if err := t.supervise(); err != nil {
		return nil, err
	}
	return t, nil
}

func (t *Task) supervise() (err error) {
	if t.lock, err = os.OpenFile(filepath.Join(t.dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600); err != nil {
		return fmt.Errorf("lock task %s: %w", t.ID, err)
	}
	if err := tryLock(t.lock); err != nil {
		return fmt.Errorf("lock task %s: %w", t.ID, err)
	}
	if t.events, err = os.OpenFile(filepath.Join(t.dir, "events.jsonl"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600); err != nil {
		return fmt.Errorf("keep the events of task %s: %w", t.ID, err)
	}
	return t.save()
}

// Adopt becomes the supervisor of a task whose own is gone.
func (t *Task) Adopt() error { return t.supervise() }

// save writes the record so that readers see all of it or none.
func (t *Task) save() error {
	data, err := json.MarshalIndent(t.Record, "", "  ")
	if err == nil {
		err = writeWhole(filepath.Join(t.dir, "task.json"), data)
	}
	if err != nil {
		return fmt.Errorf("keep task %s: %w", t.ID, err)
	}
	return nil
}

// load reads the record.
func (t *Task) load() error {
	data, err := os.ReadFile(filepath.Join(t.dir, "task.json"))
	if err != nil {
		return err
	}
	return json.Unmarshal(data, &t.Record)
}

// SaveRun keeps what reports need besides the events. Only the supervisor may.
func (t *Task) SaveRun(data []byte) error {
	if err := writeWhole(filepath.Join(t.dir, "run.json"), data); err != nil {
		return fmt.Errorf("keep the run of task %s: %w", t.ID, err)
	}
	return nil
}

// Run is what SaveRun kept last; the error is fs.ErrNotExist where it has kept nothing.
func (t *Task) Run() ([]byte, error) { return os.ReadFile(filepath.Join(t.dir, "run.json")) }

func writeWhole(path string, data []byte) error {
	if err := os.WriteFile(path+".new", data, 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// Append keeps an event. Only the supervisor may.
func (t *Task) Append(e event.Event) error {
	line, err := json.Marshal(e)
	if err != nil {
		return err
	}
	_, err = t.events.Write(append(line, '\n'))
	return err
}

// Close ends the supervision.
func (t *Task) Close() error { return errors.Join(t.events.Close(), t.lock.Close()) }

// Dir is the folder itself.
func (t *Task) Dir() string { return t.dir }

// Alive says whether a process supervises the task.
func (t *Task) Alive() bool {
	f, err := os.Open(filepath.Join(t.dir, "lock"))
	if err != nil {
		return false
	}
	defer f.Close()
	return tryLock(f) != nil
}

// Events are those of the run so far. A line that a crash cut off is left out.
func (t *Task) Events() ([]event.Event, error) {
	f, err := os.Open(filepath.Join(t.dir, "events.jsonl"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the events of task %s: %w", t.ID, err)
	}
	defer f.Close()
	var events []event.Event
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		if e, err := event.Decode(lines.Bytes()); err == nil {
			events = append(events, e)
		}
	}
	return events, lines.Err()
}

// Describe is the task as DescribeTasks shows it. One whose supervisor is gone before it stopped says so.
func (t *Task) Describe() (event.Task, error) {
	events, err := t.Events()
	if err != nil {
		return event.Task{}, err
	}
	described := event.Fold(events)
	if described.TaskARN == "" {
		described.TaskARN = t.ARN
	}
	if described.LastStatus != event.Stopped && !t.Alive() {
		described.StoppedReason = Abandoned
	}
	return described, nil
}

// Abandoned is the reason of a task whose supervisor ended without stopping it.
const Abandoned = "ecslocal ended without stopping this task; ecslocal prune removes what is left"

// StopRequest is what somebody asks of the supervisor.
type StopRequest struct {
	Reason string `json:"reason,omitempty"`
	Kill   bool   `json:"kill,omitempty"`
	// Audit asks to look at the processes that are to end, before the stop and until their end.
	Audit bool `json:"audit,omitempty"`
}

// RequestStop asks the supervisor to end the task.
func (t *Task) RequestStop(r StopRequest) error {
	data, err := json.Marshal(r)
	if err == nil {
		err = writeWhole(filepath.Join(t.dir, "stop.json"), data)
	}
	if err != nil {
		return fmt.Errorf("ask for the end of task %s: %w", t.ID, err)
	}
	return nil
}

// pollInterval is how often a supervisor looks for requests, and others for its end.
const pollInterval = 50 * time.Millisecond

// StopRequests reports requests until ctx ends.
func (t *Task) StopRequests(ctx context.Context, report func(StopRequest)) {
	path := filepath.Join(t.dir, "stop.json")
	for ticker := time.NewTicker(pollInterval); ; {
		select {
		case <-ctx.Done():
			ticker.Stop()
			return
		case <-ticker.C:
		}
		data, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		os.Remove(path)
		var r StopRequest
		if json.Unmarshal(data, &r) == nil {
			report(r)
		}
	}
}

// HoldEnd lets those who wait for the task's end wait until release is called, or this process has ended: for reports of it.
func (t *Task) HoldEnd() (release func(), err error) {
	f, err := os.OpenFile(filepath.Join(t.dir, "ending"), os.O_CREATE|os.O_RDWR, 0o600)
	if err == nil {
		err = tryLock(f)
	}
	if err != nil {
		return nil, fmt.Errorf("hold the end of task %s: %w", t.ID, err)
	}
	return func() { f.Close() }, nil
}

// held says whether a process still has to do with the task's end.
func (t *Task) held() bool {
	f, err := os.Open(filepath.Join(t.dir, "ending"))
	if err != nil {
		return false
	}
	defer f.Close()
	return tryLock(f) != nil
}

// WaitEnd returns when nobody supervises the task any more and its end is not held, or ctx ends.
func (t *Task) WaitEnd(ctx context.Context) error {
	for t.Alive() || t.held() {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pollInterval):
		}
	}
	return nil
}

// Remove forgets the task.
func (t *Task) Remove() error { return os.RemoveAll(t.dir) }

// SetStream records where a container's output is. Only the supervisor may call it, from any goroutine.
func (t *Task) SetStream(container string, s Stream) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.Streams == nil {
		t.Streams = map[string]Stream{}
	}
	t.Streams[container] = s
	return t.save()
}

// StreamOf is where a container's output is, and whether that is known. Only the supervisor may call it, from any goroutine.
func (t *Task) StreamOf(container string) (Stream, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	s, ok := t.Streams[container]
	return s, ok
}
