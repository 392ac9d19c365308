package healthcheck

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
	"github.com/ecslocal/ecslocal/healthcheck/client"
	"github.com/ecslocal/ecslocal/healthcheck/shell"
)

// binaryTests are what test(1) takes between two words.
var binaryTests = map[string]bool{"=": true, "==": true, "!=": true, "-eq": true, "-ne": true, "-gt": true, "-ge": true, "-lt": true, "-le": true,
	"-nt": true, "-ot": true, "-ef": true, "-a": true, "-o": true, "<": true, ">": true}

// writtenFor are what is written for an operator of test in other languages, or without its dash.
var writtenFor = map[string]string{"eq": "-eq", "ne": "-ne", "gt": "-gt", "ge": "-ge", "lt": "-lt", "le": "-le", "===": "=", "!==": "!=", "<>": "!=", "is": "=", "=>": "-ge", "=<": "-le"}

// brackets finds tests that test(1) refuses: no space at a bracket, or an operator that is none.
func brackets(s *subject) []hit {
	if len(arrayInScript(s)) > 0 {
		return nil
	}
	for _, call := range s.calls() {
		if len(call.Words) == 0 || call.Wraps {
			continue
		}
		if h, ok := s.gluedBracket(call); ok {
			return []hit{h}
		}
		if h, ok := s.notOperator(call); ok {
			return []hit{h}
		}
		if h, ok := s.spacedAssignment(call); ok {
			return []hit{h}
		}
	}
	return nil
}

// spacedAssignment is NAME = value, which runs a program of that name.
func (s *subject) spacedAssignment(call *shell.Call) (hit, bool) {
	words := call.Words
	if len(words) < 3 || words[1].Raw != "=" || !variableName().MatchString(words[0].Raw) || s.hasFiles() && s.lookPath(words[0].Text).found {
		return hit{}, false
	}
	h := hit{message: fmt.Sprintf("there must be no space around =: the shell looks for a program named %s", words[0].Raw)}
	return h.patched(s.replaceWords(call, 0, 2, words[0].Raw+"="+words[2].Raw)), true
}

var variableName = lazyregexp.New(`^[A-Za-z_]\w*$`)

// gluedBracket is [-f or x] without the space that makes words of them.
func (s *subject) gluedBracket(call *shell.Call) (hit, bool) {
	first, last := call.Words[0], call.Words[len(call.Words)-1]
	open := strings.TrimLeft(first.Text, "[")
	switch {
	case len(call.Words) > 1 && strings.HasPrefix(first.Raw, "[") && open != "" && !strings.ContainsAny(first.Text, `",`) && !s.fileExists(first.Text):
		bracket := strings.TrimSuffix(first.Raw, strings.TrimLeft(first.Raw, "["))
		h := hit{message: fmt.Sprintf("there is no space behind the bracket: the shell looks for a program named %q", first.Text)}
		return h.patched(s.replaceWord(call, 0, bracket, first.Raw[len(bracket):])), true
	case first.Text == "[" && last.Text != "]":
		h := hit{message: "[ wants ] as its last word"}
		if before, ok := strings.CutSuffix(last.Raw, "]"); ok {
			h.message = "there is no space before the closing bracket, so that [ does not find it"
			h = h.patched(s.replaceWord(call, len(call.Words)-1, before, "]"))
		}
		return h, true
	}
	return hit{}, false
}

// notOperator is a word in the place of an operator that is none.
func (s *subject) notOperator(call *shell.Call) (hit, bool) {
	args, ok := call.Test()
	if len(args) > 0 && args[0].Text == "!" {
		args = args[1:]
	}
	if !ok || len(args) != 3 && (len(args) < 3 || !client.Asks(args[0].Text)) || !args[1].Known || binaryTests[args[1].Text] || args[0].Text == "(" || strings.HasPrefix(args[1].Text, "-") && args[0].Text == "!" {
		return hit{}, false
	}
	if client.Asks(args[0].Text) {
		raw := make([]string, len(args))
		for i, arg := range args {
			raw[i] = arg.Raw
		}
		h := hit{message: fmt.Sprintf("%s compares words and runs nothing: %q is a word to it", call.Program(), args[0].Text)}
		return h.patched(s.replaceWords(call, 0, len(call.Words)-1, strings.Join(raw, " "))), true
	}
	h := hit{message: fmt.Sprintf("%q is no operator of test, which complains and ends with 2", args[1].Text)}
	if instead := writtenFor[args[1].Text]; instead != "" {
		i := slices.IndexFunc(call.Words, func(w shell.Word) bool { return w == args[1] })
		h = h.patched(s.replaceWord(call, i, instead))
	}
	return h, true
}

// constantTest is a test that is true whatever the application answers.
func constantTest(s *subject) []hit {
	for _, call := range s.calls() {
		word, ok := call.AlwaysTrue()
		if !ok {
			continue
		}
		i := slices.IndexFunc(call.Words, func(w shell.Word) bool { return w == word })
		h := hit{message: fmt.Sprintf("%q is always true: to test, %s is one word that is not empty", call, word.Raw)}
		if call.Words[i-1].Text == "-n" {
			h.message = fmt.Sprintf("%q is always true: where %s is empty, -n stands alone", call, word.Raw)
			return []hit{h.patched(s.replaceWord(call, i, `"`+word.Raw+`"`))}
		}
		if first, _, _ := strings.Cut(word.Text, " "); client.Asks(first) && word.Quoted {
			h.message = fmt.Sprintf("%q is always true: it compares words and runs nothing", call)
			return []hit{h.patched(s.replaceWords(call, 0, len(call.Words)-1, word.Text))}
		}
		if words := apart(word.Raw); words != nil {
			h = h.patched(s.replaceWord(call, i, words...))
		}
		return []hit{h}
	}
	return nil
}

var (
	gluedEqual = lazyregexp.New(`(?s)^(.*[)}\x60"'\w])(==?|!=)([\w.-]+|"[^"]*"|'[^']*')$`)
	gluedFile  = lazyregexp.New(`^(-[a-zA-Z])(/.+)$`)
)

// apart is the words that were meant by one of a test, nil where that is not known.
func apart(raw string) []string {
	if m := gluedFile().FindStringSubmatch(raw); m != nil {
		return m[1:]
	}
	m := gluedEqual().FindStringSubmatch(raw)
	if m == nil {
		return nil
	}
	left := m[1]
	if strings.HasPrefix(left, "$") || strings.HasPrefix(left, "`") && !strings.Contains(left, `"`) {
		left = `"` + left + `"`
	}
	if shell.Parse("x "+left, nil).Problem != nil {
		return nil
	}
	return []string{left, strings.Replace(m[2], "==", "=", 1), m[3]}
}

// gluedExit is exit1, which is no exit.
func gluedExit(s *subject) []hit {
	for _, call := range s.calls() {
		status, ok := call.GluedExit()
		if !ok || s.hasFiles() && s.lookPath(call.Words[0].Text).found {
			continue
		}
		return []hit{hit{severity: diag.Warning, message: fmt.Sprintf("%q is one word: the shell looks for a program of that name", call.Words[0].Text)}.patched(s.replaceWord(call, 0, "exit "+status))}
	}
	return nil
}
