package client

import "sync"

// curlGrammar is curl's options, those of 7.88 and the newer ones of 8 (curl(1)).
var curlGrammar = sync.OnceValue(func() grammar {
	return grammar{
		shortFlags: "aqfGgI0ik46jlLMnN:Z#pJORSsBvV321", shortValued: "EKCbcdDFPHhmoUQreXYytzTuAwx", prefixes: true, apart: true,
		longFlags: set(`anyauth append basic ca-native cert-status compressed compressed-ssh create-dirs crlf digest disable disable-eprt
			disable-epsv disallow-username-in-url doh-cert-status doh-insecure fail fail-early fail-with-body false-start form-escape
			ftp-create-dirs ftp-pasv ftp-pret ftp-skip-pasv-ip ftp-ssl-ccc ftp-ssl-control get globoff haproxy-protocol head http0.9
			http1.0 http1.1 http2 http2-prior-knowledge http3 http3-only ignore-content-length include insecure ipv4 ipv6
			junk-session-cookies list-only location location-trusted mail-rcpt-allowfails manual metalink negotiate netrc
			netrc-optional next no-alpn no-buffer no-clobber no-keepalive no-npn no-progress-meter no-sessionid ntlm ntlm-wb parallel
			parallel-immediate path-as-is post301 post302 post303 progress-bar progress-meter proxy-anyauth proxy-basic
			proxy-ca-native proxy-digest proxy-http2 proxy-insecure proxy-negotiate proxy-ntlm proxy-ssl-allow-beast
			proxy-ssl-auto-client-cert proxy-tlsv1 proxytunnel raw remote-header-name remote-name remote-name-all remote-time
			remove-on-error retry-all-errors retry-connrefused sasl-ir show-error show-headers silent skip-existing socks5-basic
			socks5-gssapi socks5-gssapi-nec ssl ssl-allow-beast ssl-auto-client-cert ssl-no-revoke ssl-reqd ssl-revoke-best-effort
			sslv2 sslv3 styled-output suppress-connect-headers tcp-fastopen tcp-nodelay tftp-no-options tls-earlydata tlsv1 tlsv1.0
			tlsv1.1 tlsv1.2 tlsv1.3 tr-encoding trace-ids trace-time use-ascii verbose version xattr alpn buffer keepalive
			sessionid mptcp parallel-max-host out-null ech`),
		longValued: set(`abstract-unix-socket alt-svc aws-sigv4 cacert capath cert cert-type ciphers config connect-timeout connect-to
			continue-at cookie cookie-jar create-file-mode crlfile curves data data-ascii data-binary data-raw data-urlencode
			delegation dns-interface dns-ipv4-addr dns-ipv6-addr dns-servers doh-url dump-header egd-file engine etag-compare
			etag-save expand expect100-timeout form form-string ftp-account ftp-alternative-to-user ftp-method ftp-port
			ftp-ssl-ccc-mode happy-eyeballs-timeout-ms haproxy-clientip header help hostpubmd5 hostpubsha256 hsts interface ip-tos
			ipfs-gateway json keepalive-cnt keepalive-time key key-type krb libcurl limit-rate local-port login-options mail-auth
			mail-from mail-rcpt max-filesize max-redirs max-time netrc-file noproxy oauth2-bearer output output-dir parallel-max
			pass pinnedpubkey preproxy proto proto-default proto-redir proxy proxy-cacert proxy-capath proxy-cert proxy-cert-type
			proxy-ciphers proxy-crlfile proxy-header proxy-key proxy-key-type proxy-pass proxy-pinnedpubkey proxy-service-name
			proxy-tls13-ciphers proxy-tlsauthtype proxy-tlspassword proxy-tlsuser proxy-user proxy1.0 pubkey quote random-file range
			rate referer request request-target resolve retry retry-delay retry-max-time sasl-authzid service-name sigalgs socks4
			socks4a socks5 socks5-gssapi-service socks5-hostname speed-limit speed-time stderr telnet-option tftp-blksize time-cond
			tls-max tls13-ciphers tlsauthtype tlspassword tlsuser trace trace-ascii trace-config unix-socket upload-file
			upload-flags url url-query user user-agent variable vlan-priority write-out`),
	}
})

// curl reads a curl command line.
func curl(argv []string) *Request {
	p := curlGrammar().split(argv)
	r := &Request{
		Program: "curl", Method: "GET",
		Fail:        p.has("f", "fail", "fail-with-body"),
		PrintsCode:  p.has("w", "write-out"),
		Follows:     p.has("L", "location", "location-trusted"),
		Insecure:    p.has("k", "insecure"),
		Quiet:       p.has("s", "silent") && !p.has("S", "show-error"),
		HeadersOut:  p.has("i", "include", "v", "verbose", "show-headers") || p.value("D", "dump-header") == "-",
		Limit:       p.value("m", "max-time"),
		Output:      p.value("o", "output"),
		UnixSocket:  p.value("unix-socket", "abstract-unix-socket"),
		DirectRoute: p.has("noproxy", "unix-socket", "abstract-unix-socket", "connect-to", "resolve"),
		Proxy:       p.value("x", "proxy", "preproxy", "socks5", "socks5-hostname", "socks4", "socks4a"),
		Retries:     p.has("retry"),
		SavesNamed:  p.has("O", "remote-name", "remote-name-all"),
		options:     p,
	}
	switch {
	case p.has("X", "request"):
		r.Method = p.value("X", "request")
	case p.has("I", "head"):
		r.Method = "HEAD"
	case p.has("T", "upload-file"):
		r.Method = "PUT"
	case p.has("G", "get"):
	case p.has("d", "data", "data-ascii", "data-binary", "data-raw", "data-urlencode", "F", "form", "form-string", "json"):
		r.Method = "POST"
	}
	r.Head = p.has("I", "head")
	r.Headers = headers(p, "H", "header")
	for _, o := range p.options {
		if o.Name == "url" {
			r.targets(o.Value, o.Index)
		}
	}
	r.operands(p)
	return r
}

// headers are the values of the header options.
func headers(p parsed, names ...string) []string {
	var out []string
	for _, o := range p.options {
		for _, name := range names {
			if o.Name == name {
				out = append(out, o.Value)
			}
		}
	}
	return out
}
