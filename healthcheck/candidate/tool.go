package candidate

import (
	"fmt"
	"strings"

	"github.com/ecslocal/ecslocal/healthcheck"
	"github.com/ecslocal/ecslocal/healthcheck/client"
)

// tool is a program that can ask, and the checks that can be made of it. What a build of it really understands shows when they run.
type tool struct {
	name string
	http func(Place) []healthcheck.Command
	tcp  func(Place) []healthcheck.Command
}

// knownTools are tried in this order where the image has them.
var knownTools = []tool{
	{"curl", lines("curl -fsS {url}", "curl -fsSk {url}"), none},
	{"wget", lines("wget -q -O /dev/null {url}", "wget -q --no-check-certificate -O /dev/null {url}"), none},
	{"nc", none, lines("nc -z -w 1 {host} {port}", "nc -w 1 {host} {port} -e true")},
	{"bash", none, vectors("bash", "-c", "</dev/tcp/{host}/{port}")},
	{"python3", vectors("python3", "-c", "import urllib.request as r; r.urlopen('{url}', timeout=4)"),
		vectors("python3", "-c", "import socket; socket.create_connection(('{host}', {port}), 4)")},
	{"node", vectors("node", "-e", "require('{scheme}').get('{url}', r => process.exit(r.statusCode < 400 ? 0 : 1)).on('error', () => process.exit(1))"),
		vectors("node", "-e", "require('net').connect({port}, '{host}', () => process.exit(0)).on('error', () => process.exit(1))")},
	{"perl", none, vectors("perl", "-MIO::Socket::INET", "-e", "exit(IO::Socket::INET->new(PeerAddr => '{host}:{port}', Timeout => 4) ? 0 : 1)")},
	{"php", vectors("php", "-r", "exit(@file_get_contents('{url}') === false ? 1 : 0);"), vectors("php", "-r", "exit(@fsockopen('{host}', {port}) ? 0 : 1);")},
	{"ruby", vectors("ruby", "-rnet/http", "-e", "exit Net::HTTP.get_response(URI('{url}')).is_a?(Net::HTTPSuccess)"),
		vectors("ruby", "-rsocket", "-e", "TCPSocket.new('{host}', {port}).close")},
}

// tools are those of the image, the declared check's own first; all where the image cannot be asked.
func (f Facts) tools() []tool {
	declared := ""
	for _, t := range f.targets(f.repaired()) {
		declared = client.Name(t.Program)
		break
	}
	var first, others []tool
	for _, t := range knownTools {
		switch {
		case !f.has(t.name):
		case t.name == declared:
			first = append(first, t)
		default:
			others = append(others, t)
		}
	}
	return append(first, others...)
}

// has says whether the image has a program, as far as is known.
func (f Facts) has(program string) bool {
	if f.Image == nil || f.Image.Files == nil {
		return program == "curl" || program == "wget" || program == "/bin/sh"
	}
	path, _ := f.variable("PATH")
	_, ok := f.Image.Find(program, f.Definition.WorkingDirectory, path)
	return ok
}

func none(Place) []healthcheck.Command { return nil }

// lines makes checks of shell lines, the first for http and tcp, the second for https; the later ones of a tcp list are variants.
func lines(patterns ...string) func(Place) []healthcheck.Command {
	return func(p Place) []healthcheck.Command {
		var all []healthcheck.Command
		for i, pattern := range patterns {
			if strings.Contains(pattern, "{url}") && (p.Scheme == "https") != (i > 0) {
				continue
			}
			all = append(all, healthcheck.Command{"CMD-SHELL", fill(pattern, p, quote(p.URL())) + " || exit 1"})
		}
		return all
	}
}

// vectors makes a check of an argument vector.
func vectors(argv ...string) func(Place) []healthcheck.Command {
	return func(p Place) []healthcheck.Command {
		c := healthcheck.Command{"CMD"}
		for _, arg := range argv {
			c = append(c, fill(arg, p, p.URL()))
		}
		return []healthcheck.Command{c}
	}
}

func fill(pattern string, p Place, url string) string {
	return strings.NewReplacer("{url}", url, "{scheme}", p.Scheme, "{host}", p.Host, "{port}", fmt.Sprint(p.Port)).Replace(pattern)
}
