package healthcheck

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
	"github.com/ecslocal/ecslocal/healthcheck/cause"
	"github.com/ecslocal/ecslocal/healthcheck/client"
	"github.com/ecslocal/ecslocal/healthcheck/output"
)

// sharpened is what words tell, seen beside what the check is: the same words mean another cause where the definition says why.
func (s *subject) sharpened(told output.Told) output.Told {
	if sharpen := sharpeners[told.Rule]; sharpen != nil && s.HasCheck {
		return sharpen(s, told)
	}
	return told
}

// sharpeners look again at a cause that words tell.
var sharpeners = map[string]func(*subject, output.Told) output.Told{
	"HC060": (*subject).refusedWhere, "HC065": (*subject).otherName, "HC067": (*subject).badURLBy, "HC003": (*subject).noURL,
	"HC026": instead("HC012", lineBreak),
	"HC052": (*subject).notForGET, "HC045": (*subject).notForHEAD, "HC032": (*subject).relative, "HC034": (*subject).relative,
	"HC036": (*subject).missingItself, "HC038": (*subject).noFirstLine, "HC072": (*subject).heldOpen, "HC043": (*subject).optionOf,
}

// instead is another rule where a detector of the definition finds it.
func instead(rule string, detect func(*subject) []hit) func(*subject, output.Told) output.Told {
	return func(s *subject, told output.Told) output.Told {
		if len(detect(s)) > 0 {
			told.Rule = rule
		}
		return told
	}
}

// optionOf is an option that a program does not know, or crashes on: that of BusyBox wget has a page of its own.
func (s *subject) optionOf(told output.Told) output.Told {
	if len(typographic(s)) > 0 {
		told.Rule = "HC015"
		return told
	}
	if m := refusedOption().FindStringSubmatch(told.Evidence); m != nil {
		told.Message = fmt.Sprintf("%s does not know the option %s", m[1], told.Name)
	}
	a := s.request()
	crashed := strings.Contains(told.Message, "crashed")
	if crashed && a != nil && a.request.Program == "wget" && a.request.Limit != "" && path.Base(s.lookPath("wget").path) == "busybox" {
		told.Rule, told.Message = "HC041", "this build of BusyBox wget crashes on -T"
	}
	return told
}

// refusedOption is what most programs say of an option that they do not know: their own name first.
var refusedOption = lazyregexp.New(`^([\w.-]+): (?:unrecognized|invalid|unknown|illegal|bad) option`)

// refusedWhere is a refused connection, with the port that was asked.
func (s *subject) refusedWhere(told output.Told) output.Told {
	if a := s.request(); a != nil && a.request.UnixSocket != "" {
		told.Message = "no server has the unix socket " + a.request.UnixSocket
		return told
	}
	if told.Port == 0 && len(proxied(s)) > 0 {
		told.Rule, told.Message = "HC056", "the connection was refused, and "+proxied(s)[0].message
		return told
	}
	if told.Port == 0 && len(s.asks) > 0 && len(s.asks[0].targets) > 0 {
		told.Port, told.Host = s.asks[0].targets[0].Port, s.asks[0].targets[0].Host
	}
	if told.Port > 0 {
		told.Message = fmt.Sprintf("nothing listens on port %d%s", told.Port, of(told.Host))
	}
	return s.refusedElsewhere(told)
}

// badURLBy is a malformed URL, by the fault of writing that made it so.
func (s *subject) badURLBy(told output.Told) output.Told {
	for _, d := range []detector{{rule: "HC013", find: carriageReturn}, {rule: "HC014", find: escapedSpace}, {rule: "HC015", find: typographic}, {rule: "HC017", find: untrimmed},
		{rule: "HC018", find: strayDash}, {rule: "HC021", find: unexpanded}, {rule: "HC022", find: escapedDollar}} {
		if len(d.find(s)) > 0 {
			told.Rule, told.Certainty = d.rule, cause.Certain
			return told
		}
	}
	return told
}

// noURL is a client that got no URL: the words after it were lost, or never there.
func (s *subject) noURL(told output.Told) output.Told {
	switch {
	case len(splitScript(s)) > 0:
		told.Certainty = ""
	case len(wordsAfterScript(s)) > 0:
		told.Rule, told.Certainty = "HC019", ""
	default:
		told.Rule, told.Message = "HC043", "the command line is not complete: no URL"
	}
	return told
}

// notForGET is a method that was refused although it is the usual one.
func (s *subject) notForGET(told output.Told) output.Told {
	if a := s.request(); a != nil && !a.request.Head && a.request.Method == "GET" {
		told.Rule, told.Message = "HC045", fmt.Sprintf("the application answers %d: the path is not for GET", told.Status)
	}
	return told
}

// notForHEAD is a path that was not found by HEAD, without a status.
func (s *subject) notForHEAD(told output.Told) output.Told {
	if a := s.request(); a != nil && a.request.Head && told.Status == 0 {
		told.Message = "the path does not exist, or the application does not answer HEAD there"
	}
	return told
}

// relative is a file that was looked for from the working directory.
func (s *subject) relative(told output.Told) output.Told {
	if strings.Contains(told.Name, "/") && !strings.HasPrefix(told.Name, "/") {
		told.Rule = "HC035"
	}
	return told
}

// missingItself is a file that is missing itself, and not its interpreter.
func (s *subject) missingItself(told output.Told) output.Told {
	if told.Name != "" && s.hasFiles() && !s.lookPath(told.Name).found {
		told.Rule, told.Message = "HC034", fmt.Sprintf("there is no file %s", told.Name)
	}
	return told
}

// noFirstLine is a text that the kernel cannot run, and not a program for another processor.
func (s *subject) noFirstLine(told output.Told) output.Told {
	if len(noInterpreter(s)) > 0 {
		told.Rule, told.Certainty, told.Message = "HC037", "", fmt.Sprintf("%s is a text without a #! line, which CMD cannot run", told.Name)
	}
	return told
}

// heldOpen is a probe that was killed since something in the background held its output.
func (s *subject) heldOpen(told output.Told) output.Told {
	if waits := headByName(s); len(waits) > 0 {
		told.Certainty, told.Message = cause.Certain, waits[0].message
	} else if len(staysInBackground(s)) > 0 {
		told.Rule, told.Certainty, told.Message = "HC074", cause.Likely, "the probe was killed: a process in the background keeps its output open"
	}
	return told
}

// of names a host behind a port, nothing where there is none.
func of(host string) string {
	if host == "" {
		return ""
	}
	return " of " + host
}

// request is the first request of curl or wget.
func (s *subject) request() *asked {
	for i := range s.asks {
		if s.asks[i].request != nil && len(s.asks[i].request.Targets) > 0 {
			return &s.asks[i]
		}
	}
	return nil
}

// refusedElsewhere is a refusal at a port that the check does not name: a proxy's, or that of a URL whose variable is empty.
func (s *subject) refusedElsewhere(told output.Told) output.Told {
	a := s.request()
	if a == nil || told.Port == 0 {
		return told
	}
	asked := a.request.Targets[0]
	env := s.environment()
	for _, name := range []string{"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "HTTP_PROXY"} {
		proxy := client.ParseURL(env[name])
		if env[name] != "" && (proxy.Port == told.Port || proxy.Port == 80 && told.Port == 1080) && asked.Port != told.Port {
			told.Rule, told.Message = "HC056", fmt.Sprintf("the connection went to port %d, which is that of the proxy in %s", told.Port, name)
			return told
		}
	}
	if unset := s.unset(); asked.Partial && len(unset) > 0 {
		rule := "HC023"
		if _, by := s.entrypointSets(unset[0].Name); by {
			rule = "HC024"
		}
		told.Rule, told.Certainty = rule, cause.Certain
		told.Message = fmt.Sprintf("%s is empty in the probe, so that it asks port %d", unset[0].Name, told.Port)
	}
	return told
}

// otherName is a name that did not resolve and is not the one that the check asks: a redirect led there, or words were mistaken for hosts.
func (s *subject) otherName(told output.Told) output.Told {
	if told.Host == "" {
		return told
	}
	if argv := s.exec(); len(operatorArguments(s)) > 0 && slices.Contains(argv, told.Host) {
		told.Rule, told.Message = "HC002", fmt.Sprintf("%q is taken for a host: CMD hands it to %s as an ordinary argument", told.Host, argv[0])
		return told
	}
	if len(strayDash(s)) > 0 && len(told.Host) <= 3 {
		told.Rule, told.Message = "HC018", fmt.Sprintf("%q is taken for a host: the dash before it stands alone", told.Host)
		return told
	}
	host, _, _ := strings.Cut(told.Host, ":")
	a := s.request()
	if a == nil {
		return told
	}
	named := slices.ContainsFunc(a.request.Targets, func(t client.Target) bool { return strings.EqualFold(t.Host, host) || t.Partial || t.Bad != "" })
	if !named && a.request.Targets[0].Loopback() {
		told.Rule, told.Message = "HC050", fmt.Sprintf("the application redirects the check to %s, which does not resolve in the container", host)
	}
	return told
}
