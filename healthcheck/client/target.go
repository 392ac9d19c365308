package client

import (
	"net/url"
	"strconv"
	"strings"
)

// unknown stands for a part of a word that only the running shell knows (package shell, Unknown).
const unknown = "\x00"

// Target is a place that a check asks.
type Target struct {
	// Text is the word as the program gets it.
	Text string
	// Scheme is http, https, tcp, or the protocol of a client such as postgres or redis.
	Scheme string
	// Host is without brackets; Path includes the query.
	Host, Path string
	// Port is 0 where it cannot be known. Implied says that it was not written.
	Port    int
	Implied bool
	// Bad says why the text is no URL or address, empty where it is one; Better is what it should be, where that is plain.
	Bad, Better string
	// BusyboxReads says that BusyBox reads what others call bad.
	BusyboxReads bool
	// Partial says that a part of it is not known.
	Partial bool
	// Program is the one that asks; Index is the place of the word in its argument vector.
	Program string
	Index   int
}

// Loopback says whether the host is the container itself.
func (t Target) Loopback() bool {
	host := strings.ToLower(strings.TrimSuffix(t.Host, "."))
	return host == "" || host == "localhost" || strings.HasSuffix(host, ".localhost") || strings.HasPrefix(host, "127.") || host == "::1" ||
		host == "0.0.0.0" || host == "::" || host == "0" || host == "ip6-localhost" || host == "ip6-loopback" || host == "localhost.localdomain"
}

// ParseURL reads a URL the way curl and wget do: without a scheme it is http.
func ParseURL(text string) Target {
	t := Target{Text: text, Scheme: "http", Path: "/"}
	rest := text
	if scheme, after, ok := strings.Cut(text, "://"); ok {
		t.Scheme, rest = strings.ToLower(scheme), after
	}
	end := strings.IndexAny(rest, "/?#")
	authority := rest
	if end >= 0 {
		authority, t.Path = rest[:end], rest[end:]
		if t.Path[0] != '/' {
			t.Path = "/" + t.Path
		}
		t.Path, _, _ = strings.Cut(t.Path, "#")
	}
	if at := strings.LastIndexByte(authority, '@'); at >= 0 {
		authority = authority[at+1:]
	}
	t.Partial = strings.Contains(rest, unknown) || strings.Contains(t.Scheme, unknown)
	t.authority(authority)
	switch {
	case (t.Host == "http" || t.Host == "https") && !strings.Contains(text, "://"), strings.Contains(text, `:\`):
		scheme, _, _ := strings.Cut(text, ":")
		scheme, _, _ = strings.Cut(scheme, "/")
		t.Bad = "it begins with " + scheme + ", and not with " + scheme + "://"
	case t.Bad != "":
	case strings.TrimSpace(text) != text || strings.ContainsAny(text, " \t\r\n"):
		t.Bad = "there is a space in it"
	case strings.Contains(t.Scheme, unknown):
	case !validScheme(t.Scheme):
		t.Bad = "it begins with " + strconv.Quote(t.Scheme) + ", which is no scheme"
	case t.Host == "" && !t.Partial && t.Scheme != "file":
		t.Bad = "it has no host"
	}
	return t
}

// schemes that curl or wget know.
var schemes = set("http https ftp ftps file tcp ws wss gopher ldap ldaps telnet smtp smtps redis mqtt dict imap imaps pop3 pop3s scp sftp rtsp")

func validScheme(scheme string) bool { return schemes[scheme] }

// authority reads host and port.
func (t *Target) authority(text string) {
	host, port := text, ""
	switch {
	case strings.HasPrefix(text, "["):
		end := strings.IndexByte(text, ']')
		if end < 0 {
			t.Bad = "the bracket of the address is not closed"
			return
		}
		host = text[1:end]
		port = text[end+1:]
		if port != "" && port[0] != ':' {
			t.Bad = "something follows the bracket of the address"
			return
		}
	case strings.Count(text, ":") > 1 && !strings.Contains(text, unknown):
		t.Bad = "an IPv6 address needs brackets, and a host has one port"
		return
	default:
		if at := strings.IndexByte(text, ':'); at >= 0 {
			host, port = text[:at], text[at:]
		}
	}
	if decoded, err := url.PathUnescape(host); err == nil {
		host = decoded
	}
	t.Host = host
	t.port(strings.TrimPrefix(port, ":"))
}

func (t *Target) port(text string) {
	if text == "" {
		t.Implied = true
		t.Port = map[string]int{"http": 80, "ws": 80, "https": 443, "wss": 443, "ftp": 21}[t.Scheme]
		return
	}
	if strings.Contains(text, unknown) {
		return
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > 65535 || text[0] == '+' || text[0] == '-' {
		t.Bad = "the port " + strconv.Quote(text) + " is no number from 1 to 65535"
		return
	}
	t.Port = n
}
