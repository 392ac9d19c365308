// Package diag is the vocabulary of findings: what is wrong with a file, where, what AWS would say and what to change.
//
// Every room that judges a definition (document, taskdef, validate, healthcheck, secrets, logs) reports in it, and package
// report renders it. It imports the standard library only and knows no file format.
package diag

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Severity says what a finding means for the task on ECS.
type Severity string

const (
	// Error is something that AWS refuses, or that makes the task fail.
	Error Severity = "error"
	// Warning is something that AWS accepts and that is likely to hurt.
	Warning Severity = "warning"
	// Info is worth knowing and needs no change.
	Info Severity = "info"
)

// Rank orders severities, worst first.
func (s Severity) Rank() int { return slices.Index([]Severity{Error, Warning, Info}, s) }

// Position is a place in a file. Line and Column count from 1, Column in bytes; zero means unknown.
type Position struct {
	File   string `json:"file,omitempty"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
}

// String is file:line:column as editors and terminals understand it, without the parts that are not known.
func (p Position) String() string {
	if p.Line == 0 {
		return p.File
	}
	return strings.TrimPrefix(fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column), ":")
}

// Finding is one thing that is wrong, or worth knowing, about one place of a file.
type Finding struct {
	// Rule is a stable identifier such as DOC-005 or HC001.
	Rule     string   `json:"rule"`
	Severity Severity `json:"severity"`
	// Path is a JSON pointer (RFC 6901) into the task definition, such as /containerDefinitions/0/image.
	Path string `json:"path"`
	Position
	Message string `json:"message"`
	// AWS is the text that AWS is known to answer, empty where it is not known.
	AWS string `json:"aws,omitempty"`
	// Fix says what to change, in words.
	Fix string `json:"fix,omitempty"`
	// Source names where the rule was established, such as an AWS page or an engine version.
	Source string `json:"source,omitempty"`
	// Patch is the change that a tool may make, nil where a person has to decide.
	Patch *Patch `json:"patch,omitempty"`
}

// Patch replaces, adds or removes the value at one place of the definition.
type Patch struct {
	// Path is a JSON pointer.
	Path string `json:"path"`
	// Value is the JSON text of the new value; empty removes the member.
	Value string `json:"value,omitempty"`
}

// String is the finding on one line.
func (f Finding) String() string {
	return fmt.Sprintf("%s: %s: %s [%s]", f.Position, f.Severity, f.Message, f.Rule)
}

// Sort orders findings by file and position, then the worse first, then by rule, so that reports are stable.
func Sort(findings []Finding) {
	slices.SortStableFunc(findings, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column),
			cmp.Compare(a.Severity.Rank(), b.Severity.Rank()), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Message, b.Message))
	})
}

// Worst is the gravest severity among the findings, empty for none.
func Worst(findings []Finding) Severity {
	if len(findings) == 0 {
		return ""
	}
	return slices.MinFunc(findings, func(a, b Finding) int { return cmp.Compare(a.Severity.Rank(), b.Severity.Rank()) }).Severity
}

// Errors are the findings of severity Error.
func Errors(findings []Finding) []Finding {
	var errs []Finding
	for _, f := range findings {
		if f.Severity == Error {
			errs = append(errs, f)
		}
	}
	return errs
}

// Pointer appends reference tokens to a JSON pointer, escaping them. Tokens are strings and ints.
func Pointer(base string, tokens ...any) string {
	var b strings.Builder
	b.WriteString(base)
	for _, token := range tokens {
		b.WriteByte('/')
		b.WriteString(pointerEscape.Replace(fmt.Sprint(token)))
	}
	return b.String()
}

var (
	pointerEscape   = strings.NewReplacer("~", "~0", "/", "~1")
	pointerUnescape = strings.NewReplacer("~1", "/", "~0", "~")
)

// Tokens splits a JSON pointer into its unescaped reference tokens.
func Tokens(pointer string) []string {
	if pointer == "" {
		return nil
	}
	tokens := strings.Split(pointer[1:], "/")
	for i := range tokens {
		tokens[i] = pointerUnescape.Replace(tokens[i])
	}
	return tokens
}

// Nearest is the candidate most like word, for "did you mean"; empty when none is near.
// Case is ignored: a wrong capital is the likeliest mistake.
func Nearest(word string, candidates []string) string {
	best, limit := "", max(1, len(word)/3)+1
	for _, candidate := range candidates {
		if d := distance(strings.ToLower(word), strings.ToLower(candidate)); d < limit {
			best, limit = candidate, d
		}
	}
	return best
}

// distance is the optimal string alignment distance: a swap of neighbours counts as one edit.
func distance(a, b string) int {
	if len(a) > 64 || len(b) > 64 { // names of members and enums are short; anything longer is no typing mistake
		return len(a) + len(b)
	}
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
