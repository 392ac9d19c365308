package trial

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/ecslocal/ecslocal/healthcheck"
	"github.com/ecslocal/ecslocal/healthcheck/candidate"
)

// Trial is what to try.
type Trial struct {
	Facts   candidate.Facts
	Timeout time.Duration // the declared one
	// Own are commands of the user's, tried instead of all candidates; they may change things only with AllowWrites.
	Own         []healthcheck.Command
	AllowWrites bool
	// Row is told what became of each candidate, as it happens; nil for nobody.
	Row func(Row)
}

// Row is what became of one candidate.
type Row struct {
	candidate.Candidate
	// Refused says why it was not run, nil for one that was.
	Refused error
	Run     candidate.Run
}

// Passed says that it ran and passed.
func (r Row) Passed() bool { return r.Refused == nil && r.Run.Passed() }

// Result is what the trial has shown.
type Result struct {
	Rows []Row
	// Winner is the check that was proven, or is at least not refuted; nil where there is none.
	Winner   *candidate.Candidate
	Proof    candidate.Proof
	Strength candidate.Strength
	// Says is the strength in a sentence.
	Says string
	// Refuted are checks that passed, and turned out to prove nothing, with the reason.
	Refuted []string
}

// passes is how often a check must pass in a row, the trial itself included.
const passes = 3

// enough is how many checks are put to the proof that turn out to be weak: the list is in order of preference.
const enough = 2

// Run tries the candidates one after the other, and puts each that passes to the proof, until one stands it. The error says why the container
// cannot be tried any further; the result holds what was found out by then.
func (t Trial) Run(ctx context.Context, c Container) (result Result, err error) {
	weak := 0
	for _, next := range t.candidates() {
		row := Row{Candidate: next, Refused: t.refuse(next)}
		if row.Refused == nil {
			if row.Run, err = c.Run(ctx, next.Command.Argv(), t.Timeout); err != nil {
				return result, err
			}
		}
		result.Rows = append(result.Rows, row)
		if t.Row != nil {
			t.Row(row)
		}
		if !row.Passed() {
			continue
		}
		if says := t.Facts.Deaf(next.Command); says != "" {
			result.Refuted = append(result.Refuted, fmt.Sprintf("%v: %s", next.Command, says))
			continue
		}
		proof, err := t.proof(ctx, c, row)
		if err != nil {
			return result, err
		}
		if result.take(row, proof) == candidate.Weak {
			weak++
		}
		if result.Strength == candidate.Proven || weak == enough {
			break
		}
	}
	return result, nil
}

// take takes in a proof. The first weak check is kept until one is proven.
func (r *Result) take(row Row, proof candidate.Proof) candidate.Strength {
	strength, says := proof.Judge()
	if strength == candidate.Failed {
		r.Refuted = append(r.Refuted, fmt.Sprintf("%v: %s", row.Command, says))
	} else if r.Winner == nil || strength == candidate.Proven {
		winner := row.Candidate
		r.Winner, r.Proof, r.Strength, r.Says = &winner, proof, strength, says
	}
	return strength
}

func (t Trial) candidates() []candidate.Candidate {
	if len(t.Own) == 0 {
		return t.Facts.List()
	}
	var own []candidate.Candidate
	for _, c := range t.Own {
		own = append(own, candidate.Candidate{Command: c, Why: "as you say"})
	}
	return own
}

func (t Trial) refuse(c candidate.Candidate) error {
	err := t.Facts.Refuse(c.Command)
	if t.AllowWrites && c.Command.Refuse() == nil {
		return nil
	}
	return err
}

// proof runs a check again, and then made wrong.
func (t Trial) proof(ctx context.Context, c Container, row Row) (candidate.Proof, error) {
	p := candidate.Proof{Again: []candidate.Run{row.Run}}
	for len(p.Again) < passes {
		run, err := c.Run(ctx, row.Command.Argv(), t.Timeout)
		if err != nil {
			return p, err
		}
		p.Again = append(p.Again, run)
		if !run.Passed() {
			return p, nil
		}
	}
	for _, m := range t.Facts.Mutations(row.Command) {
		if t.Facts.Refuse(m.Command) != nil && !t.AllowWrites || slices.Equal(m.Command, row.Command) {
			continue
		}
		run, err := c.Run(ctx, m.Command.Argv(), t.Timeout)
		if err != nil {
			return p, err
		}
		p.Mutated = append(p.Mutated, candidate.Mutated{Mutation: m, Run: run})
	}
	return p, nil
}
