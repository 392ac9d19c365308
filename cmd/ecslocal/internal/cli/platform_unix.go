//go:build unix

package cli

import (
	"os"
	"os/signal"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// ownSession keeps the supervisor alive when the terminal goes, and away from its Ctrl-C.
func ownSession() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }

// ignoreBrokenPipe lets the supervisor outlive whoever it greets.
func ignoreBrokenPipe() { signal.Ignore(syscall.SIGPIPE, syscall.SIGHUP) }

// resizeSignals tell that the terminal has another size.
var resizeSignals = []os.Signal{syscall.SIGWINCH}

// resumeSignals tell that the user has brought us back to the foreground.
var resumeSignals = []os.Signal{syscall.SIGCONT}

// inForeground says whether we may use the terminal: who is in the background is stopped for it.
func inForeground(terminal *os.File) bool {
	group, err := unix.IoctlGetInt(int(terminal.Fd()), unix.TIOCGPGRP)
	return err == nil && group == unix.Getpgrp()
}

// eachKey lets a terminal give out keys as they are pressed, and not show them. Ctrl-C and Ctrl-Z stay signals.
func eachKey(keyboard *os.File) (restore func(), err error) {
	fd := int(keyboard.Fd())
	before, err := unix.IoctlGetTermios(fd, getTermios)
	if err != nil {
		return nil, err
	}
	now := *before
	now.Lflag &^= unix.ICANON | unix.ECHO
	now.Cc[unix.VMIN], now.Cc[unix.VTIME] = 1, 0
	if err := unix.IoctlSetTermios(fd, setTermios, &now); err != nil {
		return nil, err
	}
	return func() { _ = unix.IoctlSetTermios(fd, setTermios, before) }, nil
}

// readable says whether a read would return within the limit.
func readable(keyboard *os.File, limit time.Duration) bool {
	polled := []unix.PollFd{{Fd: int32(keyboard.Fd()), Events: unix.POLLIN}}
	n, err := unix.Poll(polled, int(limit.Milliseconds()))
	return err == nil && n > 0
}
