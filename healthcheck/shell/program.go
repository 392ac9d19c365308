package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// alwaysPass are programs that end with 0 whatever happens around them.
var alwaysPass = map[string]bool{
	"true": true, ":": true, "echo": true, "printf": true, "export": true, "sleep": true, "unset": true, "local": true,
	"readonly": true, "umask": true, "trap": true, "shift": true, "set": true, "shopt": true, "date": true, "logger": true,
}

// Filters end with 0 for any input, none included.
var filters = map[string]bool{
	"cat": true, "tee": true, "head": true, "tail": true, "wc": true, "sort": true, "uniq": true, "tr": true, "cut": true,
	"sed": true, "awk": true, "gawk": true, "mawk": true, "rev": true, "nl": true, "fold": true, "column": true, "base64": true,
	"jq": true, "tac": true, "more": true, "less": true, "hexdump": true, "xxd": true, "od": true, "ts": true,
}

// IsFilter says whether the program passes for any input in a pipeline. awk with an exit, sed with a q and jq -e may fail.
func (c *Call) IsFilter() bool {
	if !filters[c.Program()] {
		return false
	}
	for _, arg := range c.Args() {
		switch c.Program() {
		case "awk", "gawk", "mawk":
			if !arg.Known || strings.Contains(arg.Text, "exit") {
				return false
			}
		case "jq":
			if strings.HasPrefix(arg.Text, "-") && strings.Contains(arg.Text, "e") || strings.Contains(arg.Text, "error") || strings.Contains(arg.Text, "halt") {
				return false
			}
		case "sed":
			if strings.Contains(arg.Text, "q") || strings.Contains(arg.Text, "Q") {
				return false
			}
		}
	}
	return true
}

// call is the outcome of one simple command.
func (e *evaluator) call(node *syntax.CallExpr, before ways) ways {
	for _, assign := range node.Assigns {
		if assign.Name != nil && assign.Value != nil {
			e.tainted[assign.Name.Value] = e.lost(assign.Value)
		}
	}
	if len(node.Args) == 0 {
		return e.assigned(node)
	}
	call := e.find(node)
	if call != nil {
		if _, always := call.AlwaysTrue(); always {
			return pass
		}
	}
	if e.lost(node) && e.readsWords(node) {
		return fail
	}
	if call == nil {
		return either
	}
	return e.program(call, before)
}

// assigned is the status of a bare assignment: that of the last substitution in it.
func (e *evaluator) assigned(node *syntax.CallExpr) ways {
	status := pass
	for _, assign := range node.Assigns {
		syntax.Walk(assign, func(n syntax.Node) bool {
			if sub, ok := n.(*syntax.CmdSubst); ok {
				status = e.statements(sub.Stmts, pass).plain()
				return false
			}
			return true
		})
	}
	return status
}

// readsWords says that the program judges its own words, as test does.
func (e *evaluator) readsWords(node *syntax.CallExpr) bool {
	switch name := word(node.Args[0], e.script.env).Text; name {
	case "[", "test", "expr", "[[":
		for _, arg := range node.Args[1:] { // a negative test passes on nothing
			switch word(arg, e.script.env).Text {
			case "!", "!=", "-z", "-ne", "-lt", "-le":
				return false
			}
		}
		return true
	}
	return false
}

// find is the call of a node; a wrapper comes before what it wraps.
func (e *evaluator) find(node *syntax.CallExpr) *Call {
	if calls := e.script.byNode[node]; len(calls) > 0 {
		return calls[0]
	}
	return nil
}

// innermost is the last call that was unwrapped from this one within the same script.
func (e *evaluator) innermost(outer *Call) *Call {
	if calls := e.script.byNode[outer.node]; len(calls) > 0 {
		return calls[len(calls)-1]
	}
	return outer
}

// program is the outcome of a call by the name of what it runs.
func (e *evaluator) program(outer *Call, before ways) ways {
	call := e.innermost(outer)
	if e.assume != nil {
		for _, c := range []*Call{outer, call} {
			if known := e.assume(c); known.CanPass != known.CanFail {
				return e.replaced(outer, map[bool]ways{true: pass, false: fail}[known.CanPass])
			}
		}
	}
	if call.Script != nil {
		inner := call.Script.Outcome(e.assume)
		return e.replaced(outer, map[bool]ways{true: pass}[inner.CanPass]|map[bool]ways{true: fail}[inner.CanFail])
	}
	name := call.Program()
	if _, glued := call.GluedExit(); glued {
		return fail
	}
	switch {
	case name == "wait" && len(call.Args()) == 0:
		return pass
	case name == "exit" || name == "return":
		return exitStatus(call.Args(), before).exits()
	case name == "false":
		return fail
	case name == "set":
		e.options(call.Args())
		return pass
	case alwaysPass[name]:
		return e.replaced(outer, pass)
	case call.PipeLength > 1 && call.Pipe > 0 && call.IsFilter():
		return pass
	case e.functions[name] != nil && e.depth < 8:
		e.depth++
		defer func() { e.depth-- }()
		return e.statement(e.functions[name], before)
	}
	return e.replaced(outer, either)
}

// replaced ends the script where the program took the shell's place.
func (e *evaluator) replaced(outer *Call, end ways) ways {
	if outer.Program() == "exec" && len(outer.Words) > 1 {
		return end.exits()
	}
	return end
}

// options follows set -e, set -o pipefail and their like.
func (e *evaluator) options(args []Word) {
	for i, arg := range args {
		on := strings.HasPrefix(arg.Text, "-")
		if !on && !strings.HasPrefix(arg.Text, "+") {
			continue
		}
		if strings.Contains(arg.Text, "e") {
			e.errexit = on
		}
		if strings.HasSuffix(arg.Text, "o") && i+1 < len(args) {
			switch args[i+1].Text {
			case "pipefail":
				e.pipefail = on
			case "errexit":
				e.errexit = on
			}
		}
	}
}

// lost says that a word needs the output of a command that is assumed to fail.
func (e *evaluator) lost(node syntax.Node) bool {
	if e.assume == nil {
		return false
	}
	lost := false
	syntax.Walk(node, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.CmdSubst:
			if w := e.statements(n.Stmts, pass).plain(); w&pass == 0 {
				lost = true
			}
			return false
		case *syntax.ParamExp:
			if n.Param != nil && e.tainted[n.Param.Value] {
				lost = true
			}
		}
		return true
	})
	return lost
}

// require marks the calls without whose success the script cannot pass.
func (s *Script) require() {
	const most = 30 // a longer script is no health check, and the work grows with the square
	for i, call := range s.Calls {
		if i == most {
			return
		}
		failing := func(c *Call) Outcome {
			return Outcome{CanPass: c != call, CanFail: true}
		}
		call.Required = !s.Outcome(failing).CanPass
	}
}
