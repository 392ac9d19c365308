package shell

import (
	"mvdan.cc/sh/v3/interp"
	"mvdan.cc/sh/v3/syntax"
)

// shape is what must be known of a script's syntax while it runs.
type shape struct {
	// replace are the commands that take the shell's place: exec outside of any subshell, and the one command of -c,
	// as dash runs it (without that, SIGTERM would not reach the application of ["sh","-c","app"]).
	replace map[syntax.Pos]bool
	// background are simple commands with &, whose process $! means.
	background map[syntax.Pos]bool
	// functions are the names that the script defines.
	functions map[string]bool
}

func shapeOf(stmts []*syntax.Stmt, command bool) shape {
	s := shape{replace: map[syntax.Pos]bool{}, background: map[syntax.Pos]bool{}, functions: map[string]bool{}}
	if command && len(stmts) == 1 {
		stmt := stmts[0]
		call, ok := stmt.Cmd.(*syntax.CallExpr)
		if ok && len(call.Args) > 0 && call.Args[0].Lit() != "" && !interp.IsBuiltin(call.Args[0].Lit()) && !stmt.Negated && !stmt.Background {
			s.replace[call.Args[0].Pos()] = true
		}
	}
	for _, stmt := range stmts {
		s.visit(stmt, false)
	}
	return s
}

// visit notes what node and all below it tell; sub says that they run in a subshell, or in a function, which may.
func (s shape) visit(node syntax.Node, sub bool) {
	syntax.Walk(node, func(n syntax.Node) bool {
		inner := sub
		switch n := n.(type) {
		case nil:
			return true
		case *syntax.FuncDecl:
			s.functions[n.Name.Value] = true
			inner = true
		case *syntax.Stmt:
			inner = sub || n.Background
			if call, ok := n.Cmd.(*syntax.CallExpr); ok && n.Background && len(call.Args) > 0 {
				s.background[call.Args[0].Pos()] = true
			}
		case *syntax.Subshell, *syntax.CmdSubst, *syntax.ProcSubst, *syntax.CoprocClause:
			inner = true
		case *syntax.BinaryCmd:
			inner = sub || n.Op == syntax.Pipe || n.Op == syntax.PipeAll
		case *syntax.CallExpr:
			if !sub && len(n.Args) > 0 && n.Args[0].Lit() == "exec" {
				s.replace[n.Args[0].Pos()] = true
			}
		}
		if inner == sub {
			return true
		}
		s.below(n, inner)
		return false
	})
}

// below visits the children of a node, which Walk has no call for.
func (s shape) below(node syntax.Node, sub bool) {
	first := true
	syntax.Walk(node, func(n syntax.Node) bool {
		if first {
			first = false
			return true
		}
		if n != nil {
			s.visit(n, sub)
		}
		return false
	})
}
