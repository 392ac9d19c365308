package expect

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// HTTP expects an answer to a request.
type HTTP struct {
	// Container may be given here or in Port.
	Container string `json:"container"`
	Port      Port   `json:"port"`
	// HTTPS asks over TLS, and takes any certificate, as a load balancer does of its targets.
	HTTPS bool `json:"https"`
	// Method is GET where it is empty, Path / where it is empty; a query may follow it.
	Method string `json:"method"`
	Path   string `json:"path"`
	// Headers and Body are the request's. Host names the virtual host.
	Headers map[string]string `json:"headers"`
	Body    string            `json:"body"`

	// Status is the answer's, 0 for any of 200 to 299. Redirects are not followed.
	Status int `json:"status"`
	// ResponseHeaders are what headers of the answer are to be like, by name.
	ResponseHeaders map[string]Text `json:"responseHeaders"`
	// Text is what the answer's body is to be like, at most 4 MiB of it.
	Text
	// JSONPath says what RFC 9535 paths select in the body: one value, or the list of those that a path selects which may select several.
	JSONPath map[string]any `json:"jsonPath"`
}

const (
	// tryLimit is how long one try to connect or ask may take.
	tryLimit = 10 * time.Second
	// maxBody is how much of an answer is read.
	maxBody = 4 << 20
)

func (h HTTP) String() string {
	text := fmt.Sprintf("%s %s on %s", h.method(), h.path(), h.Port.in(h.Container))
	if h.Status != 0 {
		text += fmt.Sprintf(" answers %d", h.Status)
	}
	return text
}

func (h HTTP) method() string {
	if h.Method == "" {
		return http.MethodGet
	}
	return strings.ToUpper(h.Method)
}

func (h HTTP) path() string {
	if strings.HasPrefix(h.Path, "/") {
		return h.Path
	}
	return "/" + h.Path
}

// Changes says that asking may change something, so that asking again is not the same.
func (h HTTP) Changes() bool {
	return !slices.Contains([]string{http.MethodGet, http.MethodHead, http.MethodOptions}, h.method())
}

// client never keeps a connection, follows a redirect or uses a proxy: each look is one request to the task itself.
var client = &http.Client{
	Timeout:       tryLimit,
	Transport:     &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

func (HTTP) asks() {}

// Look asks once.
func (h HTTP) Look(ctx context.Context, task Subject) error {
	response, body, err := h.ask(ctx, task, client)
	if err != nil {
		return worse(task, err)
	}
	return h.judge(response, body)
}

// ask sends the request and reads the answer, whose body is closed.
func (h HTTP) ask(ctx context.Context, task Subject, client *http.Client) (*http.Response, string, error) {
	request, err := h.request(ctx, task)
	if err != nil {
		return nil, "", err
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, "", fmt.Errorf("ask %s: %w", h.Port.in(h.Container), err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody))
	if err != nil {
		return nil, "", fmt.Errorf("read the answer of %s: %w", h.Port.in(h.Container), err)
	}
	return response, string(body), nil
}

func (h HTTP) request(ctx context.Context, task Subject) (*http.Request, error) {
	address, err := h.Port.in(h.Container).address(task)
	if err != nil {
		return nil, err
	}
	scheme := "http://"
	if h.HTTPS {
		scheme = "https://"
	}
	request, err := http.NewRequestWithContext(ctx, h.method(), scheme+address+h.path(), strings.NewReader(h.Body))
	if err != nil {
		return nil, never{fmt.Errorf("make the request: %w", err)}
	}
	for name, value := range h.Headers {
		request.Header.Set(name, value)
	}
	if host := request.Header.Get("Host"); host != "" {
		request.Host = host
	}
	return request, nil
}

// judge compares an answer with what is expected.
func (h HTTP) judge(response *http.Response, body string) error {
	got := response.StatusCode
	if h.Status != 0 && got != h.Status || h.Status == 0 && (got < 200 || got > 299) {
		want := "200 to 299"
		if h.Status != 0 {
			want = fmt.Sprint(h.Status)
		}
		return fmt.Errorf("the status is %d, not %s; the body is %s", got, want, quote(body))
	}
	for _, name := range slices.Sorted(maps.Keys(h.ResponseHeaders)) {
		if err := h.ResponseHeaders[name].check("header "+name, response.Header.Get(name)); err != nil {
			return err
		}
	}
	if err := h.check("the body", body); err != nil {
		return err
	}
	return checkJSON(h.JSONPath, body)
}
