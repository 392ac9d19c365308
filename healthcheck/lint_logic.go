package healthcheck

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
	"github.com/ecslocal/ecslocal/healthcheck/cause"
	"github.com/ecslocal/ecslocal/healthcheck/client"
	"github.com/ecslocal/ecslocal/healthcheck/shell"
)

// logicDetectors judge whether the script can say yes and no, and whether it says the right thing.
var logicDetectors = []detector{
	{"HC092", cause.Definition, killsContainer},
	{"HC090", cause.Definition, exitInPipe},
	{"HC093", cause.Definition, badExit},
	{"HC093", cause.Definition, gluedExit},
	{"HC087", cause.Definition, pipeHides},
	{"HC088", cause.Definition, constantTest},
	{"HC088", cause.Definition, alwaysPasses},
	{"HC088", cause.Definition, findsNothing},
	{"HC088", cause.Definition, opensUDP},
	{"HC089", cause.Definition, neverPasses},
	{"HC091", cause.Definition, findsItself},
	{"HC094", cause.Definition, longProcessName},
}

// asking assumes that every command that asks a server ends in one way.
func (s *subject) asking(ok bool) shell.Assume {
	asks := map[*shell.Call]bool{}
	for _, a := range s.asks {
		asks[a.call] = true
	}
	return func(c *shell.Call) shell.Outcome {
		if asks[c] || client.Asks(c.Program()) {
			return shell.Outcome{CanPass: ok, CanFail: !ok}
		}
		return shell.Outcome{}
	}
}

// deaf says that the check passes although everything it asks fails.
func (s *subject) deaf() bool {
	return s.script != nil && s.script.Problem == nil && len(s.calls()) > 0 && !s.script.Outcome(s.asking(false)).CanFail
}

// calling says whether the script runs a program of this name.
func (s *subject) calling(names ...string) *shell.Call {
	for _, call := range s.calls() {
		if slices.Contains(names, call.Program()) {
			return call
		}
	}
	return nil
}

// harmlessKill is a kill that only asks whether a process is there, or lists the signals.
func harmlessKill(call *shell.Call) bool {
	argv := call.Argv()[1:]
	for i, arg := range argv {
		if arg == "-0" || arg == "-l" || arg == "-L" || (arg == "-s" || arg == "-n" || arg == "--signal") && i+1 < len(argv) && argv[i+1] == "0" || arg == "--signal=0" {
			return true
		}
	}
	return false
}

func killsContainer(s *subject) []hit {
	for _, call := range s.calls() {
		switch call.Program() {
		case "kill", "pkill", "killall", "killall5", "reboot", "poweroff", "halt", "shutdown":
		default:
			continue
		}
		if harmlessKill(call) {
			continue
		}
		h := hit{message: fmt.Sprintf("%q ends the container from within its own check, and the probe that did it reports success", call)}
		return []hit{h.patched(s.judging(killTail().ReplaceAllString(s.text(), "|| exit 1")))}
	}
	return nil
}

// killTail is the usual place of a kill: after || at the end.
var killTail = lazyregexp.New(`(?s)\|\|[^|]*?\b(kill|pkill|killall)\s.*$`)

func exitInPipe(s *subject) []hit {
	for _, call := range s.calls() {
		if call.Program() != "exit" || call.PipeLength < 2 {
			continue
		}
		h := hit{message: fmt.Sprintf("%q stands in a pipe and ends that part only: the status of the check is that of the last command of the pipe", call)}
		for _, form := range []string{"$1 $2 || exit 1", "$1 || exit 1"} { // the second where the end of the pipe passes for any input
			if better := s.judging(misplacedExit().ReplaceAllString(s.text(), form)); better != nil {
				return []hit{h.patched(better)}
			}
		}
		return []hit{h.patched(s.judging(exitBehind().ReplaceAllString(s.text(), " || exit 1")))}
	}
	return nil
}

var misplacedExit = lazyregexp.New(`^(.*?)\s*\|\|\s*exit\s+\d+\s*(\|[^|].*)$`)

func badExit(s *subject) []hit {
	for _, call := range s.calls() {
		if call.Program() == "exit" && len(call.Words) == 2 && httpCode().MatchString(call.Words[1].Raw) {
			h := hit{message: "exit gets the HTTP status: 200 is no success to it"}
			return []hit{h.patched(s.replaceWords(call, 0, 1, `[ "`+strings.Trim(call.Words[1].Raw, `"`)+`" = 200 ]`))}
		}
		if call.Program() != "exit" || len(call.Words) < 2 || !call.Words[1].Known {
			continue
		}
		text := call.Words[1].Text
		n, err := strconv.Atoi(text)
		if err == nil && n >= 0 && n <= 255 {
			continue
		}
		h := hit{}
		switch {
		case err == nil && n&0xff == 0:
			h.message = fmt.Sprintf("exit %s is exit 0: exit codes are 0 to 255, so the failure counts as success", text)
		case err == nil && n > 255:
			h.message = fmt.Sprintf("exit %s ends with %d: exit codes are 0 to 255", text, n&0xff)
			h.severity, h.certainty = diag.Info, cause.Hint
		default:
			h.message = fmt.Sprintf("exit %s is no number to the shell, which complains and ends with 2", text)
			h.severity = diag.Warning
		}
		return []hit{h.patched(s.replaceWord(call, 1, "1"))}
	}
	return nil
}

// text is the script of CMD-SHELL, empty for every other form.
func (s *subject) text() string {
	text, _ := s.Command.Script()
	return text
}

// judging is the script as a command if it differs from this one's, passes where everything that it asks is well and fails where nothing is.
func (s *subject) judging(script string) Command {
	if script == s.text() {
		return nil
	}
	fixed := s.with(asShell(script))
	if fixed.shellForm() == nil || fixed.deaf() || !fixed.script.Outcome(fixed.asking(true)).CanPass {
		return nil
	}
	return fixed.Command
}

// httpCode is a substitution that prints an HTTP status and nothing else.
var httpCode = lazyregexp.New(`^"?\$\(curl\s.*(?:-o|--output)[ =]?/dev/null.*%\{(?:http|response)_code\}.*\)"?$`)

// pipeHides finds a pipeline whose last command passes for any input, so that the command before it may fail unseen.
func pipeHides(s *subject) []hit {
	if !s.deaf() || exitInPipe(s) != nil {
		return nil
	}
	calls := s.calls()
	for i, call := range calls {
		if call.PipeLength < 2 || call.Pipe != 0 || call.Wraps || call.Substituted {
			continue
		}
		for _, last := range calls[i+1:] {
			if last.Pipe != last.PipeLength-1 || last.PipeLength != call.PipeLength || !last.IsFilter() {
				continue
			}
			h := hit{message: fmt.Sprintf("the status of the pipe is that of %q, which passes for any input: a failure of %q is lost", last, call.Program())}
			return []hit{h.patched(s.heard(call, last, calls[i:]))}
		}
	}
	return nil
}

// heard is the script with a pipeline whose end can fail: jq judges what it prints, other filters are left out.
func (s *subject) heard(first, last *shell.Call, rest []*shell.Call) Command {
	text := s.text()
	if text == "" || first.Nested || len(last.Words) == 0 {
		return nil
	}
	if last.Program() == "jq" {
		if better := s.replaceWord(last, 0, last.Words[0].Raw, "-e"); better != nil {
			return s.judging(better[1])
		}
	}
	judge := first
	for _, call := range rest {
		if call.PipeLength == first.PipeLength && call.Pipe > judge.Pipe && call.Pipe < last.Pipe && !call.IsFilter() && !call.Substituted && !call.Wraps {
			judge = call
		}
	}
	end := judge.Words[len(judge.Words)-1].End
	if judge == first {
		return s.judging(strings.TrimRight(text[:end], " ") + " || exit 1")
	}
	return s.judging(text[:end] + text[last.Words[len(last.Words)-1].End:])
}

// reassuring is the end of a script that makes a success of every failure.
var reassuring = lazyregexp.New(`(?s)\s*(\|\||;|&&)\s*[({]?\s*(true|:|exit\s+0|exit|return\s+0|/bin/true|echo\s(?:[^;|&]|>&[12])*?)\s*;?\s*[)}]?\s*;?\s*$`)

func alwaysPasses(s *subject) []hit {
	if !s.deaf() || len(pipeHides(s))+len(exitInPipe(s))+len(cutURL(s))+len(swappedRedirection(s))+len(constantTest(s)) > 0 || len(badExit(s)) > 0 && !strings.Contains(s.Command.String(), "exit 0") {
		return nil
	}
	if s.calling("kill", "pkill", "killall") != nil || len(neverPasses(s)) > 0 { // that it says the opposite is HC089
		return nil
	}
	h := hit{message: "the check ends with success whatever the application does"}
	if len(s.asks) == 0 {
		h.message = fmt.Sprintf("the check asks nothing: %q always succeeds", s.calls()[0].Program())
		return []hit{h}
	}
	h.message = fmt.Sprintf("the check ends with success also where %q fails", s.asks[0].call.Program())
	return []hit{h.patched(s.judging(reassuring().ReplaceAllString(s.text(), " || exit 1")))}
}

func neverPasses(s *subject) []hit {
	if s.script == nil || s.script.Problem != nil || len(s.calls()) == 0 {
		return nil
	}
	if s.script.Outcome(s.asking(true)).CanPass {
		return nil
	}
	h := hit{message: "the check ends with a failure on every way through it"}
	if len(s.asks) > 0 {
		h.message = fmt.Sprintf("the check fails when %q succeeds", s.asks[0].call.Program())
	}
	for _, r := range []struct{ pattern, with string }{
		{echoExit, "|| { $1; $2; }"}, {andExit, "|| exit 1"}, {gluedBoth, "|| exit 1"}, {negation, "$1"},
	} {
		if better := s.judging(regexp.MustCompile(r.pattern).ReplaceAllString(s.text(), r.with)); better != nil {
			return []hit{h.patched(better)}
		}
	}
	return []hit{h.patched(s.judging(exitBehind().ReplaceAllString(s.text(), " || exit 1")))}
}

// What stands where || exit 1 is meant.
const (
	echoExit  = `(?s)\|\|\s*(echo\s[^;|&]*?)\s*(?:&&|;)\s*(exit\s+[1-9]\d*)\s*;?\s*$`
	andExit   = `(?s)&&\s*(exit\s+[1-9]\d*|false)\b(\s*\|\|\s*(exit(\s+0)?|true|:)\s*$)?`
	negation  = `^\s*(if\s+)?!\s+`
	gluedBoth = `(?s)(?:&&\s*exit0\s*)?\|\|\s*exit\d+\s*;?\s*$`
)

// exitBehind is an exit that runs whatever was before it.
var exitBehind = lazyregexp.New(`(?s)\s*[|;&]\s*exit\s*\d*\s*;?\s*$`)

func longProcessName(s *subject) []hit {
	for _, call := range s.calls() {
		if call.Program() != "pgrep" && call.Program() != "pkill" || len(call.Words) < 2 {
			continue
		}
		name := ""
		full := false
		for i := 1; i < len(call.Words); i++ {
			switch text := call.Words[i].Text; {
			case text == "-f" || text == "--full" || strings.HasPrefix(text, "-") && !strings.HasPrefix(text, "--") && strings.Contains(text, "f"):
				full = true
			case len(text) == 2 && text[0] == '-' && strings.Contains("uUGgPstFd", text[1:]):
				i++
			case !strings.HasPrefix(text, "-"):
				name = text
			}
		}
		if full || !plainName().MatchString(name) || len(name) <= 15 {
			continue
		}
		h := hit{message: fmt.Sprintf("%q has %d letters, and the kernel keeps 15 of a process name: it never matches without -f", name, len(name))}
		for i, w := range call.Words {
			if w.Text == name {
				h = h.patched(s.replaceWord(call, i, name[:15]))
			}
		}
		return []hit{h}
	}
	return nil
}

var plainName = lazyregexp.New(`^[A-Za-z0-9_.+-]+$`)
