package curl

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"os"
	"strings"
	"time"
)

// connectLimit is libcurl's own limit for a connection to come about.
const connectLimit = 300 * time.Second

// connect opens the connection to the target, or to its proxy, with TLS where the scheme asks for it.
// viaProxy says that the request line must hold the whole URL.
func (t *transfer) connect(ctx context.Context, to target) (conn net.Conn, viaProxy bool, err error) {
	began := time.Now()
	limit := t.options.connectTimeout
	if limit == 0 {
		limit = connectLimit
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()

	network, host, port := t.options.network, to.host, to.port
	proxy, err := t.proxyFor(to)
	if err != nil {
		return nil, false, err
	}
	if proxy != nil {
		host, port, viaProxy = proxy.host, proxy.port, true
	}
	address := net.JoinHostPort(host, port)
	if t.options.unixSocket != "" {
		network, address, viaProxy = "unix", t.options.unixSocket, false
	}
	t.log("*   Trying %s...", address)
	conn, err = new(net.Dialer).DialContext(ctx, network, address)
	if err != nil {
		return nil, false, dialFailure(err, host, port, viaProxy, began)
	}
	t.log("* Connected to %s (%s) port %s (#0)", host, remoteHost(conn), port)
	t.connected, t.remote = time.Now(), conn.RemoteAddr()
	if to.scheme != "https" {
		return conn, viaProxy, nil
	}
	secured, err := t.secure(ctx, conn, to)
	if err != nil {
		conn.Close()
		return nil, false, err
	}
	return secured, false, nil
}

func remoteHost(conn net.Conn) string {
	host, _, err := net.SplitHostPort(conn.RemoteAddr().String())
	if err != nil {
		return conn.RemoteAddr().String()
	}
	return host
}

func (t *transfer) secure(ctx context.Context, conn net.Conn, to target) (net.Conn, error) {
	config := &tls.Config{ServerName: to.host, InsecureSkipVerify: t.options.insecure, NextProtos: []string{"http/1.1"}}
	if file := t.options.caFile; file != "" {
		pem, err := os.ReadFile(file)
		config.RootCAs = x509.NewCertPool()
		if err != nil || !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, failed(codeCAFile, "error setting certificate file: %s", file)
		}
	}
	secured := tls.Client(conn, config)
	if err := secured.HandshakeContext(ctx); err != nil {
		if ctx.Err() != nil {
			err = os.ErrDeadlineExceeded
		}
		whole := t.options.maxTime > 0 && time.Since(t.started) >= t.options.maxTime
		return nil, handshakeFailure(err, to.host, to.port, whole, t.started)
	}
	t.secured = time.Now()
	return secured, nil
}

// proxyFor is the proxy of a request by curl(1): http_proxy in lower case only, and no exception for loopback addresses.
// Only plain requests go through one.
func (t *transfer) proxyFor(to target) (*target, error) {
	if to.scheme != "http" || t.options.unixSocket != "" {
		return nil, nil
	}
	proxy, except := t.options.proxy, t.options.noProxy
	for _, name := range []string{"http_proxy", "all_proxy", "ALL_PROXY"} {
		if proxy == "" {
			proxy = t.env(name)
		}
	}
	for _, name := range []string{"no_proxy", "NO_PROXY"} {
		if !t.options.noProxyGiven && except == "" {
			except = t.env(name)
		}
	}
	if proxy == "" || excepted(to.host, except) {
		return nil, nil
	}
	address, err := parseTarget(proxy)
	if err != nil {
		return nil, err
	}
	if !strings.Contains(address.hostport, ":") {
		address.port = "1080" // libcurl's default
	}
	return &address, nil
}

// excepted says whether a list such as "localhost,.example.com,*" names host.
func excepted(host, list string) bool {
	for _, name := range strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' }) {
		bare := strings.TrimPrefix(name, ".")
		if name == "*" || strings.EqualFold(host, bare) || strings.HasSuffix(strings.ToLower(host), "."+strings.ToLower(bare)) {
			return true
		}
	}
	return false
}
