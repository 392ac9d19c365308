package catalogue

import (
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/healthcheck"
)

// good are checks that do what they should. None may be called an error: not from the definition, not with an image that has all that
// they run, not after probes that passed.
var good = [][]string{
	// curl
	sh("curl -f http://localhost:8080/ || exit 1"),
	sh("curl -fsS http://localhost:8080/health"),
	sh("curl --fail --silent --show-error --max-time 3 --output /dev/null http://127.0.0.1:8080/healthz || exit 1"),
	sh("curl -sf -o /dev/null -w '%{http_code}' http://localhost:8080/ || exit 1"),
	sh(`[ "$(curl -s -o /dev/null -w '%{http_code}' http://localhost:8080/)" = "200" ]`),
	sh(`curl -s -o /dev/null -w '%{http_code}' http://localhost:8080/ | grep -qE '^(200|204)$' || exit 1`),
	sh("curl -fsSk https://localhost:8443/health || exit 1"),
	sh("curl -f -H 'Host: example.org' http://localhost:8080/ || exit 1"),
	sh(`curl -fsS "http://localhost:8080/health?a=1&b=2" || exit 1`),
	sh("curl -f http://localhost:${PORT:-8080}/health || exit 1"),
	sh("curl -f http://localhost:$APP_PORT/ || exit 1"),
	sh("curl -fsS --retry 2 --retry-delay 1 --retry-connrefused http://localhost:8080/"),
	sh("curl -sf http://localhost:8080/health | jq -e '.status == \"UP\"' > /dev/null || exit 1"),
	sh("curl -sf --unix-socket /run/app.sock http://localhost/health || exit 1"),
	sh("curl -fsS http://localhost:8080/ping && curl -fsS http://localhost:8080/ready || exit 1"),
	sh("curl -f http://localhost:8080/health || curl -f http://localhost:8080/ || exit 1"),
	sh("curl -X POST -sf -d '{}' -H 'Content-Type: application/json' http://localhost:8080/check"),
	sh("curl -u elastic:$ELASTIC_PASSWORD -sf http://localhost:8080/_cluster/health || exit 1"),
	sh("curl --silent --fail localhost:8080/_cluster/health || exit 1"),
	sh("timeout 4 curl -sf http://localhost:8080/ > /dev/null"),
	sh("curl -fL http://localhost:8080/\n"),
	sh("curl -f \\\n  http://localhost:8080/ \\\n  || exit 1"),
	cmd("curl", "-f", "http://localhost:8080/"),
	cmd("curl", "--fail", "--silent", "--max-time", "2", "http://127.0.0.1:8080/health"),
	cmd("/usr/bin/curl", "-fsS", "http://localhost:8080/"),
	cmd("curl", "-fsS", "-o", "/dev/null", "http://localhost:8080/a;b?x=1&y=(2)"),
	// wget
	sh("wget -q --spider http://localhost:8080/ || exit 1"),
	sh("wget --no-verbose --tries=1 --spider http://127.0.0.1:8080/health || exit 1"),
	sh("wget -qO- http://127.0.0.1:8080/health | grep -q ok"),
	sh("wget -q -O /dev/null http://localhost:8080/ || exit 1"),
	sh("wget --quiet --output-document=/dev/null http://localhost:8080/health"),
	cmd("wget", "-q", "--spider", "http://localhost:8080/"),
	cmd("wget", "-qO", "/dev/null", "http://localhost:8080/"),
	// sockets
	sh("nc -z localhost 8080"), sh("nc -zv 127.0.0.1 8080 || exit 1"), sh("nc -w 1 127.0.0.1 8080 </dev/null"),
	sh("echo ruok | nc -w 2 localhost 2181 | grep -q imok"),
	cmd("nc", "-z", "127.0.0.1", "8080"),
	cmd("bash", "-c", "</dev/tcp/127.0.0.1/8080"),
	cmd("bash", "-c", "exec 3<>/dev/tcp/localhost/8080 && echo -e 'GET / HTTP/1.0\\r\\n' >&3"),
	sh("timeout 2 bash -c '</dev/tcp/localhost/8080'"),
	// databases and queues
	sh("pg_isready -U postgres || exit 1"), sh("pg_isready -U $POSTGRES_USER -d $POSTGRES_DB"), cmd("pg_isready", "-h", "127.0.0.1", "-p", "5432"),
	sh("psql -U postgres -c 'select 1' || exit 1"),
	cmd("redis-cli", "ping"), sh("redis-cli -h 127.0.0.1 ping | grep -q PONG"), sh(`[ "$(redis-cli ping)" = PONG ]`), sh("redis-cli -a $REDIS_PASSWORD --no-auth-warning ping"),
	sh("mysqladmin ping -h 127.0.0.1 -u root -p$MYSQL_ROOT_PASSWORD --silent"), cmd("mysqladmin", "ping", "-h", "localhost"), sh("mariadb-admin ping --silent || exit 1"),
	cmd("healthcheck.sh", "--connect", "--innodb_initialized"),
	cmd("mongosh", "--quiet", "--eval", "db.runCommand({ ping: 1 }).ok"), sh("echo 'db.runCommand(\"ping\").ok' | mongosh localhost:27017/test --quiet"),
	cmd("rabbitmq-diagnostics", "-q", "ping"), sh("rabbitmqctl status || exit 1"),
	sh("kafka-broker-api-versions.sh --bootstrap-server localhost:9092 || exit 1"), cmd("etcdctl", "endpoint", "health"), sh("cqlsh -e 'describe keyspaces'"), cmd("clickhouse-client", "--query", "SELECT 1"),
	// languages
	cmd("python", "-c", "import urllib.request; urllib.request.urlopen('http://localhost:8080/')"),
	sh(`python3 -c "import socket; s = socket.create_connection(('127.0.0.1', 8080), 2); s.close()" || exit 1`),
	cmd("python3", "/app/healthcheck.py"),
	cmd("node", "-e", "require('http').get('http://localhost:8080/', r => process.exit(r.statusCode === 200 ? 0 : 1)).on('error', () => process.exit(1))"),
	sh(`node -e "fetch('http://localhost:8080/').then(r => { if (!r.ok) process.exit(1) }).catch(() => process.exit(1))"`),
	cmd("node", "dist/healthcheck.js"), cmd("php", "artisan", "health"), sh("php -r \"exit(@fsockopen('127.0.0.1', 9000) ? 0 : 1);\""),
	sh("ruby -rnet/http -e \"exit Net::HTTP.get_response(URI('http://localhost:8080/up')).is_a?(Net::HTTPSuccess)\""),
	cmd("java", "-cp", "/app", "Health"), cmd("dotnet", "health.dll"),
	// programs of their own
	cmd("/app/server", "healthcheck"), cmd("/healthcheck", "-addr=:8080"), cmd("/bin/grpc_health_probe", "-addr=:50051"), sh("/bin/grpc_health_probe -addr=localhost:50051 || exit 1"),
	cmd("traefik", "healthcheck", "--ping"), cmd("caddy", "version"), cmd("/bin/prometheus", "--version"), cmd("consul", "members"), cmd("vault", "status"),
	cmd("/opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl", "-a", "status"), sh("/docker-healthcheck.sh"), sh("sh /healthcheck.sh"), cmd("sh", "/healthcheck.sh"), cmd("sh", "-c", "curl -sf http://localhost:8080/ || exit 1"),
	cmd("/usr/local/bin/docker-php-healthcheck"), sh("SCRIPT_NAME=/ping SCRIPT_FILENAME=/ping REQUEST_METHOD=GET cgi-fcgi -bind -connect 127.0.0.1:9000 || exit 1"),
	// processes and files
	sh("pgrep nginx || exit 1"), sh("pgrep -x nginx > /dev/null"), sh("pidof java"), sh("ps aux | grep '[s]idekiq' || exit 1"), sh("ps -ef | grep sidekiq | grep -v grep || exit 1"), sh("kill -0 1"),
	sh("test -f /tmp/healthy"), sh("[ -f /tmp/healthy ] || exit 1"), cmd("test", "-f", "/tmp/healthy"), cmd("cat", "/tmp/healthy"), sh("test -S /run/app.sock"),
	sh("find /tmp/heartbeat -mmin -1 | grep -q . || exit 1"), sh("test $(( $(date +%s) - $(stat -c %Y /tmp/heartbeat) )) -lt 60"),
	sh("supervisorctl status app | grep -q RUNNING"), sh("! grep -q FATAL /var/log/app.log"), sh("nginx -t && curl -sf http://localhost:8080/"),
	// scripts
	sh("if curl -sf http://localhost:8080/ > /dev/null; then exit 0; else exit 1; fi"),
	sh("set -e; curl -sf http://localhost:8080/a; curl -sf http://localhost:8080/b"),
	sh("for p in 8080 9090; do nc -z localhost $p || exit 1; done"),
	sh("code=$(curl -s -o /dev/null -w '%{http_code}' http://localhost:8080/); [ \"$code\" -lt 400 ] || exit 1"),
	sh("case \"$(wget -qO- http://localhost:8080/status)\" in *ok*) exit 0;; *) exit 1;; esac"),
	sh("(curl -sf http://localhost:8080/ && pgrep worker) || exit 1"),
	sh("{ curl -sf http://localhost:8080/ && test -f /tmp/ready; } || exit 1"),
	sh("curl -sf http://localhost:8080/ >/dev/null 2>&1 || { echo unwell >&2; exit 1; }"),
	sh("check() { curl -sf \"http://localhost:8080/$1\"; }; check live && check ready"),
	cmd("CMD_NOT_SPECIAL"), cmd("timeout", "3", "curl", "-f", "http://localhost:8080/"), cmd("su-exec", "app", "/app/health"), cmd("env", "PATH=/opt/bin", "probe"),
}

// everything is an image that has every file that is asked for, in these directories.
type everything struct{}

var directories = []string{"/", "/usr", "/usr/local", "/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin", "/app", "/opt", "/opt/bin",
	"/opt/aws", "/opt/aws/amazon-cloudwatch-agent", "/opt/aws/amazon-cloudwatch-agent/bin"}

func (everything) Stat(path string) (healthcheck.FileInfo, bool) {
	if slices.Contains(directories, path) {
		return healthcheck.FileInfo{Mode: fs.ModeDir | 0o755}, true
	}
	return healthcheck.FileInfo{Mode: 0o755, Size: 1}, true
}

func (everything) Read(path string, _ int) ([]byte, error) {
	if strings.HasSuffix(path, ".sh") {
		return []byte("#!/bin/sh\n"), nil
	}
	return nil, os.ErrNotExist
}

func TestGoodChecks(t *testing.T) {
	t.Parallel()
	const least = 60
	if len(good) < least {
		t.Errorf("%d good checks, want %d at least", len(good), least)
	}
	for _, mode := range []string{"awsvpc", "bridge"} {
		for _, command := range append(goodCommands(t), good...) {
			d := healthcheck.Definition{Container: "web", HasCheck: true, Command: command, Essential: true, NetworkMode: mode, Ports: []healthcheck.Port{{Container: 8080, Host: 8080}},
				InitProcess: true, Environment: map[string]string{"APP_PORT": "8080", "PORT": "8080"}, Secrets: []string{"ELASTIC_PASSWORD", "REDIS_PASSWORD", "MYSQL_ROOT_PASSWORD", "POSTGRES_USER", "POSTGRES_DB"}}
			image := &healthcheck.Image{Name: "web:1", Architecture: "amd64", Files: everything{}}
			start := time.Date(2026, 11, 27, 8, 0, 0, 0, time.UTC)
			passed := healthcheck.Timeline{Started: start, Probes: []healthcheck.Probe{{Start: start.Add(30 * time.Second), Duration: 80 * time.Millisecond, Output: "ok\n", Status: "healthy"}}}
			look := &healthcheck.Look{Listeners: []healthcheck.Listener{{Network: "tcp6", Address: "::", Port: 8080, PID: 1, Process: "app"}}}
			for name, found := range map[string][]healthcheck.Diagnosis{
				"definition": healthcheck.Lint(d, nil), "image": healthcheck.Lint(d, image), "passed": healthcheck.Explain(d, image, passed, nil), "seen": healthcheck.Explain(d, image, passed, look),
			} {
				if i := slices.IndexFunc(found, func(d healthcheck.Diagnosis) bool { return d.Severity == diag.Error }); i >= 0 {
					t.Errorf("%s, %s: %q is called %v", name, mode, command, found[i])
				}
			}
		}
	}
}
