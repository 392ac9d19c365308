package cli

import (
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/windows"
)

// ownSession keeps the supervisor away from the console's Ctrl-C.
func ownSession() *syscall.SysProcAttr {
	const detachedProcess = 0x8
	return &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP | detachedProcess}
}

func ignoreBrokenPipe() {}

// resizeSignals is empty: Windows does not tell.
var resizeSignals []os.Signal

// resumeSignals is empty: there is no job control.
var resumeSignals []os.Signal

// inForeground says whether we may use the terminal, and makes it obey control sequences.
func inForeground(terminal *os.File) bool {
	var mode uint32
	console := windows.Handle(terminal.Fd())
	if windows.GetConsoleMode(console, &mode) != nil {
		return false
	}
	return mode&windows.ENABLE_PROCESSED_OUTPUT == 0 || windows.SetConsoleMode(console, mode|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING) == nil
}

// eachKey lets the console give out keys as they are pressed, and not show them. Ctrl-C stays an interrupt.
func eachKey(keyboard *os.File) (restore func(), err error) {
	var before uint32
	console := windows.Handle(keyboard.Fd())
	if err := windows.GetConsoleMode(console, &before); err != nil {
		return nil, err
	}
	if err := windows.SetConsoleMode(console, before&^(windows.ENABLE_LINE_INPUT|windows.ENABLE_ECHO_INPUT)); err != nil {
		return nil, err
	}
	return func() { _ = windows.SetConsoleMode(console, before) }, nil
}

// readable says whether there is input within the limit.
func readable(keyboard *os.File, limit time.Duration) bool {
	event, err := windows.WaitForSingleObject(windows.Handle(keyboard.Fd()), uint32(limit.Milliseconds()))
	return err == nil && event == windows.WAIT_OBJECT_0
}
