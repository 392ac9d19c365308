package emulator

import (
	"context"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/emulator/inside/look"
	"github.com/ecslocal/ecslocal/emulator/plan"
	"github.com/ecslocal/ecslocal/emulator/shutdown"
)

const (
	// auditPatience bounds the first look at all processes, for which the stop waits.
	auditPatience = 20 * time.Second
	// auditInterval is between two looks at open connections.
	auditInterval = 100 * time.Millisecond
)

// Audit looks at the processes of all running containers, and goes on to count their open connections until they end; what is seen becomes
// events, which [Task.Shutdown] judges. Call it just before the task is stopped. A container that cannot be looked at is left out.
func (t *Task) Audit(ctx context.Context) {
	first, cancel := context.WithTimeout(ctx, auditPatience)
	defer cancel()
	own, err := EnsureImage(first, t.engine, t.project.options.Executable)
	if err != nil {
		t.warn("", "look at the processes that are to end: %v", err)
		return
	}
	var looked sync.WaitGroup
	task := t.Describe()
	for i := range t.Plan.Containers {
		c := &t.Plan.Containers[i]
		seen := task.Container(c.Name)
		if c.Internal() || seen == nil || seen.LastStatus != event.Running || c.HostConfig.PidMode != "" { // a shared process 1 is not its own
			continue
		}
		looked.Go(func() {
			eyes, err := openEyes(first, t.engine, own, t.ID, seen.RuntimeID, "0")
			if err != nil {
				if state, gone := t.engine.Inspect(first, seen.RuntimeID); gone == nil && state.Running {
					t.warn(c.Name, "look at the process that is to end: %v", err)
				}
				return
			}
			w := &stopWatch{task: t, planned: c, eyes: eyes, signal: t.stopSignal(first, seen)}
			if !w.look(first) {
				_ = eyes.close() // it has just ended
				return
			}
			go w.watch(context.WithoutCancel(ctx))
		})
	}
	looked.Wait()
}

// stopSignal is what the container's image asks to be stopped with, empty for SIGTERM.
func (t *Task) stopSignal(ctx context.Context, c *event.Container) string {
	config, err := t.engine.ImageConfig(ctx, c.Runtime.ImageID)
	if err != nil {
		return ""
	}
	return config.Config.StopSignal
}

// stopWatch looks at one container until its end.
type stopWatch struct {
	task    *Task
	planned *plan.Container
	eyes    *eyes
	signal  string
	told    *event.Process
}

// look asks once, and tells what is new; false says that there is nothing more to see.
func (w *stopWatch) look(ctx context.Context) bool {
	report, err := w.eyes.ask(ctx, look.Question{Processes: true})
	if err != nil {
		return false
	}
	var processes []shutdown.Seen
	for _, p := range report.Processes {
		processes = append(processes, shutdown.Seen{PID: p.PID, Parent: p.Parent, Name: p.Name, Command: p.Command, Caught: p.Caught, Ignored: p.Ignored, Blocked: p.Blocked})
	}
	main := shutdown.Main(processes, w.signal)
	if main == nil {
		return false
	}
	main.Connections = w.connections(report.Connections)
	if w.told == nil || w.told.Connections != nil && *w.told.Connections != *main.Connections {
		w.told = main
		w.task.live.publish(event.Event{Time: time.Now(), Kind: event.ContainerProcess, Container: w.planned.Name, Process: main})
	}
	return true
}

// connections are the open ones to the container's ports, nil for a container without ports.
func (w *stopWatch) connections(byPort map[int]int) *int {
	ports := w.task.recorded.Container(w.planned.Name).Ports
	if len(ports) == 0 {
		return nil
	}
	n := 0
	for _, p := range ports {
		number, protocol, _ := strings.Cut(p.Container, "/")
		if port, err := strconv.Atoi(number); err == nil && protocol == "tcp" {
			n += byPort[port]
		}
	}
	return &n
}

// watch looks until the container has ended, which ends the helper too, or the task has.
func (w *stopWatch) watch(ctx context.Context) {
	defer w.eyes.close()
	for w.look(ctx) {
		select {
		case <-time.After(auditInterval):
		case <-w.task.done:
			return
		}
	}
}

// Shutdown is how the containers took their end so far.
func (t *Task) Shutdown() []shutdown.Container {
	return shutdown.Audit(t.Events(), t.recorded.Planned())
}
