package filter

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// maxLength is the longest pattern in characters (API model, filterPattern).
const maxLength = 1024

// Pattern is a parsed filter pattern. The zero value matches every message.
type Pattern struct {
	form    form
	literal string
}

// form is one of the four forms of a pattern.
type form interface {
	match(message []byte) bool
	// required are byte strings that appear in every message that matches.
	required() []string
}

// Error says where a pattern is wrong.
type Error struct {
	// Column is the place in the pattern, counted in bytes from 1.
	Column int
	// AWS is the text that the service answers in an InvalidParameterException.
	AWS string
	// Reason says what is wrong and what to write instead.
	Reason string
}

// Error is the service's text, then the place and the reason.
func (e *Error) Error() string {
	return fmt.Sprintf("%s (column %d: %s)", e.AWS, e.Column, e.Reason)
}

// Parse reads a pattern. Its error is an [*Error]. An empty or blank pattern matches every message.
func Parse(pattern string) (*Pattern, error) {
	if n := utf8.RuneCountInString(pattern); n > maxLength {
		return nil, &Error{Column: 1, AWS: invalidPattern, Reason: fmt.Sprintf("%d characters, at most %d are allowed", n, maxLength)}
	}
	s := newScanner(pattern)
	if s.done() {
		return &Pattern{}, nil
	}
	form, err := parseForm(s)
	if err != nil {
		return nil, err
	}
	return &Pattern{form: form, literal: rarest(form.required())}, nil
}

// parseForm chooses the form by the first character, as the service does.
func parseForm(s *scanner) (form, error) {
	switch s.peek() {
	case '{':
		return parseJSON(s)
	case '[':
		return parseFields(s)
	case '%':
		return parseRegexForm(s)
	}
	return parseTerms(s)
}

// Match reports whether the message matches. The message is the event's text without a line end that is not part of it.
func (p *Pattern) Match(message []byte) bool {
	return p.form == nil || p.form.match(message)
}

// Literal is a text that appears in every message that matches, empty when there is none: a fast scan skips what lacks it.
// It holds no control characters. A JSON pattern has none, because JSON may write any character as an escape.
func (p *Pattern) Literal() string { return p.literal }

// rarest chooses the longest of the literals: the longer a text, the fewer messages hold it.
// Control characters are cut out, because stores write them in their own way.
func rarest(literals []string) string {
	longest := ""
	for _, literal := range literals {
		for _, piece := range strings.FieldsFunc(literal, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			if len(piece) > len(longest) {
				longest = piece
			}
		}
	}
	return longest
}
