package healthcheck

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/healthcheck/cause"
	"github.com/ecslocal/ecslocal/healthcheck/output"
)

// Explain says why a check fails, or what is fragile about one that passes: causes from the definition, the image, what probes printed,
// what listens in the container, and when probes ran, in that order. The first certain one explains the failure; the others are marked
// Also. image and look may be nil.
func Explain(d Definition, image *Image, t Timeline, look *Look) []Diagnosis {
	s := newSubject(d, image)
	found, meant := s.lint()
	if meant == nil {
		meant = s
	}
	said := map[string]bool{} // the causes that probes told in their own words
	for _, p := range failures(t) {
		for _, told := range s.told(p) {
			found = append(withoutSame(found, &told), told)
			said[told.Rule.ID] = true
		}
	}
	for _, seen := range slices.Concat(s.passedWithError(t), meant.seen(look, t), s.timing(t, look)) {
		found = append(withoutSame(found, &seen), seen)
	}
	found = s.withoutTightLimits(found, t)
	found = s.whole(found, func(repaired *subject) []Diagnosis {
		found, _ := repaired.lint()
		return append(found, repaired.seen(look, t)...)
	})
	if !t.failing() {
		guess := func(d Diagnosis) bool {
			return d.Rule.ID == "HC060" && d.Stage == cause.Definition && len(t.Probes) > 0
		}
		found = unique(slices.DeleteFunc(found, guess)) // the probes have shown that the port is open
		slices.SortStableFunc(found, func(a, b Diagnosis) int { return cmp.Compare(a.Severity.Rank(), b.Severity.Rank()) })
		return found
	}
	found = slices.DeleteFunc(found, func(d Diagnosis) bool { return d.Severity == diag.Info && d.Stage == cause.Definition })
	return t.explained(saidFirst(unique(withoutRefusals(found)), said, failures(t)))
}

// whyRefused are the causes for which nothing seems to listen on a port.
var whyRefused = map[string]bool{"HC061": true, "HC062": true, "HC063": true, "HC064": true, "HC066": true}

// withoutRefusals drops what probes said of a port, where the sockets say why.
func withoutRefusals(found []Diagnosis) []Diagnosis {
	if !slices.ContainsFunc(found, func(d Diagnosis) bool {
		return whyRefused[d.Rule.ID] && d.Stage == cause.Sockets && d.Severity == diag.Error
	}) {
		return found
	}
	return slices.DeleteFunc(found, func(d Diagnosis) bool { return d.Rule.ID == "HC060" && d.Stage == cause.Output })
}

// saidFirst puts what probes name before what else the image lacks: it was reached first, as bash is before the curl of its script.
// found is in the order of stages.
func saidFirst(found []Diagnosis, said map[string]bool, failed []Probe) []Diagnosis {
	named := func(d Diagnosis) bool { // the commands of a pipe are looked for at the same time, and any of them may be told first
		name, _, _ := strings.Cut(d.Evidence, ":")
		return slices.ContainsFunc(failed, func(p Probe) bool { return name != "" && strings.Contains(p.Output, name+": not found") })
	}
	behind := func(d Diagnosis) int {
		if d.Stage == cause.Image && !said[d.Rule.ID] && !named(d) {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(found, func(a, b Diagnosis) int {
		return cmp.Or(cmp.Compare(a.Stage, b.Stage), cmp.Compare(behind(a), behind(b)))
	})
	return found
}

// failing says that something is to be explained: probes failed, or the engine says unhealthy.
func (t Timeline) failing() bool {
	return len(failures(t)) > 0 || t.Ended && len(t.Probes) == 0 || t.Paused
}

// explained puts what made the probes fail before what they showed while they did, and marks all behind the first sure cause.
func (t Timeline) explained(found []Diagnosis) []Diagnosis {
	slices.SortStableFunc(found, func(a, b Diagnosis) int { return cmp.Compare(t.rank(a), t.rank(b)) })
	done := false
	for i := range found {
		if t.Recovered() && found[i].Stage == cause.Output && found[i].Severity == diag.Error && !passedAnyway[found[i].Rule.ID] {
			found[i].Severity = diag.Warning // it was so, and is no more
		}
		found[i].Also = done
		done = done || t.explains(found[i])
	}
	return found
}

// passedAnyway are the causes that the output of passing probes tells.
var passedAnyway = map[string]bool{"HC025": true, "HC039": true, "HC087": true, "HC088": true, "HC090": true, "HC091": true, "HC093": true}

// explains says that a diagnosis is the cause of failing probes.
func (t Timeline) explains(d Diagnosis) bool {
	about := d.Rule.Group == cause.Service && d.Rule.ID != "HC108" || d.Rule.Group == cause.Pace && d.Stage == cause.Definition
	return d.Certainty == cause.Certain && d.Severity == diag.Error && (!about || monitor[d.Rule.ID])
}

// monitor are the causes outside the check for which the engine reports unhealthy.
var monitor = map[string]bool{"HC104": true, "HC105": true}

// rank orders diagnoses: what stopped the monitor, then causes, then the rest. Where the check has recovered, its pace is the cause, and what
// the probes printed until then only how it showed.
func (t Timeline) rank(d Diagnosis) int {
	switch {
	case monitor[d.Rule.ID] && d.Severity == diag.Error, t.Recovered() && d.Stage == cause.Timing && d.Certainty != cause.Hint:
		return 0
	case d.Severity == diag.Error && d.Certainty == cause.Certain && t.explains(d):
		return 1
	case d.Severity == diag.Error && d.Certainty != cause.Hint:
		return 2
	}
	return 3
}

// withoutSame drops what was only guessed of a cause that is now told; its patch stays.
func withoutSame(found []Diagnosis, told *Diagnosis) []Diagnosis {
	return slices.DeleteFunc(found, func(d Diagnosis) bool {
		if d.Rule.ID != told.Rule.ID {
			return false
		}
		surer := d.Certainty.Rank() > told.Certainty.Rank() || d.Certainty == told.Certainty && told.Stage >= cause.Sockets && d.Stage >= cause.Output
		graver := told.Severity == diag.Error && d.Severity != diag.Error
		if (surer || graver) && told.Patch == nil {
			told.Patch, told.Try = d.Patch, d.Try
		}
		return surer || graver
	})
}

// Text is what a probe printed, without what differs from run to run and from engine to engine, such as curl's progress meter.
func Text(text string) string { return output.Normal(text) }

// SameText says that two probes printed the same, but for how long it took.
func SameText(a, b string) bool { return output.Same(a, b) }

// failures are the failed probes whose output differs, newest first: the newest says what is wrong now.
func failures(t Timeline) []Probe {
	const most = 3
	var failing []Probe
	for _, p := range slices.Backward(t.Probes) {
		same := func(q Probe) bool { return q.ExitCode == p.ExitCode && SameText(q.Output, p.Output) }
		if p.ExitCode != 0 && len(failing) < most && !slices.ContainsFunc(failing, same) {
			failing = append(failing, p)
		}
	}
	return failing
}
