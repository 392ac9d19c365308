package healthcheck

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
	"github.com/ecslocal/ecslocal/healthcheck/client"
	"github.com/ecslocal/ecslocal/healthcheck/output"
	"github.com/ecslocal/ecslocal/healthcheck/shell"
)

// remedies make the command that repairs what a probe's words or the image tell, where the command alone can.
var remedies = map[string]func(*subject, output.Told) Command{
	"HC001": (*subject).asScript, "HC020": (*subject).asScript, "HC021": (*subject).asScript,
	"HC027": (*subject).otherTool, "HC028": (*subject).otherTool, "HC030": (*subject).withoutBash, "HC031": (*subject).withoutShell,
	"HC032": (*subject).found, "HC034": (*subject).found, "HC035": (*subject).found,
	"HC033": (*subject).interpreted, "HC036": (*subject).interpreted, "HC037": (*subject).interpreted,
	"HC039": (*subject).posix, "HC040": (*subject).byBash, "HC041": (*subject).plainWget, "HC042": (*subject).plainNetcat,
	"HC052": (*subject).byGET, "HC054": (*subject).plainHTTP, "HC055": func(s *subject, _ output.Told) Command { return s.insecure() },
	"HC056": (*subject).direct, "HC063": (*subject).onLoopback, "HC065": (*subject).onLoopback, "HC067": (*subject).corrected,
	"HC073": (*subject).limited, "HC074": (*subject).quietBackground,
	"HC081": (*subject).toNowhere, "HC083": (*subject).toNowhere, "HC082": (*subject).toNowhere,
}

// remedy is the repaired command, nil where there is none.
func (s *subject) remedy(told output.Told) Command {
	repair := remedies[told.Rule]
	if repair == nil || !s.HasCheck {
		return nil
	}
	if better := repair(s, told); !slices.Equal(better, s.Command) {
		return better
	}
	return nil
}

// asScript is CMD's words as one script.
func (s *subject) asScript(output.Told) Command {
	argv := s.exec()
	if len(argv) == 0 {
		return nil
	}
	if len(argv) == 1 || strings.ContainsAny(argv[0], " \t") {
		return asShell(joinPieces(argv))
	}
	return asShell(joinWords(argv))
}

// posix says the same in plain POSIX shell, or with bash where the image has it.
func (s *subject) posix(output.Told) Command {
	script := s.shellForm()
	if script == nil {
		return nil
	}
	if better := s.plainly(); better != nil {
		return better
	}
	if s.hasFiles() && s.lookPath("bash").found {
		return asExec("bash", "-c", script.Text)
	}
	for _, call := range script.Calls {
		switch name := call.Program(); {
		case name == "source" && !call.Nested:
			return s.replaceWord(call, 0, ".")
		case name == "[" || name == "test":
			for i, w := range call.Words {
				if w.Raw == "==" {
					return s.replaceWord(call, i, "=")
				}
			}
		}
	}
	return s.withoutDevice()
}

// plainly is the script without bash language, nil where some is left.
func (s *subject) plainly() Command {
	better := plainer(s.text())
	parsed := shell.Parse(better, s.variable)
	if better == s.text() || len(parsed.Bashisms()) > 0 || parsed.Problem != nil {
		return nil
	}
	return asShell(better)
}

// Parts of bash language that POSIX shell writes in another way: [[ A == B ]] with plain words, [[ -f FILE ]], function NAME.
var (
	doubleCompared = lazyregexp.New(`\[\[\s+("[^"]*"|\$\([^()]*\)|\$\{?\w+\}?|[\w./-]+)\s+(==?|!=|-[a-z][a-z])\s+("[^"*?]*"|'[^'*?]*'|[\w./-]+)\s+\]\]`)
	doubleFile     = lazyregexp.New(`\[\[\s+(-[a-z])\s+("[^"]*"|[\w./$-]+)\s+\]\]`)
	toFile         = lazyregexp.New(`(?:&>|>&)\s*(/[\w./-]+)`)
	bothPiped      = lazyregexp.New(`\|&`)
	wordFunction   = lazyregexp.New(`\bfunction\s+(\w+)\s*(?:\(\s*\))?\s*\{`)
)

// plainer is a script with those parts written as every shell reads them.
func plainer(script string) string {
	script = doubleCompared().ReplaceAllStringFunc(script, func(test string) string {
		m := doubleCompared().FindStringSubmatch(test)
		left := m[1]
		if strings.HasPrefix(left, "$") && !strings.Contains(left, `"`) {
			left = `"` + left + `"`
		}
		return fmt.Sprintf("[ %s %s %s ]", left, strings.Replace(m[2], "==", "=", 1), m[3])
	})
	script = bothPiped().ReplaceAllString(toFile().ReplaceAllString(script, ">$1 2>&1"), "2>&1 |")
	return wordFunction().ReplaceAllString(doubleFile().ReplaceAllString(script, "[ $1 $2 ]"), "$1() {")
}

// withoutDevice connects with a program of the image where the check opens bash's /dev/tcp.
func (s *subject) withoutDevice() Command {
	for _, a := range s.asks {
		if slices.ContainsFunc(a.targets, func(t client.Target) bool { return strings.HasPrefix(t.Text, "/dev/tcp/") }) && s.hasFiles() {
			t := a.targets[0]
			t.Scheme, t.Text = "http", fmt.Sprintf("http://%s:%d/", t.Host, t.Port)
			if s.lookPath("nc").found {
				return asShell(strings.Join(s.netcat(t), " ") + " || exit 1")
			}
			return s.askedBy(t)
		}
	}
	return nil
}

// byBash runs the script by bash, where the image has it.
func (s *subject) byBash(output.Told) Command {
	if script := s.shellForm(); script != nil && s.hasFiles() && s.lookPath("bash").found {
		return asExec("bash", "-c", script.Text)
	}
	return nil
}

// plainWget is the request with options that every wget has.
func (s *subject) plainWget(output.Told) Command {
	a := s.request()
	if a == nil || a.request.Program != "wget" || a.call.Nested || a.call.PipeLength > 1 && a.request.Output != "-" || len(a.request.Headers) > 0 && s.hides(a.call) {
		return nil
	}
	words := []string{s.word("wget"), s.word("-q")}
	out := "/dev/null"
	if a.call.PipeLength > 1 || a.call.Substituted {
		out = "-"
	}
	words = append(words, "-O", out)
	for _, header := range a.request.Headers {
		words = append(words, s.word("--header="+header))
	}
	words = append(words, a.call.Words[min(a.request.Targets[0].Index, len(a.call.Words)-1)].Raw)
	return s.replaceCall(a.call, words)
}

// replaceCall is the command with all words of a call written anew.
func (s *subject) replaceCall(call *shell.Call, words []string) Command {
	if argv := s.exec(); argv != nil {
		return asExec(append(slices.Clone(argv[:len(argv)-len(call.Words)]), words...)...)
	}
	text, ok := s.Command.Script()
	first, last := call.Words[0], call.Words[len(call.Words)-1]
	if !ok || call.Nested || last.End > len(text) || first.Start > last.End {
		return nil
	}
	return asShell(text[:first.Start] + strings.Join(words, " ") + text[last.End:])
}

// plainNetcat connects without -z, for which BusyBox has no option: a program that ends at once takes the connection. To close its input only
// would leave nc waiting for a server that says nothing unasked.
func (s *subject) plainNetcat(output.Told) Command {
	for _, a := range s.asks {
		if client.Name(a.call.Program()) != "nc" || len(a.targets) == 0 || a.targets[0].Partial || a.targets[0].Scheme == "udp" || a.call.Nested {
			continue
		}
		words := []string{a.call.Words[0].Raw, "-w", "1", a.targets[0].Host, fmt.Sprint(a.targets[0].Port), "-e", "true"}
		return s.replaceCall(a.call, words)
	}
	return nil
}
