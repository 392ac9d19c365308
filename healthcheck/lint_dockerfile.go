package healthcheck

import (
	"fmt"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
	"github.com/ecslocal/ecslocal/healthcheck/output"
)

// dockerfileWords begin lines of a Dockerfile.
var dockerfileWords = map[string]bool{"CMD": true, "CMD-SHELL": true, "HEALTHCHECK": true, "RUN": true, "ENTRYPOINT": true, "SHELL": true, "NONE": true}

// withoutCheckOptions are words behind the words of the Dockerfile and the options of its HEALTHCHECK.
func withoutCheckOptions(words []string) []string {
	for len(words) > 0 {
		m := output.CheckOption().FindStringSubmatch(words[0])
		switch {
		case m != nil && m[1] == "" && len(words) > 1:
			words = words[2:]
		case m != nil, dockerfileWords[strings.Trim(words[0], ",:")]:
			words = words[1:]
		default:
			return words
		}
	}
	return nil
}

// leadingOption finds options of the Dockerfile's HEALTHCHECK in front of the command: to Amazon ECS they are members of healthCheck.
func leadingOption(s *subject) []hit {
	argv := s.exec()
	if text, ok := s.Command.Script(); ok {
		argv = strings.Fields(text)
	}
	if len(argv) == 0 || !output.CheckOption().MatchString(argv[0]) {
		return nil
	}
	h := hit{message: fmt.Sprintf("%s is an option of the Dockerfile's HEALTHCHECK, and is taken for the name of a program", argv[0]),
		fix: "Write interval, timeout, retries and startPeriod as members of healthCheck, in seconds."}
	rest := withoutCheckOptions(argv)
	switch {
	case len(rest) == 0:
		return []hit{h}
	case s.exec() != nil:
		return []hit{h.patched(asExec(rest...))}
	}
	return []hit{h.patched(asShell(s.text()[strings.Index(s.text(), argv[len(argv)-len(rest)]):]))}
}

// composeKeys are keys of a Compose file, or of a definition, that were pasted with their value.
var composeKeys = lazyregexp.New(`^(?:test|command|cmd|healthcheck|healthCheck|check):$`)

func dockerfileWord(s *subject) []hit {
	text, ok := s.Command.Script()
	if !ok || strings.TrimSpace(text) == string(FormExec) || strings.TrimSpace(text) == string(FormShell) {
		return nil
	}
	for _, call := range s.calls() {
		word := strings.Trim(call.Program(), ",:")
		if call == s.calls()[0] && len(call.Words) > 1 && call.Words[0].Raw == "$" {
			h := hit{message: "$ is the prompt of a shell, and no part of the command"}
			return []hit{h.patched(s.replaceWords(call, 0, 1, call.Words[1].Raw))}
		}
		if keys := composeKeys().FindString(call.Program()); keys != "" && call == s.calls()[0] && len(call.Words) > 1 {
			h := hit{message: fmt.Sprintf("%s is a key of another file; the shell looks for a program with that name", keys)}
			return []hit{h.patched(s.replaceWords(call, 0, 1, call.Words[1].Raw))}
		}
		if !dockerfileWords[word] || len(call.Words) == 0 || !strings.HasPrefix(call.Words[0].Raw, word) {
			continue
		}
		rest := withoutCheckOptions(strings.Fields(strings.Replace(text, call.Words[0].Raw, "", 1)))
		h := hit{message: fmt.Sprintf("%s is a word of the Dockerfile; the shell looks for a program with that name", word)}
		if call != s.calls()[0] || len(rest) == 0 {
			return []hit{h}
		}
		return []hit{h.patched(asShell(strings.Join(rest, " ")))}
	}
	return nil
}
