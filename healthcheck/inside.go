package healthcheck

import (
	"path"
	"slices"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/healthcheck/cause"
	"github.com/ecslocal/ecslocal/healthcheck/shell"
)

// within is the script that sh -c runs, as a subject of its own, and the command around another script; nil where the check is no sh -c, or
// not that alone.
func (s *subject) within() (*subject, func(script string) Command) {
	if s.script == nil || len(s.calls()) == 0 {
		return nil, nil
	}
	outer := s.calls()[0]
	at := outer.ScriptIndex()
	if at < 0 || at != len(outer.Words)-1 || outer.Script == nil || outer.Nested {
		return nil, nil
	}
	for _, call := range s.calls()[1:] {
		if !call.Nested {
			return nil, nil
		}
	}
	script := outer.Script.Text
	if s.exec() == nil && outer.Words[at].Raw != "'"+script+"'" {
		return nil, nil
	}
	around := func(better string) Command {
		if s.exec() == nil {
			better = quoteScript(better)
		}
		return s.replaceWord(outer, at, better)
	}
	return s.with(asShell(script)), around
}

// mendedInside is the command with what a detector repairs in the script of a sh -c, nil for none.
func (s *subject) mendedInside(d detector) Command {
	inner, around := s.within()
	if inner == nil {
		return nil
	}
	for _, h := range d.find(inner) {
		if len(h.try) == 1 && h.try[0].Form() == FormShell {
			return around(h.try[0][1])
		}
	}
	return nil
}

// withInside adds what is wrong with the script that sh -c runs, and the repairs that cannot be made from outside of it.
func (s *subject) withInside(found []Diagnosis) []Diagnosis {
	inner, around := s.within()
	if inner == nil {
		return found
	}
	bash := path.Base(s.calls()[0].Words[0].Text) == "bash"
	told, _ := inner.lint()
	refused := func(d Diagnosis) bool { return d.Rule.ID == "HC026" }
	if !slices.ContainsFunc(told, refused) { // it knows the reason
		found = slices.DeleteFunc(found, refused)
	}
	for _, d := range told {
		language := d.Rule.ID == "HC039" || d.Rule.ID == "HC040"
		if d.Severity == diag.Info || d.Rule.Group == cause.Pace || d.Rule.Group == cause.Service || language && bash || !language && d.Stage != cause.Definition {
			continue
		}
		if d.repairs() {
			d = d.with(outside(d.Try[0], around))
		}
		same := slices.IndexFunc(found, func(k Diagnosis) bool { return k.Rule.ID == d.Rule.ID })
		switch {
		case same < 0:
			found = append(found, d)
		case found[same].Patch == nil && d.repairs():
			found[same] = found[same].with(d.Try[0])
		}
	}
	return found
}

// outside is a repaired script in the command that runs it; a command that is no script stands for itself.
func outside(c Command, around func(script string) Command) Command {
	if script, ok := c.Script(); ok {
		return around(script)
	}
	return c
}

// with is the diagnosis with another repair, without one where there is none.
func (d Diagnosis) with(better Command) Diagnosis {
	if better == nil {
		d.Try, d.Patch = nil, nil
		return d
	}
	d.Try, d.Patch = []Command{better}, &diag.Patch{Path: d.Pointer, Value: better.String()}
	return d
}

// runsShellOnly says that CMD is a shell with nothing to run, or with -c and nothing behind it.
func runsShellOnly(argv []string) (bare, unfinished bool) {
	if len(argv) == 0 || !shell.IsShell(path.Base(argv[0])) {
		return false, false
	}
	return len(argv) == 1, len(argv) == 2 && argv[1] == "-c"
}
