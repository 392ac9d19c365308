package shell

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"

	"mvdan.cc/sh/v3/interp"
)

// own runs the commands that are part of a shell and that the interpreter has not, or has otherwise.
func (s *shell) own(ctx context.Context, hc interp.HandlerContext, name string, args []string) error {
	switch name {
	case "exec":
		path, err := lookup(hc, args[0])
		if err != nil {
			s.complain(hc, "exec: "+args[0]+": "+err.Error())
			return hc.Builtin(ctx, []string{"exit", strconv.Itoa(int(notRun(err)))})
		}
		if err := s.replace(ctx, hc, path, args); err != nil {
			return hc.Builtin(ctx, []string{"exit", strconv.Itoa(statusOf(err))})
		}
		return hc.Builtin(ctx, []string{"exit"})
	case "missing":
		s.complain(hc, args[0]+": not found")
		return interp.ExitStatus(127)
	case "status":
		code, err := strconv.Atoi(args[0])
		if err != nil {
			return err
		}
		return asStatus(code)
	case "kill":
		return s.kill(hc, args)
	case "wait":
		return s.wait(ctx, hc, args)
	case "umask":
		return s.umask(hc, args)
	case "ulimit":
		return s.ulimit(hc, args)
	}
	return fmt.Errorf("run %s: no such command", name)
}

func statusOf(err error) int {
	var status interp.ExitStatus
	if errors.As(err, &status) {
		return int(status)
	}
	return 2
}

// kill sends a signal to processes, or lists the names.
func (s *shell) kill(hc interp.HandlerContext, args []string) error {
	number := syscall.SIGTERM
	if len(args) > 0 && strings.HasPrefix(args[0], "-") && args[0] != "--" {
		name := args[0][1:]
		if args = args[1:]; name == "l" {
			for _, arg := range args {
				n, _ := signalNamed(arg)
				fmt.Fprintln(hc.Stdout, nameOf(n))
			}
			return nil
		}
		if name == "s" && len(args) > 0 {
			name, args = args[0], args[1:]
		}
		var ok bool
		if number, ok = signalNamed(name); !ok {
			s.complain(hc, "kill: Illegal option -"+name[:1])
			return interp.ExitStatus(2)
		}
	}
	var failed error
	for _, arg := range args {
		if arg == "--" {
			continue
		}
		pid, err := s.children.process(arg)
		if err != nil {
			s.complain(hc, "kill: Illegal number: "+arg)
			return interp.ExitStatus(2)
		}
		if err := syscall.Kill(pid, number); err != nil {
			text := map[error]string{syscall.ESRCH: "No such process", syscall.EPERM: "Operation not permitted"}[err]
			s.complain(hc, "kill: "+text)
			failed = interp.ExitStatus(1)
		} else if pid == os.Getpid() {
			s.traps.await(number) // the shell's own signal is there before its next command
		}
	}
	return failed
}

// wait waits for the commands that run in the background; a signal with a trap ends it, and the trap runs next.
func (s *shell) wait(ctx context.Context, hc interp.HandlerContext, args []string) error {
	done := make(chan error, 1)
	go func() { done <- hc.Builtin(ctx, append([]string{"wait"}, args...)) }() // ends with those commands
	select {
	case err := <-done:
		return err
	case came := <-s.traps.wake:
		number, _ := came.(syscall.Signal) // which every signal is, on Linux
		return asStatus(128 + int(number))
	}
}

func (s *shell) umask(hc interp.HandlerContext, args []string) error {
	if len(args) == 0 {
		mask := syscall.Umask(0)
		syscall.Umask(mask)
		fmt.Fprintf(hc.Stdout, "%04o\n", mask)
		return nil
	}
	mask, err := strconv.ParseUint(args[0], 8, 12)
	if err != nil {
		s.complain(hc, "umask: Illegal mode: "+args[0])
		return interp.ExitStatus(2)
	}
	syscall.Umask(int(mask))
	return nil
}

// ulimit prints a limit; setting one is left out, since a task definition does that.
func (s *shell) ulimit(hc interp.HandlerContext, args []string) error {
	resources := map[rune]struct {
		number int
		unit   uint64
	}{'c': {syscall.RLIMIT_CORE, 512}, 'd': {syscall.RLIMIT_DATA, 1024}, 'f': {syscall.RLIMIT_FSIZE, 512}, 'n': {syscall.RLIMIT_NOFILE, 1},
		's': {syscall.RLIMIT_STACK, 1024}, 't': {syscall.RLIMIT_CPU, 1}, 'v': {syscall.RLIMIT_AS, 1024}, 'p': {6, 1}, 'l': {8, 1024}}
	resource, hard := resources['f'], false
	for _, arg := range args {
		for _, letter := range strings.TrimPrefix(arg, "-") {
			found, ok := resources[letter]
			switch {
			case letter == 'H' || letter == 'S':
				hard = letter == 'H'
			case !ok || !strings.HasPrefix(arg, "-"):
				s.complain(hc, "ulimit: only printing a limit is possible here")
				return interp.ExitStatus(2)
			default:
				resource = found
			}
		}
	}
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(resource.number, &limit); err != nil {
		return err
	}
	value := limit.Cur
	if hard {
		value = limit.Max
	}
	if value == ^uint64(0) {
		fmt.Fprintln(hc.Stdout, "unlimited")
	} else {
		fmt.Fprintln(hc.Stdout, value/resource.unit)
	}
	return nil
}
