package healthcheck

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/healthcheck/cause"
	"github.com/ecslocal/ecslocal/healthcheck/output"
)

// Diagnosis is one cause, found in one container, with the evidence for it.
type Diagnosis struct {
	// Rule is the cause: its page, its words.
	Rule      cause.Rule
	Certainty cause.Certainty
	Severity  diag.Severity
	Stage     cause.Stage
	Container string
	// Message says in one sentence what is wrong here.
	Message string
	// Evidence is the literal text that shows it: a part of the definition, a line of output, a socket.
	Evidence string
	// Fix says what to change here; empty means the fix of the rule.
	Fix string
	// Pointer is the place in the definition that is judged.
	Pointer string
	// Patch changes the definition so that this cause is gone, nil where a person has to decide.
	Patch *diag.Patch
	// Try are commands that may work instead. They are not proven: run them before you print them as a fix.
	Try []Command
	// Also says that an earlier, certain cause explains the failure already.
	Also bool
}

// Finding is the diagnosis in the words of package diag. Its fix tells the whole command to write, where one is known.
func (d Diagnosis) Finding() diag.Finding {
	fix := cmp.Or(d.Fix, d.Rule.Fix)
	if d.repairs() {
		fix += " Write " + d.Patch.Value
	}
	return diag.Finding{
		Rule: d.Rule.ID, Severity: d.Severity, Path: d.Pointer, Message: d.Message,
		Fix: fix, Source: d.Rule.Source, Patch: d.Patch,
	}
}

// String is the diagnosis on one line.
func (d Diagnosis) String() string {
	return fmt.Sprintf("%s %s (%s): %s", d.Severity, d.Rule.ID, d.Certainty, d.Message)
}

// Findings are the diagnoses in the words of package diag.
func Findings(diagnoses []Diagnosis) []diag.Finding {
	findings := make([]diag.Finding, len(diagnoses))
	for i, d := range diagnoses {
		findings[i] = d.Finding()
	}
	return findings
}

// Rules is every cause with its text, in the order of the catalogue.
func Rules() []cause.Rule { return cause.All() }

// hit is what a detector reports: a diagnosis without what its table knows already. Zero certainty and severity mean those
// of the rule.
type hit struct {
	certainty cause.Certainty
	severity  diag.Severity
	message   string
	evidence  string
	fix       string
	pointer   string // relative to the container definition; empty is /healthCheck/command
	value     string // JSON text of the new value at pointer, empty for no patch
	try       []Command
	name      string // the program or file that it is about
}

// detector looks for one cause at one stage.
type detector struct {
	rule  string
	stage cause.Stage
	find  func(*subject) []hit
}

// run asks every detector in order and fills in the words of its rule.
func (s *subject) run(detectors []detector) []Diagnosis {
	var found []Diagnosis
	for _, d := range detectors {
		rule, _ := cause.Find(d.rule)
		for _, h := range d.find(s) {
			if h.value == "" && h.pointer == "" && len(h.try) == 0 {
				h = h.patched(s.remedy(output.Told{Rule: d.rule, Name: h.name}))
			}
			if len(h.try) == 1 && slices.Equal(h.try[0], s.Command) {
				h.value, h.try = "", nil // it would change nothing
			}
			if h.value == "" && h.pointer == "" && len(h.try) == 0 {
				h = h.patched(s.mendedInside(d))
			}
			found = append(found, s.diagnosis(rule, d.stage, h))
		}
	}
	return unique(found)
}

// diagnosis completes a hit.
func (s *subject) diagnosis(rule cause.Rule, stage cause.Stage, h hit) Diagnosis {
	pointer := s.Pointer + cmp.Or(h.pointer, "/healthCheck/command")
	d := Diagnosis{
		Rule: rule, Stage: stage, Container: s.Container, Pointer: pointer,
		Certainty: cmp.Or(h.certainty, rule.Certainty), Severity: cmp.Or(h.severity, rule.Severity),
		Message: cmp.Or(h.message, rule.Title), Evidence: cmp.Or(h.evidence, s.written.String()), Fix: h.fix, Try: h.try,
	}
	if h.value != "" {
		d.Patch = &diag.Patch{Path: pointer, Value: h.value}
	}
	return d
}

// unique drops what was found twice: one cause is told once for each place, in its surest form.
func unique(found []Diagnosis) []Diagnosis {
	slices.SortStableFunc(found, func(a, b Diagnosis) int {
		return cmp.Or(cmp.Compare(a.Stage, b.Stage), cmp.Compare(a.Certainty.Rank(), b.Certainty.Rank()))
	})
	var kept []Diagnosis
	for _, d := range found {
		same := func(k Diagnosis) bool {
			return k.Rule.ID == d.Rule.ID && k.Pointer == d.Pointer && (k.Message == d.Message || k.Stage != d.Stage)
		}
		if !slices.ContainsFunc(kept, same) {
			kept = append(kept, d)
		}
	}
	return kept
}
