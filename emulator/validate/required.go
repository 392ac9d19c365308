package validate

import "github.com/ecslocal/ecslocal/emulator/diag"

// otherRequired are the required members of nested objects that have no rule of their own.
var otherRequired = []string{
	"proxyConfiguration.containerName",
	"inferenceAccelerators[].deviceName",
	"inferenceAccelerators[].deviceType",
	"containerDefinitions[].environmentFiles[].value",
	"containerDefinitions[].environmentFiles[].type",
	"containerDefinitions[].linuxParameters.devices[].hostPath",
	"containerDefinitions[].secrets[].name",
	"containerDefinitions[].secrets[].valueFrom",
	"containerDefinitions[].dependsOn[].containerName",
	"containerDefinitions[].dependsOn[].condition",
	"containerDefinitions[].extraHosts[].hostname",
	"containerDefinitions[].extraHosts[].ipAddress",
	"containerDefinitions[].ulimits[].name",
	"containerDefinitions[].ulimits[].softLimit",
	"containerDefinitions[].ulimits[].hardLimit",
	"containerDefinitions[].logConfiguration.secretOptions[].name",
	"containerDefinitions[].logConfiguration.secretOptions[].valueFrom",
	"containerDefinitions[].resourceRequirements[].type",
	"containerDefinitions[].resourceRequirements[].sharingStrategy.nvidiaMps.memory",
	"containerDefinitions[].firelensConfiguration.type",
}

// requiredRules are about members that a nested object must have.
var requiredRules = []Rule{
	{ID: "CNT-024", Severity: diag.Error, Source: cli, Message: missingMessage, AWS: missingAWS, Fix: missingFix, check: missing(otherRequired...)},
	{ID: "CNT-024", Severity: diag.Warning, Source: model,
		Message: "%s is empty, and it is a required member",
		Fix:     "give it a value",
		check: func(t *task, hit hit) {
			for _, shape := range otherRequired {
				for _, m := range t.schema.empty[shape] {
					hit(m.path, clientPath(m.path))
				}
			}
		}},
}
