package catalogue

import (
	"encoding/json"
	"strings"
	"testing"
)

// goodLines are good checks that look like broken ones: a script or a JSON array a line.
const goodLines = `
[ -n "$(pidof nginx)" ]
test "$(curl -s -o /dev/null -w '%{http_code}' http://localhost:8080/)" = 200
[ "$PORT" = 8080 -a -f /tmp/x ]
[ ! -f /tmp/x ]
[ ! "$PORT" = 80 ]
[ ! "$PORT" -lt 80 ]
test ! -e /tmp/x
grep exit /var/log/app.log
grep -q exit /var/log/app.log
cat /tmp/exit 1
nc -U /run/app.sock </dev/null
ping -c1 localhost
ping -w 2 -c 1 127.0.0.1
timeout 2 ping localhost
tail -f /tmp/log | grep -q -m1 ready
top -b -n1 | grep java
wget -qO- http://localhost:8080/ | jq -e .ok
wget -nv -t1 --spider http://localhost:8080/
wget -T 3 -t 1 -qO /dev/null http://localhost:8080/
wget -q4 --spider http://localhost:8080/
wget --server-response --spider http://localhost:8080/
["CMD", "sh", "/check.sh", "exit", "1"]
["CMD", "bash", "-lc", "curl -f http://localhost:8080/"]
["CMD", "bash", "--login", "-c", "curl -f http://localhost:8080/"]
["CMD", "sh", "-ec", "curl -f http://localhost:8080/"]
bash /check.sh
bash -s < /check.sh
["CMD", "sh", "check.sh", "arg"]
["CMD", "node", "-e", "process.exit(a || b)"]
["CMD", "psql", "-c", "select 'a' || 'b'"]
["CMD", "node", "-e", "const r = await fetch('http://localhost:8080/'); if (!r.ok) throw 1"]
["CMD", "python3", "-c", "\"\"\"doc\"\"\"\nimport urllib.request; urllib.request.urlopen('http://localhost:8080/')"]
["CMD", "node", "-e", "'use strict'; require('http').get('http://localhost:8080/', r => process.exit(r.statusCode == 200 ? 0 : 1)); 'x'"]
python3 -c "import urllib.request as u; print(u.urlopen(\"http://localhost:8080/\").status)"
python3 -c 'import urllib.request as u; u.urlopen("http://localhost:8080/")'
expr 1 \| 0
["CMD", "su", "-s", "/bin/sh", "app", "-c", "curl -fs http://localhost:8080/ || exit 1"]
["CMD", "setpriv", "--reuid", "1", "sh", "-c", "curl -fs http://localhost:8080/ || exit 1"]
["CMD", "sqlite3", "/x.db", "select 'a' || 'b'"]
["CMD", "timeout", "3", "sh", "-c", "curl -fs http://localhost:8080/ || exit 1"]
curl -sf http://localhost:8080/ & wait $!
curl -sf http://localhost:8080/ | awk '$3 > $2 {bad=1} END {exit bad}'
curl -sf http://localhost:8080/ | grep -q 'a 2&>1 b'
bash -c 'x=/run/app-1234567890; [ -n "${x:10}" ]'
find /tmp -name beat -mmin -1 | grep -q .
curl -f "http://localhost:${PORT}/x"
curl -f http://[::1]:8080/
curl -f http://localhost:8080 http://localhost:8080/x
curl -f -d 8080 http://localhost:8080/
curl -f http://localhost:8080/ -o 8080
curl -f http://localhost:8080/8080 -m 3
curl -f localhost:8080 -m 3
test -z "$(curl -sf http://localhost:8080/errors)"
[ "$(ls -A /x)" ]
[ "x$PORT" = x8080 ]
[ 200 -eq $(curl -s -o /dev/null -w '%{http_code}' http://localhost:8080/) ]
$(which curl) -f http://localhost:8080/
/usr/bin/[ -f /tmp/x ]
curl -f http://localhost:8080/; exit $?
curl -f http://localhost:8080/; [ $? -eq 0 ]
sleep 1; curl -f http://localhost:8080/
curl -f http://localhost:8080/ || { echo "exit 1"; exit 1; }
curl -f http://localhost:8080/ || sh -c 'exit 1'
su - app -c "curl -f http://localhost:8080/ || exit 1"
mysqladmin ping -h127.0.0.1 -uroot -p"$PORT" || exit 1
mysql -h 127.0.0.1 -e "select 1" || exit 1
["CMD", "redis-cli", "--no-auth-warning", "-a", "pw with space", "ping"]
["CMD", "psql", "-U", "postgres", "-c", "select 1"]
["CMD", "mysql", "-e select 1"]
["CMD", "curl", "-f", "-H", "X: y", "http://localhost:8080/"]
["CMD", "curl", "-f", "-HX: y", "http://localhost:8080/"]
["CMD", "curl", "-f", "-A", "my agent", "http://localhost:8080/"]
grpc_health_probe -addr=unix:///run/app.sock
grpc_health_probe -addr=:8080 -service=api
grpcurl -plaintext -d '{"service":"x"}' localhost:8080 grpc.health.v1.Health/Check
["CMD", "grpc_health_probe", "-addr=dns:///localhost:8080"]
/bin/grpc_health_probe -addr=$HOSTNAME:8080
nc -z -w2 localhost 8080
nc -zw2 localhost 8080
ncat -z localhost 8080
nc -zv -w 3 "$HOSTNAME" 8080
echo stats | nc 127.0.0.1 8080
curl -s http://localhost:8080/ | jq -e '.a or .b'
curl -s http://localhost:8080/ | jq -er .status | grep UP
curl -sf http://localhost:8080/ | tee /tmp/last | grep ok
case "$(curl -s http://localhost:8080/)" in ok) exit 0 ;; esac; exit 1
curl -f http://localhost:8080/ && exit 0; exit 1
if curl -f http://localhost:8080/; then exit 0; fi; exit 1
curl -f http://localhost:8080/ && exit 0 || exit 1
set -e; curl -f http://localhost:8080/; exit 0
test "$(cat /sys/x)" -gt 5
[ $PORT ]
[ "${PORT}" ]
[ $(date +%s) -gt 1 ]
[ -S /run/app.sock ] && [ -r /run/app.sock ]
test -f "$HOME/ready"
test -n "$PORT"
[ -n $PORT ]
bash -c '[[ $PORT == 80* ]]'
bash -c '[[ -n $(pidof x) ]]'
curl -sf "http://localhost:8080/q?x={a}"
curl -gf "http://localhost:8080/{id}"
curl -f http://user:pass@localhost:8080/
curl -f "http://localhost:8080/?q=a%20b"
wget --header "Accept: x" -qO- http://localhost:8080/
wget --quiet --tries 1 --timeout 3 --spider http://localhost:8080/
["CMD", "HC_RUN"]
["CMD", "/app/health", "-url", "http://localhost:8080/", "-expect", "200"]
lsof -i :8080
lsof -i tcp:8080
ss -lnt | grep -q :8080
kill -0 $(cat /run/x.pid)
dotnet /app/Health.dll
curl --fail --silent --data "url=http://x/" http://localhost:8080/
curl -K /etc/probe.curl
curl -f --url http://localhost:8080/
timeout 3 curl -f http://localhost:8080/
timeout -k 1 3 curl -f http://localhost:8080/
timeout 5s wget -q -O /dev/null http://localhost:8080/
STATUS=$(curl -s http://localhost:8080/); [ "$STATUS" = ok ]
expr "$PORT" = 8080
exit $(curl -sf http://localhost:8080/exit-code)
curl -sf -u "admin:${PORT}" http://localhost:8080/
wget -q "http://localhost:8080/" -O - >/dev/null
[ "$PORT" ] && curl -f http://localhost:8080/
curl -f http://localhost:8080/ 2>&1 >/dev/null
curl -f http://localhost:8080/ >/dev/null 2>&1 && echo ok
curl -sf -m 3 --connect-timeout 2 --retry 2 http://localhost:8080/
curl -f --fail-with-body http://localhost:8080/
curl -f -X GET http://localhost:8080/
curl -f -I http://localhost:8080/
psql -tAc "select count(*) from pg_stat_activity where state = 'active'"
mongosh --eval "db.adminCommand('ping').ok == 1" --quiet
check() { curl -f http://localhost:8080/; }; check
find /tmp/beat -mmin -1 | grep -q .
find /tmp -name old -delete; curl -f http://localhost:8080/
test "$(find /tmp/beat -mmin -1)"
curl -f "http://localhost:8080/a;b"
curl -f http://localhost:${PORT:-8080}/
if curl -f http://localhost:8080/; then exit 0; fi; exit 1
nc -z -u localhost 8125
ps -o comm | grep -qx app
curl -f http://localhost:8080/ || wget -qO /dev/null http://localhost:8080/ || exit 1
command -v curl >/dev/null && curl -f http://localhost:8080/ || wget -qO- http://localhost:8080/
read line < /tmp/state; [ "$line" = up ]
`

// goodCommands are the lines of goodLines.
func goodCommands(t *testing.T) [][]string {
	t.Helper()
	var all [][]string
	for line := range strings.Lines(goodLines) {
		line = strings.TrimSpace(line)
		command := sh(line)
		if strings.HasPrefix(line, `["`) {
			if err := json.Unmarshal([]byte(line), &command); err != nil {
				t.Fatalf("%s: %v", line, err)
			}
		}
		if line != "" {
			all = append(all, command)
		}
	}
	return all
}
