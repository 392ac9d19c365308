package client

import (
	"slices"
	"strings"
	"sync"
)

// wgetGrammar is GNU wget's options (1.21); BusyBox has a part of them.
var wgetGrammar = sync.OnceValue(func() grammar {
	return grammar{
		shortFlags: "VhbdqvFcNS46xErkKmpHL", shortValued: "eoaiBtOTwQPUlARDIXY", prefixes: true,
		pairs: []string{"nv", "nc", "nd", "nH", "np"},
		longFlags: set(`version help background debug quiet verbose no-verbose force-html no-config retry-connrefused no-clobber no-netrc
			continue show-progress timestamping no-if-modified-since no-use-server-timestamps server-response spider random-wait no-proxy
			no-dns-cache ignore-case inet4-only inet6-only ask-password no-iri unlink xattr no-directories force-directories
			no-host-directories protocol-directories no-cache adjust-extension ignore-length save-headers no-http-keep-alive no-cookies
			keep-session-cookies content-disposition content-on-error auth-no-challenge https-only no-check-certificate no-hsts
			no-remove-listing no-glob no-passive-ftp passive-ftp preserve-permissions retr-symlinks recursive delete-after convert-links
			backup-converted mirror page-requisites strict-comments follow-ftp span-hosts relative trust-server-names no-parent retry-on-host-error`),
		longValued: set(`execute output-file append-output report-speed input-file base config rejected-log tries retry-on-http-error
			output-document start-pos progress timeout dns-timeout connect-timeout read-timeout wait waitretry quota bind-address
			limit-rate restrict-file-names prefer-family user password use-askpass local-encoding remote-encoding directory-prefix
			cut-dirs http-user http-password http-passwd default-page header compression proxy proxy-user proxy-password referer user-agent
			load-cookies save-cookies post-data post-file method body-data body-file secure-protocol certificate certificate-type
			private-key private-key-type ca-certificate ca-directory crl-file pinnedpubkey ciphers max-redirect hsts-file level
			backups accept reject accept-regex reject-regex regex-type domains exclude-domains follow-tags ignore-tags
			include-directories exclude-directories ftp-user ftp-password`),
	}
})

// wget reads a wget command line, GNU's or BusyBox's.
func wget(argv []string) *Request {
	p := wgetGrammar().split(argv)
	r := &Request{
		Program: "wget", Method: "GET", Fail: true, Follows: true,
		Insecure:    p.has("no-check-certificate"),
		Head:        p.has("spider"),
		Quiet:       p.has("q", "quiet"),
		Limit:       p.value("T", "timeout"),
		Output:      p.value("O", "output-document"),
		DirectRoute: p.has("no-proxy") || p.value("Y", "proxy") == "off",
		HeadersOut:  p.has("S", "server-response"),
		options:     p,
	}
	for _, o := range p.options {
		if o.Name == "e" || o.Name == "execute" {
			r.DirectRoute = r.DirectRoute || strings.Contains(strings.ReplaceAll(o.Value, " ", ""), "use_proxy=no")
		}
	}
	switch {
	case p.has("method"):
		r.Method = strings.ToUpper(p.value("method"))
	case p.has("post-data", "post-file"):
		r.Method = "POST"
	case r.Head:
		r.Method = "HEAD"
	}
	r.SavesNamed = !p.has("O", "output-document", "spider", "delete-after")
	r.Headers = headers(p, "header")
	r.operands(p)
	return r
}

// busyboxKnows are the options of BusyBox wget; those in busyboxMay depend on how it was built (networking/wget.c of 1.35
// and 1.37: FEATURE_WGET_LONG_OPTIONS, FEATURE_WGET_TIMEOUT, DESKTOP).
var (
	busyboxKnows = set("c q O P U Y S o spider header post-data post-file no-check-certificate continue quiet output-document directory-prefix user-agent proxy server-response output-file")
	busyboxMay   = set("T t timeout tries nv nc nH np no-verbose no-clobber no-host-directories no-parent passive-ftp")
)

// BusyboxRefuses are the options that no BusyBox wget knows, BusyboxMayRefuse those that some builds do not.
func (r *Request) BusyboxRefuses() []string { return r.besides(busyboxKnows, busyboxMay) }

// BusyboxMayRefuse are options that BusyBox wget knows only in some builds.
func (r *Request) BusyboxMayRefuse() []string {
	return slices.DeleteFunc(r.besides(busyboxKnows), func(word string) bool { return slices.Contains(r.BusyboxRefuses(), word) })
}

// NoWgetKnows are the words with options that neither GNU's nor BusyBox's wget knows; -s was --spider in old ones of BusyBox.
func (r *Request) NoWgetKnows() []string {
	var out []string
	for _, o := range r.options.unknown {
		if !busyboxKnows[o.Name] && !busyboxMay[o.Name] && o.Name != "s" && !slices.Contains(out, o.Word) {
			out = append(out, o.Word)
		}
	}
	return out
}

func (r *Request) besides(known ...map[string]bool) []string {
	var out []string
	for _, o := range r.options.options {
		if !slices.Contains(out, o.Word) && !slices.ContainsFunc(known, func(k map[string]bool) bool { return k[o.Name] }) {
			out = append(out, o.Word)
		}
	}
	return out
}
