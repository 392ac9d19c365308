package healthcheck

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// CommandForm is how the engine reads the first element of healthCheck.command.
type CommandForm string

const (
	// FormEmpty is a command without elements. Docker then takes the check of the image.
	FormEmpty CommandForm = "empty"
	// FormNone disables the check, the image's too.
	FormNone CommandForm = "NONE"
	// FormExec runs the arguments after CMD as one program, without a shell.
	FormExec CommandForm = "CMD"
	// FormShell runs the first argument after CMD-SHELL with /bin/sh -c; whatever follows it becomes $0, $1 …
	FormShell CommandForm = "CMD-SHELL"
	// FormUnknown is any other first element: the engine logs a warning and runs no probe, so the status stays UNKNOWN
	// (moby daemon/health.go getProbe; measured on Engine 20.10).
	FormUnknown CommandForm = "unknown"
)

// Command is healthCheck.command of a container definition, as it is written.
type Command []string

// Form says how the engine reads the command.
func (c Command) Form() CommandForm {
	if len(c) == 0 {
		return FormEmpty
	}
	switch form := CommandForm(c[0]); form {
	case FormNone, FormExec, FormShell:
		return form
	}
	return FormUnknown
}

// Args are the elements after the first.
func (c Command) Args() []string {
	if len(c) == 0 {
		return nil
	}
	return c[1:]
}

// Script is what the shell runs, and whether there is one.
func (c Command) Script() (string, bool) {
	if c.Form() != FormShell || len(c) < 2 {
		return "", false
	}
	return c[1], true
}

// Argv is the argument vector that the engine executes, nil where it executes nothing. The SHELL of the image does not
// count: only Config.Shell of the create request would, and Amazon ECS does not send it (measured on Engine 20.10).
func (c Command) Argv() []string {
	switch c.Form() {
	case FormExec:
		return slices.Clone(c[1:])
	case FormShell:
		return append([]string{"/bin/sh", "-c"}, c[1:]...)
	}
	return nil
}

// Refuse is the reason why this command must not reach an engine at all, nil for every other command. ["CMD"] alone makes
// every engine before 29.5 panic, the whole daemon with it, one interval after the start (moby/moby#52330).
func (c Command) Refuse() error {
	if c.Form() == FormExec && len(c) == 1 {
		return fmt.Errorf(`refuse healthCheck command ["CMD"]: it names no program, and Docker Engine before 29.5 panics on it (HC007)`)
	}
	return nil
}

// String is the command as JSON, the way it stands in a definition.
func (c Command) String() string { return literal([]string(c)) }

// literal is a value as JSON text, on one line and without HTML escapes.
func literal(value any) string {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return ""
	}
	return strings.TrimSpace(b.String())
}
