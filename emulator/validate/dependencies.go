package validate

import (
	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/taskdef"
)

// dependencyRules are about the order in which containers start.
var dependencyRules = []Rule{
	{ID: "DEP-001", Severity: diag.Error, Source: observed,
		Message: "container %s depends on %q, which is no container of the task",
		AWS:     "Cannot depend on container + '%[2]s' because it does not exist",
		Fix:     "%[3]s",
		check: eachDependency(func(t *task, d dependency, hit hit) {
			if d.ContainerName != "" && !t.has(d.ContainerName) {
				hit(d.path+"/containerName", d.ContainerName, suggest(d.ContainerName, t.names()))
			}
		})},
	{ID: "DEP-002", Severity: diag.Error, Source: observed,
		Message: "container %s " + diag.HealthUnchecked,
		AWS:     "A dependency container with HEALTHY condition must have health check configured",
		Fix:     "add a healthCheck to %[2]s",
		check: eachDependency(func(t *task, d dependency, hit hit) {
			if d.target != nil && d.Condition == "HEALTHY" && d.target.HealthCheck == nil && !t.unknown(t.byName[d.ContainerName].at("healthCheck")) {
				hit(d.path, d.ContainerName)
			}
		})},
	{ID: "DEP-003", Severity: diag.Error, Source: observed,
		Message: "container %s waits for the end of %s (%s), and %[2]s is essential: its end stops the task",
		AWS:     "A dependency container with SUCCESS or COMPLETE condition cannot be an essential container",
		Fix:     "write \"essential\": false for %[2]s; leaving it out means true",
		check: eachDependency(func(t *task, d dependency, hit hit) {
			end := d.Condition == "SUCCESS" || d.Condition == "COMPLETE"
			if d.target != nil && end && d.target.IsEssential() && !t.unknown(t.byName[d.ContainerName].at("essential")) {
				hit(d.path, d.ContainerName, d.Condition)
			}
		})},
	{ID: "DEP-004", Severity: diag.Error, Source: guide,
		Message: "dependsOn goes round in a circle: %s",
		Fix:     "remove one of these dependencies",
		check: func(t *task, hit hit) {
			t.cycles(func(c container) []string {
				var names []string
				for _, d := range c.DependsOn {
					names = append(names, d.ContainerName)
				}
				return names
			}, func(c container, circle string) { hit(c.at("dependsOn"), circle) })
		}},
	{ID: "DEP-005", Severity: diag.Error, Source: model, Message: enumMessage, Fix: enumFix, check: notInEnum("containerDefinitions[].dependsOn[].condition")},
}

// dependency is one edge that knows its place and its target, which is nil where the task has none of that name.
type dependency struct {
	taskdef.ContainerDependency
	path   string
	target *taskdef.ContainerDefinition
}

func eachDependency(check func(t *task, d dependency, hit hit)) check {
	return eachContainer(func(t *task, c container, hit hit) {
		for i, d := range c.DependsOn {
			check(t, dependency{d, c.at("dependsOn", i), t.byName[d.ContainerName].ContainerDefinition}, hit)
		}
	})
}

// names are the containers', for "did you mean".
func (t *task) names() []string {
	var names []string
	for _, c := range t.containers[:min(len(t.containers), 10)] {
		names = append(names, c.Name)
	}
	return names
}
