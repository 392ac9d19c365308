package shell

import (
	"errors"
	"fmt"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
)

// syntaxErrors turns the parser's errors into dash's; $1 is the first group. What is not here keeps the parser's words.
var syntaxErrors = []struct {
	pattern lazyregexp.Regexp
	text    string
}{
	{lazyregexp.New("without closing quote `[\"'`]`"), `Unterminated quoted string`},
	{lazyregexp.New("^`(.+?)`? (?:can only immediately follow|is not a valid start)"), `"$1" unexpected`},
	{lazyregexp.New("^`(.+?)` can only be used"), `"$1" unexpected`},
	{lazyregexp.New("^reached `?EOF`? without matching .* with `(.+?)`"), `end of file unexpected (expecting "$1")`},
	{lazyregexp.New("^`(?:if|elif) .*must be followed by `then`"), `end of file unexpected (expecting "then")`},
	{lazyregexp.New("statement must end with `(.+?)`"), `end of file unexpected (expecting "$1")`},
	{lazyregexp.New("^`\\(` must be followed by a statement list"), `end of file unexpected (expecting ")")`},
	{lazyregexp.New("^`(?:then|else)` must be followed by a statement list"), `end of file unexpected (expecting "fi")`},
	{lazyregexp.New("^`do` must be followed by a statement list"), `end of file unexpected (expecting "done")`},
	{lazyregexp.New("^`\\{` must be followed by a statement list"), `end of file unexpected (expecting "}")`},
	{lazyregexp.New("^`for` must be followed by a literal"), `Bad for loop variable`},
	{lazyregexp.New("^`(?:>|<|>>|&&|\\|\\||\\|).* must be followed by"), `end of file unexpected`},
}

// syntaxError is the parser's error in dash's form. dash counts lines and no columns.
func (s *shell) syntaxError(err error, text string) string {
	var parse syntax.ParseError
	var variant syntax.LangError
	line := uint(1)
	message := err.Error()
	switch {
	case errors.As(err, &parse):
		line, message = parse.Pos.Line(), parse.Text
	case errors.As(err, &variant):
		line, message = variant.Pos.Line(), `"(" unexpected` // arrays, process substitution and the like of bash
	}
	for _, e := range syntaxErrors {
		if found := e.pattern().FindStringSubmatchIndex(message); found != nil {
			message = string(e.pattern().ExpandString(nil, e.text, message, found))
			break
		}
	}
	if strings.HasPrefix(message, "end of file") {
		line = uint(strings.Count(strings.TrimRight(text, "\n"), "\n") + 1)
	}
	return fmt.Sprintf("%s: %d: Syntax error: %s", s.name, max(line, 1), message)
}
