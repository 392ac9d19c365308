// Package expect says what is to hold of a running task: that it is healthy, that a port answers, that a line is in the log. Each
// expectation is a struct whose members are those of a step of a spec file (package spec), and looks at the task as often as it is asked.
//
// Specs and package emulatortest are made of it. It knows tasks by the interface [Subject] alone, and imports event, shutdown and
// logs/filter.
package expect

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"slices"
	"time"

	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/emulator/shutdown"
)

// Subject is the task that is looked at.
type Subject interface {
	// Describe is how the task stands.
	Describe() event.Task
	// Address is host:port where a container's port is reached from here; an empty container stands for the one that publishes it.
	Address(container, port string) (string, error)
	// Exec runs a command in a container, as the container's own user where user is empty.
	Exec(ctx context.Context, container, user string, command []string) (Output, error)
	// ReadFile reads a file of a container; the error wraps fs.ErrNotExist where there is none.
	ReadFile(ctx context.Context, container, path string) ([]byte, fs.FileMode, error)
	// Messages are the log events of a container so far, as CloudWatch Logs would have them.
	Messages(container string) iter.Seq2[string, error]
	// SecretsShown are the containers whose output showed a secret.
	SecretsShown() []string
	// Audit looks at the processes that are to end, just before the task is stopped; Shutdown is how they took their end.
	Audit(ctx context.Context)
	Shutdown() []shutdown.Container
	// Stop asks for the end of the task, as StopTask does. It does not wait for it.
	Stop(reason string, kill bool)
	// Signal sends a signal such as SIGHUP to a container's first process.
	Signal(ctx context.Context, container, signal string) error
}

// Output is what a command has written, and how it ended.
type Output struct {
	Stdout, Stderr string
	ExitCode       int
}

// Expectation is something that is to hold of a task.
type Expectation interface {
	// Look says why it does not hold now, nil where it does. The error wraps [ErrNever] where waiting is of no use.
	Look(ctx context.Context, task Subject) error
	// String is what is expected, in words.
	String() string
}

// Action is something that is done to a task.
type Action interface {
	Do(ctx context.Context, task Subject) error
	String() string
}

// ErrNever is wrapped by errors that waiting does not mend.
var ErrNever = errors.New("it never will be")

// never marks an error as final, without a word about it.
type never struct{ error }

func (n never) Unwrap() []error { return []error{n.error, ErrNever} }

// Pauses between looks grow from the first one, and are longer where a look takes long. What asks the application is asked seldom: every
// question is a line in its log.
const (
	firstPause   = 10 * time.Millisecond
	longestPause = 100 * time.Millisecond
	firstToAsk   = 100 * time.Millisecond
	longestToAsk = time.Second
)

// asking is an expectation whose looks the application notices.
type asking interface{ asks() }

func asks(e Expectation) bool {
	if c, ok := e.(composed); ok {
		return slices.ContainsFunc(c.parts(), asks)
	}
	_, ok := e.(asking)
	return ok
}

// Await looks until the expectation holds, or never will, or within has passed, or ctx has ended. One that is to last, such as the absence
// of a log line, has to hold all the time instead. Within 0 looks once; below 0 only ctx is a limit.
func Await(ctx context.Context, task Subject, e Expectation, within time.Duration) error {
	began := time.Now()
	looking := ctx
	if within > 0 {
		var cancel context.CancelFunc
		looking, cancel = context.WithTimeout(ctx, within)
		defer cancel()
	}
	lasting, ok := e.(interface{ Lasts() bool })
	lasts, pause, longest := ok && lasting.Lasts(), firstPause, longestPause
	if asks(e) {
		pause, longest = firstToAsk, longestToAsk
	}
	var before error
	for ; ; pause = min(pause*3/2, longest) {
		looked := time.Now()
		err := e.Look(looking, task)
		if before != nil && looking.Err() != nil && errors.Is(err, context.DeadlineExceeded) {
			err = before // the end of the time cut this look off
		}
		before = err
		switch {
		case within == 0, err == nil && !lasts, err != nil && (lasts || errors.Is(err, ErrNever)):
			return err
		}
		select {
		case <-time.After(max(pause, 3*time.Since(looked))):
			continue
		case <-looking.Done():
		}
		switch {
		case lasts && ctx.Err() == nil:
			return nil
		case err == nil:
			return ctx.Err()
		}
		return fmt.Errorf("%w (after %v)", err, time.Since(began).Round(10*time.Millisecond))
	}
}
