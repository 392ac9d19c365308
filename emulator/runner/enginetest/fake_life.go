package enginetest

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/emulator/runner"
)

// live is a container's life: its steps, or a signal, end it. Its health check runs beside it.
func (f *Fake) live(c *fakeContainer, kill <-chan int, ended chan struct{}) {
	stopProbing := make(chan struct{})
	go f.probe(c, stopProbing)
	code, oom := f.steps(c, kill)
	close(stopProbing)
	f.mu.Lock()
	c.state.Running, c.state.ExitCode, c.state.OOM = false, code, oom
	c.state.Runtime.FinishedAt = time.Now()
	f.mu.Unlock()
	close(ended)
	f.report(c, "die")
}

func (f *Fake) steps(c *fakeContainer, kill <-chan int) (code int, oom bool) {
	for _, step := range c.planned.Config.Cmd {
		name, value, _ := strings.Cut(step, "=")
		var wait <-chan time.Time
		switch name {
		case "exit":
			code, _ := strconv.Atoi(value)
			return code, false
		case "allocate":
			return 137, true
		case "sleep":
			d, _ := time.ParseDuration(value)
			wait = time.After(d)
		case "wait":
			wait = make(chan time.Time)
		default:
			continue
		}
		select {
		case <-wait:
		case code := <-kill:
			return code, false
		}
	}
	return 0, false
}

// probe runs a check that passes if its command ends in exit=0: healthy at the first pass, unhealthy after as many failures as retries. Of
// a command that names another program than /app no end is reported, only a change of status; the log has the last five.
func (f *Fake) probe(c *fakeContainer, stop <-chan struct{}) {
	h := c.planned.Config.Healthcheck
	if h == nil {
		return
	}
	for {
		select {
		case <-stop:
			return
		case <-time.After(time.Duration(h.Interval)):
		}
		command := strings.Join(h.Test[1:], " ")
		f.report(c, "exec_start: "+command)
		code, starts := 0, strings.HasPrefix(command, "/app")
		if !starts {
			code = -1
		}
		for _, word := range h.Test {
			if value, ok := strings.CutPrefix(word, "exit="); ok {
				code, _ = strconv.Atoi(value)
			}
		}
		f.mu.Lock()
		state, before := c.state.Health, c.state.Health.Status
		next := &runner.Health{Status: before, Streak: state.Streak, Probes: append(slices.Clone(state.Probes), event.Probe{Start: time.Now(), ExitCode: code})}
		if code == 0 {
			next.Status, next.Streak = "healthy", 0
		} else if next.Streak++; next.Streak >= h.Retries {
			next.Status = "unhealthy"
		}
		next.Probes = next.Probes[max(0, len(next.Probes)-5):]
		c.state.Health = next
		f.mu.Unlock()
		if starts {
			f.report(c, "exec_die")
		}
		if next.Status != before {
			f.report(c, "health_status: "+next.Status)
		}
	}
}
