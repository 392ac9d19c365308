package filter

import (
	"fmt"
	"strings"
)

// The texts that the service is known to answer. Its parser names the characters it stumbled on.
const (
	invalidPattern = "Invalid filter pattern"
	invalidTerm    = "Invalid character(s) in term '%s'"
	mustEnd        = "If a filter pattern starts with '%c' it must end with '%c'"
)

// scanner walks over a pattern and knows the column of everything.
type scanner struct {
	text string // trailing blanks cut
	pos  int
	// regexes and wildcards count what the service limits.
	regexes, wildcards int
}

// newScanner starts at the first character that is not blank.
func newScanner(pattern string) *scanner {
	s := &scanner{text: strings.TrimRight(pattern, blanks)}
	s.skipBlanks()
	return s
}

// blanks separate the parts of a pattern.
const blanks = " \t\r\n"

func (s *scanner) done() bool { return s.pos >= len(s.text) }

// peek is the next byte, 0 at the end.
func (s *scanner) peek() byte {
	if s.done() {
		return 0
	}
	return s.text[s.pos]
}

func (s *scanner) skipBlanks() {
	for !s.done() && strings.IndexByte(blanks, s.text[s.pos]) >= 0 {
		s.pos++
	}
}

// accept skips blanks and consumes the token when it comes next.
func (s *scanner) accept(token string) bool {
	s.skipBlanks()
	if !strings.HasPrefix(s.text[s.pos:], token) {
		return false
	}
	s.pos += len(token)
	return true
}

// acceptWord is accept for a keyword in any case ("is FALSE" is common in the wild), which must not run into another word.
func (s *scanner) acceptWord(word string) bool {
	s.skipBlanks()
	rest := s.text[s.pos:]
	if len(rest) < len(word) || !strings.EqualFold(rest[:len(word)], word) || len(rest) > len(word) && isWord(rest[len(word)]) {
		return false
	}
	s.pos += len(word)
	return true
}

// takeWhile consumes the longest run of bytes that belong.
func (s *scanner) takeWhile(belongs func(byte) bool) string {
	start := s.pos
	for !s.done() && belongs(s.text[s.pos]) {
		s.pos++
	}
	return s.text[start:s.pos]
}

// quoted consumes a "text" whose opening quote comes next. \" is a quote, \\ a backslash; any other backslash stands for itself.
func (s *scanner) quoted() (string, error) {
	start := s.pos
	var b strings.Builder
	for s.pos++; !s.done(); s.pos++ {
		switch c := s.text[s.pos]; {
		case c == '"':
			s.pos++
			return b.String(), nil
		case c == '\\' && s.pos+1 < len(s.text) && strings.IndexByte(`"\`, s.text[s.pos+1]) >= 0:
			s.pos++
			b.WriteByte(s.text[s.pos])
		default:
			b.WriteByte(c)
		}
	}
	return "", s.errorAt(start, invalidPattern, "the quotation mark is not closed")
}

// isWord: letters, digits and underscore need no quotation marks anywhere in a pattern. Others do, letters beyond ASCII included.
func isWord(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// errorAt makes an error for the byte offset.
func (s *scanner) errorAt(offset int, aws, format string, args ...any) error {
	return &Error{Column: offset + 1, AWS: aws, Reason: fmt.Sprintf(format, args...)}
}

// badCharacter is the error for what comes next, when that is not allowed there.
func (s *scanner) badCharacter(format string, args ...any) error {
	end := s.pos
	for end < len(s.text) && !isWord(s.text[end]) && strings.IndexByte(blanks, s.text[end]) < 0 {
		end++
	}
	if end == s.pos { // a word, a blank or the end stands there
		return s.errorAt(s.pos, invalidPattern, format, args...)
	}
	return s.errorAt(s.pos, fmt.Sprintf(invalidTerm, s.text[s.pos:end]), format, args...)
}

// enclosed checks that a pattern which starts with one bracket ends with the other, and steps inside.
func (s *scanner) enclosed(open, closing byte) error {
	last := len(s.text) - 1
	if last == s.pos || s.text[last] != closing {
		return s.errorAt(last+1, fmt.Sprintf(mustEnd, open, closing), "put %c here", closing)
	}
	s.text = s.text[:last]
	s.pos++
	return nil
}
