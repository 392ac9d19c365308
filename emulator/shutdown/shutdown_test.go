package shutdown

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/google/go-cmp/cmp"
)

var begin = time.Date(2026, 11, 27, 4, 0, 0, 0, time.UTC)

func at(seconds float64) time.Time { return begin.Add(time.Duration(seconds * float64(time.Second))) }

func number(n int) *int { return &n }

// stop are the events of a container that is asked to stop at 10 s, after a look at 9 s.
func stop(p *event.Process, end event.Event, looks ...event.Event) []event.Event {
	var events []event.Event
	if p != nil {
		events = append(events, event.Event{Kind: event.ContainerProcess, Container: "web", Time: at(9), Process: p})
	}
	events = append(events, event.Event{Kind: event.ContainerStopping, Container: "web", Time: at(10)})
	events = append(events, looks...)
	end.Kind, end.Container = event.ContainerStopped, "web"
	return append(events, end)
}

func open(seconds float64, n int) event.Event {
	return event.Event{Kind: event.ContainerProcess, Container: "web", Time: at(seconds), Process: &event.Process{Connections: number(n)}}
}

func TestAudit(t *testing.T) {
	t.Parallel()
	killed := event.Event{Time: at(15.1), ExitCode: number(137), Killed: true}
	for name, c := range map[string]struct {
		events  []event.Event
		planned Planned
		outcome Outcome
		dropped *int
		causes  []string // what each message or fix must hold
	}{
		"it ended well":                            {stop(&event.Process{Catches: true}, event.Event{Time: at(11), ExitCode: number(0)}), Planned{}, Graceful, nil, nil},
		"a handler that is slow":                   {stop(&event.Process{Catches: true}, killed), Planned{}, Killed, nil, []string{"it handles SIGTERM", "longer stopTimeout"}},
		"the longest time-out there is":            {stop(&event.Process{Catches: true}, event.Event{Time: at(131), ExitCode: number(137), Killed: true}), Planned{StopTimeout: 120}, Killed, nil, []string{"it handles", "no longer than 120 s"}},
		"no handler":                               {stop(&event.Process{}, killed), Planned{}, Killed, nil, []string{"no handler for SIGTERM", "initProcessEnabled"}},
		"no handler for another signal":            {stop(&event.Process{Signal: "SIGQUIT"}, killed), Planned{}, Killed, nil, []string{"no handler for SIGQUIT", "handle SIGQUIT"}},
		"ignored":                                  {stop(&event.Process{Ignores: true}, killed), Planned{}, Killed, nil, []string{"ignores SIGTERM", "end at SIGTERM"}},
		"a shell and its child":                    {stop(&event.Process{Shell: true, Children: []string{"node server.js"}}, killed), Planned{}, Killed, nil, []string{`waits for "node server.js"`, "exec"}},
		"a shell with a trap and a child":          {stop(&event.Process{Shell: true, Catches: true, Children: []string{"node"}}, killed), Planned{}, Killed, nil, []string{`waits for "node"`, "exec"}},
		"a shell alone":                            {stop(&event.Process{Shell: true}, killed), Planned{}, Killed, nil, []string{"takes no notice", "trap 'exit 0' TERM"}},
		"nobody looked":                            {stop(nil, killed), Planned{Command: []string{"node"}}, Killed, nil, []string{"may have no handler", "initProcessEnabled"}},
		"nobody looked, with an init":              {stop(nil, killed), Planned{Command: []string{"node"}, InitProcess: true}, Killed, nil, []string{"may have no handler", "stop --audit looks"}},
		"nobody looked at a shell":                 {stop(nil, killed), Planned{EntryPoint: []string{"/bin/sh", "-c"}, Command: []string{"node server.js"}}, Killed, nil, []string{"a shell's", "exec"}},
		"nobody looked at a shell that becomes it": {stop(nil, killed), Planned{EntryPoint: []string{"/bin/sh", "-c"}, Command: []string{"exec node"}}, Killed, nil, []string{"may have no handler", ""}},
		"killed on request":                        {stop(&event.Process{}, event.Event{Time: at(11), ExitCode: number(137), Killed: true}), Planned{}, Killed, nil, []string{"killed on request"}},
		"by the signal":                            {stop(&event.Process{Init: true}, event.Event{Time: at(10.1), ExitCode: number(143)}), Planned{}, Graceful, nil, []string{"143, by the signal", "handle SIGTERM"}},
		"with an error":                            {stop(nil, event.Event{Time: at(10.1), ExitCode: number(2)}), Planned{}, Graceful, nil, []string{"exit code 2", "exit code 0"}},
		"killed by something else":                 {stop(nil, event.Event{Time: at(10.1), ExitCode: number(137)}), Planned{}, Graceful, nil, []string{"something else"}},
		"connections when killed; SIGKILL has closed them when the last look comes": {stop(&event.Process{Catches: true, Connections: number(3)}, killed, open(12, 2), open(15.05, 0)), Planned{}, Killed, number(2),
			[]string{"it handles", "", "2 connections", "stop listening"}},
		"connections that nobody saw after the signal": {stop(&event.Process{Catches: true, Connections: number(3)}, event.Event{Time: at(10.05), ExitCode: number(0)}), Planned{}, Graceful, nil, nil},
		"connections left open":                        {stop(&event.Process{Catches: true, Connections: number(3)}, event.Event{Time: at(11), ExitCode: number(0)}, open(10.5, 1)), Planned{}, Graceful, number(1), []string{"1 connection ", ""}},
		"connections that were closed":                 {stop(&event.Process{Catches: true, Connections: number(3)}, event.Event{Time: at(11), ExitCode: number(0)}, open(10.5, 0)), Planned{}, Graceful, number(0), nil},
		"it had ended":                                 {[]event.Event{{Kind: event.ContainerStopped, Container: "web", Time: at(3), ExitCode: number(1)}}, Planned{}, Before, nil, nil},
		"never started":                                {[]event.Event{{Kind: event.ContainerStopped, Container: "web", Time: at(3), Reason: "CannotPullContainerError"}}, Planned{}, Never, nil, nil},
		"it runs":                                      {nil, Planned{}, Never, nil, nil},
	} {
		c.planned.Name = "web"
		if c.planned.StopTimeout == 0 {
			c.planned.StopTimeout = 5
		}
		got := Audit(c.events, []Planned{c.planned})[0]
		var texts []string
		for _, cause := range got.Causes {
			if texts = append(texts, cause.Message); cause.Fix != "" {
				texts = append(texts, cause.Fix)
			}
		}
		fits := slices.EqualFunc(texts, c.causes, strings.Contains)
		if got.Outcome != c.outcome || !cmp.Equal(got.Dropped, c.dropped) || !fits {
			t.Errorf("%s: %s, dropped %v, %q", name, got.Outcome, got.Dropped, texts)
		}
		if Clean([]Container{got}) != (c.outcome != Killed) {
			t.Errorf("%s: clean is wrong", name)
		}
		if c.outcome == Killed && !strings.Contains(got.Text(), "killed (SIGKILL) after") {
			t.Errorf("%s: %s", name, got.Text())
		}
	}
}

func TestMainProcess(t *testing.T) {
	t.Parallel()
	const term, quit = 1 << 14, 1 << 2
	for name, c := range map[string]struct {
		processes []Seen
		signal    string
		want      *event.Process
	}{
		"none":               {nil, "", nil},
		"a program":          {[]Seen{{PID: 1, Name: "node", Command: "node server.js", Caught: term}}, "", &event.Process{PID: 1, Command: "node server.js", Signal: "SIGTERM", Catches: true}},
		"another signal":     {[]Seen{{PID: 1, Name: "nginx", Command: "nginx", Caught: quit}}, "3", &event.Process{PID: 1, Command: "nginx", Signal: "SIGQUIT", Catches: true}},
		"its name":           {[]Seen{{PID: 1, Name: "nginx", Command: "nginx", Caught: term}}, "quit", &event.Process{PID: 1, Command: "nginx", Signal: "SIGQUIT"}},
		"ignored":            {[]Seen{{PID: 1, Name: "x", Command: "x", Ignored: term, Blocked: term}}, "SIGTERM", &event.Process{PID: 1, Command: "x", Signal: "SIGTERM", Ignores: true}},
		"taken with sigwait": {[]Seen{{PID: 1, Name: "x", Command: "x", Blocked: term}}, "", &event.Process{PID: 1, Command: "x", Signal: "SIGTERM", Catches: true}},
		"a shell": {[]Seen{{PID: 1, Name: "sh", Command: "/bin/sh -c node a"}, {PID: 7, Parent: 1, Command: "node a"}, {PID: 8, Parent: 7, Command: "node b"}}, "",
			&event.Process{PID: 1, Command: "/bin/sh -c node a", Signal: "SIGTERM", Shell: true, Children: []string{"node a"}}},
		"a login shell": {[]Seen{{PID: 1, Name: "x", Command: "-bash"}}, "", &event.Process{PID: 1, Command: "-bash", Signal: "SIGTERM", Shell: true}},
		"behind an init": {[]Seen{{PID: 1, Name: "docker-init", Command: "/sbin/docker-init -- node", Blocked: term}, {PID: 6, Parent: 1, Name: "node", Command: "node", Caught: term}}, "",
			&event.Process{PID: 6, Command: "node", Signal: "SIGTERM", Init: true, Catches: true}},
		"an init alone": {[]Seen{{PID: 1, Name: "tini", Command: "tini"}}, "", &event.Process{PID: 1, Command: "tini", Signal: "SIGTERM", Init: true}},
	} {
		if diff := cmp.Diff(c.want, Main(c.processes, c.signal)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
