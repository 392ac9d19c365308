package shell

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/interp"
)

// exec runs a command that is neither a function nor one of the interpreter's own.
func (s *shell) exec(ctx context.Context, args []string) error {
	hc := interp.HandlerCtx(ctx)
	if name, ok := strings.CutPrefix(args[0], own); ok {
		return s.own(ctx, hc, name, args[1:])
	}
	path, err := lookup(hc, args[0])
	if err != nil {
		s.complain(hc, args[0]+": "+err.Error())
		return interp.ExitStatus(notRun(err))
	}
	if s.shape.replace[hc.Pos] {
		return s.replace(ctx, hc, path, args)
	}
	return s.spawn(ctx, hc, path, args)
}

// complaint is an error in dash's words.
type complaint string

func (c complaint) Error() string { return string(c) }

const (
	errNotFound = complaint("not found")
	errDenied   = complaint("Permission denied")
	errFormat   = complaint("Exec format error")
	errTooLong  = complaint("Argument list too long")
)

// notRun is the exit code of a command that could not be run.
func notRun(err error) uint8 {
	if errors.Is(err, errNotFound) {
		return 127
	}
	return 126
}

// lookup finds a program as the shell does: by its path, or in PATH.
func lookup(hc interp.HandlerContext, name string) (string, error) {
	if strings.Contains(name, "/") {
		path := inDir(hc.Dir, name)
		return path, executable(path)
	}
	err := error(errNotFound)
	for _, dir := range filepath.SplitList(hc.Env.Get("PATH").String()) {
		path := filepath.Join(inDir(hc.Dir, dir), name)
		switch found := executable(path); {
		case found == nil:
			return path, nil
		case found == errDenied && !isDir("", path):
			err = errDenied
		}
	}
	return "", err
}

func inDir(dir, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, path)
}

func executable(path string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrPermission):
		return errDenied
	case err != nil:
		return errNotFound
	case info.IsDir(), syscall.Access(path, 1) != nil: // 1 is X_OK
		return errDenied
	}
	return nil
}

// spawn runs a program as a child and waits for it.
func (s *shell) spawn(ctx context.Context, hc interp.HandlerContext, path string, args []string) error {
	command := s.command(hc, path, args)
	err := s.children.start(command)
	if errors.Is(err, syscall.ENOEXEC) && isText(path) { // a script without #! is run by the shell
		command = s.command(hc, "/proc/self/exe", append([]string{"/bin/sh", path}, args[1:]...))
		err = s.children.start(command)
	}
	if err != nil {
		err = startError(err)
		s.complain(hc, args[0]+": "+err.Error())
		return interp.ExitStatus(notRun(err))
	}
	if s.shape.background[hc.Pos] {
		s.children.remember(command.Process.Pid)
	}
	_ = s.children.wait(command) // the status tells
	status, ok := command.ProcessState.Sys().(syscall.WaitStatus)
	if !ok || !status.Signaled() {
		return asStatus(command.ProcessState.ExitCode())
	}
	if text := deaths[status.Signal()]; text != "" {
		fmt.Fprintln(s.stderr, text)
	}
	return asStatus(128 + int(status.Signal()))
}

func asStatus(code int) error {
	if code == 0 {
		return nil
	}
	return interp.ExitStatus(code)
}

// deaths are the words that dash prints for a child killed by a signal.
var deaths = map[syscall.Signal]string{
	syscall.SIGHUP: "Hangup", syscall.SIGQUIT: "Quit", syscall.SIGILL: "Illegal instruction", syscall.SIGABRT: "Aborted", syscall.SIGBUS: "Bus error",
	syscall.SIGFPE: "Floating point exception", syscall.SIGKILL: "Killed", syscall.SIGSEGV: "Segmentation fault", syscall.SIGTERM: "Terminated",
	syscall.SIGALRM: "Alarm clock", syscall.SIGUSR1: "User defined signal 1", syscall.SIGUSR2: "User defined signal 2",
}

func (s *shell) command(hc interp.HandlerContext, path string, args []string) *exec.Cmd {
	return &exec.Cmd{Path: path, Args: args, Env: environment(hc.Env), Dir: hc.Dir, Stdin: hc.Stdin, Stdout: hc.Stdout, Stderr: hc.Stderr,
		WaitDelay: time.Second} // a grandchild that keeps a pipe of ours open must not hold us
}

// startError is dash's word for why a program that is there does not start.
func startError(err error) error {
	switch {
	case errors.Is(err, syscall.ENOENT): // the interpreter of #! or the dynamic loader is missing
		return errNotFound
	case errors.Is(err, syscall.EACCES), errors.Is(err, syscall.EPERM):
		return errDenied
	case errors.Is(err, syscall.ENOEXEC):
		return errFormat
	case errors.Is(err, syscall.E2BIG):
		return errTooLong
	}
	return err
}

// isText says whether a file may be a script, by its first line.
func isText(path string) bool {
	file, err := os.Open(path)
	if err != nil {
		return false
	}
	defer file.Close()
	start, err := io.ReadAll(io.LimitReader(file, 512))
	line, _, _ := bytes.Cut(start, []byte("\n"))
	return err == nil && bytes.IndexByte(line, 0) < 0
}

// environment are the exported variables, as a program gets them.
func environment(env expand.Environ) []string {
	values := map[string]string{}
	for name, variable := range env.Each { // a name may come again, the last is right
		if delete(values, name); variable.Exported && variable.IsSet() && variable.Kind == expand.String {
			values[name] = variable.String()
		}
	}
	var all []string
	for _, name := range slices.Sorted(maps.Keys(values)) {
		all = append(all, name+"="+values[name])
	}
	return all
}

// replace makes the program take this process's place; it returns only when it cannot.
func (s *shell) replace(ctx context.Context, hc interp.HandlerContext, path string, args []string) error {
	streams := [3]*os.File{}
	for i, stream := range []any{hc.Stdin, hc.Stdout, hc.Stderr} {
		file, ok := stream.(*os.File)
		if !ok && stream != nil {
			return s.spawn(ctx, hc, path, args) // a stream that is no file needs this process to copy it
		}
		if file == nil {
			var err error
			if file, err = os.OpenFile(os.DevNull, os.O_RDWR, 0); err != nil {
				return err
			}
		}
		streams[i] = file
	}
	if err := os.Chdir(hc.Dir); err != nil {
		s.complain(hc, args[0]+": "+errDenied.Error())
		return interp.ExitStatus(126)
	}
	if err := ontoStandard(streams); err != nil {
		return err
	}
	err := syscall.Exec(path, args, environment(hc.Env))
	if errors.Is(err, syscall.ENOEXEC) && isText(path) {
		err = syscall.Exec("/proc/self/exe", append([]string{"/bin/sh", path}, args[1:]...), environment(hc.Env))
	}
	err = startError(err)
	s.complain(hc, args[0]+": "+err.Error())
	return interp.ExitStatus(notRun(err))
}

// ontoStandard makes streams the file descriptors 0, 1 and 2.
func ontoStandard(streams [3]*os.File) error {
	var copies [3]int
	for i, file := range streams { // copied first: one may be another's number
		fd, err := syscall.Dup(int(file.Fd()))
		if err != nil {
			return err
		}
		copies[i] = fd
	}
	for i, fd := range copies {
		if err := syscall.Dup3(fd, i, 0); err != nil {
			return err
		}
		if err := syscall.Close(fd); err != nil {
			return err
		}
	}
	return nil
}

// open opens the file of a redirection. Its error is printed as it is.
func (s *shell) open(ctx context.Context, path string, flags int, mode os.FileMode) (io.ReadWriteCloser, error) {
	hc := interp.HandlerCtx(ctx)
	file, err := os.OpenFile(inDir(hc.Dir, path), flags, mode)
	if err == nil {
		return file, nil
	}
	verb := "cannot open"
	if flags&os.O_CREATE != 0 {
		verb = "cannot create"
	}
	text := openText(err)
	if flags&os.O_CREATE != 0 && text == "No such file" {
		text = "Directory nonexistent"
	}
	return nil, &os.PathError{Op: s.name + ": " + strconv.Itoa(int(max(s.line.Load(), 1))) + ": " + verb, Path: path, Err: errors.New(text)}
}

// openText is dash's word for why a file cannot be opened.
func openText(err error) string {
	var number syscall.Errno
	if !errors.As(err, &number) {
		return err.Error()
	}
	if number == syscall.ENOENT {
		return "No such file"
	}
	text := number.Error()
	return strings.ToUpper(text[:1]) + text[1:]
}
