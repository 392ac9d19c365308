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

// cacheDir is where built programs are kept from one test to the next, so that they are linked once.
func cacheDir(t testing.TB) string {
	t.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	dir := filepath.Join(cache, "ecslocal-test")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	return dir
}
