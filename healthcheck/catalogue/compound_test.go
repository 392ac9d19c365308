package catalogue

// compoundRows are checks with several faults, as people have them: the first one is told as the cause, and its repair leaves none of the others.
var compoundRows = []row{
	{rule: "HC001", certainty: certain, image: busybox, check: cmd("curl -f http://localhost/ || exit 1"), look: true, fixed: passes},
	{rule: "HC001", certainty: certain, image: debian, check: cmd("curl -f http://localhost:9090 || exit 1"), look: true, fixed: passes},
	{rule: "HC001", certainty: certain, image: debian, app: "status=404:no path=/health=200:ok listen=127.0.0.1:8080 wait", check: cmd("curl -f http://127.0.0.1:8080/helth || exit 1"), look: true,
		ask: []string{url + "helth", url + "health"}, fixed: passes},
	{rule: "HC001", certainty: certain, image: debian, check: cmd("curl -f https://localhost:8080/ || exit 1"), look: true, ask: []string{"https://localhost:8080/"}, fixed: passes},
	{rule: "HC001", certainty: certain, image: dash, check: cmd("curl -f http://localhost:8080/ || exit 1"), look: true},
	{rule: "HC001", certainty: certain, image: empty, check: cmd("curl -f http://localhost:8080/ || exit 1"), look: true},
	{rule: "HC001", certainty: certain, image: busybox, check: cmd("/bin/sh -c", "curl -f http://localhost:9090/"), look: true, fixed: passes},
	{rule: "HC002", certainty: certain, image: debian, check: cmd("curl", "-f", "http://localhost:9090/", "||", "exit", "1"), look: true, fixed: passes},
	{rule: "HC002", certainty: certain, image: busybox, check: cmd("curl", "-f", "http://localhost:9090/", "||", "exit", "1"), look: true, until: unhealthy, fixed: passes},
	{rule: "HC003", certainty: certain, image: debian, check: []string{"CMD-SHELL", "curl", "-f", "https://127.0.0.1:9090/"}, look: true, ask: []string{"https://127.0.0.1:8080/", url}, fixed: passes},
	{rule: "HC004", certainty: certain, image: busybox, check: []string{"curl -f http://localhost:9090/ || exit 1"}, until: never, look: true, fixed: passes},
	{rule: "HC015", certainty: certain, image: debian, check: sh("curl –f “http://127.0.0.1:9090/” || exit 1"), look: true, fixed: passes},
	{rule: "HC010", certainty: certain, image: busybox, check: sh(`"curl -f http://127.0.0.1:9090/ || exit 1"`), look: true, fixed: passes},
	{rule: "HC016", certainty: certain, image: busybox, check: sh("HEALTHCHECK CMD curl -f http://127.0.0.1:9090/ || exit 1"), look: true, fixed: passes},
	{rule: "HC021", certainty: certain, image: debian, check: cmd("curl", "-f", "http://$HOST:9090/"), more: def{"environment": env("HOST", "127.0.0.1")}, look: true, fixed: passes},
	{rule: "HC027", certainty: certain, image: busybox, check: sh("curl -f http://localhost:9090/ || exit 1"), look: true, fixed: passes},
	{rule: "HC089", certainty: certain, image: busybox, check: sh("curl -f http://localhost:9090/ | exit 1"), look: true, fixed: passes},
	{rule: "HC027", certainty: certain, image: busybox, check: cmd("curl", "-f", "https://localhost:8080/"), look: true, ask: []string{"https://localhost:8080/"}, fixed: passes},
	{rule: "HC030", certainty: certain, image: busybox, check: cmd("bash", "-c", "curl -f http://localhost:9090/ || exit 1"), look: true, fixed: passes},
	{rule: "HC012", certainty: certain, image: debian, check: sh("curl -f\n http://127.0.0.1:9090/"), look: true, fixed: passes},
	{rule: "HC067", certainty: certain, image: debian, check: sh("curl -f http:/127.0.0.1:9090/ || exit 1"), look: true, fixed: passes},
	{rule: "HC026", certainty: certain, image: debian, check: sh("if [ curl -f http://127.0.0.1:9090/ ]; then exit 0; else exit 1; fi"), look: true, fixed: passes},
}
