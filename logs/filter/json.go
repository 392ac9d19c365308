package filter

import (
	"bytes"
	"strings"
	"unicode"
)

// jsonForm is the form { … }: conditions on a message that is a JSON object. Any other message does not match.
type jsonForm struct {
	*expression
	// hints must all be in the message, unless it writes letters as escapes.
	hints [][]byte
}

// parseJSON reads the form whose { comes next.
func parseJSON(s *scanner) (form, error) {
	if err := s.enclosed('{', '}'); err != nil {
		return nil, err
	}
	e, err := parseExpression(s, parseProperty)
	if err != nil {
		return nil, err
	}
	if s.skipBlanks(); !s.done() {
		return nil, s.badCharacter("&&, || or the end of the pattern is expected")
	}
	return &jsonForm{expression: e, hints: hints(e.required())}, nil
}

// hints are the longest words of the texts: a word can be escaped in one way only, which letterEscape tells.
func hints(texts []string) [][]byte {
	var hints [][]byte
	for _, text := range texts {
		longest := ""
		for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r > unicode.MaxASCII || !isWord(byte(r)) }) {
			if len(word) > len(longest) {
				longest = word
			}
		}
		if longest != "" {
			hints = append(hints, []byte(longest))
		}
	}
	return hints
}

// letterEscape begins every escape that stands for a letter or a digit.
var letterEscape = []byte(`\u00`)

// match reads the message only when it holds the hints.
func (f *jsonForm) match(message []byte) bool {
	for _, hint := range f.hints {
		if !bytes.Contains(message, hint) && !bytes.Contains(message, letterEscape) {
			return false
		}
	}
	object, ok := parseRaw(message)
	return ok && f.holds(func(c condition) bool { return c.(*property).holds(object) })
}

// required is empty: any character of a JSON message can be written as an escape.
func (f *jsonForm) required() []string { return nil }

// property is a condition on what a selector finds.
type property struct {
	path selector
	test test
	comparison
}

// test is what a property is asked.
type test int

const (
	compares test = iota
	isNull
	isTrue
	isFalse
	notExists
)

// parseProperty reads $.path and a comparison, IS NULL, IS TRUE, IS FALSE or NOT EXISTS.
func parseProperty(s *scanner) (condition, error) {
	path, err := parseSelector(s)
	if err != nil {
		return nil, err
	}
	p := &property{path: path}
	s.skipBlanks()
	start := s.pos
	switch {
	case s.acceptWord("IS"):
		p.test, err = parseIs(s, start)
	case s.acceptWord("NOT"):
		p.test = notExists
		if !s.acceptWord("EXISTS") {
			err = s.errorAt(start, invalidPattern, "NOT must be followed by EXISTS")
		}
	case s.acceptWord("EXISTS"):
		err = s.errorAt(start, invalidPattern, "EXISTS is not supported; write = * instead")
	default:
		p.comparison, err = parseComparison(s)
	}
	return p, err
}

// parseIs reads what follows the IS at start.
func parseIs(s *scanner, start int) (test, error) {
	for word, t := range map[string]test{"NULL": isNull, "TRUE": isTrue, "FALSE": isFalse} {
		if s.acceptWord(word) {
			return t, nil
		}
	}
	return 0, s.errorAt(start, invalidPattern, "IS must be followed by NULL, TRUE or FALSE")
}

// holds: with a wildcard, one value that fits is enough. Nothing found makes only NOT EXISTS true.
func (p *property) holds(object raw) bool {
	if p.test == notExists {
		return !p.path.find(object, func(raw) bool { return true })
	}
	return p.path.find(object, p.accepts)
}

// accepts tests one value. Objects, arrays and null fit neither = nor !=, as the guide says of the first two; it is silent about
// true and false, which are compared as these words. A string is not taken for a number.
func (p *property) accepts(value raw) bool {
	switch p.test {
	case isNull:
		return value[0] == 'n'
	case isTrue:
		return value[0] == 't'
	case isFalse:
		return value[0] == 'f'
	}
	switch value[0] {
	case '{', '[', 'n':
		return false
	case '"':
		return p.comparison.holds(value.text(), false)
	}
	return p.comparison.holds(string(value), true)
}

// required are, for a text, its value, and the property's names; the value comes first, being in fewer messages.
func (p *property) required() []string {
	if p.test == notExists {
		return nil
	}
	var all []string
	if p.test == compares {
		all = p.comparison.required()
	}
	for _, step := range p.path {
		all = append(all, step.key)
	}
	return all
}
