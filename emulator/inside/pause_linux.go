package inside

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
)

// pause holds a task's namespaces: it waits for SIGTERM or SIGINT, and as process 1 of a shared process namespace
// (pidMode task) it collects the dead children that were left to it.
func pause(ctx context.Context, _ *process) int {
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGCHLD)
	defer signal.Stop(signals)
	debug.FreeOSMemory() // what setting up the rest of ecslocal left behind
	for {
		select {
		case <-ctx.Done():
			return 0
		case s := <-signals:
			if s != syscall.SIGCHLD {
				return 0
			}
			reap()
		}
	}
}

// reap collects every child that has ended; signals of one kind may have been merged.
func reap() {
	for {
		pid, err := syscall.Wait4(-1, nil, syscall.WNOHANG, nil)
		if err == syscall.EINTR {
			continue
		}
		if err != nil || pid <= 0 {
			return
		}
	}
}

// relay runs the agent's program until it ends, or until the container is stopped.
func relay(ctx context.Context, p *process) int {
	if p.programs.Relay == nil {
		fmt.Fprintln(p.stderr, "relay: this build has no agent")
		return 127
	}
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	if err := p.programs.Relay(ctx, p.args, p.stdin, p.stdout); err != nil && ctx.Err() == nil {
		fmt.Fprintf(p.stderr, "relay: %v\n", err)
		return 1
	}
	return 0
}
