package healthcheck

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
	"github.com/ecslocal/ecslocal/healthcheck/cause"
	"github.com/ecslocal/ecslocal/healthcheck/shell"
)

// formDetectors judge the array itself: its first word and how many elements follow.
var formDetectors = []detector{
	{"HC004", cause.Definition, noPrefix},
	{"HC005", cause.Definition, misspeltPrefix},
	{"HC006", cause.Definition, pastedArray},
	{"HC108", cause.Definition, doubledPrefix},
	{"HC007", cause.Definition, noProgram},
	{"HC008", cause.Definition, noScript},
	{"HC001", cause.Definition, lineAsProgram},
	{"HC002", cause.Definition, operatorArguments},
	{"HC002", cause.Definition, redirectionProgram},
	{"HC003", cause.Definition, splitScript},
}

// prefixWord finds CMD and CMD-SHELL in any spelling at the beginning of an element.
var prefixWord = lazyregexp.New(`(?i)^[\s\["']*CMD([-_ ]?SHELL)?\b`)

// spelt is the form that the word means, empty where it means none.
func spelt(word string) CommandForm {
	word = strings.ToUpper(strings.TrimSpace(word))
	switch plain := strings.NewReplacer("-", "", "_", "", " ", "").Replace(word); plain {
	case "CMD":
		return FormExec
	case "CMDSHELL":
		return FormShell
	case "NONE":
		return FormNone
	}
	if near := diag.Nearest(word, []string{string(FormShell)}); near != "" && !strings.Contains(word, "/") {
		return FormShell
	}
	return ""
}

// otherWord says that the first element is a word in the place of CMD or CMD-SHELL, such as SHELL, EXEC or RUN: capitals only, where programs
// have none, or a word of the Dockerfile.
func otherWord(c Command) bool {
	return len(c) > 1 && capitals().MatchString(c[0])
}

var capitals = lazyregexp.New(`^[A-Z]{2,}([-_ ][A-Z]+)*$`)

// reformed is the command with its first word replaced by the form that the rest of it has.
func reformed(c Command) Command {
	rest := c[1:]
	switch form := rest.Form(); {
	case form == FormExec || form == FormShell:
		return slices.Clone(rest)
	case len(rest) == 1 && strings.ContainsAny(rest[0], " \t\n|&;<>$"):
		return asShell(rest[0])
	}
	return asExec(rest...)
}

// pasted is the command that was pasted into the first element: a JSON array, or words behind CMD or CMD-SHELL.
func pasted(c Command) (Command, bool) {
	first := strings.TrimSpace(c[0])
	var array []string
	if json.Unmarshal([]byte(first), &array) == nil && len(array) > 1 {
		return Command(array), true
	}
	if m := prefixWord().FindString(first); m != "" && len(first) > len(m) && strings.ContainsAny(first[len(m):len(m)+1], " \t,\"':") {
		form := spelt(strings.Trim(m, ` ["'`))
		rest := strings.TrimRight(strings.TrimLeft(first[len(m):], ` "',:`), ` "'`)
		rest = strings.TrimSuffix(rest, `"]`)
		if form == "" || rest == "" {
			return nil, false
		}
		if form == FormExec && strings.Contains(rest, ",") && !strings.Contains(rest, " ") {
			return asExec(strings.Split(rest, ",")...), true
		}
		return asShell(rest), true
	}
	if before, after, ok := strings.Cut(first, ","); ok && !strings.ContainsAny(strings.TrimSpace(before), " =") && after != "" {
		return asShell(strings.TrimSpace(after)), true
	}
	return nil, false
}

func noPrefix(s *subject) []hit {
	switch form := s.Command.Form(); {
	case form == FormEmpty:
		return []hit{{message: "healthCheck has no command, so the engine takes the check of the image, if it has one", severity: diag.Error}}
	case form == FormNone:
		return []hit{{message: `"NONE" switches the health check off; Amazon ECS documents "CMD" and "CMD-SHELL" only, and the status stays UNKNOWN`,
			severity: diag.Warning}}
	case form != FormUnknown || spelt(s.Command[0]) != "" || otherWord(s.Command):
		return nil
	}
	if _, ok := pasted(s.Command); ok {
		return nil
	}
	h := hit{message: fmt.Sprintf("the command begins with %q: Docker does not know this word and runs no check at all", s.Command[0])}
	if strings.TrimSpace(s.Command[0]) == "" {
		h.message = "the first element of the command is empty: Docker runs no check at all"
		return []hit{h}
	}
	better := asExec(s.Command...)
	if len(s.Command) == 1 && strings.ContainsAny(s.Command[0], " \t\n|&;<>$") {
		better = asShell(s.Command[0])
	}
	if form := s.Command[1:].Form(); form == FormExec || form == FormShell { // Compose's word test stands before the array
		better = slices.Clone(s.Command[1:])
	}
	h.value, h.try = better.String(), []Command{better}
	return []hit{h}
}

func misspeltPrefix(s *subject) []hit {
	if s.Command.Form() != FormUnknown {
		return nil
	}
	form := spelt(s.Command[0])
	if form == "" && otherWord(s.Command) {
		better := reformed(s.Command)
		return []hit{hit{message: fmt.Sprintf("%q is neither \"CMD\" nor \"CMD-SHELL\": Docker does not know this word and runs no check at all", s.Command[0])}.patched(better)}
	}
	if form == "" {
		return nil
	}
	better := slices.Clone(s.Command)
	better[0] = string(form)
	return []hit{{
		message: fmt.Sprintf("%q is not %q: Docker does not know this word and runs no check at all", s.Command[0], form),
		value:   better.String(), try: []Command{better},
	}}
}

func pastedArray(s *subject) []hit {
	if s.Command.Form() != FormUnknown || spelt(s.Command[0]) != "" || otherWord(s.Command) {
		return nil
	}
	better, ok := pasted(s.Command)
	if !ok {
		return nil
	}
	return []hit{{
		message: fmt.Sprintf("the first element %q holds the whole command: Docker does not know this word and runs no check at all", s.Command[0]),
		value:   better.String(), try: []Command{better},
	}}
}

func doubledPrefix(s *subject) []hit {
	args := s.Command.Args()
	if form := s.Command.Form(); form != FormExec && form != FormShell || len(args) == 0 {
		return nil
	}
	second := CommandForm(args[0])
	if second != FormExec && second != FormShell {
		return nil
	}
	better := slices.Clone(s.Command[1:])
	if second == FormShell && len(better) > 2 {
		better = asShell(strings.Join(better[1:], " "))
	}
	h := hit{message: fmt.Sprintf("%q follows %q and is taken for the program", args[0], s.Command[0])}
	if len(better) < 2 {
		return []hit{h}
	}
	return []hit{h.patched(better)}
}

func noProgram(s *subject) []hit {
	if s.Command.Form() != FormExec {
		return nil
	}
	switch args := s.Command.Args(); {
	case len(args) == 0:
		return []hit{{message: `["CMD"] names no program: Docker Engine before 29.5 panics on it, with every container on the machine`}}
	case strings.TrimSpace(args[0]) == "":
		return []hit{{message: "the program after CMD is an empty string"}}
	}
	return nil
}

func noScript(s *subject) []hit {
	if s.Command.Form() == FormShell && len(s.Command) == 1 {
		return []hit{{message: `["CMD-SHELL"] has no script: the shell ends with "-c requires an argument"`}}
	}
	if _, unfinished := runsShellOnly(s.exec()); unfinished {
		return []hit{{message: fmt.Sprintf("%s -c has no script behind it, and ends with \"-c requires an argument\"", s.exec()[0])}}
	}
	return nil
}

// lineAsProgram is the founding case: CMD with a command line where the name of a program is expected.
func lineAsProgram(s *subject) []hit {
	argv := s.exec()
	if len(argv) == 0 || argv[0] == "" || CommandForm(argv[0]) == FormShell {
		return nil
	}
	program := strings.TrimSpace(argv[0])
	if last := s.script.Calls[len(s.script.Calls)-1]; last.Wrapper != nil && !last.Nested && strings.ContainsAny(strings.TrimSpace(last.Words[0].Text), " \t") && !s.fileExists(last.Words[0].Text) {
		h := hit{message: fmt.Sprintf("%s runs one program, and there is no program named %q", argv[0], last.Words[0].Text)}
		return []hit{h.patched(asShell(joinPieces(argv)))}
	}
	if !strings.ContainsAny(program, " \t\n") || s.fileExists(argv[0]) {
		return nil
	}
	h := hit{message: fmt.Sprintf("CMD runs one program, and there is no program named %q", argv[0])}
	if pathWithSpace().MatchString(program) {
		h.certainty = cause.Likely
	}
	return []hit{h.patched(asShell(joinPieces(argv)))}
}

// pathWithSpace is an absolute path that may well have a space in it: no option, no operator, no URL.
var pathWithSpace = lazyregexp.New(`^/[\w. /-]*\.?[\w]+( [A-Z][\w.]*)+(/[\w. -]+)+$`)

// operatorWords are words of the shell that no probe program wants as an argument.
var operatorWords = lazyregexp.New(`^(\|\||&&|\||;|&|[0-9]?>>?(&[0-9])?|[0-9]?>>?\s*/dev/null|&>|&>\s*\S+|[0-9]>&[0-9]|(\|\||&&)\s.*|.*\S\s+(\|\||&&)\s+\S+.*)$`)

// takesOperators are programs for which > or | or ; is an ordinary argument.
var takesOperators = map[string]bool{"expr": true, "test": true, "[": true, "find": true, "jq": true, "awk": true, "sh": true, "bash": true, "sqlite3": true}

// scriptOption is the option behind which programs that we do not know take a script, as su, runuser and setpriv do.
var scriptOption = lazyregexp.New(`^-[a-z]*c$`)

func operatorArguments(s *subject) []hit {
	argv := s.exec()
	if len(argv) < 2 || strings.ContainsAny(argv[0], " \t") {
		return nil
	}
	last := s.script.Calls[len(s.script.Calls)-1]
	if slices.ContainsFunc(s.script.Calls, func(c *shell.Call) bool { return c.Script != nil }) { // also behind timeout or env
		return nil
	}
	ordinary := takesOperators[last.Program()] || runsCode(argv)
	before := ""
	i := slices.IndexFunc(argv[1:], func(arg string) bool {
		script := scriptOption().MatchString(before)
		before = arg
		if ordinary || script { // no program wants these two
			return arg == "||" || arg == "&&"
		}
		return operatorWords().MatchString(strings.TrimSpace(arg))
	})
	if i < 0 {
		return nil
	}
	words := slices.Clone(argv)
	if words[i+1] == ";" && i+2 < len(words) && words[i+2] == "exit" { // meant for a failure
		words[i+1] = "||"
	}
	better := asShell(bothStreams().ReplaceAllString(joinWords(words), ">$1 2>&1"))
	return []hit{{
		message: fmt.Sprintf("CMD uses no shell: %q is handed to %s as an ordinary argument", argv[i+1], argv[0]),
		value:   better.String(), try: []Command{better},
	}}
}

// bothStreams is bash's &>FILE, which starts a background process in other shells.
var bothStreams = lazyregexp.New(`&>\s*([\w./-]+)`)

func splitScript(s *subject) []hit {
	args := s.Command.Args()
	if s.Command.Form() != FormShell || len(args) < 2 || CommandForm(args[0]) == FormExec || CommandForm(args[0]) == FormShell {
		return nil
	}
	if strings.TrimSpace(strings.Join(args[1:], "")) == "" {
		return nil
	}
	better := asShell(joinWords(args))
	switch {
	case args[0] == "-c": // the engine gives it by itself
		better = asShell(joinPieces(args[1:]))
	case strings.ContainsAny(args[0], " \t"):
		better = asShell(joinPieces(args))
	}
	after := "the element after it becomes $0 and is"
	if n := len(args) - 1; n > 1 {
		after = fmt.Sprintf("the %d elements after it become $0, $1 … and are", n)
	}
	return []hit{{
		message: fmt.Sprintf("only %q is the script: %s not run", args[0], after),
		value:   better.String(), try: []Command{better},
	}}
}
