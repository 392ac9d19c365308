package healthcheck

import (
	"cmp"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
	"github.com/ecslocal/ecslocal/healthcheck/client"
	"github.com/ecslocal/ecslocal/healthcheck/shell"
)

// aim is where a check should ask instead; what is empty stays as it is.
type aim struct {
	scheme, host, path string
	port               int
}

// urlParts are scheme, user, host, port and the rest of a URL as curl and wget take it.
var urlParts = lazyregexp.New(`^(?:(\w+)://)?([^/?#@]*@)?(\[[^\]]*\]|[^:/?#]*)(?::(\d*))?(.*)$`)

// url is a URL changed accordingly, otherwise as it is written.
func (to aim) url(text string) string {
	m := urlParts().FindStringSubmatch(text)
	if m == nil {
		return text
	}
	scheme, host, port, rest := cmp.Or(to.scheme, m[1]), cmp.Or(to.host, m[3]), m[4], cmp.Or(to.path, m[5])
	if strings.Contains(to.host, ":") {
		host = "[" + to.host + "]"
	}
	switch {
	case to.port != 0:
		port = strconv.Itoa(to.port)
	case to.scheme != "" && port == "" && m[1] != to.scheme: // an implied port must stay what it was
		port = map[string]string{"https": "80", "http": "443"}[to.scheme]
	}
	var b strings.Builder
	if scheme != "" {
		b.WriteString(scheme + "://")
	}
	b.WriteString(m[2] + host)
	if port != "" {
		b.WriteString(":" + port)
	}
	b.WriteString(rest)
	return b.String()
}

// aimed is the command asking elsewhere, nil where the place cannot be changed for sure.
func (s *subject) aimed(a asked, t client.Target, to aim) Command {
	if t.Partial {
		return nil
	}
	if a.request != nil || strings.Contains(t.Text, "://") {
		if better := s.replaceText(t.Text, to.url(t.Text)); better != nil {
			return better
		}
		if a.request == nil || t.Index >= len(a.call.Words) {
			return nil
		}
		return s.rewritten(a.call, t.Index, to.url(t.Text))
	}
	changed := t.Text
	if to.port != 0 && t.Port != 0 && !t.Implied {
		changed = replaceLast(changed, `\b`+strconv.Itoa(t.Port)+`\b`, strconv.Itoa(to.port))
	}
	if to.host != "" && t.Host != "" {
		changed = replaceLast(changed, regexp.QuoteMeta(t.Host), to.host)
	}
	if changed == t.Text {
		return nil
	}
	if better := s.replaceText(t.Text, changed); better != nil {
		return better
	}
	return s.replaceElement(t, to)
}

// rewritten is the command with another value of a word, nil where that would write out what is in a variable.
func (s *subject) rewritten(call *shell.Call, index int, value string) Command {
	word, ok := s.keeping(call, index, value)
	if !ok {
		return nil
	}
	return s.replaceWord(call, index, word)
}

// keeping is another value of a word, as this form of command writes it. The variables behind the part that changes stay: their values may be
// secret, or others elsewhere. A single one may be what changes.
func (s *subject) keeping(call *shell.Call, index int, value string) (word string, ok bool) {
	raw := call.Words[index].Raw
	variables := strings.Count(raw, "$")
	if variables == 0 || call.Exec || strings.HasPrefix(raw, "'") {
		return s.word(value), true
	}
	if call.Nested && s.exec() != nil {
		return "", false
	}
	for at := range raw {
		if raw[at] != '$' {
			continue
		}
		tail := strings.TrimSuffix(raw[at:], `"`)
		expanded := os.Expand(tail, func(name string) string { v, _ := s.variable(name); return v })
		if head, ends := strings.CutSuffix(value, expanded); ends && expanded != "" && !strings.ContainsAny(head+tail, "\"\\`") {
			return `"` + head + tail + `"`, true
		}
	}
	return s.word(value), variables == 1
}

// expandedName is a variable as the shell expands it.
var expandedName = lazyregexp.New(`\$\{?(\w+)`)

// hides says that variables of a call hold more than a number, such as a port: what they hold may be secret, and is not written out.
func (s *subject) hides(call *shell.Call) bool {
	for _, w := range call.Words {
		for _, m := range expandedName().FindAllStringSubmatch(w.Raw, -1) {
			value, _ := s.variable(m[1])
			if _, err := strconv.Atoi(value); err != nil {
				return true
			}
		}
	}
	return false
}

// word is a word as this form of command writes it.
func (s *subject) word(text string) string {
	if s.exec() != nil {
		return text
	}
	return quoteWord(text)
}

// replaceText is the command with a text replaced that stands in it exactly once.
func (s *subject) replaceText(old, text string) Command {
	better := append(Command{}, s.Command...)
	count, at := 0, 0
	for i, element := range better[min(1, len(better)):] {
		if n := strings.Count(element, old); n > 0 {
			count, at = count+n, i+1
		}
	}
	if count != 1 || old == "" || old == text {
		return nil
	}
	if s.exec() == nil && needsQuotes().MatchString(text) && !needsQuotes().MatchString(old) && strings.Contains(text, "://") {
		text = "'" + text + "'"
	}
	better[at] = strings.Replace(better[at], old, text, 1)
	return better
}

// replaceElement changes port or host where each is an argument of its own, as in nc -z HOST PORT.
func (s *subject) replaceElement(t client.Target, to aim) Command {
	better, changed := append(Command{}, s.Command...), 0
	for i := len(better) - 1; i > 1; i-- {
		switch {
		case to.port != 0 && better[i] == fmt.Sprint(t.Port):
			better[i], changed = fmt.Sprint(to.port), changed+1
		case to.host != "" && better[i] == t.Host:
			better[i], changed = to.host, changed+1
		}
	}
	if changed == 0 {
		return nil
	}
	return better
}

// replaceLast replaces the last match of a pattern.
func replaceLast(text, pattern, with string) string {
	all := regexp.MustCompile(pattern).FindAllStringIndex(text, -1)
	if len(all) == 0 {
		return text
	}
	last := all[len(all)-1]
	return text[:last[0]] + with + text[last[1]:]
}

// option is the command with options for the request of its curl or wget, nil where they cannot be added.
func (s *subject) option(program string, options ...string) Command {
	for _, a := range s.asks {
		if a.request != nil && a.request.Program == program && !a.call.Nested {
			words := make([]string, len(options))
			for i, o := range options {
				words[i] = s.word(o)
			}
			return s.addOptions(a.call, words...)
		}
	}
	return nil
}

// insecure is the command accepting any certificate.
func (s *subject) insecure() Command {
	for _, a := range s.asks {
		switch {
		case a.request == nil || a.request.Insecure:
		case a.request.Program == "curl":
			return s.option("curl", "-k")
		default:
			return s.option("wget", "--no-check-certificate")
		}
	}
	return nil
}
