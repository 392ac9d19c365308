package filter

import "strings"

// comparison is an operator and the value at its right side.
type comparison struct {
	operator string
	text     string // without the wildcards
	// anyBefore and anyAfter: the value began or ended with *. A * in the middle is an ordinary character, as the guide says.
	anyBefore, anyAfter bool
	// number says that the value was written as a bare number.
	number bool
	regex  *regex
}

// operators, the longer before those they begin with.
var operators = []string{"!=", "<=", ">=", "=", "<", ">"}

// parseComparison reads an operator and its value.
func parseComparison(s *scanner) (comparison, error) {
	for _, operator := range operators {
		if s.accept(operator) {
			c := comparison{operator: operator}
			s.skipBlanks()
			start := s.pos
			if err := c.parseValue(s); err != nil {
				return c, err
			}
			if c.ordering() && !c.number {
				return c, s.errorAt(start, invalidPattern, "%s compares numbers only", operator)
			}
			return c, nil
		}
	}
	return comparison{}, s.badCharacter("an operator is expected: %s", strings.Join(operators, " "))
}

// parseValue reads %regex%, "text" or a bare word; the last two may begin and end with *.
func (c *comparison) parseValue(s *scanner) (err error) {
	if s.peek() == '%' {
		c.regex, err = parseRegex(s)
		return err
	}
	if s.peek() == '"' {
		c.text, err = s.quoted()
	} else {
		c.text = s.takeWhile(isBareValue)
		c.number = isNumber(c.text)
		if c.text == "" {
			err = s.badCharacter("a value is expected; put one that holds anything but letters, digits and _ . + - * in double quotation marks")
		}
	}
	if err != nil {
		return err
	}
	c.text, c.anyBefore = strings.CutPrefix(c.text, "*")
	c.text, c.anyAfter = strings.CutSuffix(c.text, "*")
	return nil
}

// isBareValue: numbers and addresses such as 123.123.* stand without quotation marks in the guide.
func isBareValue(c byte) bool { return isWord(c) || strings.IndexByte(".+-*", c) >= 0 }

// ordering tells < <= > >= from = and !=.
func (c *comparison) ordering() bool { return c.operator != "=" && c.operator != "!=" }

// holds compares a text of the message. numeric says that the text may be understood as a number: 5e2 equals 500 then.
func (c *comparison) holds(text string, numeric bool) bool {
	if c.number && numeric && isNumber(text) {
		return c.orders(compareNumbers(text, c.text))
	}
	if c.ordering() {
		return false
	}
	return c.like(text) == (c.operator == "=")
}

// orders applies the operator to the result of a comparison.
func (c *comparison) orders(sign int) bool {
	switch c.operator {
	case "=":
		return sign == 0
	case "!=":
		return sign != 0
	case "<":
		return sign < 0
	case "<=":
		return sign <= 0
	case ">":
		return sign > 0
	}
	return sign >= 0
}

// like compares texts, with wildcards.
func (c *comparison) like(text string) bool {
	switch {
	case c.regex != nil:
		return c.regex.MatchString(text)
	case c.anyBefore && c.anyAfter:
		return strings.Contains(text, c.text)
	case c.anyBefore:
		return strings.HasSuffix(text, c.text)
	case c.anyAfter:
		return strings.HasPrefix(text, c.text)
	}
	return text == c.text
}

// required are the texts that must be in what the comparison holds for. A number can be written in many ways.
func (c *comparison) required() []string {
	switch {
	case c.operator != "=" || c.number:
		return nil
	case c.regex != nil:
		return c.regex.required()
	}
	return []string{c.text}
}
