package prober

import (
	"strings"

	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
	"github.com/ecslocal/ecslocal/healthcheck"
	"github.com/ecslocal/ecslocal/healthcheck/shell"
)

// certainty is how sure it is that a check can never pass.
type certainty int

const (
	perhaps certainty = iota
	// likely: a file is missing, which the container's entry point may still make.
	likely
	certain
)

var (
	execName = lazyregexp.New(`exec: "(.*)": (?:stat |executable file not found|permission denied|no such file)`)
	// notFound is what ash, dash and bash say of a missing program.
	notFound    = lazyregexp.New(`(?m)^(?:/bin/)?(?:ba|da|a)?sh: (?:line )?(?:\d+: )?([^:\s]+): (?:command )?not found$`)
	syntaxError = lazyregexp.New(`(?m)^(?:/bin/)?(?:ba|da|a)?sh: .*[Ss]yntax error|Unterminated quoted string`)
)

// hopeless judges a failed probe: whether it fails for a reason that no waiting changes, because the program or shell that it needs is not
// there, or because no shell accepts it; and what that reason is.
func hopeless(c healthcheck.Command, a Attempt) (certainty, string) {
	output := a.Probe.Output
	switch {
	case a.Probe.ExitCode == 0 || a.TimedOut:
		return perhaps, ""
	case !a.Started:
		if m := execName().FindStringSubmatch(output); m != nil && strings.Contains(m[1], "/") && m[1] != "/bin/sh" && !strings.ContainsAny(m[1], " |&;") {
			return likely, "it cannot be started: " + m[1]
		}
		return certain, "it cannot be started"
	case c.Form() != healthcheck.FormShell:
		return perhaps, ""
	case syntaxError().MatchString(output):
		return certain, "no shell accepts it"
	}
	sure, missing := certain, map[string]bool{}
	for _, m := range notFound().FindAllStringSubmatch(output, -1) {
		missing[m[1]] = true
		if strings.Contains(m[1], "/") {
			sure = likely
		}
	}
	script, _ := c.Script()
	if len(missing) == 0 || shell.Parse(script, nil).Outcome(absent(missing)).CanPass {
		return perhaps, ""
	}
	for name := range missing {
		return sure, "there is no " + name
	}
	return perhaps, ""
}

// absent assumes that the missing programs fail, and that whatever else runs may pass.
func absent(missing map[string]bool) shell.Assume {
	return func(call *shell.Call) shell.Outcome {
		name := ""
		if len(call.Words) > 0 {
			name = call.Words[0].Text
		}
		return shell.Outcome{CanPass: !missing[name], CanFail: true}
	}
}
