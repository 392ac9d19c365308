package healthcheck

import (
	"bytes"
	"debug/elf"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/healthcheck/cause"
	"github.com/ecslocal/ecslocal/healthcheck/client"
	"github.com/ecslocal/ecslocal/healthcheck/shell"
)

// preflightDetectors ask the image's files whether the check can run at all.
var preflightDetectors = []detector{
	{"HC031", cause.Image, noShell},
	{"HC027", cause.Image, missingTool("curl")},
	{"HC028", cause.Image, missingTool("wget")},
	{"HC029", cause.Image, missingTool("ps", "pgrep", "pkill")},
	{"HC030", cause.Image, missingTool("bash")},
	{"HC032", cause.Image, missingProgram},
	{"HC034", cause.Image, missingFile},
	{"HC035", cause.Image, relativeFile},
	{"HC033", cause.Image, notExecutable},
	{"HC036", cause.Image, missingInterpreter},
	{"HC037", cause.Image, noInterpreter},
	{"HC038", cause.Image, wrongProcessor},
	{"HC039", cause.Image, bashLanguage},
	{"HC040", cause.Image, pipefail},
	{"HC041", cause.Image, busyboxWget},
}

// builtins are commands that a shell has itself.
var builtins = []string{"[", "[[", "test", "echo", "printf", "true", "false", ":", "exit", "return", "set", "unset", "export", "cd", "eval", "exec", "trap", "wait",
	"kill", "read", "shift", "command", "type", "hash", "umask", "ulimit", ".", "source", "local", "pwd", "times", "break", "continue", "alias", "getopts", "let", "declare"}

func noShell(s *subject) []hit {
	if !s.hasFiles() || s.fileExists("/bin/sh") {
		return nil
	}
	if name := argv0(s.exec()); shells[path.Base(name)] && !s.lookPath(name).found {
		return []hit{{message: fmt.Sprintf("the check runs %s, and the image %s has no shell", name, s.image.Name), evidence: name + ": no such file", name: name}}
	}
	if s.Command.Form() != FormShell {
		return nil
	}
	return []hit{{message: fmt.Sprintf("CMD-SHELL needs /bin/sh, and the image %s has none", s.image.Name), evidence: "/bin/sh: no such file"}}
}

// shells are those that an image with any shell has one of; bash has a page of its own.
var shells = map[string]bool{"sh": true, "ash": true, "dash": true}

// shellMissing says that nothing of the script can run anyway.
func (s *subject) shellMissing() bool { return len(noShell(s)) > 0 }

// wanted are the programs that the check needs from the image, with what was found of each.
func (s *subject) wanted() map[string]found {
	all := map[string]found{}
	if !s.hasFiles() || s.shellMissing() {
		return all
	}
	for _, call := range s.calls() {
		if len(call.Words) == 0 || !call.Words[0].Known || call.Words[0].Text == "" {
			continue
		}
		name := call.Words[0].Text
		if !call.Exec && (slices.Contains(builtins, name) || s.script.Declares(name)) {
			continue
		}
		if f := s.lookPath(name); f.found || !s.hasAlternative(call) {
			all[name] = f
		}
	}
	return all
}

// hasAlternative says that the check passes without this call, since another tool that the image has asks too: curl … || wget ….
func (s *subject) hasAlternative(call *shell.Call) bool {
	asks := client.Asks(call.Program()) && !call.Required && len(s.asks) > 1 && !s.deaf()
	return asks && slices.ContainsFunc(s.asks, func(a asked) bool {
		return a.call.Program() != call.Program() && !a.call.Nested && s.lookPath(a.argv[0]).found
	})
}

func missingTool(names ...string) func(*subject) []hit {
	return func(s *subject) []hit {
		for _, name := range names {
			if f, ok := s.wanted()[name]; ok && !f.found {
				return []hit{{message: fmt.Sprintf("the image %s has no %s (looked in %d directories of PATH)%s", s.image.Name, name, len(f.looked), s.alternatives()),
					evidence: name + ": not found in " + strings.Join(s.search(), ":"), name: name}}
			}
		}
		return nil
	}
}

// alternatives lists what the image has to ask a server with.
func (s *subject) alternatives() string {
	var have []string
	for _, name := range []string{"curl", "wget", "nc", "bash", "python3", "node", "perl", "php", "ruby"} {
		if f := s.lookPath(name); f.found {
			if path.Base(f.path) == "busybox" {
				name += " (busybox)"
			}
			have = append(have, name)
		}
	}
	if len(have) == 0 {
		return "; nor any other tool that could ask"
	}
	return "; it has " + strings.Join(have, ", ")
}

var toolsWithPage = []string{"curl", "wget", "ps", "pgrep", "pkill", "bash"}

// applets are commands of checks that BusyBox may have built in.
func applets() map[string]bool {
	return map[string]bool{"telnet": true, "nslookup": true, "netstat": true, "pidof": true, "nc": true, "ping": true, "timeout": true, "find": true, "stat": true,
		"wc": true, "tee": true, "awk": true, "sed": true, "head": true, "tail": true, "hostname": true, "date": true, "sleep": true, "touch": true, "mkdir": true, "fuser": true}
}

func missingProgram(s *subject) []hit {
	for name, f := range s.wanted() {
		if !f.found && !strings.Contains(name, "/") && !slices.Contains(toolsWithPage, name) && !slices.Contains(builtins, name) {
			h := hit{message: fmt.Sprintf("the image %s has no %q in its PATH", s.image.Name, name), evidence: name + ": not found in " + strings.Join(s.search(), ":"), name: name}
			if s.shellName() == "busybox" && s.exec() == nil && applets()[name] {
				h.certainty, h.severity = cause.Likely, diag.Warning // some builds of its shell run their commands without a file
			}
			return []hit{h}
		}
	}
	return nil
}

func missingFile(s *subject) []hit {
	for name, f := range s.wanted() {
		if !f.found && strings.HasPrefix(name, "/") && name != "/bin/sh" {
			return []hit{{message: fmt.Sprintf("the image %s has no file %s", s.image.Name, s.absolute(name)), evidence: s.absolute(name) + ": no such file", name: name}}
		}
	}
	return nil
}

func relativeFile(s *subject) []hit {
	for name, f := range s.wanted() {
		if !f.found && strings.Contains(name, "/") && !strings.HasPrefix(name, "/") {
			return []hit{{message: fmt.Sprintf("%s is looked for in the working directory %s, and the image %s has no file %s", name, s.workingDirectory(), s.image.Name, s.absolute(name)),
				evidence: s.absolute(name) + ": no such file", name: name}}
		}
	}
	return nil
}

func notExecutable(s *subject) []hit {
	for name, f := range s.wanted() {
		if f.found && (f.info.Mode.IsDir() || f.info.Mode.Perm()&0o111 == 0) {
			return []hit{{message: fmt.Sprintf("%s is not executable (mode %v)", name, f.info.Mode), evidence: fmt.Sprintf("%s %v", f.path, f.info.Mode), name: name}}
		}
	}
	return nil
}

// head is the beginning of a program's file.
func (s *subject) head(f found) []byte {
	if !f.found || !f.info.Mode.IsRegular() {
		return nil
	}
	data, _ := s.image.Files.Read(f.path, 256)
	return data
}

func missingInterpreter(s *subject) []hit {
	for name, f := range s.wanted() {
		line, _, _ := bytes.Cut(s.head(f), []byte("\n"))
		rest, script := bytes.CutPrefix(line, []byte("#!"))
		fields := strings.Fields(string(rest))
		if !script || len(fields) == 0 {
			continue
		}
		if bytes.HasSuffix(line, []byte("\r")) {
			return []hit{{message: fmt.Sprintf("%s has Windows line ends: its interpreter is looked for under %q", name, strings.TrimSpace(string(rest))+"\\r"), evidence: fmt.Sprintf("%q", line), name: name}}
		}
		if !s.fileExists(fields[0]) {
			return []hit{{message: fmt.Sprintf("%s begins with #!%s, and the image %s has no such file", name, fields[0], s.image.Name), evidence: fmt.Sprintf("%q", line), name: name}}
		}
	}
	return nil
}

func noInterpreter(s *subject) []hit {
	if s.Command.Form() != FormExec { // a shell runs such a file itself
		return nil
	}
	for name, f := range s.wanted() {
		head := s.head(f)
		if len(head) > 0 && !bytes.HasPrefix(head, []byte("#!")) && !bytes.HasPrefix(head, []byte("\x7fELF")) && f.info.Mode.Perm()&0o111 != 0 {
			return []hit{{message: fmt.Sprintf("%s is a text without a #! line, which CMD cannot run", name), evidence: fmt.Sprintf("%.40q", head), name: name}}
		}
	}
	return nil
}

var machines = map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64, "386": elf.EM_386, "arm": elf.EM_ARM}

func wrongProcessor(s *subject) []hit {
	for name, f := range s.wanted() {
		head := s.head(f)
		want, known := machines[s.image.Architecture]
		if len(head) < 20 || !bytes.HasPrefix(head, []byte("\x7fELF")) || !known {
			continue
		}
		machine := elf.Machine(uint16(head[18]) | uint16(head[19])<<8)
		if head[5] == 2 { // big-endian
			machine = elf.Machine(uint16(head[19]) | uint16(head[18])<<8)
		}
		if machine != want {
			return []hit{{message: fmt.Sprintf("%s is built for %v, and the image is for %s", name, machine, s.image.Architecture), evidence: machine.String()}}
		}
	}
	return nil
}

// shellName is dash, busybox, bash or another program behind /bin/sh, empty where it is not known.
func (s *subject) shellName() string {
	if !s.hasFiles() {
		return ""
	}
	if f := s.lookPath("/bin/sh"); f.found {
		return path.Base(f.path)
	}
	return ""
}

func bashLanguage(s *subject) []hit {
	script := s.shellForm()
	if script == nil || len(lostDash(s)) > 0 {
		return nil
	}
	shell := s.shellName()
	for _, b := range script.Bashisms() {
		if strings.Contains(b.Text, "pipefail") || shell == "bash" || shell == "busybox" && !b.Ash || shell == "dash" && !b.Dash || !b.Dash && !b.Ash {
			continue
		}
		h := hit{message: fmt.Sprintf("%s is bash language, and CMD-SHELL runs /bin/sh", b.What), evidence: b.Text}
		if shell == "" || b.Harmless {
			h.severity, h.certainty = diag.Warning, cause.Likely
		}
		if b.Harmless && shell == "dash" && strings.HasPrefix(b.What, "&>") {
			h.message, h.certainty = "in dash &> starts a process in the background, and the check passes at once", cause.Certain
		}
		if better := s.plainly(); better != nil {
			h = h.patched(better)
		} else if s.hasFiles() && s.lookPath("bash").found {
			h = h.patched(asExec("bash", "-c", script.Text))
		}
		return []hit{h}
	}
	return nil
}

func pipefail(s *subject) []hit {
	script := s.shellForm()
	if script == nil || !strings.Contains(script.Text, "pipefail") || s.shellName() != "dash" {
		return nil
	}
	return []hit{{message: "dash does not know set -o pipefail", evidence: "/bin/sh is dash"}}
}

func busyboxWget(s *subject) []hit {
	if !s.hasFiles() {
		return nil
	}
	for _, a := range s.asks {
		if a.request == nil || a.request.Program != "wget" {
			continue
		}
		refused := a.request.BusyboxRefuses()
		if len(refused) == 0 {
			continue
		}
		if f := s.lookPath("wget"); f.found && path.Base(f.path) == "busybox" {
			return []hit{{message: fmt.Sprintf("BusyBox wget has no option %s", strings.Join(refused, ", ")), evidence: f.link + " -> busybox"}}
		}
	}
	return nil
}
