package healthcheck

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
	"github.com/ecslocal/ecslocal/healthcheck/cause"
	"github.com/ecslocal/ecslocal/healthcheck/client"
)

// httpDetectors judge what curl and wget are asked to do.
var httpDetectors = []detector{
	{"HC043", cause.Definition, unknownOption},
	{"HC043", cause.Definition, gluedOptions},
	{"HC043", cause.Definition, noDuration},
	{"HC043", cause.Definition, dropsT},
	{"HC044", cause.Definition, curlWithoutFail},
	{"HC044", cause.Definition, anyAnswer},
	{"HC056", cause.Definition, proxied},
	{"HC059", cause.Definition, silentBody},
	{"HC073", cause.Definition, unlimited},
	{"HC082", cause.Definition, savesPage},
}

func unknownOption(s *subject) []hit {
	for _, a := range s.asks {
		if a.request != nil && a.request.Program == "wget" {
			if refused := a.request.NoWgetKnows(); len(refused) > 0 {
				return []hit{hit{message: fmt.Sprintf("wget does not know %s", strings.Join(refused, ", "))}.patched(s.plainWget(toldNothing))}
			}
		}
		if a.request == nil || a.request.Program != "curl" {
			continue
		}
		if o, ok := a.request.SwallowedURL(); ok {
			h := hit{message: fmt.Sprintf("the option %s of curl takes the URL for its value, and none is left to ask", o.Word)}
			switch {
			case o.Word == "-F":
				h = h.patched(s.replaceWord(a.call, o.Index, "-f"))
			case o.Name == "o" || o.Name == "output":
				h = h.patched(s.replaceWord(a.call, o.Index, o.Word, "/dev/null"))
			}
			return []hit{h}
		}
		for _, o := range a.request.Unknown() {
			h := hit{message: fmt.Sprintf("%s does not know the option %s", a.request.Program, o.Word)}
			if words := strings.Fields(o.Word); s.exec() != nil && len(words) > 1 {
				h.message = fmt.Sprintf("%q is one argument to %s: CMD takes nothing apart", o.Word, a.request.Program)
				return []hit{h.patched(s.replaceWord(a.call, o.Index, words...))}
			}
			if name, value, ok := strings.Cut(strings.TrimPrefix(o.Word, "--"), "="); ok && client.TakesValue(meantOption(name)) {
				h.message = fmt.Sprintf("curl does not take a value behind =, and knows no option %s", o.Word)
				if word, ok := s.keeping(a.call, o.Index, value); ok {
					h = h.patched(s.replaceWord(a.call, o.Index, "--"+meantOption(name), word))
				}
				return []hit{h}
			}
			if meant := meantOption(o.Name); meant != o.Name && strings.HasPrefix(o.Word, "--") {
				h.fix = "The option is --" + meant + "."
				return []hit{h.patched(s.replaceWord(a.call, o.Index, "--"+meant))}
			}
			if near := diag.Nearest(o.Name, client.LongOptions("curl")); near != "" && strings.HasPrefix(o.Word, "--") {
				h.fix = "Did you mean --" + near + "?"
				h = h.patched(s.replaceWord(a.call, o.Index, "--"+near))
			}
			return []hit{h}
		}
		if h, ok := s.cutHeader(a); ok {
			return []hit{h}
		}
		if h, ok := s.timeWithUnit(a); ok {
			return []hit{h}
		}
	}
	return nil
}

// meantOption is curl's name of an option that it does not have and wget or other tools do; itself for every other.
func meantOption(name string) string {
	switch name {
	case "timeout", "max-timeout", "maxtime":
		return "max-time"
	case "retries", "tries", "max-retries":
		return "retry"
	case "no-check-certificate", "skip-verify":
		return "insecure"
	case "quiet":
		return "silent"
	}
	return name
}

// cutHeader is -H Host: example.com, where the shell, or the array of CMD, makes two words of the header.
func (s *subject) cutHeader(a asked) (hit, bool) {
	for _, o := range a.request.Options() {
		value := o.Index + 1
		if o.Name != "H" && o.Name != "header" || !bareHeader().MatchString(o.Value) || value+1 >= len(a.call.Words) || a.call.Words[value].Text != o.Value {
			continue
		}
		if next := a.call.Words[value+1]; !strings.Contains(next.Text, "://") && !strings.HasPrefix(next.Text, "-") {
			last := value + 1
			if credentials().MatchString(next.Text) && last+1 < len(a.call.Words) { // Authorization: Bearer TOKEN
				last++
			}
			whole, written := o.Value, o.Value
			for _, w := range a.call.Words[value+1 : last+1] {
				whole, written = whole+" "+w.Text, written+" "+w.Raw
			}
			h := hit{message: fmt.Sprintf("the header %q is %s words, and %s takes the second for a host: it needs quotes", written, []string{"two", "three"}[last-value-1], a.request.Program)}
			if word, ok := s.keeping(a.call, last, whole); ok {
				h = h.patched(s.replaceWords(a.call, value, last, word))
			}
			return h, true
		}
	}
	return hit{}, false
}

// bareHeader is the name of a header with its colon and nothing behind it.
var bareHeader = lazyregexp.New(`^[A-Za-z][\w-]*:$`)

// credentials is a word of the header Authorization that another one belongs to.
var credentials = lazyregexp.New(`^(?i:bearer|basic|token)$`)

// withUnit is a number of seconds as other tools write it.
var withUnit = lazyregexp.New(`^(\d+)(?:s|sec|secs|seconds)$`)

// timeWithUnit is curl -m 3s: its options take plain numbers.
func (s *subject) timeWithUnit(a asked) (hit, bool) {
	for _, o := range a.request.Options() {
		m := withUnit().FindStringSubmatch(o.Value)
		if m == nil || !slices.Contains([]string{"m", "max-time", "connect-timeout", "retry", "retry-delay", "retry-max-time"}, o.Name) {
			continue
		}
		h := hit{message: fmt.Sprintf("%s of curl takes a plain number, and %q is none", o.Word, o.Value)}
		at := o.Index
		if !strings.HasSuffix(o.Word, o.Value) {
			at++
		}
		return h.patched(s.replaceWord(a.call, at, strings.TrimSuffix(a.call.Words[at].Text, o.Value)+m[1])), true
	}
	return hit{}, false
}

func curlWithoutFail(s *subject) []hit {
	for _, a := range s.asks {
		r := a.request
		if r == nil || r.Program != "curl" || r.Fail || len(r.Unknown()) > 0 || r.PrintsCode || a.call.Substituted || a.call.PipeLength > 1 || len(r.Targets) == 0 ||
			!strings.HasPrefix(r.Targets[0].Scheme, "http") {
			continue
		}
		h := hit{message: "curl without -f succeeds for every answer, errors included"}
		return []hit{h.patched(s.addOptions(a.call, "-f"))}
	}
	return nil
}

// proxied finds requests for the container itself that a proxy variable catches.
func proxied(s *subject) []hit {
	env := s.environment()
	for _, a := range s.asks {
		r := a.request
		if r == nil || r.DirectRoute || len(r.Targets) == 0 || !r.Targets[0].Loopback() {
			continue
		}
		names := []string{"http_proxy", "all_proxy", "ALL_PROXY"} // curl ignores HTTP_PROXY, which a client could set in CGI
		if r.Targets[0].Scheme == "https" {
			names = []string{"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}
		}
		for _, name := range names {
			if env[name] == "" || r.Program == "curl" && excepted(env, r.Targets[0].Host) {
				continue
			}
			h := hit{message: fmt.Sprintf("%s sends the request for %s to the proxy %s", name, r.Targets[0].Host, env[name])}
			if r.Program == "curl" {
				h = h.patched(s.addOptions(a.call, "--noproxy", map[bool]string{true: "*", false: "'*'"}[s.exec() != nil]))
			} else {
				h.certainty = cause.Likely // GNU wget heeds no_proxy, BusyBox wget does not
			}
			return []hit{h}
		}
	}
	return nil
}

// excepted says whether no_proxy names the host.
func excepted(env map[string]string, host string) bool {
	for _, list := range []string{env["no_proxy"], env["NO_PROXY"]} {
		for entry := range strings.SplitSeq(list, ",") {
			if entry = strings.TrimSpace(entry); entry == "*" || entry == host || entry != "" && strings.HasSuffix(host, "."+strings.TrimPrefix(entry, ".")) {
				return true
			}
		}
	}
	return false
}

func silentBody(s *subject) []hit {
	for _, a := range s.asks {
		if a.request == nil || a.call.PipeLength < 2 || a.call.Pipe != 0 {
			continue
		}
		for _, call := range s.calls() {
			quiet := slices.ContainsFunc(call.Argv(), func(w string) bool { return w == "-q" || w == "--quiet" || w == "-c" })
			if call.Pipe == 1 && call.Program() == "grep" && quiet {
				return []hit{{severity: diag.Info, certainty: cause.Hint,
					message: fmt.Sprintf("%q compares the body and prints nothing: when it fails, nobody sees what the application answered", call)}}
			}
		}
	}
	return nil
}

// unlimited finds curl without a time limit of its own in a shell: the engine kills the shell and curl lives on.
func unlimited(s *subject) []hit {
	if s.shellForm() == nil || s.InitProcess {
		return nil
	}
	for _, a := range s.asks {
		if a.request != nil && a.request.Program == "curl" && a.request.Limit == "" && !a.call.Substituted {
			h := hit{severity: diag.Info, certainty: cause.Hint,
				message: "after a timeout the engine kills the shell and leaves curl running"}
			return []hit{h.patched(s.addOptions(a.call, "-m", s.belowTimeout()))}
		}
	}
	return nil
}

// savesPage says that wget saves what it gets under a name that it makes up.
func (a asked) savesPage() bool {
	return a.request != nil && a.request.Program == "wget" && a.request.SavesNamed && !a.request.Head
}

func savesPage(s *subject) []hit {
	for _, a := range s.asks {
		if !a.savesPage() || s.ReadonlyRoot && s.readOnly("index.html") {
			continue
		}
		h := hit{certainty: cause.Likely, severity: diag.Warning,
			message: "wget saves the page under its own name; BusyBox wget fails as soon as the file exists"}
		return []hit{h.patched(s.addOptions(a.call, "-O", "/dev/null"))}
	}
	return nil
}
