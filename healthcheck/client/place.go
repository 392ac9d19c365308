package client

import (
	"path"
	"strconv"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
)

// server is how a client program says where its server is.
type server struct {
	scheme, hostOptions, portOptions string // options are space separated
	port                             int
	// local says that without a host it uses a socket of the same machine.
	local bool
	// valued are short options with a value, flags that have none are not listed.
	valued string
	long   string
	// prompts says that a bare -p asks for a password, so that it takes no next word.
	prompts bool
}

var servers = map[string]server{
	"pg_isready": {scheme: "postgres", hostOptions: "h host", portOptions: "p port", port: 5432, local: true, valued: "dhptU",
		long: "dbname host port timeout username"},
	"psql": {scheme: "postgres", hostOptions: "h host", portOptions: "p port", port: 5432, local: true, valued: "hpUdcfvFPRoTL",
		long: "host port username dbname command file set output"},
	"redis-cli":  {scheme: "redis", hostOptions: "h", portOptions: "p", port: 6379, local: true, valued: "hpsanurid", long: "user pass tls-ciphers cacert cert key sni"},
	"valkey-cli": {scheme: "redis", hostOptions: "h", portOptions: "p", port: 6379, local: true, valued: "hpsanurid", long: "user pass cacert cert key sni"},
	"mysqladmin": {scheme: "mysql", hostOptions: "h host", portOptions: "P port", port: 3306, local: true, valued: "hPuSirwO", long: "host port user socket protocol connect-timeout defaults-file", prompts: true},
	"mysql":      {scheme: "mysql", hostOptions: "h host", portOptions: "P port", port: 3306, local: true, valued: "hPuSeD", long: "host port user socket execute database protocol defaults-file", prompts: true},
	"mongosh":    {scheme: "mongodb", hostOptions: "host", portOptions: "port", port: 27017, local: true, valued: "up", long: "host port eval username password authenticationDatabase"},
	"mongo":      {scheme: "mongodb", hostOptions: "host", portOptions: "port", port: 27017, local: true, valued: "up", long: "host port eval username password authenticationDatabase"},
}

// aliases are other names of the same client.
var aliases = map[string]string{"mariadb": "mysql", "mariadb-admin": "mysqladmin", "netcat": "nc", "ncat": "nc", "nc.openbsd": "nc", "nc.traditional": "nc"}

// Name is the program's name with aliases resolved.
func Name(program string) string {
	name := path.Base(program)
	if alias, ok := aliases[name]; ok {
		return alias
	}
	return name
}

// Targets are the places that a command line asks, in the order of its words.
func Targets(argv []string) []Target {
	if len(argv) == 0 {
		return nil
	}
	if r := Read(argv); r != nil {
		return r.Targets
	}
	var found []Target
	switch name := Name(argv[0]); name {
	case "nc":
		found = netcat(argv)
	case "grpc_health_probe", "grpc-health-probe", "grpcurl":
		found = grpc(argv)
	default:
		if s, ok := servers[name]; ok {
			found = s.read(argv)
		} else {
			found = inText(argv)
		}
	}
	for i := range found {
		found[i].Program = path.Base(argv[0])
	}
	return found
}

// read finds host and port of a client program.
func (s server) read(argv []string) []Target {
	p := grammar{shortValued: s.valued, longValued: set(s.long)}.split(argv)
	t := Target{Text: strings.Join(argv[1:], " "), Scheme: s.scheme, Host: p.value(strings.Fields(s.hostOptions)...), Port: s.port, Implied: true}
	if port := p.value(strings.Fields(s.portOptions)...); port != "" {
		t.Implied = false
		t.setPort(port)
	}
	if strings.HasPrefix(t.Host, "/") { // a directory of sockets
		t.Host, t.Port = "", 0
	}
	if t.Host == "" && s.local && s.scheme != "redis" && s.scheme != "mongodb" {
		t.Port = 0 // a socket file, no port
	}
	t.Partial = strings.Contains(t.Host, unknown)
	return []Target{t}
}

func (t *Target) setPort(text string) {
	t.Port = 0
	if strings.Contains(text, unknown) {
		t.Partial = true
		return
	}
	if n, err := strconv.Atoi(text); err == nil && n > 0 && n <= 65535 {
		t.Port = n
	} else {
		t.Bad = "the port " + strconv.Quote(text) + " is no number from 1 to 65535"
	}
}

// netcat reads nc [options] host port.
func netcat(argv []string) []Target {
	p := grammar{shortValued: "eiIMmOPpqsTVWwXx"}.split(argv)
	if p.has("l", "U") || len(p.operands) == 0 {
		return nil
	}
	if len(p.operands) == 1 {
		only := p.operands[0]
		t := Target{Text: only.text, Scheme: "tcp", Index: only.index, Partial: strings.Contains(only.text, unknown)}
		m := joined().FindStringSubmatch(only.text)
		if t.Bad = "nc wants a host and a port"; m != nil {
			t.Bad, t.Better = "nc wants host and port as two words", m[1]+" "+m[2]
			if t.BusyboxReads = only.text == m[1]+":"+m[2]; t.BusyboxReads {
				t.Host = m[1]
				t.setPort(m[2])
			}
		}
		return []Target{t}
	}
	t := Target{Text: strings.Join(argv[1:], " "), Scheme: "tcp", Host: p.operands[0].text, Index: p.operands[1].index}
	if p.has("u") {
		t.Scheme = "udp"
	}
	first, _, _ := strings.Cut(p.operands[1].text, "-") // a range of ports
	t.setPort(first)
	t.Partial = t.Partial || strings.Contains(t.Host, unknown)
	return []Target{t}
}

// joined are host and port in one word: localhost:80, localhost/80, http://localhost:80/.
var joined = lazyregexp.New(`^(?:\w+://)?([\w.-]+)[:/ ](\d{1,5})/?$`)

// grpc reads grpc_health_probe -addr=host:port and grpcurl host:port.
func grpc(argv []string) []Target {
	p := grammar{longValued: set("addr service connect-timeout rpc-timeout tls-ca-cert tls-client-cert tls-client-key tls-server-name user-agent d H import-path proto authority max-time"), singleDash: true}.split(argv)
	address, index := p.value("addr"), 0
	if address == "" && len(p.operands) > 0 {
		address, index = p.operands[0].text, p.operands[0].index
	}
	if address == "" {
		return nil
	}
	t := ParseURL(address)
	switch scheme, rest, has := strings.Cut(address, "://"); {
	case has && (scheme == "unix" || scheme == "dns" || scheme == "passthrough"):
		t.Bad = ""
	case has:
		t.Bad, t.Better = "gRPC wants HOST:PORT without a scheme", strings.TrimSuffix(rest, "/")
	case t.Bad != "" && strings.HasPrefix(address, ":"):
		t.Bad = ""
	case t.Implied && t.Bad == "" && !t.Partial && !has:
		t.Bad, t.Port = "it has no port", 0
	}
	t.Scheme, t.Path, t.Index, t.Implied = "grpc", "", index, false
	return []Target{t}
}

// urlInText finds URLs in program text; hostPort finds a host and port in quotes, as in socket.connect(("localhost", 80)).
var (
	urlInText  = lazyregexp.New(`https?://[^\s'"` + "`" + `<>()\\,;|]+`)
	hostPort   = lazyregexp.New(`["'](localhost|127\.\d+\.\d+\.\d+|::1|0\.0\.0\.0)["']\s*,\s*(\d{1,5})\b`)
	portHost   = lazyregexp.New(`\b(\d{1,5})\s*,\s*["'](localhost|127\.\d+\.\d+\.\d+|::1|0\.0\.0\.0)["']`)
	deviceFile = lazyregexp.New(`/dev/(tcp|udp)/([^/\s"']+)/(\d{1,5})`)
	deviceSlip = lazyregexp.New(`/dev/(tcp|udp)/([^/:\s"']+):(\d{1,5})`)
)

// inText finds what an interpreter's program text, or the flags of an application's own probe, ask for.
func inText(argv []string) []Target {
	var found []Target
	for i, arg := range argv {
		if i == 0 || len(arg) > 16<<10 {
			continue
		}
		for _, text := range urlInText().FindAllString(arg, 8) {
			if strings.Contains(text, "${") || strings.Contains(text, "{") {
				continue
			}
			t := ParseURL(strings.TrimRight(text, ".]}"))
			t.Index, t.Text = i, text
			found = append(found, t)
		}
		for _, m := range hostPort().FindAllStringSubmatch(arg, 8) {
			found = append(found, tcp(m[0], m[1], m[2], i))
		}
		for _, m := range portHost().FindAllStringSubmatch(arg, 8) {
			found = append(found, tcp(m[0], m[2], m[1], i))
		}
	}
	return found
}

func tcp(text, host, port string, index int) Target {
	t := Target{Text: text, Scheme: "tcp", Host: host, Index: index}
	t.setPort(port)
	return t
}

// Device reads bash's /dev/tcp/host/port.
func Device(text string) (Target, bool) {
	m := deviceFile().FindStringSubmatch(text)
	if slip := deviceSlip().FindStringSubmatch(text); m == nil && slip != nil {
		return Target{Text: slip[0], Scheme: slip[1], Host: slip[2], Bad: "bash wants /dev/tcp/HOST/PORT", Better: "/dev/" + slip[1] + "/" + slip[2] + "/" + slip[3]}, true
	}
	if m == nil {
		return Target{}, false
	}
	t := tcp(m[0], m[2], m[3], 0)
	t.Scheme = m[1]
	return t, true
}
