package client

import "strings"

// Asks says whether the program exists to ask a server: what a check that is built on it proves is that the server answers.
func Asks(program string) bool {
	name := Name(program)
	_, isServer := servers[name]
	return isServer || asks[name] || strings.HasPrefix(name, "grpc")
}

var asks = set("curl wget nc http https httpie xh hurl fetch lynx telnet ping nping dig nslookup host openssl websocat rabbitmqctl rabbitmq-diagnostics kafka-broker-api-versions.sh kafka-topics.sh nodetool cqlsh consul vault etcdctl nats amqp-check")

// Prompts says whether a client asks for a password on a terminal: a bare -p or --password of the MySQL family, -W of psql.
func Prompts(argv []string) (string, bool) {
	if len(argv) == 0 {
		return "", false
	}
	switch name := Name(argv[0]); {
	case servers[name].prompts:
		for i, arg := range argv[1:] {
			if arg == "--password" || arg == "-p" {
				return arg, true
			}
			_ = i
		}
	case name == "psql" || name == "pg_dump":
		for _, arg := range argv[1:] {
			if arg == "-W" || arg == "--password" {
				return arg, true
			}
		}
	}
	return "", false
}

// Kind groups the programs whose absence has a page of its own in the catalogue.
func Kind(program string) string {
	switch name := Name(program); name {
	case "curl", "wget", "bash":
		return name
	case "ps", "pgrep", "pidof", "pkill", "top", "pmap", "uptime":
		return "procps"
	}
	return ""
}
