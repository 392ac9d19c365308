// Package prober runs the health check of a container beside the engine's own: the same argument vector in the same container, as the same
// user, with the same environment, directory and timeout, so that a pass is known when it happens and not an interval later.
//
// It never changes the definition: the engine turns healthy at the first pass too, so ours only foretells what it will say. It reaches the
// container through the narrow interface Container and knows no engine. It imports event, and healthcheck for what a failure means.
package prober

import (
	"context"
	"io"
)

// Container is a running container as far as a prober needs it.
type Container interface {
	// Exec runs a command with the container's own user, environment and directory, and returns when it has ended. The end of ctx gives up
	// waiting; the command may go on then. created gets the engine's id of it before it starts.
	Exec(ctx context.Context, argv []string, created func(id string), output io.Writer) (Ended, error)
}

// Ended is how a command ended. Pid is 0 where it could not be started; the output says why.
type Ended struct{ ExitCode, Pid int }
