package client

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
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
	case (t.Host == "http" || t.Host == "https") && !strings.Contains(text, "://"), strings.HasPrefix(text, `http:\`), strings.HasPrefix(text, `https:\`):
		scheme, _, _ := strings.Cut(text, ":")
		scheme, _, _ = strings.Cut(scheme, "/")
		t.Bad = "it begins with " + scheme + ", and not with " + scheme + "://"
	case t.mistyped(text):
	case t.Bad != "":
	case strings.ContainsAny(text, " \t\r\n"):
		t.Bad = "there is a space in it"
	case strings.Contains(t.Scheme, unknown):
	case !validScheme(t.Scheme):
		t.Bad = "it begins with " + strconv.Quote(t.Scheme) + ", which is no scheme"
	case t.Host == "" && !t.Partial && t.Scheme != "file":
		t.Bad = "it has no host"
	}
	return t
}

// Authorities that are mistyped in a way that says what is meant: a scheme twice, a dot or a second colon before the port, ::1 without
// brackets.
var (
	twoSchemes = lazyregexp.New(`^https?://(https?://.*)$`)
	dottedPort = lazyregexp.New(`^((?:https?://)?(?:localhost|\d+\.\d+\.\d+\.\d+))\.(\d{2,5})(/.*)?$`)
	twoPorts   = lazyregexp.New(`^((?:https?://)?[\w.-]+:(\d+)):(\d+)(/.*)?$`)
	spacedPort = lazyregexp.New(`^(https?://[\w.-]+:) +(\d{2,5}(?:/\S*)?)$`)
	twoColons  = lazyregexp.New(`^((?:https?://)?[\w.-]+)::+(\d+)(/.*)?$`)
	bareIPv6   = lazyregexp.New(`^(https?://)(::1)(:\d+)?(/.*)?$`)
)

// mistyped tells such a URL, with the one that is meant.
func (t *Target) mistyped(text string) bool {
	if m := twoSchemes().FindStringSubmatch(text); m != nil {
		t.Bad, t.Better = "the scheme stands twice", m[1]
	} else if m := dottedPort().FindStringSubmatch(text); m != nil {
		t.Bad, t.Better = "a dot stands before the port, where a colon belongs", m[1]+":"+m[2]+m[3]
	} else if m := twoPorts().FindStringSubmatch(text); m != nil && m[2] == m[3] {
		t.Bad, t.Better = "the port stands twice", m[1]+m[4]
	} else if m := spacedPort().FindStringSubmatch(text); m != nil {
		t.Bad, t.Better = "there is a space in it", m[1]+m[2]
	} else if m := twoColons().FindStringSubmatch(text); m != nil {
		t.Bad, t.Better = "two colons stand before the port", m[1]+":"+m[2]+m[3]
	} else if m := bareIPv6().FindStringSubmatch(text); m != nil {
		t.Bad, t.Better = "an IPv6 address needs brackets", m[1]+"["+m[2]+"]"+m[3]+m[4]
	} else if before := strings.TrimRight(text, `\`); before != text && before != "" {
		t.Bad, t.Better = "a backslash ends it", before
	} else if strings.HasPrefix(text, "//") && len(text) > 2 {
		t.Bad, t.Better = "it has no scheme before //", "http:"+text
	}
	return t.Better != ""
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
