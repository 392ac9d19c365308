package curl

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
	"time"
)

// curl's exit codes, libcurl-errors(3).
const (
	codeProtocol  = 1
	codeURL       = 3
	codeProxyName = 5
	codeName      = 6
	codeConnect   = 7
	codePartial   = 18
	codeStatus    = 22
	codeWrite     = 23
	codeTimeout   = 28
	codeTLS       = 35
	codeRedirects = 47
	codeEmpty     = 52
	codeSend      = 55
	codeReceive   = 56
	codeCert      = 60
	codeCAFile    = 77
)

// failure is an exit code and the text that curl prints after "curl: (code) ".
type failure struct {
	code int
	text string
}

func (f *failure) Error() string { return f.text }

func failed(code int, format string, args ...any) *failure {
	return &failure{code, fmt.Sprintf(format, args...)}
}

var errURL = failed(codeURL, "URL using bad/illegal format or missing URL")

func isTimeout(err error) bool { return errors.Is(err, os.ErrDeadlineExceeded) || timeouts(err) }

func timeouts(err error) bool {
	var n net.Error
	return errors.As(err, &n) && n.Timeout()
}

// dialFailure tells why there is no connection to host. proxy says that host is a proxy's.
func dialFailure(err error, host, port string, proxy bool, began time.Time) *failure {
	took := time.Since(began).Milliseconds()
	var name *net.DNSError
	if errors.As(err, &name) {
		if name.IsTimeout {
			return failed(codeTimeout, "Resolving timed out after %d milliseconds", took)
		}
		if proxy {
			return failed(codeProxyName, "Could not resolve proxy: %s", host)
		}
		return failed(codeName, "Could not resolve host: %s", host)
	}
	if isTimeout(err) {
		return failed(codeTimeout, "Connection timed out after %d milliseconds", took)
	}
	return failed(codeConnect, "Failed to connect to %s port %s after %d ms: Couldn't connect to server", host, port, took)
}

// moreAboutCertificates follows the text of an untrusted certificate.
const moreAboutCertificates = `
More details here: https://curl.se/docs/sslcerts.html

curl failed to verify the legitimacy of the server and therefore could not
establish a secure connection to it. To learn more about this situation and
how to fix it, please visit the web page mentioned above.`

// handshakeFailure tells why TLS did not come about. whole says that the limit was --max-time.
func handshakeFailure(err error, host, port string, whole bool, began time.Time) *failure {
	var (
		record    tls.RecordHeaderError
		wrongName x509.HostnameError
		unknown   x509.UnknownAuthorityError
		invalid   x509.CertificateInvalidError
	)
	switch {
	case isTimeout(err) && whole:
		return failed(codeTimeout, "Connection timed out after %d milliseconds", time.Since(began).Milliseconds())
	case isTimeout(err):
		return failed(codeTimeout, "SSL connection timeout")
	case errors.As(err, &record):
		return failed(codeTLS, "OpenSSL/3.0: error:0A00010B:SSL routines::wrong version number")
	case errors.As(err, &wrongName):
		return failed(codeCert, "SSL: no alternative certificate subject name matches target host name '%s'", host)
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return failed(codeCert, "SSL certificate problem: certificate has expired%s", moreAboutCertificates)
	case errors.As(err, &unknown) && unknown.Cert != nil && unknown.Cert.CheckSignatureFrom(unknown.Cert) == nil,
		errors.As(err, &unknown) && unknown.Cert != nil && string(unknown.Cert.RawIssuer) == string(unknown.Cert.RawSubject):
		return failed(codeCert, "SSL certificate problem: self-signed certificate%s", moreAboutCertificates)
	case errors.As(err, &unknown), errors.As(err, &invalid):
		return failed(codeCert, "SSL certificate problem: unable to get local issuer certificate%s", moreAboutCertificates)
	case errors.Is(err, io.EOF), errors.Is(err, syscall.ECONNRESET):
		return failed(codeTLS, "OpenSSL SSL_connect: Connection reset by peer in connection to %s:%s ", host, port)
	}
	return failed(codeTLS, "OpenSSL/3.0: %v", err)
}

// receiveFailure tells why the answer ended early: after how many bytes of how many (-1: not told).
func receiveFailure(err error, got, want int64, began time.Time) *failure {
	switch {
	case isTimeout(err) && want > 0:
		return failed(codeTimeout, "Operation timed out after %d milliseconds with %d out of %d bytes received", time.Since(began).Milliseconds(), got, want)
	case isTimeout(err):
		return failed(codeTimeout, "Operation timed out after %d milliseconds with %d bytes received", time.Since(began).Milliseconds(), got)
	case errors.Is(err, syscall.ECONNRESET):
		return failed(codeReceive, "Recv failure: Connection reset by peer")
	case errors.Is(err, io.ErrUnexpectedEOF) && want >= 0:
		return failed(codePartial, "transfer closed with %d bytes remaining to read", want-got)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return failed(codePartial, "transfer closed with outstanding read data remaining")
	}
	return failed(codeReceive, "Recv failure: %v", err)
}
