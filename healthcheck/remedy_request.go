package healthcheck

import (
	"fmt"
	"path"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
	"github.com/ecslocal/ecslocal/healthcheck/output"
)

// byGET asks with GET instead of HEAD.
func (s *subject) byGET(output.Told) Command {
	a := s.request()
	if a == nil || !a.request.Head || a.call.Nested {
		return nil
	}
	options := map[string]string{"-I": "-o /dev/null", "--head": "-o /dev/null", "--spider": "-O /dev/null"}
	for i, w := range a.call.Words {
		if instead, ok := options[w.Text]; ok {
			return s.replaceWord(a.call, i, strings.Fields(instead)...)
		}
		if m := headAmongFlags().FindStringSubmatch(w.Text); m != nil {
			return s.replaceWord(a.call, i, "-"+m[1]+m[2], "-o", "/dev/null")
		}
	}
	return nil
}

// headAmongFlags are flags of curl such as -fsI.
var headAmongFlags = lazyregexp.New(`^-([a-zA-HJ-Z]*)I([a-zA-Z]*)$`)

// plainHTTP asks without TLS.
func (s *subject) plainHTTP(output.Told) Command {
	a := s.request()
	if a == nil || a.request.Targets[0].Scheme != "https" {
		return nil
	}
	return s.aimed(*a, a.request.Targets[0], aim{scheme: "http"})
}

// direct asks without a proxy.
func (s *subject) direct(output.Told) Command {
	a := s.request()
	switch {
	case a == nil || a.request.DirectRoute:
		return nil
	case a.request.Program == "curl":
		return s.option("curl", "--noproxy", "*")
	case s.hasFiles() && path.Base(s.lookPath("wget").path) == "busybox":
		return s.option("wget", "-Y", "off")
	}
	return s.option("wget", "--no-proxy")
}

// onLoopback asks the container itself, by its number.
func (s *subject) onLoopback(told output.Told) Command {
	for _, a := range s.asks {
		for _, t := range a.targets {
			if told.Host != "" && !strings.EqualFold(t.Host, told.Host) || len(a.targets) > 1 && t.Text == t.Host {
				continue // another one, or a word that was never meant for a host
			}
			if t.Host != "" && t.Host != "127.0.0.1" && (t.Loopback() || s.has(t.Port) || len(s.Ports) == 0) {
				return s.aimed(a, t, aim{host: "127.0.0.1"})
			}
		}
	}
	return nil
}

// limited gives the client a limit below the timeout.
func (s *subject) limited(output.Told) Command {
	a := s.request()
	switch {
	case a == nil || a.request.Limit != "":
		return nil
	case a.request.Program == "curl":
		return s.option("curl", "-m", s.belowTimeout())
	}
	return nil
}

// belowTimeout is a limit in seconds below the timeout, or below the one that ECS would take instead.
func (s *subject) belowTimeout() string {
	timeout, _ := diag.HealthSeconds("timeout", int(s.pace().timeout.Seconds()), maxTimeout)
	return fmt.Sprint(max(1, min(timeout, maxTimeout)-1))
}

// quietBackground lets go of the probe's output in the background.
func (s *subject) quietBackground(output.Told) Command {
	text, ok := s.Command.Script()
	for _, call := range s.calls() {
		if !ok || !call.Background || len(call.Redirects) > 0 || call.Nested || len(call.Words) == 0 {
			continue
		}
		if end := call.Words[len(call.Words)-1].End; end <= len(text) {
			return asShell(text[:end] + " >/dev/null 2>&1" + text[end:])
		}
	}
	return nil
}

// toNowhere writes to /dev/null what the probe writes to a file.
func (s *subject) toNowhere(output.Told) Command {
	for _, a := range s.asks {
		r := a.request
		switch {
		case r == nil:
		case r.Output != "" && r.Output != "-" && !strings.HasPrefix(r.Output, "/dev/"):
			return s.replaceText(r.Output, "/dev/null")
		case r.Program == "wget" && r.SavesNamed && !r.Head:
			return s.addOptions(a.call, "-O", "/dev/null")
		}
	}
	for _, call := range s.calls() {
		for _, r := range call.Redirects {
			if r.Writes && r.Target.Known && !strings.HasPrefix(r.Target.Text, "/dev/") {
				return s.replaceText(r.Target.Raw, "/dev/null")
			}
		}
	}
	return nil
}
