package plan

import "maps"

// ForwardStream is what connections to the agent container's ForwardPort are called on their way to the supervising ecslocal; they
// speak the forward protocol of Fluentd.
const (
	ForwardStream = "forward"
	ForwardPort   = fluentPort
)

// here is where a task's log router reaches ecslocal.
type here struct{ host, forward, api string }

// here is nil where the router's configuration is to be that of ECS, or there is no way.
func (c *compiler) here() *here {
	if !c.options.RouteHere || c.router() == nil || !c.sharesFiles() || c.plan.Container(AgentName) == nil {
		return nil
	}
	if c.plan.Task.NetworkMode == host {
		bindings := c.plan.Container(AgentName).HostConfig.PortBindings
		return &here{loopback, bindings[ForwardPort+"/tcp"][0].HostPort, bindings["80/tcp"][0].HostPort}
	}
	return &here{AgentAddress, ForwardPort, "80"}
}

// listensForRouter lets the agent container take what the router forwards.
func (c *compiler) listensForRouter(agent *Container) {
	if !c.options.RouteHere || c.router() == nil || !c.sharesFiles() {
		return
	}
	const port = ForwardPort + "/tcp"
	agent.Config.Cmd = append(agent.Config.Cmd, ForwardStream)
	agent.Config.ExposedPorts[port] = struct{}{}
	if agent.HostConfig.PortBindings != nil {
		agent.HostConfig.PortBindings[port] = []PortBinding{{HostIP: loopback, HostPort: portText(c.freePort("the log router"), 0)}}
	}
}

// copies is an output that brings the records with a tag here, too. Acknowledged records are kept, whatever ends the router then.
func (h *here) copies(tag string) fluentSection {
	return fluentSection{name: "forward", tag: tag, options: map[string]string{"Host": h.host, "Port": h.forward, "Require_ack_response": "true"}}
}

// cloudWatch are the options of an output to CloudWatch Logs with ecslocal's own in place of AWS's, unless they name an endpoint.
// Source: the plugins' documentation; "cloudwatch" is the older plugin of aws-for-fluent-bit, which takes a URL.
func (h *here) cloudWatch(output string, options map[string]string, fluentd bool) map[string]string {
	if _, given := options["endpoint"]; given || output != "cloudwatch_logs" && output != "cloudwatch" {
		return options
	}
	options = maps.Clone(options)
	if fluentd || output == "cloudwatch" {
		options["endpoint"] = "http://" + h.host + ":" + h.api
		return options
	}
	options["endpoint"], options["port"], options["tls"] = h.host, h.api, "off"
	return options
}
