package shutdown

import (
	"fmt"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/event"
)

// Seen is one process of a container. Masks of signals have bit n-1 for signal n, as in /proc/PID/status.
type Seen struct {
	PID, Parent              int
	Name                     string // of the program, 15 bytes at most
	Command                  string
	Caught, Ignored, Blocked uint64
}

// numbers of the signals that images ask to be stopped with (signal(7), x86 and ARM).
var numbers = map[string]int{"SIGHUP": 1, "SIGINT": 2, "SIGQUIT": 3, "SIGKILL": 9, "SIGUSR1": 10, "SIGUSR2": 12, "SIGTERM": 15, "SIGWINCH": 28, "SIGPWR": 30}

// Signal is the name and number of a stop signal as an image gives it, such as SIGQUIT, quit or 3; SIGTERM where it gives none.
func Signal(text string) (name string, number int) {
	name = strings.ToUpper(text)
	if n := 0; name != "" {
		if _, err := fmt.Sscanf(name, "%d", &n); err == nil {
			for known, number := range numbers {
				if number == n {
					return known, n
				}
			}
			return fmt.Sprintf("signal %d", n), n
		}
		if !strings.HasPrefix(name, "SIG") {
			name = "SIG" + name
		}
		if n, known := numbers[name]; known {
			return name, n
		}
		return name, 0
	}
	return "SIGTERM", numbers["SIGTERM"]
}

// Main is what matters of a container's processes when it is stopped: its process 1, or what an init program there has started. Nil where
// there is no process 1.
func Main(processes []Seen, stopSignal string) *event.Process {
	main := find(processes, 1)
	if main == nil {
		return nil
	}
	name, number := Signal(stopSignal)
	p := &event.Process{Signal: name}
	if isInit(main.Name) || isInit(first(main.Command)) {
		p.Init = true
		for i := range processes {
			if processes[i].Parent == main.PID {
				main = &processes[i]
				break
			}
		}
	}
	p.Command, p.PID = main.Command, main.PID
	p.Shell = isShell(main.Name) || isShell(first(main.Command))
	if number > 0 {
		bit := uint64(1) << (number - 1)
		p.Catches, p.Ignores = main.Caught&bit != 0, main.Ignored&bit != 0
		if main.Blocked&bit != 0 && !p.Ignores { // it takes the signal with sigwait or signalfd
			p.Catches = true
		}
	}
	for _, child := range processes {
		if child.Parent == main.PID && child.PID != main.PID && len(p.Children) < maxChildren {
			p.Children = append(p.Children, child.Command)
		}
	}
	return p
}

// maxChildren are told of one process.
const maxChildren = 10

func find(processes []Seen, pid int) *Seen {
	for i := range processes {
		if processes[i].PID == pid {
			return &processes[i]
		}
	}
	return nil
}

// first is the program of a command line; the name of a shell that was started as a login shell begins with -.
func first(command string) string {
	word, _, _ := strings.Cut(command, " ")
	return strings.TrimPrefix(word, "-")
}
