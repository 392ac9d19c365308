package secrets

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
)

// Rules of the findings about a definition and its secrets files; ENV rules are those that package validate names, too.
const (
	RuleMissing     = "SEC-006" // no file has it
	RuleUnused      = "SEC-007" // nobody asks for a key
	RulePlaceholder = "SEC-008" // still what the template wrote
	RuleFormat      = "SEC-009" // arrives in a form that is seldom meant
	ruleName        = "ENV-004" // no ARN and no parameter name
	ruleARN         = "ENV-006" // an ARN that is none of a secret
	ruleJSONKey     = "ENV-007" // no such key, or no JSON
)

// Check compares what a task definition asks for with what a source has: what is missing, keys that nobody asks for, JSON keys
// that are not there, values that are still placeholders or will arrive in an odd form. It never shows a value.
func Check(uses []Use, source *Source) []diag.Finding {
	var findings []diag.Finding
	var refs []Reference
	for _, use := range uses {
		ref, err := use.Reference()
		if err == nil {
			refs = append(refs, ref)
		}
		if f := source.check(ref, err); f != nil {
			f.Path, f.Position = use.Path, use.Position
			f.Message = use.String() + ": " + f.Message
			findings = append(findings, *f)
		}
	}
	findings = append(findings, source.unused(refs)...)
	diag.Sort(findings)
	return findings
}

// check looks at one reference; nil is fine. A reference that could not be parsed comes with its error.
func (s *Source) check(ref Reference, err error) *diag.Finding {
	if errors.Is(err, ErrParameterName) {
		return &diag.Finding{Rule: ruleName, Severity: diag.Error, Message: err.Error(), Fix: "name a parameter, or give the ARN of a parameter or secret"}
	}
	if err != nil {
		return &diag.Finding{Rule: ruleARN, Severity: diag.Error, Message: err.Error(),
			Fix: "end the ARN after the secret's name, or add all of :json-key:version-stage:version-id"}
	}
	values, missing := s.Resolve([]Reference{ref})
	switch {
	case missing != nil:
		return s.missing(ref, missing)
	case strings.Contains(values[0].Reveal(), Placeholder):
		return &diag.Finding{Rule: RulePlaceholder, Severity: diag.Warning,
			Message: fmt.Sprintf("%s still has the value %s in %s", ref.ID(), Placeholder, s.lookup(ref).pos), Fix: "replace it"}
	case ref.JSONKey != "":
		return s.format(ref)
	}
	return nil
}

func (s *Source) missing(ref Reference, missing *MissingError) *diag.Finding {
	f := &diag.Finding{Rule: RuleMissing, Severity: diag.Error, Message: missing.Missing[0].Error(), AWS: missing.Fargate(),
		Fix: "add it to a secrets file: ecslocal secrets init writes one with everything that the definition asks for"}
	e := s.lookup(ref)
	if e == nil {
		return f
	}
	f.Message += fmt.Sprintf(" (%s)", e.pos)
	f.Fix = "add it there"
	if ref.JSONKey != "" {
		f.Rule = ruleJSONKey
		if value, err := e.version(ref); err == nil {
			if near := diag.Nearest(ref.JSONKey, jsonKeys(value)); near != "" {
				f.Fix = "did you mean " + near + "?"
			}
		}
	}
	return f
}

// jsonKeys are the names of a secret's members.
func jsonKeys(value Value) []string {
	object := map[string]json.RawMessage{}
	_ = json.Unmarshal([]byte(value.Reveal()), &object) // no object has no keys
	return slices.Sorted(maps.Keys(object))
}

// format warns of members that arrive as Go prints them.
func (s *Source) format(ref Reference) *diag.Finding {
	value, err := s.lookup(ref).version(ref)
	if err != nil {
		return nil
	}
	object := map[string]any{}
	if json.Unmarshal([]byte(value.Reveal()), &object) != nil {
		return nil
	}
	var what, how string
	switch member := object[ref.JSONKey].(type) {
	case nil:
		what, how = "null", "<nil>"
	case map[string]any:
		what, how = "an object", "map[…], as Go prints it"
	case []any:
		what, how = "a list", "[…], as Go prints it"
	case float64:
		if !strings.ContainsRune(fmt.Sprint(member), 'e') {
			return nil
		}
		what, how = "a large or small number", "a number with an exponent, as in 1e+06"
	default:
		return nil
	}
	return &diag.Finding{Rule: RuleFormat, Severity: diag.Warning, Fix: "make it a text in the secret: put it in quotes",
		Message: fmt.Sprintf("the JSON key %s of %s is %s, which arrives as %s", ref.JSONKey, ref.ID(), what, how),
		Source:  "amazon-ecs-agent 1.105.1, agent/asm/asm.go"}
}

// unused reports keys that no reference fits. A key that fits and loses to another is there on purpose.
func (s *Source) unused(refs []Reference) []diag.Finding {
	var missing []string
	for _, ref := range refs {
		if s.lookup(ref) == nil {
			missing = append(missing, withoutSuffix(ref.Name))
		}
	}
	var findings []diag.Finding
	for _, file := range s.Files {
		for i := range file.entries {
			e := &file.entries[i]
			if slices.ContainsFunc(refs, func(ref Reference) bool { return s.rank(e, ref) < noMatch }) {
				continue
			}
			f := diag.Finding{Rule: RuleUnused, Severity: diag.Warning, Position: e.pos, Message: fmt.Sprintf("no container asks for %s", e.key), Fix: "remove it"}
			if near := diag.Nearest(e.key, missing); near != "" {
				f.Fix = "did you mean " + near + "?"
			}
			findings = append(findings, f)
		}
	}
	return findings
}
