//go:build unix

package cli

import (
	"errors"
	"io"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestSignalEndsACommandThatHoldsNothing reads a definition that never comes: one signal is enough, whatever the command is at.
func TestSignalEndsACommandThatHoldsNothing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		signal syscall.Signal
		args   []string
		times  int
		code   int
	}{
		"SIGTERM":        {syscall.SIGTERM, []string{"validate", "-"}, 1, 143},
		"SIGINT":         {syscall.SIGINT, []string{"plan", "-"}, 1, 130},
		"a second kills": {syscall.SIGTERM, []string{"run", "-"}, 2, -1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			command := ecslocal(t, t.TempDir(), c.args...)
			input, err := command.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			defer input.Close()
			if err := command.Start(); err != nil {
				t.Fatal(err)
			}
			ended := make(chan error, 1)
			go func() { ended <- command.Wait() }()
			if _, err := io.WriteString(input, strings.Repeat(" ", 200<<10)); err != nil { // more than a pipe holds: it reads
				t.Fatal(err)
			}
			for range c.times {
				command.Process.Signal(c.signal)
				time.Sleep(100 * time.Millisecond) // two signals at once would be one
			}
			select {
			case err := <-ended:
				var exited *exec.ExitError
				if !errors.As(err, &exited) || exited.ExitCode() != c.code {
					t.Errorf("ended with %v, want code %d", err, c.code)
				}
			case <-time.After(30 * time.Second):
				command.Process.Kill()
				t.Error("it takes no notice of the signal")
			}
		})
	}
}
