package emulatortest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/ecslocal/ecslocal/emulator"
	"github.com/ecslocal/ecslocal/emulator/event"
)

// Condition is what Run waits for. Conditions compose with [All] and [Any].
type Condition struct {
	name string
	wait func(ctx context.Context, task *Task) error
}

// pollInterval is how often conditions that nobody reports are looked at.
const pollInterval = 50 * time.Millisecond

// Running is when every container has started or finished.
func Running() Condition { return reported(emulator.Running) }

// Healthy is when every essential container with a health check is HEALTHY, and the task RUNNING.
func Healthy() Condition { return reported(emulator.Healthy) }

// Stopped is when the task has stopped.
func Stopped() Condition { return reported(emulator.Stopped) }

func reported(c emulator.Condition) Condition {
	return Condition{string(c), func(ctx context.Context, task *Task) error { return task.task.WaitFor(ctx, c) }}
}

// Exited is when a container has ended, with an exit code or without.
func Exited(container string) Condition {
	return polled("the end of "+container, func(_ context.Context, task *Task) error {
		described := task.task.Describe()
		if c := described.Container(container); c == nil || c.LastStatus != event.Stopped {
			return errors.New("it runs")
		}
		return nil
	})
}

// PortAnswers is when a container's TCP port takes connections.
func PortAnswers(container, port string) Condition {
	return polled("port "+port+" of "+container, func(ctx context.Context, task *Task) error {
		address, err := task.address(container, port)
		if err != nil {
			return err
		}
		var dialer net.Dialer
		conn, err := dialer.DialContext(ctx, "tcp", address)
		if err != nil {
			return err
		}
		return conn.Close()
	})
}

// HTTPStatus is when a GET of a path on a container's port answers with that status.
func HTTPStatus(container, port, path string, status int) Condition {
	return polled(fmt.Sprintf("status %d of %s on port %s of %s", status, path, port, container), func(ctx context.Context, task *Task) error {
		address, err := task.address(container, port)
		if err != nil {
			return err
		}
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+path, nil)
		if err != nil {
			return err
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return err
		}
		defer response.Body.Close()
		if response.StatusCode != status {
			return fmt.Errorf("it is %d", response.StatusCode)
		}
		return nil
	})
}

// LogLine is when a container has written a line that contains a text.
func LogLine(container, text string) Condition {
	return polled(fmt.Sprintf("a line with %q of %s", text, container), func(_ context.Context, task *Task) error {
		if !strings.Contains(task.Logs(container), text) {
			return errors.New("it was not written")
		}
		return nil
	})
}

// polled looks again and again until check finds nothing to complain of; the last complaint is in the error. A task that has stopped is
// looked at once more.
func polled(name string, check func(ctx context.Context, task *Task) error) Condition {
	return Condition{name, func(ctx context.Context, task *Task) error {
		for {
			stopped := isDone(task)
			err := check(ctx, task)
			switch {
			case err == nil:
				return nil
			case stopped:
				return fmt.Errorf("%w; the task has stopped: %s", err, task.task.Describe().StoppedReason)
			case ctx.Err() != nil:
				return fmt.Errorf("%w; the last look: %w", ctx.Err(), err)
			}
			select {
			case <-time.After(pollInterval):
			case <-ctx.Done():
			}
		}
	}}
}

func isDone(task *Task) bool {
	select {
	case <-task.task.Done():
		return true
	default:
		return false
	}
}

// All is when every condition was met, one after the other.
func All(conditions ...Condition) Condition {
	return Condition{names(conditions, " and "), func(ctx context.Context, task *Task) error {
		for _, c := range conditions {
			if err := c.wait(ctx, task); err != nil {
				return fmt.Errorf("%s: %w", c.name, err)
			}
		}
		return nil
	}}
}

// Any is when one of the conditions is met.
func Any(conditions ...Condition) Condition {
	return Condition{names(conditions, " or "), func(ctx context.Context, task *Task) error {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		results := make(chan error, len(conditions))
		for _, c := range conditions {
			go func() { results <- c.wait(ctx, task) }()
		}
		var errs []error
		for range conditions {
			err := <-results
			if err == nil {
				return nil
			}
			errs = append(errs, err)
		}
		return errors.Join(errs...)
	}}
}

func names(conditions []Condition, between string) string {
	var all []string
	for _, c := range conditions {
		all = append(all, c.name)
	}
	return strings.Join(all, between)
}
