package inside

import (
	"context"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"syscall"

	"github.com/ecslocal/ecslocal/emulator/inside/curl"
	"github.com/ecslocal/ecslocal/emulator/inside/demo"
	"github.com/ecslocal/ecslocal/emulator/inside/look"
	"github.com/ecslocal/ecslocal/emulator/inside/shell"
	"github.com/ecslocal/ecslocal/emulator/selfimage"
)

// Programs are the programs that are written elsewhere. The zero value has none of them.
type Programs struct {
	// Relay is the agent container's program (package agent): it serves the task at 169.254.170.2 with what the
	// supervising ecslocal says over stdin and stdout. The context ends at SIGTERM and SIGINT.
	Relay func(ctx context.Context, args []string, stdin io.Reader, stdout io.Writer) error
}

// process is what a program sees of the process that it runs in.
type process struct {
	name           string // as it was called, argv[0]
	args           []string
	stdin          *os.File
	stdout, stderr io.Writer
	programs       Programs
}

// program is the body of a program; its result is the exit code.
type program func(ctx context.Context, p *process) int

// named are the programs by name.
var named = map[string]program{
	"pause": pause,
	"relay": relay,
	"demo":  serveDemo,
	"curl":  asFirstProcess(runCurl),
	"look":  lookAround,
	"sh":    runShell,
	"sleep": asFirstProcess(sleep),
	"cat":   asFirstProcess(cat),
}

// asFirstProcess makes process 1 of a container take no notice of signals that it does not handle, as the kernel has it for
// every program; Go's own handlers would end it with code 2.
func asFirstProcess(run program) program {
	return func(ctx context.Context, p *process) int {
		if os.Getpid() == 1 {
			signals := make(chan os.Signal, 1) // nobody reads it: what does not fit is dropped
			signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGUSR1, syscall.SIGUSR2)
			defer signal.Stop(signals)
		}
		return run(ctx, p)
	}
}

func runShell(ctx context.Context, p *process) int {
	return shell.Main(ctx, p.name, p.args, p.stdin, p.stdout, p.stderr)
}

func lookAround(ctx context.Context, p *process) int {
	return look.Main(ctx, p.args, p.stdin, p.stdout, p.stderr)
}

func runCurl(ctx context.Context, p *process) int {
	return curl.Main(ctx, p.args, p.stdin, p.stdout, p.stderr)
}

func serveDemo(ctx context.Context, p *process) int {
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	return demo.Main(ctx, os.Environ(), p.stdout, p.stderr)
}

// Main runs the program that args (os.Args) ask for inside a container. handled is false for an ordinary start of ecslocal;
// where it is true, the process must end with code.
func Main(ctx context.Context, args []string, programs Programs) (handled bool, code int) {
	selfimage.Ours()
	if len(args) == 0 {
		return false, 0
	}
	p := &process{name: args[0], args: args[1:], stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, programs: programs}
	var run program
	switch link := filepath.Base(args[0]); {
	case args[0] == selfimage.Path && len(args) > 1:
		p.name, p.args = args[1], args[2:]
		run = named[p.name]
	case slices.Contains(selfimage.Programs(), link):
		run = named[link]
	}
	if run == nil {
		return false, 0
	}
	return true, run(ctx, p)
}
