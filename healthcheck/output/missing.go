package output

import (
	"fmt"
	"path"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
	"github.com/ecslocal/ecslocal/healthcheck/cause"
)

// Words of shells and of programs that start others, when there is no such program. The group is its name.
var lookups = []lazyregexp.Regexp{
	// dash "/bin/sh: 1: curl: not found", ash "/bin/sh: curl: not found", bash "bash: line 1: curl: command not found", and the same of a
	// probe script "/check.sh: 3: curl: not found".
	lazyregexp.New(`(?m)^(?:/\S*|-?(?:ba|da|a|k|mk|z)?sh|\S+\.sh|main|environment): (?:line )?(?:\d+: )*(?:eval: (?:line )?(?:\d+: )?)?([^\n]+?): (?:command |inaccessible or )?not found\b`),
	lazyregexp.New(`(?m)command not found: (\S+)$`), // zsh
	lazyregexp.New(`(?m)^(\S+): applet not found`),  // a link to a BusyBox that was built without it
	lazyregexp.New("(?m)^(?:timeout|env|nice|nohup|setsid|stdbuf|xargs|time|chroot|su-exec|setpriv|setuidgid|sudo|doas|ionice|tini|dumb-init)[^\n]*?[ :](?:failed to run command |can't execute |failed to execute |exec )?['\u2018`\"]?([^'\u2019`\"\\s:]+)['\u2019`\"]?(?: failed)?: (?:command not found|No such file or directory)"),
	lazyregexp.New(`(?m)^(?:error: )?exec: "([^"]+)": executable file not found`), // gosu and other Go programs
}

// shellFile is a shell's word about a file that it was asked to run by its path, or a kernel's word about one.
var (
	kernelNoFile = lazyregexp.New(`(?m)^exec (\S+): no such file or directory`)
	kernelFormat = lazyregexp.New(`(?m)^exec (\S+): exec format error`)
	shellFormat  = lazyregexp.New(`(?m)^\S*sh: (?:line )?(?:\d+: )?(\S+): (?:cannot execute(?: binary file)?: |cannot execute binary file: )?(?i:exec format error)|(\S+): cannot execute binary file`)
	shellDenied  = lazyregexp.New(`(?m)^\S*sh: (?:line )?(?:\d+: )?([^:\s]+): Permission denied`)
	badShebang   = lazyregexp.New(`(?m)(\S+): (?:bad interpreter|cannot execute: required file not found)`)
	shellNoFile  = lazyregexp.New(`(?m)^\S*sh: (?:line )?(?:\d+: )?(/[^:\s]+|\.\S*/[^:\s]+): No such file or directory`)
	shellOpens   = lazyregexp.New(`(?m)^\S*sh: (?:0: cannot open ([^\n:]+)(?:: No such file|$)|can't open '([^\n']+)'|[^\n]*\.: (?:line \d+: )?(?:can't|cannot) open '?([^\s':]+))`)
)

// notFound reads the words about programs and scripts that a shell could not run.
func notFound(exitCode int, text string) (Told, bool) {
	type reader struct {
		pattern   lazyregexp.Regexp
		rule      string
		message   string
		certainty cause.Certainty
	}
	for _, r := range []reader{
		{kernelNoFile, "HC036", "the interpreter that %s asks for does not exist", ""},
		{badShebang, "HC036", "the interpreter that %s asks for does not exist", ""},
		{kernelFormat, "HC038", "%s is for another processor, or has no #! line", cause.Likely},
		{shellFormat, "HC038", "%s is built for another processor", ""},
		{shellNoFile, "HC034", "there is no file %s", ""},
		{shellOpens, "HC034", "the shell is to run %s, and there is no such file", ""},
	} {
		if m := r.pattern().FindStringSubmatchIndex(text); m != nil {
			name := group(text, m)
			if strings.Contains(name, "/dev/tcp/") || strings.Contains(name, "/dev/udp/") {
				continue
			}
			return Told{Rule: r.rule, Message: fmt.Sprintf(r.message, name), Evidence: line(text, m[0]), Certainty: r.certainty, Name: name}, true
		}
	}
	if m := shellDenied().FindStringSubmatchIndex(text); m != nil && (exitCode == 126 || strings.Contains(group(text, m), "/")) {
		name := group(text, m)
		return Told{Rule: "HC033", Message: fmt.Sprintf("%s is not executable", name), Evidence: line(text, m[0]), Name: name}, true
	}
	for _, pattern := range lookups {
		if m := pattern().FindStringSubmatchIndex(text); m != nil {
			told := missing(group(text, m), "not found", false)
			told.Evidence = line(text, m[0])
			return told, true
		}
	}
	return Told{}, false
}

// group is the first group of a match that matched.
func group(text string, m []int) string {
	for i := 2; i+1 < len(m); i += 2 {
		if m[i] >= 0 {
			return text[m[i]:m[i+1]]
		}
	}
	return text[m[0]:m[1]]
}

// procps are the programs of that package.
var procps = map[string]bool{"ps": true, "pgrep": true, "pkill": true, "pidof": true, "top": true, "pmap": true}

// shellOnly are words that exist inside a shell only, bashOnly those of bash that other shells look for as programs.
var (
	shellOnly = map[string]bool{"exit": true, "cd": true, "source": true, ".": true, "export": true, "set": true, "[[": true, "if": true, "for": true,
		"while": true, "until": true, "case": true, "eval": true, "exec": true, "return": true, "!": true, "{": true, "(": true, ":": true, "local": true,
		"trap": true, "unset": true, "then": true, "command": true, "test": true, "[": true}
	bashOnly = map[string]bool{"[[": true, "source": true, "declare": true, "shopt": true, "let": true, "mapfile": true, "readarray": true, "pushd": true,
		"popd": true, "function": true, "typeset": true, "compgen": true, "select": true, "((": true}
	lineWords = lazyregexp.New(`\s`)
)

// CheckOption is an option of the Dockerfile's HEALTHCHECK, with its value behind = or in the next word.
var CheckOption = lazyregexp.New(`^--(?:interval|timeout|retries|start-period|start-interval)(=\S*)?$`)

// missing says what it means that there is no program of this name; direct says that the engine looked for it, without a shell.
func missing(name, why string, direct bool) Told {
	told := Told{Name: name}
	say := func(rule, format string, args ...any) Told {
		told.Rule, told.Message = rule, fmt.Sprintf(format, args...)
		return told
	}
	base := path.Base(name)
	trimmed := strings.TrimSpace(name)
	switch {
	case name == "":
		return say("HC007", "the engine was asked to run a program without a name")
	case why == "permission denied" || why == "is a directory":
		return say("HC033", "%s is not executable", name)
	case strings.ContainsAny(name, "\r") || strings.Contains(name, `\r`):
		return say("HC013", "a carriage return is a part of the name %q", name)
	case strings.HasPrefix(trimmed, "[") && strings.ContainsAny(trimmed, `,"`):
		return say("HC011", "the shell takes the JSON array %q for the name of a program", name)
	case trimmed == "CMD-SHELL" || trimmed == "CMD":
		return say(map[bool]string{true: "HC108", false: "HC016"}[direct], "%s is taken for the name of a program", trimmed)
	case trimmed == "HEALTHCHECK" || trimmed == "RUN" || trimmed == "ENTRYPOINT":
		return say("HC016", "%s is a word of the Dockerfile, and the shell looks for a program of that name", trimmed)
	case strings.ContainsAny(name, "\u00a0\u201c\u201d\u2018\u2019\u2013\u2014"):
		return say("HC015", "the name %q holds characters of a word processor", name)
	case lineWords().MatchString(trimmed) && direct:
		return say("HC001", "CMD runs one program, and there is no program named %q", name)
	case lineWords().MatchString(trimmed):
		return say("HC010", "the shell looks for a program with the whole name %q", name)
	case trimmed != name:
		return say("HC017", "there is space around the name %q", name)
	case direct && (name == "/bin/sh" || name == "sh"):
		return say("HC031", "the check needs %s, and the image has no shell", name)
	case direct && shellOnly[name]:
		return say("HC020", "%q is a word of the shell and no program, and CMD uses no shell", name)
	case !direct && bashOnly[name]:
		return say("HC039", "%s is bash language, and /bin/sh is another shell", name)
	case direct && strings.ContainsAny(name, "$`"):
		return say("HC021", "CMD uses no shell, so there is a program named %q wanted", name)
	case base == "curl":
		return say("HC027", "the image has no curl")
	case base == "wget":
		return say("HC028", "the image has no wget")
	case procps[base]:
		return say("HC029", "the image has no %s", base)
	case base == "bash":
		return say("HC030", "the image has no bash")
	case CheckOption().MatchString(name):
		return say("HC016", "%s is an option of the Dockerfile's HEALTHCHECK, and is taken for the name of a program", name)
	case strings.HasPrefix(name, "-") && !direct:
		return say("HC012", "a line begins with %q, which is taken for the name of a program", name)
	case strings.Contains(name, "://"):
		return say("HC012", "the URL %s stands where a program is looked for", name)
	case strings.Contains(name, "/"):
		return missingFile(name, direct)
	}
	return say("HC032", "the image has no program %q in its PATH", name)
}

// missingFile is missing for a program that is named by its path.
func missingFile(name string, direct bool) Told {
	switch {
	case !strings.HasPrefix(name, "/"):
		return Told{Name: name, Rule: "HC035", Message: fmt.Sprintf("there is no file %s, seen from the container's working directory", name)}
	case !direct:
		return Told{Name: name, Rule: "HC034", Message: fmt.Sprintf("there is no file %s, or its interpreter is missing", name), Certainty: cause.Likely}
	}
	return Told{Name: name, Rule: "HC034", Message: fmt.Sprintf("there is no file %s", name)}
}
