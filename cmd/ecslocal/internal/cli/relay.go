package cli

import (
	"context"
	"io"
	"net"

	"github.com/ecslocal/ecslocal/emulator/agent/relay"
)

// relayProgram is the agent container's: it passes the task's requests on to the supervising ecslocal.
func relayProgram(ctx context.Context, _ []string, stdin io.Reader, stdout io.Writer) error {
	listener, err := net.Listen("tcp", ":80")
	if err != nil {
		return err
	}
	return relay.Relay(ctx, []net.Listener{listener}, io.NopCloser(stdin), nopCloser{stdout})
}

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }
