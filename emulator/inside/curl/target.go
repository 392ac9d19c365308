package curl

import (
	"net"
	"strconv"
	"strings"
)

// target is a URL taken apart. It is more lenient than net/url, as curl is: a host name may be any word.
type target struct {
	scheme     string // http or https
	user       string // user:password
	host, port string // host without brackets
	hostport   string // as it was written, for the Host header
	path       string // with the query, without the fragment
}

func (t target) String() string { return t.scheme + "://" + t.hostport + t.path }

// parseTarget takes a URL apart as curl does; without a scheme it is http.
func parseTarget(url string) (target, error) {
	if strings.ContainsFunc(url, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
		return target{}, errURL
	}
	t := target{scheme: "http"}
	rest := url
	if scheme, after, ok := strings.Cut(url, "://"); ok {
		t.scheme, rest = strings.ToLower(scheme), after
	}
	if t.scheme != "http" && t.scheme != "https" {
		return target{}, failed(codeProtocol, "Protocol \"%s\" not supported or disabled in libcurl", t.scheme)
	}
	authority, path := rest, ""
	if at := strings.IndexAny(rest, "/?#"); at >= 0 {
		authority, path = rest[:at], rest[at:]
	}
	path, _, _ = strings.Cut(path, "#")
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	t.path = path
	if at := strings.LastIndex(authority, "@"); at >= 0 {
		t.user, authority = authority[:at], authority[at+1:]
	}
	t.hostport = authority
	return t, t.splitPort(authority)
}

func (t *target) splitPort(authority string) error {
	t.host, t.port = authority, map[string]string{"http": "80", "https": "443"}[t.scheme]
	bracket := strings.LastIndex(authority, "]")
	if colon := strings.LastIndex(authority, ":"); colon > bracket {
		t.host = authority[:colon]
		if port := authority[colon+1:]; port != "" {
			if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 && port != "0" {
				return errURL
			}
			t.port = port
		}
	}
	if strings.HasPrefix(t.host, "[") {
		if t.host = strings.Trim(t.host, "[]"); net.ParseIP(strings.SplitN(t.host, "%", 2)[0]) == nil {
			return errURL
		}
	}
	if t.host == "" {
		return errURL
	}
	return nil
}

// resolve is the target of a Location header found at t.
func (t target) resolve(location string) (target, error) {
	switch {
	case strings.Contains(location, "://"):
		return parseTarget(location)
	case strings.HasPrefix(location, "//"):
		return parseTarget(t.scheme + ":" + location)
	}
	next := t
	location, _, _ = strings.Cut(location, "#")
	path, _, _ := strings.Cut(t.path, "?")
	switch {
	case strings.HasPrefix(location, "/"):
		next.path = location
	case strings.HasPrefix(location, "?"):
		next.path = path + location
	default:
		next.path = path[:strings.LastIndex(path, "/")+1] + location
	}
	next.path = strings.NewReplacer(" ", "%20").Replace(next.path)
	return next, nil
}
