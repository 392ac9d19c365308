package state

import (
	"fmt"
	"os"
	"path/filepath"
)

// LockPort takes a host port, such as 8080-tcp, for a task of this user, whatever its state directory: between the choice of a port and the
// moment when the engine has it, nobody else can see that it is taken. The lock ends with release, or with the process. It fails where
// another task has the port; where there is no place for locks, nobody has.
func LockPort(port string) (release func() error, err error) {
	dir := filepath.Join(os.TempDir(), fmt.Sprintf("ecslocal-ports-%d", os.Getuid()))
	if os.MkdirAll(dir, 0o700) != nil {
		return func() error { return nil }, nil
	}
	f, err := os.OpenFile(filepath.Join(dir, port), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return func() error { return nil }, nil
	}
	if tryLock(f) != nil {
		f.Close()
		return nil, fmt.Errorf("take port %s: another task has it", port)
	}
	return f.Close, nil
}
