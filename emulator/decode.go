package emulator

import (
	"os"

	"github.com/ecslocal/ecslocal/emulator/input"
	"github.com/ecslocal/ecslocal/emulator/taskdef"
)

// decode reads the definition out of its file, whatever format that has.
func (p *Project) decode() {
	o := &p.options
	found, findings := input.Read(p.Path, p.Source, input.Options{
		From: input.Format(o.Input.From), Resource: o.Input.Resource, Params: o.Input.Params, EnvSubst: o.Input.EnvSubst, Env: os.LookupEnv,
		Region: first(o.Region, p.Config.Region), Account: first(o.Account, p.Config.Account),
	})
	p.Findings = append(p.Findings, findings...)
	if len(found) == 0 {
		return
	}
	one, findings := input.Single(p.Path, found)
	p.Findings = append(p.Findings, findings...)
	if one.Root == nil {
		return
	}
	def, findings := taskdef.Decode(one.Root)
	p.Definition, p.root, p.format, p.targetGroups = def, one.Root, one.Format, one.TargetGroups
	p.Findings = append(append(p.Findings, one.Notes...), findings...)
}
