package validate

import (
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
	"github.com/ecslocal/ecslocal/emulator/taskdef"
)

// networkRules are about the network mode, and about what a container may set of its network in which mode.
var networkRules = []Rule{
	{ID: "NET-002", Severity: diag.Error, Source: model, Message: enumMessage, Fix: enumFix,
		check: func(t *task, hit hit) {
			if !t.windows || t.NetworkMode != "default" { // Windows on EC2 knows one mode more
				notInEnum("networkMode")(t, hit)
			}
		}},
	{ID: "NET-003", Severity: diag.Error, Source: model,
		Message: "ECS Anywhere (EXTERNAL) has no network mode awsvpc",
		Fix:     "write \"networkMode\": \"bridge\", or remove EXTERNAL",
		check: func(t *task, hit hit) {
			if t.requires("EXTERNAL") && t.mode == "awsvpc" {
				hit("/networkMode")
			}
		}},
	{ID: "NET-016", Severity: diag.Error, Source: observed, patch: remove,
		Message: "container %s: links do not work with network mode awsvpc, where all containers share localhost",
		AWS:     "Links are not supported when networkMode=awsvpc",
		Fix:     "remove links and write localhost:PORT in place of the container's name",
		check:   awsvpcForbids("links", func(c container) bool { return len(c.Links) > 0 })},
	{ID: "NET-016", Severity: diag.Error, Source: model,
		Message: "container %s: links need network mode bridge, and the mode is %s",
		Fix:     "remove links",
		check: eachContainer(func(t *task, c container, hit hit) {
			if len(c.Links) > 0 && (t.mode == "host" || t.mode == "none") {
				hit(c.at("links"), t.mode)
			}
		})},
	{ID: "NET-017", Severity: diag.Error, Source: model,
		Message: "container %s: the link %q is not NAME or NAME:ALIAS of a container of the task",
		Fix:     "name a container of the task",
		check: eachContainer(func(t *task, c container, hit hit) {
			for i, link := range c.Links {
				if name, _, _ := strings.Cut(link, ":"); !t.has(name) || strings.Count(link, ":") > 1 {
					hit(c.at("links", i), link)
				}
			}
		})},
	{ID: "NET-017", Severity: diag.Error, Source: reported,
		Message: "links go round in a circle: %s",
		AWS:     "Container links should not have a cycle",
		Fix:     "remove one of them",
		check: func(t *task, hit hit) {
			t.cycles(func(c container) []string {
				var names []string
				for _, link := range c.Links {
					name, _, _ := strings.Cut(link, ":")
					names = append(names, name)
				}
				return names
			}, func(c container, circle string) { hit(c.at("links"), circle) })
		}},
	{ID: "NET-018", Severity: diag.Error, Source: observed, patch: remove,
		Message: "container %s: no hostname with network mode awsvpc, where the task has one",
		AWS:     "hostname is not supported on container when networkMode=awsvpc",
		Fix:     "remove hostname",
		check:   awsvpcForbids("hostname", func(c container) bool { return c.Hostname != "" })},
	{ID: "NET-019", Severity: diag.Error, Source: observed,
		Message: "container %s: no extraHosts with network mode awsvpc",
		AWS:     "Extra hosts are not supported on container when networkMode=awsvpc",
		Fix:     "remove extraHosts; names for others come from DNS, such as a private hosted zone",
		check:   awsvpcForbids("extraHosts", func(c container) bool { return len(c.ExtraHosts) > 0 })},
	{ID: "NET-020", Severity: diag.Error, Source: observed,
		Message: "container %s: no dnsServers with network mode awsvpc",
		AWS:     "DNS servers are not supported on container when networkMode=awsvpc",
		Fix:     "remove dnsServers; the VPC's DHCP options say which are used",
		check:   awsvpcForbids("dnsServers", func(c container) bool { return len(c.DNSServers) > 0 })},
	{ID: "NET-020", Severity: diag.Error, Source: model,
		Message: "container %s: no dnsSearchDomains with network mode awsvpc",
		Fix:     "remove dnsSearchDomains; the VPC's DHCP options say which are used",
		check:   awsvpcForbids("dnsSearchDomains", func(c container) bool { return len(c.DNSSearchDomains) > 0 })},
	{ID: "NET-021", Severity: diag.Error, Source: observed, patch: remove,
		Message: "container %s: disableNetworking does not work with network mode awsvpc",
		AWS:     "Disable Networking is not supported on container when networkMode=awsvpc.",
		Fix:     "remove disableNetworking",
		check:   awsvpcForbids("disableNetworking", func(c container) bool { return taskdef.Or(c.DisableNetworking, false) })},
	{ID: "NET-024", Severity: diag.Warning, Source: model,
		Message: "container %s: %s names container %s as a host; with network mode awsvpc containers find each other at localhost",
		Fix:     "write localhost, or 127.0.0.1, in place of %[3]s",
		check: eachContainer(func(t *task, c container, hit hit) {
			if t.mode != "awsvpc" || len(t.containers) > 10 {
				return
			}
			for i, e := range c.Environment {
				if name := hostIn(e); t.byName[name].ContainerDefinition != nil {
					hit(c.at("environment", i, "value"), e.Name, name)
				}
			}
		})},
}

var (
	hostInURL   = lazyregexp.New(`^(?:[a-z][a-z0-9+.-]*://)(?:[^/@\s]*@)?([A-Za-z0-9_-]+)(?:[:/]|$)`)
	hostAndPort = lazyregexp.New(`^([A-Za-z0-9_-]+):\d{2,5}(?:/|$)`)
	hostWord    = lazyregexp.New(`(?i)(HOST|ADDR|ADDRESS|SERVER|ENDPOINT)$`)
)

// hostIn is the host that an environment variable seems to name, empty where there is none.
func hostIn(e taskdef.KeyValuePair) string {
	if m := hostInURL().FindStringSubmatch(e.Value); m != nil {
		return m[1]
	}
	if m := hostAndPort().FindStringSubmatch(e.Value); m != nil {
		return m[1]
	}
	if hostWord().MatchString(e.Name) {
		return e.Value
	}
	return ""
}

func awsvpcForbids(member string, given func(container) bool) check {
	return eachContainer(func(t *task, c container, hit hit) {
		if t.mode == "awsvpc" && given(c) {
			hit(c.at(member))
		}
	})
}

// maxCircles bounds how many circles are told: a definition of a thousand containers could have a million.
const maxCircles = 10

// cycles calls found once for every circle that edges between containers make, with its path: a -> b -> a.
func (t *task) cycles(edges func(container) []string, found func(c container, circle string)) {
	const open, done = 1, 2
	state := map[string]int{}
	var way []string
	circles := 0
	var visit func(name string)
	visit = func(name string) {
		state[name] = open
		way = append(way, name)
		for _, next := range edges(t.byName[name]) {
			switch {
			case t.byName[next].ContainerDefinition == nil || state[next] == done:
			case state[next] == open && circles < maxCircles:
				circles++
				circle := append(slices.Clone(way[slices.Index(way, next):]), next)
				found(t.byName[name], strings.Join(circle, " -> "))
			case state[next] == 0:
				visit(next)
			}
		}
		state[name] = done
		way = way[:len(way)-1]
	}
	for _, c := range t.containers {
		if state[c.Name] == 0 {
			visit(c.Name)
		}
	}
}
