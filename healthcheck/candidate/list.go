package candidate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/healthcheck"
	"github.com/ecslocal/ecslocal/healthcheck/client"
)

// most is how many candidates are listed: each costs a process in the container, and a person has to read them.
const most = 12

// AsDeclared is the Why of the declared check.
const AsDeclared = "as declared"

// list gathers candidates, each command once.
type list struct {
	all     []Candidate
	noShell bool // the image has none, so that nothing of form CMD-SHELL can run
}

func (l *list) add(c healthcheck.Command, why string) {
	if l.noShell && c.Form() == healthcheck.FormShell && why != AsDeclared {
		return
	}
	known := slices.ContainsFunc(l.all, func(have Candidate) bool { return slices.Equal(have.Command, c) })
	if len(c.Argv()) > 0 && !known && len(l.all) < most {
		l.all = append(l.all, Candidate{c, why})
	}
}

// List is the checks worth running, in the order in which one that works would be preferred: as declared, with its faults of form repaired,
// asking where the application answers, with a tool that the image has; HTTP before TCP, few changes before many.
func (f Facts) List() []Candidate {
	l := list{noShell: f.Image != nil && f.Image.Files != nil && !f.has("/bin/sh")}
	l.add(f.Definition.Command, AsDeclared)
	base := f.Definition.Command
	for _, step := range f.repairs() {
		l.add(step.Command, step.Why)
		base = step.Command
	}
	if vector, ok := f.withoutShell(base); ok {
		l.add(vector, "CMD instead of CMD-SHELL: no shell is needed")
	}
	places := f.answering()
	for _, p := range places[:min(len(places), 3)] {
		if moved, ok := f.moved(base, p); ok && !f.lacks(base) {
			l.add(moved, f.whyMoved(base, p))
		}
	}
	for _, p := range places[:min(len(places), 2)] {
		for _, t := range f.tools() {
			for _, c := range t.http(p) {
				l.add(c, fmt.Sprintf("%s, asking %s", t.name, strings.TrimSuffix(p.URL(), "/")))
			}
		}
	}
	if len(places) == 0 || f.Look == nil {
		f.listTCP(&l)
		f.listSockets(&l)
	}
	return l.all
}

// lacks says that the image has no program by which a command asks.
func (f Facts) lacks(c healthcheck.Command) bool {
	if f.Image == nil || f.Image.Files == nil {
		return false
	}
	return slices.ContainsFunc(f.asks(c), func(a ask) bool { return a.call != nil && !f.has(a.call.Words[0].Text) })
}

// listSockets adds checks through the unix sockets of an application that has no port.
func (f Facts) listSockets(l *list) {
	if f.Look == nil || !f.has("curl") {
		return
	}
	for _, listener := range f.Look.Listeners {
		if listener.Network == "unix" && strings.HasPrefix(listener.Address, "/") && len(f.Ports()) == 0 {
			l.add(healthcheck.Command{"CMD-SHELL", fmt.Sprintf("curl -fsS --unix-socket %s %s || exit 1", quote(listener.Address), quote("http://localhost"+f.Paths()[0]))},
				"curl, through the unix socket "+listener.Address)
		}
	}
}

// listTCP adds checks of ports that speak no HTTP, or whose HTTP is not healthy; one that passes proves the port and no more.
func (f Facts) listTCP(l *list) {
	if f.unwell() {
		return
	}
	ports := f.Ports()
	for _, p := range ports[:min(len(ports), 2)] {
		for _, t := range f.tools() {
			for _, c := range t.tcp(p) {
				l.add(c, fmt.Sprintf("%s, connecting to port %d", t.name, p.Port))
			}
		}
	}
}

// unwell says that the application itself says so, at the path that the check asks.
func (f Facts) unwell() bool {
	if f.Look == nil {
		return false
	}
	return slices.ContainsFunc(f.Ports(), func(p Place) bool {
		_, status := f.answer(p, f.Paths()[0])
		return status >= 500
	})
}

// deaf is the rule of curl without -f, which takes every answer for a success.
const deaf = "HC044"

// repairs are the commands on the way from the declared one to one without faults that are visible without running it.
func (f Facts) repairs() []Candidate {
	const rounds = 4
	var steps []Candidate
	d := f.Definition
	for range rounds {
		found := healthcheck.Lint(d, f.Image)
		i := slices.IndexFunc(found, func(x healthcheck.Diagnosis) bool {
			return (x.Severity == diag.Error || x.Rule.ID == deaf) && len(x.Try) > 0 && len(x.Try[0].Argv()) > 0 && !slices.Equal(x.Try[0], d.Command)
		})
		if i < 0 {
			break
		}
		d.Command = found[i].Try[0]
		steps = append(steps, Candidate{d.Command, found[i].Rule.ID + ": " + found[i].Rule.Title})
	}
	return steps
}

// repaired is the declared command without its faults of form.
func (f Facts) repaired() healthcheck.Command {
	steps := f.repairs()
	if len(steps) == 0 {
		return f.Definition.Command
	}
	return steps[len(steps)-1].Command
}

// withoutShell is a script of one program as an argument vector, for an image that has no shell.
func (f Facts) withoutShell(c healthcheck.Command) (healthcheck.Command, bool) {
	if _, script := c.Script(); !script || f.Image == nil || f.Image.Files == nil || f.has("/bin/sh") {
		return nil, false
	}
	script := f.read(c)
	if script == nil || len(script.Calls) == 0 {
		return nil, false
	}
	first := script.Calls[0]
	for i, call := range script.Calls {
		if i > 0 && call.Program() != "exit" && call.Program() != "true" && call.Program() != "false" {
			return nil, false
		}
	}
	for _, w := range first.Words {
		if !w.Known {
			return nil, false
		}
	}
	return append(healthcheck.Command{"CMD"}, first.Argv()...), len(first.Words) > 0 && f.has(first.Words[0].Text)
}

// moved is the command asking at a place; what it asks elsewhere than in the container itself stays.
func (f Facts) moved(c healthcheck.Command, p Place) (healthcheck.Command, bool) {
	changed := false
	better, ok := f.retarget(c, func(t client.Target) (Place, bool) {
		if !t.Loopback() && !t.Partial || !strings.HasPrefix(cmp.Or(t.Scheme, "http"), "http") {
			return p, false
		}
		changed = true
		return p, true
	})
	return better, ok && changed
}

// whyMoved says in which way a place differs from where the check asks.
func (f Facts) whyMoved(c healthcheck.Command, p Place) string {
	var differences []string
	targets := f.targets(c)
	if len(targets) == 0 {
		return "the same place"
	}
	t := targets[0]
	if t.Port != p.Port {
		differences = append(differences, fmt.Sprintf("port %d, which listens", p.Port))
	}
	if t.Scheme != p.Scheme {
		differences = append(differences, p.Scheme)
	}
	if cmp.Or(t.Path, "/") != p.Path {
		differences = append(differences, "path "+p.Path)
	}
	if t.Host != p.Host {
		differences = append(differences, fmt.Sprintf("%s instead of %s", p.Host, t.Host))
	}
	return cmp.Or(strings.Join(differences, ", "), "the same place")
}
