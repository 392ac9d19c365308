package emulator

import (
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
	if hidden {
		s.task.shown.Do(func() {
			s.task.warn("", "the log events that a container put into %s %s show a secret; it is hidden here as ***, and would be readable in CloudWatch Logs", group, stream)
		})
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
