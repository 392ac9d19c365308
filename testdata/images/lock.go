//go:build unix

package images

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// locked does something that test processes must not do at the same time.
func locked(t testing.TB, name string, do func() error) {
	t.Helper()
	file, err := os.OpenFile(filepath.Join(cacheDir(t), name+".lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close() // which unlocks
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	if err := do(); err != nil {
		t.Fatal(err)
	}
}
