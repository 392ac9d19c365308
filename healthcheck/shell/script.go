// Package shell reads the script of a health check: which programs it runs and with which words, whether it can pass or
// fail at all, which variables it needs, and which parts only bash understands.
//
// It wraps the parser of mvdan.cc/sh and imports nothing else of the project. Nothing is executed.
package shell

import (
	"errors"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// Bounds for hostile scripts: a task definition may have 64 KiB, and sh -c may hold another sh -c.
const (
	maxScript = 64 << 10
	maxNested = 4
)

// Script is one parsed script, or one argument vector that is treated like a script of a single command.
type Script struct {
	// Text is the script as it is written.
	Text string
	// Problem is why no shell accepts the script, nil where one does.
	Problem *Problem
	// BashOnly says why /bin/sh may refuse what bash accepts, empty where POSIX suffices.
	BashOnly string
	// Calls are the simple commands in the order of the text, those in substitutions and in nested sh -c included.
	Calls []*Call
	// Exec says that the script is the argument vector of CMD: nothing in it is expanded.
	Exec bool

	file *syntax.File
	env  Lookup
	// byNode finds a call, and after it what it wraps, by its place in the tree.
	byNode map[*syntax.CallExpr][]*Call
}

// Problem is a syntax error.
type Problem struct {
	Line, Column int
	Text         string
}

// Lookup is the value of an environment variable: the text, and whether it is known.
type Lookup func(name string) (string, bool)

// Parse reads a script as /bin/sh would. env resolves variables in words; nil knows none.
func Parse(text string, env Lookup) *Script { return parse(text, env, 0) }

func parse(text string, env Lookup, depth int) *Script {
	if env == nil {
		env = func(string) (string, bool) { return "", false }
	}
	s := &Script{Text: text, env: env}
	if len(text) > maxScript {
		s.Problem = &Problem{Line: 1, Column: 1, Text: "the script is longer than 64 KiB"}
		return s
	}
	// A byte that is no UTF-8 is a letter like any other to the shell, and an error to the parser.
	text = strings.ToValidUTF8(text, "\uFFFD")
	file, err := syntax.NewParser(syntax.Variant(syntax.LangPOSIX)).Parse(strings.NewReader(text), "")
	if err != nil {
		reason := err
		file, err = syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(text), "")
		if err == nil {
			s.BashOnly = problem(reason).Text
		} else if !toleratedByShells(err) {
			s.Problem = problem(reason)
			return s
		}
	}
	s.file = file
	if file != nil {
		s.Calls = collect(file, env, depth)
		s.byNode = map[*syntax.CallExpr][]*Call{}
		for _, call := range s.Calls {
			s.byNode[call.node] = append(s.byNode[call.node], call)
		}
		s.require()
	}
	return s
}

// Vector treats an argument vector as a script of one command whose words mean what they say.
func Vector(argv []string, env Lookup) *Script {
	if env == nil {
		env = func(string) (string, bool) { return "", false }
	}
	s := &Script{Text: strings.Join(argv, " "), Exec: true, env: env}
	if len(argv) == 0 {
		return s
	}
	words := make([]Word, len(argv))
	for i, arg := range argv {
		words[i] = Word{Raw: arg, Text: arg, Known: true, Quoted: true}
	}
	call := &Call{Words: words, PipeLength: 1, Required: true, Exec: true}
	s.Calls = unwrap(call, env, 0)
	return s
}

// toleratedByShells are errors of the parser that no shell makes: a here-document may end with the file.
func toleratedByShells(err error) bool {
	return strings.Contains(err.Error(), "unclosed here-document")
}

// problem takes the position out of the parser's error and puts its words into ours.
func problem(err error) *Problem {
	p := &Problem{Line: 1, Column: 1, Text: err.Error()}
	var parse syntax.ParseError
	var lang syntax.LangError
	switch {
	case errors.As(err, &parse):
		p.Line, p.Column, p.Text = int(parse.Pos.Line()), int(parse.Pos.Col()), parse.Text
	case errors.As(err, &lang):
		p.Line, p.Column, p.Text = int(lang.Pos.Line()), int(lang.Pos.Col()), lang.Feature+" are not part of POSIX shell"
	}
	p.Text = strings.ReplaceAll(p.Text, "`", "'")
	return p
}

// Declares says that the script declares a function of this name.
func (s *Script) Declares(name string) bool {
	found := false
	if s.file != nil {
		syntax.Walk(s.file, func(n syntax.Node) bool {
			declared, ok := n.(*syntax.FuncDecl)
			found = found || ok && declared.Name != nil && declared.Name.Value == name
			return !found
		})
	}
	return found
}

// Compound says that there is a statement which is no simple command, such as an if or a test in [[ ]].
func (s *Script) Compound() bool { return s.file != nil && len(s.file.Stmts) > 0 }

// Quoted are the starts and ends of what stands in quotes, where no operator is one, in the order of the text.
func (s *Script) Quoted() [][2]int {
	var spans [][2]int
	add := func(n syntax.Node) { spans = append(spans, [2]int{int(n.Pos().Offset()), int(n.End().Offset())}) }
	if s.file == nil {
		return nil
	}
	syntax.Walk(s.file, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.SglQuoted:
			add(n)
		case *syntax.DblQuoted:
			for _, part := range n.Parts {
				if lit, ok := part.(*syntax.Lit); ok { // a substitution holds commands again
					add(lit)
				}
			}
		}
		return true
	})
	slices.SortFunc(spans, func(a, b [2]int) int { return a[0] - b[0] })
	return spans
}
