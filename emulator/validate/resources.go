package validate

import (
	"strconv"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/taskdef"
)

// resourceRules are about GPUs and other accelerators. Since October 2026 a GPU may be shared (SDK 1.103).
var resourceRules = []Rule{
	{ID: "CNT-023", Severity: diag.Error, Source: model, Message: enumMessage, Fix: enumFix,
		check: notInEnum("containerDefinitions[].resourceRequirements[].type")},
	{ID: "CNT-023", Severity: diag.Error, Source: model,
		Message: "container %s: a resource requirement %s",
		Fix:     "GPU: a number, ALL, or sharingStrategy in place of value; NeuronDevice: ALL",
		check: eachContainer(func(t *task, c container, hit hit) {
			for i, r := range c.ResourceRequirements {
				if fault := resourceFault(r); fault != "" && !t.unknown(c.at("resourceRequirements", i, "value")) {
					hit(c.at("resourceRequirements", i), fault)
				}
			}
		})},
	{ID: "CNT-023", Severity: diag.Warning, Source: model,
		Message: "container %s: Elastic Inference ended in 2024",
		Fix:     "remove the requirement",
		check: eachContainer(func(t *task, c container, hit hit) {
			for i, r := range c.ResourceRequirements {
				if r.Type == "InferenceAccelerator" {
					hit(c.at("resourceRequirements", i))
				}
			}
		})},
}

func resourceFault(r taskdef.ResourceRequirement) string {
	count, err := strconv.Atoi(r.Value)
	switch {
	case r.Type == "GPU" && r.Value != "" && r.SharingStrategy != nil:
		return "has both value and sharingStrategy"
	case r.Type == "GPU" && r.SharingStrategy == nil && r.Value != "ALL" && (err != nil || count < 1):
		return "of type GPU has the value " + strconv.Quote(r.Value)
	case r.Type == "NeuronDevice" && r.Value != "ALL":
		return "of type NeuronDevice has the value " + strconv.Quote(r.Value)
	}
	return ""
}
