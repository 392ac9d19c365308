package healthcheck

import (
	"slices"

	"github.com/ecslocal/ecslocal/emulator/diag"
)

// Lint is everything that can be said before the container runs: from the definition and the script alone, and from the
// image where one is given. Nothing is executed. The result is ordered: definition before image, surest first.
func Lint(d Definition, image *Image) []Diagnosis {
	s := newSubject(d, image)
	found, _ := s.lint()
	return decided(s.whole(found, func(repaired *subject) []Diagnosis {
		found, _ := repaired.lint()
		return found
	}))
}

// decided takes the patch from what a person has to decide: a port that is mapped nowhere is often right, as that of an administration is.
func decided(found []Diagnosis) []Diagnosis {
	for i, d := range found {
		if d.Rule.ID == "HC060" && d.Severity != diag.Error {
			found[i].Patch = nil
		}
	}
	return found
}

// lint also returns what lintForm does.
func (s *subject) lint() (found []Diagnosis, repaired *subject) {
	if s.HasCheck {
		found, repaired = s.lintForm()
		if repaired != nil {
			found = append(found, repaired.run(slices.Concat(logicDetectors, httpDetectors, portDetectors, userDetectors, preflightDetectors))...)
		}
		found = append(s.withInside(found), s.run(paceDetectors)...)
	}
	return unique(append(found, s.run(serviceDetectors)...)), repaired
}

// lintForm judges how the command is written, and returns the subject with everything repaired that can be: what the
// author meant is judged too, so that one reading tells all. The subject is nil where the meaning is lost.
func (s *subject) lintForm() ([]Diagnosis, *subject) {
	const most = 4 // a command with more faults of form than that is no command
	detectors := slices.Concat(formDetectors, wordDetectors, expandDetectors)
	var found []Diagnosis
	for range most {
		now := s.run(detectors)
		found = append(found, now...)
		i := slices.IndexFunc(now, func(d Diagnosis) bool {
			return d.Severity == diag.Error && (d.Patch == nil || len(d.Try) > 0)
		})
		if i < 0 {
			return found, s
		}
		if now[i].Patch == nil && lost[now[i].Rule.ID] {
			return found, nil
		}
		j := slices.IndexFunc(now, func(d Diagnosis) bool { return d.Severity == diag.Error && len(d.Try) > 0 })
		if j < 0 {
			return found, s
		}
		s = s.with(now[j].Try[0])
	}
	return found, s
}

// lost are the causes after which nothing can be said about what the command would do.
var lost = map[string]bool{"HC004": true, "HC007": true, "HC008": true, "HC026": true, "HC012": true}

// with is the subject with another command.
func (s *subject) with(c Command) *subject {
	d := s.Definition
	d.Command = c
	other := newSubject(d, s.image)
	other.written = s.written
	return other
}

// Worst is the gravest severity among the diagnoses, empty for none.
func Worst(diagnoses []Diagnosis) diag.Severity { return diag.Worst(Findings(diagnoses)) }
