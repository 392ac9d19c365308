package expect

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// Text is what a text is to be like. The zero value takes any.
type Text struct {
	// Equals is the whole text, of which a line end at the end is not compared unless Equals has one.
	Equals *string `json:"equals"`
	// Contains has to be in the text, Excludes must not be.
	Contains string `json:"contains"`
	Excludes string `json:"excludes"`
	// Matches has to match somewhere in the text.
	Matches *regexp.Regexp `json:"matches"`
}

// check says what is wrong with a text; what is its name in the message.
func (t Text) check(what, got string) error {
	if t.Equals != nil {
		whole := got
		if !strings.HasSuffix(*t.Equals, "\n") {
			whole = strings.TrimSuffix(strings.TrimSuffix(got, "\n"), "\r")
		}
		if whole != *t.Equals {
			return fmt.Errorf("%s is %s, not %s", what, quote(got), quote(*t.Equals))
		}
	}
	switch {
	case !strings.Contains(got, t.Contains):
		return fmt.Errorf("%s does not contain %s: it is %s", what, quote(t.Contains), quote(got))
	case t.Excludes != "" && strings.Contains(got, t.Excludes):
		return fmt.Errorf("%s contains %s: it is %s", what, quote(t.Excludes), quote(got))
	case t.Matches != nil && !t.Matches.MatchString(got):
		return fmt.Errorf("%s does not match %s: it is %s", what, t.Matches, quote(got))
	}
	return nil
}

// any says that every text will do.
func (t Text) any() bool {
	return t.Equals == nil && t.Contains == "" && t.Excludes == "" && t.Matches == nil
}

// quoted is how much of a text a message shows.
const quoted = 300

// quote is a text in quotes, its beginning where it is long.
func quote(text string) string {
	if len(text) <= quoted {
		return fmt.Sprintf("%q", text)
	}
	end := quoted
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return fmt.Sprintf("%q… (%d bytes)", text[:end], len(text))
}
