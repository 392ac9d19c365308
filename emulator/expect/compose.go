package expect

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// composed is an expectation that is made of others.
type composed interface{ parts() []Expectation }

// All expects that every one of its parts holds, all at the same look. None at all holds at once.
type All []Expectation

func (a All) parts() []Expectation { return a }

func (a All) String() string { return join(a, " and ") }

// Look looks at one after the other, up to the first that does not hold.
func (a All) Look(ctx context.Context, task Subject) error {
	for _, e := range a {
		if err := e.Look(ctx, task); err != nil {
			return err
		}
	}
	return nil
}

// Any expects that at least one of its parts holds.
type Any []Expectation

func (a Any) parts() []Expectation { return a }

func (a Any) String() string { return join(a, " or ") }

// Look looks at one after the other, up to the first that holds. It never will where none of them ever will.
func (a Any) Look(ctx context.Context, task Subject) error {
	var errs []error
	var texts []string
	final := true
	for _, e := range a {
		err := e.Look(ctx, task)
		if err == nil {
			return nil
		}
		final = final && errors.Is(err, ErrNever)
		errs, texts = append(errs, err), append(texts, err.Error())
	}
	if final {
		return fmt.Errorf("none holds: %w", errors.Join(errs...))
	}
	return fmt.Errorf("none holds: %s", strings.Join(texts, "; ")) // without ErrNever of one of them
}

func join(parts []Expectation, between string) string {
	var texts []string
	for _, e := range parts {
		text := e.String()
		if c, ok := e.(composed); ok && len(c.parts()) > 1 {
			text = "(" + text + ")"
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, between)
}

// Impossible never holds. It stands for an expectation that could not be read.
type Impossible struct{ Reason error }

func (i Impossible) String() string { return "what cannot be" }

// Look gives the reason.
func (i Impossible) Look(context.Context, Subject) error { return never{i.Reason} }
