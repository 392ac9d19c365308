package emulator

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/ecslocal/ecslocal/emulator/dockerengine"
	"github.com/ecslocal/ecslocal/emulator/state"
	"github.com/ecslocal/ecslocal/logs"
	"github.com/ecslocal/ecslocal/logs/store"
)

// ErrHidden is of tasks whose output only their supervisor could keep, since it alone knows the secrets to hide in it.
var ErrHidden = errors.New("the task has secrets, which nobody but its supervisor can hide in its output")

// Refill completes the log streams of a task whose supervisor is gone from the engine's own log, as far as there is one
// (Options.EngineLogs), and says how many events it added. A container that the engine no longer has is left out.
func Refill(ctx context.Context, engine *dockerengine.Engine, dir *state.Dir, task *state.Task) (events int, err error) {
	if task.Secrets {
		return 0, ErrHidden
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
		n, err := refillStream(ctx, engine, logStore, id, stream)
		if err != nil {
			errs = append(errs, fmt.Errorf("complete the log of container %q: %w", container, err))
		}
		events += n
	}
	return events, errors.Join(errs...)
}

// refillStream adds what one stream lacks.
func refillStream(ctx context.Context, engine *dockerengine.Engine, s *store.Store, id string, stream state.Stream) (int, error) {
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
	return appendTo(s, stream, assembler.Take())
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
