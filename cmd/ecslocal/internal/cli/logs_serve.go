package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/ecslocal/ecslocal/emulator/plan"
	"github.com/ecslocal/ecslocal/emulator/state"
	"github.com/ecslocal/ecslocal/logs/cloudwatch"
	"github.com/ecslocal/ecslocal/logs/store"
	"github.com/spf13/cobra"
)

func (c *command) logsServe() *cobra.Command {
	var stateDir, addr, region, account string
	cmd := &cobra.Command{
		Use: "serve", Short: "Answer the CloudWatch Logs API on localhost, from the local log store",
		Long: "Answer the CloudWatch Logs API on localhost from the local log store, until interrupted: aws logs tail, filter-log-events, SDKs, and\n" +
			"StartLiveTail. Any credentials will do.",
		Example: "  ecslocal logs serve --addr 127.0.0.1:9999\n  AWS_ENDPOINT_URL_CLOUDWATCH_LOGS=http://127.0.0.1:9999 aws logs tail /ecs/hello-world --follow",
		Args:    exactArgs(0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			dir, err := state.Open(stateDir)
			if err != nil {
				return fail(exitCannotRun, err)
			}
			return fromError(exitCannotRun, c.serveLogs(cmd.Context(), dir, addr, &cloudwatch.Handler{Region: region, Account: account}))
		},
	}
	cmd.Flags().StringVar(&addr, "addr", "127.0.0.1:0", "listen at `HOST:PORT`; port 0 takes a free one")
	cmd.Flags().StringVar(&region, "region", plan.DefaultRegion, "region in ARNs")
	cmd.Flags().StringVar(&account, "account", plan.DefaultAccount, "account in ARNs")
	addStateDir(cmd.Flags(), &stateDir)
	return cmd
}

func (c *command) serveLogs(ctx context.Context, dir *state.Dir, addr string, handler *cloudwatch.Handler) error {
	logStore, err := store.Open(dir.Logs(), store.Options{})
	if err != nil {
		return fmt.Errorf("open the log store: %w", err)
	}
	handler.Store = logStore
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return fmt.Errorf("serve CloudWatch Logs: %w", err)
	}
	fmt.Fprint(c.stdout, logEnvironment(listener))
	return serveUntil(ctx, listener, handler)
}

// logEnvironment is what a shell must set to find the API.
func logEnvironment(l net.Listener) string {
	return fmt.Sprintf("export AWS_ENDPOINT_URL_CLOUDWATCH_LOGS=http://%s\nexport AWS_DISABLE_HOST_PREFIX_INJECTION=true  # for start-live-tail\n", l.Addr())
}

// serveUntil serves until ctx ends.
func serveUntil(ctx context.Context, listener net.Listener, handler http.Handler) error {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, BaseContext: func(net.Listener) context.Context { return ctx }}
	stop := context.AfterFunc(ctx, func() { server.Close() })
	defer stop()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve CloudWatch Logs: %w", err)
	}
	return nil
}
