// Package cause is the catalogue of reasons why a container health check fails, or passes when it should not.
//
// It holds texts only: every finding of package healthcheck, every line of `ecslocal health explain` and every page of
// `ecslocal health rules` takes its words from here, so that they never disagree. It imports emulator/diag and decides nothing.
package cause

import (
	"slices"
	"strings"
	"sync"

	"github.com/ecslocal/ecslocal/emulator/diag"
)

// Certainty says how sure a finding is that it names the cause.
type Certainty string

const (
	// Certain is proven by the definition, the image or the literal output.
	Certain Certainty = "certain"
	// Likely fits everything that is known, and something else could fit it too.
	Likely Certainty = "likely"
	// Hint is worth a look.
	Hint Certainty = "hint"
)

// Rank orders certainties, surest first.
func (c Certainty) Rank() int { return slices.Index([]Certainty{Certain, Likely, Hint}, c) }

// Stage is the kind of evidence that a finding rests on, in the order in which they are asked.
type Stage int

const (
	// Definition is the task definition alone, the script of the check included.
	Definition Stage = iota
	// Image is the configuration and the files of the image.
	Image
	// Output is what probes printed and returned.
	Output
	// Sockets is what listens in the container and what it answers.
	Sockets
	// Timing is when probes ran and how the state of the container moved.
	Timing
)

// String is the stage as it is printed.
func (s Stage) String() string {
	return [...]string{"definition", "image", "output", "sockets", "timing"}[s]
}

// Group is a chapter of the catalogue.
type Group string

const (
	Form    Group = "command form"
	Tools   Group = "tools, shells and files"
	HTTP    Group = "HTTP and TLS"
	Ports   Group = "addresses and ports"
	Pace    Group = "timing"
	User    Group = "user, files and capabilities"
	Logic   Group = "script logic"
	Service Group = "Amazon ECS"
)

// Rule is one cause: its page in the documentation and the words of its findings.
type Rule struct {
	// ID is HC and the three digits of the catalogue row.
	ID    string
	Group Group
	// Title names the cause in one line, without a full stop.
	Title string
	// Cause says what goes on, Symptom how it shows, Fix what to change, Source how it was established.
	Cause, Symptom, Fix, Source string
	// Certainty is the surest that a finding of this rule can be.
	Certainty Certainty
	// Severity is the gravest that a finding of this rule can be.
	Severity diag.Severity
}

// All is every rule in the order of the catalogue. The caller owns the slice.
func All() []Rule { return slices.Clone(all()) }

var all = sync.OnceValue(func() []Rule {
	return slices.Concat(form(), tools(), http(), ports(), pace(), user(), logic(), service())
})

// Find is the rule with this identifier; case is ignored and the letters HC may be missing.
func Find(id string) (Rule, bool) {
	id = strings.ToUpper(strings.TrimSpace(id))
	if !strings.HasPrefix(id, "HC") {
		id = "HC" + strings.Repeat("0", max(0, 3-len(id))) + id
	}
	rules := all()
	i := slices.IndexFunc(rules, func(r Rule) bool { return r.ID == id })
	if i < 0 {
		return Rule{}, false
	}
	return rules[i], true
}

// page shortens the tables of this package: every row names its group once.
func page(group Group, rules []Rule) []Rule {
	for i := range rules {
		rules[i].Group = group
	}
	return rules
}

// Sources that many rows share.
const (
	engines  = "measured on Docker Engine 20.10 and 28.5"
	engine20 = "measured on Docker Engine 20.10"
)
