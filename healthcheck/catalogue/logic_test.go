package catalogue

// logicRows are group G: checks that say yes or no whatever happens. The application is down, or well where the check says no.
var logicRows = []row{
	{rule: "HC087", certainty: certain, image: debian, app: closed, check: sh("curl -f " + url + " | cat"), until: healthy, fixed: catches, says: "(7)"},
	{rule: "HC087", certainty: certain, image: busybox, app: closed, check: sh("wget -q -O- " + url + " | head -1"), until: healthy, fixed: catches},
	{rule: "HC088", certainty: certain, image: debian, app: closed, check: sh("curl -f " + url + " || exit 0"), until: healthy, fixed: catches},
	{rule: "HC088", certainty: certain, image: busybox, app: closed, check: sh(ask + "; exit 0"), until: healthy, fixed: catches},
	{rule: "HC088", certainty: certain, image: gosh, app: closed, check: sh("curl -sf " + url + " || true"), until: healthy, fixed: catches},
	{rule: "HC087", certainty: certain, image: busybox, app: closed, check: sh("ps aux | grep '[n]ginx' | wc -l"), until: healthy, fixed: catches},
	{rule: "HC088", certainty: certain, image: debian, app: closed, check: sh("[ $(curl -s -o /dev/null -w '%{http_code}' " + url + ")=200 ] || exit 1"), until: healthy, fixed: catches},
	{rule: "HC088", certainty: certain, image: busybox, app: closed, check: sh("[ -n $(pidof nginx) ]"), until: healthy, fixed: catches},
	{rule: "HC088", certainty: certain, image: dash, app: closed, check: sh("test -f/tmp/ready"), until: healthy, fixed: catches},
	{rule: "HC088", certainty: certain, image: debian, app: closed, check: sh("curl -f " + url + " || (echo failed)"), until: healthy, fixed: catches},
	{rule: "HC089", certainty: certain, image: debian, check: sh("curl -sf " + url + "; exit 1"), fixed: passes},
	{rule: "HC089", certainty: certain, image: debian, check: sh("curl -sf " + url + " || echo down && exit 1"), fixed: passes},
	{rule: "HC089", certainty: certain, image: busybox, check: sh(ask + " && exit0 || exit1"), fixed: passes},
	{rule: "HC089", certainty: certain, image: debian, check: sh("curl -sf " + url + " && exit 1"), fixed: passes},
	{rule: "HC090", certainty: certain, image: debian, app: closed, check: sh("curl -sf " + url + " || exit 1 | cat"), until: healthy, fixed: catches},
	{rule: "HC090", certainty: certain, image: debian, check: sh("curl -sf " + url + " | exit 1"), fixed: passes, also: true},
	{rule: "HC091", certainty: certain, image: debian, app: closed, check: sh("ps aux | grep nginx"), until: healthy, fixed: catches},
	{rule: "HC091", certainty: certain, image: busybox, app: closed, check: sh("ps | grep nginx || exit 1"), until: healthy, fixed: catches},
	{rule: "HC092", certainty: certain, image: debian, app: "sigterm=ignore wait", check: sh("curl -sf " + url + " || kill 1"), until: healthy, fixed: catches},
	{rule: "HC093", certainty: certain, image: debian, app: closed, check: sh("curl -sf " + url + " || exit 256"), until: healthy, fixed: catches},
	{rule: "HC093", certainty: certain, image: debian, app: closed, check: sh("curl -sf " + url + " || exit one"), fixed: catches},
	{rule: "HC093", certainty: certain, image: debian, check: sh("exit $(curl -s -o /dev/null -w '%{http_code}' " + url + ")"), fixed: passes},
	{rule: "HC094", certainty: certain, image: longName, check: sh("pgrep averyverylongprocessname"), more: def{"entryPoint": []string{"/averyverylongprocessname"}}, fixed: passes},
	{rule: "HC095", certainty: likely, image: debian, check: sh("curl -f http://db.example.com/"), until: linted},
	{rule: "HC088", certainty: likely, image: busybox, app: closed, check: sh("find /etc -name heartbeat"), until: healthy, fixed: catches},
	{rule: "HC089", certainty: certain, image: debian, check: sh("! curl -f " + url), fixed: passes},
}

// serviceRows are group H: what Amazon ECS makes of it.
var serviceRows = []row{
	{rule: "HC096", certainty: certain, image: checked, until: linted, fixed: passes},
	{rule: "HC097", certainty: certain, image: checked, check: sh(ask), until: linted, fixed: silent},
	{rule: "HC098", certainty: hint, image: empty, more: def{"essential": true}, until: linted, beside: []def{{"name": "api", "image": "x", "essential": true, "healthCheck": def{"command": sh("x")}}}},
	{rule: "HC099", certainty: certain, image: debian, check: sh("curl -f " + url), until: linted},
	{rule: "HC100", certainty: certain, image: debian, check: sh("curl -f " + url), more: def{"dependsOn": []def{{"containerName": "db", "condition": "HEALTHY"}}}, until: linted, fixed: silent,
		beside: []def{{"name": "db", "image": "x"}}},
	{rule: "HC101", certainty: hint, image: debian, check: sh("curl -f " + url), more: def{"dependsOn": []def{{"containerName": "db", "condition": "HEALTHY"}}}, until: linted,
		beside: []def{{"name": "db", "image": "x", "healthCheck": def{"command": sh("x")}}}},
	{rule: "HC103", certainty: certain, image: debian, app: "sigterm=ignore wait", check: sh("curl -f " + url), until: killed, also: true},
	{rule: "HC104", certainty: certain, image: debian, app: "exit=3", check: sh("curl -f " + url), until: ended, says: "exit code 3"},
	{rule: "HC105", certainty: certain, image: debian, check: sh("curl -f " + url), until: paused},
	{rule: "HC107", certainty: certain, image: debian, check: sh("curl -f " + url), more: def{"interval": 1, "retries": 3}, until: linted, fixed: silent},
	{rule: "HC108", certainty: certain, image: debian, check: cmd("CMD-SHELL", "curl -f "+url), fixed: passes},
	{rule: "HC108", certainty: certain, image: busybox, check: sh("CMD-SHELL"), until: linted},
}

// excused are the causes that the table cannot drive, with the reason.
var excused = map[string]string{
	"HC077": "a starved probe shows in the engine's CPU statistics, which are no part of what is recorded",
	"HC102": "the load balancer's check is in a template around the task definition: the script health_balancer drives it",
	"HC106": "whether a registry has a newer image under the tag is not known without one",
}
