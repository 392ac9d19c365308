package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// Bashism is a part of a script that not every /bin/sh understands.
type Bashism struct {
	// What names the feature, Text is the part of the script.
	What, Text string
	// Dash and Ash say whether Debian's dash and BusyBox's ash refuse it.
	Dash, Ash bool
	// Harmless says that the shell goes on and the meaning changes, instead of an error.
	Harmless bool
}

// commands of bash that are not in POSIX shell, and whether ash has them.
var bashCommands = map[string]bool{
	"[[": true, "source": true, "let": true, "pushd": false, "popd": false, "shopt": false, "declare": false, "typeset": false,
	"mapfile": false, "readarray": false, "compgen": false, "coproc": false, "select": false, "function": true, "disown": false,
}

// Bashisms are the parts that dash or ash refuse, in the order of the text.
func (s *Script) Bashisms() []Bashism {
	var found []Bashism
	if s.Exec || s.Problem != nil {
		return s.nestedBashisms()
	}
	// The tree that bash sees names the features; the tree that POSIX shell sees, where there is one, names the commands.
	file, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(strings.ToValidUTF8(s.Text, "\uFFFD")), "")
	if err != nil {
		return nil
	}
	syntax.Walk(file, func(n syntax.Node) bool {
		if n != nil {
			found = append(found, bashNode(n)...)
		}
		return true
	})
	return append(found, s.nestedBashisms()...)
}

// nestedBashisms are those of sh -c scripts, but not of bash -c.
func (s *Script) nestedBashisms() []Bashism {
	var found []Bashism
	for _, call := range s.Calls {
		if name := call.Program(); call.Script != nil && (name == "sh" || name == "dash" || name == "ash") {
			found = append(found, call.Script.Bashisms()...)
		}
	}
	return found
}

// bashNode names what is bash's own in one node.
func bashNode(n syntax.Node) []Bashism {
	one := func(what string, ash, harmless bool) []Bashism {
		return []Bashism{{What: what, Text: source(n), Dash: true, Ash: ash, Harmless: harmless}}
	}
	switch n := n.(type) {
	case *syntax.TestClause:
		return one("[[ … ]]", false, false)
	case *syntax.ProcSubst:
		return one("process substitution", true, false)
	case *syntax.ArrayExpr:
		return one("an array", true, false)
	case *syntax.FuncDecl:
		if n.RsrvWord {
			return one("the word function", false, false)
		}
	case *syntax.CStyleLoop:
		return one("for (( … ))", true, false)
	case *syntax.ArithmCmd:
		return one("(( … ))", true, false)
	case *syntax.LetClause:
		return one("let", false, false)
	case *syntax.CoprocClause:
		return one("coproc", true, false)
	case *syntax.SglQuoted:
		if n.Dollar {
			return one("$'…'", false, true)
		}
	case *syntax.DblQuoted:
		if n.Dollar {
			return one(`$"…"`, true, true)
		}
	case *syntax.DeclClause:
		if v := n.Variant.Value; v == "declare" || v == "typeset" {
			return one(v, true, false)
		}
	case *syntax.ForClause:
		if n.Select {
			return one("select", true, false)
		}
	case *syntax.BinaryCmd:
		if n.Op == syntax.PipeAll {
			return one("|&", true, false)
		}
	case *syntax.ParamExp:
		return bashParameter(n)
	case *syntax.Redirect:
		return bashRedirect(n)
	case *syntax.CallExpr:
		return bashCall(n)
	}
	return nil
}

func bashParameter(p *syntax.ParamExp) []Bashism {
	b := Bashism{Text: source(p), Dash: true}
	switch {
	case p.Index != nil:
		b.What, b.Ash = "an array", true
	case p.Excl:
		b.What, b.Ash = "${!NAME}", true
	case p.Slice != nil:
		b.What = "${NAME:from:length}"
	case p.Repl != nil:
		b.What = "${NAME/pattern/text}"
	case p.Exp != nil && (p.Exp.Op == syntax.UpperFirst || p.Exp.Op == syntax.UpperAll || p.Exp.Op == syntax.LowerFirst || p.Exp.Op == syntax.LowerAll):
		b.What, b.Ash = "${NAME^^}", true
	default:
		return nil
	}
	return []Bashism{b}
}

func bashRedirect(r *syntax.Redirect) []Bashism {
	b := Bashism{Text: source(r), Dash: true}
	switch {
	case r.Op == syntax.WordHdoc:
		b.What, b.Ash = "<<<", true
	case r.Op == syntax.RdrAll || r.Op == syntax.AppAll:
		b.What, b.Harmless = "&>, which starts a background process in dash", true
	case r.Word != nil && (strings.HasPrefix(r.Word.Lit(), "/dev/tcp/") || strings.HasPrefix(r.Word.Lit(), "/dev/udp/")):
		b.What, b.Ash = "/dev/tcp", true
	case r.Word != nil && strings.Contains(source(r.Word), "/dev/tcp/"):
		b.What, b.Ash = "/dev/tcp", true
	default:
		return nil
	}
	return []Bashism{b}
}

func bashCall(call *syntax.CallExpr) []Bashism {
	if len(call.Args) == 0 {
		return nil
	}
	name := call.Args[0].Lit()
	b := Bashism{Text: source(call), Dash: true}
	ash, known := bashCommands[name]
	switch {
	case known:
		b.What, b.Ash = name, !ash
	case name == "[" || name == "test":
		for _, arg := range call.Args[1:] {
			switch arg.Lit() {
			case "==":
				b.What = "== in [ … ]"
			case "=~":
				b.What, b.Ash = "=~ in [ … ]", true
			}
		}
	case name == "read":
		for _, arg := range call.Args[1:] {
			if text := arg.Lit(); strings.HasPrefix(text, "-") && strings.ContainsAny(text, "tnN") {
				b.What = "read " + text
			}
		}
	}
	if b.What == "" {
		return nil
	}
	return []Bashism{b}
}

// Pipefail says whether the script sets the option pipefail for /bin/sh.
func (s *Script) Pipefail() bool {
	for _, call := range s.Calls {
		if call.Program() != "set" {
			continue
		}
		if call.Wrapper != nil && call.Wrapper.Program() == "bash" {
			continue
		}
		for _, arg := range call.Args() {
			if arg.Text == "pipefail" {
				return true
			}
		}
	}
	return false
}
