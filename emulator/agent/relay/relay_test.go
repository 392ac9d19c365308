package relay

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"
)

// patience is a generous limit for what should take milliseconds.
const patience = 20 * time.Second

// pair is a Relay and a Serve with pipes between them.
type pair struct {
	url         string
	stream      string // address of the listener of streams
	client      *http.Client
	relayed     chan error // what Relay returned
	served      chan error // what Serve returned
	toRelay     *io.PipeWriter
	fromRelay   *io.PipeReader
	cancelServe context.CancelFunc
	cancelRelay context.CancelFunc
}

func startPair(tb testing.TB, handler http.Handler) *pair {
	tb.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	streams, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	relayIn, toRelay := io.Pipe()
	fromRelay, relayOut := io.Pipe()
	relayContext, cancelRelay := context.WithCancel(tb.Context())
	serveContext, cancelServe := context.WithCancel(tb.Context())
	p := &pair{
		url: "http://" + listener.Addr().String(), stream: streams.Addr().String(), client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 300}},
		relayed: make(chan error, 1), served: make(chan error, 1), toRelay: toRelay, fromRelay: fromRelay,
		cancelServe: cancelServe, cancelRelay: cancelRelay,
	}
	listening := make(chan struct{})
	go func() {
		p.relayed <- Relay(relayContext, []net.Listener{listener}, map[string]net.Listener{"words": streams}, relayIn, relayOut)
	}()
	go func() {
		p.served <- Serve(serveContext, fromRelay, toRelay, handler, sync.OnceFunc(func() { close(listening) }))
	}()
	await(tb, listening, "Relay did not say that it listens")
	tb.Cleanup(func() {
		p.client.CloseIdleConnections()
		cancelServe()
		cancelRelay()
	})
	return p
}

// await waits for a channel to be closed.
func await(tb testing.TB, done <-chan struct{}, otherwise string) {
	tb.Helper()
	select {
	case <-done:
	case <-time.After(patience):
		tb.Fatal(otherwise)
	}
}

// returned waits for what Relay or Serve return.
func returned(tb testing.TB, errs <-chan error, who string) error {
	tb.Helper()
	select {
	case err := <-errs:
		return err
	case <-time.After(patience):
		tb.Fatal(who + " did not return")
		return nil
	}
}

func (p *pair) do(tb testing.TB, method, path string, body io.Reader) (*http.Response, string) {
	tb.Helper()
	r, err := http.NewRequestWithContext(tb.Context(), method, p.url+path, body)
	if err != nil {
		tb.Fatal(err)
	}
	response, err := p.client.Do(r)
	if err != nil {
		tb.Fatal(err)
	}
	defer response.Body.Close()
	got, err := io.ReadAll(response.Body)
	if err != nil {
		tb.Fatal(err)
	}
	return response, string(got)
}

func TestRequestAndResponseArriveWhole(t *testing.T) {
	t.Parallel()
	p := startPair(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if _, addrErr := netip.ParseAddrPort(r.RemoteAddr); err != nil || addrErr != nil {
			t.Errorf("body: %v, caller's address: %v", err, addrErr)
		}
		w.Header().Add("X-Two", "one")
		w.Header().Add("X-Two", "two")
		w.WriteHeader(http.StatusTeapot)
		w.Header().Set("X-Late", "no")
		fmt.Fprintf(w, "%s %s %s %q %d %s %s", r.Method, r.URL.Path, r.URL.RawQuery, r.Header.Get("X-Asked"), r.ContentLength, r.Host, body)
	}))
	r, err := http.NewRequestWithContext(t.Context(), "PUT", p.url+"/a%2Fb/%E2%98%83?q=1%202&q=3", strings.NewReader("snow\x00\xff"))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Asked", `"<&>"`)
	r.Host = "169.254.170.2"
	response, err := p.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	got, err := io.ReadAll(response.Body)
	want := "PUT /a/b/☃ q=1%202&q=3 \"\\\"<&>\\\"\" 6 169.254.170.2 snow\x00\xff"
	if err != nil || string(got) != want || response.StatusCode != http.StatusTeapot {
		t.Errorf("got %d %q (%v), want %d %q", response.StatusCode, got, err, http.StatusTeapot, want)
	}
	if two := response.Header["X-Two"]; len(two) != 2 || response.Header.Get("X-Late") != "" || response.ContentLength != int64(len(want)) {
		t.Errorf("header is %v", response.Header)
	}
}

// A response that is one message has a length, also where net/http alone would cut it into chunks.
func TestShortResponsesHaveALength(t *testing.T) {
	t.Parallel()
	p := startPair(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.Write(make([]byte, 20_000)) }))
	if response, _ := p.do(t, "GET", "/", nil); response.ContentLength != 20_000 {
		t.Errorf("length is %d", response.ContentLength)
	}
}

func TestResponsesWithoutBody(t *testing.T) {
	t.Parallel()
	p := startPair(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/none":
			w.WriteHeader(http.StatusNoContent)
		case "/moved":
			w.Header().Set("Location", "/none")
			w.WriteHeader(http.StatusMovedPermanently)
		}
	}))
	p.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	for path, status := range map[string]int{"/": http.StatusOK, "/none": http.StatusNoContent, "/moved": http.StatusMovedPermanently} {
		response, body := p.do(t, "GET", path, nil)
		if response.StatusCode != status || body != "" || response.Header.Get("Content-Type") != "" {
			t.Errorf("%s: got %d %q %v", path, response.StatusCode, body, response.Header)
		}
	}
	if response, body := p.do(t, "HEAD", "/", nil); response.StatusCode != http.StatusOK || body != "" {
		t.Errorf("HEAD: got %d %q", response.StatusCode, body)
	}
}

func TestBigBodiesGoBothWays(t *testing.T) {
	t.Parallel()
	p := startPair(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sum := sha256.New()
		if _, err := io.Copy(io.MultiWriter(sum, w), r.Body); err != nil {
			t.Errorf("read or write: %v", err)
		}
		w.Write(sum.Sum(nil))
	}))
	big := bytes.Repeat([]byte("0123456789abcdefghijklmnopqrstuvwxyz\n"), 200_000) // 7.4 MB, many windows
	sum := sha256.Sum256(big)
	for _, body := range []io.Reader{bytes.NewReader(big), io.MultiReader(bytes.NewReader(big))} { // with and without a length
		_, got := p.do(t, "POST", "/", body)
		if got != string(big)+string(sum[:]) {
			t.Errorf("got %d bytes, not the %d sent and their sum", len(got), len(big))
		}
	}
}

func TestBodyOverTheLimitIsRefused(t *testing.T) {
	t.Parallel()
	read := make(chan error, 1)
	p := startPair(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, err := io.Copy(io.Discard, r.Body)
		read <- err
		http.Error(w, "cut", http.StatusBadRequest)
	}))
	zeros := func() io.Reader { return io.LimitReader(zeroReader{}, maxBody+1) }
	r, _ := http.NewRequestWithContext(t.Context(), "POST", p.url, zeros())
	r.ContentLength = maxBody + 1
	response, err := p.client.Do(r)
	if err == nil { // else the connection was closed while the client still wrote
		response.Body.Close()
		if response.StatusCode != http.StatusRequestEntityTooLarge {
			t.Errorf("a length over the limit got %d", response.StatusCode)
		}
	}
	if response, err := p.client.Post(p.url, "", zeros()); err == nil {
		response.Body.Close()
	}
	if err := returned(t, read, "the handler"); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("the handler of a body over the limit read %v", err)
	}
}

type zeroReader struct{}

func (zeroReader) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// The client says a line, the handler answers it, and so on over one request.
func TestBodiesStream(t *testing.T) {
	t.Parallel()
	p := startPair(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusAccepted)
		w.(http.Flusher).Flush()
		buffer := make([]byte, 100)
		for {
			n, err := r.Body.Read(buffer)
			fmt.Fprintf(w, "<%s>", buffer[:n])
			w.(http.Flusher).Flush()
			if err != nil {
				return
			}
		}
	}))
	body, say := io.Pipe()
	r, _ := http.NewRequestWithContext(t.Context(), "POST", p.url, body)
	response, err := p.client.Do(r) // returns with the header, before the body is there
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	for _, word := range []string{"one", "two"} {
		fmt.Fprint(say, word)
		got := make([]byte, len(word)+2)
		if _, err := io.ReadFull(response.Body, got); err != nil || string(got) != "<"+word+">" {
			t.Fatalf("said %s, heard %q (%v)", word, got, err)
		}
	}
	say.Close()
	if got, err := io.ReadAll(response.Body); err != nil || string(got) != "<>" {
		t.Errorf("at the end heard %q (%v)", got, err)
	}
}

func TestManyRequestsAtOneTime(t *testing.T) {
	t.Parallel()
	const n = 200
	var arrived sync.WaitGroup
	arrived.Add(n)
	p := startPair(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		arrived.Done()
		arrived.Wait() // proves that all are here at one time
		body, _ := io.ReadAll(r.Body)
		fmt.Fprintf(w, "%s %s", r.URL.Path, body)
	}))
	var clients sync.WaitGroup
	for i := range n {
		clients.Go(func() {
			path, body := fmt.Sprintf("/%d", i), strings.Repeat(fmt.Sprint(i%10), 1000*(i%70))
			response, err := p.client.Post(p.url+path, "text/plain", strings.NewReader(body))
			if err != nil {
				t.Error(err)
				return
			}
			defer response.Body.Close()
			if got, err := io.ReadAll(response.Body); err != nil || string(got) != path+" "+body {
				t.Errorf("%s: got %.50q (%v)", path, got, err)
			}
		})
	}
	clients.Wait()
}

// More requests than there are streams wait for one, and get it.
func TestRequestsBeyondTheLimitWait(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	now, most := 0, 0
	p := startPair(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		now++
		most = max(most, now)
		mu.Unlock()
		time.Sleep(50 * time.Millisecond)
		mu.Lock()
		now--
		mu.Unlock()
	}))
	var clients sync.WaitGroup
	for range maxStreams + 100 {
		clients.Go(func() {
			response, err := p.client.Get(p.url)
			if err != nil {
				t.Error(err)
				return
			}
			response.Body.Close()
			if response.StatusCode != http.StatusOK {
				t.Errorf("got %d", response.StatusCode)
			}
		})
	}
	clients.Wait()
	if most > maxStreams {
		t.Errorf("%d requests at one time", most)
	}
}

func TestClientThatGoesAwayEndsItsRequest(t *testing.T) {
	t.Parallel()
	ended := make(chan error, 2)
	began := make(chan struct{}, 2)
	p := startPair(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/waits":
			began <- struct{}{}
			<-r.Context().Done()
			ended <- r.Context().Err()
		case "/writes": // more than the window, so the handler depends on the client
			began <- struct{}{}
			var err error
			for err == nil {
				_, err = w.Write(make([]byte, maxPiece))
			}
			ended <- err
		}
	}))
	for _, path := range []string{"/waits", "/writes"} {
		ctx, goAway := context.WithCancel(t.Context())
		r, _ := http.NewRequestWithContext(ctx, "GET", p.url+path, nil)
		go func() {
			if response, err := p.client.Do(r); err == nil {
				defer response.Body.Close()
				<-ctx.Done() // takes nothing
			}
		}()
		select {
		case <-began:
		case <-time.After(patience):
			t.Fatalf("%s did not begin", path)
		}
		goAway()
		if err := returned(t, ended, "the handler of "+path); err == nil {
			t.Errorf("%s: no error", path)
		}
	}
	if _, body := p.do(t, "GET", "/next", nil); body != "" {
		t.Errorf("the next request got %q", body)
	}
}

// A client that does not read must not hold back the others.
func TestSlowClientHoldsBackNobody(t *testing.T) {
	t.Parallel()
	p := startPair(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/much" {
			w.Write(make([]byte, 20<<20))
		}
	}))
	slow, err := p.client.Get(p.url + "/much")
	if err != nil {
		t.Fatal(err)
	}
	defer slow.Body.Close()
	for range 20 {
		p.do(t, "GET", "/little", nil)
	}
	if n, err := io.Copy(io.Discard, slow.Body); n != 20<<20 || err != nil {
		t.Errorf("the slow client got %d bytes (%v)", n, err)
	}
}

func TestHandlerThatPanicsBreaksItsRequestOnly(t *testing.T) {
	t.Parallel()
	p := startPair(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/later":
			w.Write(make([]byte, 2*maxPiece))
			fallthrough
		case "/at-once":
			panic(http.ErrAbortHandler)
		}
		fmt.Fprint(w, "fine")
	}))
	if response, err := p.client.Get(p.url + "/at-once"); err == nil {
		t.Errorf("got %d", response.StatusCode)
	}
	if response, err := p.client.Get(p.url + "/later"); err == nil {
		if _, err := io.Copy(io.Discard, response.Body); err == nil {
			t.Error("a cut response looks whole")
		}
		response.Body.Close()
	}
	if _, body := p.do(t, "GET", "/", nil); body != "fine" {
		t.Errorf("the next request got %q", body)
	}
}

// A handler may answer before it has read the request, all of which may never come.
func TestUnreadRequestBody(t *testing.T) {
	t.Parallel()
	p := startPair(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body.Read(make([]byte, 1))
		fmt.Fprint(w, "enough")
	}))
	for name, size := range map[string]int{"some of it": 100, "several pieces": 3 * maxPiece} {
		body, write := io.Pipe()
		defer write.Close()
		go write.Write(make([]byte, size))
		start := time.Now()
		response, err := p.client.Post(p.url, "", body)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		defer response.Body.Close()
		if got, _ := io.ReadAll(response.Body); string(got) != "enough" || time.Since(start) > readTimeout/2 {
			t.Errorf("%s: got %q after %v", name, got, time.Since(start))
		}
	}
}

func TestLostPeerEndsBoth(t *testing.T) {
	t.Parallel()
	block := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	for name, lose := range map[string]func(*pair){
		"supervisor": func(p *pair) { p.toRelay.Close(); p.fromRelay.Close() },
		"relay":      func(p *pair) { p.cancelRelay() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := startPair(t, block)
			failed := make(chan error, 1)
			go func() {
				response, err := p.client.Get(p.url)
				if err == nil {
					response.Body.Close()
				}
				failed <- err
			}()
			time.Sleep(20 * time.Millisecond) // more likely in flight; right either way
			lose(p)
			relayed, served := returned(t, p.relayed, "Relay"), returned(t, p.served, "Serve")
			if name == "supervisor" && !errors.Is(relayed, errLost) || name == "relay" && relayed != nil {
				t.Errorf("Relay returned %v", relayed)
			}
			if served == nil {
				t.Error("Serve did not say that it lost the relay")
			}
			if returned(t, failed, "the client") == nil {
				t.Error("the client got a response")
			}
		})
	}
}

func TestServeEndsWithItsContext(t *testing.T) {
	t.Parallel()
	p := startPair(t, http.NotFoundHandler())
	p.cancelServe()
	if err := returned(t, p.served, "Serve"); err != nil {
		t.Errorf("Serve returned %v", err)
	}
	if err := returned(t, p.relayed, "Relay"); !errors.Is(err, errLost) {
		t.Errorf("Relay returned %v", err)
	}
}

func BenchmarkRoundTrip(b *testing.B) {
	p := startPair(b, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.Write(make([]byte, 3000)) }))
	b.ReportAllocs()
	for b.Loop() {
		p.do(b, "GET", "/v4/0a1b2c3d-0000-4000-8000-000000000000/task", nil)
	}
}

func BenchmarkParallelRoundTrips(b *testing.B) {
	p := startPair(b, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.Write(make([]byte, 3000)) }))
	b.SetParallelism(50)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			response, err := p.client.Get(p.url)
			if err != nil {
				b.Fatal(err)
			}
			io.Copy(io.Discard, response.Body)
			response.Body.Close()
		}
	})
}
