package healthcheck

import (
	"slices"
	"testing"

	"github.com/ecslocal/ecslocal/healthcheck/cause"
)

func TestBalancer(t *testing.T) {
	t.Parallel()
	const url = "http://127.0.0.1:8080"
	for _, c := range []struct {
		name     string
		balancer LoadBalancer
		answers  []Answer
		want     cause.Certainty // empty for none
	}{
		{"the same", LoadBalancer{"HTTP", 8080, "/health", "200"}, nil, ""},
		{"another path", LoadBalancer{"HTTP", 8080, "/", "200"}, nil, cause.Hint},
		{"another port", LoadBalancer{"HTTP", 9090, "/health", "200"}, nil, cause.Hint},
		{"a connection only", LoadBalancer{"TCP", 8080, "", ""}, nil, ""},
		{"another path, which answers", LoadBalancer{"HTTP", 8080, "/", "200"}, []Answer{{Method: "GET", URL: url + "/", Status: 200}}, cause.Hint},
		{"another path, which does not", LoadBalancer{"HTTP", 8080, "/", "200-299"}, []Answer{{Method: "GET", URL: url + "/", Status: 404}}, cause.Certain},
		{"a redirection", LoadBalancer{"HTTP", 8080, "/", "200"}, []Answer{{Method: "GET", URL: url + "/", Status: 302}}, cause.Certain},
		{"a redirection that is taken", LoadBalancer{"HTTP", 8080, "/", "200, 302"}, []Answer{{Method: "GET", URL: url + "/", Status: 302}}, cause.Hint},
		{"a status within a range", LoadBalancer{"HTTP", 8080, "/", "200-299"}, []Answer{{Method: "GET", URL: url + "/", Status: 204}}, cause.Hint},
		{"codes that are not known", LoadBalancer{"HTTP", 8080, "/", ""}, []Answer{{Method: "GET", URL: url + "/", Status: 500}}, cause.Hint},
	} {
		d := with(sh("curl -f http://localhost:8080/health"), func(d *Definition) { d.LoadBalancer = &c.balancer })
		found := Explain(d, nil, passed(), &Look{Listeners: []Listener{tcpAt("0.0.0.0", 8080)}, Answers: c.answers})
		i := slices.IndexFunc(found, func(d Diagnosis) bool { return d.Rule.ID == "HC102" })
		switch {
		case i < 0 && c.want != "", i >= 0 && found[i].Certainty != c.want:
			t.Errorf("%s: %v, want HC102 %q", c.name, found, c.want)
		}
	}
}

// TestBalancerAsksToo: a check that asks what the load balancer asks, and more, is not said to ask elsewhere.
func TestBalancerAsksToo(t *testing.T) {
	t.Parallel()
	for _, script := range []string{"curl -f http://localhost:8080/up && curl -f http://localhost:8080/deep", "curl -f http://localhost:8080/deep && curl -f http://localhost:8080/up"} {
		for _, d := range Lint(with(sh(script), func(d *Definition) { d.LoadBalancer = &LoadBalancer{"HTTP", 8080, "/up", "200"} }), nil) {
			if d.Rule.ID == "HC102" {
				t.Errorf("%s: %v", script, d)
			}
		}
	}
}
