package healthcheck

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
	"github.com/ecslocal/ecslocal/healthcheck/cause"
	"github.com/ecslocal/ecslocal/healthcheck/shell"
)

// findsItself is a search in the process list whose pattern is in the command line of the probe's own shell.
func findsItself(s *subject) []hit {
	calls := s.calls()
	for i, call := range calls {
		text := s.ownCommandLine(call)
		if text == "" || call.Substituted {
			continue
		}
		switch call.Program() {
		case "ps":
			if h, ok := psFindsItself(calls[i+1:], call, text); ok {
				if pattern := grepPattern(h.grep); pattern >= 0 {
					h.hit = h.hit.patched(s.replaceWord(h.grep, pattern, bracketed(h.grep.Words[pattern].Text)))
				}
				return []hit{h.hit}
			}
		case "pgrep":
			if h, ok := pgrepFindsItself(call, text); ok {
				if len(calls) == 1 {
					h.certainty = cause.Likely // some shells run the last command in their own place
				}
				last := len(call.Words) - 1
				return []hit{h.patched(s.replaceWord(call, last, bracketed(call.Words[last].Text)))}
			}
		}
	}
	return nil
}

// ownCommandLine is what the process list shows of the shell that runs the call, empty where there is none.
func (s *subject) ownCommandLine(call *shell.Call) string {
	if call.Nested {
		for w := call.Wrapper; w != nil; w = w.Wrapper {
			if w.Script != nil {
				return w.Script.Text
			}
		}
	}
	if s.shellForm() == nil {
		return ""
	}
	return s.script.Text
}

// bracketed writes a name so that it does not match itself: [n]ame.
func bracketed(pattern string) string {
	for i, r := range pattern {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return "'" + strings.ReplaceAll(pattern[:i], "'", "") + "[" + string(r) + "]" + strings.ReplaceAll(pattern[i+1:], "'", "") + "'"
		}
	}
	return pattern
}

type grepHit struct {
	hit
	grep *shell.Call
}

// showsArguments says whether ps prints whole command lines: BusyBox always does, procps with these options.
var showsArguments = lazyregexp.New(`^(-?[a-zA-Z]*[fuwlv][a-zA-Z]*|-?a?x?u?w*|.*(args|cmd|command).*)$`)

func psFindsItself(rest []*shell.Call, ps *shell.Call, text string) (grepHit, bool) {
	var grep *shell.Call
	for _, call := range rest {
		if call.Pipe == 0 || call.PipeLength != ps.PipeLength {
			break
		}
		if call.Program() != "grep" && call.Program() != "egrep" {
			continue
		}
		if inverts(call) {
			if pattern := grepPattern(call); pattern >= 0 && matches(call.Words[pattern].Text, text) {
				return grepHit{}, false // grep -v grep also drops the shell's own line
			}
			continue
		}
		if grep == nil {
			grep = call
		}
	}
	whole := func(w shell.Word) bool {
		return w.Text == "--line-regexp" || shortFlags().MatchString(w.Text) && strings.Contains(w.Text, "x")
	}
	names := func(w shell.Word) bool { return w.Text == "comm" || w.Text == "-ocomm" || w.Text == "comm=" }
	if grep == nil || slices.ContainsFunc(grep.Args(), whole) || slices.ContainsFunc(ps.Args(), names) {
		return grepHit{}, false // the shell's line is longer than its pattern, or is not shown
	}
	pattern := grepPattern(grep)
	if pattern < 0 || !grep.Words[pattern].Known || !matches(grep.Words[pattern].Text, text) {
		return grepHit{}, false
	}
	h := grepHit{grep: grep}
	h.message = fmt.Sprintf("the process list contains the probe's own shell, and its command line contains %q", grep.Words[pattern].Text)
	if len(ps.Words) == 1 || !showsArguments().MatchString(ps.Words[1].Text) {
		h.certainty = cause.Likely // procps shows program names only
	}
	return h, true
}

// shortFlags are options of one letter in one word.
var shortFlags = lazyregexp.New(`^-[a-zA-Z]+$`)

func inverts(grep *shell.Call) bool {
	for _, w := range grep.Args() {
		if w.Text == "--invert-match" || strings.HasPrefix(w.Text, "-") && !strings.HasPrefix(w.Text, "--") && strings.Contains(w.Text, "v") {
			return true
		}
	}
	return false
}

// grepPattern is the index of the pattern among the words, -1 for none.
func grepPattern(grep *shell.Call) int {
	for i := 1; i < len(grep.Words); i++ {
		switch text := grep.Words[i].Text; {
		case text == "-e" && i+1 < len(grep.Words):
			return i + 1
		case text == "-m" || text == "-A" || text == "-B" || text == "-C":
			i++
		case !strings.HasPrefix(text, "-"):
			return i
		}
	}
	return -1
}

// matches says whether a pattern of grep or pgrep matches the text; a pattern that Go cannot read matches literally.
func matches(pattern, text string) bool {
	re, err := regexp.Compile(strings.ReplaceAll(pattern, `\|`, "|"))
	if err != nil {
		return strings.Contains(text, pattern)
	}
	return re.MatchString(text)
}

func pgrepFindsItself(call *shell.Call, text string) (hit, bool) {
	full := false
	pattern := ""
	for _, w := range call.Args() {
		switch {
		case w.Text == "-f" || w.Text == "--full":
			full = true
		case strings.HasPrefix(w.Text, "--"):
		case strings.HasPrefix(w.Text, "-"):
			full = full || strings.Contains(w.Text, "f")
			if strings.ContainsAny(w.Text, "xPstguUG") {
				return hit{}, false // narrowed to something that the shell may not be
			}
		default:
			pattern = w.Text
		}
	}
	if !full || pattern == "" || strings.Contains(pattern, shell.Unknown) || !matches(pattern, text) {
		return hit{}, false
	}
	return hit{message: fmt.Sprintf("pgrep -f looks at whole command lines, and that of the probe's own shell contains %q", pattern)}, true
}
