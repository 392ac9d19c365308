package shutdown

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/event"
)

// longestStop is the longest stopTimeout of Fargate, in seconds (ECS developer guide, "Container timeouts").
const longestStop = 120

// causes say what is behind a container's end that is not as it should be.
func causes(c *Container, p *Planned) []Cause {
	var all []Cause
	switch {
	case c.Outcome == Killed && c.Took < float64(c.StopTimeout): // by a second signal or stop --kill
		all = append(all, Cause{Message: "it was killed on request, before its stopTimeout"})
	case c.Outcome == Killed && c.Process != nil:
		all = append(all, seen(c.Process, c))
	case c.Outcome == Killed:
		all = append(all, supposed(c, p)...)
	case c.ExitCode != nil && *c.ExitCode != 0:
		all = append(all, ending(c))
	}
	if c.Dropped != nil && *c.Dropped > 0 {
		all = append(all, Cause{connections(*c.Dropped) + " open when it ended",
			"stop listening at " + c.Signal + ", let requests finish, and close idle connections (Connection: close)"})
	}
	return all
}

func connections(n int) string {
	if n == 1 {
		return "1 connection to its ports was"
	}
	return fmt.Sprintf("%d connections to its ports were", n)
}

// seen is the cause that a look at the process tells.
func seen(p *event.Process, c *Container) Cause {
	switch {
	case p.Shell && len(p.Children) > 0: // one with a trap runs it only when the child has ended (POSIX, XCU 2.11)
		return Cause{fmt.Sprintf("its first process is a shell, which waits for %q and does not pass %s on to it", strings.Join(p.Children, ", "), c.Signal),
			`let the shell become the program: ["sh", "-c", "exec …"], or name the program itself in entryPoint or command`}
	case p.Shell && !p.Catches:
		return Cause{fmt.Sprintf("its first process is a shell, which takes no notice of %s", c.Signal),
			fmt.Sprintf("trap the signal in the script (trap 'exit 0' %s), or let the shell become a program that does (exec …)", strings.TrimPrefix(c.Signal, "SIG"))}
	case p.Ignores:
		return Cause{fmt.Sprintf("its first process ignores %s", c.Signal), "end at " + c.Signal}
	case !p.Catches && !p.Init:
		return Cause{fmt.Sprintf("its first process has no handler for %s, and the kernel gives process 1 no signal that it does not handle", c.Signal),
			"handle " + c.Signal + " in the program, or set linuxParameters.initProcessEnabled to true, so that it is not process 1"}
	case !p.Catches:
		return Cause{fmt.Sprintf("it did not end at %s", c.Signal), "handle " + c.Signal + " in the program"}
	}
	return Cause{fmt.Sprintf("it handles %s, and did not end within its stopTimeout of %d s", c.Signal, c.StopTimeout), longer(c)}
}

func longer(c *Container) string {
	if c.StopTimeout >= longestStop {
		return "end sooner: Fargate waits no longer than 120 s"
	}
	return fmt.Sprintf("end sooner, or give it a longer stopTimeout (Fargate: %d s at most)", longestStop)
}

// supposed are the causes that the definition alone makes likely.
func supposed(c *Container, p *Planned) []Cause {
	argv := slices.Concat(p.EntryPoint, p.Command)
	if len(argv) > 1 && isShell(argv[0]) && !strings.Contains(strings.Join(argv, " "), "exec ") {
		return []Cause{{"its command is a shell's, which does not pass " + c.Signal + " on to what it runs", `let the shell become the program: ["sh", "-c", "exec …"]`}}
	}
	cause := Cause{"it did not end at " + c.Signal + "; its process may have no handler for it", "handle " + c.Signal + " in the program; stop --audit looks at the process"}
	if !p.InitProcess {
		cause.Fix += "; or set linuxParameters.initProcessEnabled to true, so that the program is not process 1"
	}
	return []Cause{cause}
}

// ending says what an exit code after the stop signal means.
func ending(c *Container) Cause {
	switch code := *c.ExitCode; {
	case code == 137:
		return Cause{Message: "something else killed it (SIGKILL)"}
	case code > 128 && code <= 128+64:
		return Cause{fmt.Sprintf("it ended with exit code %d, by the signal: nothing was tidied up", code), "handle " + c.Signal + " and end with exit code 0"}
	default:
		return Cause{fmt.Sprintf("it ended with exit code %d", code), "end with exit code 0 after " + c.Signal}
	}
}

// isShell says whether a program is a shell.
func isShell(program string) bool {
	return slices.Contains([]string{"sh", "bash", "dash", "ash", "ksh", "zsh", "gosh"}, path.Base(program))
}

// isInit says whether a program is one that only starts another and passes signals on.
func isInit(program string) bool {
	return slices.Contains([]string{"docker-init", "tini", "dumb-init", "tini-static", "catatonit"}, path.Base(program))
}
