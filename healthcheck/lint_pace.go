package healthcheck

import (
	"fmt"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/healthcheck/cause"
)

// paceDetectors judge the times of the check.
var paceDetectors = []detector{
	{"HC107", cause.Definition, outOfRange},
	{"HC075", cause.Definition, oneFailure},
	{"HC076", cause.Definition, timeoutNotBelow},
	{"HC071", cause.Definition, longStartPeriod},
}

func outOfRange(s *subject) []hit {
	var hits []hit
	for _, f := range []struct {
		name      string
		value     Seconds
		low, high int
	}{{"interval", s.Interval, 5, 300}, {"timeout", s.Timeout, 2, 60}, {"retries", s.Retries, 1, 10}, {"startPeriod", s.StartPeriod, 0, 300}} {
		if f.value.Set && (f.value.Value < f.low || f.value.Value > f.high) {
			hits = append(hits, hit{pointer: "/healthCheck/" + f.name, value: fmt.Sprint(max(f.low, min(f.high, f.value.Value))), evidence: fmt.Sprintf("%s: %d", f.name, f.value.Value),
				message: fmt.Sprintf("%s is %d; ECS takes %d to %d", f.name, f.value.Value, f.low, f.high)})
		}
	}
	return hits
}

func oneFailure(s *subject) []hit {
	if s.Retries.Set && s.Retries.Value == 1 {
		return []hit{{pointer: "/healthCheck/retries", value: "3", message: "retries is 1: one slow answer makes the container UNHEALTHY", evidence: "retries: 1"}}
	}
	return nil
}

func timeoutNotBelow(s *subject) []hit {
	p := s.pace()
	if p.timeout < p.interval {
		return nil
	}
	better := int(p.interval.Seconds()) - 1
	value := ""
	if better >= 2 {
		value = fmt.Sprint(better)
	}
	return []hit{{pointer: "/healthCheck/timeout", value: value, evidence: fmt.Sprintf("interval %v, timeout %v", p.interval, p.timeout),
		message: fmt.Sprintf("timeout is not below interval: a hanging application is UNHEALTHY after %v", (p.interval+p.timeout)*timesOf(p.retries))}}
}

func longStartPeriod(s *subject) []hit {
	if s.StartPeriod.or(0) < 180 {
		return nil
	}
	return []hit{{pointer: "/healthCheck/startPeriod", evidence: fmt.Sprintf("startPeriod: %d", s.StartPeriod.Value), severity: diag.Info,
		message: fmt.Sprintf("failures of the first %d s are not counted: a broken start is noticed only then", s.StartPeriod.Value)}}
}
