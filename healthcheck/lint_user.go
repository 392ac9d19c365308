package healthcheck

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/healthcheck/cause"
	"github.com/ecslocal/ecslocal/healthcheck/client"
	"github.com/ecslocal/ecslocal/healthcheck/shell"
)

// userDetectors judge what the probe may do with the rights that it has.
var userDetectors = []detector{
	{"HC081", cause.Definition, writesReadOnly},
	{"HC084", cause.Definition, pings},
	{"HC085", cause.Definition, asksPassword},
	{"HC074", cause.Definition, staysInBackground},
}

func writesReadOnly(s *subject) []hit {
	if !s.ReadonlyRoot {
		return nil
	}
	for _, call := range s.calls() {
		for _, r := range call.Redirects {
			if r.Writes && r.Target.Known && s.readOnly(r.Target.Text) {
				return []hit{{message: fmt.Sprintf("the probe writes %s, and the root file system is read-only", r.Target.Text)}}
			}
		}
	}
	for _, a := range s.asks {
		if a.request != nil && a.request.Output != "" && s.readOnly(a.request.Output) {
			return []hit{{message: fmt.Sprintf("%s writes %s, and the root file system is read-only", a.request.Program, a.request.Output)}}
		}
		if a.savesPage() && s.readOnly("index.html") {
			return []hit{{message: "wget saves the page in the working directory, and the root file system is read-only"}}
		}
	}
	return nil
}

// readOnly says that a path is on the root file system, which cannot be written.
func (s *subject) readOnly(name string) bool {
	if name == "-" || name == "" || strings.HasPrefix(name, "/dev/") || strings.HasPrefix(name, "/proc/") {
		return false
	}
	full := s.absolute(name)
	return !slices.ContainsFunc(s.Writable, func(dir string) bool { return full == dir || strings.HasPrefix(full, strings.TrimSuffix(dir, "/")+"/") })
}

func pings(s *subject) []hit {
	dropped := slices.ContainsFunc(s.DroppedCapabilities, func(c string) bool { return strings.EqualFold(c, "ALL") || strings.EqualFold(c, "NET_RAW") })
	if call := s.calling("ping", "ping6"); call != nil && dropped {
		return []hit{{certainty: cause.Likely, message: "ping needs the capability NET_RAW, which the container drops"}}
	}
	return nil
}

func asksPassword(s *subject) []hit {
	for _, call := range s.calls() {
		if option, ok := client.Prompts(call.Argv()); ok {
			return []hit{{message: fmt.Sprintf("%s %s asks for a password, and a probe has no terminal", call.Program(), option)}}
		}
	}
	return nil
}

func staysInBackground(s *subject) []hit {
	if slices.ContainsFunc(s.calls(), func(c *shell.Call) bool { return c.Program() == "wait" }) {
		return nil
	}
	for _, call := range s.calls() {
		if call.Background && len(call.Redirects) == 0 && len(cutURL(s)) == 0 {
			return []hit{{certainty: cause.Likely, message: fmt.Sprintf("%q stays in the background with the probe's output open: the engine waits for it until the timeout", call)}}
		}
	}
	return nil
}
