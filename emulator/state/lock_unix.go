//go:build unix

package state

import (
	"os"

	"golang.org/x/sys/unix"
)

// tryLock takes the lock that ends with its process, or fails where somebody has it.
func tryLock(f *os.File) error { return unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB) }
