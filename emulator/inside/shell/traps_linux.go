package shell

import (
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"mvdan.cc/sh/v3/interp"
)

// traps are what the shell does at signals.
type traps struct {
	mu      sync.Mutex
	actions map[os.Signal]string
	came    []os.Signal    // with an action that has not run yet
	wake    chan os.Signal // the latest of these, for what is waiting
	signals chan os.Signal
	done    chan struct{}
}

// newTraps begins to listen. Process 1 has no default actions: what it does not trap does nothing to it, as with dash.
func newTraps() *traps {
	t := &traps{actions: map[os.Signal]string{}, wake: make(chan os.Signal, 1), signals: make(chan os.Signal, 16), done: make(chan struct{})}
	if os.Getpid() == 1 {
		signal.Notify(t.signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGUSR1, syscall.SIGUSR2)
	}
	go t.listen() // ends with stop
	return t
}

func (t *traps) listen() {
	for {
		select {
		case <-t.done:
			return
		case s := <-t.signals:
			t.mu.Lock()
			if t.actions[s] != "" && len(t.came) < 64 {
				t.came = append(t.came, s)
				select {
				case t.wake <- s:
				default:
				}
			}
			t.mu.Unlock()
		}
	}
}

func (t *traps) stop() {
	signal.Stop(t.signals)
	close(t.done)
}

// pending is the text of the next trap to run, empty for none.
func (t *traps) pending() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.came) == 0 {
		return ""
	}
	select {
	case <-t.wake: // it has been noticed: a later wait is not to end for it
	default:
	}
	action := t.actions[t.came[0]]
	t.came = t.came[1:]
	return action
}

// await waits, a second at most, until a signal that was sent has come, where it has an action.
func (t *traps) await(number os.Signal) {
	for wait := time.Millisecond; wait < time.Second; wait *= 2 {
		t.mu.Lock()
		arrived := t.actions[number] == "" || slices.Contains(t.came, number)
		t.mu.Unlock()
		if arrived {
			return
		}
		time.Sleep(wait)
	}
}

// set gives a signal an action: empty ignores it, "-" restores the default.
func (t *traps) set(s os.Signal, action string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.actions, s)
	switch action {
	case "-":
		if os.Getpid() == 1 {
			signal.Notify(t.signals, s)
		} else {
			signal.Reset(s)
		}
	case "":
		signal.Ignore(s) // for children too
	default:
		t.actions[s] = action
		signal.Notify(t.signals, s)
	}
}

// trap is the command of that name: signals are ours, EXIT is the interpreter's.
func (s *shell) trap(hc interp.HandlerContext, args []string) []string {
	words := args[1:]
	if len(words) > 0 && words[0] == "--" {
		words = words[1:]
	}
	if len(words) == 0 {
		return args
	}
	action, names := words[0], words[1:]
	if _, err := strconv.Atoi(action); err == nil || len(names) == 0 { // without an action the defaults come back
		action, names = "-", words
	}
	result := []string{"true"}
	for _, name := range names {
		if name == "EXIT" || name == "0" {
			result = []string{"trap", action, "EXIT"}
			continue
		}
		number, ok := signalNamed(name)
		if !ok {
			s.complain(hc, "trap: "+name+": bad trap")
			return []string{own + "status", "1"}
		}
		s.traps.set(number, action)
	}
	return result
}

var signalNames = map[string]syscall.Signal{
	"HUP": syscall.SIGHUP, "INT": syscall.SIGINT, "QUIT": syscall.SIGQUIT, "ABRT": syscall.SIGABRT, "KILL": syscall.SIGKILL, "USR1": syscall.SIGUSR1,
	"USR2": syscall.SIGUSR2, "PIPE": syscall.SIGPIPE, "ALRM": syscall.SIGALRM, "TERM": syscall.SIGTERM, "CHLD": syscall.SIGCHLD, "CONT": syscall.SIGCONT,
	"STOP": syscall.SIGSTOP, "TSTP": syscall.SIGTSTP, "TTIN": syscall.SIGTTIN, "TTOU": syscall.SIGTTOU, "WINCH": syscall.SIGWINCH,
}

// signalNamed is a signal by its name, with or without SIG, or by its number.
func signalNamed(name string) (syscall.Signal, bool) {
	if n, err := strconv.Atoi(name); err == nil {
		return syscall.Signal(n), n >= 0 && n <= 64
	}
	s, ok := signalNames[strings.TrimPrefix(strings.ToUpper(name), "SIG")]
	return s, ok
}

func nameOf(s syscall.Signal) string {
	for name, number := range signalNames {
		if number == s {
			return name
		}
	}
	return fmt.Sprint(int(s))
}
