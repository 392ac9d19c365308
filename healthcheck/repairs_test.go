package healthcheck

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/ecslocal/ecslocal/emulator/diag"
)

// repairs are broken commands as people write them, with the cause and the command that must be printed instead; a command is a script, or
// JSON. An empty repair says that a person has to decide. TestRepairs wants the result to be free of errors, too.
var repairs = []struct{ broken, rule, want string }{
	// URLs and addresses
	{"curl -f http:/localhost:8080/ || exit 1", "HC067", "curl -f http://localhost:8080/ || exit 1"},
	{"curl -f http//localhost:8080/ || exit 1", "HC067", "curl -f http://localhost:8080/ || exit 1"},
	{"curl -f https:localhost:8080/ || exit 1", "HC067", "curl -f https://localhost:8080/ || exit 1"},
	{`curl -f http:\\localhost:8080/`, "HC067", "curl -f http://localhost:8080/"},
	{"curl -f http://localhost:8O8O/x", "HC067", "curl -f http://localhost:8080/x"},
	{"curl -f htttp://localhost:8080", "HC067", "curl -f http://localhost:8080"},
	{"curl -f http://localhost:8080:/x", "HC067", "curl -f http://localhost:8080/x"},
	{"curl -f http://:8080/x", "HC067", "curl -f http://127.0.0.1:8080/x"},
	{"curl -f http://localhost/x 8080", "HC067", "curl -f http://localhost:8080/x"},
	{"curl -f http://localhost :8080/x", "HC067", "curl -f http://localhost:8080/x"},
	{`curl -f "http://localhost:8080/ || exit 1"`, "HC067", "curl -f http://localhost:8080/ || exit 1"},
	{"curl -f http://localhost:{PORT}/ || exit 1", "HC067", `curl -f "http://localhost:${PORT}/" || exit 1`},
	{"curl -f http://localhost:%MY_PORT%/", "HC067", "curl -f http://localhost:8080/"},
	{`["CMD","curl","-f","http://localhost:{{ port }}/"]`, "HC067", ""},
	{`["CMD","curl","-f","http://localhost:{{port}}/"]`, "HC067", `["CMD","curl","-f","http://localhost:8080/"]`},
	{"curl -f 'http://localhost:$PORT/x' || exit 1", "HC067", `curl -f "http://localhost:${PORT}/x" || exit 1`},
	{"nc -z localhost:8080 || exit 1", "HC067", "nc -z localhost 8080 || exit 1"},
	{"nc -z http://localhost:8080/", "HC067", "nc -z localhost 8080"},
	{`["CMD","nc","-z","localhost:8080"]`, "HC067", `["CMD","nc","-z","localhost","8080"]`},
	{"nc -z localhost", "HC067", ""},
	{`timeout 1 bash -c "</dev/tcp/localhost:8080"`, "HC067", `timeout 1 bash -c "</dev/tcp/localhost/8080"`},
	{"grpc_health_probe -addr=http://localhost:8080", "HC067", "grpc_health_probe -addr=localhost:8080"},
	{"grpc_health_probe -addr localhost", "HC067", ""},
	{"curl -f http://localhost:$(PORT)/", "HC023", "curl -f http://localhost:${PORT}/"},
	{`curl -f "htpp://localhost:${PORT}/" || exit 1`, "HC067", `curl -f "http://localhost:${PORT}/" || exit 1`},
	{"curl -f http://localhost::$PORT/ || exit 1", "HC067", "curl -f http://localhost:$PORT/ || exit 1"},
	{"curl -f ‘http://localhost:$PORT/’ || exit 1", "HC015", `curl -f "http://localhost:$PORT/" || exit 1`},
	// operators
	{"curl -f http://localhost:8080/ exit 1", "HC002", "curl -f http://localhost:8080/ || exit 1"},
	{"curl -f http://localhost:8080/ or exit 2", "HC002", "curl -f http://localhost:8080/ || exit 2"},
	{"wget -q --spider http://localhost:8080/ exit", "HC002", "wget -q --spider http://localhost:8080/ || exit 1"},
	{"test -f /tmp/ready exit 1", "HC002", "test -f /tmp/ready || exit 1"},
	{"timeout 3 pg_isready -U app exit 1", "HC002", "timeout 3 pg_isready -U app || exit 1"},
	{`["CMD","curl","-f","http://localhost:8080/","exit","1"]`, "HC002", "curl -f http://localhost:8080/ || exit 1"},
	{`["CMD","curl","-f","http://localhost:8080/",";","exit","1"]`, "HC002", "curl -f http://localhost:8080/ || exit 1"},
	{`["CMD","curl","-f","http://localhost:8080/","||","exit 1"]`, "HC002", "curl -f http://localhost:8080/ || exit 1"},
	{`["CMD","test","-f","/tmp/ready","||","exit","1"]`, "HC002", "test -f /tmp/ready || exit 1"},
	{`["CMD","node","-e","process.exit(1)","||","exit","1"]`, "HC002", "node -e 'process.exit(1)' || exit 1"},
	{`["CMD","</dev/tcp/localhost/8080"]`, "HC002", `["CMD","bash","-c","</dev/tcp/localhost/8080"]`},
	// the form
	{`["SHELL","curl -f http://localhost:8080/"]`, "HC005", "curl -f http://localhost:8080/"},
	{`["CMD-EXEC","curl","-f","http://localhost:8080/"]`, "HC005", `["CMD","curl","-f","http://localhost:8080/"]`},
	{`["HEALTHCHECK","CMD","curl","-f","http://localhost:8080/"]`, "HC005", `["CMD","curl","-f","http://localhost:8080/"]`},
	{`["CMD-SHELL: curl -f http://localhost:8080/"]`, "HC006", "curl -f http://localhost:8080/"},
	{`["CMD","sh -c","curl -f http://localhost:8080/"]`, "HC001", "sh -c 'curl -f http://localhost:8080/'"},
	{`["CMD-SHELL","bash","-c","curl -f http://localhost:8080/ || exit 1"]`, "HC003", "bash -c 'curl -f http://localhost:8080/ || exit 1'"},
	{`["CMD-SHELL","bash -c","curl -f http://localhost:8080/"]`, "HC003", "bash -c 'curl -f http://localhost:8080/'"},
	{`["CMD","sh","-c","curl","-f http://localhost:8080/"]`, "HC019", `["CMD","sh","-c","curl -f http://localhost:8080/"]`},
	{`["CMD","sh","-c","curl","-f","http://localhost:8080/","||","exit 1"]`, "HC019", `["CMD","sh","-c","curl -f http://localhost:8080/ || exit 1"]`},
	{`["CMD","/bin/sh","curl -f http://localhost:8080/"]`, "HC034", `["CMD","/bin/sh","-c","curl -f http://localhost:8080/"]`},
	{`["CMD","bash","curl","-f","http://localhost:8080/"]`, "HC034", `["CMD","curl","-f","http://localhost:8080/"]`},
	{`["CMD","curl","-f http://localhost:8080/"]`, "HC043", `["CMD","curl","-f","http://localhost:8080/"]`},
	{`["CMD","pg_isready","--host localhost"]`, "HC043", `["CMD","pg_isready","--host","localhost"]`},
	{"wget -fsS http://localhost:8080/ || exit 1", "HC043", "wget -q -O /dev/null http://localhost:8080/ || exit 1"},
	// tests
	{"[-f /tmp/ready ]", "HC026", "[ -f /tmp/ready ]"},
	{"[ -f /tmp/ready] || exit 1", "HC026", "[ -f /tmp/ready ] || exit 1"},
	{"[ $PORT ne 0 ]", "HC026", "[ $PORT -ne 0 ]"},
	{`[ "$(cat /tmp/state)" === ok ]`, "HC026", `[ "$(cat /tmp/state)" = ok ]`},
	{"[ -f /tmp/ready", "HC026", ""},
	{"test -f/tmp/ready", "HC088", "test -f /tmp/ready"},
	{"[ $(curl -s http://localhost:8080/state)=ok ]", "HC088", `[ "$(curl -s http://localhost:8080/state)" = ok ]`},
	{"[ -n $(pidof nginx) ]", "HC088", `[ -n "$(pidof nginx)" ]`},
	// program texts
	{`["CMD","python3","-c","'import urllib.request as r; r.urlopen(\"http://localhost:8080/\")'"]`, "HC010", `["CMD","python3","-c","import urllib.request as r; r.urlopen(\"http://localhost:8080/\")"]`},
	{`python3 -c "import urllib.request as r; r.urlopen("http://localhost:8080/")"`, "HC026", `python3 -c "import urllib.request as r; r.urlopen('http://localhost:8080/')"`},
	{`["CMD","python3","-c","import requests; requests.get('http://localhost:8080/')"]`, "HC044", `["CMD","python3","-c","import requests; requests.get('http://localhost:8080/').raise_for_status()"]`},
	{`node -e "fetch('http://localhost:8080/')"`, "HC044", ""},
	{`python3 -c "import urllib.request as r; r.urlopen('http://localhost:9999/')"`, "HC060", `python3 -c "import urllib.request as r; r.urlopen('http://localhost:8080/')"`},
	{`wget -q -O /dev/null "http://localhost:8080/?a=1&b=2"`, "HC063", `wget -q -O /dev/null "http://127.0.0.1:8080/?a=1&b=2"`},
	// logic
	{"curl -f http://localhost:8080/ | exit 1", "HC090", "curl -f http://localhost:8080/ || exit 1"},
	{"curl -f http://localhost:8080/; exit 1", "HC089", "curl -f http://localhost:8080/ || exit 1"},
	{"curl -f http://localhost:8080/; exit1", "HC089", "curl -f http://localhost:8080/ || exit 1"},
	{"curl -f http://localhost:8080/ && exit0 || exit1", "HC089", "curl -f http://localhost:8080/ || exit 1"},
	{"curl -f http://localhost:8080/ || exit1", "HC093", "curl -f http://localhost:8080/ || exit 1"},
	{"curl -f http://localhost:8080/ || echo down && exit 1", "HC089", "curl -f http://localhost:8080/ || { echo down; exit 1; }"},
	{"curl -f http://localhost:8080/ || echo down; exit 1", "HC089", "curl -f http://localhost:8080/ || { echo down; exit 1; }"},
	{"curl -f http://localhost:8080/ || (echo down)", "HC088", "curl -f http://localhost:8080/ || exit 1"},
	{"curl -s http://localhost:8080/ | jq '.ok == true'", "HC087", "curl -s http://localhost:8080/ | jq -e '.ok == true'"},
	{"netstat -tln | grep 8080 | wc -l", "HC087", "netstat -tln | grep 8080"},
	{"curl -f http://localhost:8080/ | tail -1 | cat", "HC087", "curl -f http://localhost:8080/ || exit 1"},
	{"curl -f http://localhost:8080/ || kill -s 15 -1 && (sleep 10; kill -s 9 -1)", "HC092", "curl -f http://localhost:8080/ || exit 1"},
	{"curl -f http://localhost:8080/ || bash -c 'kill -s 15 -1 && (sleep 10; kill -s 9 -1)'", "HC092", "curl -f http://localhost:8080/ || exit 1"},
	{"exit $(curl -s -o /dev/null -w '%{http_code}' http://localhost:8080/)", "HC093", `[ "$(curl -s -o /dev/null -w '%{http_code}' http://localhost:8080/)" = 200 ]`},
	// more
	{`curl -f \"http://localhost:8080/\" || exit 1`, "HC067", "curl -f http://localhost:8080/ || exit 1"},
	{"curl -f --max-time=5 http://localhost:8080/", "HC043", "curl -f --max-time 5 http://localhost:8080/"},
	{`["CMD","curl","-f","--output=/dev/null","http://localhost:8080/"]`, "HC043", `["CMD","curl","-f","--output","/dev/null","http://localhost:8080/"]`},
	{"curl -F http://localhost:8080/ || exit 1", "HC043", "curl -f http://localhost:8080/ || exit 1"},
	{"timeout curl -f http://localhost:8080/", "HC043", "timeout 4 curl -f http://localhost:8080/"},
	{"if [ curl -f http://localhost:8080/ ]; then exit 0; else exit 1; fi", "HC026", "if curl -f http://localhost:8080/; then exit 0; else exit 1; fi"},
	{`[ "curl -f http://localhost:8080/" ] || exit 1`, "HC088", "curl -f http://localhost:8080/ || exit 1"},
	{`STATUS = $(cat /tmp/state); [ "$STATUS" = ok ]`, "HC026", `STATUS=$(cat /tmp/state); [ "$STATUS" = ok ]`},
	{`["CMD","sh","-c","'curl -f http://localhost:8080/ || exit 1'"]`, "HC010", `["CMD","sh","-c","curl -f http://localhost:8080/ || exit 1"]`},
	{"sh -c curl -f http://localhost:8080/ || exit 1", "HC019", "sh -c 'curl -f http://localhost:8080/' || exit 1"},
	// what is mistyped
	{"curl -f http://localhost:8080/ 2&>1 || exit 1", "HC025", "curl -f http://localhost:8080/ 2>&1 || exit 1"},
	{"curl -f http://localhost:8080/ >/dev/null 2>$1", "HC023", "curl -f http://localhost:8080/ >/dev/null 2>&1"},
	{"curl -f http://localhost:8080/ &> /dev/null || exit 1", "HC039", "curl -f http://localhost:8080/ >/dev/null 2>&1 || exit 1"},
	{"curl -f http://localhost:8080/ |& grep ok", "HC039", "curl -f http://localhost:8080/ 2>&1 | grep ok"},
	{"[[ $(curl -s http://localhost:8080/) == ok ]]", "HC039", `[ "$(curl -s http://localhost:8080/)" = ok ]`},
	{"curl -f http://localhost:8080/ & || exit 1", "HC026", "curl -f http://localhost:8080/ || exit 1"},
	{"curl -f -H Host: example.com http://localhost:8080/", "HC043", "curl -f -H 'Host: example.com' http://localhost:8080/"},
	{`["CMD","curl","-f","-H","Host:","example.com","http://localhost:8080/"]`, "HC043", `["CMD","curl","-f","-H","Host: example.com","http://localhost:8080/"]`},
	{`curl -f "http://localhost: 8080/"`, "HC067", `curl -f "http://localhost:8080/"`},
	{"redis-cli ping == PONG", "HC002", `[ "$(redis-cli ping)" = PONG ]`},
	{`["CMD","redis-cli","ping","==","PONG"]`, "HC002", `[ "$(redis-cli ping)" = PONG ]`},
	{"curl -f http://localhost:8080/ || exit(1)", "HC026", "curl -f http://localhost:8080/ || exit 1"},
	{"curl -f http://localhost:8080/ || {exit 1;}", "HC026", "curl -f http://localhost:8080/ || { exit 1;}"},
	{"if curl -f http://localhost:8080/ then exit 0 fi; exit 1", "HC026", "if curl -f http://localhost:8080/; then exit 0; fi; exit 1"},
	{"curl -f http://localhost:${env.PORT}/", "HC026", "curl -f http://localhost:${PORT}/"},
	{"curl -f http://localhost:${PORT:8080}/", "HC067", "curl -f http://localhost:${PORT:-8080}/"},
	{"curl -f http://localhost:<port>/", "HC067", "curl -f http://localhost:8080/"},
	{"curl -f http://<container-ip>:8080/", "HC067", "curl -f http://127.0.0.1:8080/"},
	{"curl -f http;//localhost:8080/", "HC067", "curl -f http://localhost:8080/"},
	{"curl -f http://127.0.0.1;8080/", "HC067", "curl -f http://127.0.0.1:8080/"},
	{"curl -f http://localhost.8080/x", "HC067", "curl -f http://localhost:8080/x"},
	{"curl -f http://http://localhost:8080/", "HC067", "curl -f http://localhost:8080/"},
	{"curl -f //localhost:8080/", "HC067", "curl -f http://localhost:8080/"},
	{"curl -f http://localhost:8080:8080/", "HC067", "curl -f http://localhost:8080/"},
	{`curl -f \\"http://localhost:8080/\\" || exit 1`, "HC067", "curl -f http://localhost:8080/ || exit 1"},
	{"curl -f --timeout=3 http://localhost:8080/", "HC043", "curl -f --max-time 3 http://localhost:8080/"},
	{"curl -f --retries 3 http://localhost:8080/", "HC043", "curl -f --retry 3 http://localhost:8080/"},
	{"curl -f -m 5s http://localhost:8080/", "HC043", "curl -f -m 5 http://localhost:8080/"},
	{"curl -sf -o http://localhost:8080/", "HC043", "curl -sf -o /dev/null http://localhost:8080/"},
	{`["CMD","curl","-f\thttp://localhost:8080/"]`, "HC043", `["CMD","curl","-f","http://localhost:8080/"]`},
	{"timeout -t 3 curl -f http://localhost:8080/", "HC043", "timeout 3 curl -f http://localhost:8080/"},
	{"--start-period=30s curl -f http://localhost:8080/", "HC016", "curl -f http://localhost:8080/"},
	{`["CMD","--interval","30s","CMD","curl","-f","http://localhost:8080/"]`, "HC016", `["CMD","curl","-f","http://localhost:8080/"]`},
	{"test: curl -f http://localhost:8080/ || exit 1", "HC016", "curl -f http://localhost:8080/ || exit 1"},
	{`["CMD-SHELL","-c","curl -f http://localhost:8080/"]`, "HC003", "curl -f http://localhost:8080/"},
	{`["test","CMD-SHELL","curl -f http://localhost:8080/"]`, "HC004", "curl -f http://localhost:8080/"},
	{"! curl -f http://localhost:8080/", "HC089", "curl -f http://localhost:8080/"},
	{"if ! curl -f http://localhost:8080/; then exit 0; else exit 1; fi", "HC089", "if curl -f http://localhost:8080/; then exit 0; else exit 1; fi"},
	{"curl -f http://localhost:8080/ || echo down >&2", "HC088", "curl -f http://localhost:8080/ || exit 1"},
	{"find /tmp/beat -mmin -1 || exit 1", "HC088", "find /tmp/beat -mmin -1 | grep -q . || exit 1"},
	{`["CMD","sh","-c","curl -f http://localhost:$$PORT/"]`, "HC022", `["CMD","sh","-c","curl -f http://localhost:$PORT/"]`},
	// within the script of a shell
	{`["CMD","bash","-c","curl -f http://localhost:8080/ | exit 1"]`, "HC089", `["CMD","bash","-c","curl -f http://localhost:8080/ || exit 1"]`},
	{`["CMD","sh","-c","curl -f http://localhost:8080/ 2&>1"]`, "HC025", `["CMD","sh","-c","curl -f http://localhost:8080/ 2>&1"]`},
	{`["CMD","sh","-c","! curl -f http://localhost:8080/"]`, "HC089", `["CMD","sh","-c","curl -f http://localhost:8080/"]`},
	{`["CMD","sh","-c","curl -f 'http://localhost:$PORT/' || exit 1"]`, "HC067", `["CMD","sh","-c","curl -f \"http://localhost:${PORT}/\" || exit 1"]`},
	{`["CMD","sh","-c","curl -sf http://localhost:8080/ | cat"]`, "HC087", `["CMD","sh","-c","curl -sf http://localhost:8080/ || exit 1"]`},
	{`["CMD","sh","-c","if curl -f http://localhost:8080/ then exit 0; fi; exit 1"]`, "HC026", `["CMD","sh","-c","if curl -f http://localhost:8080/; then exit 0; fi; exit 1"]`},
	{"bash -c 'curl -f http://localhost:8080/ || true'", "HC088", "bash -c 'curl -f http://localhost:8080/ || exit 1'"},
	{`["CMD","timeout","3","curl -f http://localhost:8080/"]`, "HC001", "timeout 3 curl -f http://localhost:8080/"},
	{`["CMD","curl","-f","http://localhost:8080/","&>","/dev/null"]`, "HC002", "curl -f http://localhost:8080/ >/dev/null 2>&1"},
	{`["CMD,curl,-f,http://localhost:8080/"]`, "HC006", `["CMD","curl","-f","http://localhost:8080/"]`},
	{`["CMD","sh","-c"]`, "HC008", ""},
	{`["CMD","sh"]`, "HC009", ""},
	// time
	{"curl -f -X HEAD http://localhost:8080/", "HC072", "curl -f -I -o /dev/null http://localhost:8080/"},
	{"curl -f --request HEAD http://localhost:8080/ || exit 1", "HC072", "curl -f -I -o /dev/null http://localhost:8080/ || exit 1"},
	{"ping localhost", "HC072", "ping -c 1 localhost"},
	{"tail -f /var/log/app.log", "HC072", ""},
	{"sleep 30; curl -f http://localhost:8080/", "HC072", "curl -f http://localhost:8080/"},
}

func TestRepairs(t *testing.T) {
	t.Parallel()
	for _, c := range repairs {
		command := Command{"CMD-SHELL", c.broken}
		if strings.HasPrefix(c.broken, `["`) {
			command = nil
			if err := json.Unmarshal([]byte(c.broken), &command); err != nil {
				t.Fatal(err)
			}
		}
		d := base(command...)
		d.Environment["PORT"] = "8080"
		found := Lint(d, nil)
		i := slices.IndexFunc(found, func(d Diagnosis) bool { return d.Rule.ID == c.rule })
		if i < 0 {
			t.Errorf("%s: found %v, want %s", c.broken, found, c.rule)
			continue
		}
		if len(found[i].Try) == 0 {
			if c.want != "" {
				t.Errorf("%s: %s has no repair, want %s", c.broken, c.rule, c.want)
			}
			continue
		}
		better := found[i].Try[0]
		if got := better.String(); c.want == "" || got != c.want && got != (Command{"CMD-SHELL", c.want}).String() {
			t.Errorf("%s: repaired as %s, want %q", c.broken, got, c.want)
		}
		d.Command = better
		for _, again := range Lint(d, nil) {
			if again.Severity == diag.Error || again.Rule.ID == c.rule && again.Severity != diag.Info {
				t.Errorf("%s: repaired as %s: %v", c.broken, better, again)
			}
		}
	}
}

// TestRepairsKeepVariables wants that no repair writes out what is in a variable, and that a script's own variables stay the script's.
func TestRepairsKeepVariables(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ broken, rule, want string }{
		{"curl -f http:/localhost:8080/?t=$TOKEN", "HC067", `curl -f "http://localhost:8080/?t=$TOKEN"`},
		{`curl -f "http:/localhost:$PORT/?t=${TOKEN}&p=$PORT"`, "HC067", `curl -f "http://localhost:$PORT/?t=${TOKEN}&p=$PORT"`},
		{`curl -f "http://localhost:8080/?t=$TOKEN || exit 1"`, "HC067", `curl -f "http://localhost:8080/?t=$TOKEN" || exit 1`},
		{"curl -f http://localhost/?t=$TOKEN 8080", "HC067", `curl -f "http://localhost:8080/?t=$TOKEN"`},
		{`wget -q "http://localhost:$PORT/?t=$TOKEN" -O /dev/null`, "HC063", `wget -q "http://127.0.0.1:$PORT/?t=$TOKEN" -O /dev/null`},
		{"curl -f --user=$TOKEN http://localhost:8080/", "HC043", `curl -f --user "$TOKEN" http://localhost:8080/`},
		{"curl -f -H Authorization: Bearer $TOKEN http://localhost:8080/", "HC043", `curl -f -H "Authorization: Bearer $TOKEN" http://localhost:8080/`},
		{`sh -c 'curl -f "http:/localhost:8080/?t=$TOKEN"'`, "HC067", `sh -c 'curl -f "http://localhost:8080/?t=$TOKEN"'`},
		{`["CMD","sh","-c","curl -f \"http:/localhost:8080/?t=$TOKEN\""]`, "HC067", `["CMD","sh","-c","curl -f \"http://localhost:8080/?t=$TOKEN\""]`},
		{"sh -c 'x=$(curl -s http:/localhost:8080/); [ $x = ok ]'", "HC067", "sh -c 'x=$(curl -s http://localhost:8080/); [ $x = ok ]'"},
		{`["CMD","sh -c","x=$(curl -s http://localhost:8080/); [ $x = ok ]"]`, "HC001", "sh -c 'x=$(curl -s http://localhost:8080/); [ $x = ok ]'"},
		{`["CMD","sh -c","'curl -f http://localhost:$PORT/'"]`, "HC001", "sh -c 'curl -f http://localhost:$PORT/'"},
	} {
		var command Command
		if json.Unmarshal([]byte(c.broken), &command) != nil {
			command = Command{"CMD-SHELL", c.broken}
		}
		d := with(sh(""), func(d *Definition) {
			d.Command, d.Environment = command, map[string]string{"PORT": "8080", "TOKEN": "S3CRET"}
		})
		found := Lint(d, nil)
		i := slices.IndexFunc(found, func(d Diagnosis) bool { return d.Rule.ID == c.rule && len(d.Try) > 0 })
		if i < 0 {
			t.Errorf("%s: found %v, want a repair of %s", c.broken, found, c.rule)
			continue
		}
		if got := found[i].Try[0].String(); got != c.want && got != (Command{"CMD-SHELL", c.want}).String() {
			t.Errorf("%s: repaired as %s, want %s", c.broken, got, c.want)
		}
	}
}

// TestOtherPortIsNoPatch: an administration's port is mapped nowhere, and nothing changes it unasked.
func TestOtherPortIsNoPatch(t *testing.T) {
	t.Parallel()
	for _, d := range Lint(with(sh("curl -f -m 3 http://localhost:9901/ready"), func(d *Definition) { d.Ports = []Port{{Container: 8080}} }), nil) {
		if d.Patch != nil && d.Rule.ID == "HC060" {
			t.Errorf("%v has the patch %s", d, d.Patch.Value)
		}
	}
}

// TestLimitBelowTimeout wants the limit of a client below the timeout that ECS takes.
func TestLimitBelowTimeout(t *testing.T) {
	t.Parallel()
	for timeout, want := range map[int]string{5: "-m 4", 2: "-m 1", 5000: "-m 4", 90: "-m 59"} {
		found := Lint(with(sh("curl -f http://localhost:8080/"), func(d *Definition) { d.InitProcess, d.Timeout = false, Set(timeout) }), nil)
		i := slices.IndexFunc(found, func(d Diagnosis) bool { return d.Rule.ID == "HC073" })
		if i < 0 || !strings.Contains(found[i].Patch.Value, want+" ") {
			t.Errorf("timeout %d: %v, want HC073 with %s", timeout, found, want)
		}
	}
}

func TestUnitsOfTime(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		change func(*Definition)
		want   string
	}{
		{func(d *Definition) { d.Interval = Set(30000) }, "30"}, {func(d *Definition) { d.Timeout = Set(5_000_000_000) }, "5"},
		{func(d *Definition) { d.Interval = Set(1) }, "5"}, {func(d *Definition) { d.Interval = Set(301) }, "300"}, {func(d *Definition) { d.StartPeriod = Set(301_000) }, "300"},
	} {
		found := Lint(with(sh("curl -f http://localhost:8080/"), c.change), nil)
		i := slices.IndexFunc(found, func(d Diagnosis) bool { return d.Rule.ID == "HC107" })
		if i < 0 || found[i].Patch == nil || found[i].Patch.Value != c.want {
			t.Errorf("found %v, want HC107 with the repair %s", found, c.want)
		}
	}
}

// TestBusyboxNetcat leaves host:port alone where nc is BusyBox's, which reads it.
func TestBusyboxNetcat(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		nc  string
		bad bool
	}{{"-> /bin/busybox", false}, {"\x7fELF", true}} {
		found := Lint(sh("nc -w 1 localhost:8080 </dev/null"), image(disk{"/bin/sh": "\x7fELF", "/bin/busybox": "\x7fELF", "/bin/nc": c.nc}))
		if bad := slices.ContainsFunc(found, func(d Diagnosis) bool { return d.Rule.ID == "HC067" && d.Severity == diag.Error }); bad != c.bad {
			t.Errorf("nc is %q: %v", c.nc, found)
		}
	}
}
