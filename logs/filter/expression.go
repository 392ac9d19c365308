package filter

import "slices"

// expression is a condition, or conditions joined by && and ||; && binds tighter, parentheses come first.
type expression struct {
	// any: one of the parts is enough (||); otherwise all must hold (&&). A leaf has no parts.
	any   bool
	parts []*expression
	leaf  condition
}

// condition is one test of something of the message.
type condition interface {
	required() []string
}

// parseExpression reads conditions joined by ||. leaf reads one condition.
func parseExpression(s *scanner, leaf func(*scanner) (condition, error)) (*expression, error) {
	return parseJoined(s, true, "||", func() (*expression, error) {
		return parseJoined(s, false, "&&", func() (*expression, error) { return parseOperand(s, leaf) })
	})
}

// parseJoined reads parts that an operator joins; a single part stays itself.
func parseJoined(s *scanner, any bool, operator string, parse func() (*expression, error)) (*expression, error) {
	var parts []*expression
	for {
		part, err := parse()
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
		if s.accept(operator) {
			continue
		}
		if len(parts) == 1 {
			return part, nil
		}
		return &expression{any: any, parts: parts}, nil
	}
}

// parseOperand reads one condition or an expression in parentheses. A pattern is short, so the recursion is.
func parseOperand(s *scanner, leaf func(*scanner) (condition, error)) (*expression, error) {
	if !s.accept("(") {
		condition, err := leaf(s)
		return &expression{leaf: condition}, err
	}
	inner, err := parseExpression(s, leaf)
	if err != nil {
		return nil, err
	}
	if !s.accept(")") {
		return nil, s.badCharacter("a closing parenthesis, && or || is expected")
	}
	return inner, nil
}

// holds evaluates the expression with a test of conditions.
func (e *expression) holds(test func(condition) bool) bool {
	if e.leaf != nil {
		return test(e.leaf)
	}
	return slices.ContainsFunc(e.parts, func(part *expression) bool { return part.holds(test) == e.any }) == e.any
}

// required: all parts of && must be found, none of || alone.
func (e *expression) required() []string {
	if e.leaf != nil {
		return e.leaf.required()
	}
	var all []string
	for _, part := range e.parts {
		if !e.any {
			all = append(all, part.required()...)
		}
	}
	return all
}
