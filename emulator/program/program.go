// Package program is what ecslocal is inside of containers: package inside's programs, and the agent container's, put together. The command
// and tests call it first of all; their executable is then its own image.
//
// It imports inside, agent/relay, and plan for the names of what the agent container listens on.
package program

import (
	"context"
	"io"
	"net"
	"slices"

	"github.com/ecslocal/ecslocal/emulator/agent/relay"
	"github.com/ecslocal/ecslocal/emulator/inside"
	"github.com/ecslocal/ecslocal/emulator/plan"
)

// Main runs the program that a container of ecslocal was started for. It does nothing, and says so, for arguments of the command line.
func Main(ctx context.Context, args []string) (handled bool, code int) {
	return inside.Main(ctx, args, inside.Programs{Relay: serveRelay})
}

// serveRelay is the agent container's: it passes the task's requests on to the supervising ecslocal.
// With the argument forward it receives what the task's log router sends, too.
func serveRelay(ctx context.Context, args []string, stdin io.Reader, stdout io.Writer) error {
	listener, err := net.Listen("tcp", ":80")
	if err != nil {
		return err
	}
	streams := map[string]net.Listener{}
	if slices.Contains(args, plan.ForwardStream) {
		if streams[plan.ForwardStream], err = net.Listen("tcp", ":"+plan.ForwardPort); err != nil {
			return err
		}
	}
	return relay.Relay(ctx, []net.Listener{listener}, streams, io.NopCloser(stdin), nopCloser{stdout})
}

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }
