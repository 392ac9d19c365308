package candidate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/healthcheck"
	"github.com/ecslocal/ecslocal/healthcheck/client"
	"github.com/ecslocal/ecslocal/healthcheck/shell"
)

// Mutation is a check made wrong on purpose: it must fail, or the original proves nothing about what was changed.
type Mutation struct {
	Command healthcheck.Command
	Kind    MutationKind
	// Change says what was changed.
	Change string
}

// MutationKind is what was changed.
type MutationKind string

const (
	// Port is the port: one where nothing listens.
	Port MutationKind = "port"
	// Path is the path: one that no application has.
	Path MutationKind = "path"
	// Subject is the file, process or pattern that a check without a server looks for.
	Subject MutationKind = "subject"
)

const wrongPath = "/ecslocal-no-such-path"

// Mutations are the ways to make a check wrong; there are none for a program whose arguments mean nothing to us.
func (f Facts) Mutations(c healthcheck.Command) []Mutation {
	if m, ok := f.otherSocket(c); ok {
		return []Mutation{m}
	}
	var all []Mutation
	closed := f.closedPort()
	elsewhere, ok := f.retarget(c, func(t client.Target) (Place, bool) {
		return Place{Scheme: schemeOf(t), Host: hostOf(t), Port: closed, Path: t.Path}, true
	})
	asks := f.asks(c)
	if ok && len(asks) > 0 {
		all = append(all, Mutation{elsewhere, Port, fmt.Sprintf("port %d, where nothing listens", closed)})
	}
	lost := 0
	astray, ok := f.retarget(c, func(t client.Target) (Place, bool) {
		if !strings.HasPrefix(t.Scheme, "http") || t.Partial {
			return Place{}, false
		}
		lost++
		return Place{Scheme: t.Scheme, Host: t.Host, Port: t.Port, Path: strings.TrimRight(strings.SplitN(t.Path, "?", 2)[0], "/") + wrongPath}, true
	})
	if ok && lost > 0 {
		all = append(all, Mutation{astray, Path, "path …" + wrongPath})
	}
	if len(asks) == 0 {
		if m, ok := f.missing(c); ok {
			all = append(all, m)
		}
	}
	return all
}

func schemeOf(t client.Target) string {
	if strings.HasPrefix(t.Scheme, "http") {
		return t.Scheme
	}
	return "http"
}

func hostOf(t client.Target) string {
	if t.Host == "" || strings.Contains(t.Host, shell.Unknown) {
		return "127.0.0.1"
	}
	return t.Host
}

// closedPort is a port of which nothing is known.
func (f Facts) closedPort() int {
	known := f.Wanted()
	if f.Look != nil {
		for _, l := range f.Look.Listeners {
			known = append(known, l.Port)
		}
	}
	port := 9 // discard, which hardly anything serves
	for slices.Contains(known, port) {
		port += 2
	}
	return port
}

// otherSocket is a check through a unix socket, asking one that is not there: its port means nothing.
func (f Facts) otherSocket(c healthcheck.Command) (Mutation, bool) {
	script := f.read(c)
	if script == nil {
		return Mutation{}, false
	}
	for _, call := range script.Calls {
		request := client.Read(call.Argv())
		if request == nil || request.UnixSocket == "" {
			continue
		}
		for i, w := range call.Words {
			option, isValue := strings.CutSuffix(w.Text, request.UnixSocket)
			if !isValue {
				continue
			}
			e := newEditor(c)
			wrong := request.UnixSocket + "-ecslocal-wrong"
			e.word(call, i, option+wrong)
			if better, ok := e.done(); ok {
				return Mutation{better, Subject, "socket " + wrong}, true
			}
		}
	}
	return Mutation{}, false
}

// seekers are programs that look for what their last operand names; the others name a pattern first.
var seekers = map[string]bool{"test": true, "[": true, "cat": true, "ls": true, "stat": true, "pgrep": true, "pidof": true, "head": true, "tail": true, "grep": false, "find": false}

// missing is the check looking for something that is not there.
func (f Facts) missing(c healthcheck.Command) (Mutation, bool) {
	script := f.read(c)
	if script == nil {
		return Mutation{}, false
	}
	for _, call := range script.Calls {
		last, ok := seekers[call.Program()]
		if !ok || call.Wraps {
			continue
		}
		var operands []int
		for i, w := range call.Words[1:] {
			if w.Known && !strings.HasPrefix(w.Text, "-") && w.Text != "]" && w.Text != "" {
				operands = append(operands, i+1)
			}
		}
		if len(operands) == 0 {
			continue
		}
		index := operands[0]
		if last {
			index = operands[len(operands)-1]
		}
		e := newEditor(c)
		wrong := call.Words[index].Text + "-ecslocal-wrong"
		e.word(call, index, wrong)
		if better, ok := e.done(); ok {
			return Mutation{better, Subject, wrong + " in place of " + call.Words[index].Text}, true
		}
	}
	return Mutation{}, false
}
