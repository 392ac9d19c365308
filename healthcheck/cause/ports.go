package cause

import "github.com/ecslocal/ecslocal/emulator/diag"

// ports is group D: where the check looks and where the application is.
func ports() []Rule {
	return page(Ports, []Rule{
		{ID: "HC060", Title: "nothing listens on the port of the check",
			Cause:   "The check runs inside the container: it needs the port on which the application listens there, the containerPort, not the hostPort.",
			Symptom: "curl: (7) Failed to connect to localhost port …; wget: can't connect to remote host: Connection refused.",
			Fix:     "Ask the port that is listening.", Source: engine20, Certainty: Certain, Severity: diag.Error},
		{ID: "HC061", Title: "the application listens on the loopback address only",
			Cause:   "An application bound to 127.0.0.1 cannot be reached by another address or by the host name, nor by a load balancer.",
			Symptom: "curl: (7) Failed to connect to the host name; or the check passes and the load balancer fails.",
			Fix:     "Bind the application to 0.0.0.0.", Source: engine20, Certainty: Certain, Severity: diag.Error},
		{ID: "HC062", Title: "the application listens on ::1 and the check asks 127.0.0.1",
			Cause:   "Some runtimes resolve localhost to ::1 and bind there only.",
			Symptom: "curl: (7) Failed to connect to 127.0.0.1.",
			Fix:     "Bind the application to 0.0.0.0.", Source: engine20, Certainty: Certain, Severity: diag.Error},
		{ID: "HC063", Title: "localhost means ::1 and the application listens on IPv4",
			Cause:   "Since Engine 26 containers have ::1. BusyBox wget takes the first address of localhost and does not try the second.",
			Symptom: "Connecting to localhost:3000 ([::1]:3000); wget: can't connect to remote host: Connection refused.",
			Fix:     "Write 127.0.0.1.", Source: "measured on Docker Engine 28.5; moby a8f7c5ee48", Certainty: Certain, Severity: diag.Error},
		{ID: "HC064", Title: "the application listens on a unix socket",
			Cause:   "php-fpm, gunicorn and others may listen on a socket file and on no TCP port at all.",
			Symptom: "curl: (7) Failed to connect.",
			Fix:     "Use curl --unix-socket PATH, or let the application listen on TCP.", Source: engine20, Certainty: Certain, Severity: diag.Error},
		{ID: "HC065", Title: "a host name that does not resolve in the container",
			Cause:   "The check asks for a name instead of the container itself.",
			Symptom: "curl: (6) Could not resolve host; wget: bad address.",
			Fix:     "Write 127.0.0.1.", Source: engine20, Certainty: Certain, Severity: diag.Error},
		{ID: "HC066", Title: "the check asks another container of the task",
			Cause:   "In awsvpc mode containers share localhost and do not know each other's names; in bridge mode each has a localhost of its own.",
			Symptom: "curl: (7) Failed to connect in bridge mode; HEALTHY that says nothing about this container in awsvpc mode.",
			Fix:     "Check the own port of the container.", Source: "Amazon ECS developer guide, task networking", Certainty: Likely, Severity: diag.Warning},
		{ID: "HC067", Title: "the URL or address is malformed",
			Cause:   "The port is no number, a placeholder was never filled in, host and port are not separated as the program wants it, or the URL cannot be read.",
			Symptom: "curl: (3) URL using bad/illegal format or missing URL.",
			Fix:     "Correct the URL or address.", Source: engine20, Certainty: Certain, Severity: diag.Error},
		{ID: "HC068", Title: "the port accepts and never answers",
			Cause:   "The connection is made and no answer comes: a deadlock, a full thread pool, or the one worker is busy.",
			Symptom: "Health check exceeded timeout, while the port listens.",
			Fix:     "Find what blocks the application; give the check a path that needs nothing else.", Source: engine20, Certainty: Likely, Severity: diag.Error},
	})
}
