package catalogue

// paceRows are group E: interval, timeout, retries, startPeriod.
var paceRows = []row{
	{rule: "HC072", certainty: certain, image: debian, check: sh("curl -X HEAD " + url), more: def{"timeout": 3}, fixed: passes},
	{rule: "HC069", certainty: certain, image: debian, app: "sleep=6s " + serve + "wait", check: sh("curl -f " + url), until: recovers, fixed: passes},
	{rule: "HC069", certainty: certain, image: busybox, app: "sleep=6s " + serve + "wait", check: sh(ask), more: def{"startPeriod": 1}, until: recovers, fixed: passes},
	{rule: "HC070", certainty: likely, image: debian, app: "sleep=8s " + serve + "wait", check: sh("curl -f " + url), more: def{"retries": 10}, until: healthy, fixed: passes},
	{rule: "HC071", certainty: likely, image: dash, check: sh("curl -f " + url), more: def{"startPeriod": 300}, until: probes1, also: true},
	{rule: "HC072", certainty: certain, image: debian, app: serve + "delay=2500ms wait", check: sh("curl -sf -m 9 " + url), more: def{"timeout": 2}, look: true, ask: []string{url}, fixed: passes},
	{rule: "HC072", certainty: likely, image: gosh, app: closed, check: sh("sleep 5"), more: def{"timeout": 2}},
	{rule: "HC072", certainty: certain, image: debian, check: sh("sleep 3; curl -f " + url), more: def{"timeout": 2}, fixed: passes},
	{rule: "HC073", certainty: certain, image: debian, app: "tcp=127.0.0.1:8080 wait", check: sh("curl -f " + url + " || exit 1"), more: def{"timeout": 2}, look: true, fixed: silent, also: true},
	{rule: "HC074", certainty: likely, image: debian, check: sh("sleep 60 & exit 0"), more: def{"timeout": 3}, until: probes1, fixed: passes},
	{rule: "HC074", certainty: likely, image: busybox, check: sh("sleep 60 & " + ask), more: def{"timeout": 3}, until: probes1, fixed: passes},
	{rule: "HC075", certainty: likely, image: busybox, check: sh("if [ -f /tmp/x ]; then rm /tmp/x; exit 1; else touch /tmp/x; fi"), until: probes3, fixed: silent},
	{rule: "HC076", certainty: certain, image: debian, check: sh("curl -f " + url), more: def{"interval": 5, "timeout": 10, "retries": 3}, until: linted, fixed: silent},
	{rule: "HC078", certainty: likely, image: empty, check: cmd("/app", "allocate=all"), more: def{"memory": 32}},
	{rule: "HC079", certainty: certain, image: busybox, check: sh(ask + "; " + ask), more: def{"user": "54321", "entryPoint": []string{"/bin/sleep"}, "command": []string{"1000"},
		"ulimits": []def{{"name": "nproc", "softLimit": 2, "hardLimit": 2}}}},
}

// userRows are group F: what the probe may do.
var userRows = []row{
	{rule: "HC080", certainty: certain, image: scripts, check: sh("cat /hc/secret"), more: def{"user": "1000"}},
	{rule: "HC081", certainty: certain, image: debian, check: sh("curl -f -o /tmp/h " + url), more: def{"readonlyRootFilesystem": true}, fixed: passes},
	{rule: "HC081", certainty: certain, image: busybox, check: sh("wget -q -O - " + url + " > /health"), more: def{"readonlyRootFilesystem": true}, fixed: passes},
	{rule: "HC081", certainty: certain, image: dash, check: sh("/app get=" + url + " > /tmp/h"), more: def{"readonlyRootFilesystem": true}, fixed: passes},
	{rule: "HC082", certainty: certain, image: busybox, check: sh("wget -q " + url + "health"), more: def{"workingDirectory": "/tmp"}, fixed: passes},
	{rule: "HC083", certainty: certain, image: debian, check: sh("curl -f -o /nowhere/h " + url), fixed: passes},
	{rule: "HC083", certainty: certain, image: dash, check: sh("/app get=" + url + " > /nowhere/h"), fixed: passes},
	{rule: "HC084", certainty: certain, image: busybox, check: sh("ping -c 1 127.0.0.1"), more: def{"user": "1000", "linuxParameters": def{"capabilities": def{"drop": []string{"NET_RAW"}}}}},
	{rule: "HC085", certainty: certain, image: debian, check: sh("cat /dev/tty")},
	{rule: "HC086", certainty: likely, image: busybox, check: sh("test -f /tmp/healthy"), says: "/tmp/healthy"},
	{rule: "HC086", certainty: certain, image: debian, check: sh("cat /tmp/healthy"), says: "/tmp/healthy"},
	{rule: "HC086", certainty: likely, image: debian, check: sh("pgrep nginx || exit 1"), says: "nginx"},
}
