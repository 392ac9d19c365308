package healthcheck

import (
	"fmt"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
	"github.com/ecslocal/ecslocal/healthcheck/cause"
	"github.com/ecslocal/ecslocal/healthcheck/shell"
)

// code is a program text that an interpreter runs, with the word that holds it.
type code struct {
	call     *shell.Call
	index    int
	language string
}

// codes are the program texts of the check: python -c TEXT, node -e TEXT.
func (s *subject) codes() []code {
	var all []code
	for _, call := range s.calls() {
		argv := call.Argv()
		if len(argv) < 3 || !runsCode(argv) {
			continue
		}
		language := interpreter(argv[0])
		for i, arg := range argv[1 : len(argv)-1] {
			for _, option := range interpreters[language] {
				if arg == option {
					all = append(all, code{call, i + 2, strings.TrimRight(language, "0123456789.")})
				}
			}
		}
	}
	return all
}

// quotedCode is a program text in quotes that CMD does not take away: a string that is computed and forgotten.
func quotedCode(s *subject) []hit {
	for _, c := range s.codes() {
		text := c.call.Words[c.index].Text
		if !c.call.Exec || len(text) < 3 || text[0] != '\'' && text[0] != '"' {
			continue
		}
		inner := text[1 : len(text)-1]
		if text[len(text)-1] != text[0] || strings.IndexByte(inner, text[0]) >= 0 {
			continue
		}
		h := hit{message: fmt.Sprintf("CMD uses no shell, so nobody removes the quotes: %s sees a string, does nothing and succeeds", c.call.Program())}
		return []hit{h.patched(s.replaceWord(c.call, c.index, inner))}
	}
	return nil
}

// quotesInside finds double quotes within a program text that stands in double quotes: the shell takes them away.
func quotesInside(s *subject) []hit {
	for _, c := range s.codes() {
		raw := c.call.Words[c.index].Raw
		if c.call.Exec || len(raw) < 4 || raw[0] != '"' || raw[len(raw)-1] != '"' {
			continue
		}
		inner := raw[1 : len(raw)-1]
		if strings.ContainsAny(inner, "'\\`$") || strings.Count(inner, `"`) < 2 {
			continue
		}
		h := hit{message: fmt.Sprintf("the shell takes the inner double quotes away: %s gets %s", c.call.Program(), c.call.Words[c.index].Text)}
		return []hit{h.patched(s.replaceWord(c.call, c.index, `"`+strings.ReplaceAll(inner, `"`, "'")+`"`))}
	}
	return nil
}

// Requests whose status nobody looks at.
var (
	pythonRequest = lazyregexp.New(`requests\.(?:get|head|post)\(`)
	pythonOnly    = lazyregexp.New(`requests\.(?:get|head|post)\([^()]*\)\s*;?\s*$`)
	pythonLooks   = lazyregexp.New(`status_code|raise_for_status|\.ok\b|assert|exit`)
	nodeRequest   = lazyregexp.New(`\bfetch\(|\.get\(|\baxios\b|\.request\(`)
	nodeLooks     = lazyregexp.New(`status|\.ok\b|exit|throw|axios`) // axios rejects by itself
	rubyRequest   = lazyregexp.New(`Net::HTTP\.(?:get|get_response|start)\b`)
	rubyLooks     = lazyregexp.New(`code|is_a\?|kind_of\?|value|exit|HTTPSuccess`)
)

// anyAnswer finds program texts that take every answer of the application for a success.
func anyAnswer(s *subject) []hit {
	for _, c := range s.codes() {
		text := c.call.Words[c.index].Text
		var asks, looks bool
		switch c.language {
		case "python":
			asks, looks = pythonRequest().MatchString(text), pythonLooks().MatchString(text)
		case "node", "nodejs":
			asks, looks = nodeRequest().MatchString(text), nodeLooks().MatchString(text)
		case "ruby":
			asks, looks = rubyRequest().MatchString(text), rubyLooks().MatchString(text)
		}
		if !asks || looks {
			continue
		}
		h := hit{certainty: cause.Likely, severity: diag.Warning, message: fmt.Sprintf("the program text of %s looks at no status: every answer is a success, errors included", c.call.Program()),
			fix: "Fail for a status of 400 and above."}
		if raw := c.call.Words[c.index].Raw; c.language == "python" && pythonOnly().MatchString(text) {
			end := strings.LastIndexByte(raw, ')') + 1
			h = h.patched(s.replaceWord(c.call, c.index, raw[:end]+".raise_for_status()"+raw[end:]))
		}
		return []hit{h}
	}
	return nil
}
