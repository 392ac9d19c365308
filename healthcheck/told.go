package healthcheck

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
	"github.com/ecslocal/ecslocal/healthcheck/cause"
	"github.com/ecslocal/ecslocal/healthcheck/client"
	"github.com/ecslocal/ecslocal/healthcheck/output"
	"github.com/ecslocal/ecslocal/healthcheck/shell"
)

// told finds the cause that a failed probe's own words tell, or where it has none, its exit code and what it ran.
func (s *subject) told(p Probe) []Diagnosis {
	told, ok := output.Read(p.ExitCode, p.Output)
	if !ok {
		told = s.quiet(p)
	}
	told = s.sharpened(told)
	h := hit{message: told.Message, evidence: told.Evidence, certainty: told.Certainty}
	return s.run([]detector{{told.Rule, cause.Output, func(*subject) []hit { return []hit{h.patched(s.remedy(told))} }}})
}

// quiet reads a failed probe that printed nothing that is known.
func (s *subject) quiet(p Probe) output.Told {
	text := withoutChatter(output.Normal(p.Output))
	code := fmt.Sprintf("exit code %d", p.ExitCode)
	if text != "" && !s.echoes(text) {
		first, _, _ := strings.Cut(text, "\n")
		return output.Told{Rule: "HC048", Certainty: cause.Hint, Evidence: first,
			Message: fmt.Sprintf("the check ran and failed with %s; what it printed is its own word", code)}
	}
	if len(s.asks) > 0 {
		a := s.asks[len(s.asks)-1]
		read := map[string]func(int) (string, string){"curl": output.CurlCode, "wget": output.WgetCode}[client.Name(a.call.Program())]
		if read != nil && s.decides(a.call) {
			if rule, meaning := read(p.ExitCode); rule != "" && (p.ExitCode != 1 || !s.hidden()) && a.call.PipeLength < 2 && !a.call.Substituted {
				if rule == "HC060" && len(a.targets) > 0 && !a.targets[0].Loopback() && a.targets[0].Host != s.Hostname {
					rule, meaning = "HC065", fmt.Sprintf("%s does not resolve in the container, or cannot be reached", a.targets[0].Host)
				}
				return output.Told{Rule: rule, Certainty: codeCertainty[p.ExitCode], Evidence: code,
					Message: fmt.Sprintf("%s ended with %d: %s", a.call.Program(), p.ExitCode, meaning)}
			}
		}
		return s.silentRequest(a, code)
	}
	return s.silentTest(code)
}

// chatter are lines in which wget tells how far it is.
var chatter = lazyregexp.New(`(?m)^(?:Connecting to [^\n]*\)|writing to stdout|written to stdout|saving to '[^\n]*|'[^\n]*' saved|remote file exists|-? *[^\n]*\d+% \|[*| ]*[^\n]*)$\n?`)

// withoutChatter is an output without what says only that a request goes on.
func withoutChatter(text string) string {
	return strings.TrimSpace(chatter().ReplaceAllString(text, ""))
}

// codeCertainty is how sure an exit code of curl or wget is by itself; the rule's own where it is not listed.
var codeCertainty = map[int]cause.Certainty{1: cause.Hint, 2: cause.Likely, 4: cause.Likely, 8: cause.Likely, 22: cause.Likely, 35: cause.Likely}

// decides says that nothing of the script runs after a call, but for an exit: the status is that of the call.
func (s *subject) decides(call *shell.Call) bool {
	calls := s.calls()
	at := slices.Index(calls, call)
	return !slices.ContainsFunc(calls[at+1:], func(c *shell.Call) bool { return c.Program() != "exit" && c.Program() != "false" && !c.Substituted })
}

// hidden says that the script makes one exit code of all failures, as || exit 1 does.
func (s *subject) hidden() bool { return s.calling("exit", "false") != nil }

// echoes says that an output is the answer of the application, as of curl without -o, and not the word of a program.
func (s *subject) echoes(text string) bool {
	return len(s.asks) > 0 && s.asks[0].request != nil && s.asks[0].request.Output == "" && strings.HasPrefix(strings.TrimSpace(text), "<")
}

// silentRequest is a request that failed without a word.
func (s *subject) silentRequest(a asked, code string) output.Told {
	told := output.Told{Rule: "HC086", Certainty: cause.Hint, Evidence: code}
	piped := a.call.PipeLength > 1
	program := a.call.Program()
	switch {
	case piped || a.call.Substituted:
		told.Rule, told.Certainty = "HC059", cause.Likely
		told.Message = fmt.Sprintf("%s printed no error, so it got an answer, and what is compared with it does not fit; the check does not show the answer", program)
	case client.Name(program) == "nc":
		told.Rule, told.Certainty = "HC060", cause.Likely
		told.Message = "nc could not connect, which it does not say"
		if len(a.targets) > 0 && a.targets[0].Port > 0 {
			told.Message = fmt.Sprintf("nc could not connect to port %d, which it does not say", a.targets[0].Port)
			told.Port = a.targets[0].Port
		}
	default:
		told.Message = fmt.Sprintf("%s failed without a word: it is told to be silent, and %s does not say why", program, code)
	}
	return told
}

// silentTest is a test of a file, a process or a text that failed without a word.
func (s *subject) silentTest(code string) output.Told {
	told := output.Told{Rule: "HC086", Certainty: cause.Hint, Evidence: code, Message: fmt.Sprintf("the check failed with %s and printed nothing: what it waits for is not there", code)}
	for _, call := range s.calls() {
		argv := call.Argv()
		switch name := call.Program(); {
		case (name == "test" || name == "[") && len(argv) > 2 && fileTest().MatchString(argv[1]):
			told.Certainty = cause.Likely
			told.Message = fmt.Sprintf("the check waits for %s (%s %s), and the application has not made it", argv[2], name, argv[1])
			told.Name = argv[2]
		case name == "pgrep" || name == "pidof":
			told.Certainty = cause.Likely
			told.Message = fmt.Sprintf("%s finds no process %s", name, argv[len(argv)-1])
			if longProcessName(s) != nil {
				told.Rule, told.Certainty = "HC094", cause.Certain
				told.Message = fmt.Sprintf("pgrep finds nothing: the kernel keeps 15 letters of a process name, and %q has more", argv[len(argv)-1])
			}
		case name == "grep" || name == "egrep":
			told.Certainty = cause.Likely
			told.Message = fmt.Sprintf("%q does not find its text, and prints nothing of what it saw", call)
			if call.PipeLength > 1 && s.calling("ps") == nil {
				told.Rule = "HC059"
			}
		}
	}
	return told
}

// fileTest are the tests of files of test(1).
var fileTest = lazyregexp.New(`^-[abcdefghkLprsStuwxOGN]$`)
