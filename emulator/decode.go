package emulator

import "github.com/ecslocal/ecslocal/emulator/taskdef"

// decode reads the definition out of its file.
func (p *Project) decode() {
	def, findings := taskdef.Load(p.Path, p.Source)
	p.Definition = def
	p.Findings = append(p.Findings, findings...)
}
