package catalogue

import "github.com/ecslocal/ecslocal/healthcheck/cause"

const (
	certain = cause.Certain
	likely  = cause.Likely
	hint    = cause.Hint

	url    = "http://127.0.0.1:8080/"
	closed = "wait" // an application that listens nowhere
)

type def = map[string]any

// formRows are group A: the command itself.
var formRows = []row{
	{rule: "HC001", certainty: certain, image: debian, check: cmd("curl -f http://localhost:8080/ || exit 1"), fixed: passes},
	{rule: "HC001", certainty: certain, image: busybox, check: cmd("wget -q -O /dev/null " + url + " || exit 1"), fixed: passes},
	{rule: "HC002", certainty: certain, image: debian, check: cmd("curl", "-f", url, "||", "exit", "1"), fixed: passes},
	{rule: "HC002", certainty: certain, image: busybox, check: cmd("wget", "-q", "-O", "-", url, ">", "/dev/null"), fixed: passes},
	{rule: "HC001", certainty: certain, image: debian, check: cmd("sh -c", "curl -f "+url), fixed: passes},
	{rule: "HC002", certainty: certain, image: debian, check: sh("curl -f " + url + " exit 1"), fixed: passes},
	{rule: "HC002", certainty: certain, image: busybox, check: sh(ask + " or exit 1"), fixed: passes},
	{rule: "HC002", certainty: certain, image: debian, check: cmd("test", "-f", "/etc/passwd", "||", "exit", "1"), fixed: passes},
	{rule: "HC002", certainty: certain, image: debian, check: cmd("</dev/tcp/127.0.0.1/8080"), fixed: passes},
	{rule: "HC003", certainty: certain, image: debian, check: []string{"CMD-SHELL", "curl", "-f", url}, fixed: passes},
	{rule: "HC003", certainty: certain, image: debian, check: []string{"CMD-SHELL", "bash", "-c", "curl -f " + url + " || exit 1"}, app: closed, until: healthy, fixed: catches},
	{rule: "HC003", certainty: certain, image: busybox, check: []string{"CMD-SHELL", "wget", "-q", "-O", "/dev/null", url}, fixed: passes},
	{rule: "HC003", certainty: certain, image: gosh, check: []string{"CMD-SHELL", "curl", "-f", url}, fixed: passes},
	{rule: "HC004", certainty: certain, image: debian, check: []string{"curl -f " + url}, until: never, fixed: passes},
	{rule: "HC004", certainty: certain, image: empty, check: []string{"/app", "get=" + url}, until: never, fixed: passes},
	{rule: "HC005", certainty: certain, image: debian, check: []string{"cmd-shell", "curl -f " + url}, until: never, fixed: passes},
	{rule: "HC005", certainty: certain, image: debian, check: []string{"CMD_SHELL", "curl -f " + url}, until: never, fixed: passes},
	{rule: "HC005", certainty: certain, image: empty, check: []string{"CMD ", "/app", "get=" + url}, until: never, fixed: passes},
	{rule: "HC005", certainty: certain, image: busybox, check: []string{"SHELL", ask + " || exit 1"}, until: never, fixed: passes},
	{rule: "HC006", certainty: certain, image: debian, check: []string{"CMD-SHELL, curl -f " + url + " || exit 1"}, until: never, fixed: passes},
	{rule: "HC006", certainty: certain, image: debian, check: []string{`["CMD-SHELL", "curl -f ` + url + `"]`}, until: never, fixed: passes},
	{rule: "HC007", certainty: certain, image: debian, check: []string{"CMD"}, until: linted},
	{rule: "HC008", certainty: certain, image: debian, check: []string{"CMD-SHELL"}},
	{rule: "HC008", certainty: certain, image: busybox, check: []string{"CMD-SHELL"}},
	{rule: "HC009", certainty: certain, image: debian, check: sh(""), app: closed, until: healthy},
	{rule: "HC010", certainty: certain, image: debian, check: sh(`"curl -f ` + url + ` || exit 1"`), fixed: passes},
	{rule: "HC010", certainty: certain, image: busybox, check: sh(`'` + ask + ` || exit 1'`), fixed: passes},
	{rule: "HC010", certainty: certain, image: gosh, check: sh(`"curl -f ` + url + ` || exit 1"`), fixed: passes},
	{rule: "HC010", certainty: certain, image: debian, check: cmd("sh", "-c", "'curl -f "+url+" || exit 1'"), fixed: passes},
	{rule: "HC011", certainty: certain, image: debian, check: sh(`["curl", "-f", "` + url + `"]`), fixed: passes},
	{rule: "HC011", certainty: certain, image: debian, check: sh(`[curl,-f,` + url + `]`)},
	{rule: "HC012", certainty: certain, image: debian, check: sh("curl -f " + url + "\n|| exit 1"), fixed: passes},
	{rule: "HC012", certainty: certain, image: busybox, check: sh("wget -q\n -O /dev/null " + url), fixed: passes},
	{rule: "HC012", certainty: certain, image: gosh, check: sh("curl -f " + url + "\n|| exit 1"), fixed: passes},
	{rule: "HC013", certainty: certain, image: debian, check: sh("curl -fsS " + url + "\r"), fixed: passes},
	{rule: "HC013", certainty: certain, image: debian, check: cmd("curl", "-f\r", url), fixed: passes},
	{rule: "HC014", certainty: certain, image: debian, check: sh(`curl -f \ ` + url), fixed: passes},
	{rule: "HC015", certainty: certain, image: debian, check: sh("curl -f “" + url + "”"), fixed: passes},
	{rule: "HC015", certainty: certain, image: debian, check: sh("curl -f\u00a0" + url), fixed: passes},
	{rule: "HC015", certainty: certain, image: busybox, check: sh("wget –q -O /dev/null " + url), fixed: passes},
	{rule: "HC016", certainty: certain, image: debian, check: sh("CMD curl -f " + url + " || exit 1"), fixed: passes},
	{rule: "HC016", certainty: certain, image: busybox, check: sh("HEALTHCHECK --interval=5s CMD " + ask), fixed: passes},
	{rule: "HC017", certainty: certain, image: debian, check: cmd("curl", "-f", url+" "), fixed: passes},
	{rule: "HC017", certainty: certain, image: debian, check: cmd("curl ", "-f", url), fixed: passes},
	{rule: "HC018", certainty: certain, image: debian, check: sh("curl " + url + " - f"), fixed: passes},
	{rule: "HC019", certainty: certain, image: debian, check: cmd("sh", "-c", "curl", "-f", url), fixed: passes},
	{rule: "HC019", certainty: certain, image: busybox, check: sh("sh -c wget -q -O /dev/null " + url), fixed: passes},
	{rule: "HC019", certainty: certain, image: debian, check: cmd("sh", "-c", "curl", "-f", url, "||", "exit 1"), fixed: passes},
	{rule: "HC019", certainty: certain, image: debian, check: sh("sh -c curl -f " + url + " || exit 1"), fixed: passes},
	{rule: "HC020", certainty: certain, image: debian, check: cmd("cd", "/tmp"), fixed: passes},
	{rule: "HC020", certainty: certain, image: busybox, check: cmd("exit", "0"), fixed: passes},
	{rule: "HC021", certainty: certain, image: debian, check: cmd("curl", "-f", "http://127.0.0.1:$PORT/"), more: def{"environment": env("PORT", "8080")}, fixed: passes},
	{rule: "HC021", certainty: certain, image: scripts, check: cmd("cat", "/h*/check.sh"), fixed: passes},
	{rule: "HC022", certainty: certain, image: debian, check: sh("curl -f http://127.0.0.1:$$PORT/"), more: def{"environment": env("PORT", "8080")}, fixed: passes},
	{rule: "HC022", certainty: certain, image: busybox, check: sh(`wget -q -O /dev/null http://127.0.0.1:\$PORT/`), more: def{"environment": env("PORT", "8080")}, fixed: passes},
	{rule: "HC023", certainty: certain, image: debian, check: sh("curl -f http://127.0.0.1:$PORT/ || exit 1"), more: def{"portMappings": ports(8080)}, fixed: passes, mode: "bridge"},
	{rule: "HC023", certainty: certain, image: debian, check: sh("curl -f http://127.0.0.1:${HTTP_PORT}/ || exit 1")},
	{rule: "HC023", certainty: certain, image: debian, check: sh("curl -f http://127.0.0.1:$(PORT)/"), more: def{"environment": env("PORT", "8080")}, fixed: passes},
	{rule: "HC024", certainty: certain, image: debian, check: sh("curl -f http://127.0.0.1:$PORT/"), app: "export PORT=8080; exec /app listen=127.0.0.1:$PORT wait",
		more: def{"entryPoint": []string{"/bin/sh", "-c"}, "command": []string{"export PORT=8080; exec /app listen=127.0.0.1:$PORT wait"}}},
	{rule: "HC025", certainty: certain, image: debian, check: sh("curl -sf " + url + "?a=1&b=2"), app: closed, until: healthy, fixed: catches},
	{rule: "HC026", certainty: certain, image: debian, check: sh("curl -f '" + url + " || exit 1"), fixed: passes},
	{rule: "HC026", certainty: certain, image: busybox, check: sh("if wget -q -O /dev/null " + url + "; then exit 0")},
	{rule: "HC026", certainty: certain, image: debian, check: sh("if [-f /etc/passwd ]; then exit 0; else exit 1; fi"), fixed: passes},
	{rule: "HC026", certainty: certain, image: busybox, check: sh("[ -f /etc/passwd] || exit 1"), fixed: passes},
	{rule: "HC026", certainty: certain, image: debian, check: sh("[ 1 eq 1 ]"), fixed: passes},
	{rule: "HC026", certainty: certain, image: debian, check: sh("if [ curl -f " + url + " ]; then exit 0; else exit 1; fi"), fixed: passes},
	{rule: "HC026", certainty: certain, image: busybox, check: sh("STATUS = $(wget -q -O- " + url + "); [ \"$STATUS\" = ok ]"), fixed: passes},
	{rule: "HC026", certainty: certain, image: busybox, check: sh("[ $(wget -q -O- " + url + " | wc -l) ne 100 ]"), fixed: passes},
	{rule: "HC026", certainty: certain, image: gosh, check: sh("curl -f " + url + "(x")},
	{rule: "HC002", certainty: certain, image: debian, check: sh("curl -s -o /dev/null -w %{http_code} " + url + " == 200 || exit 1"), fixed: passes},
	{rule: "HC014", certainty: certain, image: debian, check: sh("curl -f " + url + " \\ \n || exit 1"), fixed: passes},
	{rule: "HC016", certainty: certain, image: debian, check: sh("--interval=30s --timeout=3s curl -f " + url + " || exit 1"), fixed: passes},
	{rule: "HC016", certainty: certain, image: busybox, check: cmd("--start-period=30s", "wget", "-q", "-O", "/dev/null", url), fixed: passes},
	{rule: "HC022", certainty: certain, image: debian, check: cmd("sh", "-c", "curl -f http://127.0.0.1:$$PORT/ || exit 1"), more: def{"environment": env("PORT", "8080")}, fixed: passes},
	{rule: "HC023", certainty: certain, image: debian, check: sh("curl -f " + url + " 2>$1"), fixed: passes},
	{rule: "HC025", certainty: certain, image: debian, check: sh("curl -sf " + url + " 2&>1 || exit 1"), app: closed, until: healthy, fixed: catches},
	{rule: "HC026", certainty: certain, image: debian, check: sh("if curl -f " + url + " then exit 0; else exit 1; fi"), fixed: passes},
	{rule: "HC026", certainty: certain, image: busybox, check: sh(ask + " || { exit 1 }"), fixed: passes},
}

// ports are port mappings of these container ports.
func ports(all ...int) []map[string]any {
	var mapped []map[string]any
	for _, p := range all {
		mapped = append(mapped, map[string]any{"containerPort": p})
	}
	return mapped
}
