package config

import (
	"fmt"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/document"
	"github.com/ecslocal/ecslocal/emulator/document/fill"
	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
)

// Rules of the findings about configuration files.
const (
	RuleUnknown   = "CFG-001" // a name that means nothing
	RuleType      = "CFG-002" // a value of the wrong type
	RuleValue     = "CFG-003" // a text that cannot be right
	RuleDuplicate = "CFG-004" // a name that is there twice
)

type decoder struct {
	fill.Filler
	root *document.Node
}

func newDecoder(root *document.Node, findings []diag.Finding) *decoder {
	return &decoder{root: root, Filler: fill.Filler{
		Rules:    fill.Rules{Unknown: RuleUnknown, Type: RuleType, Value: RuleValue, Duplicate: RuleDuplicate},
		Document: "a configuration file", Member: "a setting", Findings: findings,
		Hints: map[string]string{"/credentials": "write {mode: stub}, {mode: env} or {profile: NAME}"},
	}}
}

func (d *decoder) config(c *Config) {
	d.Fill(d.root, "", c)
	d.check(c)
}

var (
	regionForm   = lazyregexp.New(`^[a-z]{2,}(-[a-z]+)+-[0-9]+$`)
	accountForm  = lazyregexp.New(`^[0-9]{12}$`)
	clusterForm  = lazyregexp.New(`^[A-Za-z0-9_-]{1,255}$`)     // ECS CreateCluster
	logGroupForm = lazyregexp.New(`^[.\-_/#A-Za-z0-9]{1,512}$`) // CloudWatch Logs CreateLogGroup
)

// check looks at texts that have a form.
func (d *decoder) check(c *Config) {
	d.form("/region", c.Region, regionForm, "is not the name of a region", "write one such as us-east-1")
	d.form("/account", c.Account, accountForm, "is not an account id", "write 12 digits, in quotes")
	d.form("/cluster", c.Cluster, clusterForm, "is not the name of a cluster", "use letters, digits, hyphens and underscores")
	for i, group := range c.LogGroups {
		d.form(diag.Pointer("/logGroups", i), group, logGroupForm, "is not the name of a log group", "use letters, digits and . - _ / #")
	}
	for name, texts := range map[string]map[string]string{"/images": c.Images, "/s3": c.S3, "/efs": c.EFS, "/fsx": c.FSx} {
		for key, text := range texts {
			d.filled(diag.Pointer(name, key), text)
		}
	}
	for i, path := range c.Secrets {
		d.filled(diag.Pointer("/secrets", i), path)
	}
	d.credentials(c.Credentials)
}

func (d *decoder) form(path, text string, form lazyregexp.Regexp, message, fix string) {
	if n := d.root.At(path); n != nil && n.Kind == document.String && n.Tag == "" && !form().MatchString(text) {
		d.Add(RuleValue, path, n.Pos, fmt.Sprintf("%q %s", text, message), fix)
	}
}

// filled demands that a text is there, unless it was reported already.
func (d *decoder) filled(path, text string) {
	if n := d.root.At(path); text == "" && n != nil && n.Tag == "" && (n.Kind == document.String || n.Kind == document.Null) {
		d.Add(RuleValue, path, n.Pos, d.Called(path)+" is empty", "")
	}
}

func (d *decoder) credentials(c Credentials) {
	pos := d.root.PosAt("/credentials/mode")
	switch {
	case c.Mode != "" && c.Mode != Stub && c.Mode != Env:
		d.Add(RuleValue, "/credentials/mode", pos, fmt.Sprintf("%q is not a mode of credentials", c.Mode), "write stub or env, or profile: NAME instead of a mode")
	case c.Mode != "" && c.Profile != "":
		d.Add(RuleValue, "/credentials/mode", pos, "credentials have a mode and a profile", "remove one of them")
	case c.AssumeRole && c.Mode != Env && c.Profile == "":
		d.Add(RuleValue, "/credentials/assumeRole", d.root.PosAt("/credentials/assumeRole"),
			"stub credentials cannot assume a role", "add mode: env or profile: NAME")
	}
}
