// Package candidate says which checks are worth trying in a container in place of one that fails, which of them may be run at all, how a
// check that passed is put to the proof, and what the proof has shown.
//
// It is pure: it gets the definition, the image's files and what was seen inside the container, and executes nothing; package
// emulator/trial runs what it lists. It imports package healthcheck and its rooms shell and client.
package candidate

import (
	"github.com/ecslocal/ecslocal/healthcheck"
	"github.com/ecslocal/ecslocal/healthcheck/shell"
)

// Facts are what is known of a container.
type Facts struct {
	Definition healthcheck.Definition
	// Image holds the container's own files; nil where they cannot be asked.
	Image *healthcheck.Image
	// Look is what listens in the container and what it answered, nil where nobody could look.
	Look *healthcheck.Look
}

// Candidate is a check that may work.
type Candidate struct {
	Command healthcheck.Command
	// Why says what is different from the declared check.
	Why string
}

// variable is the value of an environment variable as the check sees it.
func (f Facts) variable(name string) (string, bool) {
	if value, ok := f.Definition.Environment[name]; ok {
		return value, true
	}
	if f.Image == nil {
		return "", false
	}
	value, ok := f.Image.Environment[name]
	return value, ok
}

// read is a command as its calls, nil where no shell would accept it or nothing runs.
func (f Facts) read(c healthcheck.Command) *shell.Script {
	var script *shell.Script
	if text, ok := c.Script(); ok {
		script = shell.Parse(text, f.variable)
	} else if argv := c.Argv(); c.Form() == healthcheck.FormExec && len(argv) > 0 {
		script = shell.Vector(argv, f.variable)
	}
	if script == nil || script.Problem != nil {
		return nil
	}
	return script
}
