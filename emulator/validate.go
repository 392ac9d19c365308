package emulator

import (
	"context"
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/dockerengine"
	"github.com/ecslocal/ecslocal/emulator/document"
	"github.com/ecslocal/ecslocal/emulator/fix"
	"github.com/ecslocal/ecslocal/emulator/iam"
	"github.com/ecslocal/ecslocal/emulator/input"
	"github.com/ecslocal/ecslocal/emulator/validate"
	"github.com/ecslocal/ecslocal/healthcheck"
)

// Validate is everything that is wrong with the project: what reading it found, what AWS would refuse, and what would bite later.
func (p *Project) Validate() []diag.Finding {
	var health []diag.Finding
	for _, d := range p.HealthDefinitions() {
		health = append(health, p.placed(healthcheck.Lint(d, nil))...)
	}
	return p.validate(health)
}

// ValidateImages is Validate with what the images say that the engine has: whether users and programs exist, whether health checks can run.
// No container runs for it.
func (p *Project) ValidateImages(ctx context.Context, engine *dockerengine.Engine) ([]diag.Finding, error) {
	definitions := p.HealthDefinitions()
	images, closing, err := p.imagesAtHand(ctx, engine, definitions, func(healthcheck.Definition) bool { return true })
	if err != nil {
		return nil, err
	}
	byName := map[string]*healthcheck.Image{}
	for i, d := range definitions {
		byName[d.Container] = images[i]
	}
	findings := append(p.validate(p.lintAll(definitions, images)), validate.CheckImages(p.Definition, p.validateOptions(), byName)...)
	diag.Sort(findings)
	return findings, closing()
}

func (p *Project) validateOptions() validate.Options {
	o := &p.options
	return validate.Options{LaunchType: o.LaunchType, Region: o.Region, Overrides: o.Overrides}
}

// validate joins what all rooms say. Of the health checks' findings, RegisterTaskDefinition's rules have some already.
func (p *Project) validate(health []diag.Finding) []diag.Finding {
	findings := append(slices.Clone(p.Findings), validate.Check(p.Definition, p.validateOptions())...)
	findings = withoutEchoes(findings)
	for _, f := range health {
		switch command := p.Definition.Source.At(f.Path); {
		case slices.Contains([]string{"HC076", "HC098", "HC099", "HC100", "HC107"}, f.Rule): // HLT and DEP rules
		case f.Rule == "HC004" && command == nil, p.wrongList(f): // HLT-001 and TYP-006
		default:
			findings = append(findings, f)
			if command != nil && len(command.Items) > 0 {
				findings = append(findings, registered(f)...)
			}
		}
	}
	if p.format == input.Containers {
		settleOutside(findings)
	}
	diag.Sort(findings)
	return findings
}

// withoutEchoes leaves out what looking secrets up says about references in which a rule has found the fault already.
func withoutEchoes(findings []diag.Finding) []diag.Finding {
	said := map[string]bool{}
	for _, f := range findings {
		said[f.Path] = said[f.Path] || f.Severity == diag.Error && f.Rule != secretReference && f.Path != ""
	}
	return slices.DeleteFunc(findings, func(f diag.Finding) bool { return f.Rule == secretReference && said[f.Path] })
}

// registered says what ECS makes of a health check that can never run: it takes it without a word.
func registered(f diag.Finding) []diag.Finding {
	echo := diag.Finding{Severity: diag.Info, Path: f.Path, Position: f.Position, Source: "moby source", Fix: f.Fix}
	switch f.Rule {
	case "HC004", "HC005":
		echo.Rule, echo.Message = "HLT-002", "ECS registers this health check and no probe ever runs: the health stays UNKNOWN, and who waits for HEALTHY never starts"
	case "HC001", "HC006":
		echo.Rule, echo.Message = "HLT-003", "ECS registers this health check and no probe ever passes"
	default:
		return nil
	}
	return []diag.Finding{echo}
}

// settleOutside softens what the task definition around a list of container definitions, which is not in the file, may settle.
func settleOutside(findings []diag.Finding) {
	for i := range findings {
		switch f := &findings[i]; f.Rule {
		case "ENV-003", "SIZ-011": // executionRoleArn, memory
			f.Severity = diag.Info
			f.Message += "; the task definition around this list may have it"
		}
	}
}

// Fix makes the changes that findings of this project propose, and gives the file's new content and the findings that remain. Of a template
// only that is changed which it says as it reads; what terraform show printed is not changed: the configuration would remain as it was.
func (p *Project) Fix(findings []diag.Finding) (fixed []byte, remaining []diag.Finding) {
	file, _ := document.Parse(p.Path, p.Source)
	if p.format == input.Terraform || file == nil {
		return p.Source, findings
	}
	var patches []diag.Patch
	var proposed []int
	for i, f := range findings {
		if f.Patch != nil && f.File == p.Path {
			patches, proposed = append(patches, *f.Patch), append(proposed, i)
		}
	}
	fixed, made := fix.Apply(p.Source, file, fix.InFile(file, p.root, patches))
	settled := map[string]bool{} // a second finding of one place goes with the first
	for i, patch := range patches {
		settled[patch.Path] = settled[patch.Path] || made[i]
	}
	for i, f := range findings {
		if !slices.Contains(proposed, i) || !settled[f.Patch.Path] {
			remaining = append(remaining, f)
		}
	}
	return fixed, remaining
}

// refused are the findings that keep a task from being run: ECS would refuse it. A health check that cannot pass is none of them: ECS runs
// it, and so do we.
func refused(findings []diag.Finding) []diag.Finding {
	return slices.DeleteFunc(diag.Errors(findings), func(f diag.Finding) bool { return strings.HasPrefix(f.Rule, "HC") && f.Rule != "HC007" })
}

// ExecutionRoleNeeds are the permissions without which ECS could not start the task; keys are the ARNs of the customer managed keys that
// encrypt its secrets, which no definition says.
func (p *Project) ExecutionRoleNeeds(keys []string) []iam.Need {
	return iam.Needs(p.Definition, p.SecretUses(), iam.Place{Region: p.options.Region, Account: p.options.Account}, keys)
}
