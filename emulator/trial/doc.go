// Package trial runs candidates for a health check in a living container, and puts the one that works to the proof.
//
// What is worth trying, what must not be run and what a proof shows is decided by package candidate; this package carries it out through
// the narrow interface Container, one command at a time, each with a limit, and leaves nothing running. It imports healthcheck/candidate.
package trial

import (
	"context"
	"errors"
	"time"

	"github.com/ecslocal/ecslocal/healthcheck"
	"github.com/ecslocal/ecslocal/healthcheck/candidate"
)

// Container is a running container in which commands can be tried.
type Container interface {
	// Run runs a command as a probe of the engine would run, and judges it at the timeout; whatever it left running is ended then.
	Run(ctx context.Context, argv []string, timeout time.Duration) (candidate.Run, error)
	// Look says what listens and which processes are left of earlier probes. It fails with ErrBlind where nobody can look.
	Look(ctx context.Context) (*healthcheck.Look, error)
	// Ask asks the application by HTTP from within.
	Ask(ctx context.Context, q Questions) ([]healthcheck.Answer, error)
}

// Questions are what to ask an application.
type Questions struct {
	URLs    []string
	Host    string // the Host header, empty for the URL's own
	Timeout time.Duration
}

// ErrBlind says that there is no helper to look with; the error that wraps it says why.
var ErrBlind = errors.New("nobody can look inside the container")
