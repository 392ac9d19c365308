package config

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/document"
)

// Rules of the findings about configuration files.
const (
	RuleUnknown   = "CFG-001" // a name that means nothing
	RuleType      = "CFG-002" // a value of the wrong type
	RuleValue     = "CFG-003" // a text that cannot be right
	RuleDuplicate = "CFG-004" // a name that is there twice
)

type decoder struct {
	root     *document.Node
	findings []diag.Finding
}

func (d *decoder) add(rule, path string, pos diag.Position, message, fix string) {
	d.findings = append(d.findings, diag.Finding{Rule: rule, Severity: diag.Error, Path: path, Position: pos, Message: message, Fix: fix})
}

func (d *decoder) config(c *Config) {
	d.value(d.root, reflect.ValueOf(c).Elem(), "")
	d.check(c)
}

// value fills a field from a node. A null is as good as nothing.
func (d *decoder) value(n *document.Node, v reflect.Value, path string) {
	if n.Kind == document.Null && n.Tag == "" {
		return
	}
	switch want := kinds[v.Kind()]; {
	case n.Tag != "":
		d.add(RuleType, path, n.Pos, fmt.Sprintf("%s has the YAML tag %s, which means nothing here", called(path), n.Tag), "remove it, or quote the text")
	case n.Kind != want:
		d.add(RuleType, path, n.Pos, fmt.Sprintf("%s is %s, not %s", called(path), articles[want], articles[n.Kind]), fix(n.Kind, want, path))
	case want == document.String:
		v.SetString(n.Text)
	case want == document.Bool:
		v.SetBool(n.Text == "true")
	case want == document.Array:
		for i, item := range n.Items {
			v.Set(reflect.Append(v, reflect.Zero(v.Type().Elem())))
			d.value(item, v.Index(v.Len()-1), diag.Pointer(path, i))
		}
	case v.Kind() == reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		d.members(n, path, func(m document.Member, path string) {
			text := reflect.New(v.Type().Elem()).Elem()
			d.value(m.Value, text, path)
			v.SetMapIndex(reflect.ValueOf(m.Name), text)
		})
	default:
		fields := fields(v)
		d.members(n, path, func(m document.Member, path string) {
			if field, ok := fields[m.Name]; ok {
				d.value(m.Value, field, path)
				return
			}
			d.unknown(m, path, fields)
		})
	}
}

// kinds are the forms in the file of Go's.
var kinds = map[reflect.Kind]document.Kind{reflect.String: document.String, reflect.Bool: document.Bool, reflect.Slice: document.Array,
	reflect.Map: document.Object, reflect.Struct: document.Object}

var articles = map[document.Kind]string{document.Null: "nothing", document.Bool: "true or false", document.Number: "a number", document.String: "a text",
	document.Array: "a list", document.Object: "a mapping"}

// fields are a struct's, by their names in the file.
func fields(v reflect.Value) map[string]reflect.Value {
	byName := map[string]reflect.Value{}
	for i := range v.NumField() {
		byName[v.Type().Field(i).Tag.Get("json")] = v.Field(i)
	}
	return byName
}

// members walks an object and reports names that are there twice.
func (d *decoder) members(n *document.Node, path string, each func(m document.Member, path string)) {
	seen := map[string]int{}
	for _, m := range n.Members {
		path := diag.Pointer(path, m.Name)
		if line, ok := seen[m.Name]; ok {
			d.add(RuleDuplicate, path, m.Pos, fmt.Sprintf("%s is in line %d already", m.Name, line), "remove one of them")
			continue
		}
		seen[m.Name] = m.Pos.Line
		each(m, path)
	}
}

func (d *decoder) unknown(m document.Member, path string, fields map[string]reflect.Value) {
	var names []string
	for name := range fields {
		names = append(names, name)
	}
	suggestion := "remove it"
	if near := diag.Nearest(m.Name, names); near != "" {
		suggestion = "did you mean " + near + "?"
	}
	d.add(RuleUnknown, path, m.Pos, called(path)+" is not a setting", suggestion)
}

// called is what a message calls a value.
func called(path string) string {
	if path == "" {
		return "a configuration file"
	}
	return strings.Join(diag.Tokens(path), ".")
}

// fix says how to write a value of another type.
func fix(got, want document.Kind, path string) string {
	switch {
	case want == document.String && (got == document.Number || got == document.Bool):
		return "put it in quotes"
	case want == document.Array && got == document.String:
		return "put it in brackets: [ ]"
	case path == "/credentials" && got == document.String:
		return "write {mode: stub}, {mode: env} or {profile: NAME}"
	}
	return ""
}

var (
	regionForm   = regexp.MustCompile(`^[a-z]{2,}(-[a-z]+)+-[0-9]+$`)
	accountForm  = regexp.MustCompile(`^[0-9]{12}$`)
	clusterForm  = regexp.MustCompile(`^[A-Za-z0-9_-]{1,255}$`)     // ECS CreateCluster
	logGroupForm = regexp.MustCompile(`^[.\-_/#A-Za-z0-9]{1,512}$`) // CloudWatch Logs CreateLogGroup
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

func (d *decoder) form(path, text string, form *regexp.Regexp, message, fix string) {
	if n := d.root.At(path); n != nil && n.Kind == document.String && n.Tag == "" && !form.MatchString(text) {
		d.add(RuleValue, path, n.Pos, fmt.Sprintf("%q %s", text, message), fix)
	}
}

// filled demands that a text is there, unless it was reported already.
func (d *decoder) filled(path, text string) {
	if n := d.root.At(path); text == "" && n != nil && n.Tag == "" && (n.Kind == document.String || n.Kind == document.Null) {
		d.add(RuleValue, path, n.Pos, called(path)+" is empty", "")
	}
}

func (d *decoder) credentials(c Credentials) {
	pos := d.root.PosAt("/credentials/mode")
	switch {
	case c.Mode != "" && c.Mode != Stub && c.Mode != Env:
		d.add(RuleValue, "/credentials/mode", pos, fmt.Sprintf("%q is not a mode of credentials", c.Mode), "write stub or env, or profile: NAME instead of a mode")
	case c.Mode != "" && c.Profile != "":
		d.add(RuleValue, "/credentials/mode", pos, "credentials have a mode and a profile", "remove one of them")
	case c.AssumeRole && c.Mode != Env && c.Profile == "":
		d.add(RuleValue, "/credentials/assumeRole", d.root.PosAt("/credentials/assumeRole"),
			"stub credentials cannot assume a role", "add mode: env or profile: NAME")
	}
}
