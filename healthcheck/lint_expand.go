package healthcheck

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
	"github.com/ecslocal/ecslocal/healthcheck/cause"
	"github.com/ecslocal/ecslocal/healthcheck/client"
	"github.com/ecslocal/ecslocal/healthcheck/shell"
)

// expandDetectors judge what a shell would make of the words, and whether there is one.
var expandDetectors = []detector{
	{"HC002", cause.Definition, lostOperator},
	{"HC002", cause.Definition, lostTest},
	{"HC019", cause.Definition, wordsAfterScript},
	{"HC034", cause.Definition, lineAsFile},
	{"HC020", cause.Definition, builtinProgram},
	{"HC021", cause.Definition, unexpanded},
	{"HC022", cause.Definition, escapedDollar},
	{"HC023", cause.Definition, runForVariable},
	{"HC023", cause.Definition, dollarRedirection},
	{"HC023", cause.Definition, unsetVariable},
	{"HC024", cause.Definition, entrypointVariable},
	{"HC025", cause.Definition, cutURL},
	{"HC025", cause.Definition, swappedRedirection},
	{"HC067", cause.Definition, angled},
	{"HC067", cause.Definition, lostDash},
	{"HC067", cause.Definition, cutBySemicolon},
	{"HC067", cause.Definition, badURL},
}

// positional finds a script that uses the words after it.
var positional = lazyregexp.New(`\$(\{?[0-9@*#]|\{[0-9]+)`)

func wordsAfterScript(s *subject) []hit {
	for _, call := range s.calls() {
		at := call.ScriptIndex()
		if at < 0 || at+1 >= len(call.Words) || !call.Words[at].Known || positional().MatchString(call.Words[at].Text) {
			continue
		}
		script := call.Words[at].Text
		rest := make([]string, 0, len(call.Words)-at)
		for _, w := range call.Words[at:] {
			rest = append(rest, w.Text)
		}
		h := hit{message: fmt.Sprintf("%s -c takes one string: only %q is run, and %q is not a part of it", call.Program(), script, strings.Join(rest[1:], " "))}
		if strings.ContainsAny(script, " \t") && !operatorWords().MatchString(rest[1]) {
			h.certainty, h.severity = cause.Likely, diag.Warning
		}
		whole := joinWords(rest)
		switch {
		case slices.ContainsFunc(rest[1:], func(w string) bool { return strings.HasPrefix(w, "-") && strings.Contains(w, " ") }):
			whole = strings.Join(rest, " ") // an element that holds an option and more is a piece of the line
		case strings.ContainsAny(script, " \t"):
			whole = script + " " + joinWords(rest[1:])
		}
		if argv := s.exec(); argv != nil && !call.Nested {
			before := len(argv) - len(call.Words) + at
			h = h.patched(asExec(append(slices.Clone(argv[:before]), whole)...))
		} else if s.script == nil || len(s.calls()) > 0 && s.calls()[0] == call && len(s.calls()) <= 1+len(call.Script.Calls) {
			h = h.patched(asShell(whole))
		} else {
			h = h.patched(s.replaceWords(call, at, len(call.Words)-1, quoteArgument(whole)))
		}
		return []hit{h}
	}
	return nil
}

// shellWords exist inside a shell only; the others of the shell's builtins are programs too (true, echo, test, kill …).
var shellWords = map[string]bool{
	"exit": true, "cd": true, "source": true, ".": true, "export": true, "set": true, "unset": true, "eval": true, "exec": true,
	":": true, "[[": true, "if": true, "for": true, "while": true, "until": true, "case": true, "{": true, "(": true, "!": true,
	"return": true, "trap": true, "shift": true, "local": true, "let": true, "alias": true, "ulimit": true, "umask": true, "read": true,
	"type": true, "command": true, "wait": true, "builtin": true, "declare": true, "function": true, "times": true, "hash": true,
}

func builtinProgram(s *subject) []hit {
	argv := s.exec()
	if len(argv) == 0 {
		return nil
	}
	if assignmentWord().MatchString(argv[0]) && !strings.Contains(argv[0], " ") {
		better := asShell(joinWords(argv))
		return []hit{hit{message: fmt.Sprintf("%q sets a variable in a shell only; CMD looks for a program with that name", argv[0])}.patched(better)}
	}
	if !shellWords[argv[0]] && !(s.hasFiles() && slices.Contains(builtins, argv[0])) || s.hasFiles() && s.lookPath(argv[0]).found {
		return nil
	}
	return []hit{hit{message: fmt.Sprintf("%q is a word of the shell and no program, and CMD uses no shell", argv[0])}.patched(asShell(joinWords(argv)))}
}

var assignmentWord = lazyregexp.New(`^[A-Za-z_][A-Za-z0-9_]*=\S*$`)

// Parts that a shell expands. A lower-case $name may be a part of a pattern, so upper case or braces are asked for.
var (
	dollarName = lazyregexp.New(`\$([A-Z_][A-Z0-9_]*|\{[A-Za-z_][A-Za-z0-9_]*[^}]*\}|\([^)]+\)?)`)
	backquoted = lazyregexp.New("`[^`]+`")
)

// readsFiles are programs whose operands are file names, so that a * or ~ is meant for the shell.
var readsFiles = map[string]bool{"cat": true, "ls": true, "test": true, "[": true, "stat": true, "head": true, "tail": true, "rm": true, "touch": true, "wc": true}

func unexpanded(s *subject) []hit {
	argv := s.exec()
	if len(argv) == 0 {
		return nil
	}
	inner := s.calls()[len(s.calls())-1] // what a wrapper such as timeout runs in the end
	if s.script.Calls[0].Script != nil || inner.Nested || inner.Script != nil || runsCode(inner.Argv()) || runsCode(argv) {
		return nil
	}
	known := client.Asks(inner.Program()) || readsFiles[inner.Program()]
	for i, arg := range argv {
		if strings.Contains(arg, "$$") && i > 0 {
			continue // HC022
		}
		found := dollarName().FindString(arg)
		if found == "" && inner.Program() != "mysql" {
			found = backquoted().FindString(arg)
		}
		if found == "" && readsFiles[inner.Program()] && i > 0 && (strings.HasPrefix(arg, "~/") || arg == "~" || strings.ContainsAny(arg, "*?")) {
			found = arg
		}
		if found == "" || strings.ContainsAny(argv[0], " \t") {
			continue
		}
		h := hit{message: fmt.Sprintf("CMD uses no shell, so %s is handed to %s as it stands", found, argv[0])}
		if i == 0 {
			h.message = fmt.Sprintf("CMD uses no shell, so there is a program named %q wanted", arg)
		} else if !known {
			h.certainty, h.severity = cause.Likely, diag.Warning
		}
		return []hit{h.patched(asShell(s.expanding(argv)))}
	}
	return nil
}

// expanding makes a script of an argument vector in which patterns of file names stay patterns.
func (s *subject) expanding(argv []string) string {
	words := make([]string, len(argv))
	for i, arg := range argv {
		if words[i] = quoteWord(arg); readsFiles[path.Base(argv[0])] && i > 0 && plainPattern().MatchString(arg) {
			words[i] = arg
		}
	}
	return strings.Join(words, " ")
}

// plainPattern is a pattern of file names that needs no quotes but for being a pattern.
var plainPattern = lazyregexp.New(`^[\w./~*?-]+$`)

func escapedDollar(s *subject) []hit {
	for i, arg := range s.exec() {
		if at := strings.Index(arg, "$$"); at >= 0 && dollarName().MatchString(arg[at+1:]) && !runsCode(s.exec()) && i > 0 && s.calls()[0].Script == nil {
			return []hit{hit{message: fmt.Sprintf("%q: $$ is Compose's way to write $, and CMD expands neither", arg)}.patched(
				asShell(strings.ReplaceAll(joinWords(s.exec()), "$$", "$")))}
		}
	}
	for _, call := range s.calls() {
		if call.Wraps {
			continue
		}
		for i, w := range call.Words {
			found := w.EscapedDollars()
			if len(found) == 0 || runsCode(call.Argv()) {
				continue
			}
			h := hit{message: fmt.Sprintf("%s in %s: Amazon ECS does not un-escape a dollar sign, so the shell never sees the variable", found[0], w.Raw)}
			if !strings.Contains(w.Text, "://") && !client.Asks(call.Program()) {
				h.certainty, h.severity = cause.Likely, diag.Warning
			}
			return []hit{h.patched(s.replaceWord(call, i, strings.NewReplacer("$$", "$", `\$`, "$").Replace(w.Raw)))}
		}
	}
	return nil
}

// givenVariables are set by the shell, the engine or the agent (amazon-ecs-agent: metadata URIs, credentials, region).
var givenVariables = lazyregexp.New(`^(PATH|HOME|HOSTNAME|PWD|OLDPWD|IFS|PPID|OPTIND|OPTARG|LINENO|SHLVL|SHELL|TERM|PS[124]|USER|LOGNAME|UID|EUID|RANDOM|SECONDS|BASH.*|container|ECS_.*|AWS_.*)$`)

// unset are the variables of the script that nobody sets, each once, with the words that they stand in.
func (s *subject) unset() []shell.Variable {
	if s.script == nil || s.OpenEnvironment || s.script.Sources() {
		return nil
	}
	var uses []shell.Variable
	seen := map[string]bool{}
	all := s.script.Variables()
	excused := map[string]bool{}
	for _, v := range all {
		excused[v.Name] = excused[v.Name] || v.Excused
	}
	for _, v := range all {
		if _, known := s.variable(v.Name); known || excused[v.Name] || seen[v.Name] || givenVariables().MatchString(v.Name) || slices.Contains(s.Secrets, v.Name) {
			continue
		}
		seen[v.Name] = true
		uses = append(uses, v)
	}
	return uses
}

func unsetVariable(s *subject) []hit {
	var hits []hit
	for _, v := range s.unset() {
		if _, by := s.entrypointSets(v.Name); by {
			continue
		}
		h := hit{
			message: fmt.Sprintf("%s is set neither in environment nor in secrets, so the probe sees an empty value", v.Name), evidence: v.Word,
			fix: fmt.Sprintf("Define %s in environment, or write ${%s:-value}.", v.Name, v.Name),
		}
		inURL := strings.Contains(v.Word, "://") || strings.Contains(v.Word, "localhost") || strings.Contains(v.Word, "127.0.0.1")
		switch {
		case s.image == nil: // the image may set it
			h.certainty, h.severity = cause.Likely, diag.Warning
		case !inURL:
			h.message = fmt.Sprintf("%s is set neither in environment, secrets nor the image, so the probe sees an empty value", v.Name)
			h.severity = diag.Warning
		default:
			h.message = fmt.Sprintf("%s is set neither in environment, secrets nor the image, so the probe sees an empty value", v.Name)
		}
		hits = append(hits, h.patched(s.withDefault(v)))
	}
	return hits
}

// withDefault gives a variable that stands for the port the one port that the definition maps, nil where it stands for something else.
func (s *subject) withDefault(v shell.Variable) Command {
	if len(s.Ports) != 1 || s.Command.Form() != FormShell || !strings.Contains(v.Word, "://") && !strings.Contains(v.Word, "localhost") && !strings.Contains(v.Word, "127.0.0.1") {
		return nil
	}
	for _, written := range []string{":${" + v.Name + "}", ":$" + v.Name} {
		if _, after, ok := strings.Cut(v.Word, written); ok && !strings.HasPrefix(after, "@") {
			return s.replaceText(written, fmt.Sprintf(":${%s:-%d}", v.Name, s.Ports[0].Container))
		}
	}
	return nil
}

// entrypointSets says where the entrypoint sets a variable: in the definition's or image's command line, or in its script.
func (s *subject) entrypointSets(name string) (string, bool) {
	sets := regexp.MustCompile(`(?m)(^|[\s;&(])(export\s+)?` + regexp.QuoteMeta(name) + `=`)
	argv := slices.Concat(s.EntryPoint, s.CommandLine)
	if s.image != nil && len(s.EntryPoint) == 0 {
		argv = slices.Concat(s.image.Entrypoint, argv)
		if len(s.CommandLine) == 0 {
			argv = slices.Concat(argv, s.image.Cmd)
		}
	}
	for i, arg := range argv {
		if sets.MatchString(arg) {
			return arg, true
		}
		if i > 2 || !s.hasFiles() || strings.ContainsAny(arg, " \n\x00") {
			continue
		}
		if text := s.readScript(arg); sets.MatchString(text) {
			return arg, true
		}
	}
	return "", false
}

func entrypointVariable(s *subject) []hit {
	var hits []hit
	for _, v := range s.unset() {
		where, ok := s.entrypointSets(v.Name)
		if !ok {
			continue
		}
		h := hit{
			message:  fmt.Sprintf("%s is set by the entrypoint only; the probe is started by the engine and does not see it", v.Name),
			evidence: where, fix: fmt.Sprintf("Put %s into environment.", v.Name),
		}
		if s.image == nil {
			h.certainty = cause.Likely
		}
		hits = append(hits, h)
	}
	return hits
}

// cutURL finds a URL whose query was cut at an unquoted &.
func cutURL(s *subject) []hit {
	script := s.shellForm()
	if script == nil {
		return nil
	}
	for i, a := range s.asks {
		if !a.call.Background || a.request == nil && !client.Asks(a.call.Program()) {
			continue
		}
		last := a.call.Words[len(a.call.Words)-1]
		if !strings.Contains(last.Text, "?") || a.call.Nested {
			continue
		}
		text, _ := s.Command.Script()
		if last.End >= len(text) || text[last.End] != '&' {
			continue
		}
		end := last.End + strings.IndexAny(text[last.End:]+" ", " \t\n|;)")
		better := asShell(text[:last.Start] + `"` + text[last.Start:end] + `"` + text[end:])
		_ = i
		return []hit{hit{message: fmt.Sprintf("the & after %s is not quoted: it starts the request in the background, and the check passes at once", last.Raw)}.patched(better)}
	}
	return nil
}
