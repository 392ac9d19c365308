package healthcheck

import (
	"strings"
	"testing"
	"time"

	"github.com/ecslocal/ecslocal/healthcheck/cause"
)

// outputs are what failing probes print, in the words of engines, shells and clients, and the cause that they tell.
var outputs = []struct {
	rule   string
	code   int
	output string
}{
	{"HC001", -1, `OCI runtime exec failed: exec failed: unable to start container process: exec: "curl -f http://localhost/ || exit 1": stat curl -f http://localhost/ || exit 1: no such file or directory: unknown`},
	{"HC001", -1, `OCI runtime exec failed: exec failed: unable to start container process: exec: "redis-cli ping": executable file not found in $PATH`},
	{"HC031", -1, `OCI runtime exec failed: exec failed: unable to start container process: exec: "/bin/sh": stat /bin/sh: no such file or directory: unknown`},
	{"HC027", -1, `OCI runtime exec failed: exec failed: unable to start container process: exec: "curl": executable file not found in $PATH: unknown`},
	{"HC027", 1, "/bin/sh: curl: not found"}, {"HC027", 127, "/bin/sh: 1: curl: not found"}, {"HC027", 127, "bash: line 1: curl: command not found"},
	{"HC028", 1, "/bin/sh: wget: not found"}, {"HC029", 1, "/bin/sh: 1: pgrep: not found"},
	{"HC030", -1, `OCI runtime exec failed: exec failed: unable to start container process: exec: "bash": executable file not found in $PATH: unknown`},
	{"HC032", -1, `OCI runtime exec failed: exec failed: unable to start container process: exec: "rh-app": executable file not found in $PATH: unknown`},
	{"HC032", 127, "/bin/sh: 1: jq: not found"},
	{"HC033", -1, `OCI runtime exec failed: exec failed: unable to start container process: exec: "/hc/check.sh": permission denied: unknown`},
	{"HC034", -1, `OCI runtime exec failed: exec failed: unable to start container process: exec: "/usr/bin/check": stat /usr/bin/check: no such file or directory: unknown`},
	{"HC034", 127, "/bin/sh: 1: /hc/check.sh: not found"},
	{"HC036", 1, "exec /hc/crlf.sh: no such file or directory"}, {"HC038", 1, "exec /hc/arm: exec format error"},
	{"HC026", 2, `/bin/sh: 1: Syntax error: "||" unexpected`}, {"HC026", 2, "/bin/sh: 1: Syntax error: Unterminated quoted string"},
	{"HC040", 2, "/bin/sh: 1: set: Illegal option -o pipefail"}, {"HC039", 127, "/bin/sh: 1: [[: not found"}, {"HC039", 2, "/bin/sh: 1: [: 200: unexpected operator"},
	{"HC041", 1, "wget: unrecognized option '--timeout=3'\nBusyBox v1.35.0"}, {"HC042", 1, "nc: invalid option -- 'z'"}, {"HC043", 2, "curl: option --fial: is unknown\ncurl: try 'curl --help' for more information"},
	{"HC060", 7, "  % Total    % Received\n  0     0    0     0 --:--:-- --:--:--\ncurl: (7) Failed to connect to localhost port 18080 after 0 ms: Couldn't connect to server"},
	{"HC060", 1, "wget: can't connect to remote host (127.0.0.1): Connection refused"},
	{"HC063", 1, "Connecting to localhost:3000 ([::1]:3000)\nwget: can't connect to remote host: Connection refused"},
	{"HC065", 6, "curl: (6) Could not resolve host: app-typo"}, {"HC065", 1, "wget: bad address 'app-typo:8080'"},
	{"HC045", 22, "curl: (22) The requested URL returned error: 404"}, {"HC045", 1, "wget: server returned error: HTTP/1.1 404 Not Found"},
	{"HC046", 22, "curl: (22) The requested URL returned error: 401"}, {"HC047", 22, "curl: (22) The requested URL returned error: 400 Bad Request"},
	{"HC048", 22, "curl: (22) The requested URL returned error: 503"}, {"HC052", 22, "curl: (22) The requested URL returned error: 405"},
	{"HC051", 47, "curl: (47) Maximum (50) redirects followed"}, {"HC054", 35, "curl: (35) error:0A00010B:SSL routines::wrong version number"},
	{"HC055", 60, "curl: (60) SSL certificate problem: self-signed certificate"}, {"HC057", 1, "curl: (1) Received HTTP/0.9 when not allowed"},
	{"HC058", 52, "curl: (52) Empty reply from server"}, {"HC058", 56, "curl: (56) Recv failure: Connection reset by peer"},
	{"HC067", 3, "curl: (3) URL using bad/illegal format or missing URL"}, {"HC081", 2, "/bin/sh: 1: cannot create /tmp/h: Read-only file system"},
	{"HC082", 1, "wget: can't open 'health': File exists"}, {"HC083", 23, "curl: (23) Failure writing output to destination"},
	{"HC084", 1, "ping: permission denied (are you root?)"}, {"HC080", 1, "cat: can't open '/secret': Permission denied"},
	{"HC079", 2, "/bin/sh: 1: Cannot fork"}, {"HC078", 137, ""}, {"HC072", -1, "Health check exceeded timeout (5s)"}, {"HC072", -1, "Health check exceeded timeout (1s): before"}, {"HC086", 1, ""},
}

func TestOutputTellsTheCause(t *testing.T) {
	t.Parallel()
	for _, c := range outputs {
		found := newSubject(sh("check"), nil).told(Probe{ExitCode: c.code, Output: c.output})
		if len(found) != 1 || found[0].Rule.ID != c.rule {
			t.Errorf("%q: want %s, found %v", c.output, c.rule, found)
		} else if strings.Contains(found[0].Message, "%!") {
			t.Errorf("%q: message %q", c.output, found[0].Message)
		}
	}
}

func TestExplain(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 11, 27, 4, 0, 0, 0, time.UTC)
	refused := Probe{Start: start.Add(5 * time.Second), ExitCode: 7, Output: "curl: (7) Failed to connect to localhost port 8080", Status: "unhealthy", Streak: 3}
	pass := Probe{Start: start.Add(10 * time.Second), Status: "healthy"}

	found := Explain(base("CMD", "curl -f http://localhost:8080/ || exit 1"), nil, Timeline{Started: start, Probes: []Probe{{ExitCode: -1, Output: outputs[0].output}}}, nil)
	if found[0].Rule.ID != "HC001" || found[0].Certainty != cause.Certain || found[0].Also || found[0].Patch == nil {
		t.Errorf("the founding story: %v", found)
	}
	found = Explain(sh("curl -f -m 2 http://localhost:8080/"), nil, Timeline{Started: start, Probes: []Probe{refused, refused, pass}}, nil)
	if ids(found) != "HC069 HC060" {
		t.Errorf("ready too late: %v", found)
	}
	if found = Explain(sh("curl -f -m 2 http://localhost:8080/"), nil, Timeline{Started: start, Ended: true}, nil); ids(found) != "HC104" {
		t.Errorf("ended before the first probe: %v", found)
	}
	if found = Explain(sh("curl -f -m 2 http://localhost:8080/"), nil, Timeline{Started: start, Probes: []Probe{pass}}, nil); len(found) != 0 {
		t.Errorf("a healthy container: %v", found)
	}
}

func ids(found []Diagnosis) string {
	var all []string
	for _, d := range found {
		all = append(all, d.Rule.ID)
	}
	return strings.Join(all, " ")
}

// TestPassedWithErrorWords tells apart what a program says of its failure, and such words about a try that was not the last one, or in an
// answer of the application.
func TestPassedWithErrorWords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		check, output string
		hidden        bool
	}{
		{"wget -O /dev/null http://localhost:8080/", "Connecting to localhost (localhost)|::1|:8080... failed: Connection refused.\nConnecting to localhost (localhost)|127.0.0.1|:8080... connected.\n200 OK", false},
		{"nc -zv localhost 8080", "nc: connect to localhost (::1) port 8080 (tcp) failed: Connection refused\nConnection to localhost (127.0.0.1) 8080 port [tcp/*] succeeded!", false},
		{"curl -fv http://localhost:8080/", "* connect to ::1 port 8080 failed: Connection refused\n* Connected to localhost (127.0.0.1) port 8080\nok", false},
		{"curl -f --retry 3 --retry-connrefused http://localhost:8080/", "Warning: Problem : connection refused. Will retry in 1 seconds.\nok", false},
		{"curl -sf http://localhost:8080/", `{"cache":"connection refused, none used"}`, false},
		{"curl -s http://localhost:8080/ | cat", "curl: (7) Failed to connect to localhost port 8080", true},
		{"wget -qO- http://localhost:8080/ | cat", "wget: can't connect to remote host (127.0.0.1): Connection refused", true},
		{"curl -sf http://localhost:8080/ || true", "/bin/sh: 1: curl: not found", true},
	} {
		started := time.Now()
		timeline := Timeline{Started: started, Probes: []Probe{{Start: started.Add(time.Second), Output: c.output, Status: "healthy"}}}
		hidden := false
		for _, d := range Explain(sh(c.check), nil, timeline, nil) {
			hidden = hidden || d.Stage == cause.Output
		}
		if hidden != c.hidden {
			t.Errorf("%s printed %q and passed: told %v, want %v", c.check, c.output, hidden, c.hidden)
		}
	}
}
