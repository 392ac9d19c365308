package emulator

import (
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/validate"
	"github.com/ecslocal/ecslocal/healthcheck"
)

// Validate is everything that is wrong with the project: what reading it found, what AWS would refuse, and what would bite later.
func (p *Project) Validate() []diag.Finding {
	o := &p.options
	findings := append(slices.Clone(p.Findings), validate.Check(p.Definition, validate.Options{LaunchType: o.LaunchType, Region: o.Region, Overrides: o.Overrides})...)
	findings = append(findings, p.healthFindings()...)
	diag.Sort(findings)
	return findings
}

// healthFindings are those of the health checks that the rules of RegisterTaskDefinition do not have already.
func (p *Project) healthFindings() []diag.Finding {
	var findings []diag.Finding
	for _, d := range p.HealthDefinitions() {
		for _, f := range p.placed(healthcheck.Lint(d, nil)) {
			switch f.Rule {
			case "HC076", "HC098", "HC099", "HC100", "HC107": // HLT and DEP rules
			default:
				findings = append(findings, f)
			}
		}
	}
	return findings
}

// refused are the findings that keep a task from being run: ECS would refuse it. A health check that cannot pass is none of them: ECS runs
// it, and so do we.
func refused(findings []diag.Finding) []diag.Finding {
	return slices.DeleteFunc(diag.Errors(findings), func(f diag.Finding) bool { return strings.HasPrefix(f.Rule, "HC") && f.Rule != "HC007" })
}
