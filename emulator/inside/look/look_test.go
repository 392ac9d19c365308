package look

import (
	"bytes"
	"encoding/json"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// put lays a file of a /proc of our own.
func put(t *testing.T, proc, path, content string) {
	t.Helper()
	full := filepath.Join(proc, path)
	if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(full, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestRead(t *testing.T) {
	t.Parallel()
	proc := t.TempDir()
	put(t, proc, "1/stat", "1 (app (v2)) S 0 1 1 0 -1")
	put(t, proc, "1/cmdline", "/app\x00listen\x00")
	put(t, proc, "1/environ", "PORT=80\x00SESSION_SECRET=hunter2\x00PATH=/bin\x00")
	put(t, proc, "20/stat", "20 (worker) S 1 1 1 0 -1")
	put(t, proc, "31/stat", "31 (curl) S 1 30 30 0 -1") // its session's leader, sh, was killed
	put(t, proc, "31/cmdline", "curl\x00-f\x00http://x/\x00")
	put(t, proc, "40/stat", "40 (sh) S 0 40 40 0 -1") // a probe that still runs
	put(t, proc, "41/stat", "41 (curl) S 40 40 40 0 -1")
	put(t, proc, "50/stat", "50 (sleep) Z 1 49 49 0 -1")
	put(t, proc, "60/stat", "nonsense")
	put(t, proc, "self/net/tcp", "  sl  local_address rem_address   st tx_queue\n"+
		"   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 777 1\n"+
		"   1: 0B00007F:9C40 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 778 1\n"+
		"   2: 0100007F:1F90 0100007F:C000 01 00000000:00000000 00:00000000 00000000     0        0 779 1\n"+
		"   3: zz\n")
	put(t, proc, "self/net/tcp6", "  sl\n"+
		"   0: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 0:0 00:0 0 0 0 780 1\n"+
		"   1: 00000000000000000000000001000000:0051 00000000000000000000000000000000:0000 0A 0:0 00:0 0 0 0 781 1\n")
	put(t, proc, "self/net/unix", "Num RefCount Protocol Flags Type St Inode Path\n"+
		"0: 00000002 00000000 00010000 0001 01 790 /run/php fpm.sock\n"+
		"0: 00000003 00000000 00000000 0001 03 791 /run/other.sock\n"+
		"0: 00000002 00000000 00010000 0001 01 792\n")
	if err := os.MkdirAll(filepath.Join(proc, "1/fd"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("socket:[777]", filepath.Join(proc, "1/fd/3")); err != nil {
		t.Fatal(err)
	}
	var got Report
	if err := got.read(proc); err != nil {
		t.Fatal(err)
	}
	want := Report{
		Listeners: []Listener{
			{Network: "tcp", Address: "127.0.0.1", Port: 8080, PID: 1, Process: "app (v2)"},
			{Network: "tcp6", Address: "::", Port: 80},
			{Network: "tcp6", Address: "::1", Port: 81},
			{Network: "unix", Address: "/run/php fpm.sock"},
		},
		Leftovers:       []Process{{PID: 31, Parent: 1, Command: "curl -f http://x/"}, {PID: 50, Parent: 1, Command: "sleep", Zombie: true}},
		MainEnvironment: []string{"PATH", "PORT", "SESSION_SECRET"},
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(Listener{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestReadHere reads the real /proc, in which this test listens.
func TestReadHere(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	var stdout, stderr bytes.Buffer
	if code := Main(t.Context(), nil, nil, &stdout, &stderr); code != 0 {
		t.Fatalf("exit code %d: %s", code, stderr.String())
	}
	var report Report
	if err := json.Unmarshal(stdout.Bytes(), &report); err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	for _, l := range report.Listeners {
		if strconv.Itoa(l.Port) == port && l.PID == os.Getpid() && l.Address == "127.0.0.1" {
			return
		}
	}
	t.Errorf("port %s of process %d is not in %+v", port, os.Getpid(), report.Listeners)
}

func TestGet(t *testing.T) {
	t.Parallel()
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/moved":
			http.Redirect(w, r, "/login", http.StatusFound)
		case "/long":
			io.WriteString(w, strings.Repeat("x", 10000))
		case "/slow":
			<-r.Context().Done()
		default:
			w.WriteHeader(http.StatusTeapot)
			io.WriteString(w, r.Method+" "+r.Host+"\xff")
		}
	})
	plain, secure := httptest.NewServer(handler), httptest.NewUnstartedServer(handler)
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	t.Cleanup(plain.Close)
	t.Cleanup(secure.Close)
	closed := httptest.NewServer(handler)
	closed.Close()
	onTLS := strings.Replace(secure.URL, "https:", "http:", 1)

	for _, c := range []struct {
		args []string
		want Answer
	}{
		{[]string{"-host", "example.org", "-method", "HEAD", plain.URL + "/x"}, Answer{Method: "HEAD", Host: "example.org", Status: 418}},
		{[]string{"-host", "example.org", plain.URL + "/x"}, Answer{Method: "GET", Host: "example.org", Status: 418, Body: "GET example.org\ufffd"}},
		{[]string{plain.URL + "/moved"}, Answer{Method: "GET", Status: 302, Location: "/login", Body: "<a href=\"/login\">Found</a>.\n\n"}},
		{[]string{plain.URL + "/long"}, Answer{Method: "GET", Status: 200, Body: strings.Repeat("x", maxBody)}},
		{[]string{"-timeout", "50ms", plain.URL + "/slow"}, Answer{Method: "GET", Problem: "no answer in time"}},
		{[]string{closed.URL}, Answer{Method: "GET", Problem: "connection refused"}},
		{[]string{secure.URL + "/moved"}, Answer{Method: "GET", Status: 302, Location: "/login", Body: "<a href=\"/login\">Found</a>.\n\n", TLS: true, Untrusted: "certificate signed by unknown authority"}},
		{[]string{onTLS + "/"}, Answer{Method: "GET", Status: 400, Body: "Client sent an HTTP request to an HTTPS server.\n", TLS: true}},
		{[]string{strings.Replace(plain.URL, "http:", "https:", 1)}, Answer{Method: "GET", Problem: "the port speaks no TLS"}},
		{[]string{"nonsense"}, Answer{Method: "GET", Problem: "not a URL"}},
	} {
		var stdout, stderr bytes.Buffer
		if code := Main(t.Context(), append([]string{"get"}, c.args...), nil, &stdout, &stderr); code != 0 {
			t.Errorf("%q: exit code %d: %s", c.args, code, stderr.String())
			continue
		}
		var report Report
		if err := json.Unmarshal(stdout.Bytes(), &report); err != nil || len(report.Answers) != 1 {
			t.Errorf("%q: %v in %s", c.args, err, stdout.String())
			continue
		}
		got := report.Answers[0]
		if got.Duration <= 0 || got.Duration > time.Minute {
			t.Errorf("%q: duration %v", c.args, got.Duration)
		}
		if diff := cmp.Diff(c.want, got, cmpopts.IgnoreFields(Answer{}, "URL", "Duration", "ContentType")); diff != "" {
			t.Errorf("%q (-want +got):\n%s", c.args, diff)
		}
	}
}

func TestUsage(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"fetch"}, {"get"}, {"get", "-x", "http://x"}, append([]string{"get"}, make([]string, 65)...)} {
		var stderr strings.Builder
		if code := Main(t.Context(), args, nil, io.Discard, &stderr); code != 2 || !strings.Contains(stderr.String(), "usage: look") {
			t.Errorf("%.20q: exit code %d: %s", args, code, stderr.String())
		}
	}
}
