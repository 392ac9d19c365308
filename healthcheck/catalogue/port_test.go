package catalogue

// portRows are group D: where the check asks.
var portRows = []row{
	{rule: "HC060", certainty: certain, image: debian, check: sh("curl -f http://localhost:9090/ || exit 1"), look: true, fixed: passes, says: "9090"},
	{rule: "HC060", certainty: certain, image: busybox, check: sh("wget -q -O /dev/null http://localhost:9090/"), look: true, fixed: passes},
	{rule: "HC060", certainty: certain, image: debian, check: sh("wget -q -O /dev/null http://localhost/ || exit 1"), look: true, fixed: passes},
	{rule: "HC060", certainty: certain, image: gosh, check: cmd("curl", "-fsS", "http://127.0.0.1:80/"), look: true, fixed: passes},
	{rule: "HC060", certainty: certain, image: busybox, check: cmd("nc", "-w", "1", "127.0.0.1", "9090"), look: true, fixed: passes},
	{rule: "HC060", certainty: certain, image: empty, check: cmd("/app", "get=http://127.0.0.1:9090/x"), look: true, fixed: passes},
	{rule: "HC060", certainty: certain, image: empty, check: cmd("/app", "dial=127.0.0.1:9090")},
	{rule: "HC060", certainty: certain, image: debian, check: cmd("bash", "-c", "</dev/tcp/127.0.0.1/9090"), look: true, fixed: passes},
	{rule: "HC060", certainty: certain, image: debian, app: closed, check: sh("curl -f " + url), look: true, says: "any other"},
	{rule: "HC060", certainty: certain, image: curlish, app: "listen=0.0.0.0:8080 wait", check: sh("curl -f http://localhost:18080/"), more: def{"portMappings": []def{{"containerPort": 8080, "hostPort": 18080}}}, mode: "bridge", fixed: passes},
	{rule: "HC061", certainty: certain, image: debian, check: sh("curl -f http://web61:8080/"), more: def{"hostname": "web61"}, mode: "bridge", look: true, fixed: passes},
	{rule: "HC061", certainty: certain, image: debian, check: sh("curl -f " + url), more: def{"portMappings": ports(8080)}, mode: "bridge", until: healthy, look: true, says: "load balancer"},
	{rule: "HC062", certainty: certain, image: debian, app: "listen=[::1]:8080 wait", check: sh("curl -f " + url), more: def{"systemControls": ipv6()}, look: true, fixed: passes},
	{rule: "HC063", certainty: certain, image: busybox, check: sh("wget -q -O /dev/null http://[::1]:8080/"), look: true, fixed: passes},
	{rule: "HC064", certainty: certain, image: debian, app: "listen=unix:/tmp/app.sock wait", check: sh("curl -f " + url), look: true, fixed: passes},
	{rule: "HC065", certainty: certain, image: debian, check: sh("curl -f http://app-typo:8080/"), fixed: passes},
	{rule: "HC065", certainty: certain, image: busybox, check: sh("wget -q -O /dev/null http://web.local:8080/ || exit 1"), fixed: passes},
	{rule: "HC065", certainty: likely, image: debian, check: cmd("wget", "-q", "-O", "/dev/null", "http://app-typo:8080/"), fixed: passes},
	{rule: "HC066", certainty: certain, image: debian, check: sh("curl -f http://localhost:9000/"), more: def{"portMappings": ports(8080)}, mode: "bridge", fixed: passes,
		beside: []def{{"name": "api", "image": "@app", "memory": 32, "essential": false, "command": []string{"listen=0.0.0.0:9000", "wait"}, "portMappings": ports(9000)}}},
	{rule: "HC067", certainty: certain, image: debian, check: sh("curl -f http://127.0.0.1:808O/"), fixed: passes},
	{rule: "HC067", certainty: certain, image: debian, check: sh("curl -f httpp://127.0.0.1:8080/"), fixed: passes},
	{rule: "HC067", certainty: certain, image: debian, check: sh("curl -f http://127.0.0.1:808x/")},
	{rule: "HC067", certainty: certain, image: debian, check: sh("curl -f http://127.0.0.1 8080"), fixed: passes},
	{rule: "HC067", certainty: certain, image: debian, check: sh(`curl -f "` + url + ` || exit 1"`), fixed: passes},
	{rule: "HC067", certainty: certain, image: debian, check: sh("curl -f http://127.0.0.1:{PORT}/"), more: def{"environment": env("PORT", "8080")}, fixed: passes},
	{rule: "HC067", certainty: certain, image: debian, check: sh("curl -f 'http://127.0.0.1:$PORT/'"), more: def{"environment": env("PORT", "8080")}, fixed: passes},
	{rule: "HC067", certainty: certain, image: debian, check: sh(`curl -f http:\\127.0.0.1:8080/`), fixed: passes},
	{rule: "HC067", certainty: certain, image: debian, check: cmd("bash", "-c", "</dev/tcp/127.0.0.1:8080"), fixed: passes},
	{rule: "HC068", certainty: certain, image: debian, app: "tcp=127.0.0.1:8080 wait", check: sh("curl -f " + url), more: def{"timeout": 2}, look: true, ask: []string{url}},
	{rule: "HC068", certainty: likely, image: debian, app: "tcp=127.0.0.1:8080 wait", check: sh("curl -sS -f -m 1 " + url)},
	{rule: "HC060", certainty: certain, image: debian, app: "listen=unix:/tmp/app.sock wait", check: sh("curl -f --unix-socket /run/app.sock http://localhost/"), look: true, fixed: passes, says: "/tmp/app.sock"},
	{rule: "HC065", certainty: certain, image: debian, check: sh("curl -f http://loclahost:8080/ || exit 1"), fixed: passes},
	{rule: "HC067", certainty: certain, image: debian, check: sh("curl -f http://localhost.8080/ || exit 1"), fixed: passes},
	{rule: "HC067", certainty: certain, image: debian, check: sh("curl -f http://127.0.0.1:<port>/ || exit 1"), more: def{"portMappings": ports(8080)}, mode: "bridge", fixed: passes},
}

// ipv6 gives a container the loopback address ::1, which engines from 26 on do anyway.
func ipv6() []def {
	return []def{{"namespace": "net.ipv6.conf.lo.disable_ipv6", "value": "0"}}
}
