package cli

import (
	"context"
	"io"
	"net"
	"slices"

	"github.com/ecslocal/ecslocal/emulator/agent/relay"
	"github.com/ecslocal/ecslocal/emulator/plan"
)

// relayProgram is the agent container's: it passes the task's requests on to the supervising ecslocal.
// With the argument forward it receives what the task's log router sends, too.
func relayProgram(ctx context.Context, args []string, stdin io.Reader, stdout io.Writer) error {
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
