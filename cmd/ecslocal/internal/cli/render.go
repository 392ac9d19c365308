package cli

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/ecslocal/ecslocal/emulator"
	"github.com/ecslocal/ecslocal/emulator/event"
)

// renderer shows a run while it goes.
type renderer interface {
	event(event.Event)
	reached(*emulator.Task) // the condition of --wait holds
	say(lines ...string)    // to whoever reads about the task
	finish(*emulator.Task)  // everything is over
	close()                 // nothing more will be shown; it may be called again
}

func (c *command) renderer(flags *runFlags) renderer {
	switch {
	case flags.supervised:
		return &handshake{out: c.stdout, err: c.stderr}
	case flags.output == "json":
		return jsonLines{c.stdout, c.stderr}
	}
	return newTextRenderer(c)
}

// jsonLines writes one event a line.
type jsonLines struct{ out, err io.Writer }

func (j jsonLines) event(e event.Event) {
	if data, err := json.Marshal(e); err == nil {
		fmt.Fprintf(j.out, "%s\n", data)
	}
}
func (jsonLines) reached(*emulator.Task) {}
func (j jsonLines) say(lines ...string) {
	for _, line := range lines {
		fmt.Fprintln(j.err, line)
	}
}
func (jsonLines) finish(*emulator.Task) {}
func (jsonLines) close()                {}
