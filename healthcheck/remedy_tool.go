package healthcheck

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/healthcheck/client"
	"github.com/ecslocal/ecslocal/healthcheck/output"
	"github.com/ecslocal/ecslocal/healthcheck/shell"
)

// otherTool asks the same with a tool that the image has.
func (s *subject) otherTool(output.Told) Command {
	a := s.request()
	if a == nil || !s.hasFiles() || a.request.Method != "GET" && a.request.Method != "HEAD" || len(a.request.Headers) > 0 {
		return nil
	}
	t := a.request.Targets[0]
	if t.Partial || t.Bad != "" || a.request.UnixSocket != "" || s.hides(a.call) {
		return nil
	}
	if a.call.PipeLength > 1 || a.call.Substituted {
		return s.printedBy(*a, t)
	}
	return s.askedBy(t)
}

// printedBy is the check with another tool in the place of one whose output is judged. A status that is compared with 200 needs no
// comparing: wget fails by itself.
func (s *subject) printedBy(a asked, t client.Target) Command {
	r := a.request
	switch judged := s.judgesStatus(); {
	case a.call.Nested || s.exec() != nil || a.call.Pipe > 0 || r.HeadersOut || r.Head:
		return nil
	case r.PrintsCode && judged:
		return s.askedBy(t)
	case r.PrintsCode || r.Output != "" && r.Output != "-":
		return nil
	case s.lookPath("curl").found:
		return s.replaceCall(a.call, []string{"curl", "-fsS", quoteWord(t.Text)})
	case s.lookPath("wget").found:
		return s.replaceCall(a.call, []string{"wget", "-q", "-O", "-", quoteWord(t.Text)})
	}
	return nil
}

// judgesStatus says that the script does nothing but compare the status of one request with 200.
func (s *subject) judgesStatus() bool {
	for _, call := range s.calls() {
		switch call.Program() {
		case "curl", "[", "test", "[[", "grep", "exit", "false":
		default:
			return false
		}
	}
	return len(s.asks) == 1 && strings.Contains(s.text(), "200")
}

// askedBy is a check of one place with the first tool that the image has.
func (s *subject) askedBy(t client.Target) Command {
	has := func(name string) bool { return s.lookPath(name).found }
	to := aim{scheme: t.Scheme}
	if t.Host == "localhost" && !has("curl") && path.Base(s.lookPath("wget").path) == "busybox" {
		to.host = "127.0.0.1" // it asks one address of a name only, which is ::1 on newer engines
	}
	url := to.url(t.Text)
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
		return asShell(strings.Join(s.netcat(t), " ") + " || exit 1")
	}
	return nil
}

// netcat only connects, as the image's own can.
func (s *subject) netcat(t client.Target) []string {
	place := []string{"nc", "-w", "1", t.Host, fmt.Sprint(t.Port)}
	if path.Base(s.lookPath("nc").path) == "busybox" {
		return append(place, "-e", "true")
	}
	return slices.Insert(place, 1, "-z")
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
	return s.withoutDevice()
}

// withoutShell is a script of one plain command as CMD; what only turns a failure into exit 1 is not needed there.
func (s *subject) withoutShell(output.Told) Command {
	script := s.shellForm()
	if argv := s.exec(); len(argv) > 0 && s.script.Calls[0].Script != nil {
		script = s.script.Calls[0].Script
	}
	if script == nil || script.Problem != nil || len(script.Calls) == 0 {
		return nil
	}
	first := script.Calls[0]
	for _, call := range script.Calls[1:] {
		if call.Program() != "exit" && call.Program() != "false" {
			return nil
		}
	}
	known := !slices.ContainsFunc(first.Words, func(w shell.Word) bool { return !w.Known || w.Glob })
	keeps := slices.ContainsFunc(first.Redirects, func(r shell.Redirect) bool {
		return r.Writes && r.Target.Text != "/dev/null" || strings.Contains(r.Op, "<")
	})
	if !known || keeps || first.Background || first.Negated || first.PipeLength > 1 || slices.Contains(builtins, first.Program()) {
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
		if _, _, ok := resolve(s.image.Files, full); !ok {
			full = path.Join(dir, strings.ToLower(base)) // a wrong capital
		}
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
	return s.meantProgram(told.Name)
}

// knownPrograms are those that a mistyped name may mean.
var knownPrograms = []string{"curl", "wget", "nc", "pgrep", "pidof", "grep", "test", "bash", "cat", "netstat", "python3", "python", "node", "php", "perl", "ruby", "java", "redis-cli", "pg_isready", "mysqladmin", "mongosh", "psql", "grpc_health_probe"}

// meantProgram is the command with the program of the image that a name means: curl for Curl, crul and curl.exe, curl -f for curl-f, and
// what sudo was to run where there is no sudo.
func (s *subject) meantProgram(name string) Command {
	for i, call := range s.calls() {
		if len(call.Words) == 0 || call.Words[0].Text != name || strings.ContainsAny(name, "/:") || strings.HasPrefix(name, "-") {
			continue
		}
		if (name == "sudo" || name == "doas") && i+1 < len(s.calls()) && call.Wraps {
			inner := len(call.Words) - len(s.calls()[i+1].Words)
			return s.replaceWords(call, 0, inner, s.calls()[i+1].Words[0].Raw)
		}
		for _, known := range knownPrograms {
			if rest, ok := strings.CutPrefix(name, known+"-"); ok && s.lookPath(known).found {
				return s.replaceWord(call, 0, known, "-"+rest)
			}
		}
		present := slices.DeleteFunc(slices.Clone(knownPrograms), func(known string) bool { return !s.lookPath(known).found })
		if near := diag.Nearest(strings.TrimSuffix(strings.ToLower(name), ".exe"), present); near != "" {
			return s.replaceWord(call, 0, near)
		}
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
