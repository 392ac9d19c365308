package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"

	"github.com/ecslocal/ecslocal/emulator"
	"github.com/ecslocal/ecslocal/emulator/event"
)

// greeting is what the supervisor in the background tells the ecslocal that began it, one JSON object a line.
type greeting struct {
	TaskID  string `json:"taskId,omitempty"`
	Reached bool   `json:"reached,omitempty"`
	Warning string `json:"warning,omitempty"`
	// Environment is what a shell must set to find the log API of --serve-logs.
	Environment string `json:"environment,omitempty"`
}

// detach begins a supervisor in the background: this program, with the same arguments, in a session of its own. Its standard output is
// the line on which it greets; after that it is silent, and the state directory tells how the task is.
func (c *command) detach(ctx context.Context, flags *runFlags, file string) error {
	if file == "-" {
		return fail(exitUsage, errors.New("run -d reads the definition in the background: give a file, not -"))
	}
	self, err := os.Executable()
	if err != nil {
		return fail(exitCannotRun, fmt.Errorf("find my own executable: %w", err))
	}
	supervisor := exec.Command(self, supervisorArgs(os.Args[1:])...)
	supervisor.SysProcAttr = ownSession()
	stdout, err := supervisor.StdoutPipe()
	if err != nil {
		return fail(exitCannotRun, err)
	}
	complaints, err := supervisor.StderrPipe()
	if err != nil {
		return fail(exitCannotRun, err)
	}
	if err := supervisor.Start(); err != nil {
		return fail(exitCannotRun, fmt.Errorf("begin the supervisor: %w", err))
	}
	stopWaiting := context.AfterFunc(ctx, func() { supervisor.Process.Signal(os.Interrupt) })
	defer stopWaiting()
	if c.awaitGreeting(flags, stdout) {
		return supervisor.Process.Release()
	}
	text, _ := io.ReadAll(io.LimitReader(complaints, 64<<10))
	c.stderr.Write(text)
	var exited *exec.ExitError
	if err := supervisor.Wait(); errors.As(err, &exited) {
		return exit(exited.ExitCode())
	}
	return exit(exitCannotRun)
}

// supervisorArgs are the arguments of the background half.
func supervisorArgs(args []string) []string {
	args = slices.DeleteFunc(slices.Clone(args), func(a string) bool { return a == "-d" || a == "--detach" || a == "--detach=true" })
	i := slices.Index(args, "run")
	return slices.Insert(args, i+1, "--supervised")
}

// awaitGreeting prints the task's id once there is one, and says whether the supervisor got as far as was asked for.
func (c *command) awaitGreeting(flags *runFlags, stdout io.Reader) bool {
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		var g greeting
		if json.Unmarshal(lines.Bytes(), &g) != nil {
			continue
		}
		switch {
		case g.Warning != "":
			fmt.Fprintf(c.stderr, "warning: %s\n", g.Warning)
		case g.Environment != "":
			fmt.Fprint(c.stderr, g.Environment)
		case g.TaskID != "":
			fmt.Fprintln(c.stdout, g.TaskID)
			if flags.wait == "" {
				return true
			}
		case g.Reached:
			return true
		}
	}
	return false
}

// handshake is the supervisor's renderer.
type handshake struct {
	out  io.Writer
	err  io.Writer // read by whoever waits, where the task does not get there
	done bool
}

func (h *handshake) send(g greeting) {
	if data, err := json.Marshal(g); err == nil && !h.done {
		_, err := fmt.Fprintf(h.out, "%s\n", data)
		h.done = err != nil // nobody listens any more
	}
}

func (h *handshake) event(e event.Event) {
	switch e.Kind {
	case event.TaskCreated:
		h.send(greeting{TaskID: e.Task.ID()})
	case event.Warning:
		h.send(greeting{Warning: e.Message})
	}
}

func (h *handshake) reached(*emulator.Task) { h.send(greeting{Reached: true}) }
func (h *handshake) say(lines ...string) {
	for _, line := range lines {
		fmt.Fprintln(h.err, line)
	}
}
func (h *handshake) finish(*emulator.Task) {}
func (h *handshake) close()                {}
