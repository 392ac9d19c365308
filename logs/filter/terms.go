package filter

import (
	"bytes"
	"strings"
)

// terms is the form that looks for texts in the message. A term is a substring: ERROR is found in ERRORCODE.
type terms struct {
	include, exclude, optional [][]byte
}

// parseTerms reads terms up to the end: word or "any text", with - before it to exclude, with ? before it for "any of these".
func parseTerms(s *scanner) (form, error) {
	var t terms
	for {
		s.skipBlanks()
		if s.done() {
			break
		}
		if err := t.parseTerm(s); err != nil {
			return nil, err
		}
	}
	if len(t.include)+len(t.exclude) > 0 {
		t.optional = nil // documented: ? terms are ignored next to any other
	}
	return &t, nil
}

// parseTerm reads one term into the list that it belongs to.
func (t *terms) parseTerm(s *scanner) error {
	list := &t.include
	switch {
	case s.accept("-"):
		s.skipBlanks() // - "x" with a blank between is in older examples of the guide
		list = &t.exclude
	case s.accept("?"):
		list = &t.optional
	}
	text, err := parseTermText(s)
	if err != nil {
		return err
	}
	if strings.Trim(text, blanks) == "" {
		text = "" // documented: " " matches everything
	}
	*list = append(*list, []byte(text))
	return nil
}

// parseTermText reads the word or the quoted text, which a blank or the end must follow.
func parseTermText(s *scanner) (string, error) {
	start := s.pos
	text := s.takeWhile(isWord)
	if text == "" && s.peek() == '"' {
		var err error
		if text, err = s.quoted(); err != nil {
			return "", err
		}
		if text == "" {
			s.pos = start
			return "", s.badCharacter(`a term must not be empty; " " matches everything`)
		}
	}
	if s.pos == start || !s.done() && strings.IndexByte(blanks, s.peek()) < 0 {
		return "", s.badCharacter(`put a term that holds anything but letters, digits and _ in double quotation marks`)
	}
	return text, nil
}

func (t *terms) match(message []byte) bool {
	for _, term := range t.include {
		if !bytes.Contains(message, term) {
			return false
		}
	}
	for _, term := range t.exclude {
		if bytes.Contains(message, term) {
			return false
		}
	}
	for _, term := range t.optional {
		if bytes.Contains(message, term) {
			return true
		}
	}
	return len(t.optional) == 0
}

func (t *terms) required() []string {
	all := t.include
	if len(t.optional) == 1 {
		all = t.optional
	}
	texts := make([]string, len(all))
	for i, term := range all {
		texts[i] = string(term)
	}
	return texts
}
