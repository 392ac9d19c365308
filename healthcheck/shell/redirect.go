package shell

import "mvdan.cc/sh/v3/syntax"

// Redirects are all redirections of the script: those of calls, of compound commands such as { …; } > file, of a line that is nothing but
// a redirection, and of nested scripts.
func (s *Script) Redirects() []Redirect {
	var all []Redirect
	if s.file != nil {
		syntax.Walk(s.file, func(n syntax.Node) bool {
			if stmt, ok := n.(*syntax.Stmt); ok {
				for _, r := range stmt.Redirs {
					all = append(all, redirect(r, s.env))
				}
			}
			return true
		})
	}
	for _, call := range s.Calls {
		if call.Script != nil {
			all = append(all, call.Script.Redirects()...)
		}
	}
	return all
}
