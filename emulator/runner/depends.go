package runner

import (
	"fmt"
	"slices"
	"time"

	"github.com/ecslocal/ecslocal/emulator/plan"
)

// verdict is what a container's dependencies say about its next step.
type verdict struct {
	blocked *plan.Dependency // wait for this one
	failed  error            // never
	stuck   string           // on ECS this would wait for ever, because …
}

// dependencies applies the agent's rules, which hold before every step of a container that is not created yet
// (agent: dependencygraph/graph.go, verifyContainerOrderingStatusResolvable).
func (r *run) dependencies(target *container, now time.Time) verdict {
	var v verdict
	for i := range target.DependsOn {
		edge := &target.DependsOn[i]
		dep := r.byName[edge.ContainerName]
		switch {
		case dep == nil:
			return verdict{failed: fmt.Errorf("dependency graph: container ordering dependency [%v] for target [%v] does not exist.", edge.ContainerName, target)} //nolint:staticcheck // the agent's text
		case target.status < statusCreated && dep.status != statusStopped && timedOut(dep, edge.Condition, now):
			return verdict{failed: fmt.Errorf("dependency graph: container ordering dependency [%v] for target [%v] has timed out.", dep, target)} //nolint:staticcheck // the agent's text
		case edge.Condition == plan.Success && dep.status == statusStopped && (dep.exitCode == nil || *dep.exitCode != 0):
			return verdict{failed: fmt.Errorf("dependency graph: failed to resolve container ordering dependency [%v] for target [%v] as dependency did not exit successfully.", dep, target)} //nolint:staticcheck // the agent's text
		case dep.willNeverStart(r.pass):
			return verdict{failed: neverStarts(dep, target)}
		}
		if !resolved(dep, edge.Condition) {
			v.blocked, v.stuck = edge, stuck(dep, edge.Condition)
		}
	}
	return v
}

func neverStarts(dep, target *container) error {
	return fmt.Errorf("dependency graph: failed to resolve container ordering dependency [%v] for target [%v] because dependency will never start", dep.at(dep.reached), target)
}

// failsWith is the failure of a container whose dependency was failed by its own in this pass: the agent has not taken in yet that the
// task is to stop for it.
func (r *run) failsWith(target *container) error {
	for _, edge := range target.DependsOn {
		if dep := r.byName[edge.ContainerName]; target.status < statusCreated && dep != nil && dep.failedIn == r.pass {
			return neverStarts(dep, target)
		}
	}
	return nil
}

// resolved says whether a dependency is met now.
func resolved(dep *container, condition string) bool {
	switch condition {
	case plan.Create:
		return dep.status >= statusCreated
	case plan.Start:
		return dep.status == statusRunning || dep.status == statusStopped
	case plan.Success:
		return dep.status == statusStopped && dep.exitCode != nil && *dep.exitCode == 0
	case plan.Complete:
		return dep.status == statusStopped && dep.exitCode != nil
	case plan.Healthy:
		return dep.ReportsHealth && dep.status == statusRunning && dep.health == healthy
	}
	return false
}

// timedOut applies the dependency's own startTimeout, which counts from the dependency's start.
func timedOut(dep *container, condition string, now time.Time) bool {
	deadline, ok := startDeadline(dep, condition)
	return ok && now.After(deadline)
}

func startDeadline(dep *container, condition string) (time.Time, bool) {
	if dep.startedAt.IsZero() || dep.StartTimeout <= 0 || !slices.Contains([]string{plan.Success, plan.Complete, plan.Healthy}, condition) {
		return time.Time{}, false
	}
	return dep.startedAt.Add(time.Duration(dep.StartTimeout) * time.Second), true
}

// stuck says why a dependency that is not met never will be, although the agent goes on waiting; empty where it may be.
func stuck(dep *container, condition string) string {
	if condition == plan.Healthy && dep.status == statusStopped {
		return fmt.Sprintf("container %q stopped before it was HEALTHY, and its startTimeout no longer applies", dep.Name)
	}
	return ""
}

// admit is the agent's check of a task before anything is done: every name exists, no cycle, HEALTHY only where there is a check
// (agent: dependencygraph/graph.go, ValidDependencies). It explains what is wrong.
func (r *run) admit() error {
	placed := map[string]bool{}
	for len(placed) < len(r.containers) {
		before := len(placed)
		for _, c := range r.containers {
			if !placed[c.Name] && r.canBePlaced(c, placed) {
				placed[c.Name] = true
			}
		}
		if len(placed) == before {
			return r.explainUnplaced(placed)
		}
	}
	return nil
}

func (r *run) canBePlaced(c *container, placed map[string]bool) bool {
	for _, edge := range c.DependsOn {
		if !placed[edge.ContainerName] || edge.Condition == plan.Healthy && !r.byName[edge.ContainerName].ReportsHealth {
			return false
		}
	}
	return true
}

func (r *run) explainUnplaced(placed map[string]bool) error {
	var cycle []string
	for _, c := range r.containers {
		if placed[c.Name] {
			continue
		}
		for _, edge := range c.DependsOn {
			dep := r.byName[edge.ContainerName]
			switch {
			case dep == nil:
				return fmt.Errorf("container %q depends on %q, which the task does not have", c.Name, edge.ContainerName)
			case edge.Condition == plan.Healthy && !dep.ReportsHealth:
				return fmt.Errorf("container %q waits for %q to be HEALTHY, which has no healthCheck in the definition", c.Name, dep.Name)
			}
		}
		cycle = append(cycle, c.Name)
	}
	return fmt.Errorf("containers %q wait for each other", cycle)
}

// dependents are the containers that have an edge to a container, or live in its namespaces; they stop before it.
func (r *run) dependents(of *container) []*container {
	var all []*container
	for _, c := range r.containers {
		waits := slices.ContainsFunc(c.DependsOn, func(d plan.Dependency) bool { return d.ContainerName == of.Name })
		if c != of && (waits || of.Internal() && !c.Internal()) {
			all = append(all, c)
		}
	}
	return all
}
