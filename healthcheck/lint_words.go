package healthcheck

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
	"github.com/ecslocal/ecslocal/healthcheck/cause"
	"github.com/ecslocal/ecslocal/healthcheck/client"
	"github.com/ecslocal/ecslocal/healthcheck/shell"
)

// wordDetectors judge how the words of the check are written: quotes, line ends, dashes, spaces.
var wordDetectors = []detector{
	{"HC009", cause.Definition, emptyScript},
	{"HC010", cause.Definition, quotedLine},
	{"HC010", cause.Definition, quotedCode},
	{"HC011", cause.Definition, arrayInScript},
	{"HC012", cause.Definition, lineBreak},
	{"HC013", cause.Definition, carriageReturn},
	{"HC014", cause.Definition, escapedSpace},
	{"HC014", cause.Definition, spaceBehindBackslash},
	{"HC015", cause.Definition, typographic},
	{"HC016", cause.Definition, dockerfileWord},
	{"HC016", cause.Definition, leadingOption},
	{"HC017", cause.Definition, untrimmed},
	{"HC018", cause.Definition, strayDash},
	{"HC026", cause.Definition, syntaxError},
	{"HC026", cause.Definition, quotesInside},
	{"HC026", cause.Definition, brackets},
}

func emptyScript(s *subject) []hit {
	if bare, _ := runsShellOnly(s.exec()); bare {
		return []hit{{message: fmt.Sprintf("%s gets nothing to run, and that always succeeds", s.exec()[0])}}
	}
	text, ok := s.Command.Script()
	if !ok || s.script.Problem != nil || len(s.calls()) > 0 || s.script.Compound() || strings.Contains(text, "<<") {
		return nil
	}
	if strings.TrimSpace(text) == "" {
		return []hit{{message: "the script is empty, and an empty script always succeeds"}}
	}
	return []hit{{message: "the script runs nothing, and a script without commands always succeeds"}}
}

func quotedLine(s *subject) []hit {
	if text, ok := s.Command.Script(); ok {
		for _, call := range s.calls() {
			if len(call.Words) == 0 || !call.Words[0].Quoted || !strings.ContainsAny(call.Words[0].Text, " \t|&;") {
				continue
			}
			if call.Words[0].Known && (strings.HasPrefix(call.Words[0].Text, "/") && !strings.Contains(call.Words[0].Text, "/ ") && pathWithSpace().MatchString(call.Words[0].Text) || s.fileExists(call.Words[0].Text)) {
				continue
			}
			raw := call.Words[0].Raw
			better := strings.Replace(text, raw, raw[1:len(raw)-1], 1)
			return []hit{hit{
				message: fmt.Sprintf("the quotes make one word of the line: the shell looks for a program named %q", call.Words[0].Text),
			}.patched(asShell(better))}
		}
		return nil
	}
	return quotedArguments(s)
}

// quotedArguments finds quotes that nobody removes, because CMD uses no shell.
func quotedArguments(s *subject) []hit {
	argv := s.exec()
	if len(argv) == 0 || runsCode(argv) {
		return nil
	}
	for i, arg := range argv {
		if len(arg) < 3 || arg[0] != arg[len(arg)-1] || arg[0] != '"' && arg[0] != '\'' {
			continue
		}
		better := append(asExec(argv[:i]...), arg[1:len(arg)-1])
		better = append(better, argv[i+1:]...)
		h := hit{message: fmt.Sprintf("CMD uses no shell, so nobody removes the quotes of %s", arg)}
		runs := s.script.Calls[0].ScriptIndex() == i && strings.Contains(arg, " ") // the shell looks for a program of that name
		if i > 0 && !runs && (client.Read(argv) == nil || !strings.Contains(arg, "://")) {
			h.certainty, h.severity = cause.Likely, diag.Warning
		}
		return []hit{h.patched(better)}
	}
	return nil
}

func arrayInScript(s *subject) []hit {
	text, ok := s.Command.Script()
	text = strings.TrimSpace(text)
	if !ok || !strings.HasPrefix(text, "[") {
		return nil
	}
	var array []string
	isArray := json.Unmarshal([]byte(text), &array) == nil && len(array) > 1
	if !isArray && !strings.HasPrefix(text, `["`) && !strings.HasPrefix(text, `['`) && !bareArray().MatchString(text) {
		return nil
	}
	h := hit{message: "the script is a JSON array: the shell takes the bracket for the beginning of a program name"}
	if isArray {
		better := asShell(joinWords(array))
		if form := Command(array).Form(); form == FormExec || form == FormShell {
			better = Command(array)
		}
		return []hit{h.patched(better)}
	}
	return []hit{h}
}

// bareArray is an array whose quotes were eaten by another shell: [curl,-f,http://localhost/].
var bareArray = lazyregexp.New(`^\[\w[^\s\]]*,[^\]]*\]$`)

// operatorAfterBreak is a line that begins with an operator, which no shell accepts.
var operatorAfterBreak = lazyregexp.New(`[^\\|&;\s][ \t]*\r?\n\s*(\|\||&&|\|)`)

func lineBreak(s *subject) []hit {
	text, ok := s.Command.Script()
	if !ok || !strings.Contains(strings.TrimSpace(text), "\n") {
		return nil
	}
	if s.script.Problem != nil {
		if m := operatorAfterBreak().FindStringSubmatch(text); m != nil {
			return []hit{hit{message: fmt.Sprintf("a line break ends the command, and %s cannot begin one", m[1])}.patched(oneLine(text))}
		}
		return nil
	}
	for _, call := range s.calls() {
		if !call.FirstOnLine || len(call.Words) == 0 || !call.Words[0].Known {
			continue
		}
		if first := call.Words[0].Text; strings.HasPrefix(first, "-") || strings.Contains(first, "://") {
			return []hit{hit{message: fmt.Sprintf("a line break ends the command: %q on the next line is taken for a program", first)}.patched(oneLine(text))}
		}
	}
	return nil
}

// oneLine joins the lines of a script.
func oneLine(text string) Command {
	return asShell(strings.Join(strings.Fields(text), " "))
}

func carriageReturn(s *subject) []hit {
	for i, element := range s.Command {
		if !strings.Contains(element, "\r") || i == 0 && s.Command.Form() == FormUnknown {
			continue
		}
		better := make(Command, len(s.Command))
		for j, e := range s.Command {
			better[j] = strings.TrimSpace(strings.ReplaceAll(strings.ReplaceAll(e, "\r\n", "\n"), "\r", ""))
		}
		return []hit{hit{message: "there is a carriage return in the command; it becomes a part of the word before it"}.patched(better)}
	}
	return nil
}

func escapedSpace(s *subject) []hit {
	text, _ := s.Command.Script()
	for _, call := range s.calls() {
		if call.Exec {
			return nil
		}
		for i, w := range call.Words {
			bare := w.Bare()
			leading := strings.HasPrefix(bare, `\ `) && (len(bare) > 2 || client.Read(call.Argv()) != nil) || strings.HasPrefix(bare, "-") && strings.Contains(bare, `\ http`)
			trailing := strings.HasSuffix(bare, `\ `) && strings.Contains(bare, "://")
			if !leading && !trailing || strings.HasPrefix(w.Raw, `"`) {
				continue
			}
			h := hit{message: fmt.Sprintf("the backslash makes the space a part of the word %q", w.Text)}
			if i == 0 || call.Nested {
				return []hit{h.patched(asShell(strings.ReplaceAll(text, `\ `, " ")))}
			}
			return []hit{h.patched(s.replaceWord(call, i, strings.TrimSpace(strings.ReplaceAll(w.Raw, `\ `, " "))))}
		}
	}
	return nil
}

// brokenContinuation is a backslash that is to join two lines, with a space between it and the line's end.
var brokenContinuation = lazyregexp.New(`\s*\\[ \t]+\r?\n\s*`)

func spaceBehindBackslash(s *subject) []hit {
	text, _ := s.Command.Script()
	if !brokenContinuation().MatchString(text) {
		return nil
	}
	h := hit{message: "there is a space between the backslash and the end of its line: the lines are not joined"}
	return []hit{h.patched(asShell(brokenContinuation().ReplaceAllString(text, " ")))}
}

// lookalikes are characters that a word processor or a web page puts where plain ones belong.
var lookalikes = strings.NewReplacer(
	"\u201c", `"`, "\u201d", `"`, "\u201e", `"`, "\u00ab", `"`, "\u00bb", `"`, "\u2018", "'", "\u2019", "'", "\u2032", "'", "\u2033", `"`,
	"\u2010", "-", "\u2011", "-", "\u2012", "-", "\u2013", "-", "\u2014", "--", "\u2212", "-",
	"\u00a0", " ", "\u2007", " ", "\u202f", " ", "\u2003", " ", "\u2002", " ", "\u3000", " ",
	"\u200b", "", "\u200c", "", "\u200d", "", "\u2060", "", "\ufeff", "", "\u2026", "...", "\uff5c", "|", "\u2502", "|",
)

func typographic(s *subject) []hit {
	for i, element := range s.Command {
		plain := lookalikes.Replace(element)
		if plain == element || i == 0 && s.Command.Form() == FormUnknown && spelt(element) != "" {
			continue
		}
		at := strings.IndexFunc(element, func(r rune) bool { return lookalikes.Replace(string(r)) != string(r) })
		r := []rune(element[at:])[0]
		h := hit{message: fmt.Sprintf("the character %q (U+%04X) looks like plain punctuation and is a letter to the shell", r, r)}
		if s.onlyQuoted() {
			h.certainty, h.severity = cause.Hint, diag.Info
		}
		better := append(Command{}, s.Command...)
		for j := range better {
			if strings.Contains(better[j], "$") { // a variable is wanted, which apostrophes would hide
				better[j] = strings.NewReplacer("‘", `"`, "’", `"`).Replace(better[j])
			}
			better[j] = strings.TrimSpace(lookalikes.Replace(better[j]))
		}
		return []hit{h.patched(better)}
	}
	return nil
}

// onlyQuoted says that every lookalike stands within plain quotes, where somebody may have meant it.
func (s *subject) onlyQuoted() bool {
	if s.shellForm() == nil {
		return len(s.exec()) > 0 && runsCode(s.exec())
	}
	for _, call := range s.calls() {
		for _, w := range call.Words {
			if bare := w.Bare(); lookalikes.Replace(bare) != bare {
				return false
			}
		}
	}
	return true
}

func untrimmed(s *subject) []hit {
	argv := s.exec()
	request := client.Read(argv)
	for i, arg := range argv {
		trimmed := strings.Trim(arg, " \t\n")
		if trimmed == arg || trimmed == "" || strings.Contains(arg, "\r") || runsCode(argv) || s.script.Calls[0].ScriptIndex() == i {
			continue
		}
		h := hit{message: fmt.Sprintf("there is space around %q, and CMD hands it on as it is", arg)}
		isURL := request != nil && strings.Contains(arg, "://")
		if i > 0 && !isURL && !strings.HasPrefix(trimmed, "-") {
			h.certainty, h.severity = cause.Likely, diag.Warning
		}
		better := asExec(argv...)
		better[i+1] = trimmed
		return []hit{h.patched(better)}
	}
	return nil
}

func strayDash(s *subject) []hit {
	for _, a := range s.asks {
		if a.request == nil || a.request.StrayDash == "" {
			continue
		}
		h := hit{message: fmt.Sprintf(`the space between "-" and %q makes two words of the option`, a.request.StrayDash)}
		if text, ok := s.Command.Script(); ok {
			return []hit{h.patched(asShell(strings.Replace(text, "- "+a.request.StrayDash, "-"+a.request.StrayDash, 1)))}
		}
		return []hit{h.patched(joinDash(s.exec()))}
	}
	for i, arg := range s.exec() {
		if detached := detachedOption().FindStringSubmatch(arg); detached != nil && i > 0 && !runsCode(s.exec()) {
			better := asExec(s.exec()...)
			better[i+1] = detached[1] + detached[2]
			return []hit{hit{message: fmt.Sprintf("there is a space after the dash of %q", arg)}.patched(better)}
		}
	}
	return nil
}

// detachedOption is one element such as "- f" or "-- fail".
var detachedOption = lazyregexp.New(`^(--?) ([A-Za-z][\w-]*)$`)

// joinDash joins a lone dash with the element after it.
func joinDash(argv []string) Command {
	var joined []string
	for i := 0; i < len(argv); i++ {
		if argv[i] == "-" && i+1 < len(argv) {
			joined = append(joined, "-"+argv[i+1])
			i++
			continue
		}
		joined = append(joined, argv[i])
	}
	return asExec(joined...)
}

func syntaxError(s *subject) []hit {
	if s.script == nil {
		return nil
	}
	scripts := []*shell.Script{s.script}
	for _, call := range s.calls() {
		if call.Script != nil {
			scripts = append(scripts, call.Script)
		}
	}
	for _, script := range scripts {
		if p := script.Problem; p != nil && len(lineBreak(s))+len(arrayInScript(s))+len(spaceBehindBackslash(s))+len(wordsAfterScript(s)) == 0 {
			h := hit{message: fmt.Sprintf("the shell refuses the script: line %d, column %d: %s", p.Line, p.Column, p.Text), evidence: script.Text}
			return []hit{h.patched(s.withoutSlips())}
		}
	}
	return nil
}
