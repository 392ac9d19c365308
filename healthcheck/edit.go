package healthcheck

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ecslocal/ecslocal/healthcheck/shell"
)

// replaceWord is the command with one word of a call written anew; raw is shell text in CMD-SHELL and the value in CMD.
// It is nil where the place cannot be found, as within a nested sh -c.
func (s *subject) replaceWord(call *shell.Call, index int, raw ...string) Command {
	return s.replaceWords(call, index, index, raw...)
}

// replaceWords is replaceWord for several words, from one to another.
func (s *subject) replaceWords(call *shell.Call, from, to int, raw ...string) Command {
	if from < 0 || to >= len(call.Words) || from > to {
		return nil
	}
	if call.Nested {
		return s.replaceNested(call, from, to, raw...)
	}
	if argv := s.exec(); argv != nil {
		at := len(argv) - len(call.Words)
		return asExec(slices.Replace(slices.Clone(argv), at+from, at+to+1, raw...)...)
	}
	text, ok := s.Command.Script()
	start, end := call.Words[from].Start, call.Words[to].End
	if !ok || !utf8.ValidString(text) || start > end || end > len(text) {
		return nil
	}
	before := text[:start]
	if len(raw) == 0 {
		before = strings.TrimRight(before, " \t")
	}
	return asShell(before + strings.Join(raw, " ") + text[end:])
}

// replaceNested is replaceWords within the script of a sh -c, whose words have their places in that script. In CMD-SHELL the script must stand
// in single quotes, so that it is what it says.
func (s *subject) replaceNested(call *shell.Call, from, to int, raw ...string) Command {
	i := slices.IndexFunc(s.calls(), func(outer *shell.Call) bool {
		return !outer.Nested && outer.Script != nil && slices.Contains(outer.Script.Calls, call)
	})
	if i < 0 {
		return nil
	}
	outer := s.calls()[i]
	at := outer.ScriptIndex()
	text, start, end := outer.Script.Text, call.Words[from].Start, call.Words[to].End
	if at < 0 || start > end || end > len(text) || !utf8.ValidString(text) || len(raw) == 0 || s.exec() == nil && outer.Words[at].Raw != "'"+text+"'" {
		return nil
	}
	words := slices.Clone(raw)
	for i, w := range words {
		if s.exec() != nil && strings.Contains(w, "://") { // it was written for CMD, which needs no quotes
			words[i] = quoteWord(w)
		}
	}
	better := text[:start] + strings.Join(words, " ") + text[end:]
	if s.exec() == nil {
		better = quoteScript(better)
	}
	return s.replaceWord(outer, at, better)
}

// addOptions is the command with options put behind the program of a call.
func (s *subject) addOptions(call *shell.Call, options ...string) Command {
	if len(call.Words) == 0 {
		return nil
	}
	program := call.Words[0].Raw
	if s.exec() != nil {
		program = call.Words[0].Text
	}
	return s.replaceWord(call, 0, append([]string{program}, options...)...)
}

// patched fills in the new command of a hit, where there is one.
func (h hit) patched(better Command) hit {
	if better != nil {
		h.value, h.try = better.String(), []Command{better}
	}
	return h
}
