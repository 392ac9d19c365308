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
	finish(*emulator.Task)  // everything is over
	close()                 // nothing more will be shown; it may be called again
}

func (c *command) renderer(flags *runFlags) renderer {
	switch {
	case flags.supervised:
		return &handshake{out: c.stdout}
	case flags.output == "json":
		return jsonLines{c.stdout}
	}
	return newTextRenderer(c)
}

// jsonLines writes one event a line.
type jsonLines struct{ out io.Writer }

func (j jsonLines) event(e event.Event) {
	if data, err := json.Marshal(e); err == nil {
		fmt.Fprintf(j.out, "%s\n", data)
	}
}
func (jsonLines) reached(*emulator.Task) {}
func (jsonLines) finish(*emulator.Task)  {}
func (jsonLines) close()                 {}
