package healthcheck

import (
	"cmp"
	"slices"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/healthcheck/cause"
)

const (
	// mostRepairs is how many repairs one command gets, each for a fault that the last one left.
	mostRepairs = 6
	// mostJudged is how many repaired commands are judged in all, and mostCalls of how many programs one may be made: files may be hostile.
	mostJudged = 24
	mostCalls  = 30
)

// whole makes each repaired command one without another known fault: a check with two faults, mended by half, still fails. Where one is left
// that only a person can mend, no repair is told, but what that takes. judge says what is wrong with a repaired check.
func (s *subject) whole(found []Diagnosis, judge func(*subject) []Diagnosis) []Diagnosis {
	known := map[string][]Diagnosis{}
	left := func(c Command) []Diagnosis { // several causes have the same repair
		text := c.String()
		if _, judged := known[text]; !judged && len(known) < mostJudged && len(s.calls()) <= mostCalls {
			known[text] = judge(s.with(c))
		}
		return known[text]
	}
	for i, d := range found {
		if !d.repairs() {
			continue
		}
		tried := []Command{s.Command, d.Try[0]}
		for len(tried) <= mostRepairs {
			next := nextRepair(left(tried[len(tried)-1]), tried)
			if next == nil {
				break
			}
			tried = append(tried, next)
		}
		best := tried[len(tried)-1]
		if b := slices.IndexFunc(left(best), func(other Diagnosis) bool { return other.blocks() && other.Rule.ID != d.Rule.ID }); b >= 0 {
			found[i] = d.with(nil)
			found[i].Fix = cmp.Or(left(best)[b].Fix, left(best)[b].Rule.Fix)
			continue
		}
		found[i] = d.with(best)
	}
	return found
}

// repairs says that a diagnosis comes with the one command to write instead.
func (d Diagnosis) repairs() bool {
	return d.Patch != nil && len(d.Try) == 1 && d.Patch.Value == d.Try[0].String()
}

// blocks says that a check with this fault cannot pass, and that no command is known that would.
func (d Diagnosis) blocks() bool {
	return d.Severity == diag.Error && d.Certainty == cause.Certain && d.Patch == nil && len(d.Try) == 0 && (d.Rule.Group == cause.Form || d.Rule.Group == cause.Tools)
}

// nextRepair is the repair of the first fault that makes a check fail, or pass for ever, nil where none is known that is new.
func nextRepair(found []Diagnosis, tried []Command) Command {
	for _, d := range found {
		if d.Severity != diag.Error || d.Certainty == cause.Hint || !d.repairs() {
			continue
		}
		if !slices.ContainsFunc(tried, func(c Command) bool { return slices.Equal(c, d.Try[0]) }) {
			return d.Try[0]
		}
	}
	return nil
}
