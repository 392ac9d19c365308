package demo

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"
)

// start runs the service on a free port: its address, its further output line by line, and its exit code when it has ended.
func start(t *testing.T, ctx context.Context, environ ...string) (url string, lines *bufio.Scanner, code chan int) {
	t.Helper()
	out, in := io.Pipe()
	code = make(chan int, 1)
	go func() {
		code <- Main(ctx, append(environ, "LISTEN_HOST=127.0.0.1", "LISTEN_PORT=0"), in, io.Discard)
		in.Close()
	}()
	lines = bufio.NewScanner(out)
	if !lines.Scan() {
		t.Fatal("no line")
	}
	url, ok := strings.CutPrefix(lines.Text(), "listening on ")
	if !ok {
		t.Fatalf("first line %q", lines.Text())
	}
	return url, lines, code
}

func TestService(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	url, lines, code := start(t, ctx, "SESSION_SECRET=hunter2", "NODE_ENV=production")
	for _, c := range []struct{ path, body, line string }{
		{"/", "Hello from ecslocal", `^GET / 200 `},
		{"/health", "ok\n", `^GET /health 200 `},
		{"/env", "LISTEN_HOST\nLISTEN_PORT\nNODE_ENV\nSESSION_SECRET\n", `^GET /env 200 `},
		{"/a%0Ab", "404", `^GET /a%0Ab 404 `},
		{"/" + strings.Repeat("x", 4000), "404", `^GET /x{199}\.\.\. 404 `},
	} {
		body := make(chan string, 1)
		go func() { body <- get(t, url+c.path) }()
		if !lines.Scan() || !regexp.MustCompile(c.line).MatchString(lines.Text()) {
			t.Errorf("log line %q, want %s", lines.Text(), c.line)
		}
		if got := <-body; !strings.HasPrefix(got, c.body) || strings.Contains(got, "hunter2") {
			t.Errorf("%.20s answers %q, want %q", c.path, got, c.body)
		}
	}
	stop()
	for lines.Scan() {
	}
	if got := <-code; got != 0 || lines.Err() != nil {
		t.Errorf("exit code %d after a stop", got)
	}
}

func get(t *testing.T, url string) string {
	response, err := http.Get(url)
	if err != nil {
		t.Error(err)
		return ""
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Error(err)
	}
	return string(body)
}

func TestPortTaken(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	var stderr strings.Builder
	if code := Main(ctx, []string{"LISTEN_HOST=127.0.0.1", "LISTEN_PORT=" + port}, io.Discard, &stderr); code != 1 || !strings.Contains(stderr.String(), "LISTEN_PORT") {
		t.Errorf("exit code %d, stderr %q", code, stderr.String())
	}
}
