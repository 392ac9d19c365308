package healthcheck

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/healthcheck/cause"
	"github.com/ecslocal/ecslocal/healthcheck/client"
	"github.com/ecslocal/ecslocal/healthcheck/output"
)

// toldNothing is for remedies that need no word of a probe.
var toldNothing output.Told

// answers compares what the check asks with what the application answers there.
func (v view) answers() []clue {
	for _, a := range v.asks {
		for _, t := range a.targets {
			if !strings.HasPrefix(t.Scheme, "http") || t.Partial || t.Bad != "" || !t.Loopback() && !v.names(t.Host) {
				continue
			}
			answer, ok := v.answer(t, a)
			if !ok {
				continue
			}
			if found := v.answered(a, t, answer); found != nil {
				return found
			}
		}
	}
	return nil
}

// method is the one that the request uses.
func (a asked) method() string {
	if a.request == nil || a.request.Method == "" {
		return "GET"
	}
	return a.request.Method
}

// place is scheme, port and path of a URL that was asked.
func place(text string) (scheme string, port int, path string) {
	u, err := url.Parse(text)
	if err != nil {
		return "", 0, ""
	}
	port, _ = strconv.Atoi(u.Port())
	if port == 0 {
		port = map[string]int{"http": 80, "https": 443}[u.Scheme]
	}
	if path = u.EscapedPath(); path == "" {
		path = "/"
	}
	if u.RawQuery != "" {
		path += "?" + u.RawQuery
	}
	return u.Scheme, port, path
}

// host is the Host header that the request sends, empty for that of the URL.
func (a asked) host() string {
	if a.request == nil {
		return ""
	}
	for _, header := range a.request.Headers {
		if name, value, _ := strings.Cut(header, ":"); strings.EqualFold(strings.TrimSpace(name), "Host") {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// answer is what was said to a target, to the Host header that the check sends, with its own method where that was tried, else with GET.
func (v view) answer(t client.Target, asked asked) (Answer, bool) {
	var best Answer
	found := false
	for _, a := range v.look.Answers {
		scheme, port, path := place(a.URL)
		if scheme == t.Scheme && port == t.Port && path == t.Path && a.Host == asked.host() && (!found || a.Method == asked.method()) {
			best, found = a, true
		}
	}
	return best, found
}

// well says that an answer is a success.
func (a Answer) well() bool { return a.Status >= 200 && a.Status < 300 }

// answered judges one answer.
func (v view) answered(a asked, t client.Target, answer Answer) []clue {
	failing := len(failures(v.time)) > 0 && !v.time.Recovered()
	h := hit{evidence: answer.line()}
	switch {
	case answer.TLS && t.Scheme == "http":
		return []clue{{"HC053", hit{evidence: answer.line() + "; the port speaks TLS", message: fmt.Sprintf("port %d speaks TLS, and the check does not", t.Port)}.patched(v.overTLS(a, t))}}
	case t.Scheme == "https" && strings.Contains(answer.Problem, "no TLS"):
		h.message = fmt.Sprintf("port %d speaks plain HTTP, and the check wants TLS", t.Port)
		return []clue{{"HC054", h.patched(v.aimed(a, t, aim{scheme: "http"}))}}
	case answer.Problem == "no answer in time" && failing:
		h.message, h.certainty = fmt.Sprintf("port %d takes the connection and does not answer", t.Port), cause.Certain
		if answer.Duration > 0 {
			h.message += fmt.Sprintf(" within %v", rounded(answer.Duration))
		}
		return []clue{{"HC068", h}}
	case answer.Status == 0 && (strings.Contains(answer.Problem, "empty reply") || strings.Contains(answer.Problem, "reset")) && failing:
		h.message = fmt.Sprintf("port %d closes the connection without an answer", t.Port)
		return []clue{{"HC058", h}}
	case strings.Contains(answer.Problem, "malformed HTTP") && failing:
		h.message = fmt.Sprintf("port %d does not speak HTTP", t.Port)
		return []clue{{"HC057", h}}
	case answer.Status == 0:
		return nil
	case answer.Untrusted != "" && t.Scheme == "https" && a.request != nil && !a.request.Insecure && failing:
		return []clue{{"HC055", hit{evidence: answer.Untrusted, message: "the certificate is refused: " + answer.Untrusted}.patched(v.insecure())}}
	case answer.Status >= 300 && answer.Status < 400:
		return v.redirected(a, t, answer)
	}
	return v.status(a, t, answer, failing)
}

// line is an answer as evidence.
func (a Answer) line() string {
	text := fmt.Sprintf("%s %s -> ", a.Method, a.URL)
	if a.Host != "" {
		text = fmt.Sprintf("%s %s (Host: %s) -> ", a.Method, a.URL, a.Host)
	}
	if a.Status == 0 {
		return text + a.Problem
	}
	text += strconv.Itoa(a.Status)
	if a.Location != "" {
		text += " " + a.Location
	}
	return text
}

// overTLS asks with TLS and takes any certificate.
func (v view) overTLS(a asked, t client.Target) Command {
	better := v.aimed(a, t, aim{scheme: "https"})
	if better == nil || a.request == nil || a.request.Insecure {
		return better
	}
	return v.with(better).insecure()
}

// redirected judges an answer that leads elsewhere.
func (v view) redirected(a asked, t client.Target, answer Answer) []clue {
	h := hit{evidence: answer.line()}
	to, err := url.Parse(answer.Location)
	host := ""
	if err == nil {
		host = to.Hostname()
	}
	inside := host == "" || client.Target{Host: host}.Loopback()
	follows := a.request == nil || a.request.Follows
	failing := len(failures(v.time)) > 0 && !v.time.Recovered()
	final := v.final(t, answer)
	switch {
	case follows && inside && err == nil && to.Path == strings.SplitN(t.Path, "?", 2)[0] && to.Scheme != "https" && failing:
		h.message = fmt.Sprintf("%s redirects to itself", t.Path)
		return []clue{{"HC051", h}}
	case follows && !inside && failing:
		h.message = fmt.Sprintf("the application redirects the check to %s", answer.Location)
		return []clue{{"HC050", h.patched(v.healthy(a, t))}}
	case !follows && !failing:
		h.message = fmt.Sprintf("%s answers %d, which counts as healthy: where it leads was never asked", t.Path, answer.Status)
		if final != "" {
			h = h.patched(v.aimed(a, t, aim{path: final}))
		}
		return []clue{{"HC049", h}}
	case failing && a.request != nil && (a.request.PrintsCode || a.request.HeadersOut || a.request.Head) && (a.call.PipeLength > 1 || a.call.Substituted):
		h.message = fmt.Sprintf("%s answers %d, and the check compares that with something else", t.Path, answer.Status)
		if h.certainty = cause.Certain; final != "" {
			h = h.patched(v.aimed(a, t, aim{path: final}))
		}
		h.severity = diag.Error
		return []clue{{"HC059", h}}
	}
	return nil
}

// final is the path that a redirection leads to, where that was asked and answered well.
func (v view) final(t client.Target, answer Answer) string {
	to, err := url.Parse(answer.Location)
	if err != nil || to.Host != "" && to.Port() != strconv.Itoa(t.Port) {
		return ""
	}
	for _, other := range v.look.Answers {
		if _, port, path := place(other.URL); port == t.Port && path == to.RequestURI() && other.well() {
			return path
		}
	}
	return ""
}

// healthy asks a path of the same port that answers well, the usual ones of health first; nil where none was seen.
func (v view) healthy(a asked, t client.Target) Command {
	best := ""
	for _, other := range v.look.Answers {
		scheme, port, path := place(other.URL)
		if scheme == t.Scheme && port == t.Port && other.well() && other.Host == "" && path != t.Path && (best == "" || best == "/") {
			best = path
		}
	}
	if best == "" {
		return nil
	}
	return v.aimed(a, t, aim{path: best})
}

// status judges a status of 200 or from 400 on.
func (v view) status(a asked, t client.Target, answer Answer, failing bool) []clue {
	h := hit{evidence: answer.line(), severity: diag.Error}
	switch status := answer.Status; {
	case status < 400:
		return v.head(a, t, answer, failing)
	case !failing:
		if a.request != nil && !a.request.Fail && !a.request.PrintsCode && a.request.Program == "curl" {
			h.message, h.certainty = fmt.Sprintf("the check passes, and the application answers %d: curl without -f takes every answer for a success", status), cause.Certain
			return []clue{{"HC044", h.patched(v.option("curl", "-f"))}}
		}
		return nil
	case v.hostWanted(t) != "":
		host := v.hostWanted(t)
		h.message, h.certainty = fmt.Sprintf("the application answers %d to the host %s, and takes %s", status, t.Host, host), cause.Certain
		return []clue{{"HC047", h.patched(v.withHost(a, host))}}
	case status == 404 || status == 410:
		h.message = fmt.Sprintf("the application has no path %s", t.Path)
		if better := v.healthy(a, t); better != nil {
			h = h.patched(better)
		}
		return []clue{{"HC045", h}}
	case status == 401 || status == 403 || status == 407:
		h.message = fmt.Sprintf("%s needs credentials", t.Path)
		return []clue{{"HC046", h.patched(v.healthy(a, t))}}
	case status == 405 || status == 501:
		h.message = fmt.Sprintf("%s does not answer %s", t.Path, a.method())
		return []clue{{"HC052", h.patched(v.byGET(toldNothing))}}
	case status >= 500 || status == 429:
		h.message = fmt.Sprintf("the application itself answers %d", status)
		if answer.Body != "" {
			first, _, _ := strings.Cut(strings.TrimSpace(answer.Body), "\n")
			h.evidence += " " + strconv.Quote(first)
		}
		return []clue{{"HC048", h}}
	}
	return nil
}

// head is a path that answers GET well while a check that asks with HEAD fails.
func (v view) head(a asked, t client.Target, answer Answer, failing bool) []clue {
	refused := slices.ContainsFunc(failures(v.time), func(p Probe) bool { return strings.Contains(p.Output, "405") || strings.Contains(p.Output, "501") })
	if !failing || a.request == nil || !a.request.Head || answer.Method == "HEAD" || !refused {
		return nil
	}
	h := hit{evidence: answer.line(), certainty: cause.Certain, message: fmt.Sprintf("%s answers GET, and not HEAD", t.Path)}
	return []clue{{"HC052", h.patched(v.byGET(toldNothing))}}
}

// hostWanted is the Host header with which the same URL answers well.
func (v view) hostWanted(t client.Target) string {
	for _, other := range v.look.Answers {
		if _, port, path := place(other.URL); port == t.Port && path == t.Path && other.Host != "" && other.well() {
			return other.Host
		}
	}
	return ""
}

// withHost sends a Host header.
func (v view) withHost(a asked, host string) Command {
	if a.request == nil {
		return nil
	}
	if a.request.Program == "wget" {
		return v.option("wget", "--header=Host: "+host)
	}
	return v.option("curl", "-H", "Host: "+host)
}
