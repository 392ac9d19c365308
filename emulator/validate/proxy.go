package validate

import (
	"slices"

	"github.com/ecslocal/ecslocal/emulator/diag"
)

// proxyRules are about App Mesh.
var proxyRules = []Rule{
	{ID: "TSK-021", Severity: diag.Error, Source: observed,
		Message: "proxyConfiguration needs network mode awsvpc, and the mode is %s",
		AWS:     "APPMESH proxy configuration is only supported in networkMode=awsvpc",
		Fix:     "write \"networkMode\": \"awsvpc\"",
		check: func(t *task, hit hit) {
			if t.ProxyConfiguration != nil && t.mode != "awsvpc" && !t.unknown("/networkMode") {
				hit("/proxyConfiguration", t.mode)
			}
		}},
	{ID: "TSK-022", Severity: diag.Error, Source: observed,
		Message: "the proxy's container %q is not in the task",
		AWS:     "Proxy container [%s] does not exist",
		Fix:     "name the container that runs Envoy",
		check: func(t *task, hit hit) {
			if p := t.ProxyConfiguration; p != nil && p.ContainerName != "" && !t.has(p.ContainerName) {
				hit("/proxyConfiguration/containerName", p.ContainerName)
			}
		}},
	{ID: "TSK-023", Severity: diag.Error, Source: observed,
		Message: "proxyConfiguration has no property ProxyIngressPort",
		AWS:     "Ingress port not found",
		Fix:     "add {\"name\": \"ProxyIngressPort\", \"value\": \"15000\"}",
		check:   missingProperty([]string{"ProxyIngressPort"})},
	{ID: "TSK-023", Severity: diag.Error, Source: model,
		Message: "proxyConfiguration has no property %s",
		Fix:     "add it to proxyConfiguration.properties; a value that is not wanted stays as \"\"",
		check: missingProperty([]string{"ProxyEgressPort"}, []string{"AppPorts"}, []string{"EgressIgnoredIPs"},
			[]string{"IgnoredUID", "IgnoredGID"})},
	{ID: "TSK-024", Severity: diag.Warning, Source: "notice of AWS App Mesh",
		Message: "support for App Mesh ended on 2026-09-30",
		Fix:     "move to Service Connect, and remove proxyConfiguration",
		check: func(t *task, hit hit) {
			if t.ProxyConfiguration != nil {
				hit("/proxyConfiguration")
			}
		}},
}

// missingProperty reports App Mesh properties of which none of the alternatives is there. Value: the alternatives' first.
func missingProperty(properties ...[]string) check {
	return func(t *task, hit hit) {
		if t.ProxyConfiguration == nil || t.unknown("/proxyConfiguration/properties") {
			return
		}
		for _, alternatives := range properties {
			found := false
			for _, p := range t.ProxyConfiguration.Properties {
				found = found || slices.Contains(alternatives, p.Name)
			}
			if !found {
				hit("/proxyConfiguration/properties", alternatives[0])
			}
		}
	}
}
