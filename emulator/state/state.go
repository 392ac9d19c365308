// Package state keeps what ecslocal must remember of its tasks on disk: one folder a task, readable by its owner only, so that other
// processes can list, describe and stop tasks, and know them after a crash.
//
//	<dir>/tasks/<task id>/
//	    task.json      what was asked for: definition, family, times
//	    events.jsonl   the events of the run, one a line
//	    run.json       what reports need besides, written when the run begins and when it has ended
//	    lock           held by the process that supervises the task
//	    ending         held by the process that still writes reports of its end
//	    stop.json      somebody asks for its end
//	<dir>/logs/        the log store
//
// Nothing in it is secret: whoever writes events has hidden secret values. It imports the standard library and event.
package state

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Dir is a state directory.
type Dir struct{ path string }

// Open opens the state directory, making it where it is not there.
func Open(path string) (*Dir, error) {
	path, err := Locate(path)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Join(path, "tasks"), 0o700); err != nil {
		return nil, fmt.Errorf("make the state directory: %w", err)
	}
	return &Dir{path}, nil
}

// Locate is the absolute path of a state directory. Empty means ECSLOCAL_STATE_DIR, else ecslocal below XDG_STATE_HOME, else ~/.local/state.
func Locate(path string) (string, error) {
	if path == "" {
		path = defaultPath()
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("find the state directory: %w", err)
	}
	return path, nil
}

func defaultPath() string {
	if dir := os.Getenv("ECSLOCAL_STATE_DIR"); dir != "" {
		return dir
	}
	if dir := os.Getenv("XDG_STATE_HOME"); dir != "" {
		return filepath.Join(dir, "ecslocal")
	}
	home, err := os.UserHomeDir()
	if err != nil {
		home = os.TempDir()
	}
	return filepath.Join(home, ".local", "state", "ecslocal")
}

// Path is the directory itself.
func (d *Dir) Path() string { return d.path }

// Logs is where the log store is.
func (d *Dir) Logs() string { return filepath.Join(d.path, "logs") }

// Record is what was asked for.
type Record struct {
	ID         string    `json:"id"`
	Family     string    `json:"family"`
	ARN        string    `json:"arn"`
	Definition string    `json:"definition"` // the file's absolute path, - for standard input
	Created    time.Time `json:"created"`
	Arguments  []string  `json:"arguments,omitempty"`
	// Secrets says that containers have values that nobody else may see.
	Secrets bool `json:"secrets,omitempty"`
	// Hidden are the names of the variables that have those values, by container.
	Hidden map[string][]string `json:"hidden,omitzero"`
	// Streams are where each container's output is, by container name.
	Streams map[string]Stream `json:"streams,omitempty"`
}

// Stream is a log stream of the store.
type Stream struct {
	Group  string `json:"group"`
	Stream string `json:"stream"`
	// Pattern begins a new event of several lines; empty where each line is one.
	Pattern string `json:"pattern,omitempty"`
}

// ErrNotFound says that no task fits.
var ErrNotFound = errors.New("no such task")

// Tasks are the tasks of which the directory knows, oldest first.
func (d *Dir) Tasks() ([]*Task, error) {
	entries, err := os.ReadDir(filepath.Join(d.path, "tasks"))
	if err != nil {
		return nil, fmt.Errorf("list tasks: %w", err)
	}
	var tasks []*Task
	for _, entry := range entries {
		t, err := d.open(entry.Name())
		if errors.Is(err, fs.ErrNotExist) { // being made or removed just now
			continue
		}
		if err != nil {
			return nil, err
		}
		tasks = append(tasks, t)
	}
	slices.SortFunc(tasks, func(a, b *Task) int { return a.Created.Compare(b.Created) })
	return tasks, nil
}

func (d *Dir) open(id string) (*Task, error) {
	t := &Task{dir: filepath.Join(d.path, "tasks", id)}
	if err := t.load(); err != nil {
		return nil, fmt.Errorf("read task %s: %w", id, err)
	}
	return t, nil
}

// OpenTask is the task of a folder that a state directory has, or that was copied with it; the log store is looked for beside it.
func OpenTask(path string) (*Dir, *Task, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, nil, fmt.Errorf("find the task's folder: %w", err)
	}
	d := &Dir{filepath.Dir(filepath.Dir(path))}
	t := &Task{dir: path}
	if err := t.load(); err != nil {
		return nil, nil, fmt.Errorf("read the task's folder %s: %w", path, err)
	}
	return d, t, nil
}

// Find is the task that a user names: by id, by a prefix of one, by ARN, or by family, of which the newest counts.
func (d *Dir) Find(name string) (*Task, error) {
	tasks, err := d.Tasks()
	if err != nil {
		return nil, err
	}
	id := name[strings.LastIndexByte(name, '/')+1:]
	var prefixed []*Task
	var family *Task
	for _, t := range tasks {
		switch {
		case t.ID == id:
			return t, nil
		case strings.HasPrefix(t.ID, id) && id != "":
			prefixed = append(prefixed, t)
		case t.Family == name:
			family = t
		}
	}
	switch {
	case len(prefixed) == 1:
		return prefixed[0], nil
	case family != nil:
		return family, nil
	case len(prefixed) > 1:
		return nil, fmt.Errorf("find task %q: %d tasks begin so; give more digits", name, len(prefixed))
	}
	return nil, fmt.Errorf("find task %q: %w; ecslocal ps --all lists them", name, ErrNotFound)
}
