package curl

import (
	"bytes"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

type result struct {
	Code           int
	Stdout, Stderr string
}

// cases hold what curl 7.88.1 does; durations, ports and OpenSSL's version are N.
var cases = []struct {
	args string // separated by spaces, a tilde stands for a space inside one
	want result
}{
	{"-sS http://{http}/ok", result{0, "body of /ok\n", ""}},
	{"-sSf http://{http}/status/500", result{22, "", "curl: (22) The requested URL returned error: 500\n"}},
	{"-sf http://{http}/status/404", result{22, "", ""}},
	{"-sS http://{http}/status/503", result{0, "status 503\n", ""}},
	{"-sSf http://{http}/to/1", result{0, "<a href=\"/to/0\">Found</a>.\n\n", ""}},
	{"-sS --fail-with-body http://{http}/status/404", result{22, "status 404\n", "curl: (22) The requested URL returned error: 404\n"}},
	{"-sSL http://{http}/to/3", result{0, "body of /to/0\n", ""}},
	{"-sSLo /dev/null -w %{http_code}~%{num_redirects}\\n http://{http}/to/2", result{0, "200 2\n", ""}},
	{"-sSo /dev/null -w %{redirect_url} http://{http}/to/1", result{0, "http://127.0.0.1:N/to/0", ""}},
	{"-sSL --max-redirs 2 http://{http}/to/3", result{47, "", "curl: (47) Maximum (2) redirects followed\n"}},
	{"-sSL http://{http}/to/60", result{47, "", "curl: (47) Maximum (50) redirects followed\n"}},
	{"-sSo /dev/null -w %{http_code} http://{http}/status/500", result{0, "500", ""}},
	{"-sSo {dir} http://{http}/ok", result{23, "", "curl: (23) Failure writing output to destination\n"}},
	{"-so /nonexistent/file http://{http}/ok", result{23, "", ""}},
	{"-sSI http://{odd}/", result{0, "HTTP/1.1 200 OK\r\nX-Odd-CASE: v\r\nContent-Length: 3\r\n\r\n", ""}},
	{"-sSi http://{odd}/", result{0, "HTTP/1.1 200 OK\r\nX-Odd-CASE: v\r\nContent-Length: 3\r\n\r\nabc", ""}},
	{"-sS http://{continue}/", result{0, "abc", ""}},

	{"-sS http://{closed}/", result{7, "", "curl: (7) Failed to connect to 127.0.0.1 port N after N ms: Couldn't connect to server\n"}},
	{"-s http://{closed}/", result{7, "", ""}},
	{"-fsSL -m2 {closed}", result{7, "", "curl: (7) Failed to connect to 127.0.0.1 port N after N ms: Couldn't connect to server\n"}},
	{"-sS http://nosuch.invalid/", result{6, "", "curl: (6) Could not resolve host: nosuch.invalid\n"}},
	{"-sS http://||", result{6, "", "curl: (6) Could not resolve host: ||\n"}},
	{"-sS http://{empty}/", result{52, "", "curl: (52) Empty reply from server\n"}},
	{"-sS http://{reset}/", result{56, "", "curl: (56) Recv failure: Connection reset by peer\n"}},
	{"-sS -m 1 http://{hang}/", result{28, "", "curl: (28) Operation timed out after N milliseconds with 0 bytes received\n"}},
	{"-sS -m0.5 http://{stall}/", result{28, "abc", "curl: (28) Operation timed out after N milliseconds with 3 out of 100 bytes received\n"}},
	{"-sS http://{cut}/", result{18, "abc", "curl: (18) transfer closed with 97 bytes remaining to read\n"}},
	{"-sS http://{cutchunk}/", result{18, "abc", "curl: (18) transfer closed with outstanding read data remaining\n"}},
	{"-sS http://{old}/", result{1, "", "curl: (1) Received HTTP/0.9 when not allowed\n"}},

	{"-sS https://{https}/ok", result{60, "", "curl: (60) SSL certificate problem: self-signed certificate" + moreAboutCertificates + "\n"}},
	{"-sSk https://{https}/ok", result{0, "body of /ok\n", ""}},
	{"-sS https://{http}/ok", result{35, "", "curl: (35) OpenSSL/N: error:0A00010B:SSL routines::wrong version number\n"}},
	{"-sSf http://{https}/ok", result{22, "", "curl: (22) The requested URL returned error: 400\n"}},
	{"-sS -m 1 https://{hang}/", result{28, "", "curl: (28) Connection timed out after N milliseconds\n"}},
	{"-sS --connect-timeout 1 https://{hang}/", result{28, "", "curl: (28) SSL connection timeout\n"}},
	{"-sS --cacert /nonexistent https://{https}/", result{77, "", "curl: (77) error setting certificate file: /nonexistent\n"}},

	{"-sS http://", result{3, "", "curl: (3) URL using bad/illegal format or missing URL\n"}},
	{"-sS http://bad~host/", result{3, "", "curl: (3) URL using bad/illegal format or missing URL\n"}},
	{"-sS http://{http}/a~b", result{3, "", "curl: (3) URL using bad/illegal format or missing URL\n"}},
	{"-sS http://127.0.0.1:99999/", result{3, "", "curl: (3) URL using bad/illegal format or missing URL\n"}},
	{"-sS http://127.0.0.1:$PORT/", result{3, "", "curl: (3) URL using bad/illegal format or missing URL\n"}},
	{"-sS foo://x/", result{1, "", "curl: (1) Protocol \"foo\" not supported or disabled in libcurl\n"}},

	{"-sS http://{http}/a http://{closed}/b", result{7, "body of /a\n", "curl: (7) Failed to connect to 127.0.0.1 port N after N ms: Couldn't connect to server\n"}},
	{"-sSf http://{http}/status/404 http://{http}/b", result{0, "body of /b\n", "curl: (22) The requested URL returned error: 404\n"}},
	{"-sSf --no-fail http://{http}/status/404", result{0, "status 404\n", ""}},
	{"-sS --retry 1 --retry-delay 1 --retry-connrefused http://{closed}/", result{7, "",
		"curl: (7) Failed to connect to 127.0.0.1 port N after N ms: Couldn't connect to server\n" +
			"curl: (7) Failed to connect to 127.0.0.1 port N after N ms: Couldn't connect to server\n"}},

	{"-sS http://{http}/echo", result{0, "GET /echo host=127.0.0.1\nAccept: */*\nUser-Agent: curl/7.88.1\n", ""}},
	{"-sS -A me -H X-Test:~yes -H Host:~example.org -H Accept: http://{http}/echo", result{0, "GET /echo host=example.org\nX-Test: yes\nUser-Agent: me\n", ""}},
	{"-sS -d a=b -d c http://{http}/echo", result{0, "POST /echo host=127.0.0.1\nAccept: */*\nContent-Type: application/x-www-form-urlencoded\nContent-Length: 5\nUser-Agent: curl/7.88.1\na=b&c", ""}},
	{"-sS -G -d a=b http://{http}/echo", result{0, "GET /echo?a=b host=127.0.0.1\nAccept: */*\nUser-Agent: curl/7.88.1\n", ""}},
	{"-sS -XPUT -H Content-Type:~text/plain --data-raw @x http://{http}/echo", result{0, "PUT /echo host=127.0.0.1\nAccept: */*\nContent-Type: text/plain\nContent-Length: 2\nUser-Agent: curl/7.88.1\n@x", ""}},
	{"-sSL -d a=b http://{http}/again", result{0, "POST /echo host=127.0.0.1\nAccept: */*\nContent-Type: application/x-www-form-urlencoded\nContent-Length: 3\nUser-Agent: curl/7.88.1\na=b", ""}},
	{"-sS -u me:word http://{http}/echo", result{0, "GET /echo host=127.0.0.1\nAccept: */*\nAuthorization: Basic bWU6d29yZA==\nUser-Agent: curl/7.88.1\n", ""}},
	{"-sS -x {http} --noproxy x http://elsewhere.invalid/echo", result{0, "GET http://elsewhere.invalid/echo host=elsewhere.invalid\nAccept: */*\nUser-Agent: curl/7.88.1\n", ""}},
	{"-sS -x http://proxy.invalid:3128 http://{http}/ok", result{5, "", "curl: (5) Could not resolve proxy: proxy.invalid\n"}},
	{"-sS -x http://proxy.invalid:3128 --noproxy * http://{http}/ok", result{0, "body of /ok\n", ""}},
	{"-sS --unix-socket /nonexistent http://localhost/", result{7, "", "curl: (7) Failed to connect to localhost port 80 after N ms: Couldn't connect to server\n"}},

	{"-w %{http_code}~%{exitcode}~%{errormsg}~100%% -s http://{closed}", result{7, "000 7 Failed to connect to 127.0.0.1 port N after N ms: Couldn't connect to server 100%", ""}},
	{"-sw %{bogus} http://{http}/ok", result{0, "body of /ok\n", "curl: unknown --write-out variable: 'bogus'\n"}},

	{"", result{2, "", tryHelp}},
	{"-Ssf", result{2, "", "curl: no URL specified!\n" + tryHelp}},
	{"--fial x", result{2, "", "curl: option --fial: is unknown\n" + tryHelp}},
	{"-f\u2011s x", result{2, "", "curl: option -f\u2011s: is unknown\n" + tryHelp}},
	{"- f http://{http}/", result{2, "", "curl: option -: is unknown\n" + tryHelp}},
	{"-m", result{2, "", "curl: option -m: requires parameter\n" + tryHelp}},
	{"-m abc http://x", result{2, "", "curl: option -m: expected a proper numerical parameter\n" + tryHelp}},
	{"--max 5 http://x", result{2, "", "curl: option --max: is ambiguous\n" + tryHelp}},
	{"--max-time=5 http://x", result{2, "", "curl: option --max-time=5: is unknown\n" + tryHelp}},

	{"http://{closed}/", result{7, "", "METER\ncurl: (7) Failed to connect to 127.0.0.1 port N after N ms: Couldn't connect to server\n"}},
	{"http://{http}/ok", result{0, "body of /ok\n", "METER\n"}},
	{"-f http://{http}/status/500", result{22, "", "METER\ncurl: (22) The requested URL returned error: 500\n"}},
}

func TestCurl(t *testing.T) {
	address := servers(t)
	for _, c := range cases {
		t.Run(c.args, func(t *testing.T) {
			t.Parallel()
			var stdout, stderr bytes.Buffer
			code := Main(t.Context(), words(address, c.args), strings.NewReader(""), &stdout, &stderr)
			if diff := cmp.Diff(c.want, result{code, same(stdout.String()), same(stderr.String())}); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestCurlIsAsInstalled runs the same cases with the curl that they were recorded from, where that is installed.
func TestCurlIsAsInstalled(t *testing.T) {
	version, err := exec.CommandContext(t.Context(), "curl", "--version").Output()
	if err != nil || !bytes.HasPrefix(version, []byte("curl 7.88.")) {
		t.Skip("curl 7.88 is not installed")
	}
	address := servers(t)
	for _, c := range cases {
		t.Run(c.args, func(t *testing.T) {
			t.Parallel()
			command := exec.CommandContext(t.Context(), "curl", words(address, c.args)...)
			var stdout, stderr bytes.Buffer
			command.Stdout, command.Stderr = &stdout, &stderr
			_ = command.Run() // the exit code is compared
			if diff := cmp.Diff(c.want, result{command.ProcessState.ExitCode(), same(stdout.String()), same(stderr.String())}); diff != "" {
				t.Errorf("(-want +curl):\n%s", diff)
			}
		})
	}
}

func words(address *strings.Replacer, args string) []string {
	var all []string
	for _, word := range strings.Fields(args) {
		all = append(all, address.Replace(strings.ReplaceAll(word, "~", " ")))
	}
	return all
}

var changing = []struct{ pattern, replacement string }{
	{`(?s)  % Total.*?Speed\n(\r[^\n\rc]*)+\n`, "METER\n"},
	{`after \d+ m`, "after N m"},
	{`port \d{4,5}`, "port N"},
	{`127\.0\.0\.1:\d+`, "127.0.0.1:N"},
	{`OpenSSL/[\d.]+`, "OpenSSL/N"},
}

// same replaces what differs from run to run.
func same(text string) string {
	for _, c := range changing {
		text = regexp.MustCompile(c.pattern).ReplaceAllString(text, c.replacement)
	}
	return text
}
