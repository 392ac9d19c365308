package candidate

import (
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/ecslocal/ecslocal/healthcheck"
)

// programs are the files of an image that holds nothing else.
type programs []string

func (p programs) Stat(path string) (healthcheck.FileInfo, bool) {
	if slices.Contains(p, path) {
		return healthcheck.FileInfo{Mode: 0o755, Size: 1}, true
	}
	isDir := slices.ContainsFunc(p, func(file string) bool { return strings.HasPrefix(file, path+"/") })
	return healthcheck.FileInfo{Mode: fs.ModeDir | 0o755}, isDir
}

func (p programs) Read(string, int) ([]byte, error) { return nil, fs.ErrNotExist }

// facts are those of a container that listens on 8080 and answers 200 at the given paths, 404 elsewhere.
func facts(command healthcheck.Command, files programs, healthy ...string) Facts {
	f := Facts{
		Definition: healthcheck.Definition{Container: "web", HasCheck: true, Command: command, Essential: true, Ports: []healthcheck.Port{{Container: 8080}}},
		Image:      &healthcheck.Image{Name: "web:1", Files: files},
		Look:       &healthcheck.Look{Listeners: []healthcheck.Listener{{Network: "tcp", Address: "0.0.0.0", Port: 8080}}},
	}
	for _, path := range f.Paths() {
		status := 404
		if slices.Contains(healthy, path) {
			status = 200
		}
		f.Look.Answers = append(f.Look.Answers, healthcheck.Answer{URL: "http://127.0.0.1:8080" + path, Status: status})
	}
	return f
}

var alpine = programs{"/bin/sh", "/bin/wget", "/bin/nc"}

func TestList(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		facts   Facts
		want    string // a candidate that must be there
		wantWhy string
		not     string // a text that none may have
	}{
		{"founding case", facts(healthcheck.Command{"CMD", "curl -f http://localhost/ || exit 1"}, alpine, "/"),
			`["CMD-SHELL","wget -q -O /dev/null http://127.0.0.1:8080/ || exit 1"]`, "port 8080, which listens", ""},
		{"the form alone", facts(healthcheck.Command{"CMD", "curl -f http://localhost:8080/ || exit 1"}, programs{"/bin/sh", "/usr/bin/curl"}, "/"),
			`["CMD-SHELL","curl -f http://localhost:8080/ || exit 1"]`, "HC001", "wget"},
		{"wrong port", facts(shellCheck("curl -fsS --retry 2 http://localhost:9090/health?deep=1 || exit 1"), programs{"/bin/sh", "/usr/bin/curl"}, "/health?deep=1"),
			`["CMD-SHELL","curl -fsS --retry 2 'http://127.0.0.1:8080/health?deep=1' || exit 1"]`, "port 8080, which listens", ""},
		{"wrong path", facts(shellCheck("wget -q -O- http://127.0.0.1:8080/helth | grep -q ok"), alpine, "/healthz", "/"),
			`["CMD-SHELL","wget -q -O- http://127.0.0.1:8080/healthz | grep -q ok"]`, "path /healthz", ""},
		{"no shell", facts(shellCheck("/app -probe http://localhost:8080/health || exit 1"), programs{"/app"}, "/health"),
			`["CMD","/app","-probe","http://localhost:8080/health"]`, "no shell", "curl"},
		{"no HTTP", func() Facts {
			f := facts(shellCheck("curl -f http://localhost:8080/ || exit 1"), alpine)
			f.Look.Answers = []healthcheck.Answer{{URL: "http://127.0.0.1:8080/", Problem: "empty reply"}}
			return f
		}(), `["CMD-SHELL","nc -z -w 1 127.0.0.1 8080 || exit 1"]`, "connecting to port 8080", ""},
		{"TLS", func() Facts {
			f := facts(shellCheck("curl -f http://localhost:8080/ || exit 1"), programs{"/bin/sh", "/usr/bin/curl"})
			f.Look.Answers = []healthcheck.Answer{{URL: "http://127.0.0.1:8080/", Status: 400, TLS: true}, {URL: "https://127.0.0.1:8080/", Status: 200, TLS: true}}
			return f
		}(), `["CMD-SHELL","curl -fsSk https://127.0.0.1:8080/ || exit 1"]`, "curl", ""},
		{"unwell", func() Facts {
			f := facts(shellCheck("curl -f http://localhost:8080/health || exit 1"), programs{"/bin/sh", "/usr/bin/curl", "/bin/nc"}, "/")
			f.Look.Answers[0].Status = 503
			return f
		}(), `["CMD-SHELL","curl -f http://localhost:8080/health || exit 1"]`, "as declared", "nc"},
		{"a neighbour's port", func() Facts {
			f := facts(shellCheck("curl -f http://localhost:80/ || exit 1"), programs{"/bin/sh", "/usr/bin/curl"}, "/")
			f.Look.Listeners = append([]healthcheck.Listener{{Network: "tcp", Address: "0.0.0.0", Port: 6379}}, f.Look.Listeners...)
			f.Look.Answers = append(f.Look.Answers, healthcheck.Answer{URL: "http://127.0.0.1:6379/", Status: 200})
			f.Definition.Others = []healthcheck.Neighbour{{Name: "cache", Ports: []healthcheck.Port{{Container: 6379}}}}
			return f
		}(), `["CMD-SHELL","curl -f http://127.0.0.1:8080/ || exit 1"]`, "port 8080", "6379"},
		{"a unix socket", func() Facts {
			f := facts(shellCheck("curl -f http://localhost:8080/x || exit 1"), programs{"/bin/sh", "/usr/bin/curl"})
			f.Look = &healthcheck.Look{Listeners: []healthcheck.Listener{{Network: "unix", Address: "@abstract"}, {Network: "unix", Address: "/run/app.sock"}}}
			return f
		}(), `["CMD-SHELL","curl -fsS --unix-socket /run/app.sock http://localhost/x || exit 1"]`, "unix socket", "abstract"},
		{"without the tool that asks", facts(shellCheck("curl -f http://localhost:9090/ || exit 1"), alpine, "/", "/health"),
			`["CMD-SHELL","wget -q -O /dev/null http://127.0.0.1:8080/ || exit 1"]`, "", "curl -f http://127.0.0.1:8080"},
		{"a variable in the path", func() Facts {
			f := facts(shellCheck(`curl -f "http://localhost:$PORT/health?token=$TOKEN" || exit 1`), programs{"/bin/sh", "/usr/bin/curl"})
			f.Definition.Environment = map[string]string{"PORT": "9090", "TOKEN": "hunter2"}
			f.Look.Answers = []healthcheck.Answer{{URL: "http://127.0.0.1:8080/health?token=hunter2", Status: 200}}
			return f
		}(), `["CMD-SHELL","curl -f \"http://127.0.0.1:8080/health?token=$TOKEN\" || exit 1"]`, "port 8080", "-f http://127.0.0.1:8080/health?token=hunter2"},
		{"without any tool", facts(shellCheck("curl -f http://localhost:9090/ || exit 1"), programs{"/bin/sh"}, "/"),
			`["CMD-SHELL","curl -f http://localhost:9090/ || exit 1"]`, "as declared", "8080"},
		{"deaf", facts(shellCheck("curl http://localhost:8080/"), programs{"/bin/sh", "/usr/bin/curl"}, "/health"),
			`["CMD-SHELL","curl -f http://127.0.0.1:8080/health"]`, "path /health", ""},
		{"an address of its own", func() Facts {
			f := facts(shellCheck("wget -q -O /dev/null http://localhost:8080/ || exit 1"), alpine)
			f.Look.Listeners[0] = healthcheck.Listener{Network: "tcp6", Address: "::1", Port: 8080}
			f.Look.Answers = []healthcheck.Answer{{URL: "http://[::1]:8080/", Status: 200}}
			return f
		}(), `["CMD-SHELL","wget -q -O /dev/null 'http://[::1]:8080/' || exit 1"]`, "::1 instead of localhost", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			all := c.facts.List()
			i := slices.IndexFunc(all, func(have Candidate) bool {
				return have.Command.String() == c.want && strings.Contains(have.Why, c.wantWhy)
			})
			if i < 0 {
				t.Errorf("no %s (%s) in:", c.want, c.wantWhy)
			}
			for _, have := range all {
				if i < 0 {
					t.Errorf("  %v (%s)", have.Command, have.Why)
				}
				if c.not != "" && strings.Contains(have.Command.String(), c.not) && !slices.Equal(have.Command, c.facts.Definition.Command) {
					t.Errorf("%v is there", have.Command)
				}
			}
		})
	}
}

func TestMutations(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		command healthcheck.Command
		want    []string
	}{
		{shellCheck("curl -f http://localhost:8080/health?x=1 || exit 1"), []string{
			`["CMD-SHELL","curl -f 'http://localhost:9/health?x=1' || exit 1"]`, `["CMD-SHELL","curl -f http://localhost:8080/health/ecslocal-no-such-path || exit 1"]`}},
		{shellCheck("curl -f http://localhost:$PORT/ || exit 1"), []string{`["CMD-SHELL","curl -f http://localhost:9/ || exit 1"]`}},
		{shellCheck("sh -c 'wget -qO- http://localhost:8080/'"), []string{
			`["CMD-SHELL","sh -c 'wget -qO- http://localhost:9/'"]`, `["CMD-SHELL","sh -c 'wget -qO- http://localhost:8080/ecslocal-no-such-path'"]`}},
		{healthcheck.Command{"CMD", "/app", "-probe=http://localhost:8080/h"}, []string{
			`["CMD","/app","-probe=http://localhost:9/h"]`, `["CMD","/app","-probe=http://localhost:8080/h/ecslocal-no-such-path"]`}},
		{healthcheck.Command{"CMD", "timeout", "3", "nc", "-z", "localhost", "8080"}, []string{`["CMD","timeout","3","nc","-z","localhost","9"]`}},
		{shellCheck("bash -c '</dev/tcp/127.0.0.1/8080'"), []string{`["CMD-SHELL","bash -c '\u003c/dev/tcp/127.0.0.1/9'"]`}},
		{shellCheck("pg_isready -U app"), []string{`["CMD-SHELL","pg_isready -p 9 -U app"]`}},
		{healthcheck.Command{"CMD", "redis-cli", "-p", "6380", "ping"}, []string{`["CMD","redis-cli","-p","9","ping"]`}},
		{shellCheck("test -f /tmp/ready"), []string{`["CMD-SHELL","test -f /tmp/ready-ecslocal-wrong"]`}},
		{shellCheck("[ -e /tmp/ready ]"), []string{`["CMD-SHELL","[ -e /tmp/ready-ecslocal-wrong ]"]`}},
		{shellCheck("pgrep -x nginx || exit 1"), []string{`["CMD-SHELL","pgrep -x nginx-ecslocal-wrong || exit 1"]`}},
		{shellCheck("ps | grep '[n]ginx' /proc/1/x"), []string{`["CMD-SHELL","ps | grep '[n]ginx-ecslocal-wrong' /proc/1/x"]`}},
		{shellCheck("curl -f --unix-socket /run/app.sock http://localhost/ || exit 1"), []string{`["CMD-SHELL","curl -f --unix-socket /run/app.sock-ecslocal-wrong http://localhost/ || exit 1"]`}},
		{shellCheck("nc -w 1 127.0.0.1 6379 -e true || exit 1"), []string{`["CMD-SHELL","nc -w 1 127.0.0.1 9 -e true || exit 1"]`}},
		{healthcheck.Command{"CMD", "/app", "healthcheck"}, nil},
	} {
		var got []string
		for _, m := range (Facts{}).Mutations(c.command) {
			got = append(got, m.Command.String())
		}
		want := slices.Clone(c.want)
		for i := range want {
			want[i] = strings.ReplaceAll(want[i], `\u003c`, "<")
		}
		if !slices.Equal(got, want) {
			t.Errorf("%v:\n got %q\nwant %q", c.command, got, want)
		}
	}
}

func TestClosedPortIsClosed(t *testing.T) {
	t.Parallel()
	f := Facts{Look: &healthcheck.Look{Listeners: []healthcheck.Listener{{Network: "tcp", Port: 9}, {Network: "tcp", Port: 11}}}}
	if port := f.closedPort(); port != 13 {
		t.Errorf("closed port %d, want 13", port)
	}
}

func TestJudge(t *testing.T) {
	t.Parallel()
	ok, bad := Run{}, Run{ExitCode: 1}
	passes := []Run{ok, ok, ok}
	mutated := func(kind MutationKind, r Run) Mutated { return Mutated{Mutation{Kind: kind}, r} }
	for _, c := range []struct {
		proof Proof
		want  Strength
	}{
		{Proof{passes, []Mutated{mutated(Port, bad), mutated(Path, bad)}}, Proven},
		{Proof{passes, []Mutated{mutated(Port, bad), mutated(Path, ok)}}, Weak},
		{Proof{passes, []Mutated{mutated(Port, ok), mutated(Path, bad)}}, Failed},
		{Proof{passes, []Mutated{mutated(Subject, ok)}}, Failed},
		{Proof{passes, nil}, Weak},
		{Proof{[]Run{ok, bad, ok}, []Mutated{mutated(Port, bad)}}, Failed},
		{Proof{[]Run{ok, {Output: "curl: (7) Failed to connect to localhost port 8080"}}, []Mutated{mutated(Port, bad)}}, Failed},
	} {
		if got, why := c.proof.Judge(); got != c.want {
			t.Errorf("%+v is %s (%s), want %s", c.proof, got, why, c.want)
		}
	}
}

// TestDeaf wants a check that takes an error for a success to be told, and no other.
func TestDeaf(t *testing.T) {
	t.Parallel()
	for command, deaf := range map[string]bool{
		"curl http://127.0.0.1:8080/": true, "curl -s -o /dev/null http://127.0.0.1:8080": true, "curl -f http://127.0.0.1:8080/": false,
		"curl http://127.0.0.1:8080/health": false, "curl -s http://127.0.0.1:8080/ | grep no": false, `[ "$(curl -s http://127.0.0.1:8080/)" = no ]`: false,
		`curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1:8080/`: false, "wget -q -O- http://127.0.0.1:8080/": false, "curl http://127.0.0.1:9090/": false,
	} {
		if says := facts(shellCheck(command), alpine, "/health").Deaf(shellCheck(command)); (says != "") != deaf {
			t.Errorf("%s: %q, want deaf %v", command, says, deaf)
		}
	}
}
