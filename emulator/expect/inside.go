package expect

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

// File expects a file in a container. Files on tmpfs are not seen: the engine does not show them.
type File struct {
	Container string `json:"container"`
	// Path is absolute; links are followed.
	Path string `json:"path"`
	// Exists is true where it is nil.
	Exists *bool `json:"exists"`
	// Mode is the permissions in octal digits, such as 0644; empty takes any.
	Mode string `json:"mode"`
	// Text is what the content is to be like, at most 1 MiB of it.
	Text
}

func (f File) String() string {
	if f.Exists != nil && !*f.Exists {
		return "no file " + f.Path + " in " + f.Container
	}
	return "file " + f.Path + " in " + f.Container
}

// Look reads the file.
func (f File) Look(ctx context.Context, task Subject) error {
	if _, err := find(task.Describe(), f.Container); err != nil {
		return err
	}
	content, mode, err := task.ReadFile(ctx, f.Container, f.Path)
	missing := errors.Is(err, fs.ErrNotExist)
	switch absent := f.Exists != nil && !*f.Exists; {
	case absent && missing:
		return nil
	case err != nil && (absent || !missing):
		return worse(task, fmt.Errorf("read %s of %s: %w", f.Path, f.Container, err))
	case absent:
		return fmt.Errorf("there is %s in %s", f.Path, f.Container)
	case missing:
		return worse(task, fmt.Errorf("there is no %s in %s", f.Path, f.Container))
	}
	if got := permissions(mode); f.Mode != "" && got != strings.TrimLeft(f.Mode, "0") {
		return fmt.Errorf("the mode of %s in %s is 0%s, not %s", f.Path, f.Container, got, f.Mode)
	}
	if mode.IsDir() && !f.any() {
		return fmt.Errorf("%s in %s is a directory", f.Path, f.Container)
	}
	return f.check(f.Path, string(content))
}

// permissions are a file's, in octal digits without a zero before them, with the bits for set user, set group and sticky.
func permissions(mode fs.FileMode) string {
	bits := uint32(mode.Perm())
	for bit, unix := range map[fs.FileMode]uint32{fs.ModeSetuid: 0o4000, fs.ModeSetgid: 0o2000, fs.ModeSticky: 0o1000} {
		if mode&bit != 0 {
			bits |= unix
		}
	}
	return strings.TrimLeft(fmt.Sprintf("%o", bits), "0")
}

// Exec expects how a command ends that runs in a container, beside what is there.
type Exec struct {
	Container string `json:"container"`
	// Command is not given to a shell: its first word is the program.
	Command []string `json:"command"`
	// User runs it as somebody else than the container's user; ECS Exec is always 0.
	User string `json:"user"`
	// ExitCode is that of the command.
	ExitCode int `json:"exitCode"`
	// Stdout and Stderr are what its output is to be like, at most 1 MiB of each.
	Stdout Text `json:"stdout"`
	Stderr Text `json:"stderr"`
}

func (e Exec) String() string { return strings.Join(e.Command, " ") + " in " + e.Container }

// Changes says that running it may change something.
func (e Exec) Changes() bool { return true }

func (Exec) asks() {}

// Look runs the command once.
func (e Exec) Look(ctx context.Context, task Subject) error {
	if _, err := find(task.Describe(), e.Container); err != nil {
		return err
	}
	output, err := task.Exec(ctx, e.Container, e.User, e.Command)
	if err != nil {
		return worse(task, fmt.Errorf("run %q in %s: %w", e.Command, e.Container, err))
	}
	if output.ExitCode != e.ExitCode {
		return fmt.Errorf("%q in %s ended with exit code %d, not %d; stdout is %s, stderr is %s",
			e.Command, e.Container, output.ExitCode, e.ExitCode, quote(output.Stdout), quote(output.Stderr))
	}
	if err := e.Stdout.check("stdout", output.Stdout); err != nil {
		return err
	}
	return e.Stderr.check("stderr", output.Stderr)
}
