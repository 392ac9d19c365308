package healthcheck

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
	"github.com/ecslocal/ecslocal/healthcheck/cause"
	"github.com/ecslocal/ecslocal/healthcheck/shell"
)

// paceDetectors judge the times of the check.
var paceDetectors = []detector{
	{"HC107", cause.Definition, outOfRange},
	{"HC072", cause.Definition, neverEnds},
	{"HC072", cause.Definition, headByName},
	{"HC072", cause.Definition, sleepsFirst},
	{"HC075", cause.Definition, oneFailure},
	{"HC076", cause.Definition, timeoutNotBelow},
	{"HC071", cause.Definition, longStartPeriod},
}

// What ECS takes, in seconds.
const (
	minInterval    = 5
	maxTimeout     = 60
	maxStartPeriod = 300
)

func outOfRange(s *subject) []hit {
	var hits []hit
	for _, f := range []struct {
		name      string
		value     Seconds
		low, high int
	}{{"interval", s.Interval, minInterval, 300}, {"timeout", s.Timeout, 2, maxTimeout}, {"retries", s.Retries, 1, 10}, {"startPeriod", s.StartPeriod, 0, maxStartPeriod}} {
		if f.value.Set && (f.value.Value < f.low || f.value.Value > f.high) {
			message, limit := fmt.Sprintf(diag.HealthTooMuch, f.name, f.value.Value, f.high), f.high
			if f.value.Value < f.low {
				message, limit = fmt.Sprintf(diag.HealthTooLittle, f.name, f.value.Value, f.low), f.low
			}
			value, _ := diag.HealthSeconds(f.name, f.value.Value, f.high)
			fix := diag.HealthFix(f.name, f.value.Value, limit)
			hits = append(hits, hit{pointer: "/healthCheck/" + f.name, value: fmt.Sprint(max(f.low, min(f.high, value))), evidence: fmt.Sprintf("%s: %d", f.name, f.value.Value),
				message: message, fix: strings.ToUpper(fix[:1]) + fix[1:] + "."})
		}
	}
	return hits
}

// counts are the options with which ping ends; of every other program of the list there are none.
var counts = lazyregexp.New(`^-[a-zA-Z0-9]*[cw]|^--(count|deadline)`)

// neverEnds finds programs that go on until somebody ends them.
func neverEnds(s *subject) []hit {
	for _, call := range s.calls() {
		if call.Background || call.Wraps || limitedBy(call, "timeout") {
			continue
		}
		has := func(match func(string) bool) bool { return slices.ContainsFunc(call.Argv()[1:], match) }
		endless := false
		h := hit{message: fmt.Sprintf("%q never ends by itself: the engine kills it at the timeout, and that is a failure", call)}
		switch call.Program() {
		case "ping", "ping6":
			if endless = !has(counts().MatchString); endless {
				h = h.patched(s.addOptions(call, "-c", "1"))
			}
		case "tail":
			endless = call.PipeLength == 1 && has(func(arg string) bool { return arg == "-f" || arg == "-F" || arg == "--follow" })
		case "top":
			endless = !has(func(arg string) bool { return strings.HasPrefix(arg, "-") && strings.Contains(arg, "n") })
		case "watch", "yes":
			endless = true
		case "sleep":
			endless = has(func(arg string) bool { return arg == "infinity" })
		}
		if endless && len(call.Words) > 0 {
			return []hit{h}
		}
	}
	return nil
}

// limitedBy says that a call runs within a program of this name.
func limitedBy(call *shell.Call, name string) bool {
	for w := call.Wrapper; w != nil; w = w.Wrapper {
		if w.Program() == name {
			return true
		}
	}
	return false
}

// firstSleep is a sleep at the beginning of a script.
var firstSleep = lazyregexp.New(`^\s*sleep\s+(\d+)s?\s*(?:;|&&|\n)\s*`)

// sleepsFirst finds a check that sleeps its timeout away.
func sleepsFirst(s *subject) []hit {
	m := firstSleep().FindStringSubmatch(s.text())
	if m == nil || s.shellForm() == nil {
		return nil
	}
	slept, err := strconv.Atoi(m[1])
	if limit := s.pace().timeout; err != nil || time.Duration(slept)*time.Second < limit {
		return nil
	}
	h := hit{message: fmt.Sprintf("the check sleeps %d s first, and timeout is %v: no probe ever passes", slept, s.pace().timeout),
		fix: "Leave the sleep out; startPeriod gives the application its time."}
	return []hit{h.patched(asShell(s.text()[len(m[0]):]))}
}

func oneFailure(s *subject) []hit {
	if s.Retries.Set && s.Retries.Value == 1 {
		return []hit{{pointer: "/healthCheck/retries", value: "3", message: "retries is 1: one slow answer makes the container UNHEALTHY", evidence: "retries: 1"}}
	}
	return nil
}

func timeoutNotBelow(s *subject) []hit {
	p := s.pace()
	if p.timeout < p.interval || s.Timeout.or(0) > maxTimeout || s.Interval.Set && s.Interval.Value < minInterval { // refused anyway
		return nil
	}
	better := int(p.interval.Seconds()) - 1
	value := ""
	if better >= 2 {
		value = fmt.Sprint(better)
	}
	return []hit{{pointer: "/healthCheck/timeout", value: value, evidence: fmt.Sprintf("interval %v, timeout %v", p.interval, p.timeout),
		message: fmt.Sprintf(diag.HealthOverlap, int(p.timeout.Seconds()), int(p.interval.Seconds())),
		fix:     fmt.Sprintf("Set timeout below interval: as it is, a hanging application is UNHEALTHY after %v.", (p.interval+p.timeout)*timesOf(p.retries))}}
}

func longStartPeriod(s *subject) []hit {
	if s.StartPeriod.or(0) < 180 || s.StartPeriod.Value > maxStartPeriod { // refused anyway
		return nil
	}
	return []hit{{pointer: "/healthCheck/startPeriod", evidence: fmt.Sprintf("startPeriod: %d", s.StartPeriod.Value), severity: diag.Info,
		message: fmt.Sprintf("failures of the first %d s are not counted: a broken start is noticed only then", s.StartPeriod.Value)}}
}
