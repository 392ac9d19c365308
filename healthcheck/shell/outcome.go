package shell

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// Outcome is what the script can end with.
type Outcome struct{ CanPass, CanFail bool }

// Assume says how a program ends: whether it can pass and whether it can fail. nil, or true for both, knows nothing.
type Assume func(call *Call) Outcome

// Outcome follows every way through the script. It executes nothing and errs towards "both".
func (s *Script) Outcome(assume Assume) Outcome {
	e := &evaluator{script: s, assume: assume, steps: 20_000, functions: map[string]*syntax.Stmt{}, tainted: map[string]bool{}}
	if s.file == nil {
		if s.Exec && len(s.Calls) > 0 {
			return e.vector()
		}
		return Outcome{CanPass: s.Problem == nil, CanFail: true}
	}
	end := e.statements(s.file.Stmts, pass)
	return Outcome{CanPass: end&(pass|exitPass) != 0, CanFail: end&(fail|exitFail) != 0}
}

// ways is the set of ways in which a command can end.
type ways uint8

const (
	pass     ways = 1 << iota // goes on with status 0
	fail                      // goes on with another status
	exitPass                  // ends the script with 0
	exitFail                  // ends the script with another status
	either   = pass | fail
)

// stopped is the ways out of a shell that do not go on.
func (w ways) stopped() ways { return w & (exitPass | exitFail) }

// plain makes of every exit a mere status, as a subshell does.
func (w ways) plain() ways { return w&either | w.stopped()>>2 }

// exits makes of every status an exit.
func (w ways) exits() ways { return w.stopped() | w&either<<2 }

// negated swaps success and failure.
func (w ways) negated() ways {
	out := w.stopped()
	if w&pass != 0 {
		out |= fail
	}
	if w&fail != 0 {
		out |= pass
	}
	return out
}

type evaluator struct {
	script    *Script
	assume    Assume
	steps     int
	depth     int
	errexit   bool
	pipefail  bool
	functions map[string]*syntax.Stmt
	tainted   map[string]bool // variables that hold the output of a command that is assumed to fail
}

// vector is the outcome of an argument vector: that of its innermost command.
func (e *evaluator) vector() Outcome {
	calls := e.script.Calls
	for _, call := range calls {
		if call.Script != nil {
			return call.Script.Outcome(e.assume)
		}
	}
	w := e.program(calls[len(calls)-1], pass).plain()
	return Outcome{CanPass: w&pass != 0, CanFail: w&fail != 0}
}

// statements follows a list; before is the status that $? has at its beginning.
func (e *evaluator) statements(stmts []*syntax.Stmt, before ways) ways {
	var out ways
	status := before & either
	for i, stmt := range stmts {
		end := e.statement(stmt, status)
		out |= end.stopped()
		status = end & either
		if e.errexit && i < len(stmts)-1 && status&fail != 0 && !guarded(stmt) {
			out |= exitFail
			status &^= fail
		}
		if status == 0 {
			return out
		}
	}
	return out | status
}

// guarded says that set -e does not look at this statement.
func guarded(stmt *syntax.Stmt) bool {
	if stmt.Negated {
		return true
	}
	binary, ok := stmt.Cmd.(*syntax.BinaryCmd)
	return ok && (binary.Op == syntax.AndStmt || binary.Op == syntax.OrStmt)
}

func (e *evaluator) statement(stmt *syntax.Stmt, before ways) ways {
	if e.steps--; e.steps < 0 {
		return either | exitPass | exitFail
	}
	end := e.command(stmt.Cmd, before)
	if connects(stmt.Redirs) { // bash's /dev/tcp: the command does not run where the connection fails
		end |= fail
	}
	if stmt.Background {
		return pass
	}
	if stmt.Negated {
		return end.negated()
	}
	return end
}

// connects says that a redirection opens a connection.
func connects(redirects []*syntax.Redirect) bool {
	return slices.ContainsFunc(redirects, func(r *syntax.Redirect) bool {
		text := ""
		if r.Word != nil {
			text = source(r.Word)
		}
		return strings.Contains(text, "/dev/tcp/") || strings.Contains(text, "/dev/udp/")
	})
}

func (e *evaluator) command(cmd syntax.Command, before ways) ways {
	switch cmd := cmd.(type) {
	case *syntax.CallExpr:
		return e.call(cmd, before)
	case *syntax.BinaryCmd:
		return e.binary(cmd, before)
	case *syntax.Block:
		return e.statements(cmd.Stmts, before)
	case *syntax.Subshell:
		return e.statements(cmd.Stmts, before).plain()
	case *syntax.IfClause:
		return e.conditional(cmd, before)
	case *syntax.WhileClause:
		return e.statements(cmd.Cond, before).stopped() | e.statements(cmd.Do, pass).stopped() | either
	case *syntax.ForClause:
		return e.statements(cmd.Do, before) | pass
	case *syntax.CaseClause:
		out := pass
		for _, item := range cmd.Items {
			out |= e.statements(item.Stmts, pass)
		}
		return out
	case *syntax.FuncDecl:
		e.functions[cmd.Name.Value] = cmd.Body
		return pass
	case *syntax.TimeClause:
		if cmd.Stmt != nil {
			return e.statement(cmd.Stmt, before)
		}
		return pass
	case *syntax.TestClause:
		if e.lost(cmd) {
			return fail
		}
		return either
	case *syntax.DeclClause, nil:
		return pass
	}
	return either
}

func (e *evaluator) binary(cmd *syntax.BinaryCmd, before ways) ways {
	switch cmd.Op {
	case syntax.AndStmt:
		left := e.statement(cmd.X, before)
		out := left &^ pass
		if left&pass != 0 {
			out |= e.statement(cmd.Y, pass)
		}
		return out
	case syntax.OrStmt:
		left := e.statement(cmd.X, before)
		out := left &^ fail
		if left&fail != 0 {
			out |= e.statement(cmd.Y, fail)
		}
		return out
	}
	left := e.statement(cmd.X, before).plain()
	right := e.statement(cmd.Y, pass).plain()
	if e.pipefail {
		if left&pass == 0 {
			return fail
		}
		return right | left&fail
	}
	if left&pass == 0 && e.needsInput(cmd.Y) {
		return fail
	}
	return right
}

func (e *evaluator) conditional(cmd *syntax.IfClause, before ways) ways {
	if len(cmd.Cond) == 0 { // else
		return e.statements(cmd.Then, before)
	}
	cond := e.statements(cmd.Cond, before)
	out := cond.stopped()
	if cond&pass != 0 {
		out |= e.statements(cmd.Then, pass)
	}
	if cond&fail != 0 {
		if cmd.Else != nil {
			out |= e.conditional(cmd.Else, fail)
		} else {
			out |= pass
		}
	}
	return out
}

// needsInput says that the end of a pipeline fails where nothing comes in: grep and test on standard input do.
func (e *evaluator) needsInput(stmt *syntax.Stmt) bool {
	call, ok := stmt.Cmd.(*syntax.CallExpr)
	if !ok || stmt.Negated || len(call.Args) == 0 || e.assume == nil {
		return false
	}
	program := path.Base(word(call.Args[0], e.script.env).Text)
	if program != "grep" && program != "egrep" && program != "fgrep" && program != "zgrep" && program != "rg" {
		return false
	}
	return !slices.ContainsFunc(call.Args[1:], func(arg *syntax.Word) bool { return strings.HasPrefix(arg.Lit(), "-L") })
}

// exitStatus is the status of exit and return with these arguments.
func exitStatus(args []Word, before ways) ways {
	if len(args) == 0 || args[0].Raw == "$?" || args[0].Raw == `"$?"` || args[0].Raw == "${?}" {
		return before & either
	}
	if !args[0].Known {
		return either
	}
	n, err := strconv.Atoi(strings.TrimSpace(args[0].Text))
	if err == nil && n >= 0 && n&0xff == 0 {
		return pass
	}
	return fail
}
