package healthcheck

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/healthcheck/cause"
)

// Probe is one run of the check.
type Probe struct {
	Argv     []string
	Start    time.Time
	Duration time.Duration
	// ExitCode is -1 where the probe timed out or could not be started.
	ExitCode int
	Output   string
	Streak   int
	Status   string // the engine's after it: starting, healthy or unhealthy
	Source   string // engine, or prober for our own
}

// Timeline is what happened to the check of one container.
type Timeline struct {
	Started time.Time
	Probes  []Probe
	// Ended says that the container has stopped, Paused that it is paused.
	Ended, Paused bool
}

// Explain says why a check fails, or what is fragile about one that passes: causes from the definition, the image, what probes printed, and
// what listens in the container, and when probes ran, in that order. The first certain one explains the failure; the others are marked
// Also. image and look may be nil.
func Explain(d Definition, image *Image, t Timeline, look *Look) []Diagnosis {
	s := newSubject(d, image)
	found := s.lint()
	failing := failures(t)
	for _, p := range failing {
		for _, told := range s.output(p) {
			found = append(withoutSame(found, &told), told)
		}
	}
	found = unique(append(found, s.timing(t)...))
	if len(failing) == 0 {
		return found
	}
	found = slices.DeleteFunc(found, func(d Diagnosis) bool { return d.Severity == diag.Info && d.Stage == cause.Definition })
	explained := false
	for i := range found {
		found[i].Also = explained
		explained = explained || found[i].Certainty == cause.Certain && found[i].Severity == diag.Error
	}
	return found
}

// withoutSame drops what was only guessed of a cause that a probe now tells; its patch stays.
func withoutSame(found []Diagnosis, told *Diagnosis) []Diagnosis {
	return slices.DeleteFunc(found, func(d Diagnosis) bool {
		same := d.Rule.ID == told.Rule.ID && d.Certainty.Rank() > told.Certainty.Rank()
		if same && told.Patch == nil {
			told.Patch, told.Try = d.Patch, d.Try
		}
		return same
	})
}

// Text is what a probe printed, without what differs from run to run and from engine to engine, such as curl's progress meter.
func Text(output string) string { return normal(output) }

// failures are the failed probes whose output differs, newest first: the newest says what is wrong now.
func failures(t Timeline) []Probe {
	var failing []Probe
	for _, p := range slices.Backward(t.Probes) {
		same := func(q Probe) bool { return q.ExitCode == p.ExitCode && normal(q.Output) == normal(p.Output) }
		if p.ExitCode != 0 && !slices.ContainsFunc(failing, same) && len(failing) < 3 {
			failing = append(failing, p)
		}
	}
	return failing
}

// progressMeter is curl's, which says nothing.
var progressMeter = regexp.MustCompile(`(?m)^\s*(% Total|Dload|.*--:--:--).*$|\r[^\n]*`)

// normal is a probe's output without what differs from run to run and from engine to engine.
func normal(output string) string {
	text := progressMeter.ReplaceAllString(output, "")
	return strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(text), ": unknown"))
}

// text is a form of output that tells a cause.
type text struct {
	rule    string
	pattern *regexp.Regexp
	message string // %s are the pattern's groups, in order
	// certainty and severity are those of the rule where they are empty.
	certainty cause.Certainty
}

// texts are asked in order; of the patterns of one program the more special comes first. Sources: engines 20.10 and 28.5, curl 7.88,
// GNU wget 1.21, BusyBox 1.35, dash 0.5.12, bash 5.2.
var texts = []text{
	{"HC001", regexp.MustCompile(`exec: "([^"]* [^"]*)": (?:stat [^\n]*: no such file or directory|executable file not found)`), "CMD runs one program, and there is no program named %q", ""},
	{"HC031", regexp.MustCompile(`exec: "(/bin/sh)": stat /bin/sh: no such file or directory`), "CMD-SHELL needs %s, and the image has none", ""},
	{"HC027", regexp.MustCompile(`(?:exec: "|sh: (?:line )?(?:\d+: )?)(?:\S*/)?(curl)(?:": (?:executable file not found|stat)|: (?:command )?not found)`), "the image has no %s", ""},
	{"HC028", regexp.MustCompile(`(?:exec: "|sh: (?:line )?(?:\d+: )?)(?:\S*/)?(wget)(?:": (?:executable file not found|stat)|: (?:command )?not found)`), "the image has no %s", ""},
	{"HC029", regexp.MustCompile(`(?:exec: "|sh: (?:line )?(?:\d+: )?)(?:\S*/)?(pgrep|ps|pkill)(?:": (?:executable file not found|stat)|: (?:command )?not found)`), "the image has no %s", ""},
	{"HC030", regexp.MustCompile(`(?:exec: "|sh: (?:line )?(?:\d+: )?)(?:\S*/)?(bash)(?:": (?:executable file not found|stat)|: (?:command )?not found)`), "the image has no %s", ""},
	{"HC033", regexp.MustCompile(`exec: "([^"]*)": permission denied|sh: (?:line )?(?:\d+: )?([^:\n]+): Permission denied`), "%s is not executable", ""},
	{"HC036", regexp.MustCompile(`(?m)^exec (\S+): no such file or directory`), "the interpreter that %s asks for does not exist", ""},
	{"HC038", regexp.MustCompile(`(?m)(?:^exec |sh: (?:\d+: )?)(\S+): (?i:exec format error)`), "%s is for another processor, or has no #! line", cause.Likely},
	{"HC034", regexp.MustCompile(`exec: "([^"]*/[^"]*)": stat [^\n]*: no such file or directory`), "there is no file %s", ""},
	{"HC032", regexp.MustCompile(`exec: "([^"]+)": executable file not found`), "there is no program %q in PATH", ""},
	{"HC026", regexp.MustCompile(`Syntax error: ([^\n]*)|syntax error: ([^\n]*)`), "the shell refuses the script: %s", ""},
	{"HC040", regexp.MustCompile(`Illegal option -o (pipefail)`), "this shell does not know set -o %s", ""},
	{"HC039", regexp.MustCompile(`(?:(\[\[|source): not found|unexpected operator|(/dev/tcp/\S+))`), "bash language under /bin/sh: %s", ""},
	{"HC010", regexp.MustCompile(`sh: (?:\d+: )?([^:\n]* [^\n]*): not found`), "the shell looks for a program with the whole name %q", cause.Likely},
	{"HC034", regexp.MustCompile(`sh: (?:\d+: )?(/\S+): not found`), "there is no file %s, or its interpreter is missing", cause.Likely},
	{"HC032", regexp.MustCompile(`sh: (?:line )?(?:\d+: )?([^:\s]+): (?:command )?not found`), "the image has no %s", ""},
	{"HC041", regexp.MustCompile(`wget: unrecognized option[^\n]*'?(--[\w-]+)`), "BusyBox wget has no option %s", ""},
	{"HC042", regexp.MustCompile(`nc: (?:invalid|unrecognized) option[^\n]*'(\S+)'`), "this nc has no option %s", ""},
	{"HC043", regexp.MustCompile(`(?:curl: option |wget: )(\S+): is unknown|curl: (try 'curl --help')`), "%s is no option, or the command is incomplete", ""},
	{"HC050", regexp.MustCompile(`Could not resolve (proxy)`), "the %s of the environment does not resolve", ""},
	{"HC065", regexp.MustCompile(`(?:Could not resolve host: |bad address '|unable to resolve host address ['‘])([^'’\s]+)`), "the name %s does not resolve in the container", ""},
	{"HC060", regexp.MustCompile(`Failed to connect to (\S+) port (\d+)`), "nothing listens on port %[2]s of %[1]s", ""},
	{"HC063", regexp.MustCompile(`Connecting to localhost[^\n]*\(\[::1\]:(\d+)\)`), "localhost is ::1 here, and port %s is not open there", cause.Likely},
	{"HC060", regexp.MustCompile(`can't connect to remote host(?: \(([^)]+)\))?: Connection refused|(?:connect(?:ion)? (?:to \S+ )?)?(?:refused|Connection refused)`), "nothing listens where the check asks (%s)", ""},
	{"HC046", regexp.MustCompile(`(?:error: |HTTP/\S+ |ERROR |status )(40[13])\b`), "the application answers %s: the check has no credentials", ""},
	{"HC045", regexp.MustCompile(`(?:error: |HTTP/\S+ |ERROR |status )(404)\b`), "the application answers %s: it has no such path", ""},
	{"HC052", regexp.MustCompile(`(?:error: |HTTP/\S+ |ERROR |status )(405)\b|(broken link!!!)`), "the application does not answer this method (%s)", ""},
	{"HC047", regexp.MustCompile(`(?:error: |HTTP/\S+ |ERROR |status )(400|421)\b`), "the application answers %s: it may want another Host header, or TLS", ""},
	{"HC048", regexp.MustCompile(`(?:error: |HTTP/\S+ |ERROR |status )(5\d\d)\b`), "the application itself answers %s", ""},
	{"HC051", regexp.MustCompile(`Maximum \((\d+)\) redirects`), "after %s redirects there is still another", ""},
	{"HC054", regexp.MustCompile(`(wrong version number|unknown protocol)`), "the port does not speak TLS (%s)", ""},
	{"HC055", regexp.MustCompile(`(SSL certificate problem[^\n]*|certificate[^\n]*not trusted|doesn't match requested host name)`), "%s", ""},
	{"HC057", regexp.MustCompile(`(Received HTTP/0\.9 when not allowed)`), "the port does not speak HTTP (%s)", ""},
	{"HC058", regexp.MustCompile(`(Empty reply from server|Connection reset by peer)`), "the application closes the connection (%s)", ""},
	{"HC067", regexp.MustCompile(`curl: \(3\) ([^\n]*)`), "the URL is malformed: %s", ""},
	{"HC081", regexp.MustCompile(`(Read-only file system)`), "the probe writes, and the file system is read-only (%s)", ""},
	{"HC082", regexp.MustCompile(`wget: can't open '([^']+)': File exists`), "wget has saved %s before and does not write over it", ""},
	{"HC083", regexp.MustCompile(`curl: \(23\) ([^\n]*)`), "the output cannot be written: %s", ""},
	{"HC084", regexp.MustCompile(`ping: (permission denied[^\n]*|[^\n]*Operation not permitted)`), "%s", ""},
	{"HC085", regexp.MustCompile(`(/dev/tty|password:)`), "the probe asks for something on a terminal (%s)", ""},
	{"HC080", regexp.MustCompile(`can't open '([^']+)': Permission denied|([^\s:]+): Permission denied`), "the container's user may not read %s", ""},
	{"HC079", regexp.MustCompile(`(Cannot fork|can't fork|Resource temporarily unavailable)`), "no process can be started (%s)", ""},
	{"HC072", regexp.MustCompile(`Health check exceeded timeout \(([^)]+)\)|curl: \(28\)[^\n]*after (\d+)`), "the probe was not finished within %s", cause.Likely},
}

// output finds the cause that a failed probe's own words tell.
func (s *subject) output(p Probe) []Diagnosis {
	output := normal(p.Output)
	for _, t := range texts {
		match := t.pattern.FindStringSubmatch(output)
		if match == nil {
			continue
		}
		var groups []any
		for _, g := range match[1:] {
			if g != "" {
				groups = append(groups, g)
			}
		}
		if len(groups) == 0 {
			groups = []any{firstLine(output)}
		}
		return s.told(t, groups, firstLine(output))
	}
	if p.ExitCode == 137 && output == "" {
		return s.told(text{rule: "HC078", message: "the probe was killed, most likely for the container's memory limit", certainty: cause.Likely}, nil, "exit code 137")
	}
	if output == "" {
		return s.told(text{rule: "HC086", message: fmt.Sprintf("the check failed with exit code %d and printed nothing: what it waits for is not there", p.ExitCode), certainty: cause.Hint}, nil, fmt.Sprintf("exit code %d", p.ExitCode))
	}
	return nil
}

func (s *subject) told(t text, groups []any, evidence string) []Diagnosis {
	message := t.message
	if len(groups) > 0 {
		count := strings.Count(message, "%")
		if !strings.Contains(message, "%[") {
			groups = groups[:min(len(groups), count)]
		}
		message = fmt.Sprintf(message, groups...)
	}
	find := func(*subject) []hit { return []hit{{message: message, certainty: t.certainty, evidence: evidence}} }
	return s.run([]detector{{t.rule, cause.Output, find}})
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

// timing finds what the order and the length of the probes tell.
func (s *subject) timing(t Timeline) []Diagnosis {
	p := s.pace()
	var hits []detector
	add := func(rule, message, evidence string, certainty cause.Certainty) {
		hits = append(hits, detector{rule, cause.Timing, func(*subject) []hit { return []hit{{message: message, evidence: evidence, certainty: certainty}} }})
	}
	firstPass := slices.IndexFunc(t.Probes, func(q Probe) bool { return q.ExitCode == 0 })
	unhealthy := slices.IndexFunc(t.Probes, func(q Probe) bool { return q.Status == "unhealthy" })
	switch {
	case s.HasCheck && t.Ended && len(t.Probes) == 0:
		add("HC104", "the container ended before its first probe", "no probe ran", cause.Certain)
	case t.Paused:
		add("HC105", "the container is paused", "paused", cause.Certain)
	case unhealthy >= 0 && firstPass > unhealthy:
		ready := t.Probes[firstPass].Start.Sub(t.Started).Round(100 * time.Millisecond)
		add("HC069", fmt.Sprintf("the application was ready after %v, and had failed %d probes by then", ready, p.retries), fmt.Sprintf("startPeriod %v", p.startPeriod), cause.Certain)
	}
	for _, q := range t.Probes {
		if q.ExitCode == 0 && q.Duration > p.timeout*8/10 && q.Duration < p.timeout {
			add("HC072", fmt.Sprintf("a probe took %v, and the timeout is %v", q.Duration.Round(time.Millisecond), p.timeout), "passed in time", cause.Hint)
			break
		}
	}
	return s.run(hits)
}
