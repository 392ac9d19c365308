package healthcheck

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/healthcheck/cause"
)

// timing finds what the order and the length of the probes tell, and how the container moved.
func (s *subject) timing(t Timeline, look *Look) []Diagnosis {
	var found []Diagnosis
	for _, find := range []func(Timeline, *Look) []clue{s.monitorStopped, s.slowStart, s.tooShort, s.flaps, s.hopeless, s.memory} {
		for _, x := range find(t, look) {
			found = append(found, s.run([]detector{{x.rule, cause.Timing, func(*subject) []hit { return []hit{x.hit} }}})...)
		}
	}
	return found
}

// monitorStopped is a status that no probe made: the container is gone or paused.
func (s *subject) monitorStopped(t Timeline, _ *Look) []clue {
	unhealthy := slices.ContainsFunc(t.Probes, func(p Probe) bool { return p.Status == "unhealthy" })
	switch {
	case t.Paused:
		return []clue{{"HC105", hit{message: "the container is paused: no probe runs, and the engine reports unhealthy with a streak of 0", evidence: "paused", severity: diag.Error}}}
	case s.HasCheck && t.Ended && len(t.current()) == 0:
		h := hit{message: "the container ended before its first probe", evidence: "no probe ran"}
		if t.ExitCode != nil {
			h.evidence = fmt.Sprintf("the container ended with exit code %d, and no probe ran", *t.ExitCode)
		}
		return []clue{{"HC104", h}}
	case t.Ended && t.ExitCode != nil && *t.ExitCode == 137 && !t.OOM && unhealthy:
		return []clue{{"HC103", hit{evidence: "exit code 137, not for memory", message: "the container was UNHEALTHY and then killed at its stop: exit code 137 is that kill"}}}
	case t.Restarts() > 1 && len(t.current()) == 0 && !t.Ended:
		return []clue{{"HC104", hit{certainty: cause.Likely, evidence: fmt.Sprintf("%d restarts", t.Restarts()), message: "the container is restarted again and again before a probe can run"}}}
	}
	return nil
}

// slowStart is an application that needed longer than it was given, or nearly so.
func (s *subject) slowStart(t Timeline, look *Look) []clue {
	p, probes := s.pace(), slices.DeleteFunc(t.current(), func(q Probe) bool { return q.Source == "prober" })
	pass := slices.IndexFunc(probes, func(q Probe) bool { return q.Outcome() == Passed })
	unhealthy := slices.IndexFunc(probes, func(q Probe) bool { return q.Status == "unhealthy" })
	if pass < 0 {
		return s.notUpYet(t, look)
	}
	if pass == 0 || slices.ContainsFunc(probes[:pass], func(q Probe) bool { return q.Outcome() == Unstarted }) {
		return nil
	}
	ready := probes[pass].Start.Sub(t.Started)
	h := hit{pointer: "/healthCheck/startPeriod", value: startPeriodFor(ready), evidence: fmt.Sprintf("%d failures, then the first success after %v; startPeriod %v", pass, rounded(ready), p.startPeriod)}
	switch {
	case unhealthy >= 0 && unhealthy < pass:
		h.message = fmt.Sprintf("the application was ready after %v, and had failed %d probes by then", rounded(ready), pass)
		return []clue{{"HC069", h}}
	case p.startPeriod == 0:
		h.message = fmt.Sprintf("the application was ready after %v: %d of %d allowed failures were used up", rounded(ready), pass, p.retries)
		return []clue{{"HC070", h}}
	case ready > p.startPeriod*7/10:
		h.severity, h.certainty = diag.Warning, cause.Likely
		h.message = fmt.Sprintf("the application was ready after %v, and startPeriod is %v: on a busier machine it is UNHEALTHY first", rounded(ready), p.startPeriod)
		return []clue{{"HC069", h}}
	}
	return nil
}

// startPeriodFor is twice the time that an application needed, in whole seconds, as far as ECS takes it.
func startPeriodFor(ready time.Duration) string {
	return fmt.Sprint(min(300, max(10, int(math.Ceil(2*ready.Seconds())))))
}

// runtimes that need a while before they listen.
var slowRuntimes = []string{"java", "dotnet", "catalina.sh", "elasticsearch", "kafka-server-start", "gradle", "mvn", "sbt", "wildfly", "standalone.sh", "logstash", "rails", "puma"}

// notUpYet is a check without startPeriod whose application has opened no port.
func (s *subject) notUpYet(t Timeline, look *Look) []clue {
	if s.StartPeriod.or(0) > 0 || len(t.Probes) == 0 || t.Ended {
		return nil
	}
	last, _ := t.last()
	refused := slices.ContainsFunc(s.told(last), func(d Diagnosis) bool { return d.Rule.ID == "HC060" })
	line := strings.Join(slices.Concat(s.EntryPoint, s.CommandLine), " ")
	if s.image != nil {
		line += " " + strings.Join(slices.Concat(s.image.Entrypoint, s.image.Cmd), " ")
	}
	slow := slices.ContainsFunc(slowRuntimes, func(r string) bool { return strings.Contains(line, r) })
	nothingYet := look != nil && len(view{s, look, t}.tcp()) == 0 && len(view{s, look, t}.unix()) == 0
	if !refused || !slow && !nothingYet {
		return nil
	}
	h := hit{pointer: "/healthCheck/startPeriod", value: "60", certainty: cause.Hint, evidence: "no startPeriod",
		message: "the application may still be starting: without startPeriod the first failure counts"}
	if slow {
		h.certainty = cause.Likely
	}
	return []clue{{"HC070", h}}
}

// tooShort is about probes near or over the timeout.
func (s *subject) tooShort(t Timeline, look *Look) []clue {
	p := s.pace()
	var slowest time.Duration
	timedOut := 0
	for _, q := range t.Probes {
		switch {
		case q.Outcome() == TimedOut:
			timedOut++
		case q.Outcome() == Passed:
			slowest = max(slowest, q.Duration)
		}
	}
	if timedOut > 0 {
		return s.timeouts(t, look, timedOut, slowest)
	}
	if slowest > p.timeout*6/10 {
		return []clue{{"HC072", hit{pointer: "/healthCheck/timeout", value: timeoutFor(slowest), severity: diag.Warning, certainty: cause.Likely, evidence: fmt.Sprintf("the slowest probe took %v, timeout %v", rounded(slowest), p.timeout),
			message: fmt.Sprintf("a probe took %v, and the timeout is %v", rounded(slowest), p.timeout)}}}
	}
	return nil
}

// withoutTightLimits drops limits for the client at which probes would fail that pass now: only a higher timeout makes room for one.
func (s *subject) withoutTightLimits(found []Diagnosis, t Timeline) []Diagnosis {
	var slowest time.Duration
	for _, p := range t.Probes {
		if p.Outcome() == Passed {
			slowest = max(slowest, p.Duration)
		}
	}
	limit, err := strconv.Atoi(s.belowTimeout())
	if err != nil || slowest < time.Duration(limit)*time.Second*8/10 {
		return found
	}
	for i := range found {
		if d := &found[i]; d.Rule.ID == "HC073" && d.Patch != nil {
			*d = d.with(nil)
			d.Fix = fmt.Sprintf("Raise timeout first: a probe has taken %v. Then give the client a limit below it.", rounded(slowest))
		}
	}
	return found
}

// timeoutFor is twice the time that a probe needs, in whole seconds, as far as ECS takes it.
func timeoutFor(needed time.Duration) string {
	return fmt.Sprint(min(60, max(2, int(math.Ceil(2*needed.Seconds())))))
}

// timeouts says what a timeout comes from, as far as something besides it is known.
func (s *subject) timeouts(t Timeline, look *Look, count int, slowest time.Duration) []clue {
	p := s.pace()
	h := hit{pointer: "/healthCheck/timeout", evidence: fmt.Sprintf("%d of %d probes were killed after %v", count, len(t.Probes), p.timeout)}
	answer, listening := s.target(look)
	switch {
	case len(staysInBackground(s)) > 0:
		return nil // told already, with what keeps the probe open
	case answer.Status > 0 && answer.Duration > p.timeout*8/10:
		h.value, h.certainty = timeoutFor(answer.Duration), cause.Certain
		h.message = fmt.Sprintf("the application answers after %v, and the timeout is %v", rounded(answer.Duration), p.timeout)
		return []clue{{"HC072", h}}
	case slowest > 0:
		h.value, h.certainty = timeoutFor(max(slowest, p.timeout)), cause.Likely
		h.message = fmt.Sprintf("%d of %d probes took longer than the timeout of %v; the slowest that passed took %v", count, len(t.Probes), p.timeout, rounded(slowest))
		return []clue{{"HC072", h}}
	case listening && answer.Status == 0:
		return []clue{{"HC068", hit{evidence: h.evidence, certainty: cause.Likely, message: "the port is open, and no probe got an answer within the timeout"}}}
	}
	return nil
}

// target is what was answered at the place that the check asks, and whether its port is open.
func (s *subject) target(look *Look) (Answer, bool) {
	if look == nil {
		return Answer{}, false
	}
	v := view{s, look, Timeline{}}
	for _, a := range s.asks {
		for _, t := range a.targets {
			answer, _ := v.answer(t, a)
			return answer, len(listens(look.Listeners, t.Port)) > 0
		}
	}
	return Answer{}, false
}

// flaps is a status that goes to and fro.
func (s *subject) flaps(t Timeline, _ *Look) []clue {
	failed, turns := 0, 0
	probes := t.engine()
	pass := slices.IndexFunc(probes, func(q Probe) bool { return q.Outcome() == Passed })
	if pass < 0 {
		return nil
	}
	probes = probes[pass:]
	for i, q := range probes {
		if q.Outcome() != Passed {
			failed++
		}
		if i > 0 && (q.Outcome() == Passed) != (probes[i-1].Outcome() == Passed) {
			turns++
		}
	}
	if failed == 0 || turns < 2 {
		return nil
	}
	h := hit{evidence: fmt.Sprintf("%d of %d probes failed since the first success", failed, len(probes)), certainty: cause.Likely}
	if s.pace().retries == 1 {
		h.pointer, h.value, h.severity = "/healthCheck/retries", "3", diag.Error
		h.message = "retries is 1, and single probes fail: each makes the container UNHEALTHY"
		return []clue{{"HC075", h}}
	}
	h.message = fmt.Sprintf("the check fails now and then (%d of %d): %d in a row make the container UNHEALTHY", failed, len(probes), s.pace().retries)
	h.fix = "Find out why single probes fail; raise retries only where the application is well meanwhile."
	h.certainty = cause.Hint
	return []clue{{"HC075", h}}
}

// hopeless is a start period that hides failures which no time will heal.
func (s *subject) hopeless(t Timeline, _ *Look) []clue {
	last, ok := t.last()
	p := s.pace()
	if !ok || last.Status != "starting" || p.startPeriod == 0 || last.Start.Sub(t.Started) >= p.startPeriod || last.Outcome() == Passed {
		return nil
	}
	for _, d := range s.told(last) {
		if d.Certainty == cause.Certain && (d.Rule.Group == cause.Tools || d.Rule.Group == cause.Form) {
			end := p.startPeriod + time.Duration(p.retries)*p.interval
			return []clue{{"HC071", hit{pointer: "/healthCheck/startPeriod", severity: diag.Info, evidence: fmt.Sprintf("startPeriod %v", p.startPeriod),
				message: fmt.Sprintf("the check can never pass, and startPeriod hides it: UNHEALTHY comes after about %v", end)}}}
		}
	}
	return nil
}

// memory is a probe or application that the kernel killed for memory.
func (s *subject) memory(t Timeline, _ *Look) []clue {
	killed := slices.ContainsFunc(t.Probes, func(p Probe) bool { return p.ExitCode == 137 })
	if !t.OOM || !killed {
		return nil
	}
	return []clue{{"HC078", hit{evidence: "exit code 137 and an out-of-memory event", message: "the kernel killed a probe for the container's memory limit", certainty: cause.Certain}}}
}

// rounded is a duration as people say it.
func rounded(d time.Duration) time.Duration {
	if d > 10*time.Second {
		return d.Round(100 * time.Millisecond)
	}
	return d.Round(10 * time.Millisecond)
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
