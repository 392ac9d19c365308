package healthcheck

import (
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
	"github.com/ecslocal/ecslocal/healthcheck/cause"
)

// errorWords are what programs print when they could not do what they were asked.
var errorWords = lazyregexp.New(`(?m)^[^\n]*(curl: \(\d+\)|wget: (?:can't|bad|server returned|error|unable)|: not found$|: command not found$|(?i:connection refused)|Could not resolve|Segmentation fault)[^\n]*$`)

// passedWithError finds probes that passed although they say that something failed: the check hides it.
func (s *subject) passedWithError(t Timeline) []Diagnosis {
	for _, p := range slices.Backward(t.Probes) {
		if p.ExitCode != 0 {
			continue
		}
		if text := s.script; text != nil && s.shellForm() != nil && len(findsItself(s)) > 0 && strings.Contains(p.Output, "-c "+strings.TrimSpace(text.Text)) {
			return s.run([]detector{{"HC091", cause.Output, func(s *subject) []hit {
				h := findsItself(s)[0]
				h.certainty, h.evidence, h.message = cause.Certain, firstWith(p.Output, "-c "), "the probe found its own shell in the process list"
				return []hit{h}
			}}})
		}
		words := s.saidError(Text(p.Output))
		if words == "" {
			continue
		}
		h := hit{message: "the probe passed although it says that it failed: the check hides the failure", evidence: strings.TrimSpace(words), severity: diag.Error, certainty: cause.Certain}
		rule := "HC087"
		for _, d := range []detector{{rule: "HC088", find: alwaysPasses}, {rule: "HC090", find: exitInPipe}, {rule: "HC087", find: pipeHides}, {rule: "HC093", find: badExit}, {rule: "HC025", find: cutURL}, {rule: "HC025", find: swappedRedirection}, {rule: "HC039", find: bashLanguage}} {
			if hits := d.find(s); s.script != nil && len(hits) > 0 {
				rule, h.value, h.try = d.rule, hits[0].value, hits[0].try
			}
		}
		if h.value == "" && len(s.asks) != 1 {
			h.certainty = cause.Likely // one of several tries failed, another may have passed
			h.severity = diag.Warning
		}
		return s.run([]detector{{rule, cause.Output, func(*subject) []hit { return []hit{h} }}})
	}
	return nil
}

// Lines about a try that was not the last one: what curl -v tells, what is tried again, and an address after which another one answered.
var (
	notTheEnd   = lazyregexp.New(`(?m)^(?:\* |Warning: |< |> )[^\n]*\n?`)
	nextAddress = lazyregexp.New(`(?m)connected\.$|succeeded!$|^Connected to `)
	byProgram   = lazyregexp.New(`^(?:\S*sh|curl|wget|nc|timeout|/\S+|\S+\.sh): `)
)

// saidError is the line in which a program says that something failed, empty where none does. What the application answers may hold such
// words too.
func (s *subject) saidError(text string) string {
	text = notTheEnd().ReplaceAllString(text, "")
	words := errorWords().FindString(text)
	answers := slices.ContainsFunc(s.asks, func(a asked) bool {
		return a.request != nil && (a.request.Retries || !a.call.Substituted && (a.request.Output == "" || a.request.Output == "-"))
	})
	switch {
	case nextAddress().MatchString(text) && strings.Contains(strings.ToLower(words), "refused"):
		return ""
	case answers && !byProgram().MatchString(words) && !strings.Contains(words, "curl: ("):
		return ""
	}
	return words
}

func firstWith(text, part string) string {
	for line := range strings.Lines(text) {
		if strings.Contains(line, part) {
			return strings.TrimSpace(line)
		}
	}
	return ""
}
