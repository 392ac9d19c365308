package output

import (
	"strings"
	"testing"
)

// sayings are what programs print that no test image has, or in another version than it has, and the cause that they tell.
var sayings = []struct {
	rule string
	code int
	text string
}{
	// engines
	{"HC027", -1, `OCI runtime exec failed: exec failed: container_linux.go:380: starting container process caused: exec: "curl": executable file not found in $PATH: unknown`},
	{"HC027", -1, `OCI runtime exec failed: exec failed: container_linux.go:348: starting container process caused "exec: \"curl\": executable file not found in $PATH": unknown`},
	{"HC001", -1, `OCI runtime exec failed: exec failed: unable to start container process: exec: "wget -qO- http://localhost:8080/a?b=c": stat wget -qO- http://localhost:8080/a?b=c: no such file or directory`},
	{"HC027", -1, "crun: executable file `curl` not found in $PATH: No such file or directory: OCI runtime attempted to invoke a command that was not found"},
	{"HC033", -1, `OCI runtime exec failed: exec failed: unable to start container process: exec: "/app": is a directory: permission denied`},
	{"HC007", -1, `OCI runtime exec failed: exec failed: unable to start container process: exec: "": executable file not found in $PATH: unknown`},
	{"HC108", -1, `OCI runtime exec failed: exec failed: unable to start container process: exec: "CMD-SHELL": executable file not found in $PATH: unknown`},
	{"HC021", -1, `OCI runtime exec failed: exec failed: unable to start container process: exec: "$HOME/check": stat $HOME/check: no such file or directory: unknown`},
	{"HC035", -1, `OCI runtime exec failed: exec failed: unable to start container process: chdir to cwd ("/srv/app") set in config.json failed: no such file or directory: unknown`},
	{"HC080", -1, `unable to find user app: no matching entries in passwd file`},
	{"HC079", -1, `OCI runtime exec failed: exec failed: unable to start container process: fork/exec /proc/self/exe: resource temporarily unavailable`},
	{"HC105", -1, `Container 3f2a is paused, unpause the container before exec`},
	{"HC077", -1, `timed out starting health check for container 3f2a`},
	{"HC032", -1, `OCI runtime exec failed: open /run/x/pid: something that nobody has seen before`},
	{"HC072", -1, "Health check exceeded timeout (10s)"},
	{"HC060", -1, "Health check exceeded timeout (10s): curl: (7) Failed to connect to localhost port 80 after 0 ms: Couldn't connect to server"},
	{"HC065", 1, "  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n                                 Dload  Upload   Total   Spent    Left  Speed\n\r  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0curl: (6) Could not resolve host: app-typo"},
	{"HC086", 2, "/bin/sh: 1: cannot open /tmp/state: No such file"}, {"HC086", 1, "/bin/sh: can't open /tmp/state: no such file"},
	{"HC026", 2, "/bin/sh: 1: [: Illegal number: 200 OK"}, {"HC059", 2, "bash: line 1: [: : integer expression expected"},
	{"HC054", 1, "wget: got bad TLS record (len:103) while expecting handshake record\n 48 54 54 50 2f 31"},
	// shells and starters
	{"HC027", 127, "/bin/sh: line 1: curl: command not found"}, {"HC027", 127, "bash: curl: command not found"}, {"HC027", 127, "zsh:1: command not found: curl"},
	{"HC027", 127, "/bin/sh: curl: inaccessible or not found"}, {"HC027", 1, "/healthcheck.sh: 3: curl: not found"}, {"HC028", 127, "/usr/local/bin/check.sh: line 12: wget: command not found"},
	{"HC027", 127, "timeout: failed to run command 'curl': No such file or directory"}, {"HC027", 127, "timeout: failed to run command \u2018curl\u2019: No such file or directory"},
	{"HC028", 127, "timeout: can't execute 'wget': No such file or directory"}, {"HC030", 127, "env: 'bash': No such file or directory"}, {"HC030", 127, "env: can't execute 'bash': No such file or directory"},
	{"HC027", 1, `error: exec: "curl": executable file not found in $PATH`}, {"HC029", 127, "pidof: applet not found"},
	{"HC036", 126, "/bin/sh: 1: /check.sh: bad interpreter: No such file or directory"}, {"HC034", 127, "bash: line 1: /opt/check.sh: No such file or directory"},
	{"HC034", 2, "/bin/sh: 0: cannot open /opt/check.sh: No such file"}, {"HC034", 2, "sh: can't open '/opt/check.sh': No such file or directory"},
	{"HC038", 126, "/bin/sh: 1: /probe: Exec format error"}, {"HC038", 126, "bash: line 1: /probe: cannot execute binary file: Exec format error"},
	{"HC033", 126, "bash: line 1: /probe: Permission denied"}, {"HC016", 127, "/bin/sh: 1: CMD: not found"},
	{"HC023", 2, "/bin/sh: 1: PORT: parameter not set"}, {"HC023", 1, "bash: line 1: PORT: unbound variable"},
	{"HC026", 2, `bash: -c: line 1: unexpected EOF while looking for matching '"'`}, {"HC026", 2, "sh: syntax error: unexpected end of file (expecting \"then\")"},
	{"HC093", 2, "/bin/sh: 1: exit: Illegal number: one"}, {"HC039", 2, "/bin/sh: 1: Bad substitution"}, {"HC039", 2, "sh: 200: unknown operand\n[: 200: unknown operand"},
	{"HC040", 2, "/bin/sh: 1: set: Illegal option -o pipefail"}, {"HC040", 1, "sh: set: illegal option pipefail"},
	// curl and wget
	{"HC060", 7, "curl: (7) Failed to connect to localhost port 80: Connection refused"}, {"HC060", 7, "curl: (7) Failed to connect to localhost port 8080 after 0 ms: Could not connect to server"},
	{"HC054", 35, "curl: (35) OpenSSL/3.0.15: error:0A00010B:SSL routines::wrong version number"}, {"HC054", 35, "curl: (35) error:1408F10B:SSL routines:ssl3_get_record:wrong version number"},
	{"HC055", 60, "curl: (60) SSL: no alternative certificate subject name matches target host name 'localhost'"}, {"HC055", 77, "curl: (77) error setting certificate verify locations:  CAfile: /etc/ssl/certs/ca-certificates.crt"},
	{"HC068", 28, "curl: (28) Operation timed out after 3001 milliseconds with 0 bytes received"}, {"HC056", 5, "curl: (5) Could not resolve proxy: proxy.corp"}, {"HC056", 56, "curl: (56) CONNECT tunnel failed, response 407"},
	{"HC067", 1, `curl: (1) Protocol "httpp" not supported`}, {"HC067", 3, "curl: (3) URL using bad/illegal format or missing URL"}, {"HC043", 2, "curl: option -m: requires parameter\ncurl: try 'curl --help' or 'curl --manual' for more information"},
	{"HC045", 22, "curl: (22) The requested URL returned error: 404 Not Found"}, {"HC046", 8, "2026-11-27 08:00:00 ERROR 401: Unauthorized."}, {"HC045", 8, "HTTP request sent, awaiting response... 404 Not Found\nRemote file does not exist -- broken link!!!"},
	{"HC060", 4, "Connecting to localhost (localhost)|127.0.0.1|:80... failed: Connection refused."}, {"HC065", 4, "wget: unable to resolve host address \u2018app-typo\u2019"},
	{"HC041", 1, "wget: unrecognized option: max-redirect=0\nBusyBox v1.36.1 (2023-11-07) multi-call binary."}, {"HC043", 2, "wget: unrecognized option '--quite'\nUsage: wget [OPTION]... [URL]..."},
	{"HC042", 1, "nc: unrecognized option: z\nBusyBox v1.36.1"}, {"HC060", 1, "nc: connect to localhost (127.0.0.1) port 8080 (tcp) failed: Connection refused"}, {"HC060", 1, "(UNKNOWN) [127.0.0.1] 8080 (http-alt) : Connection refused"}, {"HC060", 1, "Ncat: Connection refused."},
	// databases
	{"HC060", 2, "localhost:5432 - no response"}, {"HC060", 2, "/var/run/postgresql:5432 - no response"}, {"HC048", 1, "/tmp:5432 - rejecting connections"},
	{"HC060", 2, `psql: error: connection to server at "127.0.0.1", port 5432 failed: Connection refused`}, {"HC046", 2, `psql: error: FATAL:  role "root" does not exist`}, {"HC085", 2, "psql: error: fe_sendauth: no password supplied"},
	{"HC060", 1, "Could not connect to Redis at 127.0.0.1:6379: Connection refused"}, {"HC046", 1, "NOAUTH Authentication required."}, {"HC048", 1, "LOADING Redis is loading the dataset in memory"},
	{"HC060", 1, "mysqladmin: connect to server at '127.0.0.1' failed\nerror: 'Can't connect to MySQL server on '127.0.0.1:3306' (111)'"},
	{"HC060", 1, "error: 'Can't connect to local MySQL server through socket '/var/run/mysqld/mysqld.sock' (2)'"}, {"HC046", 1, "error: 'Access denied for user 'root'@'localhost' (using password: NO)'"},
	{"HC060", 1, "MongoNetworkError: connect ECONNREFUSED 127.0.0.1:27017"}, {"HC060", 2, `timeout: failed to connect service ":50051" within 1s`}, {"HC048", 4, `service unhealthy (responded with "NOT_SERVING")`},
	{"HC045", 3, "error: this server does not implement the grpc health protocol (grpc.health.v1.Health): unknown service"},
	// languages
	{"HC060", 1, "urllib.error.URLError: <urlopen error [Errno 111] Connection refused>"}, {"HC045", 1, "urllib.error.HTTPError: HTTP Error 404: Not Found"}, {"HC032", 1, "ModuleNotFoundError: No module named 'requests'"},
	{"HC065", 1, "socket.gaierror: [Errno -2] Name or service not known"}, {"HC055", 1, "ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate (_ssl.c:1007)"},
	{"HC058", 1, "http.client.RemoteDisconnected: Remote end closed connection without response"}, {"HC034", 2, "python3: can't open file '/app/hc.py': [Errno 2] No such file or directory"}, {"HC026", 1, "    import urllib.request urllib\n                          ^^^^^^\nSyntaxError: invalid syntax"},
	{"HC063", 1, "Error: connect ECONNREFUSED ::1:3000\n    at TCPConnectWrap.afterConnect"}, {"HC060", 1, "Error: connect ECONNREFUSED 127.0.0.1:3000"}, {"HC065", 1, "Error: getaddrinfo ENOTFOUND app"}, {"HC034", 1, "Error: Cannot find module '/app/healthcheck.js'"},
	{"HC058", 1, "Error: socket hang up"}, {"HC055", 1, "Error: self-signed certificate\n  code: 'DEPTH_ZERO_SELF_SIGNED_CERT'"},
	{"HC060", 1, "java.net.ConnectException: Connection refused"}, {"HC065", 1, "java.net.UnknownHostException: app"}, {"HC034", 1, "Error: Unable to access jarfile /health.jar"}, {"HC078", 1, "Error: Could not reserve enough space for 2097152KB object heap"},
	{"HC060", 1, `Get "http://127.0.0.1:8080/": dial tcp 127.0.0.1:8080: connect: connection refused`}, {"HC054", 1, `http: server gave HTTP response to HTTPS client`}, {"HC055", 1, "tls: failed to verify certificate: x509: certificate signed by unknown authority"},
	{"HC068", 1, `Get "http://127.0.0.1:8080/": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`}, {"HC065", 1, "dial tcp: lookup app on 127.0.0.11:53: no such host"},
	{"HC060", 1, "Connection refused - connect(2) for \"localhost\" port 80 (Errno::ECONNREFUSED)"}, {"HC060", 1, "bash: connect: Connection refused\nbash: line 1: /dev/tcp/localhost/8080: Connection refused"},
	// files, rights, means
	{"HC081", 1, "touch: cannot touch '/tmp/x': Read-only file system"}, {"HC080", 1, "PermissionError: [Errno 13] Permission denied: '/secret'"}, {"HC080", 1, "cat: /secret: Permission denied"}, {"HC086", 1, "cat: can't open '/tmp/ok': No such file or directory"},
	{"HC086", 2, "ls: cannot access '/tmp/ok': No such file or directory"}, {"HC083", 2, "/bin/sh: 1: cannot create /nowhere/x: Directory nonexistent"}, {"HC084", 2, "ping: socktype: SOCK_RAW\nping: socket: Operation not permitted"},
	{"HC085", 1, "/bin/sh: 1: cannot open /dev/tty: No such device or address"}, {"HC079", 2, "bash: fork: retry: Resource temporarily unavailable"}, {"HC078", 137, ""}, {"HC072", 124, ""}, {"HC043", 139, "Segmentation fault (core dumped)"},
}

func TestRead(t *testing.T) {
	t.Parallel()
	for _, s := range sayings {
		told, ok := Read(s.code, s.text)
		switch {
		case !ok || told.Rule != s.rule:
			t.Errorf("%q: told %s (%s), want %s", s.text, told.Rule, told.Message, s.rule)
		case told.Message == "" || strings.Contains(told.Message, "%!") || strings.Contains(told.Message, "%s"):
			t.Errorf("%q: message %q", s.text, told.Message)
		case told.Evidence == "":
			t.Errorf("%q: no evidence", s.text)
		}
	}
}

// TestReadNothing gives texts that tell nothing.
func TestReadNothing(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "unwell", "status: degraded", "<html>queue too long</html>"} {
		if told, ok := Read(1, text); ok {
			t.Errorf("%q: told %+v", text, told)
		}
	}
}

func TestNormal(t *testing.T) {
	t.Parallel()
	meter := "  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n                                 Dload  Upload   Total   Spent    Left  Speed\n\r  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0\n"
	for text, want := range map[string]string{
		meter + "curl: (7) no\n":             "curl: (7) no",
		"\x1b[31mred\x1b[0m\r\ntwo: unknown": "red\ntwo",
		"bad \xff byte":                      "bad \ufffd byte",
	} {
		if got := Normal(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range sayings {
		f.Add(s.code, s.text)
	}
	f.Fuzz(func(t *testing.T, code int, text string) {
		if told, ok := Read(code, text); ok && (told.Rule == "" || len(told.Evidence) > 400) {
			t.Errorf("told %+v", told)
		}
	})
}
