package spec

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/document"
	"github.com/ecslocal/ecslocal/emulator/expect"
	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
	"github.com/theory/jsonpath"
)

var (
	methodForm = lazyregexp.New(`^[A-Za-z]+$`)
	modeForm   = lazyregexp.New(`^0?[0-7]{1,4}$`)
	signalForm = lazyregexp.New(`^([0-9]{1,2}|(SIG)?[A-Z][A-Z0-9+-]*)$`)
)

// checkStep looks at values that have a form.
func (d *decoder) checkStep(step any, n *document.Node, path string) {
	wrong := func(member, message, fix string) {
		at := path
		if member != "" {
			at = diag.Pointer(path, member)
		}
		d.Add(RuleValue, at, d.root.PosAt(at), message, fix)
	}
	switch s := step.(type) {
	case *expect.HTTP:
		d.checkHTTP(s, path, wrong)
	case *expect.Log:
		if s.Count < 0 || s.Absent && s.Count > 0 {
			wrong("count", fmt.Sprintf("count is %d", s.Count), "write how many events have to match at least, and absent: true for none")
		}
	case *expect.File:
		if s.Mode != "" && !modeForm().MatchString(s.Mode) {
			wrong("mode", fmt.Sprintf("%q is no mode", s.Mode), `write octal digits in quotes, such as "0644"`)
		}
		if s.Path != "" && !strings.HasPrefix(s.Path, "/") {
			wrong("path", fmt.Sprintf("%q is no absolute path", s.Path), "begin it with /")
		}
	case *expect.Exec:
		if c := n.Member("command"); c != nil && c.Kind == document.Array && len(s.Command) == 0 {
			wrong("command", "the command is empty", "")
		}
	case *expect.Signal:
		if s.Signal != "" && !signalForm().MatchString(s.Signal) {
			wrong("signal", fmt.Sprintf("%q is no signal", s.Signal), "write a name such as SIGHUP")
		}
	case *expect.Stop:
		d.checkInFlight(s, n, path)
	case *expect.NoSecretsInLogs:
		if n.Kind == document.Bool && !bool(*s) || n.Kind == document.Null {
			wrong("", "noSecretsInLogs is true, or not there", "write noSecretsInLogs: true")
		}
	}
}

// nonEmpty wants a text in the named members, and in each item of those that are lists or mappings.
func (d *decoder) nonEmpty(n *document.Node, path string, names ...string) {
	var look func(n *document.Node, path string)
	look = func(n *document.Node, path string) {
		if n.Kind == document.String && n.Text == "" && n.Tag == "" {
			d.Add(RuleValue, path, n.Pos, d.Called(path)+" is empty", "")
		}
		for i, item := range n.Items {
			look(item, diag.Pointer(path, i))
		}
		for _, m := range n.Members {
			look(m.Value, diag.Pointer(path, m.Name))
		}
	}
	for _, name := range names {
		if m := n.Member(name); m != nil {
			look(m, diag.Pointer(path, name))
		}
	}
}

// checkInFlight looks at the requests that are under way at the stop.
func (d *decoder) checkInFlight(s *expect.Stop, n *document.Node, path string) {
	http, _ := kindOf("http")
	requests := n.Member("inFlight")
	for i := range s.InFlight {
		item, path := requests.Items[i], diag.Pointer(path, "inFlight", i)
		d.require(item, path, http.required)
		d.nonEmpty(item, path, "container")
		d.checkHTTP(&s.InFlight[i], path, func(member, message, fix string) {
			at := diag.Pointer(path, member)
			d.Add(RuleValue, at, d.root.PosAt(at), message, fix)
		})
	}
}

func (d *decoder) checkHTTP(h *expect.HTTP, path string, wrong func(member, message, fix string)) {
	if h.Method != "" && !methodForm().MatchString(h.Method) {
		wrong("method", fmt.Sprintf("%q is no method", h.Method), "write one such as GET")
	}
	if h.Status != 0 && (h.Status < 100 || h.Status > 599) {
		wrong("status", fmt.Sprintf("%d is no status of an answer", h.Status), "write one from 100 to 599")
	}
	if strings.Contains(h.Path, "://") || strings.ContainsAny(h.Path, " \t\n") {
		wrong("path", fmt.Sprintf("%q is no path", h.Path), "write what follows the host, such as /orders?limit=1")
	}
	for _, text := range slices.Sorted(maps.Keys(h.JSONPath)) {
		if _, err := jsonpath.Parse(text); err != nil {
			at := diag.Pointer(path, "jsonPath", text)
			d.Add(RuleValue, at, d.root.PosAt(at), fmt.Sprintf("%q is no JSON path: %v", text, err), "write one of RFC 9535, such as $.items[0].id")
		}
	}
}
