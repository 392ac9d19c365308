package emulator

import (
	"slices"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/validate"
)

// Validate is everything that is wrong with the project: what reading it found, what AWS would refuse, and what would bite later.
func (p *Project) Validate() []diag.Finding {
	o := &p.options
	findings := append(slices.Clone(p.Findings), validate.Check(p.Definition, validate.Options{LaunchType: o.LaunchType, Region: o.Region, Overrides: o.Overrides})...)
	diag.Sort(findings)
	return findings
}
