package emulator

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/emulator/plan"
	"github.com/ecslocal/ecslocal/emulator/runner"
	"github.com/ecslocal/ecslocal/emulator/state"
	"github.com/ecslocal/ecslocal/logs"
	"github.com/ecslocal/ecslocal/logs/store"
)

// collect reads a container's output into its log stream and onto the screen, until it ends.
func (t *Task) collect(ctx context.Context, c plan.Container, id string, a runner.Attachment) <-chan struct{} {
	options := t.logOptions(c)
	sink := &streamSink{task: t, container: c.Name}
	group, stream := t.streamOf(c, id, options)
	writer, err := t.logs.Writer(group, stream)
	if err != nil {
		t.warn(c.Name, "store the output in %s %s: %v", group, stream, err)
	} else {
		sink.writer = writer
		t.live.publish(event.Event{Time: time.Now(), Kind: event.ContainerLogs, Container: c.Name, Message: group + " " + stream})
		if err := t.record.SetStream(c.Name, state.Stream{Group: group, Stream: stream, Pattern: options.PatternText}); err != nil {
			t.warn(c.Name, "%v", err)
		}
	}
	collection := logs.Collection{Options: options, Sink: sink, Fault: t.project.options.LogsFault}
	if t.project.options.Events != nil {
		collection.Screen = func(lines []logs.Line) { t.show(c.Name, lines) }
	}
	a = t.resume(ctx, c, id, a)
	output := logs.Output{Frames: a.Frames}
	if a.Stdout != nil {
		output.Stdout = a.Stdout
	}
	collector := logs.Collect(collection, output)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if t.project.options.LogsFault.Any() && options.Mode == logs.Blocking {
			untilRead, read := context.WithCancel(ctx)
			defer read()
			go t.releaseAtEnd(untilRead, c, id, collector)
		}
		counts, err := collector.Wait(ctx)
		if err != nil && ctx.Err() == nil {
			t.warn(c.Name, "read the output: %v", err)
		}
		if started := t.Describe(); counts.Lines > 0 || started.Container(c.Name).Started { // else the start failed
			for _, warning := range counts.Warnings(options, t.project.options.LogsFault) {
				t.warn(c.Name, "%s", warning)
			}
		}
		sink.close()
	}()
	return ended
}

// logOptions are the driver's options of a container; output of other drivers is kept as it comes.
func (t *Task) logOptions(c plan.Container) logs.Options {
	if c.Log.Driver == logs.AWSLogs {
		options, err := logs.ParseOptions(logs.Config{Driver: c.Log.Driver, Options: c.Log.Options, LaunchType: t.Plan.Task.LaunchType,
			ExecutionRole: t.Plan.Task.ExecutionRoleARN != "", Region: t.Plan.Task.Region, TTY: c.Config.Tty})
		if err == nil {
			return options
		}
		t.warn(c.Name, "log options: %v", err)
	}
	return logs.Options{Mode: logs.Blocking}
}

// streamOf names a container's log stream; without a prefix it is the container's id, which only exists now.
func (t *Task) streamOf(c plan.Container, id string, options logs.Options) (group, stream string) {
	if !c.Log.Shipped {
		return c.Log.Group, c.Log.Stream
	}
	name, err := options.StreamName(logs.Container{Name: c.Name, DockerName: c.DockerName, TaskID: t.ID, DockerID: id, Image: c.Config.Image, Command: c.Config.Cmd})
	if err != nil || name == "" {
		name = id
	}
	return c.Log.Group, name
}

// show passes lines on as events. Their text is copied at once for all of them: a copy for each line costs more than all that is done with it.
func (t *Task) show(container string, lines []logs.Line) {
	size := 0
	for _, line := range lines {
		size += len(line.Text)
	}
	var text strings.Builder
	text.Grow(size)
	for _, line := range lines {
		text.Write(line.Text)
	}
	rest := text.String()
	t.live.show(func(tell event.Sink) {
		for _, line := range lines {
			message := rest[:len(line.Text)]
			rest = rest[len(line.Text):]
			tell(event.Event{Time: line.At, Kind: event.Output, Container: container, Stream: line.Source.String(), Message: t.project.Hide(message)})
		}
	})
}

// streamSink keeps events in the store, without secrets.
type streamSink struct {
	task      *Task
	container string
	writer    *store.Writer
}

// Append keeps events.
func (s *streamSink) Append(events []logs.Event) error {
	if s.writer == nil {
		return errors.New("the stream could not be opened")
	}
	return s.writer.Append(s.hide(events))
}

func (s *streamSink) hide(events []logs.Event) []logs.Event {
	events, hidden := s.task.hideEvents(events)
	if hidden && s.task.secretShown(s.container) {
		s.task.warn(s.container, "the output shows a secret; it is hidden here as ***, and would be readable in CloudWatch Logs")
	}
	return events
}

func (s *streamSink) close() {
	if s.writer == nil {
		return
	}
	if err := s.writer.Close(); err != nil {
		s.task.warn(s.container, "store the output: %v", err)
	}
}
