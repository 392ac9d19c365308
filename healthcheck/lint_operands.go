package healthcheck

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
	"github.com/ecslocal/ecslocal/healthcheck/cause"
	"github.com/ecslocal/ecslocal/healthcheck/client"
	"github.com/ecslocal/ecslocal/healthcheck/shell"
)

// looks are programs of checks that no argument makes exit; the clients of servers are known to package client.
var looks = map[string]bool{"test": true, "[": true, "pgrep": true, "pidof": true, "ps": true, "cat": true, "ls": true, "grep": true, "stat": true, "kill": true, "ss": true, "netstat": true, "lsof": true}

// spoken are the operators as they are spoken, or quoted.
var spoken = map[string]bool{"or": true, "and": true, "else": true, "||": true, "&&": true, "|": true, ";": true, "then": true}

// lostOperator finds "exit 1" among the arguments of a program: the || before it is gone.
func lostOperator(s *subject) []hit {
	if len(operatorArguments(s)) > 0 {
		return nil
	}
	for _, call := range s.calls() {
		words, program := call.Words, call.Program()
		if call.Wraps || call.Script != nil || len(words) < 3 || program == "echo" || program == "printf" || shell.IsShell(program) || runsCode(call.Argv()) {
			continue
		}
		at, status := exitAmong(words)
		known := client.Asks(program) || looks[program]
		if at < 1 || at < 2 && !client.Asks(program) {
			continue
		}
		if spoken[strings.ToLower(words[at-1].Text)] && at > 1 {
			at--
		}
		rest := make([]string, 0, len(words)-at)
		for _, w := range words[at:] {
			rest = append(rest, w.Text)
		}
		h := hit{message: fmt.Sprintf("there is no || before %q: %s gets it as arguments", strings.Join(rest, " "), program)}
		if !known {
			h.certainty, h.severity = cause.Likely, diag.Warning
		}
		if argv := s.exec(); argv != nil && !call.Nested {
			asking := slices.Clone(argv[:len(argv)-len(words)+at])
			if onlyOperators().MatchString(asking[len(asking)-1]) {
				asking = asking[:len(asking)-1]
			}
			asking[len(asking)-1] = strings.TrimRight(asking[len(asking)-1], ";") // a line that was split at its spaces
			h = h.patched(asShell(joinWords(asking) + " || exit " + status))
		} else {
			h = h.patched(s.replaceWords(call, at, len(words)-1, "|| exit "+status))
		}
		return []hit{h}
	}
	return nil
}

// exitAmong is the place of exit at the end of the words of a call, with the status that is meant; -1 for none.
func exitAmong(words []shell.Word) (int, string) {
	last := len(words) - 1
	if words[last].Raw == "exit" {
		return last, "1"
	}
	if n, err := strconv.Atoi(words[last].Text); err == nil && words[last-1].Raw == "exit" {
		if n <= 0 || n > 255 {
			n = 1
		}
		return last - 1, strconv.Itoa(n)
	}
	return -1, ""
}

// redirectionProgram is CMD with nothing but a redirection, as in ["CMD", "</dev/tcp/localhost/80"].
func redirectionProgram(s *subject) []hit {
	argv := s.exec()
	if len(argv) == 0 || argv[0] == "" || !strings.ContainsRune("<>", rune(argv[0][0])) {
		return nil
	}
	h := hit{message: fmt.Sprintf("CMD uses no shell: %q is taken for the name of a program", argv[0])}
	if strings.Contains(argv[0], "/dev/tcp/") {
		return []hit{h.patched(asExec("bash", "-c", strings.Join(argv, " ")))}
	}
	return []hit{h.patched(asShell(strings.Join(argv, " ")))}
}

// lineAsFile finds a shell that is given a line, or a program, where it reads the name of a file: -c is missing.
func lineAsFile(s *subject) []hit {
	for _, call := range s.calls() {
		if !shell.IsShell(call.Program()) || call.ScriptIndex() >= 0 || call.Nested {
			continue
		}
		i := 1
		for i < len(call.Words) && strings.HasPrefix(call.Words[i].Text, "-") && !strings.Contains(call.Words[i].Text, "s") {
			i++
		}
		if i >= len(call.Words) || !call.Words[i].Known || s.fileExists(call.Words[i].Text) {
			continue
		}
		operand := call.Words[i]
		h := hit{name: operand.Text, message: fmt.Sprintf("%s reads its script from a file named %q; a line needs -c before it", call.Program(), operand.Text)}
		switch {
		case strings.ContainsAny(operand.Text, " \t"):
			return []hit{h.patched(s.replaceWord(call, i, "-c", operand.Raw))}
		case client.Asks(operand.Text) && len(call.Words) > i+1:
			h.message = fmt.Sprintf("%s takes %q for the name of a script", call.Program(), operand.Text)
			return []hit{h.patched(s.replaceWords(call, 0, i, operand.Raw))}
		}
	}
	return nil
}

// gluedOption is an option and its value in one element of CMD.
var gluedOption = lazyregexp.New(`^(--?[A-Za-z][\w-]*)[ \t]+(\S.*)$`)

// gluedOptions finds them for clients other than curl and wget, whose options are known.
func gluedOptions(s *subject) []hit {
	argv := s.exec()
	if _, code := interpreters[interpreter(argv0(argv))]; len(argv) < 2 || code || !client.Asks(argv[0]) || client.Read(argv) != nil {
		return nil
	}
	for i, arg := range argv[1:] {
		m := gluedOption().FindStringSubmatch(arg)
		if m == nil {
			continue
		}
		h := hit{message: fmt.Sprintf("%q is one argument to %s: CMD takes nothing apart", arg, argv[0])}
		if !strings.HasPrefix(arg, "--") { // the value of a short option may stand in the same word, space and all
			h.certainty, h.severity = cause.Likely, diag.Warning
		}
		return []hit{h.patched(asExec(slices.Replace(slices.Clone(argv), i+1, i+2, m[1], m[2])...))}
	}
	return nil
}

// noDuration is timeout with a program where its duration belongs.
func noDuration(s *subject) []hit {
	for _, call := range s.calls() {
		if call.Program() != "timeout" || len(call.Words) < 2 || !client.Asks(call.Words[1].Text) {
			continue
		}
		limit := strconv.Itoa(max(1, int(s.pace().timeout.Seconds())-1))
		h := hit{message: fmt.Sprintf("timeout takes %q for the duration, which comes first", call.Words[1].Text)}
		return []hit{h.patched(s.replaceWord(call, 1, limit, call.Words[1].Raw))}
	}
	return nil
}

// argv0 is the program of an argument vector, empty for none.
func argv0(argv []string) string {
	if len(argv) == 0 {
		return ""
	}
	return argv[0]
}

// runForVariable finds $(PORT), which is how Kubernetes and make write a variable: the shell runs a program of that name.
func runForVariable(s *subject) []hit {
	for _, call := range s.calls() {
		if !call.Substituted || len(call.Words) != 1 || !capitalName().MatchString(call.Words[0].Raw) || s.hasFiles() && s.lookPath(call.Words[0].Text).found {
			continue
		}
		name := call.Words[0].Raw
		h := hit{message: fmt.Sprintf("$(%s) runs a program named %s; the variable is ${%s}", name, name, name), fix: fmt.Sprintf("Write ${%s}.", name)}
		if _, known := s.variable(name); !known && !s.hasFiles() {
			h.certainty, h.severity = cause.Likely, diag.Warning
		}
		better := s.replaceText("$("+name+")", "${"+name+"}")
		if better == nil {
			better = s.replaceText("`"+name+"`", "${"+name+"}")
		}
		return []hit{h.patched(better)}
	}
	return nil
}

var capitalName = lazyregexp.New(`^[A-Z][A-Z0-9_]*$`)
