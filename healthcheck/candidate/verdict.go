package candidate

import (
	"cmp"
	"fmt"
	"time"

	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
	"github.com/ecslocal/ecslocal/healthcheck"
	"github.com/ecslocal/ecslocal/healthcheck/client"
)

// Run is how one execution of a check ended.
type Run struct {
	// ExitCode is -1 where it timed out or could not be started.
	ExitCode int
	Duration time.Duration
	Output   string
	// TimedOut says that it was still running at the timeout.
	TimedOut bool
}

// errorText is what programs print when they could not do what they were asked.
var errorText = lazyregexp.New(`(?m)^.*(curl: \(\d+\)|wget: (?:can't|bad|server returned|error)|: not found$|: command not found$|[Cc]onnection refused|Could not resolve|No such file or directory$|Segmentation fault).*$`)

// Passed says whether a run proves anything: exit code 0, and no word of a failure that something swallowed.
func (r Run) Passed() bool { return r.ExitCode == 0 && r.Swallowed() == "" }

// Swallowed is the error that a check printed although its exit code is 0, empty for none.
func (r Run) Swallowed() string {
	if r.ExitCode != 0 {
		return ""
	}
	return errorText().FindString(healthcheck.Text(r.Output))
}

// Deaf says why a check that passes proves nothing: it asks where the application answers with an error, and takes that for a success. It is
// empty for all others.
func (f Facts) Deaf(c healthcheck.Command) string {
	for _, a := range f.asks(c) {
		if a.call == nil || a.call.PipeLength > 1 || a.call.Substituted || f.Look == nil {
			continue
		}
		request := client.Read(a.call.Argv())
		if request == nil || request.Program != "curl" || request.Fail || request.PrintsCode || request.UnixSocket != "" || !a.target.Loopback() || a.target.Partial {
			continue
		}
		place := Place{Scheme: a.target.Scheme, Host: a.target.Host, Port: a.target.Port}
		if _, status := f.answer(place, cmp.Or(a.target.Path, "/")); status >= 400 {
			return fmt.Sprintf("it passes although the application answers %d: curl without -f takes every answer for a success", status)
		}
	}
	return ""
}

// Proof is what became of a check that was put to the proof: the same check again and again, and then made wrong.
type Proof struct {
	Again   []Run
	Mutated []Mutated
}

// Mutated is the run of one mutation.
type Mutated struct {
	Mutation
	Run Run
}

// Strength is what a proof shows.
type Strength string

const (
	// Proven: it passed each time, and failed whenever it was made wrong.
	Proven Strength = "proven"
	// Weak: it passed each time, and its proof shows less than it seems to ask.
	Weak Strength = "weak"
	// Failed: it did not pass each time, or it passes whatever happens.
	Failed Strength = "failed"
)

// Judge says what a proof shows, in a word and in a sentence.
func (p Proof) Judge() (Strength, string) {
	for i, r := range p.Again {
		if !r.Passed() {
			return Failed, fmt.Sprintf("it passed once, and not when run again (run %d: exit code %d)", i+2, r.ExitCode)
		}
	}
	weak := ""
	for _, m := range p.Mutated {
		if m.Run.ExitCode != 0 {
			continue
		}
		switch m.Kind {
		case Path:
			weak = "a wrong path passes too: it proves that something answers on the port, and no more"
		default:
			return Failed, fmt.Sprintf("it passes with %s too: it can never fail", m.Change)
		}
	}
	switch {
	case weak != "":
		return Weak, weak
	case len(p.Mutated) == 0:
		return Weak, "nothing in it can be made wrong on purpose: that it fails when it should is not shown"
	}
	return Proven, "it passes each time, and fails when made wrong"
}
