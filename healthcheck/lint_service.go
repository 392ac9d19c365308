package healthcheck

import (
	"fmt"
	"strings"
	"time"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/healthcheck/cause"
)

// serviceDetectors judge what ECS makes of the check.
var serviceDetectors = []detector{
	{"HC100", cause.Definition, waitsForUnchecked},
	{"HC101", cause.Definition, waitsWithoutLimit},
	{"HC099", cause.Definition, notEssential},
	{"HC098", cause.Definition, unchecked},
	{"HC096", cause.Image, dockerfileOnly},
	{"HC097", cause.Image, imageStartPeriod},
	{"HC102", cause.Definition, otherForBalancer},
}

func timesOf(n int) time.Duration { return time.Duration(n) }

func waitsForUnchecked(s *subject) []hit {
	for i, d := range s.DependsOn {
		if other, ok := s.neighbour(d.Container); ok && d.Condition == "HEALTHY" && !other.Checked {
			return []hit{{pointer: fmt.Sprintf("/dependsOn/%d/condition", i), value: `"START"`, evidence: d.Container + " HEALTHY",
				message: fmt.Sprintf(diag.HealthUnchecked, d.Container)}}
		}
	}
	return nil
}

func waitsWithoutLimit(s *subject) []hit {
	for i, d := range s.DependsOn {
		if other, ok := s.neighbour(d.Container); ok && d.Condition == "HEALTHY" && other.Checked && !other.StartTimeout.Set {
			return []hit{{pointer: fmt.Sprintf("/dependsOn/%d", i), evidence: d.Container + " HEALTHY",
				message: fmt.Sprintf("if %s never becomes HEALTHY, the task stays PENDING for ever: it has no startTimeout", d.Container)}}
		}
	}
	return nil
}

func notEssential(s *subject) []hit {
	if !s.HasCheck || s.Essential {
		return nil
	}
	return []hit{{message: "the container is not essential: its health does not count for the task's"}}
}

// unchecked is told only where another essential container has a check, which then says nothing about the task.
func unchecked(s *subject) []hit {
	if s.HasCheck || !s.Essential {
		return nil
	}
	for _, other := range s.Others {
		if other.Checked && other.Essential {
			return []hit{{pointer: "/name", evidence: s.Container, message: fmt.Sprintf("the essential container %s has no health check, so the task's health stays UNKNOWN", s.Container)}}
		}
	}
	return nil
}

func dockerfileOnly(s *subject) []hit {
	if s.HasCheck || s.image == nil || s.image.Check == nil || s.image.Check.Test.Form() == FormNone {
		return nil
	}
	return []hit{{pointer: "/healthCheck", value: s.image.Check.declared(), evidence: "HEALTHCHECK " + s.image.Check.Test.String(),
		message: "the image has a HEALTHCHECK, which ECS does not report: the container's health stays UNKNOWN"}}
}

func imageStartPeriod(s *subject) []hit {
	if !s.HasCheck || s.StartPeriod.Set || s.image == nil || s.image.Check == nil || s.image.Check.StartPeriod == 0 {
		return nil
	}
	return []hit{{pointer: "/healthCheck/startPeriod", value: fmt.Sprint(wholeSeconds(s.image.Check.StartPeriod, 0, 300)), evidence: "--start-period=" + s.image.Check.StartPeriod.String(), severity: diag.Info,
		message: fmt.Sprintf("the definition has no startPeriod, and the engine takes the image's %s", strings.TrimSuffix(s.image.Check.StartPeriod.String(), "0s"))}}
}

// declared is the check of an image as the healthCheck of a definition, its times within what ECS takes.
func (c *ImageCheck) declared() string {
	if c.Test.Form() != FormExec && c.Test.Form() != FormShell || c.Test.Refuse() != nil {
		return ""
	}
	members := []string{`"command": ` + c.Test.String()}
	for _, m := range []struct {
		name      string
		value     time.Duration
		low, high int
	}{{"interval", c.Interval, 5, 300}, {"timeout", c.Timeout, 2, 60}, {"startPeriod", c.StartPeriod, 0, 300}} {
		if m.value > 0 {
			members = append(members, fmt.Sprintf("%q: %d", m.name, wholeSeconds(m.value, m.low, m.high)))
		}
	}
	if c.Retries > 0 {
		members = append(members, fmt.Sprintf(`"retries": %d`, min(c.Retries, 10)))
	}
	return "{" + strings.Join(members, ", ") + "}"
}

// wholeSeconds rounds up to seconds within limits.
func wholeSeconds(d time.Duration, low, high int) int {
	return max(low, min(high, int((d+time.Second-1)/time.Second)))
}
