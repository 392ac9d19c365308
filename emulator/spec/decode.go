package spec

import (
	"fmt"
	"path/filepath"
	"slices"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/document"
	"github.com/ecslocal/ecslocal/emulator/document/fill"
	"github.com/ecslocal/ecslocal/emulator/taskdef"
)

type decoder struct {
	fill.Filler
	root *document.Node
}

func newDecoder(root *document.Node) *decoder {
	return &decoder{root: root, Filler: fill.Filler{
		Rules:    fill.Rules{Unknown: RuleUnknown, Type: RuleType, Value: RuleValue, Duplicate: RuleDuplicate},
		Document: "a spec", Member: "a member of a spec",
	}}
}

// readCase reads the tree of one case.
func readCase(name string, root *document.Node) (Case, []diag.Finding) {
	c := Case{File: name}
	d := newDecoder(root)
	d.Fill(root, "", &c.Spec)
	d.check(&c)
	c.resolve(filepath.Dir(name))
	d.Member = "a member of this step"
	if steps := c.StepNodes; steps != nil && steps.Kind == document.Array {
		for i, item := range steps.Items {
			if step, ok := d.step(item, diag.Pointer("/steps", i)); ok {
				c.Steps = append(c.Steps, step)
			}
		}
	}
	return c, d.Findings
}

// check looks at what Fill cannot know.
func (d *decoder) check(c *Case) {
	if d.root.Kind != document.Object {
		return
	}
	if n := d.root.Member("definition"); n == nil || n.Kind == document.Null || n.Kind == document.String && n.Text == "" {
		d.Add(RuleMissing, "", d.root.Pos, "a spec names a task definition", "write definition: task-definition.json")
	}
	for path, want := range map[string]document.Kind{"/steps": document.Array, "/overrides": document.Object} {
		if n := d.root.At(path); n != nil && n.Kind != want && n.Kind != document.Null {
			d.Add(RuleType, path, n.Pos, fmt.Sprintf("%s is no %s", d.Called(path), want), "")
		}
	}
	if c.StepNodes == nil || len(c.StepNodes.Items) == 0 && c.StepNodes.Kind != document.Object {
		d.Add(RuleMissing, "/steps", d.root.PosAt("/steps"), "a spec without steps tests nothing", "write at least steps: [{healthy: }]")
	}
	if lt := c.LaunchType; lt != "" && lt != taskdef.EC2 && lt != taskdef.Fargate {
		d.Add(RuleValue, "/launchType", d.root.PosAt("/launchType"), fmt.Sprintf("%q is no launch type", lt), "write EC2 or FARGATE")
	}
	d.nonEmpty(d.root, "", "secrets", "networks", "images")
	if c.Timeout == 0 {
		c.Timeout = DefaultTimeout
	}
	if c.Overrides != nil && c.Overrides.Kind == document.Object {
		overrides, findings := taskdef.DecodeOverrides(c.Overrides)
		c.RunOverrides = overrides
		d.Findings = append(d.Findings, findings...)
	}
}

// resolve makes the paths those that this process can open.
func (c *Case) resolve(dir string) {
	resolve := func(path string) string {
		if path == "" || filepath.IsAbs(path) {
			return path
		}
		return filepath.Join(dir, filepath.FromSlash(path))
	}
	c.Definition, c.Config = resolve(c.Definition), resolve(c.Config)
	c.Secrets = slices.Clone(c.Secrets)
	for i := range c.Secrets {
		c.Secrets[i] = resolve(c.Secrets[i])
	}
}
