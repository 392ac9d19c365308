package emulator

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/ecslocal/ecslocal/emulator/dockerengine"
	"github.com/ecslocal/ecslocal/emulator/plan"
	"github.com/ecslocal/ecslocal/emulator/state"
	"github.com/ecslocal/ecslocal/logs"
	"github.com/ecslocal/ecslocal/logs/store"
	"github.com/ecslocal/ecslocal/secrets"
)

// ErrHidden is of tasks of whose secrets one can no longer be had, so that it could not be hidden in what would be read.
var ErrHidden = errors.New("the task has secrets, and not all of them can be had any more to be hidden in its output")

// Refill completes the log streams of a task whose supervisor is gone from the engine's own log, as far as there is one
// (Options.EngineLogs), and says how many events it added. A container that the engine no longer has is left out. Secrets are hidden as
// the supervisor did.
func Refill(ctx context.Context, engine *dockerengine.Engine, dir *state.Dir, task *state.Task) (events int, err error) {
	hide, err := hiderOf(ctx, engine, task)
	if err != nil {
		return 0, err
	}
	logStore, err := store.Open(dir.Logs(), store.Options{})
	if err != nil {
		return 0, fmt.Errorf("open the log store: %w", err)
	}
	var errs []error
	for container, stream := range task.Streams {
		id, err := engine.FindContainer(ctx, task.ID, container)
		if err != nil {
			continue
		}
		n, err := refillStream(ctx, engine, logStore, id, stream, hide)
		if err != nil {
			errs = append(errs, fmt.Errorf("complete the log of container %q: %w", container, err))
		}
		events += n
	}
	return events, errors.Join(errs...)
}

// hiddenVariables are the names of the variables that hold a plan's secrets, by container.
func hiddenVariables(planned *plan.Plan) map[string][]string {
	hidden := map[string][]string{}
	for _, c := range planned.Containers {
		for _, name := range c.Config.Env.Names() {
			if c.Config.Env[name].Secret {
				hidden[c.Name] = append(hidden[c.Name], name)
			}
		}
	}
	return hidden
}

// hiderOf hides a task's secrets in texts. Nothing but the names of the variables that hold them was kept; their values are taken from the
// engine, which gave them to the containers. A container that is gone may have told its secret to another, so that all are needed.
func hiderOf(ctx context.Context, engine *dockerengine.Engine, task *state.Task) (hide func([]byte) []byte, err error) {
	if !task.Secrets {
		return func(text []byte) []byte { return text }, nil
	}
	if task.Hidden == nil { // of an earlier version
		return nil, ErrHidden
	}
	redactor := secrets.NewRedactor()
	for container, names := range task.Hidden {
		id, err := engine.FindContainer(ctx, task.ID, container)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrHidden, err)
		}
		variables, err := engine.Environment(ctx, id)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrHidden, err)
		}
		for _, name := range names {
			value, ok := variables[name]
			if !ok {
				return nil, fmt.Errorf("%w: container %q has no variable %s", ErrHidden, container, name)
			}
			redactor.Add(secrets.NewValue(value))
		}
	}
	return func(text []byte) []byte { return []byte(redactor.String(string(text))) }, nil
}

// hideEntries hides secrets in an engine's own log, whole lines at a time: a driver cuts long ones where it likes.
func hideEntries(entries []dockerengine.Entry, hide func([]byte) []byte) (lines []dockerengine.Entry) {
	open := map[bool]int{} // by source: the line that is not complete yet, counted from 1
	for _, e := range entries {
		at, complete := open[e.Stderr], bytes.HasSuffix(e.Text, []byte("\n"))
		switch {
		case at > 0:
			lines[at-1].Text = append(lines[at-1].Text, e.Text...)
		case !complete:
			e.Text = bytes.Clone(e.Text) // what follows is put behind it
			fallthrough
		default:
			lines = append(lines, e)
			at = len(lines)
		}
		if open[e.Stderr] = at; complete {
			open[e.Stderr] = 0
		}
	}
	for i := range lines {
		lines[i].Text = hide(lines[i].Text)
	}
	return lines
}

// refillStream adds what one stream lacks.
func refillStream(ctx context.Context, engine *dockerengine.Engine, s *store.Store, id string, stream state.Stream, hide func([]byte) []byte) (int, error) {
	gaps, last, err := lastStored(s, stream)
	if err != nil {
		return 0, err
	}
	if !last.IsZero() {
		last = last.Add(-overlap)
	}
	entries, err := engine.OwnLog(ctx, id, last)
	if err != nil {
		return 0, err
	}
	entries = hideEntries(entries, hide)
	assembler := logs.Assembler{}
	if stream.Pattern != "" {
		if assembler.Pattern, err = regexp.Compile(stream.Pattern); err != nil {
			return 0, err
		}
	} else {
		entries = slices.DeleteFunc(entries, func(e dockerengine.Entry) bool { return string(e.Text) == "\n" }) // the stream has none
	}
	type written struct {
		logs.Dated
		source logs.Source
	}
	var missing []written
	for source, log := range bySource(entries) {
		for _, entry := range gaps[source].Fill(log) {
			missing = append(missing, written{entry, logs.Source(source)})
		}
	}
	slices.SortStableFunc(missing, func(a, b written) int { return a.At.Compare(b.At) })
	for _, entry := range missing {
		assembler.Write(entry.source, entry.Text, entry.At)
	}
	assembler.Close(time.Now())
	events := assembler.Take()
	for i := range events {
		events[i].Message = hide(events[i].Message) // a secret of several lines in an event of several
	}
	return appendTo(s, stream, events)
}

func appendTo(s *store.Store, stream state.Stream, events []logs.Event) (int, error) {
	if len(events) == 0 {
		return 0, nil
	}
	writer, err := s.Writer(stream.Group, stream.Stream)
	if err != nil {
		return 0, err
	}
	if err := writer.Append(events); err != nil {
		return 0, errors.Join(err, writer.Close())
	}
	return len(events), writer.Close()
}

// lastStored is the end of what a stream has, by source, as lines, and when its last event was.
func lastStored(s *store.Store, stream state.Stream) (gaps [2]logs.Gap, last time.Time, err error) {
	var lines [2][]string
	size := 0
	for e, err := range s.Events(stream.Group, logs.Query{Streams: []string{stream.Stream}, Reverse: true}) {
		if err != nil {
			return gaps, last, err
		}
		if last.IsZero() {
			last = time.UnixMilli(e.Timestamp + 1)
		}
		source := e.Source & 1
		if lines[source] = append(lines[source], strings.TrimSuffix(e.Message, "\n")+"\n"); len(lines[source]) == 1 {
			gaps[source].Read = time.UnixMilli(e.Timestamp + 1)
		}
		if size += len(e.Message); size > remembered {
			break
		}
	}
	for source := range lines {
		slices.Reverse(lines[source])
		gaps[source].Have = []byte(strings.Join(lines[source], ""))
		gaps[source].Read = cmp.Or(gaps[source].Read, last)
	}
	return gaps, last, nil
}
