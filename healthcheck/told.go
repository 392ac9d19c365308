package healthcheck

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/healthcheck/cause"
	"github.com/ecslocal/ecslocal/healthcheck/client"
	"github.com/ecslocal/ecslocal/healthcheck/output"
)

// told finds the cause that a failed probe's own words tell, or where it has none, its exit code and what it ran.
func (s *subject) told(p Probe) []Diagnosis {
	told, ok := output.Read(p.ExitCode, p.Output)
	if !ok {
		told = s.quiet(p)
	}
	told = s.sharpened(told, p)
	h := hit{message: told.Message, evidence: told.Evidence, certainty: told.Certainty}
	return s.run([]detector{{told.Rule, cause.Output, func(*subject) []hit { return []hit{h.patched(s.remedy(told))} }}})
}

// quiet reads a failed probe that printed nothing that is known.
func (s *subject) quiet(p Probe) output.Told {
	text := output.Normal(p.Output)
	code := fmt.Sprintf("exit code %d", p.ExitCode)
	if text != "" && !s.echoes(text) {
		first, _, _ := strings.Cut(text, "\n")
		return output.Told{Rule: "HC048", Certainty: cause.Hint, Evidence: first,
			Message: fmt.Sprintf("the check ran and failed with %s; what it printed is its own word", code)}
	}
	if len(s.asks) > 0 {
		a := s.asks[len(s.asks)-1]
		read := map[string]func(int) (string, string){"curl": output.CurlCode, "wget": output.WgetCode}[client.Name(a.call.Program())]
		if read != nil {
			if rule, meaning := read(p.ExitCode); rule != "" && (p.ExitCode != 1 || !s.hidden()) && a.call.PipeLength < 2 {
				if rule == "HC060" && len(a.targets) > 0 && !a.targets[0].Loopback() && a.targets[0].Host != s.Hostname {
					rule, meaning = "HC065", fmt.Sprintf("%s does not resolve in the container, or cannot be reached", a.targets[0].Host)
				}
				return output.Told{Rule: rule, Certainty: codeCertainty[p.ExitCode], Evidence: code,
					Message: fmt.Sprintf("%s ended with %d: %s", a.call.Program(), p.ExitCode, meaning)}
			}
		}
		return s.silentRequest(a, code)
	}
	return s.silentTest(code)
}

// codeCertainty is how sure an exit code of curl or wget is by itself; the rule's own where it is not listed.
var codeCertainty = map[int]cause.Certainty{1: cause.Hint, 2: cause.Likely, 4: cause.Likely, 8: cause.Likely, 22: cause.Likely, 35: cause.Likely}

// hidden says that the script makes one exit code of all failures, as || exit 1 does.
func (s *subject) hidden() bool { return s.calling("exit", "false") != nil }

// echoes says that an output is the answer of the application, as of curl without -o, and not the word of a program.
func (s *subject) echoes(text string) bool {
	return len(s.asks) > 0 && s.asks[0].request != nil && s.asks[0].request.Output == "" && strings.HasPrefix(strings.TrimSpace(text), "<")
}

// silentRequest is a request that failed without a word.
func (s *subject) silentRequest(a asked, code string) output.Told {
	told := output.Told{Rule: "HC086", Certainty: cause.Hint, Evidence: code}
	piped := a.call.PipeLength > 1
	program := a.call.Program()
	switch {
	case piped || a.call.Substituted:
		told.Rule, told.Certainty = "HC059", cause.Likely
		told.Message = fmt.Sprintf("%s printed no error, so it got an answer, and what is compared with it does not fit; the check does not show the answer", program)
	case client.Name(program) == "nc":
		told.Rule, told.Certainty = "HC060", cause.Likely
		told.Message = "nc could not connect, which it does not say"
		if len(a.targets) > 0 && a.targets[0].Port > 0 {
			told.Message = fmt.Sprintf("nc could not connect to port %d, which it does not say", a.targets[0].Port)
			told.Port = a.targets[0].Port
		}
	default:
		told.Message = fmt.Sprintf("%s failed without a word: it is told to be silent, and %s does not say why", program, code)
	}
	return told
}

// silentTest is a test of a file, a process or a text that failed without a word.
func (s *subject) silentTest(code string) output.Told {
	told := output.Told{Rule: "HC086", Certainty: cause.Hint, Evidence: code, Message: fmt.Sprintf("the check failed with %s and printed nothing: what it waits for is not there", code)}
	for _, call := range s.calls() {
		argv := call.Argv()
		switch name := call.Program(); {
		case (name == "test" || name == "[") && len(argv) > 2 && fileTest.MatchString(argv[1]):
			told.Certainty = cause.Likely
			told.Message = fmt.Sprintf("the check waits for %s (%s %s), and the application has not made it", argv[2], name, argv[1])
			told.Name = argv[2]
		case name == "pgrep" || name == "pidof":
			told.Certainty = cause.Likely
			told.Message = fmt.Sprintf("%s finds no process %s", name, argv[len(argv)-1])
			if longProcessName(s) != nil {
				told.Rule, told.Certainty = "HC094", cause.Certain
				told.Message = fmt.Sprintf("pgrep finds nothing: the kernel keeps 15 letters of a process name, and %q has more", argv[len(argv)-1])
			}
		case name == "grep" && slices.ContainsFunc(argv, func(a string) bool { return a == "-q" || a == "-qs" || a == "-sq" || a == "--quiet" }):
			told.Certainty = cause.Likely
			told.Message = fmt.Sprintf("%q does not find its text, and prints nothing of what it saw", call)
			if call.PipeLength > 1 {
				told.Rule = "HC059"
			}
		}
	}
	return told
}

// fileTest are the tests of files of test(1).
var fileTest = regexp.MustCompile(`^-[abcdefghkLprsStuwxOGN]$`)

// sharpened is what words tell, seen beside what the check is: the same words mean another cause where the definition says why.
func (s *subject) sharpened(told output.Told, p Probe) output.Told {
	found := func(detect func(*subject) []hit) bool { return s.HasCheck && len(detect(s)) > 0 }
	switch told.Rule {
	case "HC060":
		if told.Port == 0 && found(proxied) {
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
	case "HC065":
		return s.otherName(told)
	case "HC067":
		for rule, detect := range map[string]func(*subject) []hit{"HC013": carriageReturn, "HC014": escapedSpace, "HC015": typographic, "HC017": untrimmed, "HC018": strayDash, "HC021": unexpanded, "HC022": escapedDollar} {
			if found(detect) {
				told.Rule, told.Certainty = rule, cause.Certain
				return told
			}
		}
	case "HC003":
		switch {
		case found(splitScript):
			told.Certainty = ""
		case found(wordsAfterScript):
			told.Rule, told.Certainty = "HC019", ""
		default:
			told.Rule = "HC043"
			told.Message = "the command line is not complete: no URL"
		}
	case "HC043":
		if found(typographic) {
			told.Rule = "HC015"
		}
	case "HC026":
		if found(lineBreak) {
			told.Rule = "HC012"
		}
	case "HC052":
		if a := s.request(); a != nil && !a.request.Head && a.request.Method == "GET" {
			told.Message = fmt.Sprintf("the application answers %d: the path is not for GET", told.Status)
			told.Rule = "HC045"
		}
	case "HC045":
		if a := s.request(); a != nil && a.request.Head && told.Status == 0 {
			told.Message = "the path does not exist, or the application does not answer HEAD there"
		}
	case "HC032", "HC034":
		if strings.HasPrefix(told.Name, ".") || told.Name != "" && !strings.HasPrefix(told.Name, "/") && strings.Contains(told.Name, "/") {
			told.Rule = "HC035"
		}
	case "HC036":
		if told.Name != "" && s.hasFiles() && !s.lookPath(told.Name).found {
			told.Rule, told.Message = "HC034", fmt.Sprintf("there is no file %s", told.Name)
		}
	case "HC038":
		if s.HasCheck && len(noInterpreter(s)) > 0 {
			told.Rule, told.Certainty, told.Message = "HC037", "", fmt.Sprintf("%s is a text without a #! line, which CMD cannot run", told.Name)
		}
	case "HC072":
		if found(staysInBackground) {
			told.Rule, told.Message, told.Certainty = "HC074", "the probe was killed: a process in the background keeps its output open", cause.Likely
		}
	}
	_ = p
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

// errorWords are what programs print when they could not do what they were asked.
var errorWords = regexp.MustCompile(`(?m)^[^\n]*(curl: \(\d+\)|wget: (?:can't|bad|server returned|error|unable)|: not found$|: command not found$|(?i:connection refused)|Could not resolve|Segmentation fault)[^\n]*$`)

// passedWithError finds probes that passed although they say that something failed: the check hides it.
func (s *subject) passedWithError(t Timeline) []Diagnosis {
	for _, p := range slices.Backward(t.Probes) {
		if p.ExitCode != 0 {
			continue
		}
		if text := s.script; text != nil && s.shellForm() != nil && len(findsItself(s)) > 0 && strings.Contains(p.Output, "-c "+strings.TrimSpace(text.Text)) {
			return s.run([]detector{{"HC091", cause.Output, func(s *subject) []hit {
				h := findsItself(s)[0]
				h.certainty, h.evidence, h.message = cause.Certain, firstWith(p.Output, "-c "), "the probe found its own shell in the process list"
				return []hit{h}
			}}})
		}
		words := errorWords.FindString(Text(p.Output))
		if words == "" {
			continue
		}
		h := hit{message: "the probe passed although it says that it failed: the check hides the failure", evidence: strings.TrimSpace(words), severity: diag.Error, certainty: cause.Certain}
		rule := "HC087"
		for _, d := range []detector{{rule: "HC088", find: alwaysPasses}, {rule: "HC090", find: exitInPipe}, {rule: "HC087", find: pipeHides}, {rule: "HC093", find: badExit}, {rule: "HC025", find: cutURL}} {
			if hits := d.find(s); s.script != nil && len(hits) > 0 {
				rule, h.value, h.try = d.rule, hits[0].value, hits[0].try
			}
		}
		if h.value == "" && len(s.asks) != 1 {
			h.certainty = cause.Likely // one of several tries failed, another may have passed
			h.severity = diag.Warning
		}
		return s.run([]detector{{rule, cause.Output, func(*subject) []hit { return []hit{h} }}})
	}
	return nil
}

func firstWith(text, part string) string {
	for line := range strings.Lines(text) {
		if strings.Contains(line, part) {
			return strings.TrimSpace(line)
		}
	}
	return ""
}
