package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/ecslocal/ecslocal/cmd/ecslocal/internal/screen"
	"github.com/ecslocal/ecslocal/emulator/state"
	"github.com/ecslocal/ecslocal/logs"
	"github.com/ecslocal/ecslocal/logs/filter"
	"github.com/ecslocal/ecslocal/logs/store"
	"github.com/spf13/cobra"
)

// logFlags are those of logs.
type logFlags struct {
	stateDir, container, since, until, pattern, format string
	follow, timestamps                                 bool
	folder                                             string

	start, end time.Time
	filter     *filter.Pattern
}

func (c *command) logs() *cobra.Command {
	var flags logFlags
	cmd := &cobra.Command{
		Use: "logs TASK", Short: "Show what a task's containers have written, from the streams that awslogs would write",
		Example: "  ecslocal logs hello-world\n  ecslocal logs -f -c web hello-world\n" +
			"  ecslocal logs --since 10m --filter-pattern '{ $.level = \"error\" }' hello-world\n" +
			"  ecslocal logs --to artifacts --timestamps hello-world   # a file a container, for CI to keep\n  ecslocal logs serve      # then: aws logs tail …",
		Args: exactArgs(1, "one task"),
		RunE: func(cmd *cobra.Command, args []string) error { return c.showLogs(cmd.Context(), &flags, args[0]) },
	}
	f := cmd.Flags()
	f.BoolVarP(&flags.follow, "follow", "f", false, "go on until the task ends")
	f.StringVarP(&flags.container, "container", "c", "", "container `NAME` (default: all)")
	f.StringVar(&flags.since, "since", "", "show events from then on: a duration such as 10m, or a `TIME` in RFC 3339")
	f.StringVar(&flags.until, "until", "", "show events up to then: a duration such as 10m, or a `TIME` in RFC 3339")
	f.StringVar(&flags.pattern, "filter-pattern", "", "show events that match a CloudWatch Logs filter `PATTERN`")
	f.BoolVar(&flags.timestamps, "timestamps", false, "begin lines with their time")
	f.StringVar(&flags.format, "format", "text", "text, json (one event a line) or short (time and message)")
	f.StringVar(&flags.folder, "to", "", "write a file for each container into `FOLDER` instead, and print their names")
	cmd.MarkFlagsMutuallyExclusive("follow", "to")
	addStateDir(f, &flags.stateDir)
	cmd.AddCommand(c.logsServe())
	return cmd
}

// settle reads the flags that are words.
func (f *logFlags) settle(now time.Time) (err error) {
	if f.format != "text" && f.format != "json" && f.format != "short" {
		return fmt.Errorf("read --format %q: it is text, json or short", f.format)
	}
	if f.start, err = moment("--since", f.since, now); err != nil {
		return err
	}
	if f.end, err = moment("--until", f.until, now); err != nil {
		return err
	}
	if f.filter, err = filter.Parse(f.pattern); err != nil {
		return fmt.Errorf("read --filter-pattern: %w", err)
	}
	return nil
}

// moment is a time, or a duration before now; the zero time for an empty text.
func moment(flag, text string, now time.Time) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if d, err := time.ParseDuration(text); err == nil {
		return now.Add(-d), nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return t, fmt.Errorf("read %s %q: it is a duration such as 10m, or a time such as %s", flag, text, now.UTC().Format(time.RFC3339))
	}
	return t, nil
}

func (c *command) showLogs(ctx context.Context, flags *logFlags, name string) error {
	if err := flags.settle(time.Now()); err != nil {
		return fail(exitUsage, err)
	}
	dir, err := state.Open(flags.stateDir)
	if err != nil {
		return fail(exitCannotRun, err)
	}
	task, err := dir.Find(name)
	if err != nil {
		return fail(exitInvalid, err)
	}
	if _, known := task.Streams[flags.container]; flags.container != "" && !known {
		return fail(exitInvalid, fmt.Errorf("container %q of task %s has no log stream; those that have: %q", flags.container, task.ID, slices.Sorted(maps.Keys(task.Streams))))
	}
	c.refill(ctx, dir, task)
	logStore, err := store.Open(dir.Logs(), store.Options{})
	if err != nil {
		return fail(exitCannotRun, fmt.Errorf("open the log store: %w", err))
	}
	v := &logView{flags: flags, out: c.stdout, color: hasColor(c.stdout), store: logStore, task: task}
	switch {
	case flags.follow:
		return fromError(exitCannotRun, v.follow(ctx, dir))
	case flags.folder != "":
		return fromError(exitCannotRun, v.export(flags.folder))
	}
	return fromError(exitCannotRun, v.print())
}

// logView shows the streams of a task.
type logView struct {
	flags *logFlags
	out   io.Writer
	color bool
	store *store.Store
	task  *state.Task
	width int
	mu    sync.Mutex
}

// streams are the wanted streams by container, of which there may be more while the task runs.
func (v *logView) streams() map[string]state.Stream {
	v.mu.Lock()
	defer v.mu.Unlock()
	wanted := map[string]state.Stream{}
	for name, stream := range v.task.Streams {
		if v.flags.container == "" || v.flags.container == name {
			wanted[name] = stream
			v.width = max(v.width, len(name))
		}
	}
	return wanted
}

// shown is an event with the container that wrote it.
type shown struct {
	logs.StoredEvent
	container string
}

func (v *logView) query(s state.Stream) logs.Query {
	q := logs.Query{Streams: []string{s.Stream}}
	if !v.flags.start.IsZero() {
		q.Start = v.flags.start.UnixMilli()
	}
	if !v.flags.end.IsZero() {
		q.End = v.flags.end.UnixMilli()
	}
	if literal := v.flags.filter.Literal(); literal != "" {
		q.Contains = []string{literal}
	}
	return q
}

// print shows all events so far.
func (v *logView) print() error {
	out := bufio.NewWriterSize(v.out, 64<<10)
	for e, err := range v.events() {
		if err == nil {
			err = v.lineTo(out, e)
		}
		if err != nil {
			return errors.Join(err, out.Flush())
		}
	}
	return out.Flush()
}

// text is a message as the screen may have it; those of several lines keep them.
func (v *logView) text(message string) string {
	lines := strings.Split(strings.TrimRight(message, "\r\n"), "\n")
	for i, line := range lines {
		lines[i] = screen.Sanitize(line, v.color)
	}
	return strings.Join(lines, "\n")
}

// line writes one event that matches the pattern.
func (v *logView) line(e shown) error { return v.lineTo(v.out, e) }

func (v *logView) lineTo(out io.Writer, e shown) error {
	if !v.flags.filter.Match([]byte(e.Message)) {
		return nil
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	at := time.UnixMilli(e.Timestamp).UTC().Format("2006-01-02T15:04:05.000Z")
	var err error
	switch {
	case v.flags.format == "json":
		err = json.NewEncoder(out).Encode(map[string]any{"timestamp": e.Timestamp, "container": e.container, "stream": e.Stream, "source": e.Source.String(), "message": e.Message})
	case v.flags.format == "short":
		_, err = fmt.Fprintf(out, "%s %s\n", at, v.text(e.Message))
	case v.flags.timestamps:
		_, err = fmt.Fprintf(out, "%s %-*s  %s\n", at, v.width, e.container, v.text(e.Message))
	default:
		_, err = fmt.Fprintf(out, "%-*s  %s\n", v.width, e.container, v.text(e.Message))
	}
	return err
}
