package healthcheck

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
	"github.com/ecslocal/ecslocal/healthcheck/cause"
	"github.com/ecslocal/ecslocal/healthcheck/client"
	"github.com/ecslocal/ecslocal/healthcheck/output"
)

// badURL finds URLs and addresses that no client can read.
func badURL(s *subject) []hit {
	if len(leadingOption(s))+len(operatorArguments(s))+len(lostOperator(s))+len(lostTest(s))+len(angled(s))+len(cutBySemicolon(s)) > 0 {
		return nil // what is no address belongs to the shell
	}
	for _, a := range s.asks {
		for _, t := range a.targets {
			if t.Bad == "" || t.Partial || s.exec() != nil && !a.call.Nested && strings.HasPrefix(placeholder(t), "$") {
				continue // the last is HC021
			}
			h := hit{message: fmt.Sprintf("%q is no address: %s", t.Text, t.Bad)}
			if a.request != nil {
				h.message = fmt.Sprintf("%q is no URL: %s", t.Text, t.Bad)
			}
			if t.BusyboxReads && !s.hasFiles() {
				h.certainty, h.severity = cause.Likely, diag.Warning
			}
			if gap := placeholder(t); gap != "" {
				h.message = fmt.Sprintf("nobody has filled in %s of %q: the client gets it as it stands", gap, t.Text)
			}
			return []hit{h.patched(s.readable(a, t))}
		}
	}
	return nil
}

// corrected is the command with the first unreadable address made readable.
func (s *subject) corrected(output.Told) Command {
	for _, a := range s.asks {
		for _, t := range a.targets {
			if t.Bad == "" {
				continue
			}
			if better := s.readable(a, t); better != nil {
				return better
			}
		}
	}
	return nil
}

// readable writes an address so that the client can read it, nil where nobody knows what was meant.
func (s *subject) readable(a asked, t client.Target) Command {
	for _, repair := range []func(asked, client.Target) Command{s.knownBetter, s.slashes, s.filledIn, s.cutOff, s.portOfItsOwn, s.spelling} {
		if better := repair(a, t); better != nil {
			return better
		}
	}
	return nil
}

// knownBetter writes what the client itself would want.
func (s *subject) knownBetter(a asked, t client.Target) Command {
	words := strings.Fields(t.Better)
	switch {
	case len(words) == 0:
		return nil
	case len(words) > 1 && s.exec() != nil && !a.call.Nested:
		return s.replaceWord(a.call, t.Index, words...)
	}
	return s.corrects(t.Text, t.Better)
}

// corrects writes an address right that is written otherwise than it reads, with a variable: up to what is wrong, both say the same.
func (s *subject) corrects(text, better string) Command {
	if whole := s.replaceText(text, better); whole != nil {
		return whole
	}
	same := 0 // letters at the end
	for same < min(len(text), len(better)) && text[len(text)-1-same] == better[len(better)-1-same] {
		same++
	}
	return s.replaceText(text[:len(text)-same], better[:len(better)-same])
}

// lostSlash is the beginning of a URL whose :// is not complete: http:/host, http//host, http:host; or of Windows: http:\\host.
var lostSlash = lazyregexp.New(`^(https?)(?::\\+|:/?|//?)`)

func (s *subject) slashes(a asked, t client.Target) Command {
	m := lostSlash().FindStringSubmatch(t.Text)
	if m == nil || strings.Contains(t.Text, "://") || a.call.Nested {
		return nil
	}
	return s.rewritten(a.call, t.Index, m[1]+"://"+strings.ReplaceAll(t.Text[len(m[0]):], `\`, "/"))
}

// gap is a name that stands for a port, in the words of templates: {PORT}, {{ PORT }}, %PORT%, $PORT, PORT.
var gap = lazyregexp.New(`:((?:\$?\{{1,2}|%|\$|<)?([A-Za-z_][\w.-]*)(?:\}{1,2}|%|>)?)(?:/|$)`)

// placeholder is what was to be replaced by a port, empty for none.
func placeholder(t client.Target) string {
	_, rest, _ := strings.Cut(t.Text, "://")
	if m := gap().FindStringSubmatch(rest); m != nil && strings.Contains(t.Bad, "is no number") {
		return m[1]
	}
	return ""
}

// filledIn puts the variable of that name where there is one, else the one port that the definition maps.
func (s *subject) filledIn(a asked, t client.Target) Command {
	hole := placeholder(t)
	if hole == "" || a.call.Nested {
		return nil
	}
	if a.request == nil && len(s.Ports) == 1 && s.exec() != nil {
		return s.replaceText(hole, fmt.Sprint(s.Ports[0].Container))
	}
	name := strings.Trim(hole, "${}%<>")
	if _, known := s.variable(name); (known || slices.Contains(s.Secrets, name)) && s.exec() == nil {
		return s.replaceWord(a.call, t.Index, `"`+strings.Replace(t.Text, hole, "${"+name+"}", 1)+`"`)
	}
	if len(s.Ports) != 1 {
		return nil
	}
	return s.rewritten(a.call, t.Index, strings.Replace(t.Text, hole, fmt.Sprint(s.Ports[0].Container), 1))
}

// cutOff takes what belongs to the shell out of a quoted URL: "http://localhost/ || exit 1".
func (s *subject) cutOff(a asked, t client.Target) Command {
	trimmed := strings.Trim(t.Text, " \t\n\"'`\\")
	url, rest, found := strings.Cut(trimmed, " ")
	rest = strings.TrimSpace(rest)
	switch {
	case trimmed != t.Text && !found && !a.call.Nested:
		return s.rewritten(a.call, t.Index, trimmed)
	case !found || a.call.Nested || s.exec() != nil || !strings.HasPrefix(rest, "|") && !strings.HasPrefix(rest, "&") && !strings.HasPrefix(rest, ";") && !strings.HasPrefix(rest, ">"):
		return nil
	}
	if raw := a.call.Words[t.Index].Raw; strings.HasPrefix(raw, `"`) && strings.Contains(raw, "$") { // variables stay
		url, rest, _ = strings.Cut(strings.Trim(raw, `" `), " ")
		return s.replaceWord(a.call, t.Index, `"`+url+`" `+rest)
	}
	return s.replaceWord(a.call, t.Index, quoteWord(url)+" "+rest)
}

// portOfItsOwn puts a port behind its host: http://localhost 8080.
func (s *subject) portOfItsOwn(a asked, t client.Target) Command {
	if a.request == nil || a.call.Nested || !strings.HasPrefix(t.Bad, "it is asked as a host of its own") {
		return nil
	}
	i := slices.IndexFunc(a.targets, func(other client.Target) bool { return other.Index == t.Index-1 })
	if i < 0 {
		return nil
	}
	m := urlParts().FindStringSubmatch(a.targets[i].Text)
	if m == nil {
		return nil
	}
	host := m[3]
	if m[1] != "" {
		host = m[1] + "://" + m[2] + m[3]
	}
	whole := host + ":" + strings.TrimPrefix(t.Text, ":")
	if !strings.Contains(t.Text, "/") {
		whole += m[5]
	}
	word, ok := s.keeping(a.call, t.Index-1, whole)
	if !ok {
		return nil
	}
	return s.replaceWords(a.call, t.Index-1, t.Index, word)
}

var (
	wrongPort  = lazyregexp.New(`^[0-9OolISB]*\d[0-9OolISB]*(?:[/?#]|$)`)
	notDigits  = lazyregexp.New(`\D`)
	extraColon = lazyregexp.New(`^((?:\w+://)?[^/:]+:\d+):(/|$)`)
)

// spelling makes digits of letters that look like them (808O), and mends the scheme, a colon too many and a missing host.
func (s *subject) spelling(_ asked, t client.Target) Command {
	m := urlParts().FindStringSubmatch(t.Text)
	if m == nil {
		return nil
	}
	if strings.HasSuffix(t.Bad, "which is no scheme") {
		if near := diag.Nearest(t.Scheme, []string{"http", "https"}); near != "" {
			_, rest, _ := strings.Cut(t.Text, "://")
			return s.corrects(t.Text, near+"://"+strings.TrimRight(rest, "\"'`\\"))
		}
		return nil
	}
	if extra := extraColon().FindStringSubmatch(t.Text); extra != nil {
		return s.replaceText(t.Text, extra[1]+t.Text[len(extra[1])+1:])
	}
	if strings.HasPrefix(t.Text, m[1]+"://:") && !strings.HasPrefix(t.Text, m[1]+"://::") {
		return s.replaceText(m[1]+"://:", m[1]+"://127.0.0.1:")
	}
	host, rest, ok := strings.Cut(strings.TrimPrefix(t.Text, m[1]+"://"), ":")
	port := strings.TrimRight(wrongPort().FindString(rest), "/?#")
	fixed := strings.NewReplacer("O", "0", "o", "0", "l", "1", "I", "1", "S", "5", "B", "8").Replace(port)
	if ok && port != fixed && !notDigits().MatchString(fixed) {
		return s.replaceText(host+":"+port, host+":"+fixed)
	}
	return nil
}
