package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// Variable is one use of an environment variable.
type Variable struct {
	Name string
	// Excused says that the script copes with an unset one: it has a default, or it is what a test looks at.
	Excused bool
	// Word is the whole word that it stands in, empty outside of commands.
	Word string
}

// Variables are the uses of variables that the script does not set itself, nested scripts included.
func (s *Script) Variables() []Variable {
	if s.file == nil {
		return s.nestedVariables()
	}
	own := s.assigned()
	var uses []Variable
	var inWord string
	excused := false
	var visit func(node syntax.Node)
	visit = func(node syntax.Node) {
		syntax.Walk(node, func(n syntax.Node) bool {
			switch n := n.(type) {
			case *syntax.CallExpr:
				before := excused
				excused = isTest(n)
				for _, a := range n.Assigns {
					visit(a)
				}
				outer := inWord
				for _, w := range n.Args {
					inWord = source(w)
					visit(w)
				}
				excused, inWord = before, outer
				return false
			case *syntax.TestClause:
				return false
			case *syntax.Word:
				if n == node {
					return true
				}
				before := inWord
				inWord = source(n)
				for _, part := range n.Parts {
					visit(part)
				}
				inWord = before
				return false
			case *syntax.ParamExp:
				if name := n.Param; name != nil && syntax.ValidName(name.Value) && !own[name.Value] {
					uses = append(uses, Variable{Name: name.Value, Excused: excused || n.Exp != nil || n.Length, Word: inWord})
				}
			}
			return true
		})
	}
	for _, stmt := range s.file.Stmts {
		visit(stmt)
	}
	return append(uses, s.nestedVariables()...)
}

// nestedVariables are those of sh -c scripts. What the outer shell expands already is not among their known text.
func (s *Script) nestedVariables() []Variable {
	var uses []Variable
	for _, call := range s.Calls {
		if call.Script != nil {
			uses = append(uses, call.Script.Variables()...)
		}
	}
	return uses
}

// isTest says whether the command exists to look at its words.
func isTest(call *syntax.CallExpr) bool {
	if len(call.Args) == 0 {
		return false
	}
	switch call.Args[0].Lit() {
	case "[", "test", "unset", "export":
		return true
	}
	return false
}

// assigned are the names that the script sets itself: by assignment, for, read, getopts or ${NAME:=…}.
func (s *Script) assigned() map[string]bool {
	names := map[string]bool{}
	syntax.Walk(s.file, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Assign:
			if n.Name != nil {
				names[n.Name.Value] = true
			}
		case *syntax.WordIter:
			names[n.Name.Value] = true
		case *syntax.ParamExp:
			if n.Exp != nil && (n.Exp.Op == syntax.AssignUnset || n.Exp.Op == syntax.AssignUnsetOrNull) && n.Param != nil {
				names[n.Param.Value] = true
			}
		case *syntax.CallExpr:
			if len(n.Args) == 0 {
				return true
			}
			switch n.Args[0].Lit() {
			case "read", "getopts", "mapfile", "readarray", "printf", "export", "readonly", "local", "declare", "typeset":
				for _, arg := range n.Args[1:] {
					name, _, _ := strings.Cut(arg.Lit(), "=")
					names[name] = true
				}
			case ".", "source", "eval":
				names["*"] = true
			}
		}
		return true
	})
	return names
}

// Sources says that the script reads variables from a file, so that any name may be set.
func (s *Script) Sources() bool { return s.file != nil && s.assigned()["*"] }

// Bare is what stands in the word outside of quotes and expansions, backslashes included.
func (w Word) Bare() string {
	var b strings.Builder
	if w.node != nil {
		for _, part := range w.node.Parts {
			if lit, ok := part.(*syntax.Lit); ok {
				b.WriteString(lit.Value)
			}
		}
	}
	return b.String()
}

// EscapedDollars are the places where a name follows $$ or \$, such as $$PORT. Single quotes mean what they say.
func (w Word) EscapedDollars() []string {
	if w.node == nil {
		return nil
	}
	var found []string
	look := func(parts []syntax.WordPart) {
		for i, part := range parts {
			lit, ok := part.(*syntax.Lit)
			if !ok {
				continue
			}
			if i > 0 && beginsName(lit.Value) {
				if p, ok := parts[i-1].(*syntax.ParamExp); ok && p.Short && p.Param != nil && p.Param.Value == "$" {
					found = append(found, "$$"+nameAt(lit.Value))
				}
			}
			for rest := lit.Value; ; {
				at := strings.Index(rest, `\$`)
				if at < 0 {
					break
				}
				rest = rest[at+2:]
				if beginsName(rest) {
					found = append(found, `\$`+nameAt(rest))
				}
			}
		}
	}
	look(w.node.Parts)
	for _, part := range w.node.Parts {
		if quoted, ok := part.(*syntax.DblQuoted); ok {
			look(quoted.Parts)
		}
	}
	return found
}

func beginsName(text string) bool {
	text = strings.TrimPrefix(text, "{")
	return text != "" && (text[0] == '_' || text[0]|0x20 >= 'a' && text[0]|0x20 <= 'z')
}

// nameAt is the variable name at the beginning of text, with its braces.
func nameAt(text string) string {
	end := strings.IndexFunc(text, func(r rune) bool {
		return !strings.ContainsRune("_{}", r) && (r < '0' || r > '9') && (r|0x20 < 'a' || r|0x20 > 'z')
	})
	if end < 0 {
		end = len(text)
	}
	if text = text[:end]; strings.HasPrefix(text, "{") {
		if close := strings.IndexByte(text, '}'); close >= 0 {
			return text[:close+1]
		}
	}
	return strings.TrimRight(text, "{}")
}
