package input

import (
	"fmt"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
)

// miss remembers a placeholder without a value; the same one counts once.
func (f *filler) miss(p placeholder, pos diag.Position, image bool) {
	if i, again := f.missed[p.written]; again {
		f.missing[i].times++
		return
	}
	f.missed[p.written] = len(f.missing)
	f.missing = append(f.missing, missing{p, pos, image, 1})
}

// reportMissing tells of the first placeholders one by one.
func (f *filler) reportMissing() {
	const most = 100
	for i, m := range f.missing {
		if i == most {
			f.add(m.pos, diag.Warning, RuleUnresolved, fmt.Sprintf("%d more placeholders have no value", len(f.missing)-most), "")
			return
		}
		f.report(m)
	}
}

func (f *filler) report(m missing) {
	message := fmt.Sprintf("the placeholder %s has no value", m.written)
	if m.times > 1 {
		message += fmt.Sprintf(" (%d places)", m.times)
	}
	f.add(m.pos, diag.Warning, RuleUnresolved, message, f.remedy(m))
	if m.image && !f.every && strings.ContainsAny(m.written, "<{$") { // what registering the file as it stands brings
		f.findings[len(f.findings)-1].AWS = "Container.image contains invalid characters."
	}
}

// remedy says how a value can be given.
func (f *filler) remedy(m missing) string {
	if near := f.suggest(m.name); near != "" {
		return fmt.Sprintf("the parameter %q was given; did you mean %q?", near, m.name)
	}
	param := "--param '" + m.name + "=VALUE'"
	switch {
	case m.image:
		return "a deployment fills in the image; here say which to use: --image NAME=IMAGE, or " + param
	case m.function == "env" || m.function == "must_env":
		return fmt.Sprintf("set the environment variable %s, or give %s", m.args[0], strings.Replace(param, m.name, m.args[0], 1))
	case m.function != "":
		return "write the file out first with ecspresso render taskdef, or give " + param
	case m.syntax == dollar && m.isName() && !f.every:
		return "take it from the environment: --env-subst, or give " + param
	}
	return "give " + param
}

// standIn is a text to go on with in place of a value that is not known: the emulated account's where that is asked for,
// else the placeholder's own name, in characters that are allowed about everywhere.
func (f *filler) standIn(p placeholder) string {
	return f.reader.standIn(p.name)
}

func (r *reader) standIn(name string) string {
	lower := strings.ToLower(name)
	switch {
	case strings.Contains(lower, "account"):
		return r.opts.Account
	case strings.Contains(lower, "region"):
		return r.opts.Region
	case strings.HasSuffix(lower, "arn") && strings.Contains(lower, "role"):
		return "arn:aws:iam::" + r.opts.Account + ":role/" + safeName(lower)
	}
	return safeName(lower)
}

// safeName writes a name in lower case letters, digits and hyphens.
func safeName(name string) string {
	name = strings.Trim(unsafe().ReplaceAllString(strings.ToLower(name), "-"), "-")
	if name == "" {
		return "unknown"
	}
	return name[:min(len(name), 60)]
}

var unsafe = lazyregexp.New(`[^a-z0-9]+`)
