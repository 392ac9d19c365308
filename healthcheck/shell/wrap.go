package shell

import (
	"strings"

	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
)

// wrapper tells how a program that runs another program finds it among its arguments.
type wrapper struct {
	// valued are the short options that take the next word as their value.
	valued string
	// skip is the number of words between the options and the program.
	skip int
	// assigns says that NAME=VALUE words may stand before the program.
	assigns bool
}

var wrappers = map[string]wrapper{
	"timeout": {valued: "ks", skip: 1}, "gtimeout": {valued: "ks", skip: 1},
	"env": {valued: "uCS", assigns: true}, "nice": {valued: "n"}, "ionice": {valued: "cnp"}, "nohup": {}, "setsid": {},
	"exec": {valued: "a"}, "command": {}, "builtin": {}, "time": {valued: "fo"}, "stdbuf": {valued: "ioe"}, "unbuffer": {},
	"su-exec": {skip: 1}, "gosu": {skip: 1}, "chpst": {valued: "uUbemdoplcrt"}, "setpriv": {}, "sudo": {valued: "ugpCDRTh"},
	"xargs": {valued: "IinLPdEsa"}, "busybox": {}, "tini": {valued: "pe"}, "dumb-init": {}, "doas": {valued: "uC"},
}

// shells run a script given after -c.
var shells = map[string]bool{"sh": true, "bash": true, "ash": true, "dash": true, "zsh": true, "ksh": true, "mksh": true}

// IsShell says whether the program is a shell.
func IsShell(program string) bool { return shells[program] }

var assignment = lazyregexp.New(`^[A-Za-z_][A-Za-z0-9_]*=`)

// unwrap is the call followed by what it runs in turn: timeout 3 curl … runs curl, sh -c '…' runs a script.
func unwrap(call *Call, env Lookup, depth int) []*Call {
	calls := []*Call{call}
	if depth >= maxNested {
		return calls
	}
	program := call.Program()
	if shells[program] {
		if script, ok := shellScript(call); ok {
			call.Script = parse(script.Text, env, depth+1)
			call.Wraps = len(call.Script.Calls) > 0
			for _, inner := range call.Script.Calls {
				if inner.Wrapper == nil {
					inner.Wrapper = call
				}
				inner.Nested = true
				inner.Background = inner.Background || call.Background
				calls = append(calls, inner)
			}
		}
		return calls
	}
	w, ok := wrappers[program]
	if !ok {
		return calls
	}
	rest := wrapped(call.Args(), w)
	if len(rest) == 0 || program == "command" && isQuery(call.Args()) {
		return calls
	}
	inner := *call
	call.Wraps = true
	inner.Words, inner.Wrapper = rest, call
	return append(calls, unwrap(&inner, env, depth+1)...)
}

// isQuery says whether command only asks where a program is.
func isQuery(args []Word) bool {
	return len(args) > 0 && (args[0].Text == "-v" || args[0].Text == "-V")
}

// wrapped drops the wrapper's own options and operands.
func wrapped(args []Word, w wrapper) []Word {
	i := 0
	for ; i < len(args); i++ {
		text := args[i].Text
		if text == "--" {
			i++
			break
		}
		if w.assigns && assignment().MatchString(text) {
			continue
		}
		if len(text) < 2 || text[0] != '-' {
			break
		}
		if text[1] != '-' && strings.IndexByte(w.valued, text[len(text)-1]) >= 0 && len(text) == 2 {
			i++
		}
	}
	if i += w.skip; i >= len(args) {
		return nil
	}
	return args[i:]
}

// shellScript is the word after -c of a shell.
func shellScript(call *Call) (Word, bool) {
	i := call.ScriptIndex()
	if i < 0 || !call.Words[i].Known {
		return Word{}, false
	}
	return call.Words[i], true
}

// ScriptIndex is the index of the word that a shell runs as its script (sh -c SCRIPT), -1 where there is none.
func (c *Call) ScriptIndex() int {
	if !shells[c.Program()] {
		return -1
	}
	dashC := false
	for i := 1; i < len(c.Words); i++ {
		text := c.Words[i].Text
		switch {
		case text == "-o" || text == "+o" || text == "-O" || text == "--rcfile" || text == "--init-file":
			i++
		case strings.HasPrefix(text, "--"):
		case len(text) > 1 && (text[0] == '-' || text[0] == '+'):
			dashC = dashC || text[0] == '-' && strings.Contains(text, "c")
			if strings.HasSuffix(text, "o") { // -euo pipefail
				i++
			}
		case dashC:
			return i
		default:
			return -1
		}
	}
	return -1
}
