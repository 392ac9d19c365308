package shell

import (
	"path"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// Call is one simple command.
type Call struct {
	// Words are the program and its arguments; there are none in a bare assignment.
	Words     []Word
	Redirects []Redirect
	// Background says that the command, or something around it, ends with &.
	Background bool
	// Negated says that a ! stands before its pipeline.
	Negated bool
	// Pipe is the place in a pipeline of PipeLength commands, from 0.
	Pipe, PipeLength int
	// Substituted says that it is within $(…): its output is used, not shown.
	Substituted bool
	// Required says that the script cannot pass when this command fails.
	Required bool
	// FirstOnLine says that a line break stands before it.
	FirstOnLine bool
	// Wrapper is the program that runs it, such as timeout or sh -c, nil for the shell itself.
	Wrapper *Call
	// Script is what this command runs as sh -c, nil for all others.
	Script *Script
	// Wraps says that it runs another call of the list.
	Wraps bool
	// Nested says that it belongs to the script of a sh -c, so that positions are not those of the outer text.
	Nested bool
	// Exec says that it is the argument vector of CMD.
	Exec bool

	node *syntax.CallExpr
}

// Redirect is one redirection.
type Redirect struct {
	// Op is the operator, such as > or 2>&.
	Op     string
	Target Word
	// Writes says that it creates or changes the target.
	Writes bool
}

// Program is the name of the program without its directory, empty where it is not known.
func (c *Call) Program() string {
	if len(c.Words) == 0 || !c.Words[0].Known {
		return ""
	}
	return path.Base(c.Words[0].Text)
}

// Args are the words after the program.
func (c *Call) Args() []Word {
	if len(c.Words) == 0 {
		return nil
	}
	return c.Words[1:]
}

// Argv is the values of the words.
func (c *Call) Argv() []string {
	argv := make([]string, len(c.Words))
	for i, w := range c.Words {
		argv[i] = w.Text
	}
	return argv
}

// String is the command as it is written.
func (c *Call) String() string {
	raw := make([]string, len(c.Words))
	for i, w := range c.Words {
		raw[i] = w.Raw
	}
	return strings.Join(raw, " ")
}

// collector walks a syntax tree and gathers its calls.
type collector struct {
	env   Lookup
	depth int
	calls []*Call
	lines map[uint]bool // lines on which something was seen already
}

// place is where a statement stands.
type place struct {
	background, negated, substituted bool
	pipe, length                     int
}

func collect(file *syntax.File, env Lookup, depth int) []*Call {
	c := &collector{env: env, depth: depth, lines: map[uint]bool{}}
	c.statements(file.Stmts, place{length: 1})
	return c.calls
}

func (c *collector) statements(stmts []*syntax.Stmt, at place) {
	for _, stmt := range stmts {
		c.statement(stmt, at)
	}
}

// statement visits one statement. Everything that is no pipeline or simple command only passes the place on.
func (c *collector) statement(stmt *syntax.Stmt, at place) {
	at.background = at.background || stmt.Background
	at.negated = at.negated != stmt.Negated
	switch cmd := stmt.Cmd.(type) {
	case *syntax.CallExpr:
		c.call(cmd, stmt.Redirs, at)
		return
	case *syntax.BinaryCmd:
		if cmd.Op == syntax.Pipe || cmd.Op == syntax.PipeAll {
			c.pipeline(stmt, at)
			return
		}
		c.statement(cmd.X, at)
		c.statement(cmd.Y, at)
	case nil:
	default:
		c.inside(cmd, at)
	}
	for _, redirect := range stmt.Redirs {
		c.substitutions(redirect.Word, at)
	}
}

// pipeline flattens a | b | c, which the parser nests.
func (c *collector) pipeline(stmt *syntax.Stmt, at place) {
	elements := pipeline(stmt)
	for i, element := range elements {
		inner := at
		inner.pipe, inner.length = i, len(elements)
		c.statement(element, inner)
	}
}

// pipeline is the elements of a pipeline, the statement itself where it is none.
func pipeline(stmt *syntax.Stmt) []*syntax.Stmt {
	binary, ok := stmt.Cmd.(*syntax.BinaryCmd)
	if !ok || binary.Op != syntax.Pipe && binary.Op != syntax.PipeAll {
		return []*syntax.Stmt{stmt}
	}
	return append(pipeline(binary.X), pipeline(binary.Y)...)
}

// inside visits the statements within a compound command.
func (c *collector) inside(node syntax.Node, at place) {
	syntax.Walk(node, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Stmt:
			c.statement(n, at)
			return false
		case *syntax.Word:
			c.substitutions(n, at)
			return false
		}
		return true
	})
}

// substitutions visits the commands in $(…), `…` and <(…) of a word.
func (c *collector) substitutions(node syntax.Node, at place) {
	if node == nil || node == (*syntax.Word)(nil) {
		return
	}
	syntax.Walk(node, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.CmdSubst:
			c.statements(n.Stmts, place{substituted: true, background: at.background, length: 1})
			return false
		case *syntax.ProcSubst:
			c.statements(n.Stmts, place{substituted: true, background: true, length: 1})
			return false
		}
		return true
	})
}

// call records one simple command, and what it wraps.
func (c *collector) call(node *syntax.CallExpr, redirects []*syntax.Redirect, at place) {
	for _, assign := range node.Assigns {
		c.substitutions(assign, at)
	}
	call := &Call{
		node: node, Background: at.background, Negated: at.negated, Pipe: at.pipe, PipeLength: at.length, Substituted: at.substituted,
	}
	if len(node.Args) > 0 {
		line := node.Pos().Line()
		call.FirstOnLine = line > 1 && !c.lines[line]
		c.lines[line] = true
	}
	for _, arg := range node.Args {
		c.substitutions(arg, at)
		call.Words = append(call.Words, word(arg, c.env))
	}
	for _, r := range redirects {
		c.substitutions(r.Word, at)
		call.Redirects = append(call.Redirects, redirect(r, c.env))
	}
	c.calls = append(c.calls, unwrap(call, c.env, c.depth)...)
}

func redirect(r *syntax.Redirect, env Lookup) Redirect {
	out := Redirect{Op: r.Op.String()}
	if r.N != nil {
		out.Op = r.N.Value + out.Op
	}
	if r.Word != nil {
		out.Target = word(r.Word, env)
	}
	switch r.Op {
	case syntax.RdrOut, syntax.AppOut, syntax.RdrInOut, syntax.RdrClob, syntax.RdrAll, syntax.AppAll:
		out.Writes = true
	case syntax.DplOut: // >&file is an output file, >&2 is not
		out.Writes = strings.Trim(out.Target.Text, "0123456789-") != ""
	}
	return out
}
