package agent

import (
	"net/http"
	"regexp"
)

// route is one of the agent's paths. It has to match the whole path; what its groups match are the request's vars.
type route struct {
	method string // empty is any
	path   *regexp.Regexp
	answer func(*Agent, *request) answer
	limit  *rate // beside everyPath
}

// routes are tried in this order. Most paths end without a slash and have no form with one, so that /v4/ID/ is not found.
// Source: agent/handlers/task_server_setup.go.
var routes = []route{
	at("", `/v1/credentials`, (*Agent).credentialsV1),
	at("", `/v2/credentials/(.*)`, (*Agent).credentialsV2),
	at("", `/v2/metadata/(.+)`, (*Agent).containerV2),
	at("", `/v2/metadata/?`, (*Agent).taskV2),
	at("", `/v2/metadataWithTags/?`, (*Agent).taskWithTagsV2),
	at("", `/v2/stats/(.+)`, (*Agent).containerStatsV2),
	at("", `/v2/stats/?`, (*Agent).taskStatsV2),

	at("", `/v3/([^/]*)`, (*Agent).containerV3),
	at("", `/v3/([^/]*)/task`, (*Agent).taskV3),
	at("", `/v3/([^/]*)/taskWithTags`, (*Agent).taskWithTagsV3),
	at("", `/v3/([^/]*)/stats`, (*Agent).containerStatsV3),
	at("", `/v3/([^/]*)/task/stats`, (*Agent).taskStatsV3),
	at("", `/v3/([^/]*)/associations/([^/]*)`, (*Agent).associationsV3),
	at("", `/v3/([^/]*)/associations/([^/]*)/(.*)`, (*Agent).associationV3),

	at("", `/v4/([^/]*)`, (*Agent).containerV4),
	at("", `/v4/([^/]*)/task`, (*Agent).taskV4),
	at("", `/v4/([^/]*)/taskWithTags`, (*Agent).taskWithTagsV4),
	at("", `/v4/([^/]*)/stats`, (*Agent).containerStatsV4),
	at("", `/v4/([^/]*)/task/stats`, (*Agent).taskStatsV4),
	at("", `/v4/([^/]*)/associations/([^/]*)`, (*Agent).associationsV4),
	at("", `/v4/([^/]*)/associations/([^/]*)/(.*)`, (*Agent).associationV4),

	at(http.MethodPut, `/api/([^/]*)/task-protection/v1/state`, (*Agent).updateProtection),
	at(http.MethodGet, `/api/([^/]*)/task-protection/v1/state`, (*Agent).getProtection),
	at(http.MethodPost, `/api/([^/]*)/fault/v1/(network-blackhole-port|network-latency|network-packet-loss)/(start|stop|status)`,
		(*Agent).fault).limitedTo(faultPath),
}

func at(method, path string, answer func(*Agent, *request) answer) route {
	return route{method: method, path: regexp.MustCompile("^" + path + "$"), answer: answer}
}

func (r route) limitedTo(limit rate) route {
	r.limit = &limit
	return r
}

// match finds the route of a request. Without one, found says that the path exists for other methods.
func match(method, path string) (_ *route, vars []string, found bool) {
	for i := range routes {
		groups := routes[i].path.FindStringSubmatch(path)
		if groups == nil {
			continue
		}
		if routes[i].method == "" || routes[i].method == method {
			return &routes[i], groups[1:], true
		}
		found = true
	}
	return nil, nil, found
}
