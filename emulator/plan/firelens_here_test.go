package plan

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// routedBy is a task with a router of a type, whose container has these options.
func routedBy(kind, mode, options string) string {
	return `{"family": "f", "networkMode": "` + mode + `", "containerDefinitions": [
		{"name": "r", "image": "i", "memory": 64, "firelensConfiguration": {"type": "` + kind + `", "options": {"enable-ecs-log-metadata": "false"}}},
		{"name": "app", "image": "i", "memory": 64, "logConfiguration": {"logDriver": "awsfirelens", "options": {` + options + `}}}]}`
}

// TestRouterHere: the router's own outputs stay, copies come to ecslocal, and what is for CloudWatch Logs goes to ecslocal's, unless the
// definition names an endpoint.
func TestRouterHere(t *testing.T) {
	t.Parallel()
	const copies = "\n[OUTPUT]\n    Name forward\n    Match app-firelens*\n    Host 169.254.170.2\n    Port 24224\n    Require_ack_response true\n"
	for name, test := range map[string]struct{ kind, options, want string }{
		"another output": {"fluentbit", `"Name": "http", "Host": "example.com"`,
			"\n[OUTPUT]\n    Name http\n    Match app-firelens*\n    Host example.com\n" + copies},
		"CloudWatch Logs": {"fluentbit", `"Name": "cloudwatch_logs", "region": "us-east-1"`,
			"\n[OUTPUT]\n    Name cloudwatch_logs\n    Match app-firelens*\n    endpoint 169.254.170.2\n    port 80\n    region us-east-1\n    tls off\n" + copies},
		"the older plugin": {"fluentbit", `"Name": "cloudwatch"`,
			"\n[OUTPUT]\n    Name cloudwatch\n    Match app-firelens*\n    endpoint http://169.254.170.2:80\n" + copies},
		"an endpoint of its own": {"fluentbit", `"Name": "cloudwatch_logs", "endpoint": "logs.example.com"`,
			"\n[OUTPUT]\n    Name cloudwatch_logs\n    Match app-firelens*\n    endpoint logs.example.com\n" + copies},
		"no output": {"fluentbit", ``, copies},
		"fluentd": {"fluentd", `"@type": "cloudwatch_logs", "log_group_name": "g"`, `
<match app-firelens**>
    @type copy
    <store>
    @type cloudwatch_logs
    endpoint http://169.254.170.2:80
    log_group_name g
    </store>
    <store ignore_error>
    @type forward
    require_ack_response true
    <server>
        host 169.254.170.2
        port 24224
    </server>
    <buffer>
        flush_interval 1s
    </buffer>
    </store>
</match>
`},
		"fluentd without output": {"fluentd", ``, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := compile(t, routedBy(test.kind, "bridge", test.options), Options{StateDir: "/state", RouteHere: true})
			_, got := cutBefore(p.Files[0].Content, "\n[OUTPUT]\n    Name forward", "\n[OUTPUT]\n    Name http", "\n[OUTPUT]\n    Name cloudwatch", "\n<match")
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("outputs (-want +got):\n%s", diff)
			}
			if !hasNote(p, "firelensConfiguration", "copies") {
				t.Errorf("no note tells of the copies: %v", p.Notes)
			}
		})
	}
}

// cutBefore cuts a text before the first of several marks.
func cutBefore(text string, marks ...string) (before, after string) {
	first := len(text)
	for _, mark := range marks {
		if at := strings.Index(text, mark); at >= 0 {
			first = min(first, at)
		}
	}
	return text[:first], text[first:]
}

func hasNote(p *Plan, field, text string) bool {
	for _, n := range p.Notes {
		if strings.Contains(n.Field, field) && strings.Contains(n.Difference, text) {
			return true
		}
	}
	return false
}

// TestRouterInHostMode reaches ecslocal at two ports of the loopback interface.
func TestRouterInHostMode(t *testing.T) {
	t.Parallel()
	p := compile(t, routedBy("fluentbit", "host", `"Name": "cloudwatch_logs"`), Options{StateDir: "/state", RouteHere: true})
	bindings := p.Container(AgentName).HostConfig.PortBindings
	forward, api := bindings["24224/tcp"][0], bindings["80/tcp"][0]
	if forward.HostIP != "127.0.0.1" || api.HostIP != "127.0.0.1" || forward.HostPort == api.HostPort {
		t.Errorf("bindings: %v", bindings)
	}
	for _, want := range []string{"Host 127.0.0.1\n    Port " + forward.HostPort + "\n", "endpoint 127.0.0.1\n    port " + api.HostPort + "\n"} {
		if !strings.Contains(p.Files[0].Content, want) {
			t.Errorf("%q is not in\n%s", want, p.Files[0].Content)
		}
	}
}

// TestRouterOutOfReach: without shared files the router has no configuration and gets no output, and that is said; and a task is as on ECS
// where that is asked for.
func TestRouterOutOfReach(t *testing.T) {
	t.Parallel()
	text := routedBy("fluentbit", "awsvpc", `"Name": "null"`)
	p := compile(t, text, Options{StateDir: "/state", RouteHere: true, Engine: Engine{Remote: true}})
	if binds, driver := p.Container("r").HostConfig.Binds, p.Container("app").HostConfig.LogConfig.Type; len(binds) > 0 || driver != "none" {
		t.Errorf("binds %v, log driver %s", binds, driver)
	}
	if !hasNote(p, "firelensConfiguration", "configuration of its image") || !hasNote(p, "logDriver", "does not reach the log router") {
		t.Errorf("notes: %v", p.Notes)
	}
	exact := compile(t, text, Options{StateDir: "/state"})
	if len(exact.Notes) > 0 || strings.Contains(exact.Files[0].Content, "forward\n    Match") || len(exact.Container(AgentName).Config.Cmd) != 1 {
		t.Errorf("as on ECS: notes %v, agent %v\n%s", exact.Notes, exact.Container(AgentName).Config.Cmd, exact.Files[0].Content)
	}
}
