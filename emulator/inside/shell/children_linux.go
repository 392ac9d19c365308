package shell

import (
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// children are the processes that the shell has started. As process 1 it also collects those that were left to it,
// such as what a health check that timed out leaves behind.
type children struct {
	mu         sync.Mutex
	ours       map[int]bool
	background []int // in the order in which they began, as $! counts them
}

func (c *children) start(command *exec.Cmd) error {
	c.mu.Lock() // held until the process is known, or it would be taken for an orphan
	defer c.mu.Unlock()
	if err := command.Start(); err != nil {
		return err
	}
	if c.ours == nil {
		c.ours = map[int]bool{}
	}
	c.ours[command.Process.Pid] = true
	return nil
}

func (c *children) wait(command *exec.Cmd) error {
	err := command.Wait()
	c.mu.Lock()
	delete(c.ours, command.Process.Pid)
	c.mu.Unlock()
	return err
}

func (c *children) remember(pid int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.background) < 1024 {
		c.background = append(c.background, pid)
	}
}

// process is the number of a process by what kill was given: a number, or the interpreter's word for $!, g and the
// position among the commands in the background.
func (c *children) process(word string) (int, error) {
	position, ok := strings.CutPrefix(word, "g")
	n, err := strconv.Atoi(position)
	if err != nil || !ok {
		return n, err
	}
	for wait := time.Millisecond; ; wait *= 2 {
		c.mu.Lock()
		known := c.background
		c.mu.Unlock()
		switch {
		case n >= 1 && n <= len(known):
			return known[n-1], nil
		case n < 1 || wait > time.Second:
			return 0, strconv.ErrRange
		}
		time.Sleep(wait) // commands in the background start at their own pace
	}
}

// adopt collects orphans as process 1, until the returned function is called.
func (c *children) adopt() (end func()) {
	if os.Getpid() != 1 {
		return func() {}
	}
	signals, done := make(chan os.Signal, 1), make(chan struct{})
	signal.Notify(signals, syscall.SIGCHLD)
	go func() {
		for {
			select {
			case <-signals:
				c.collect()
			case <-done:
				return
			}
		}
	}()
	return func() { signal.Stop(signals); close(done) }
}

// collect collects dead children until there is none, or one of ours is next: whoever waits for that one gets it.
func (c *children) collect() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for {
		var info unix.Siginfo
		if err := unix.Waitid(unix.P_ALL, 0, &info, unix.WEXITED|unix.WNOHANG|unix.WNOWAIT, nil); err != nil {
			return
		}
		pid := sender(&info)
		if pid <= 0 || c.ours[pid] {
			return
		}
		if _, err := unix.Wait4(pid, nil, unix.WNOHANG, nil); err != nil {
			return
		}
	}
}

// sender is the process that a child's death is reported of. The field has no name in x/sys: it begins a union after signo,
// errno and code, aligned as a pointer is (include/uapi/asm-generic/siginfo.h).
func sender(info *unix.Siginfo) int {
	const pointer = unsafe.Sizeof(uintptr(0))
	at := (3*unsafe.Sizeof(int32(0)) + pointer - 1) &^ (pointer - 1)
	return int(*(*int32)(unsafe.Add(unsafe.Pointer(info), at)))
}
