package healthcheck

import (
	"slices"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/healthcheck/cause"
)

// Lint is everything that can be said before the container runs: from the definition and the script alone, and from the
// image where one is given. Nothing is executed. The result is ordered: definition before image, surest first.
func Lint(d Definition, image *Image) []Diagnosis {
	return newSubject(d, image).lint()
}

func (s *subject) lint() []Diagnosis {
	var detectors []detector
	if s.HasCheck {
		detectors = slices.Concat(formDetectors, wordDetectors)
	}
	return s.run(detectors)
}

// Worst is the gravest severity among the diagnoses, empty for none.
func Worst(diagnoses []Diagnosis) diag.Severity { return diag.Worst(Findings(diagnoses)) }

// blocked says that an error of the definition makes everything that is said about the script idle.
func blocked(found []Diagnosis) bool {
	return slices.ContainsFunc(found, func(d Diagnosis) bool {
		return d.Severity == diag.Error && d.Certainty == cause.Certain
	})
}
