package healthcheck

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/healthcheck/cause"
	"github.com/ecslocal/ecslocal/healthcheck/client"
)

// otherForBalancer finds a check that asks elsewhere than the load balancer does.
func otherForBalancer(s *subject) []hit {
	b := s.LoadBalancer
	if b == nil || !strings.HasPrefix(b.Protocol, "HTTP") {
		return nil
	}
	var elsewhere []hit
	for _, a := range s.asks {
		for _, t := range a.targets {
			if !strings.HasPrefix(t.Scheme, "http") || t.Partial || t.Bad != "" || !t.Loopback() {
				continue
			}
			if t.Port == b.Port && t.Path == b.Path {
				return nil // what else the check asks is its own affair
			}
			elsewhere = append(elsewhere, hit{severity: diag.Info, certainty: cause.Hint, evidence: b.String(),
				message: fmt.Sprintf("the load balancer asks %s on port %d, and the check %s on port %d: one may pass while the other fails", b.Path, b.Port, t.Path, t.Port)})
		}
	}
	return elsewhere[:min(1, len(elsewhere))]
}

// String is what the load balancer asks.
func (b LoadBalancer) String() string {
	return fmt.Sprintf("%s port %d %s -> %s", b.Protocol, b.Port, b.Path, b.Codes)
}

// balancer compares what the application answers to the load balancer with what that takes for healthy.
func (v view) balancer() []clue {
	b := v.LoadBalancer
	if b == nil || !strings.HasPrefix(b.Protocol, "HTTP") {
		return nil
	}
	answer, ok := v.answer(client.Target{Scheme: strings.ToLower(b.Protocol), Port: b.Port, Path: b.Path}, asked{})
	if !ok || answer.Status == 0 || takes(b.Codes, answer.Status) {
		return nil
	}
	return []clue{{"HC102", hit{evidence: answer.line(), severity: diag.Warning, certainty: cause.Certain,
		fix:     fmt.Sprintf("Give the target group a path that answers %s, or let it take %d.", b.Codes, answer.Status),
		message: fmt.Sprintf("the load balancer asks %s on port %d and takes %s for healthy; the application answers %d", b.Path, b.Port, b.Codes, answer.Status)}}}
}

// takes says whether a status is among codes such as 200,202 or 200-299; all are where they are not known.
func takes(codes string, status int) bool {
	for part := range strings.SplitSeq(codes, ",") {
		first, last, isRange := strings.Cut(strings.TrimSpace(part), "-")
		low, err := strconv.Atoi(first)
		high := low
		if isRange {
			high, _ = strconv.Atoi(last)
		}
		if err != nil || low <= status && status <= high {
			return true
		}
	}
	return false
}
