package curl

import (
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// servers are the well and unwell servers that the tests ask: names in braces in a command line are their addresses.
func servers(t *testing.T) *strings.Replacer {
	t.Helper()
	plain := httptest.NewServer(http.HandlerFunc(application))
	secure := httptest.NewUnstartedServer(http.HandlerFunc(application))
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	t.Cleanup(plain.Close)
	t.Cleanup(secure.Close)
	raw := func(answer string, then func(net.Conn)) string {
		return listen(t, func(c net.Conn) {
			defer c.Close()
			if n, _ := c.Read(make([]byte, 4096)); n > 0 {
				io.WriteString(c, answer)
				then(c)
			}
		})
	}
	nothing := func(net.Conn) {}
	return strings.NewReplacer(
		"{http}", strings.TrimPrefix(plain.URL, "http://"),
		"{https}", strings.TrimPrefix(secure.URL, "https://"),
		"{empty}", raw("", nothing),
		"{reset}", raw("", func(c net.Conn) { c.(*net.TCPConn).SetLinger(0) }),
		"{hang}", raw("", wait),
		"{old}", raw("hello\n", nothing),
		"{cut}", raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc", nothing),
		"{cutchunk}", raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n100\r\nabc", nothing),
		"{stall}", raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc", wait),
		"{odd}", raw("HTTP/1.1 200 OK\r\nX-Odd-CASE: v\r\nContent-Length: 3\r\n\r\nabc", nothing),
		"{continue}", raw("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", nothing),
		"{closed}", closedPort(t),
		"{dir}", t.TempDir(),
	)
}

// wait keeps the connection until the client gives up.
func wait(c net.Conn) {
	c.SetReadDeadline(time.Now().Add(time.Minute))
	io.Copy(io.Discard, c)
}

func listen(t *testing.T, serve func(net.Conn)) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			go serve(c)
		}
	}()
	return listener.Addr().String()
}

// closedPort is an address that nothing listens on.
func closedPort(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

// application answers /status/N with that status, /to/N with N redirections, and tells what it was asked at /echo.
func application(w http.ResponseWriter, r *http.Request) {
	var n int
	switch {
	case r.URL.Path == "/echo":
		body, _ := io.ReadAll(r.Body)
		fmt.Fprintf(w, "%s %s host=%s\n", r.Method, r.URL, strings.SplitN(r.Host, ":", 2)[0])
		for _, name := range []string{"Accept", "Authorization", "Content-Type", "Content-Length", "X-Test", "User-Agent"} {
			if values, ok := r.Header[name]; ok {
				fmt.Fprintf(w, "%s: %s\n", name, values[0])
			}
		}
		w.Write(body)
	case scan(r.URL.Path, "/status/%d", &n):
		w.WriteHeader(n)
		fmt.Fprintf(w, "status %d\n", n)
	case scan(r.URL.Path, "/to/%d", &n) && n > 0:
		http.Redirect(w, r, fmt.Sprintf("/to/%d", n-1), http.StatusFound)
	case r.URL.Path == "/again":
		w.Header().Set("Location", "/echo")
		w.WriteHeader(http.StatusTemporaryRedirect)
	default:
		fmt.Fprintf(w, "body of %s\n", r.URL.Path)
	}
}

func scan(text, format string, into *int) bool {
	_, err := fmt.Sscanf(text, format, into)
	return err == nil
}
