package secrets

import (
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
)

// dotenv reads NAME=VALUE lines as Docker Compose and most dotenv libraries do: blank lines and lines that start with # are
// skipped, a leading export is dropped, the text of a quoted value is what is between the quotes (with \n, \t, \" and \\ in
// double quotes), and in an unquoted one " #" starts a comment. Nothing is expanded, and a value ends with its line.
//
// This is our own file; the environment files of a task definition are literal: see package emulator/envfile.
func (r *reader) dotenv() {
	seen := map[string]bool{}
	for i, line := range strings.Split(string(r.data), "\n") {
		text := strings.TrimSpace(line)
		if text == "" || text[0] == '#' {
			continue
		}
		pos := diag.Position{Line: i + 1, Column: strings.Index(line, text) + 1}
		name, value, found := strings.Cut(strings.TrimPrefix(text, "export "), "=")
		name = strings.TrimSpace(name)
		value, closed := dotenvValue(strings.TrimSpace(value))
		switch {
		case !found || name == "":
			r.add(RuleSyntax, pos, "the line is not NAME=VALUE", "")
		case !closed:
			r.add(RuleSyntax, pos, "the quoted value does not end in its line", `write a line break as \n between double quotes`)
		case seen[name]:
			r.add(RuleDuplicate, pos, name+" has a value already", "remove one of them")
		default:
			seen[name] = true
			r.entry(name, pos, map[string]Value{"": NewValue(value)})
		}
	}
}

var dotenvEscapes = strings.NewReplacer(`\n`, "\n", `\r`, "\r", `\t`, "\t", `\"`, `"`, `\\`, `\`, `\$`, `$`)

// dotenvValue takes quotes and comments off a value; closed is false where a quote has no end.
func dotenvValue(text string) (value string, closed bool) {
	if text == "" {
		return "", true
	}
	switch quote := text[0]; quote {
	case '\'':
		value, _, closed = strings.Cut(text[1:], "'")
		return value, closed
	case '"':
		for i := 1; i < len(text); i++ {
			switch text[i] {
			case '\\':
				i++
			case '"':
				return dotenvEscapes.Replace(text[1:i]), true
			}
		}
		return "", false
	}
	if text[0] == '#' {
		return "", true
	}
	if i := strings.Index(text, " #"); i >= 0 {
		text = strings.TrimSpace(text[:i])
	}
	return text, true
}
