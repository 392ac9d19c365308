package curl

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// transfer is the state of one URL: it follows redirections, each with a connection of its own.
type transfer struct {
	options *options
	streams
	url     string
	started time.Time
	sink    sink

	// What --write-out tells.
	connected, secured, answered time.Time
	remote                       net.Addr
	status, redirects            int
	headerBytes, bodyBytes, want int64
	contentType, redirectURL     string
	effective, method, proto     string
}

// run makes the transfer; its error is a failure.
func (t *transfer) run(ctx context.Context) error {
	limit := t.options.maxTime
	if limit == 0 {
		limit = maxRun
	}
	ctx, cancel := context.WithDeadline(ctx, t.started.Add(limit))
	defer cancel()

	to, err := parseTarget(t.url)
	if err != nil {
		return err
	}
	if to.user == "" {
		to.user = t.options.user
	}
	if t.options.get && t.options.hasBody {
		separator := "?"
		if strings.Contains(to.path, "?") {
			separator = "&"
		}
		to.path += separator + string(t.options.body)
	}
	for t.method = t.options.firstMethod(); ; {
		t.effective = to.String()
		location, err := t.exchange(ctx, to)
		if err != nil || location == "" || !t.options.location {
			return err
		}
		if t.options.maxRedirects >= 0 && t.redirects >= t.options.maxRedirects {
			return failed(codeRedirects, "Maximum (%d) redirects followed", t.options.maxRedirects)
		}
		t.redirects++
		if to, err = t.follow(to, location); err != nil {
			return err
		}
	}
}

func (o *options) firstMethod() string {
	switch {
	case o.method != "":
		return o.method
	case o.head:
		return http.MethodHead
	case o.hasBody && !o.get:
		return http.MethodPost
	}
	return http.MethodGet
}

// follow is where a redirection leads; after 301, 302 and 303 a POST becomes a GET unless -X says otherwise.
func (t *transfer) follow(from target, location string) (target, error) {
	to, err := from.resolve(location)
	if err != nil {
		return to, err
	}
	if to.host == from.host && to.port == from.port {
		to.user = from.user
	}
	if t.method == http.MethodPost && t.options.method == "" && t.status <= 303 {
		t.method = http.MethodGet
	}
	return to, nil
}

// exchange asks once and passes on the answer; location is where a redirection leads.
func (t *transfer) exchange(ctx context.Context, to target) (location string, err error) {
	conn, viaProxy, err := t.connect(ctx, to)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	if deadline, ok := ctx.Deadline(); ok {
		_ = conn.SetDeadline(deadline) // fails on a closed connection only, which reading tells
	}
	defer context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })()

	if _, err := conn.Write(t.request(to, viaProxy)); err != nil {
		return "", failed(codeSend, "Send failure: %v", errors.Unwrap(err))
	}
	in := bufio.NewReader(conn)
	head, err := t.readHead(in)
	if err != nil {
		return "", err
	}
	response, err := http.ReadResponse(bufio.NewReader(io.MultiReader(strings.NewReader(head), in)), &http.Request{Method: t.method})
	if err != nil {
		return "", failed(8, "Invalid response header: %v", err)
	}
	defer response.Body.Close()
	return t.receive(response, head, to)
}

// request is the text of the request.
func (t *transfer) request(to target, viaProxy bool) []byte {
	uri := to.path
	if viaProxy {
		uri = to.String()
	}
	fields := t.fields(to)
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\n%s\r\n", t.method, uri, strings.Join(fields, ""))
	if t.options.verbose {
		for line := range strings.SplitSeq(strings.TrimSuffix(b.String(), "\r\n"), "\r\n") {
			fmt.Fprintf(t.stderr, "> %s\r\n", line)
		}
	}
	if t.sendsBody() {
		b.Write(t.options.body)
	}
	return []byte(b.String())
}

func (t *transfer) sendsBody() bool {
	return t.options.hasBody && !t.options.get && t.method != http.MethodGet && t.method != http.MethodHead
}

// readHead reads the status line and the header up to the empty line, past provisional answers.
func (t *transfer) readHead(in *bufio.Reader) (string, error) {
	for {
		var head strings.Builder
		for {
			line, err := in.ReadString('\n')
			head.WriteString(line)
			if err != nil {
				return "", t.headFailure(head.String(), err)
			}
			if !strings.HasPrefix(head.String(), "HTTP/") {
				return "", failed(codeProtocol, "Received HTTP/0.9 when not allowed")
			}
			if strings.TrimRight(line, "\r\n") == "" {
				break
			}
			if head.Len() > 300<<10 {
				return "", failed(codeReceive, "Too large response headers: %d > %d", head.Len(), 300<<10)
			}
		}
		t.answered = time.Now()
		t.headerBytes += int64(head.Len())
		for line := range strings.SplitSeq(strings.TrimSuffix(head.String(), "\n"), "\n") {
			t.log("< %s", line)
		}
		if _, status, _ := strings.Cut(head.String(), " "); !strings.HasPrefix(status, "1") || strings.HasPrefix(status, "101") {
			return head.String(), nil
		}
	}
}

// headFailure tells why there was no answer.
func (t *transfer) headFailure(head string, err error) error {
	switch {
	case head != "" && !strings.HasPrefix("HTTP/", head[:min(len(head), 5)]):
		return failed(codeProtocol, "Received HTTP/0.9 when not allowed")
	case errors.Is(err, io.EOF):
		return failed(codeEmpty, "Empty reply from server")
	}
	return receiveFailure(err, 0, -1, t.started)
}

// receive passes on what the options ask for of an answer.
func (t *transfer) receive(response *http.Response, head string, to target) (location string, err error) {
	t.status, t.proto = response.StatusCode, strings.TrimPrefix(response.Proto, "HTTP/")
	t.contentType, t.redirectURL = response.Header.Get("Content-Type"), ""
	t.bodyBytes, t.want = 0, response.ContentLength
	if t.status >= 300 && t.status < 400 {
		if location = response.Header.Get("Location"); location != "" {
			if next, err := to.resolve(location); err == nil {
				t.redirectURL = next.String()
			}
		}
	}
	if t.options.fail && t.status >= 400 {
		return "", failed(codeStatus, "The requested URL returned error: %d", t.status)
	}
	out := &t.sink
	if t.options.include || t.options.head {
		if _, err := io.WriteString(out, head); err != nil {
			return "", t.writeFailure(err)
		}
	}
	if location != "" && t.options.location {
		out = &sink{} // the body of a redirection that is followed is dropped
	}
	if err := t.copyBody(out, response.Body); err != nil {
		return "", err
	}
	if t.options.failWithBody && t.status >= 400 {
		return "", failed(codeStatus, "The requested URL returned error: %d", t.status)
	}
	return location, nil
}

func (t *transfer) copyBody(out *sink, body io.Reader) error {
	buffer := make([]byte, 32<<10)
	for {
		n, err := body.Read(buffer)
		t.bodyBytes += int64(n)
		if n > 0 {
			if _, err := out.Write(buffer[:n]); err != nil {
				return t.writeFailure(err)
			}
		}
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return receiveFailure(err, t.bodyBytes, t.want, t.started)
		case t.bodyBytes > maxBody:
			return failed(codeReceive, "Recv failure: more than %d bytes", int64(maxBody))
		}
	}
}
