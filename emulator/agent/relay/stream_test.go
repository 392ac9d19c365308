package relay

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"time"
)

// parrot answers each line of a stream with the line and its number.
func parrot(w http.ResponseWriter, r *http.Request) {
	if r.Method != MethodStream {
		fmt.Fprint(w, "a request")
		return
	}
	stream := Stream(w, r)
	lines := bufio.NewScanner(stream)
	for n := 1; lines.Scan() && lines.Text() != "enough"; n++ {
		fmt.Fprintf(stream, "%s %d %s\n", r.URL.Path, n, lines.Text())
	}
}

func dial(t *testing.T, address string) (net.Conn, *bufio.Reader) {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(patience))
	return conn, bufio.NewReader(conn)
}

// Connections of another protocol go both ways as long as both ends want, beside requests and each other.
func TestStreamsGoBothWays(t *testing.T) {
	t.Parallel()
	p := startPair(t, http.HandlerFunc(parrot))
	var readers []*bufio.Reader
	var conns []net.Conn
	for range 10 {
		conn, reader := dial(t, p.stream)
		conns, readers = append(conns, conn), append(readers, reader)
	}
	for n := 1; n <= 3; n++ {
		for i, conn := range conns {
			fmt.Fprintf(conn, "from %d\n", i)
		}
		for i, reader := range readers {
			if got, err := reader.ReadString('\n'); err != nil || got != fmt.Sprintf("/words %d from %d\n", n, i) {
				t.Fatalf("stream %d answers %q (%v)", i, got, err)
			}
		}
		if _, body := p.do(t, "GET", "/", nil); body != "a request" {
			t.Errorf("beside streams a request got %q", body)
		}
	}
	conns[0].(*net.TCPConn).CloseWrite()
	fmt.Fprintln(conns[1], "enough")
	for i, reader := range readers[:2] {
		if rest, err := io.ReadAll(reader); err != nil || len(rest) != 0 {
			t.Errorf("stream %d ended with %q (%v)", i, rest, err)
		}
	}
}

// Nobody makes a stream by way of HTTP, and no number of connections keeps requests out.
func TestStreamsHaveTheirPlace(t *testing.T) {
	t.Parallel()
	p := startPair(t, http.HandlerFunc(parrot))
	if response, _ := p.do(t, MethodStream, "/words", nil); response.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("a request with method %s got %d", MethodStream, response.StatusCode)
	}
	refused := 0
	for i := range maxConnections + 10 {
		conn, reader := dial(t, p.stream)
		fmt.Fprintln(conn, i)
		if _, err := reader.ReadString('\n'); err != nil {
			refused++
		}
	}
	if refused != 10 {
		t.Errorf("%d of %d connections were refused, want 10", refused, maxConnections+10)
	}
	if _, body := p.do(t, "GET", "/", nil); body != "a request" {
		t.Errorf("beside %d connections a request got %q", maxConnections, body)
	}
}

// The end of either side ends its streams.
func TestStreamsEnd(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*pair){"relay": func(p *pair) { p.cancelRelay() }, "serve": func(p *pair) { p.cancelServe() }} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := startPair(t, http.HandlerFunc(parrot))
			conn, reader := dial(t, p.stream)
			fmt.Fprintln(conn, "hello")
			if _, err := reader.ReadString('\n'); err != nil {
				t.Fatal(err)
			}
			end(p)
			if _, err := reader.ReadByte(); err == nil {
				t.Error("the stream goes on")
			} else if timeout, ok := err.(net.Error); ok && timeout.Timeout() {
				t.Error("the stream stays open")
			}
			returned(t, p.relayed, "Relay")
			returned(t, p.served, "Serve")
		})
	}
}
