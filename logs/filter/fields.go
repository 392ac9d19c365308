package filter

import (
	"strings"
)

// fieldsForm is the form [ … ]: a message is words separated by blanks, and the pattern names them in order.
type fieldsForm struct {
	// head are the fields before the ellipsis, tail those after it. Without an ellipsis all are in head.
	head, tail []*expression
	ellipsis   bool
}

// parseFields reads the form whose [ comes next.
func parseFields(s *scanner) (form, error) {
	if err := s.enclosed('[', ']'); err != nil {
		return nil, err
	}
	var f fieldsForm
	for {
		s.skipBlanks()
		start := s.pos
		switch {
		case s.accept("..."):
			if f.ellipsis {
				return nil, s.errorAt(start, invalidPattern, "only one ellipsis is allowed")
			}
			f.ellipsis = true
		default:
			field, err := parseField(s)
			if err != nil {
				return nil, err
			}
			f.add(field)
		}
		if s.skipBlanks(); s.done() {
			return &f, nil
		}
		if !s.accept(",") {
			return nil, s.badCharacter("a comma, && or || is expected")
		}
	}
}

// add appends a field to the side of the ellipsis that it stands on.
func (f *fieldsForm) add(field *expression) {
	if f.ellipsis {
		f.tail = append(f.tail, field)
	} else {
		f.head = append(f.head, field)
	}
}

// parseField reads a name without a condition (nil), or conditions which all begin with the same name. The name may be missing.
func parseField(s *scanner) (*expression, error) {
	start := s.pos
	name := s.takeWhile(isFieldName)
	if s.skipBlanks(); s.done() || s.peek() == ',' {
		return nil, nil
	}
	s.pos = start
	return parseExpression(s, func(s *scanner) (condition, error) {
		s.skipBlanks()
		start := s.pos
		again := s.takeWhile(isFieldName)
		if name == "" {
			name = again // the field began with a parenthesis
		}
		if again != name || name == "" {
			return nil, s.errorAt(start, invalidPattern, "a condition on field %q is expected, as all conditions between two commas are about one field", name)
		}
		c, err := parseComparison(s)
		return &c, err
	})
}

// isFieldName: names are words; the guide's are letters, digits and underscore, and a hyphen does no harm.
func isFieldName(c byte) bool { return isWord(c) || c == '-' }

// match gives each field its words. Without an ellipsis the last field takes what is left of the message, with its blanks:
// the guide's [w1=ERROR, w2] matches a line of six words, and [w1=ERROR] a line of only one.
func (f *fieldsForm) match(message []byte) bool {
	if f.ellipsis {
		words := splitWords(string(message), 0)
		n := len(words)
		return n >= len(f.head)+len(f.tail) && allHold(f.head, words) && allHold(f.tail, words[n-len(f.tail):])
	}
	words := splitWords(string(message), len(f.head))
	return len(words) == len(f.head) && allHold(f.head, words)
}

// allHold tests each field on its word. A word that looks like a number is compared as one.
func allHold(fields []*expression, words []string) bool {
	for i, field := range fields {
		if field != nil && !field.holds(func(c condition) bool { return c.(*comparison).holds(words[i], true) }) {
			return false
		}
	}
	return true
}

func (f *fieldsForm) required() []string {
	var all []string
	for _, fields := range [][]*expression{f.head, f.tail} {
		for _, field := range fields {
			if field != nil {
				all = append(all, field.required()...)
			}
		}
	}
	return all
}

// splitWords splits at blanks. What stands in [ ] or in double quotation marks is one word, without them.
// The word number limit takes the rest of the message, unless limit is 0.
func splitWords(message string, limit int) []string {
	var words []string
	rest := strings.Trim(message, blanks)
	lastBracket := strings.LastIndexByte(rest, ']')
	for length := len(rest); rest != ""; {
		closable := length-len(rest) < lastBracket // asked once, lest many open brackets make many searches
		word, after := cutWord(rest, closable)
		if len(words)+1 == limit && after != "" {
			word, after = rest, ""
		}
		words = append(words, word)
		rest = after
	}
	return words
}

// cutWord takes the first word of a text that does not begin with a blank. What is never closed is part of its word.
func cutWord(text string, closable bool) (word, rest string) {
	end := -1
	switch {
	case text[0] == '[' && closable:
		end = strings.IndexByte(text, ']')
	case text[0] == '"':
		end = strings.IndexByte(text[1:], '"') + 1
	}
	if end > 0 {
		word, rest = text[1:end], text[end+1:]
	} else if end = strings.IndexAny(text, blanks); end >= 0 {
		word, rest = text[:end], text[end:]
	} else {
		word = text
	}
	return word, strings.TrimLeft(rest, blanks)
}
