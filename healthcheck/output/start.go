package output

import (
	"fmt"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
	"github.com/ecslocal/ecslocal/healthcheck/cause"
)

// Words of engines when the probe could not be started. runc before 1.1 wraps the reason in another one and escapes its quotes; crun has
// words of its own.
var (
	refusedByRuntime = lazyregexp.New(`(?s)^(?:OCI runtime exec failed|crun|runc)\b.*?(?:exec: \\?"(?P<name>(?:[^"\\]|\\[^"])*)\\?"|executable file .(?P<crun>[^` + "`" + `]*?).): (?:stat .*?: )?(?P<why>no such file or directory|executable file not found|not found|permission denied|is a directory)`)
	crunNotFound     = lazyregexp.New("crun: (?:executable file|open executable|stat|exec) [`\"']([^`\"']*)[`\"'](?: not found in \\$PATH|: [A-Z])")
	noDirectory      = lazyregexp.New(`chdir to cwd \(\\?"([^"\\]*)\\?"\)[^:]*: ([^:\n]+)`)
	noUser           = lazyregexp.New(`unable to find user ([^:\n]+): no matching entries`)
	tooSlow          = lazyregexp.New(`timed out starting health check|context deadline exceeded$`)
	noProcess        = lazyregexp.New(`(?i)fork/exec [^:]*: (resource temporarily unavailable)|clone: (resource temporarily unavailable)|(can(?:no|')t fork)|fork: (?:retry: )?(resource temporarily unavailable)`)
	notRunning       = lazyregexp.New(`(?i)container \S+ is (paused|not running|restarting)`)
)

// runtime is how the engines' own words begin.
var runtime = lazyregexp.New(`^(OCI runtime|crun|runc|rpc error|Container \S+ is|container \S+ is|timed out starting|unable to find user|cannot exec in|failed to exec|procReady)`)

// Unstarted says that the words are the engine's own about a probe that it could not start.
func Unstarted(exitCode int, text string) bool {
	return exitCode == -1 && !timeout().MatchString(strings.TrimSpace(text)) && strings.TrimSpace(text) != "" || runtime().MatchString(strings.TrimSpace(text))
}

// notStarted reads the engine's words about a probe that never ran.
func notStarted(exitCode int, text string) (Told, bool) {
	if !Unstarted(exitCode, text) {
		return Told{}, false
	}
	evidence := line(text, 0)
	if m := noDirectory().FindStringSubmatch(text); m != nil {
		return Told{Rule: "HC035", Message: fmt.Sprintf("the container's working directory %s cannot be entered: %s", m[1], m[2]), Evidence: evidence, Name: m[1]}, true
	}
	if m := noUser().FindStringSubmatch(text); m != nil {
		return Told{Rule: "HC080", Message: fmt.Sprintf("the image knows no user %s", m[1]), Evidence: evidence, Name: m[1]}, true
	}
	if m := noProcess().FindString(text); m != "" {
		return Told{Rule: "HC079", Message: "the engine can start no process in the container any more", Evidence: evidence}, true
	}
	if m := notRunning().FindStringSubmatch(text); m != nil {
		rule := map[string]string{"paused": "HC105"}[strings.ToLower(m[1])]
		if rule == "" {
			rule = "HC104"
		}
		return Told{Rule: rule, Message: "no probe can run while the container is " + strings.ToLower(m[1]), Evidence: evidence}, true
	}
	if name, why, ok := named(text); ok {
		told := missing(name, why, true)
		told.Evidence = evidence
		return told, true
	}
	if tooSlow().MatchString(text) {
		return Told{Rule: "HC077", Message: "the engine did not get the probe started in time", Evidence: evidence, Certainty: cause.Likely}, true
	}
	return Told{Rule: "HC032", Message: "the engine cannot start the probe: " + evidence, Evidence: evidence, Certainty: cause.Hint}, true
}

// named is the program that the runtime could not start, and its reason.
func named(text string) (name, why string, ok bool) {
	if m := refusedByRuntime().FindStringSubmatch(text); m != nil {
		return strings.ReplaceAll(m[1]+m[2], `\\`, `\`), m[3], true
	}
	if m := crunNotFound().FindStringSubmatch(text); m != nil {
		why = "executable file not found"
		if strings.Contains(text, "Permission denied") {
			why = "permission denied"
		}
		return m[1], why, true
	}
	return "", "", false
}

// timeout is the engine's word; from 24.0 on the probe's output follows.
var timeout = lazyregexp.New(`^Health check exceeded timeout \(([^)]+)\)(?:: ?((?s:.*)))?$`)

// Timeout is the limit that the words say was passed and what the probe had printed by then, and whether they say so.
func Timeout(text string) (limit, partial string, ok bool) {
	m := timeout().FindStringSubmatch(strings.TrimSpace(text))
	if m == nil {
		return "", "", false
	}
	return m[1], m[2], true
}

func timedOut(_ int, text string) (Told, bool) {
	limit, partial, ok := Timeout(text)
	if !ok {
		return Told{}, false
	}
	if told, ok := inTables(1, Normal(partial)); ok && told.Certainty == "" {
		return told, true // what it printed before says why it hangs
	}
	return Told{Rule: "HC072", Message: "the probe was not finished within " + limit, Evidence: line(text, 0), Certainty: cause.Likely}, true
}
