package healthcheck

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/healthcheck/client"
	"github.com/ecslocal/ecslocal/healthcheck/shell"
)

// subject is what a judgement is about, with everything that detectors ask for worked out once.
type subject struct {
	Definition
	image *Image
	// written is the command as it stands in the definition, where this subject is about a repaired one.
	written Command
	// script is the parsed check, CMD's argument vector included; nil where the engine would run nothing.
	script *shell.Script
	// asks are the commands that ask a server, with what and where.
	asks []asked
}

// asked is one command that asks a server.
type asked struct {
	call    *shell.Call
	argv    []string
	request *client.Request // nil for all but curl and wget
	targets []client.Target
}

// converses says that nc speaks to a server in the server's own language, which another port need not understand.
func (a asked) converses() bool {
	return client.Name(a.call.Program()) == "nc" && a.call.PipeLength > 1
}

func newSubject(d Definition, image *Image) *subject {
	s := &subject{Definition: d, image: image, written: d.Command}
	switch d.Command.Form() {
	case FormShell:
		if text, ok := d.Command.Script(); ok {
			s.script = shell.Parse(text, s.variable)
		}
	case FormExec:
		s.script = shell.Vector(d.Command.Args(), s.variable)
	}
	for _, call := range s.calls() {
		if call.Wraps || len(call.Words) == 0 {
			continue
		}
		a := asked{call: call, argv: call.Argv()}
		a.request, a.targets = client.Read(a.argv), client.Targets(a.argv)
		for i, t := range a.targets {
			if t.BusyboxReads && s.hasFiles() && path.Base(s.lookPath(call.Words[0].Text).path) == "busybox" {
				a.targets[i].Bad, a.targets[i].Better = "", ""
			}
		}
		for _, r := range call.Redirects {
			if device, ok := client.Device(r.Target.Text); ok {
				a.targets = append(a.targets, device)
			}
		}
		if a.request != nil || len(a.targets) > 0 {
			s.asks = append(s.asks, a)
		}
	}
	s.bareRedirects()
	return s
}

// bareRedirects adds the connections of lines that are nothing but a redirection to bash's /dev/tcp.
func (s *subject) bareRedirects() {
	if s.script == nil {
		return
	}
	for _, r := range s.script.Redirects() {
		device, ok := client.Device(r.Target.Text)
		if !ok || slices.ContainsFunc(s.asks, func(a asked) bool {
			return slices.ContainsFunc(a.targets, func(t client.Target) bool { return t.Text == device.Text })
		}) {
			continue
		}
		s.asks = append(s.asks, asked{call: &shell.Call{Redirects: []shell.Redirect{r}, PipeLength: 1, Nested: true}, targets: []client.Target{device}})
	}
}

// variable is the value of an environment variable as the probe sees it: the definition wins over the image.
func (s *subject) variable(name string) (string, bool) {
	if value, ok := s.Environment[name]; ok {
		return value, true
	}
	if slices.Contains(s.Secrets, name) || s.OpenEnvironment {
		return "", false
	}
	if s.image != nil {
		value, ok := s.image.Environment[name]
		return value, ok
	}
	return "", false
}

// shellForm is the parsed script of CMD-SHELL, nil for all other forms and for scripts that no shell accepts.
func (s *subject) shellForm() *shell.Script {
	if s.Command.Form() != FormShell || s.script == nil || s.script.Problem != nil {
		return nil
	}
	return s.script
}

// calls are the simple commands of the check in both forms.
func (s *subject) calls() []*shell.Call {
	if s.script == nil {
		return nil
	}
	return s.script.Calls
}

// exec is the arguments of CMD, nil for all other forms.
func (s *subject) exec() []string {
	if s.Command.Form() != FormExec {
		return nil
	}
	return s.Command.Args()
}

// rewrite is the command with another script or other arguments, and its JSON text.
func asShell(script string) Command { return Command{string(FormShell), strings.TrimSpace(script)} }

func asExec(argv ...string) Command { return append(Command{string(FormExec)}, argv...) }

// environment is every variable that the probe is known to see, the image's first.
func (s *subject) environment() map[string]string {
	all := map[string]string{}
	if s.image != nil {
		maps.Copy(all, s.image.Environment)
	}
	maps.Copy(all, s.Environment)
	return all
}
