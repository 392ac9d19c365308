package healthcheck

import (
	"strings"
	"testing"
	"time"

	"github.com/ecslocal/ecslocal/healthcheck/cause"
)

// begun is when the containers of these tests started.
var begun = time.Date(2026, 11, 27, 4, 0, 0, 0, time.UTC)

// failed is a timeline of one failed probe, passed of one that passed.
func failed(code int, text string) Timeline {
	return Timeline{Started: begun, Probes: []Probe{{Start: begun.Add(30 * time.Second), Duration: time.Second, ExitCode: code, Output: text, Streak: 1, Status: "unhealthy"}}}
}

func passed() Timeline {
	return Timeline{Started: begun, Probes: []Probe{{Start: begun.Add(30 * time.Second), Duration: 50 * time.Millisecond, Status: "healthy"}}}
}

const refused = "curl: (7) Failed to connect to localhost port 8080 after 0 ms: Couldn't connect to server"

func tcpAt(address string, port int) Listener {
	network := "tcp"
	if strings.Contains(address, ":") {
		network = "tcp6"
	}
	return Listener{Network: network, Address: address, Port: port, PID: 1, Process: "app"}
}

// seenCases are what was seen in a container, and what it tells: rule, certainty, and a part of the repair; the first diagnosis counts.
var seenCases = []struct {
	name  string
	d     Definition
	time  Timeline
	look  Look
	rule  string
	sure  cause.Certainty
	patch string
}{
	{"another port", sh("curl -f http://localhost:8080/"), failed(7, refused), Look{Listeners: []Listener{tcpAt("0.0.0.0", 3000)}}, "HC060", cause.Certain, "http://localhost:3000/"},
	{"another port of two, one mapped", sh("curl -f http://localhost:9090/"), failed(7, refused), Look{Listeners: []Listener{tcpAt("::", 8080), tcpAt("::", 9999)}}, "HC060", cause.Certain, "http://localhost:8080/"},
	{"another port in code", base("CMD", "python", "-c", "import socket; socket.create_connection(('localhost', 8000))"), failed(1, "ConnectionRefusedError: [Errno 111] Connection refused"), Look{Listeners: []Listener{tcpAt("0.0.0.0", 8080)}}, "HC060", cause.Certain, "('localhost', 8080)"},
	{"another port in a nested script", base("CMD", "sh", "-c", "wget -qO- http://localhost/ || exit 1"), failed(1, "wget: can't connect to remote host (127.0.0.1): Connection refused"), Look{Listeners: []Listener{tcpAt("0.0.0.0", 8080)}}, "HC060", cause.Certain, "http://localhost:8080/"},
	{"a port of nc", base("CMD", "nc", "-z", "localhost", "80"), failed(1, ""), Look{Listeners: []Listener{tcpAt("0.0.0.0", 8080)}}, "HC060", cause.Certain, `"8080"`},
	{"an address of its own", sh("curl -f http://localhost:8080/"), failed(7, refused), Look{Listeners: []Listener{tcpAt("172.17.0.2", 8080)}}, "HC061", cause.Certain, ""},
	{"loopback, asked by name", with(sh("curl -f http://web:8080/"), func(d *Definition) { d.Hostname = "web" }), failed(7, strings.ReplaceAll(refused, "localhost", "web")), Look{Listeners: []Listener{tcpAt("127.0.0.1", 8080)}}, "HC061", cause.Certain, "http://127.0.0.1:8080/"},
	{"IPv6 loopback", sh("curl -f http://127.0.0.1:8080/"), failed(7, refused), Look{Listeners: []Listener{tcpAt("::1", 8080)}}, "HC062", cause.Certain, "http://[::1]:8080/"},
	{"IPv4 only, asked at ::1", sh("wget -q -O /dev/null http://localhost:8080/"), failed(1, "Connecting to localhost:8080 ([::1]:8080)\nwget: can't connect to remote host: Connection refused"), Look{Listeners: []Listener{tcpAt("0.0.0.0", 8080)}}, "HC063", cause.Certain, "http://127.0.0.1:8080/"},
	{"a unix socket", sh("curl -f http://localhost:8080/"), failed(7, refused), Look{Listeners: []Listener{{Network: "unix", Address: "/run/app.sock"}}}, "HC064", cause.Certain, "--unix-socket /run/app.sock"},
	{"nothing", sh("curl -f http://localhost:8080/"), failed(7, refused), Look{}, "HC060", cause.Certain, ""},
	{"a neighbour's port", with(sh("curl -f http://localhost:9000/"), func(d *Definition) { d.Others = []Neighbour{{Name: "api", Ports: []Port{{Container: 9000}}}} }), failed(22, "curl: (22) The requested URL returned error: 404"),
		Look{Listeners: []Listener{{Network: "tcp", Address: "0.0.0.0", Port: 9000}, tcpAt("0.0.0.0", 8080)}}, "HC045", cause.Certain, ""},
	{"TLS", sh("curl -f http://localhost:8080/ || exit 1"), failed(1, "curl: (52) Empty reply from server"), Look{Listeners: []Listener{tcpAt("::", 8080)}, Answers: []Answer{{Method: "GET", URL: "http://localhost:8080/", Problem: "empty reply", TLS: true}}},
		"HC053", cause.Certain, "curl -k -f https://localhost:8080/"},
	{"no TLS", sh("wget -q -O- https://localhost:8080/"), failed(1, "wget: error getting response"), Look{Listeners: []Listener{tcpAt("::", 8080)}, Answers: []Answer{{Method: "GET", URL: "https://localhost:8080/", Problem: "the port speaks no TLS"}}},
		"HC054", cause.Certain, "http://localhost:8080/"},
	{"a Host header", base("CMD", "curl", "-f", "http://localhost:8080/"), failed(22, "curl: (22) The requested URL returned error: 400"), Look{Listeners: []Listener{tcpAt("::", 8080)}, Answers: []Answer{
		{Method: "GET", URL: "http://localhost:8080/", Status: 400}, {Method: "GET", URL: "http://localhost:8080/", Host: "shop.example", Status: 200}}}, "HC047", cause.Certain, `"Host: shop.example"`},
	{"another path", sh("curl -f http://localhost:8080/helth?x=1"), failed(22, "curl: (22) The requested URL returned error: 404"), Look{Listeners: []Listener{tcpAt("::", 8080)}, Answers: []Answer{
		{Method: "GET", URL: "http://localhost:8080/helth?x=1", Status: 404}, {Method: "GET", URL: "http://localhost:8080/", Status: 200}, {Method: "GET", URL: "http://localhost:8080/health", Status: 200}}}, "HC045", cause.Certain, "http://localhost:8080/health"},
	{"slow", sh("curl -sf http://localhost:8080/"), failed(-1, "Health check exceeded timeout (5s)"), Look{Listeners: []Listener{tcpAt("::", 8080)}, Answers: []Answer{{Method: "GET", URL: "http://localhost:8080/", Status: 200, Duration: 8 * time.Second}}},
		"HC072", cause.Certain, "16"},
	{"deaf to errors", sh("curl -s http://localhost:8080/"), passed(), Look{Listeners: []Listener{tcpAt("::", 8080)}, Answers: []Answer{{Method: "GET", URL: "http://localhost:8080/", Status: 503}}}, "HC044", cause.Certain, "curl -f -s"},
	{"leftovers", with(sh("curl -sf http://localhost:8080/"), func(d *Definition) { d.InitProcess = false }), failed(-1, "Health check exceeded timeout (5s)"),
		Look{Listeners: []Listener{tcpAt("::", 8080)}, Leftovers: []Process{{PID: 18, Parent: 1, Command: "curl -sf http://localhost:8080/"}}}, "HC072", cause.Likely, ""},
}

func TestSeen(t *testing.T) {
	t.Parallel()
	for _, c := range seenCases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			found := Explain(c.d, nil, c.time, &c.look)
			if len(found) == 0 {
				t.Fatal("nothing is told")
			}
			first := found[0]
			if first.Rule.ID != c.rule || first.Certainty != c.sure || first.Also {
				t.Errorf("told %v, want %s (%s) first", found, c.rule, c.sure)
			}
			switch {
			case c.patch != "" && (first.Patch == nil || !strings.Contains(first.Patch.Value, c.patch)):
				t.Errorf("repair %v, want one with %q", first.Patch, c.patch)
			case c.patch == "" && first.Patch != nil && c.rule != "HC072":
				t.Errorf("repair %v, want none", first.Patch)
			}
		})
	}
}

// TestTimeline tells what is no failure of a probe.
func TestTimeline(t *testing.T) {
	t.Parallel()
	check := sh("curl -f -m 2 http://localhost:8080/")
	code := func(n int) *int { return &n }
	slow := func(d time.Duration) Probe {
		return Probe{Start: begun.Add(time.Minute), Duration: d, Status: "healthy"}
	}
	fail := Probe{Start: begun.Add(10 * time.Second), ExitCode: 1, Output: "unwell", Status: "starting", Streak: 1}
	pass := Probe{Start: begun.Add(20 * time.Second), Status: "healthy"}
	for name, c := range map[string]struct {
		d    Definition
		time Timeline
		rule string
		not  string
	}{
		"paused":                    {check, Timeline{Started: begun, Probes: []Probe{pass}, Paused: true}, "HC105", ""},
		"ended before a probe":      {check, Timeline{Started: begun, Ended: true, ExitCode: code(1)}, "HC104", ""},
		"ended after one":           {check, Timeline{Started: begun, Probes: []Probe{pass}, Ended: true, ExitCode: code(0)}, "", "HC104"},
		"killed for its health":     {check, Timeline{Started: begun, Probes: []Probe{{Start: begun.Add(30 * time.Second), ExitCode: 22, Status: "unhealthy"}}, Ended: true, ExitCode: code(137), Killed: true}, "HC103", ""},
		"killed for memory":         {check, Timeline{Started: begun, Probes: []Probe{pass}, Ended: true, ExitCode: code(137), OOM: true}, "", "HC103"},
		"restarted before a probe":  {check, Timeline{Started: begun, Turns: []Turn{{begun, Started}, {begun, Restarted}, {begun, Restarted}}}, "HC104", ""},
		"near the timeout":          {check, Timeline{Started: begun, Probes: []Probe{slow(4 * time.Second)}}, "HC072", ""},
		"far from it":               {check, Timeline{Started: begun, Probes: []Probe{slow(time.Second)}}, "", "HC072"},
		"used up failures":          {check, Timeline{Started: begun, Probes: []Probe{fail, pass}}, "HC070", ""},
		"failures of another start": {check, Timeline{Started: begun.Add(15 * time.Second), Probes: []Probe{fail, pass}}, "", "HC070"},
		"little margin":             {with(check, func(d *Definition) { d.StartPeriod = Set(22) }), Timeline{Started: begun, Probes: []Probe{fail, pass}}, "HC069", ""},
		"enough margin":             {with(check, func(d *Definition) { d.StartPeriod = Set(60) }), Timeline{Started: begun, Probes: []Probe{fail, pass}}, "", "HC069"},
		"to and fro":                {check, Timeline{Started: begun, Probes: []Probe{pass, fail, pass}}, "HC075", ""},
		"our own prober's failures": {check, Timeline{Started: begun, Probes: []Probe{{Start: begun.Add(time.Second), ExitCode: 7, Output: refused, Source: "prober"}, pass}}, "", "HC070"},
		"swallowed error":           {sh("curl -sS http://localhost:8080/ | cat"), Timeline{Started: begun, Probes: []Probe{{Start: begun, Output: refused, Status: "healthy"}}}, "HC087", ""},
		"one of two tries":          {sh("curl -fsS http://localhost:8080/ || curl -fsS http://localhost:8081/"), Timeline{Started: begun, Probes: []Probe{{Start: begun, Output: refused, Status: "healthy"}}}, "HC087", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := Explain(c.d, nil, c.time, nil)
			if told := ids(found); c.rule != "" && !strings.Contains(told, c.rule) || c.not != "" && strings.Contains(told, c.not) {
				t.Errorf("told %v, want %q and not %q", found, c.rule, c.not)
			}
		})
	}
}

// TestOutcome tells probes apart whose exit code is the same.
func TestOutcome(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		code int
		text string
		want Outcome
	}{
		{0, "anything", Passed}, {1, "", Failed}, {127, "/bin/sh: 1: curl: not found", Failed}, {-1, "Health check exceeded timeout (5s): so far", TimedOut}, {-1, "", TimedOut},
		{-1, `OCI runtime exec failed: exec failed: unable to start container process: exec: "x": executable file not found in $PATH`, Unstarted},
		{126, `OCI runtime exec failed: exec failed: unable to start container process: exec: "x": executable file not found in $PATH`, Unstarted},
	} {
		if got := (Probe{ExitCode: c.code, Output: c.text}).Outcome(); got != c.want {
			t.Errorf("exit code %d, %q: %s, want %s", c.code, c.text, got, c.want)
		}
	}
}

// TestNoLimitBelowWhatItTakes wants no limit for the client that the application has been slower than.
func TestNoLimitBelowWhatItTakes(t *testing.T) {
	t.Parallel()
	d := with(sh("curl -f http://localhost:8080/"), func(d *Definition) { d.InitProcess, d.Timeout = false, Set(3) })
	for took, limited := range map[time.Duration]bool{100 * time.Millisecond: true, 1900 * time.Millisecond: false, 2500 * time.Millisecond: false} {
		time := passed()
		time.Probes[0].Duration = took
		for _, x := range Explain(d, nil, time, nil) {
			if x.Rule.ID == "HC073" && (x.Patch != nil) != limited {
				t.Errorf("a probe of %v: %v, want a limit %v", took, x.Patch, limited)
			}
		}
	}
}
