package healthcheck

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
	"github.com/ecslocal/ecslocal/healthcheck/shell"
)

// joinWords makes a script of an argument vector: operators stay operators, words that the shell would take apart are quoted, and so is what
// a shell is to run as its script. Behind an operator a command begins, of which one element may hold the whole line.
func joinWords(argv []string) string {
	argv = withoutBackslashes(argv)
	open := func(arg string) bool { return strings.Count(arg, "'")%2+strings.Count(arg, `"`)%2 > 0 }
	if pieces := joinPieces(argv); slices.ContainsFunc(argv, open) && shell.Parse(pieces, nil).Problem == nil {
		return pieces // a line that was split at its spaces, also within quotes
	}
	return join(argv, func(arg string) string {
		if quotedWhole().MatchString(arg) || onlyOperators().MatchString(arg) || endsCommand().MatchString(arg) {
			return arg
		}
		return quoteWord(escapedName().ReplaceAllString(arg, "$1"))
	})
}

var (
	quotedWhole = lazyregexp.New(`^(?:'[^']+'|"[^"]+")$`)
	// onlyOperators are more of them than a shell takes, such as ||| or 2&>1.
	onlyOperators = lazyregexp.New(`^[0-9]?[|&;<>]{2,}[0-9]?$|^[0-9][;)]+$`)
	// endsCommand is a word with the semicolon behind it.
	endsCommand = lazyregexp.New(`^[\w:/.-]+;$`)
	// escapedName is a variable whose dollar somebody kept from a shell that never reads it.
	escapedName = lazyregexp.New(`\\(\$[A-Z_{])`)
)

// withoutBackslashes drops those that stood before a space or a line's end when the line was split.
func withoutBackslashes(argv []string) []string {
	var kept []string
	for i, arg := range argv {
		if bare := strings.TrimSuffix(arg, `\`); bare != arg && !strings.HasSuffix(bare, `\`) {
			arg = bare
		}
		if arg != "" || argv[i] == "" {
			kept = append(kept, arg)
		}
	}
	return kept
}

// joinPieces is joinWords for elements that are pieces of a line already.
func joinPieces(argv []string) string {
	return join(argv, func(arg string) string { return arg })
}

func join(argv []string, write func(string) string) string {
	var line strings.Builder
	for i, arg := range argv {
		if i > 0 {
			line.WriteByte(' ')
		}
		switch {
		case i == len(argv)-1 && runsNext().MatchString(line.String()):
			arg = quoteScript(arg)
		case i > 0 && controls[argv[i-1]]:
		default:
			arg = write(arg)
		}
		line.WriteString(arg)
	}
	return line.String()
}

// runsNext is a line whose next word is the script of a shell; controls are the operators behind which a command begins.
var (
	runsNext = lazyregexp.New(`(?:^|[\s/;&|])(?:ba|da|a|z|k|mk)?sh(?:\s+-\w+)*\s+-[a-z]*c\s+$`)
	controls = map[string]bool{"||": true, "&&": true, "|": true, ";": true, "&": true}
)

// needsQuotes are characters that end a word, start another command, or are looked up as file names.
var needsQuotes = lazyregexp.New("[\\s'\"\\\\;&|<>()`*?\\[#]")

func quoteWord(arg string) string {
	if arg == "[" || arg != "" && (!needsQuotes().MatchString(arg) || operatorWords().MatchString(strings.TrimSpace(arg))) {
		return arg // $NAME stays: whoever writes it means the variable
	}
	return quoteArgument(arg)
}

// quoteArgument makes one word of a text, of which a shell replaces variables only.
func quoteArgument(arg string) string {
	if arg != "" && !needsQuotes().MatchString(arg) {
		return arg
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

// quoteScript makes one word of what another shell runs: the one before it must not replace what the script sets itself.
func quoteScript(script string) string {
	switch quoted, err := syntax.Quote(script, syntax.LangPOSIX); {
	case !strings.Contains(script, "$") || err != nil:
		return quoteArgument(script)
	case quotedWhole().MatchString(script) && script[0] == '\'':
		return script
	default:
		return quoted
	}
}
