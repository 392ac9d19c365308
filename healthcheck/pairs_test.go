package healthcheck

import (
	"slices"
	"strings"
	"testing"

	"github.com/ecslocal/ecslocal/emulator/diag"
)

// scriptFaults are mistakes of writing, each made in a good script.
var scriptFaults = map[string]func(string) string{
	"":                    func(s string) string { return s },
	"curly quotes":        func(s string) string { return quoted(s, "“", "”") },
	"curly apostrophe":    func(s string) string { return quoted(s, "‘", "’") },
	"long dash":           func(s string) string { return strings.Replace(s, " -", " –", 1) },
	"nbsp":                func(s string) string { return strings.Replace(s, " ", "\u00a0", 1) },
	"line break":          func(s string) string { return strings.Replace(s, " ||", "\n||", 1) },
	"break before URL":    func(s string) string { return strings.Replace(s, " http", "\nhttp", 1) },
	"carriage return":     func(s string) string { return strings.Replace(s, " ||", "\r ||", 1) },
	"CR at the end":       func(s string) string { return s + "\r" },
	"lost or":             func(s string) string { return strings.Replace(s, "|| exit", "exit", 1) },
	"glued exit":          func(s string) string { return strings.Replace(s, "exit 1", "exit1", 1) },
	"pipe":                func(s string) string { return strings.Replace(s, "||", "|", 1) },
	"semicolon":           func(s string) string { return strings.Replace(s, " ||", ";", 1) },
	"and":                 func(s string) string { return strings.Replace(s, "||", "&&", 1) },
	"exit 0":              func(s string) string { return strings.Replace(s, "exit 1", "exit 0", 1) },
	"one slash":           func(s string) string { return strings.Replace(s, "http://", "http:/", 1) },
	"no colon":            func(s string) string { return strings.Replace(s, "http://", "http//", 1) },
	"scheme":              func(s string) string { return strings.Replace(s, "http://", "htpp://", 1) },
	"letter O":            func(s string) string { return strings.Replace(s, ":8080", ":808O", 1) },
	"two colons":          func(s string) string { return strings.Replace(s, ":8080", "::8080", 1) },
	"space before port":   func(s string) string { return strings.Replace(s, ":8080", " :8080", 1) },
	"host port":           func(s string) string { return strings.Replace(s, ":8080", ":18080", 1) },
	"braces":              func(s string) string { return strings.Replace(s, ":8080", ":{PORT}", 1) },
	"parens":              func(s string) string { return strings.Replace(s, ":8080", ":$(PORT)", 1) },
	"percent":             func(s string) string { return strings.Replace(s, ":8080", ":%PORT%", 1) },
	"template":            func(s string) string { return strings.Replace(s, ":8080", ":{{PORT}}", 1) },
	"two dollars":         func(s string) string { return strings.Replace(s, ":8080", ":$$PORT", 1) },
	"escaped dollar":      func(s string) string { return strings.Replace(s, ":8080", `:\$PORT`, 1) },
	"single quotes":       func(s string) string { return strings.Replace(quoted(s, "'", "'"), ":8080", ":$PORT", 1) },
	"open quote":          func(s string) string { return strings.Replace(s, " http", ` "http`, 1) },
	"quote to the end":    func(s string) string { return strings.Replace(s, " http", ` "http`, 1) + `"` },
	"all quoted":          func(s string) string { return `"` + s + `"` },
	"all in apostrophes":  func(s string) string { return "'" + s + "'" },
	"escaped quotes":      func(s string) string { return quoted(s, `\"`, `\"`) },
	"CMD inside":          func(s string) string { return "CMD " + s },
	"CMD-SHELL inside":    func(s string) string { return "CMD-SHELL " + s },
	"HEALTHCHECK":         func(s string) string { return "HEALTHCHECK --interval=5s CMD " + s },
	"dollar prompt":       func(s string) string { return "$ " + s },
	"as an array":         func(s string) string { return `["CMD-SHELL", "` + s + `"]` },
	"backslash space":     func(s string) string { return strings.Replace(s, " http", `\ http`, 1) },
	"trailing backslash":  func(s string) string { return s + ` \` },
	"stray dash":          func(s string) string { return strings.Replace(s, " -", " - ", 1) },
	"stray ampersand":     func(s string) string { return s + " &" },
	"stray paren":         func(s string) string { return s + ")" },
	"stray brace":         func(s string) string { return s + "}" },
	"stray bracket":       func(s string) string { return s + `"]` },
	"trailing comma":      func(s string) string { return s + "," },
	"trailing semicolons": func(s string) string { return s + ";;" },
	"sudo":                func(s string) string { return "sudo " + s },
	"https":               func(s string) string { return strings.Replace(s, "http://", "https://http://", 1) },
	"or in words":         func(s string) string { return strings.Replace(s, "||", "or", 1) },
	"OR in words":         func(s string) string { return strings.Replace(s, "||", "OR", 1) },
	"three pipes":         func(s string) string { return strings.Replace(s, "||", "|||", 1) },
	"spaced or":           func(s string) string { return strings.Replace(s, "||", "| |", 1) },
	"return":              func(s string) string { return strings.Replace(s, "exit 1", "return 1", 1) },
	"exit -1":             func(s string) string { return strings.Replace(s, "exit 1", "exit -1", 1) },
	"Exit":                func(s string) string { return strings.Replace(s, "exit 1", "Exit 1", 1) },
	"upper":               func(s string) string { return strings.ToUpper(s[:1]) + s[1:] },
	"2&>1":                func(s string) string { return strings.Replace(s, " ||", " >/dev/null 2&>1 ||", 1) },
}

// quoted puts something around the URL.
func quoted(s, open, close string) string {
	start := strings.Index(s, "http")
	if start < 0 {
		return s
	}
	end := start + strings.IndexAny(s[start:]+" ", " \n\r")
	return s[:start] + open + s[start:end] + close + s[end:]
}

// forms put a script into a command, all but the first one wrongly or in another way.
var forms = map[string]func(string) Command{
	"":                func(s string) Command { return Command{"CMD-SHELL", s} },
	"CMD line":        func(s string) Command { return Command{"CMD", s} },
	"CMD words":       func(s string) Command { return append(Command{"CMD"}, strings.Fields(s)...) },
	"CMD-SHELL words": func(s string) Command { return append(Command{"CMD-SHELL"}, strings.Fields(s)...) },
	"none":            func(s string) Command { return Command{s} },
	"lower":           func(s string) Command { return Command{"cmd-shell", s} },
	"underscore":      func(s string) Command { return Command{"CMD_SHELL", s} },
	"sh -c":           func(s string) Command { return Command{"CMD", "sh", "-c", s} },
	"sh":              func(s string) Command { return Command{"CMD", "sh", s} },
	"sh -c words":     func(s string) Command { return append(Command{"CMD", "sh", "-c"}, strings.Fields(s)...) },
	"twice":           func(s string) Command { return Command{"CMD", "CMD-SHELL", s} },
}

// told are faults with which the check still runs, and which are warnings or nothing without an image.
var told = map[string]bool{"glued exit": true, "exit 0": true, "stray ampersand": true, "stray brace": true, "trailing comma": true, "trailing backslash": true, "sudo": true,
	"return": true, "exit -1": true, "Exit": true, "upper": true, "": true}

// TestPairs makes each fault of writing in each fault of form: one is told as an error, and what is printed instead has no known fault, and
// asks the same place.
func TestPairs(t *testing.T) {
	t.Parallel()
	const good = "curl -f http://localhost:8080/health || exit 1"
	for form, wrap := range forms {
		t.Run(form, func(t *testing.T) {
			t.Parallel()
			for fault, make := range scriptFaults {
				d := base(wrap(make(good))...)
				d.Environment["PORT"], d.Ports = "8080", []Port{{Container: 8080, Host: 18080}}
				found := Lint(d, nil)
				i := slices.IndexFunc(found, func(x Diagnosis) bool { return x.Severity == diag.Error })
				if i < 0 {
					if !told[fault] || form != "" && form != "sh -c" {
						t.Errorf("%s: no error is told of %s: %v", fault, d.Command, found)
					}
					continue
				}
				if !found[i].repairs() {
					t.Errorf("%s: nothing is printed to repair %s: %v", fault, d.Command, found)
					continue
				}
				d.Command = found[i].Try[0]
				again := slices.DeleteFunc(Lint(d, nil), func(x Diagnosis) bool { return x.Severity != diag.Error })
				asks := newSubject(d, nil).asks
				if len(again) > 0 || len(asks) == 0 || len(asks[0].targets) == 0 || asks[0].targets[0].Port != 8080 || asks[0].targets[0].Path != "/health" {
					t.Errorf("%s: %s is repaired as %s, which asks %v: %v", fault, wrap(make(good)), d.Command, asks, again)
				}
			}
		})
	}
}
