package healthcheck

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/healthcheck/client"
	"github.com/ecslocal/ecslocal/healthcheck/output"
	"github.com/ecslocal/ecslocal/healthcheck/shell"
)

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
	return s.askedBy(t)
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
