package candidate

import (
	"slices"
	"strconv"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
	"github.com/ecslocal/ecslocal/healthcheck"
	"github.com/ecslocal/ecslocal/healthcheck/client"
	"github.com/ecslocal/ecslocal/healthcheck/shell"
	"mvdan.cc/sh/v3/syntax"
)

// ask is one place that a command asks, and the call that does, nil for a redirection to /dev/tcp.
type ask struct {
	call   *shell.Call
	target client.Target
	device bool
}

// asks are the places that a command asks.
func (f Facts) asks(c healthcheck.Command) []ask {
	script := f.read(c)
	if script == nil {
		return nil
	}
	var all []ask
	for _, call := range script.Calls {
		if call.Wraps || len(call.Words) == 0 {
			continue
		}
		for _, t := range client.Targets(call.Argv()) {
			all = append(all, ask{call, t, false})
		}
	}
	for _, r := range script.Redirects() {
		if t, ok := client.Device(r.Target.Text); ok {
			all = append(all, ask{nil, t, true})
		}
	}
	return all
}

// retarget is the command asking elsewhere: to gives the new place of each that it asks now, false leaves it. ok says that something
// changed.
func (f Facts) retarget(c healthcheck.Command, to func(client.Target) (Place, bool)) (better healthcheck.Command, ok bool) {
	e := newEditor(c)
	for _, a := range f.asks(c) {
		p, change := to(a.target)
		if !change {
			continue
		}
		if a.device {
			e.text(a.target.Text, "/dev/tcp/"+p.Host+"/"+strconv.Itoa(p.Port))
			continue
		}
		moveCall(e, a, p)
	}
	return e.done()
}

// moveCall rewrites the words in which a call names its server.
func moveCall(e *editor, a ask, p Place) {
	words, t, port := a.call.Words, a.target, strconv.Itoa(p.Port)
	switch name := client.Name(words[0].Text); {
	case name == "nc" && t.Index > 1:
		e.word(a.call, t.Index-1, p.Host)
		e.word(a.call, t.Index, port)
	case portOption[name] != "":
		if i := indexOfPort(words, portOption[name], t); i > 0 {
			e.word(a.call, i, strings.Replace(words[i].Text, strconv.Itoa(t.Port), port, 1))
		} else {
			e.word(a.call, 0, words[0].Text, portOption[name], port)
		}
	case t.Scheme == "tcp" || t.Scheme == "grpc": // within a text
		e.word(a.call, t.Index, strings.Replace(words[t.Index].Text, t.Text, strings.Replace(t.Text, strconv.Itoa(t.Port), port, 1), 1))
	case t.Partial && client.Read(a.call.Argv()) != nil:
		e.word(a.call, t.Index, p.URL())
	case strings.Contains(words[t.Index].Raw, "$") && p.Path == t.Path && !a.call.Exec:
		e.raw(a.call, t.Index, rehosted(words[t.Index].Raw, p))
	default:
		e.word(a.call, t.Index, strings.Replace(words[t.Index].Text, t.Text, p.URL(), 1))
	}
}

// authority is a URL up to its path, as it is written in a script.
var authority = lazyregexp.New(`^(["']?)(?:[\w+]+://)?[^/?"']*`)

// rehosted is a URL as it is written, at another place: its path keeps its variables, whose values are nobody's to write into a file.
func rehosted(raw string, p Place) string {
	p.Path = ""
	return authority().ReplaceAllString(raw, "${1}"+p.URL())
}

// portOption is how a client program is told its server's port.
var portOption = map[string]string{"pg_isready": "-p", "psql": "-p", "redis-cli": "-p", "valkey-cli": "-p", "mysqladmin": "-P", "mysql": "-P",
	"mongosh": "--port", "mongo": "--port"}

// indexOfPort is the word that holds the port: the one behind the option, or the option itself; 0 where none does.
func indexOfPort(words []shell.Word, option string, t client.Target) int {
	if t.Implied {
		return 0
	}
	port := strconv.Itoa(t.Port)
	return max(0, slices.IndexFunc(words, func(w shell.Word) bool {
		return w.Text == port || strings.HasSuffix(w.Text, "="+port) || w.Text == option+port
	}))
}

// editor changes words of a command.
type editor struct {
	command healthcheck.Command
	changes []change
	failed  bool
}

// change replaces bytes of the script, or one argument where the command is an argument vector.
type change struct {
	start, end int
	text       []string
}

func newEditor(c healthcheck.Command) *editor { return &editor{command: slices.Clone(c)} }

// word writes one word of a call anew. Within a nested sh -c only text that stands there literally can be found.
func (e *editor) word(call *shell.Call, index int, text ...string) {
	w := call.Words[index]
	switch {
	case call.Nested:
		e.text(w.Raw, strings.Join(text, " "))
	case call.Exec:
		at := len(e.command) - len(call.Words) + index
		e.changes = append(e.changes, change{at, at + 1, text})
	default:
		quoted := make([]string, len(text))
		for i, t := range text {
			quoted[i] = quote(t)
		}
		e.changes = append(e.changes, change{w.Start, w.End, []string{strings.Join(quoted, " ")}})
	}
}

// raw is word for text that is written as the script has it, with its quotes.
func (e *editor) raw(call *shell.Call, index int, text string) {
	w := call.Words[index]
	if call.Nested {
		e.text(w.Raw, text)
		return
	}
	e.changes = append(e.changes, change{w.Start, w.End, []string{text}})
}

// text replaces a text wherever it stands.
func (e *editor) text(old, text string) {
	found := false
	for i := range e.command {
		if i > 0 && strings.Contains(e.command[i], old) {
			e.command[i] = strings.ReplaceAll(e.command[i], old, text)
			found = true
		}
	}
	e.failed = e.failed || !found
}

// done makes the changes, the last first.
func (e *editor) done() (healthcheck.Command, bool) {
	slices.SortFunc(e.changes, func(a, b change) int { return b.start - a.start })
	for _, c := range e.changes {
		if script, ok := e.command.Script(); ok {
			if c.start > c.end || c.end > len(script) {
				return nil, false
			}
			e.command[1] = script[:c.start] + c.text[0] + script[c.end:]
			continue
		}
		e.command = slices.Replace(e.command, c.start, c.end, c.text...)
	}
	return e.command, !e.failed
}

// quote writes a word so that the shell takes it as it is.
func quote(text string) string {
	if text != "" && !strings.ContainsAny(text, " \t\n'\"\\$`;&|<>()*?[]#~{}!") {
		return text
	}
	quoted, err := syntax.Quote(text, syntax.LangPOSIX)
	if err != nil {
		return "''"
	}
	return quoted
}
