package filter

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
)

const (
	// maxRegexes is how many regular expressions a pattern may hold (user guide, quotas).
	maxRegexes = 2
	// maxRegexProgram bounds the compiled size of an expression in instructions, and so the time to match: a{1000} fits once.
	maxRegexProgram = 1100
)

// regex is the form %expression%, and a value in the other forms. It matches anywhere unless anchored.
type regex struct{ *regexp.Regexp }

// parseRegexForm reads a pattern that is one regular expression.
func parseRegexForm(s *scanner) (form, error) {
	re, err := parseRegex(s)
	if err != nil {
		return nil, err
	}
	if s.skipBlanks(); !s.done() {
		return nil, s.badCharacter("a regular expression stands alone: terms cannot follow it")
	}
	return re, nil
}

// parseRegex reads %expression% whose first % comes next.
func parseRegex(s *scanner) (*regex, error) {
	if s.regexes++; s.regexes > maxRegexes {
		return nil, s.errorAt(s.pos, invalidPattern, "at most %d regular expressions are allowed", maxRegexes)
	}
	start := s.pos + 1
	length := strings.IndexByte(s.text[start:], '%')
	if length < 0 {
		return nil, s.errorAt(s.pos, invalidPattern, "the regular expression is not closed by %%")
	}
	source := s.text[start : start+length]
	if err := checkRegex(s, start, source); err != nil {
		return nil, err
	}
	re, err := compile(source)
	if err != nil {
		return nil, s.errorAt(start, invalidPattern, "%v", err)
	}
	s.pos = start + length + 1
	return re, nil
}

// regexCharacters may appear in an expression, beside letters and digits. The guide does not list the blank but uses it.
const regexCharacters = " :_#=@/;,-^$?[]{}|\\*+."

// checkRegex refuses what the service refuses and RE2 would take: groups, flags, characters beyond ASCII, unknown escapes.
func checkRegex(s *scanner, start int, source string) error {
	if source == "" {
		return s.errorAt(start, invalidPattern, "the regular expression is empty")
	}
	for i := 0; i < len(source); i++ {
		c := source[i]
		if !isWord(c) && strings.IndexByte(regexCharacters, c) < 0 {
			return s.errorAt(start+i, fmt.Sprintf(invalidTerm, firstCharacter(source[i:])),
				`a regular expression holds letters, digits and %s; write others as \xhh`, regexCharacters)
		}
		if c != '\\' {
			continue
		}
		if i++; i < len(source) && isWord(source[i]) && strings.IndexByte("dDsSwWxtn", source[i]) < 0 {
			return s.errorAt(start+i-1, invalidPattern, `\%c is not supported`, source[i])
		}
	}
	return nil
}

// firstCharacter is the first rune of a text, whole.
func firstCharacter(text string) string {
	for _, r := range text {
		return string(r)
	}
	return ""
}

// compile makes an RE2 expression of bounded size. The guide says that a dot matches any character, so also a line end in an event.
func compile(source string) (*regex, error) {
	source = spellMinimum(source)
	tree, err := syntax.Parse(source, syntax.Perl|syntax.DotNL)
	if err != nil {
		return nil, err
	}
	program, err := syntax.Compile(tree.Simplify())
	if err != nil {
		return nil, err
	}
	if len(program.Inst) > maxRegexProgram {
		return nil, errors.New("the repetitions make the expression too large")
	}
	re, err := regexp.Compile("(?s:" + source + ")")
	if err != nil {
		return nil, err
	}
	return &regex{re}, nil
}

// spellMinimum writes {,n} as {0,n}: the guide lets the minimum out, RE2 would take the braces for text.
func spellMinimum(source string) string {
	var b strings.Builder
	class := -1 // where the character class that we are in began
	for i := 0; i < len(source); i++ {
		c := source[i]
		b.WriteByte(c)
		switch {
		case c == '\\' && i+1 < len(source):
			i++
			b.WriteByte(source[i])
		case class < 0 && c == '[':
			class = i
		case class >= 0 && c == ']' && strings.Trim(source[class+1:i], "^") != "": // []x] and [^]x] hold a bracket
			class = -1
		case class < 0 && strings.HasPrefix(source[i:], "{,"):
			b.WriteByte('0')
		}
	}
	return b.String()
}

func (r *regex) match(message []byte) bool { return r.Match(message) }

func (r *regex) required() []string {
	tree, err := syntax.Parse(r.String(), syntax.Perl)
	if err != nil {
		return nil
	}
	return requiredLiterals(tree)
}

// requiredLiterals collects the texts that every match holds.
func requiredLiterals(tree *syntax.Regexp) []string {
	switch tree.Op {
	case syntax.OpLiteral:
		if tree.Flags&syntax.FoldCase == 0 {
			return []string{string(tree.Rune)}
		}
	case syntax.OpConcat, syntax.OpCapture, syntax.OpPlus:
		var all []string
		for _, part := range tree.Sub {
			all = append(all, requiredLiterals(part)...)
		}
		return all
	case syntax.OpRepeat:
		if tree.Min > 0 {
			return requiredLiterals(tree.Sub[0])
		}
	}
	return nil
}
