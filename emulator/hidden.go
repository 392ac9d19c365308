package emulator

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
	"github.com/ecslocal/ecslocal/healthcheck"
)

// hideIn takes secrets out of the texts of an event that strangers wrote. Names, states and addresses are left: they are ours.
func hideIn(e *event.Event, hide func(string) string) {
	e.Message, e.Reason = hide(e.Message), hide(e.Reason)
	if e.Probe != nil {
		probe := *e.Probe
		probe.Output, probe.Argv = hide(probe.Output), hideAll(probe.Argv, hide)
		e.Probe = &probe
	}
	if e.Process != nil {
		process := *e.Process
		process.Command, process.Children = hide(process.Command), hideAll(process.Children, hide)
		e.Process = &process
	}
	if e.Task != nil {
		task := *e.Task
		hideInTask(&task, hide)
		e.Task = &task
	}
}

// hideInTask takes secrets out of what the user wrote about a task: overrides, tags, images.
func hideInTask(t *event.Task, hide func(string) string) {
	t.Tags = slices.Clone(t.Tags)
	for i := range t.Tags {
		t.Tags[i].Value = hide(t.Tags[i].Value)
	}
	t.Containers = slices.Clone(t.Containers)
	for i := range t.Containers {
		t.Containers[i].Image = hide(t.Containers[i].Image)
	}
	text, err := json.Marshal(t.Overrides)
	if hidden := hideStrings(text, hide); err == nil && string(hidden) != string(text) {
		t.Overrides = json.RawMessage(hidden)
	}
}

func hideAll(texts []string, hide func(string) string) []string {
	hidden := slices.Clone(texts)
	for i, text := range hidden {
		hidden[i] = hide(text)
	}
	return hidden
}

// stringLiteral is a string of a JSON text.
var stringLiteral = lazyregexp.New(`"(?:[^"\\]|\\.)*"`)

// hideStrings takes secrets out of the strings of a JSON text, so that it stays one.
func hideStrings(text []byte, hide func(string) string) []byte {
	return stringLiteral().ReplaceAllFunc(text, func(literal []byte) []byte {
		return []byte(`"` + hide(string(literal[1:len(literal)-1])) + `"`)
	})
}

// HideJSON is Hide for a JSON text, which stays one.
func (p *Project) HideJSON(text []byte) []byte { return hideStrings(text, p.Hide) }

// hideLines takes secrets out of a file's text, each line by itself, so that places in it stay right.
func hideLines(text string, hide func(string) string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = hide(line)
	}
	return strings.Join(lines, "\n")
}

// hideDiagnoses takes secrets out of what diagnoses quote.
func (p *Project) hideDiagnoses(found []healthcheck.Diagnosis) []healthcheck.Diagnosis {
	for i := range found {
		d := &found[i]
		d.Message, d.Evidence, d.Fix = p.Hide(d.Message), p.Hide(d.Evidence), p.Hide(d.Fix)
		if d.Patch != nil {
			patch := *d.Patch
			patch.Value = p.Hide(patch.Value)
			d.Patch = &patch
		}
	}
	return found
}
