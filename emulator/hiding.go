package emulator

import (
	"maps"
	"slices"

	"github.com/ecslocal/ecslocal/logs"
	"github.com/ecslocal/ecslocal/logs/cloudwatch"
)

// hidingStore keeps secrets out of what a task's containers put into the log store themselves.
type hidingStore struct {
	cloudwatch.Store
	task *Task
}

// Put stores events as they came, but for secrets.
func (s hidingStore) Put(group, stream string, events []logs.Event) error {
	events, hidden := s.task.hideEvents(events)
	if hidden && s.task.secretShown(group+" "+stream) {
		s.task.warn("", "the log events that a container put into %s %s show a secret; it is hidden here as ***, and would be readable in CloudWatch Logs", group, stream)
	}
	return s.Store.Put(group, stream, events)
}

// hideEvents replaces secrets in events by ***, and says whether there were any. ECS would show them, but what a laptop keeps is read by
// more people.
func (t *Task) hideEvents(events []logs.Event) (_ []logs.Event, hidden bool) {
	if len(t.project.values) == 0 {
		return events, false
	}
	shown := events
	for i, e := range events {
		text := t.project.Hide(string(e.Message))
		if text == string(e.Message) {
			continue
		}
		if !hidden {
			shown, hidden = slices.Clone(events), true
		}
		shown[i].Message = []byte(text)
	}
	return shown, hidden
}

// SecretsShown is where secrets were shown: the containers that wrote one, and the log streams into which one was put. It is sorted.
func (t *Task) SecretsShown() []string {
	t.shownMu.Lock()
	defer t.shownMu.Unlock()
	return slices.Sorted(maps.Keys(t.shown))
}

// secretShown notes where a secret was shown, and says whether it is the first time.
func (t *Task) secretShown(where string) bool {
	t.shownMu.Lock()
	defer t.shownMu.Unlock()
	if t.shown == nil {
		t.shown = map[string]bool{}
	}
	known := t.shown[where]
	t.shown[where] = true
	return !known
}

// hiddenError is an error whose text shows no secret.
type hiddenError struct {
	error
	text string
}

func (e hiddenError) Error() string { return e.text }

func (e hiddenError) Unwrap() error { return e.error }

func (t *Task) hideError(err error) error {
	if err == nil {
		return nil
	}
	return hiddenError{err, t.project.Hide(err.Error())}
}
