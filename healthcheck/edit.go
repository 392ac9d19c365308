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
	if index < 0 || index >= len(call.Words) || call.Nested {
		return nil
	}
	if argv := s.exec(); argv != nil {
		at := len(argv) - len(call.Words) + index
		return asExec(slices.Replace(slices.Clone(argv), at, at+1, raw...)...)
	}
	text, ok := s.Command.Script()
	w := call.Words[index]
	if !ok || !utf8.ValidString(text) || w.Start > w.End || w.End > len(text) {
		return nil
	}
	before := text[:w.Start]
	if len(raw) == 0 {
		before = strings.TrimRight(before, " \t")
	}
	return asShell(before + strings.Join(raw, " ") + text[w.End:])
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
