package input

import (
	"strconv"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/document"
)

// TargetGroup is the health check of a load balancer's target group, behind which a service of the file puts a container. Values that are
// not known here are empty.
type TargetGroup struct {
	// Container and Port are the container's that gets the traffic.
	Container string
	Port      int
	// Protocol is HTTP, HTTPS, TCP and so on, CheckPort the port that is asked, Path the path of HTTP.
	Protocol  string
	CheckPort int
	Path      string
	// Codes are the statuses that count as healthy, such as 200 or 200-299,302.
	Codes string
}

// targetGroups are those behind which services of the template put containers of a task definition. What is wrong with a service is not
// told: it is not what is run here.
func (t *template) targetGroups(id string) []TargetGroup {
	before, findings := *t, t.findings
	defer func() {
		t.notes, t.noted, t.findings, t.mistakes, t.loops, t.exceeded = before.notes, before.noted, findings, before.mistakes, before.loops, before.exceeded
	}()
	t.noted = map[string]bool{}
	var groups []TargetGroup
	for _, service := range t.resources {
		properties := service.node.Member("Properties")
		if typeOf(service.node) != "AWS::ECS::Service" || refersTo(properties.Member("TaskDefinition")) != id {
			continue
		}
		t.loops = service.loops
		for _, balancer := range itemsOf(properties.Member("LoadBalancers")) {
			group := t.byID[refersTo(balancer.Member("TargetGroupArn"))]
			if group == nil {
				continue
			}
			if g, ok := t.targetGroup(balancer, group); ok {
				groups = append(groups, g)
			}
		}
	}
	return groups
}

// targetGroup is one, with the defaults of Elastic Load Balancing.
func (t *template) targetGroup(balancer *document.Node, group *resource) (TargetGroup, bool) {
	properties := group.node.Member("Properties")
	value := func(n *document.Node, otherwise string) string {
		if n == nil {
			return otherwise
		}
		text, unknown, ok := t.text(n)
		if !ok || unknown != "" {
			return ""
		}
		return text
	}
	port, _ := strconv.Atoi(value(balancer.Member("ContainerPort"), ""))
	g := TargetGroup{Container: value(balancer.Member("ContainerName"), ""), Port: port, CheckPort: port}
	if strings.HasPrefix(value(properties.Member("ProtocolVersion"), ""), "GRPC") {
		return g, false
	}
	protocol := "HTTP"
	if own := value(properties.Member("Protocol"), "HTTP"); !strings.HasPrefix(own, "HTTP") {
		protocol = "TCP"
	}
	g.Protocol = value(properties.Member("HealthCheckProtocol"), protocol)
	g.Path, g.Codes = value(properties.Member("HealthCheckPath"), "/"), value(properties.Member("Matcher").Member("HttpCode"), "200")
	if own := value(properties.Member("HealthCheckPort"), "traffic-port"); own != "traffic-port" {
		g.CheckPort, _ = strconv.Atoi(own)
	}
	asked := g.Path != "" || !strings.HasPrefix(g.Protocol, "HTTP")
	return g, asked && g.Container != "" && g.CheckPort > 0
}

// refersTo is the logical id of the resource that a value refers to, empty where it does not.
func refersTo(n *document.Node) string {
	if n == nil {
		return ""
	}
	function, arg := intrinsic(n)
	switch {
	case function == "Ref" && arg.Kind == document.String:
		return arg.Text
	case function == "Fn::GetAtt" && arg.Kind == document.String:
		id, _, _ := strings.Cut(arg.Text, ".")
		return id
	case function == "Fn::GetAtt" && len(arg.Items) > 0:
		return arg.Items[0].Text
	}
	return ""
}
