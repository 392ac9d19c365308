package healthcheck

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

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
	"HC056": (*subject).direct, "HC063": (*subject).onLoopback, "HC065": (*subject).onLoopback, "HC067": (*subject).digits,
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
		return asShell(strings.Join(argv, " "))
	}
	return asShell(joinWords(argv))
}

// otherTool asks the same with a tool that the image has.
func (s *subject) otherTool(output.Told) Command {
	a := s.request()
	if a == nil || !s.hasFiles() || a.call.PipeLength > 1 || a.call.Substituted || a.request.Method != "GET" && a.request.Method != "HEAD" || len(a.request.Headers) > 0 {
		return nil
	}
	t := a.request.Targets[0]
	if t.Partial || t.Bad != "" || a.request.UnixSocket != "" {
		return nil
	}
	return s.asking1(t)
}

// asking1 is a check of one place with the first tool that the image has.
func (s *subject) asking1(t client.Target) Command {
	url, has := aim{scheme: t.Scheme}.url(t.Text), func(name string) bool { return s.lookPath(name).found }
	withShell := has("/bin/sh")
	switch {
	case has("curl") && t.Scheme == "https":
		return s.line(withShell, "curl", "-fsSk", "-o", "/dev/null", url)
	case has("curl"):
		return s.line(withShell, "curl", "-fsS", "-o", "/dev/null", url)
	case has("wget") && t.Scheme == "https":
		return s.line(withShell, "wget", "-q", "--no-check-certificate", "-O", "/dev/null", url)
	case has("wget"):
		return s.line(withShell, "wget", "-q", "-O", "/dev/null", url)
	case has("python3"):
		return asExec("python3", "-c", fmt.Sprintf("import urllib.request as r; r.urlopen('%s', timeout=4)", url))
	case has("node"):
		return asExec("node", "-e", fmt.Sprintf("require('%s').get('%s', r => process.exit(r.statusCode < 400 ? 0 : 1)).on('error', () => process.exit(1))", t.Scheme, url))
	case has("bash"):
		return asExec("bash", "-c", fmt.Sprintf("</dev/tcp/%s/%d", t.Host, t.Port))
	case has("nc") && withShell:
		return asShell(fmt.Sprintf("nc -w 1 %s %d </dev/null || exit 1", t.Host, t.Port))
	}
	return nil
}

// line is a program with its arguments as a script, or as CMD where there is no shell.
func (s *subject) line(withShell bool, argv ...string) Command {
	if !withShell {
		return asExec(argv...)
	}
	return asShell(joinWords(argv) + " || exit 1")
}

// withoutBash is bash -c SCRIPT as a script for /bin/sh, where it holds no language of bash's own.
func (s *subject) withoutBash(output.Told) Command {
	for _, call := range s.calls() {
		at := call.ScriptIndex()
		if call.Program() != "bash" || at < 0 || at != len(call.Words)-1 || call.Nested || !call.Words[at].Known {
			continue
		}
		if script := call.Words[at].Text; len(shell.Parse(script, s.variable).Bashisms()) == 0 && !strings.Contains(script, "pipefail") {
			return asShell(script)
		}
	}
	return nil
}

// withoutShell is a script of one plain command as CMD; what only turns a failure into exit 1 is not needed there.
func (s *subject) withoutShell(output.Told) Command {
	script := s.shellForm()
	if script == nil || len(script.Calls) == 0 {
		return nil
	}
	first := script.Calls[0]
	for _, call := range script.Calls[1:] {
		if call.Program() != "exit" && call.Program() != "false" {
			return nil
		}
	}
	known := !slices.ContainsFunc(first.Words, func(w shell.Word) bool { return !w.Known || w.Glob })
	if !known || len(first.Redirects) > 0 || first.Background || first.Negated || first.PipeLength > 1 || slices.Contains(builtins, first.Program()) {
		return nil
	}
	if s.hasFiles() && !s.lookPath(first.Words[0].Text).found {
		return nil
	}
	return asExec(first.Argv()...)
}

// found is the command with the path under which the image has the program or file.
func (s *subject) found(told output.Told) Command {
	if !s.hasFiles() || told.Name == "" {
		return nil
	}
	base := path.Base(told.Name)
	places := []string{"/", "/app", "/usr/local/bin", "/usr/bin", "/bin", "/opt", "/opt/app", "/usr/src/app", "/srv", "/home/app", "/scripts", "/hc", "/usr/local/sbin", "/usr/sbin", "/sbin", s.workingDirectory()}
	if argv := slices.Concat(s.EntryPoint, s.image.Entrypoint, s.image.Cmd); len(argv) > 0 {
		places = append(places, path.Dir(argv[0]))
	}
	for _, dir := range places {
		full := path.Join(dir, base)
		if _, info, ok := resolve(s.image.Files, full); !ok || !info.Mode.IsRegular() || info.Mode.Perm()&0o111 == 0 || strings.Contains(told.Name, "/") && full == s.absolute(told.Name) {
			continue
		}
		for _, call := range s.calls() {
			if len(call.Words) > 0 && call.Words[0].Text == told.Name {
				return s.replaceWord(call, 0, full)
			}
		}
		return s.replaceText(told.Name, full)
	}
	return nil
}

// interpreted runs a script by the interpreter that its first line wants, or by the shell.
func (s *subject) interpreted(told output.Told) Command {
	if !s.hasFiles() || told.Name == "" {
		return nil
	}
	f := s.lookPath(told.Name)
	text := s.readScript(told.Name)
	if !f.found || text == "" || strings.Contains(text, "\r") || strings.HasPrefix(text, "\x7fELF") {
		return nil
	}
	with := []string{"/bin/sh"}
	if line, ok := strings.CutPrefix(text, "#!"); ok {
		line, _, _ = strings.Cut(line, "\n")
		if fields := strings.Fields(line); len(fields) > 0 && s.fileExists(fields[0]) && told.Rule != "HC036" {
			with = fields
		}
	}
	if with[0] == "/bin/sh" {
		if script := shell.Parse(text, s.variable); script.Problem != nil || len(script.Bashisms()) > 0 && s.shellName() != "bash" {
			return nil
		}
	}
	if !s.fileExists(with[0]) {
		return nil
	}
	for _, call := range s.calls() {
		if len(call.Words) > 0 && call.Words[0].Text == told.Name {
			return s.replaceWord(call, 0, append(with, call.Words[0].Raw)...)
		}
	}
	return nil
}

// posix says the same in plain POSIX shell, or with bash where the image has it.
func (s *subject) posix(output.Told) Command {
	script := s.shellForm()
	if script == nil {
		return nil
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
	for _, a := range s.asks {
		if slices.ContainsFunc(a.targets, func(t client.Target) bool { return strings.HasPrefix(t.Text, "/dev/tcp/") }) && s.hasFiles() {
			t := a.targets[0]
			t.Scheme, t.Text = "http", fmt.Sprintf("http://%s:%d/", t.Host, t.Port)
			if s.lookPath("nc").found {
				return asShell(fmt.Sprintf("nc -w 1 %s %d </dev/null || exit 1", t.Host, t.Port))
			}
			return s.asking1(t)
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
	if a == nil || a.request.Program != "wget" || a.call.Nested || a.call.PipeLength > 1 && a.request.Output != "-" {
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

// plainNetcat connects without -z: a connection that is closed at once.
func (s *subject) plainNetcat(output.Told) Command {
	for _, a := range s.asks {
		if client.Name(a.call.Program()) != "nc" || len(a.targets) == 0 || a.targets[0].Partial || a.call.Nested {
			continue
		}
		words := []string{a.call.Words[0].Raw, "-w", "1", a.targets[0].Host, fmt.Sprint(a.targets[0].Port), "</dev/null"}
		if s.exec() != nil {
			return asShell(strings.Join(words, " "))
		}
		return s.replaceCall(a.call, words)
	}
	return nil
}

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
		if m := headAmongFlags.FindStringSubmatch(w.Text); m != nil {
			return s.replaceWord(a.call, i, "-"+m[1]+m[2], "-o", "/dev/null")
		}
	}
	return nil
}

// headAmongFlags are flags of curl such as -fsI.
var headAmongFlags = regexp.MustCompile(`^-([a-zA-HJ-Z]*)I([a-zA-Z]*)$`)

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
func (s *subject) onLoopback(output.Told) Command {
	for _, a := range s.asks {
		for _, t := range a.targets {
			if t.Host != "" && t.Host != "127.0.0.1" && (t.Loopback() || s.has(t.Port) || len(s.Ports) == 0) {
				return s.aimed(a, t, aim{host: "127.0.0.1"})
			}
		}
	}
	return nil
}

// digits makes a number of a port in which letters stand for digits: 808O.
func (s *subject) digits(output.Told) Command {
	for _, a := range s.asks {
		for _, t := range a.targets {
			m := urlParts.FindStringSubmatch(t.Text)
			if t.Bad == "" || m == nil {
				continue
			}
			host, rest, ok := strings.Cut(strings.TrimPrefix(t.Text, m[1]+"://"), ":")
			port := wrongPort.FindString(rest)
			fixed := strings.NewReplacer("O", "0", "o", "0", "l", "1", "I", "1", "S", "5", "B", "8").Replace(port)
			if ok && port != fixed && !notDigits.MatchString(fixed) {
				return s.replaceText(host+":"+port, host+":"+fixed)
			}
		}
	}
	return nil
}

var (
	wrongPort = regexp.MustCompile(`^[0-9OolISB]+`)
	notDigits = regexp.MustCompile(`\D`)
)

// limited gives the client a limit below the timeout.
func (s *subject) limited(output.Told) Command {
	limit := fmt.Sprint(max(1, int(s.pace().timeout.Seconds())-1))
	a := s.request()
	switch {
	case a == nil || a.request.Limit != "":
		return nil
	case a.request.Program == "curl":
		return s.option("curl", "-m", limit)
	}
	return nil
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
