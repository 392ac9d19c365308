package look

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// Answer is what the application said to one request. Redirections are not followed.
type Answer struct {
	Method string `json:"method"`
	URL    string `json:"url"`
	Host   string `json:"host,omitempty"`   // the Host header, where it is not the URL's
	Status int    `json:"status,omitempty"` // 0: see Problem
	// Location is where a redirection leads.
	Location    string        `json:"location,omitempty"`
	ContentType string        `json:"contentType,omitempty"`
	Body        string        `json:"body,omitempty"`     // its start
	Duration    time.Duration `json:"duration,omitempty"` // nanoseconds
	// TLS says that the port speaks TLS, whatever the URL's scheme.
	TLS bool `json:"tls,omitempty"`
	// Untrusted says why a client would refuse the certificate.
	Untrusted string `json:"untrusted,omitempty"`
	Problem   string `json:"problem,omitempty"`
}

// maxBody is how much of a body is shown.
const maxBody = 512

// question is how URLs are asked for.
type question struct {
	method, host string
	timeout      time.Duration
}

// atOnce is how many requests are under way at the same time: few enough for an application that serves one after the other.
const atOnce = 4

// all asks every URL, in order, a few at a time.
func (q question) all(ctx context.Context, urls []string) []Answer {
	answers := make([]Answer, len(urls))
	next := make(chan int)
	var workers sync.WaitGroup
	for range min(atOnce, len(urls)) {
		workers.Go(func() {
			for i := range next {
				answers[i] = q.ask(ctx, urls[i])
			}
		})
	}
	for i := range urls {
		next <- i
	}
	close(next)
	workers.Wait()
	return answers
}

// ask makes one request.
func (q question) ask(ctx context.Context, target string) (a Answer) {
	a = Answer{Method: q.method, URL: target, Host: q.host}
	ctx, cancel := context.WithTimeout(ctx, q.timeout)
	defer cancel()
	began := time.Now()
	defer func() { a.Duration = time.Since(began) }()

	request, err := http.NewRequestWithContext(ctx, q.method, target, nil)
	if err != nil || request.URL.Host == "" {
		a.Problem = "not a URL"
		return a
	}
	request.Host, request.Close = cmp.Or(q.host, request.Host), true
	request.Header.Set("User-Agent", "ecslocal-look")
	transport := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true, ServerName: hostname(q.host)}, DisableKeepAlives: true}
	response, err := transport.RoundTrip(request)
	if err != nil {
		a.Problem = problem(err)
		a.TLS = request.URL.Scheme == "http" && !errors.Is(err, context.DeadlineExceeded) && speaksTLS(ctx, request.URL)
		return a
	}
	defer response.Body.Close()
	a.Status, a.Location, a.ContentType = response.StatusCode, response.Header.Get("Location"), response.Header.Get("Content-Type")
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody))
	if a.Body = strings.ToValidUTF8(string(body), "\ufffd"); err != nil {
		a.Problem = problem(err)
	}
	if state := response.TLS; state != nil {
		a.TLS, a.Untrusted = true, untrusted(state, cmp.Or(hostname(q.host), request.URL.Hostname()))
	} else if a.Status == http.StatusBadRequest { // how many servers answer HTTP on a TLS port
		a.TLS = speaksTLS(ctx, request.URL)
	}
	return a
}

func hostname(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		return name
	}
	return host
}

// speaksTLS tries a TLS handshake at the URL's port.
func speaksTLS(ctx context.Context, u *url.URL) bool {
	address := net.JoinHostPort(u.Hostname(), cmp.Or(u.Port(), "80"))
	conn, err := (&tls.Dialer{Config: &tls.Config{InsecureSkipVerify: true}}).DialContext(ctx, "tcp", address)
	if err != nil {
		return false
	}
	conn.Close()
	return true
}

// untrusted says why the certificate does not do for name by this machine's authorities.
func untrusted(state *tls.ConnectionState, name string) string {
	chain := x509.NewCertPool()
	for _, certificate := range state.PeerCertificates[1:] {
		chain.AddCert(certificate)
	}
	if _, err := state.PeerCertificates[0].Verify(x509.VerifyOptions{DNSName: name, Intermediates: chain}); err != nil {
		return strings.TrimPrefix(err.Error(), "x509: ")
	}
	return ""
}

// problem is an error in a few words, without the addresses of our own end.
func problem(err error) string {
	var record tls.RecordHeaderError
	var operation *net.OpError
	switch {
	case errors.As(err, &record):
		return "the port speaks no TLS"
	case errors.Is(err, context.DeadlineExceeded):
		return "no answer in time"
	case errors.Is(err, io.EOF):
		return "empty reply"
	case errors.As(err, &operation):
		text := operation.Err.Error()
		return strings.TrimSpace(text[strings.LastIndex(text, ": ")+1:])
	}
	return err.Error()
}
