//go:build unix

package cli

import (
	"os"
	"os/signal"
	"syscall"
)

// ownSession keeps the supervisor alive when the terminal goes, and away from its Ctrl-C.
func ownSession() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }

// ignoreBrokenPipe lets the supervisor outlive whoever it greets.
func ignoreBrokenPipe() { signal.Ignore(syscall.SIGPIPE, syscall.SIGHUP) }

// resizeSignals tell that the terminal has another size.
var resizeSignals = []os.Signal{syscall.SIGWINCH}
