//go:build !linux

package inside

import (
	"context"
	"io"
)

// Programs are the programs that are written elsewhere. The zero value has none of them.
type Programs struct {
	// Relay is the agent container's program.
	Relay func(ctx context.Context, args []string, stdin io.Reader, stdout io.Writer) error
}

// Main does nothing where the executable cannot be in a container.
func Main(context.Context, []string, Programs) (handled bool, code int) { return false, 0 }
