package healthcheck

import (
	"path"

	"github.com/ecslocal/ecslocal/healthcheck/cause"
	"github.com/ecslocal/ecslocal/healthcheck/shell"
)

// innerDetectors judge the text of a script, so that they do not see the one of a sh -c by themselves.
var innerDetectors = []detector{
	{"HC023", cause.Definition, dollarRedirection},
	{"HC025", cause.Definition, swappedRedirection},
	{"HC067", cause.Definition, angled},
	{"HC067", cause.Definition, lostDash},
	{"HC067", cause.Definition, cutBySemicolon},
}

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
			better = quoteArgument(better)
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

// inside is what innerDetectors find in the script of a sh -c.
func (s *subject) inside() []Diagnosis {
	inner, around := s.within()
	if inner == nil {
		return nil
	}
	detectors := innerDetectors
	if path.Base(s.calls()[0].Words[0].Text) != "bash" {
		detectors = append(detectors[:len(detectors):len(detectors)], detector{"HC039", cause.Image, bashLanguage})
	}
	var found []Diagnosis
	for _, d := range detectors {
		found = append(found, s.run([]detector{{d.rule, d.stage, func(*subject) []hit {
			hits := d.find(inner)
			for i, h := range hits {
				if len(h.try) == 1 && h.try[0].Form() == FormShell {
					hits[i] = h.patched(around(h.try[0][1]))
				}
			}
			return hits
		}}})...)
	}
	return found
}

// runsShellOnly says that CMD is a shell with nothing to run, or with -c and nothing behind it.
func runsShellOnly(argv []string) (bare, unfinished bool) {
	if len(argv) == 0 || !shell.IsShell(path.Base(argv[0])) {
		return false, false
	}
	return len(argv) == 1, len(argv) == 2 && argv[1] == "-c"
}
