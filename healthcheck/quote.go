package healthcheck

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
)

// joinWords makes a script of an argument vector: operators stay operators, and words that the shell would take apart are
// quoted.
func joinWords(argv []string) string {
	words := make([]string, len(argv))
	for i, arg := range argv {
		words[i] = quoteWord(arg)
	}
	return strings.Join(words, " ")
}

// needsQuotes are characters that end a word, start another command, or are looked up as file names.
var needsQuotes = lazyregexp.New("[\\s'\"\\\\;&|<>()`*?\\[#]")

func quoteWord(arg string) string {
	if arg != "" && (!needsQuotes().MatchString(arg) || operatorWords().MatchString(strings.TrimSpace(arg))) {
		return arg // $NAME stays: whoever writes it means the variable
	}
	if strings.ContainsAny(arg, "$") && !strings.ContainsAny(arg, "\"\\`") {
		return `"` + arg + `"`
	}
	quoted, err := syntax.Quote(arg, syntax.LangPOSIX)
	if err != nil { // a NUL byte or the like: nothing could run it
		return "''"
	}
	return quoted
}
