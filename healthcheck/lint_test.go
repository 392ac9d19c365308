package healthcheck

import (
	"encoding/json"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ecslocal/ecslocal/emulator/diag"
)

// base is a definition with nothing wrong but its command.
func base(command ...string) Definition {
	return Definition{Container: "web", HasCheck: true, Command: command, Essential: true, NetworkMode: "awsvpc", Ports: []Port{{Container: 8080, Host: 8080}},
		InitProcess: true, Environment: map[string]string{"PATH": "/usr/bin:/bin"}}
}

func sh(script string) Definition { return base("CMD-SHELL", script) }

func with(d Definition, change func(*Definition)) Definition { change(&d); return d }

// disk is an image's files: text by path, with its mode; a link is "-> target".
type disk map[string]string

func (d disk) Stat(path string) (FileInfo, bool) {
	text, ok := d[path]
	if !ok {
		for name := range d {
			if strings.HasPrefix(name, path+"/") {
				return FileInfo{Mode: fs.ModeDir | 0o755}, true
			}
		}
		return FileInfo{}, false
	}
	if target, link := strings.CutPrefix(text, "-> "); link {
		return FileInfo{Mode: fs.ModeSymlink | 0o777, LinkTarget: target}, true
	}
	mode := fs.FileMode(0o755)
	if strings.HasPrefix(text, "plain ") {
		mode = 0o644
	}
	return FileInfo{Mode: mode, Size: int64(len(text))}, true
}

func (d disk) Read(path string, n int) ([]byte, error) {
	text, ok := d[path]
	if !ok {
		return nil, os.ErrNotExist
	}
	return []byte(text[:min(n, len(text))]), nil
}

func image(files disk) *Image {
	return &Image{Name: "web:1", Architecture: "amd64", Files: files}
}

var slim = disk{"/bin/sh": "\x7fELF", "/usr/bin/wget": "-> /bin/busybox", "/bin/busybox": "\x7fELF"}

// cases are one broken check a cause.
var cases = map[string]struct {
	d     Definition
	image *Image
}{
	"HC001": {base("CMD", "curl -f http://localhost:8080/ || exit 1"), nil},
	"HC002": {base("CMD", "curl", "-f", "http://localhost:8080/", "||", "exit", "1"), nil},
	"HC003": {base("CMD-SHELL", "curl", "-f", "http://localhost:8080/"), nil},
	"HC004": {base("curl -f http://localhost:8080/"), nil},
	"HC005": {base("cmd-shell", "curl -f http://localhost:8080/"), nil},
	"HC006": {base(`CMD-SHELL, curl -f http://localhost:8080/`), nil},
	"HC007": {base("CMD"), nil},
	"HC008": {base("CMD-SHELL"), nil},
	"HC009": {sh(""), nil},
	"HC010": {sh(`"curl -f http://localhost:8080/ || exit 1"`), nil},
	"HC011": {sh(`["curl","-f","http://localhost:8080/"]`), nil},
	"HC012": {sh("curl -f http://localhost:8080/\n|| exit 1"), nil},
	"HC013": {sh("curl -f http://localhost:8080/\r"), nil},
	"HC014": {sh(`curl -f \ http://localhost:8080/`), nil},
	"HC015": {sh("curl -f “http://localhost:8080/”"), nil},
	"HC016": {sh("CMD curl -f http://localhost:8080/"), nil},
	"HC017": {base("CMD", "curl", "-f", "http://localhost:8080/ "), nil},
	"HC018": {sh("curl - f http://localhost:8080/"), nil},
	"HC019": {base("CMD", "sh", "-c", "curl", "-f", "http://localhost:8080/"), nil},
	"HC020": {base("CMD", "exit", "0"), nil},
	"HC021": {base("CMD", "curl", "-f", "http://localhost:$PORT/"), nil},
	"HC022": {with(sh("curl -f http://localhost:$$PORT/"), func(d *Definition) { d.Environment["PORT"] = "8080" }), nil},
	"HC023": {sh("curl -f http://localhost:$PORT/"), nil},
	"HC025": {sh("curl -f http://localhost:8080/?a=1&b=2"), nil},
	"HC026": {sh("curl -f 'http://localhost:8080/"), nil},
	"HC027": {sh("curl -f http://localhost:8080/ || exit 1"), image(slim)},
	"HC028": {sh("wget -q -O /dev/null http://localhost:8080/"), image(disk{"/bin/sh": "\x7fELF"})},
	"HC029": {sh("pgrep nginx"), image(slim)},
	"HC030": {base("CMD", "bash", "-c", "exit 0"), image(slim)},
	"HC031": {sh("curl -f http://localhost:8080/"), image(disk{"/app": "\x7fELF"})},
	"HC032": {base("CMD", "rh-app"), image(slim)},
	"HC033": {base("CMD", "/check"), image(disk{"/check": "plain #!/bin/sh"})},
	"HC034": {base("CMD", "/check.sh"), image(slim)},
	"HC036": {base("CMD", "/check"), image(disk{"/check": "#!/bin/zsh\n"})},
	"HC037": {base("CMD", "/check"), image(disk{"/check": "exit 0\n"})},
	"HC038": {base("CMD", "/check"), image(disk{"/check": "\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00"})},
	"HC039": {sh("[[ -f /tmp/ok ]] && exit 0 || exit 1"), nil},
	"HC040": {sh("set -o pipefail; curl -f http://localhost:8080/ | cat"), image(disk{"/bin/sh": "-> dash", "/bin/dash": "\x7fELF", "/usr/bin/curl": "\x7fELF", "/bin/cat": "\x7fELF"})},
	"HC041": {sh("wget --no-check-certificate --secure-protocol=auto -O /dev/null http://localhost:8080/"), image(slim)},
	"HC043": {sh("curl --fial http://localhost:8080/"), nil},
	"HC044": {sh("curl http://localhost:8080/"), nil},
	"HC056": {with(sh("curl -f http://localhost:8080/"), func(d *Definition) { d.Environment["http_proxy"] = "http://proxy:3128" }), nil},
	"HC059": {sh(`curl -sf http://localhost:8080/ | grep -q UP`), nil},
	"HC060": {with(sh("curl -f http://localhost:18080/"), func(d *Definition) { d.Ports[0].Host = 18080; d.NetworkMode = "bridge" }), nil},
	"HC066": {with(sh("curl -f http://localhost:9000/"), func(d *Definition) {
		d.NetworkMode = "bridge"
		d.Others = []Neighbour{{Name: "api", Ports: []Port{{Container: 9000}}}}
	}), nil},
	"HC067": {sh("curl -f http://localhost:808O/"), nil},
	"HC071": {with(sh("curl -f http://localhost:8080/"), func(d *Definition) { d.StartPeriod = Set(300) }), nil},
	"HC102": {with(sh("curl -f http://localhost:8080/health"), func(d *Definition) {
		d.LoadBalancer = &LoadBalancer{Protocol: "HTTP", Port: 8080, Path: "/", Codes: "200"}
	}), nil},
	"HC073": {with(sh("curl -f http://localhost:8080/"), func(d *Definition) { d.InitProcess = false }), nil},
	"HC075": {with(sh("curl -f http://localhost:8080/"), func(d *Definition) { d.Retries = Set(1) }), nil},
	"HC076": {with(sh("curl -f http://localhost:8080/"), func(d *Definition) { d.Interval, d.Timeout = Set(5), Set(10) }), nil},
	"HC081": {with(sh("curl -f -o /tmp/h http://localhost:8080/"), func(d *Definition) { d.ReadonlyRoot = true }), nil},
	"HC082": {sh("wget http://localhost:8080/health"), nil},
	"HC084": {with(sh("ping -c 1 localhost"), func(d *Definition) { d.DroppedCapabilities = []string{"ALL"} }), nil},
	"HC085": {sh("mysqladmin ping -p"), nil},
	"HC087": {sh("curl -f http://localhost:8080/ | cat"), nil},
	"HC088": {sh("curl -f http://localhost:8080/ || exit 0"), nil},
	"HC089": {sh("curl -f http://localhost:8080/ && exit 1"), nil},
	"HC090": {sh("curl -f http://localhost:8080/ || exit 1 | grep ok"), nil},
	"HC091": {sh("ps aux | grep nginx"), nil},
	"HC092": {sh("curl -f http://localhost:8080/ || kill 1"), nil},
	"HC093": {sh("curl -f http://localhost:8080/ || exit 256"), nil},
	"HC094": {sh("pgrep averyverylongprocessname"), nil},
	"HC095": {sh("curl -f http://db.example.com/"), nil},
	"HC096": {Definition{Container: "web", Essential: true}, &Image{Name: "web:1", Check: &ImageCheck{Test: Command{"CMD", "x"}}}},
	"HC097": {sh("curl -f http://localhost:8080/"), &Image{Name: "web:1", Check: &ImageCheck{Test: Command{"CMD", "x"}, StartPeriod: time.Minute}}},
	"HC098": {Definition{Container: "web", Essential: true, Others: []Neighbour{{Name: "api", Essential: true, Checked: true}}}, nil},
	"HC099": {with(sh("curl -f http://localhost:8080/"), func(d *Definition) { d.Essential = false }), nil},
	"HC100": {with(sh("curl -f http://localhost:8080/"), func(d *Definition) {
		d.DependsOn = []Dependency{{"db", "HEALTHY"}}
		d.Others = []Neighbour{{Name: "db"}}
	}), nil},
	"HC101": {with(sh("curl -f http://localhost:8080/"), func(d *Definition) {
		d.DependsOn = []Dependency{{"db", "HEALTHY"}}
		d.Others = []Neighbour{{Name: "db", Checked: true}}
	}), nil},
	"HC107": {with(sh("curl -f http://localhost:8080/"), func(d *Definition) { d.Interval = Set(1) }), nil},
	"HC108": {base("CMD", "CMD-SHELL", "curl -f http://localhost:8080/"), nil},
}

// undecidable are the causes that no definition and no image tell, with what does.
var undecidable = map[string]string{
	"HC024": "the entrypoint script in the image", "HC035": "told as HC034, by the path that is looked for", "HC042": "the output of nc",
	"HC045": "output", "HC046": "output", "HC047": "output", "HC048": "output", "HC049": "the application's answer", "HC050": "output", "HC051": "output", "HC052": "output",
	"HC053": "the application's answer", "HC054": "output", "HC055": "output", "HC057": "output", "HC058": "output",
	"HC061": "listening sockets", "HC062": "listening sockets", "HC063": "output", "HC064": "listening sockets", "HC065": "output", "HC068": "listening sockets",
	"HC069": "timing", "HC070": "timing", "HC072": "output", "HC074": "output", "HC077": "statistics", "HC078": "output", "HC079": "output", "HC080": "output",
	"HC083": "output", "HC086": "output", "HC103": "events", "HC104": "timing", "HC105": "state", "HC106": "the registry",
}

func TestEveryCauseIsFound(t *testing.T) {
	t.Parallel()
	for _, rule := range Rules() {
		c, ok := cases[rule.ID]
		if _, excused := undecidable[rule.ID]; !ok {
			if !excused {
				t.Errorf("%s (%s) has no case and no reason for none", rule.ID, rule.Title)
			}
			continue
		}
		found := Lint(c.d, c.image)
		if !slices.ContainsFunc(found, func(d Diagnosis) bool { return d.Rule.ID == rule.ID }) {
			t.Errorf("%s (%s) is not found in %v; found %v", rule.ID, rule.Title, c.d.Command, found)
		}
	}
}

// TestPatchesHelp applies each patch of a command and wants the cause gone.
func TestPatchesHelp(t *testing.T) {
	t.Parallel()
	for id, c := range cases {
		for _, d := range Lint(c.d, c.image) {
			if d.Rule.ID != id || d.Patch == nil || !strings.HasSuffix(d.Patch.Path, "/command") {
				continue
			}
			var better Command
			if err := json.Unmarshal([]byte(d.Patch.Value), &better); err != nil {
				t.Errorf("%s: patch %s: %v", id, d.Patch.Value, err)
			}
			changed := c.d
			changed.Command = better
			if again := Lint(changed, c.image); slices.ContainsFunc(again, func(d Diagnosis) bool { return d.Rule.ID == id }) {
				t.Errorf("%s is found again after its own patch %v", id, better)
			}
		}
	}
}

// good are checks that work: none of them may get an error, nor a warning.
var good = []Command{
	{"CMD-SHELL", "curl -f http://localhost:8080/ || exit 1"}, {"CMD-SHELL", "curl -sf http://127.0.0.1:8080/health"}, {"CMD", "curl", "-f", "http://localhost:8080/"},
	{"CMD-SHELL", "curl --fail --silent --max-time 3 http://localhost:8080/health || exit 1"}, {"CMD-SHELL", "curl -fsS -o /dev/null http://localhost:8080/"},
	{"CMD-SHELL", "wget -q -O /dev/null http://localhost:8080/ || exit 1"}, {"CMD-SHELL", "wget --no-verbose --tries=1 --spider http://localhost:8080/ || exit 1"},
	{"CMD-SHELL", "wget -qO- http://localhost:8080/health | grep -q ok || exit 1"}, {"CMD", "wget", "-q", "--spider", "http://127.0.0.1:8080/"},
	{"CMD-SHELL", "nc -z localhost 8080"}, {"CMD-SHELL", "nc -w 1 127.0.0.1 8080 </dev/null"}, {"CMD-SHELL", "pg_isready -U postgres"}, {"CMD", "pg_isready"},
	{"CMD-SHELL", "pg_isready -d $POSTGRES_DB -U $POSTGRES_USER || exit 1"}, {"CMD", "redis-cli", "ping"}, {"CMD-SHELL", "redis-cli ping | grep PONG"},
	{"CMD", "mysqladmin", "ping", "-h", "localhost"}, {"CMD-SHELL", "mysqladmin ping -h 127.0.0.1 -u root -p$MYSQL_ROOT_PASSWORD"}, {"CMD", "mongosh", "--eval", "db.adminCommand('ping')"},
	{"CMD", "node", "-e", "require('http').get('http://localhost:8080', r => process.exit(r.statusCode === 200 ? 0 : 1))"}, {"CMD", "node", "healthcheck.js"},
	{"CMD", "python", "-c", "import urllib.request; urllib.request.urlopen('http://localhost:8080')"}, {"CMD-SHELL", "python3 -c \"import socket; socket.create_connection(('localhost', 8080))\""},
	{"CMD-SHELL", "test -f /tmp/healthy"}, {"CMD-SHELL", "[ -f /tmp/healthy ] || exit 1"}, {"CMD", "test", "-e", "/tmp/ready"}, {"CMD-SHELL", "pgrep nginx || exit 1"}, {"CMD-SHELL", "pgrep -f '[g]unicorn' > /dev/null"},
	{"CMD-SHELL", "ps aux | grep '[n]ginx' || exit 1"}, {"CMD", "/app/healthcheck"}, {"CMD", "/bin/grpc_health_probe", "-addr=:8080"}, {"CMD-SHELL", "/healthcheck.sh"},
	{"CMD-SHELL", "php-fpm-healthcheck || exit 1"}, {"CMD-SHELL", "SCRIPT_NAME=/ping SCRIPT_FILENAME=/ping REQUEST_METHOD=GET cgi-fcgi -bind -connect 127.0.0.1:9000 || exit 1"},
	{"CMD-SHELL", "kill -0 1"}, {"CMD-SHELL", "curl -s http://localhost:8080/health | grep -q UP || exit 1"}, {"CMD-SHELL", "test $(curl -s -o /dev/null -w '%{http_code}' http://localhost:8080/) = 200"},
	{"CMD-SHELL", "curl -f 'http://localhost:8080/health?full=1&x=2' || exit 1"}, {"CMD-SHELL", "curl -f http://localhost:${PORT:-8080}/ || exit 1"}, {"CMD", "java", "-jar", "/health.jar"},
	{"CMD-SHELL", "rabbitmq-diagnostics -q ping"}, {"CMD-SHELL", "/opt/aws/amazon-cloudwatch-agent/bin/check"}, {"CMD", "/healthcheck", "--url=http://localhost:8080"},
	{"CMD-SHELL", "curl -fk https://localhost:8080/ || exit 1"}, {"CMD-SHELL", "true && curl -f http://localhost:8080/"}, {"CMD-SHELL", "if curl -sf http://localhost:8080/; then exit 0; else exit 1; fi"},
	{"CMD-SHELL", "timeout 3 curl -f http://localhost:8080/ || exit 1"}, {"CMD-SHELL", "echo ruok | nc localhost 8080 | grep imok"}, {"CMD", "bash", "-c", "exec 3<>/dev/tcp/localhost/8080"},
	{"CMD-SHELL", "curl -f http://localhost:8080/ >/dev/null 2>&1 || exit 1"}, {"CMD-SHELL", "wget -O - http://localhost:8080/ > /dev/null"}, {"CMD-SHELL", "dotnet /app/health.dll"},
	{"CMD-SHELL", "kafka-topics.sh --bootstrap-server localhost:8080 --list"}, {"CMD", "CMD_NOT_SPECIAL"}, {"CMD-SHELL", "supervisorctl status | grep -q RUNNING"}, {"CMD-SHELL", "! test -f /tmp/sick"},
	{"CMD-SHELL", "cat /tmp/ok"}, {"CMD-SHELL", "ls /proc/1"}, {"CMD", "etcdctl", "endpoint", "health"}, {"CMD", "vault", "status"}, {"CMD-SHELL", "stat /etc/passwd || exit 1"},
}

func TestGoodChecksAreLeftAlone(t *testing.T) {
	t.Parallel()
	for _, command := range good {
		d := base(command...)
		for _, name := range []string{"POSTGRES_DB", "POSTGRES_USER", "MYSQL_ROOT_PASSWORD"} {
			d.Environment[name] = "x"
		}
		for _, f := range Lint(d, nil) {
			if f.Severity == diag.Error {
				t.Errorf("false alarm: %v: %v", command, f)
			}
		}
	}
}

func FuzzLint(f *testing.F) {
	for _, c := range cases {
		if len(c.d.Command) > 1 {
			f.Add(c.d.Command[0], c.d.Command[1])
		}
	}
	f.Fuzz(func(t *testing.T, form, script string) {
		Lint(base(form, script), image(slim))
		Explain(base(form, script), nil, Timeline{Probes: []Probe{{ExitCode: 1, Output: script}}}, nil)
	})
}

// TestWrappedScripts: the operators of a script behind timeout or env are its own, and what is waited for does not stay in the background.
func TestWrappedScripts(t *testing.T) {
	t.Parallel()
	for _, d := range []Definition{base("CMD", "timeout", "3", "sh", "-c", "curl -fs http://localhost:8080/ || exit 1"), sh("curl -fs -m 3 http://localhost:8080/ & wait $!"),
		base("CMD", "setpriv", "--reuid", "1", "sh", "-c", "curl -fs http://localhost:8080/ || exit 1")} {
		for _, found := range Lint(d, nil) {
			if found.Severity != diag.Info {
				t.Errorf("%v: %v", d.Command, found)
			}
		}
	}
}
