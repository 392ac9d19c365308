package healthcheck

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
	"github.com/ecslocal/ecslocal/healthcheck/cause"
	"github.com/ecslocal/ecslocal/healthcheck/client"
	"github.com/ecslocal/ecslocal/healthcheck/shell"
)

// comparisons are what compares two values within a test only, with how a test writes it.
var comparisons = map[string]string{"==": "=", "===": "=", "=": "=", "!=": "!=", "-eq": "-eq", "-ne": "-ne", "eq": "-eq", "equals": "="}

// lostTest finds a comparison among the arguments of a client, as in redis-cli ping == PONG: the test around it is missing.
func lostTest(s *subject) []hit {
	for _, call := range s.calls() {
		last := len(call.Words) - 1
		if last < 2 || call.Wraps || !client.Asks(call.Program()) {
			continue
		}
		operator := comparisons[call.Words[last-1].Text]
		if operator == "" || call.Words[last-1].Raw != call.Words[last-1].Text {
			continue
		}
		compared := call.Words[last-1].Raw + " " + call.Words[last].Raw
		h := hit{message: fmt.Sprintf("there is no test around %q: %s gets it as arguments", compared, call.Program())}
		if argv := s.exec(); argv != nil && !call.Nested {
			h = h.patched(asShell(comparing(joinWords(argv[:len(argv)-2]), operator, quoteWord(call.Words[last].Text))))
		} else {
			asked := strings.Join(raws(call.Words[:last-1]), " ")
			h = h.patched(s.replaceWords(call, 0, last, comparing(asked, operator, call.Words[last].Raw)))
		}
		return []hit{h}
	}
	return nil
}

// comparing is the test that compares what a command prints.
func comparing(command, operator, with string) string {
	return fmt.Sprintf(`[ "$(%s)" %s %s ]`, command, operator, with)
}

// raws are words as they are written.
func raws(words []shell.Word) []string {
	all := make([]string, len(words))
	for i, w := range words {
		all[i] = w.Raw
	}
	return all
}

// Redirections of standard error as they are mistyped: 2&>1 and 2>$1.
var (
	swappedAmpersand = lazyregexp.New(`(^|\s)([12])&>\s?&?([12])(\s|[|;)]|$)`)
	dollarTarget     = lazyregexp.New(`([12]?>)\s?\$([12])(\s|[|;)]|$)`)
)

// outsideQuotes replaces what a pattern finds in a script where it stands in no quotes; found is the first such match.
func outsideQuotes(script *shell.Script, pattern *regexp.Regexp, with string) (better string, found []string) {
	text := script.Text
	matches := pattern.FindAllStringSubmatchIndex(text, -1)
	if matches == nil {
		return text, nil
	}
	var b strings.Builder
	at, quotes := 0, script.Quoted()
	for _, m := range matches {
		for len(quotes) > 0 && quotes[0][1] <= m[0] {
			quotes = quotes[1:]
		}
		if len(quotes) > 0 && quotes[0][0] < m[1] {
			continue
		}
		if found == nil {
			found = pattern.FindStringSubmatch(text[m[0]:m[1]])
		}
		b.WriteString(text[at:m[0]])
		b.Write(pattern.ExpandString(nil, with, text, m))
		at = m[1]
	}
	return b.String() + text[at:], found
}

// swappedRedirection finds 2&>1: the number before & is a word of the command, which goes to the background in dash.
func swappedRedirection(s *subject) []hit {
	script := s.shellForm()
	if script == nil || s.shellName() == "bash" {
		return nil
	}
	better, m := outsideQuotes(script, swappedAmpersand(), "$1$2>&$3$4")
	if m == nil {
		return nil
	}
	written := fmt.Sprintf("%s&>%s", m[2], m[3])
	h := hit{message: fmt.Sprintf("%s is no redirection: %s becomes an argument, and & ends the command and runs it in the background", written, m[2])}
	return []hit{h.patched(asShell(better))}
}

// dollarRedirection finds 2>$1, which writes to a file whose name is empty.
func dollarRedirection(s *subject) []hit {
	script := s.shellForm()
	if script == nil {
		return nil
	}
	better, m := outsideQuotes(script, dollarTarget(), "$1&$2$3")
	if m == nil {
		return nil
	}
	h := hit{message: fmt.Sprintf("$%s is empty in a health check, so %s$%s names no file", m[2], m[1], m[2]), fix: fmt.Sprintf("Write %s&%s.", m[1], m[2])}
	return []hit{h.patched(asShell(better))}
}

// Parts of a URL that the shell takes for its own: a name in angle brackets, and ; for the colon.
var (
	angleHost = lazyregexp.New(`https?://<([\w .-]+)>`)
	anglePort = lazyregexp.New(`(https?://[\w.-]+:)<([\w .-]+)>`)
	semicolon = lazyregexp.New(`\b(https?);(//)|(//(?:localhost|[\d.]+|\[[\da-f:]+\]));(\d{2,5}\b)`)
)

// angled finds http://localhost:<port>/, where < and > are redirections to the shell and nobody has filled in the name.
func angled(s *subject) []hit {
	text := s.text()
	host, port := angleHost().FindStringSubmatch(text), anglePort().FindStringSubmatch(text)
	if host == nil && port == nil {
		return nil
	}
	h := hit{}
	better := text
	if port != nil {
		h.message = fmt.Sprintf("nobody has filled in <%s>: to the shell < and > are redirections", port[2])
		if len(s.Ports) != 1 {
			return []hit{h}
		}
		better = anglePort().ReplaceAllString(better, fmt.Sprintf("${1}%d", s.Ports[0].Container))
	}
	if host != nil {
		h.message = fmt.Sprintf("nobody has filled in <%s>: to the shell < and > are redirections", host[1])
		better = angleHost().ReplaceAllStringFunc(better, func(url string) string { return url[:strings.Index(url, "<")] + "127.0.0.1" })
	}
	return []hit{h.patched(asShell(better))}
}

// cutBySemicolon finds http;//localhost/ and http://localhost;8080/: the shell ends the command there.
func cutBySemicolon(s *subject) []hit {
	text := s.text()
	m := semicolon().FindString(text)
	if m == "" {
		return nil
	}
	h := hit{message: fmt.Sprintf("a semicolon stands for the colon in %q, and ends the command", m)}
	return []hit{h.patched(asShell(semicolon().ReplaceAllString(text, "$1$3:$2$4")))}
}

// dashlessDefault is ${PORT:8080}, which cuts letters off the value: a default is written with :-. To cut off a few is meant.
var dashlessDefault = lazyregexp.New(`\$\{([A-Za-z_]\w*):([89]\d|\d{3,5})\}`)

func lostDash(s *subject) []hit {
	text := s.text()
	m := dashlessDefault().FindStringSubmatch(text)
	if m == nil {
		return nil
	}
	h := hit{message: fmt.Sprintf("%s cuts %s letters off the value, or is refused: a default is written ${%s:-%s}", m[0], m[2], m[1], m[2])}
	return []hit{h.patched(asShell(dashlessDefault().ReplaceAllString(text, "$${$1:-$2}")))}
}

// opensUDP is a check that only opens bash's /dev/udp: there is no connection that could fail.
func opensUDP(s *subject) []hit {
	if s.script == nil || len(s.calls()) > 3 || len(bashLanguage(s)) > 0 {
		return nil
	}
	for _, a := range s.asks {
		if len(s.asks) == 1 && len(a.targets) == 1 && strings.HasPrefix(a.targets[0].Text, "/dev/udp/") {
			return []hit{{message: fmt.Sprintf("opening %s always succeeds: UDP has no connection that could be refused", a.targets[0].Text),
				fix: "Ask the application over TCP or HTTP, or look at its process."}}
		}
	}
	return nil
}

// findsNothing is find as the judge: it ends with success also where it finds nothing.
func findsNothing(s *subject) []hit {
	for _, call := range s.calls() {
		if call.Program() != "find" || call.PipeLength > 1 || call.Substituted || call.Wraps || call.Negated || !call.Required {
			continue
		}
		argv := call.Argv()[1:]
		chooses := slices.ContainsFunc(argv, func(a string) bool { return searches()[a] })
		if !chooses || slices.ContainsFunc(argv, func(a string) bool { return strings.HasPrefix(a, "-exec") || a == "-delete" || a == "-quit" }) {
			continue
		}
		h := hit{certainty: cause.Likely, severity: diag.Warning, message: "find ends with success also where it finds nothing that is new enough, or of that name"}
		if len(call.Redirects) == 0 {
			last := len(call.Words) - 1
			h = h.patched(s.replaceWord(call, last, call.Words[last].Raw, "|", "grep", "-q", "."))
		}
		return []hit{h}
	}
	return nil
}

// searches are the conditions of find by which it leaves files out.
func searches() map[string]bool {
	return map[string]bool{"-mmin": true, "-mtime": true, "-cmin": true, "-ctime": true, "-amin": true, "-newer": true, "-name": true, "-iname": true, "-size": true, "-newermt": true}
}

// headByName is curl -X HEAD, which waits for a body that an answer to HEAD does not have.
func headByName(s *subject) []hit {
	for _, a := range s.asks {
		if a.request == nil || a.request.Program != "curl" || a.request.Head || a.request.Method != "HEAD" {
			continue
		}
		h := hit{certainty: cause.Likely, message: "curl -X HEAD waits for the body that an answer to HEAD does not have, until it is killed; -I asks with HEAD"}
		for _, o := range a.request.Options() {
			if o.Name != "X" && o.Name != "request" {
				continue
			}
			to := o.Index
			if !strings.HasSuffix(o.Word, "HEAD") {
				to++
			}
			instead := []string{"-I"}
			if a.request.Output == "" {
				instead = append(instead, "-o", "/dev/null")
			}
			h = h.patched(s.replaceWords(a.call, o.Index, to, instead...))
		}
		return []hit{h}
	}
	return nil
}

// dropsT is timeout -t 3, which only BusyBox before 1.30 reads.
func dropsT(s *subject) []hit {
	for _, call := range s.calls() {
		if call.Program() != "timeout" || len(call.Words) < 4 || call.Words[1].Text != "-t" {
			continue
		}
		h := hit{message: "timeout takes its duration without -t: only BusyBox before 1.30 (2018) has that option"}
		if !s.hasFiles() || strings.HasSuffix(s.lookPath("timeout").path, "busybox") {
			h.certainty, h.severity = cause.Likely, diag.Warning
		}
		return []hit{h.patched(s.replaceWords(call, 1, 2, call.Words[2].Raw))}
	}
	return nil
}

// slip is a part of a script that no shell accepts, and what is meant.
type slip struct {
	pattern lazyregexp.Regexp
	with    string
}

// slips are such parts that look like those of other languages.
var slips = []slip{
	{lazyregexp.New(`\b(exit|return)\s*\(\s*(\d+)\s*\)`), "$1 $2"}, // exit(1)
	{lazyregexp.New(`\{(exit|echo|return|kill)\b`), "{ $1"},        // {exit 1;}
	{lazyregexp.New(`([^;{}\s&|])\s*\}(\s*)$`), "$1; }$2"},         // { exit 1 }
	{lazyregexp.New(`([^;\s])\s+(then|do|fi|done)\b`), "$1; $2"},   // if CHECK then exit 0 fi
	{lazyregexp.New(`\b(then|do|else);`), "$1"},
	{lazyregexp.New(`([^&>|])&\s*(\|\||&&)`), "$1$2"}, // CHECK & || exit 1
	{lazyregexp.New(`\|\s*\|\s*\||\|\s+\|`), "||"},    // CHECK | | exit 1
	{lazyregexp.New(`&\s*&\s*&|&\s+&`), "&&"},
	{lazyregexp.New(`\$\{(?:process\.)?(?:env|ENV|var)\.(\w+)\}`), "$${$1}"}, // ${env.PORT}
}

// withoutSlips is the script with what is only mistyped written right, nil where no shell would accept that either.
func (s *subject) withoutSlips() Command {
	text := s.text()
	for _, slip := range slips {
		text = slip.pattern().ReplaceAllString(text, slip.with)
	}
	for _, better := range []string{text, strings.TrimRight(text, ")}];,\"'\\ \t\n"), withoutLoneQuote(text)} {
		if better != s.text() && shell.Parse(better, s.variable).Problem == nil {
			return asShell(better)
		}
	}
	return nil
}

// withoutLoneQuote is a text without its only quotation mark of a kind.
func withoutLoneQuote(text string) string {
	for _, quote := range []string{`"`, "'", "`"} {
		if strings.Count(text, quote) == 1 {
			text = strings.Replace(text, quote, "", 1)
		}
	}
	return text
}
