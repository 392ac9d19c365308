package cli

import (
	"os"
	"syscall"
)

// ownSession keeps the supervisor away from the console's Ctrl-C.
func ownSession() *syscall.SysProcAttr {
	const detachedProcess = 0x8
	return &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP | detachedProcess}
}

func ignoreBrokenPipe() {}

// resizeSignals is empty: Windows does not tell.
var resizeSignals []os.Signal
