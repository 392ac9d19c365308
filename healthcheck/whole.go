package healthcheck

import (
	"cmp"
	"slices"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/healthcheck/cause"
)

// whole makes each repaired command one without another known fault: a check with two faults, mended by half, still fails. Where one is left
// that only a person can mend, no repair is told, but what that takes. judge says what is wrong with a repaired check.
func (s *subject) whole(found []Diagnosis, judge func(*subject) []Diagnosis) []Diagnosis {
	const most = 6 // repairs of one command, each for a fault that the last one left
	for i, d := range found {
		if !d.repairs() {
			continue
		}
		tried := []Command{s.Command, d.Try[0]}
		left := judge(s.with(d.Try[0]))
		for len(tried) < most {
			next := nextRepair(left, tried)
			if next == nil {
				break
			}
			tried, left = append(tried, next), judge(s.with(next))
		}
		if b := slices.IndexFunc(left, func(other Diagnosis) bool { return other.blocks() && other.Rule.ID != d.Rule.ID }); b >= 0 {
			found[i].Patch, found[i].Try = nil, nil
			found[i].Fix = cmp.Or(left[b].Fix, left[b].Rule.Fix)
			continue
		}
		best := tried[len(tried)-1]
		found[i].Try = []Command{best}
		found[i].Patch = &diag.Patch{Path: d.Patch.Path, Value: best.String()}
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
