package emulator

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"os"
	"strings"
	"time"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/emulator/report"
	"github.com/ecslocal/ecslocal/emulator/state"
	"github.com/ecslocal/ecslocal/healthcheck"
	"github.com/ecslocal/ecslocal/logs"
	"github.com/ecslocal/ecslocal/logs/store"
)

// Conclude records how the run ended in the eyes of whoever began it, and why health checks failed, for reports. Call it once, after Done
// is closed; ctx bounds the look into images.
func (t *Task) Conclude(ctx context.Context, outcome *report.Outcome) error {
	<-t.done
	t.recorded.Outcome = outcome
	if outcome != nil {
		outcome.Error = t.project.Hide(outcome.Error)
	}
	t.recorded.Explanations = map[string][]report.Explanation{}
	for name, found := range t.ExplainHealth(ctx) {
		t.recorded.Explanations[name] = t.project.explanations(found)
	}
	return t.saveRecorded()
}

// HoldEnd lets others who wait for the task's end, such as ecslocal stop, wait until release is called.
func (t *Task) HoldEnd() (release func(), err error) { return t.record.HoldEnd() }

func (t *Task) saveRecorded() error {
	data, err := json.Marshal(t.recorded)
	if err != nil {
		return fmt.Errorf("record the run: %w", err)
	}
	return t.record.SaveRun(data)
}

// Report is the run so far, for reports.
func (t *Task) Report() (*report.Run, error) {
	dir, task, err := state.OpenTask(t.Dir())
	if err != nil {
		return nil, err
	}
	return ReadReport(dir, task)
}

// ReadReport is the run of a task as its state directory has it, now or long after.
func ReadReport(dir *state.Dir, task *state.Task) (*report.Run, error) {
	r := &report.Run{}
	data, err := task.Run()
	if err == nil {
		err = json.Unmarshal(data, &r.Recorded)
	}
	if err != nil {
		return nil, fmt.Errorf("read what is recorded of the run of task %s: %w", task.ID, err)
	}
	if r.Events, err = task.Events(); err != nil {
		return nil, err
	}
	r.Task = event.Fold(r.Events)
	r.Abandoned = r.Task.LastStatus != event.Stopped && !task.Alive()
	if r.Abandoned {
		r.Task.StoppedReason = state.Abandoned
	}
	for i := range r.Containers {
		c := &r.Containers[i]
		c.Group, c.Stream = task.Streams[c.Name].Group, task.Streams[c.Name].Stream
	}
	r.Lines = storedLines(dir.Logs(), r.Containers)
	return r, nil
}

// storedLines are the lines of containers in the log store, one container after the other. An error is of one container's.
func storedLines(path string, containers []report.Container) iter.Seq2[report.Line, error] {
	return func(yield func(report.Line, error) bool) {
		if _, err := os.Stat(path); err != nil { // opening would make it
			yield(report.Line{}, fmt.Errorf("read the logs: %w", err))
			return
		}
		logStore, err := store.Open(path, store.Options{})
		if err != nil {
			yield(report.Line{}, fmt.Errorf("read the logs: %w", err))
			return
		}
		for _, c := range containers {
			if c.Stream == "" { // it was never started
				continue
			}
			for e, err := range logStore.Events(c.Group, logs.Query{Streams: []string{c.Stream}}) {
				if errors.Is(err, logs.ErrNoStream) { // it has written nothing
					break
				}
				if err != nil {
					err = fmt.Errorf("read the logs of container %q: %w", c.Name, err)
				}
				if !yield(report.Line{Time: time.UnixMilli(e.Timestamp), Container: c.Name, Stderr: e.Source == logs.Stderr, Text: e.Message}, err) {
					return
				}
			}
		}
	}
}

func (p *Project) explanations(found []healthcheck.Diagnosis) []report.Explanation {
	var all []report.Explanation
	for _, d := range found {
		fix := d.Finding().Fix
		if d.Patch != nil {
			tokens := diag.Tokens(d.Patch.Path)
			fix = fmt.Sprintf("write %s: %s", strings.Join(tokens[min(2, len(tokens)):], "."), d.Patch.Value)
		}
		all = append(all, report.Explanation{Rule: d.Rule.ID, Certainty: string(d.Certainty), Severity: d.Severity, Also: d.Also,
			Message: p.Hide(d.Message), Evidence: p.Hide(d.Evidence), Fix: p.Hide(fix)})
	}
	return all
}
