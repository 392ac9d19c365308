package filter

import (
	"fmt"
	"strconv"
	"strings"
)

// maxWildcards is how many wildcards the selectors of a pattern may hold, one in each (user guide, quotas).
const maxWildcards = 3

// selector is a path into a JSON message, such as $.users[0].name, $.* or $.['a.b'].
type selector []step

// step goes from a value to one inside it.
type step struct {
	key   string // of an object, when neither of the others
	index int    // of an array, when inArray
	// inArray and wildcard together are [*]; wildcard alone is .* and takes the members of an object or an array.
	inArray, wildcard bool
}

// parseSelector reads a path that starts with $.
func parseSelector(s *scanner) (selector, error) {
	s.skipBlanks()
	start := s.pos
	if !s.accept("$") {
		return nil, s.badCharacter("a selector such as $.level is expected")
	}
	var path selector
	wildcards := s.wildcards
	for s.peek() == '.' || s.peek() == '[' {
		next, err := parseStep(s, start)
		if err != nil {
			return nil, err
		}
		if path = append(path, next); path[0].inArray {
			return nil, s.errorAt(start, invalidPattern, "an array element must follow a property")
		}
	}
	if len(path) == 0 {
		return nil, s.badSelector(start)
	}
	if s.wildcards > wildcards+1 {
		return nil, s.errorAt(start, invalidPattern, "at most one wildcard is allowed in a selector")
	}
	if s.wildcards > maxWildcards {
		return nil, s.errorAt(start, invalidPattern, "at most %d wildcards are allowed in the selectors of a pattern", maxWildcards)
	}
	return path, nil
}

// parseStep reads .name .* .['name'] ['name'] [0] or [*].
func parseStep(s *scanner, start int) (step, error) {
	if s.peek() == '.' {
		s.pos++
		switch s.peek() {
		case '[':
			s.pos++
			return parseQuotedKey(s)
		case '*':
			s.pos++
			s.wildcards++
			return step{wildcard: true}, nil
		}
		key := s.takeWhile(func(c byte) bool { return isWord(c) || c == '-' })
		if key == "" {
			return step{}, s.badSelector(start)
		}
		return step{key: key}, nil
	}
	s.pos++
	if s.peek() == '\'' {
		return parseQuotedKey(s)
	}
	return parseIndex(s)
}

// parseQuotedKey reads 'name'] and so allows any character in the name but the quotation mark.
func parseQuotedKey(s *scanner) (step, error) {
	length := -1
	if s.peek() == '\'' {
		length = strings.Index(s.text[s.pos+1:], "']")
	}
	if length < 0 {
		return step{}, s.errorAt(s.pos, invalidPattern, "a name is expected in ['…']")
	}
	key := s.text[s.pos+1 : s.pos+1+length]
	s.pos += length + len("'']")
	return step{key: key}, nil
}

// parseIndex reads 0] or *].
func parseIndex(s *scanner) (step, error) {
	next := step{inArray: true, wildcard: s.peek() == '*'}
	if next.wildcard {
		s.pos++
		s.wildcards++
	} else {
		start := s.pos
		digits := s.takeWhile(func(c byte) bool { return '0' <= c && c <= '9' })
		var err error
		if next.index, err = strconv.Atoi(digits); err != nil {
			s.pos = start
			return step{}, s.badCharacter("an index such as [0], [*] or a name such as ['a.b'] is expected")
		}
	}
	if s.peek() != ']' {
		return step{}, s.badCharacter("] is expected")
	}
	s.pos++
	return next, nil
}

// badSelector names the selector up to where it breaks, as the service does.
func (s *scanner) badSelector(start int) error {
	end := min(s.pos+len(firstCharacter(s.text[s.pos:])), len(s.text))
	return s.errorAt(s.pos, fmt.Sprintf(invalidTerm, s.text[start:end]),
		`a property is letters, digits, - and _; select others as $.['a.b']`)
}

// find calls found with the values that the path selects, until it returns true; so does find then.
func (path selector) find(value raw, found func(raw) bool) bool {
	if len(path) == 0 {
		return found(value)
	}
	next, rest := path[0], path[1:]
	if !value.isArray() && (next.inArray || !value.isObject()) {
		return false
	}
	var inner raw
	switch {
	case next.wildcard:
		return value.each(func(_, inner raw) bool { return rest.find(inner, found) })
	case next.inArray:
		inner = value.element(next.index)
	case value.isObject():
		inner = value.member(next.key)
	}
	return inner != nil && rest.find(inner, found)
}
