package agent

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// admitted is how many of n requests at one time are not refused.
func admitted(t *testing.T, a *Agent, n int, path, caller string) int {
	t.Helper()
	count := 0
	for range n {
		if ask(t, a, http.MethodPost, path, "", caller).Code != http.StatusTooManyRequests {
			count++
		}
	}
	return count
}

func TestRateIsLimitedByCallerAndPath(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newAgent(bridgeTask())
		expect := func(want, n int, path, caller string) {
			t.Helper()
			if got := admitted(t, a, n, path, caller); got != want {
				t.Errorf("%d of %d for %s from %s, want %d", got, n, path, caller, want)
			}
		}
		expect(60, 100, "/v4/ID", "172.17.0.6")
		expect(0, 5, "/v4/ID?other=query", "172.17.0.6")
		expect(60, 100, "/v4/ID/task", "172.17.0.6")
		expect(60, 100, "/v4/ID", "172.17.0.7")
		time.Sleep(100 * time.Millisecond)
		expect(4, 100, "/v4/ID", "172.17.0.6")
		time.Sleep(time.Second)
		expect(40, 100, "/v4/ID", "172.17.0.6")
		time.Sleep(time.Hour)
		expect(60, 100, "/v4/ID", "172.17.0.6")
		expect(60, 100, "/nowhere", "172.17.0.6")
	})
}

func TestFaultsAreLimitedToOneInFiveSeconds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const stop = "/api/ID/fault/v1/network-latency/stop"
		a := newAgent(bridgeTask())
		for range 2 {
			if got := admitted(t, a, 10, stop, "172.17.0.6"); got != 1 {
				t.Errorf("%d at one time", got)
			}
			if got := admitted(t, a, 10, "/api/ID/fault/v1/network-latency/status", "172.17.0.6"); got != 1 {
				t.Errorf("%d of another path", got)
			}
			time.Sleep(5*time.Second - time.Millisecond)
			if got := admitted(t, a, 1, stop, "172.17.0.6"); got != 0 {
				t.Errorf("%d after less than five seconds", got)
			}
			time.Sleep(time.Millisecond)
		}
		got := ask(t, a, http.MethodPost, stop, "", "172.17.0.6")
		again := ask(t, a, http.MethodPost, stop, "", "172.17.0.6")
		if got.Code == http.StatusTooManyRequests || again.Code != http.StatusTooManyRequests || again.Body.String() != "You have reached maximum request limit" {
			t.Errorf("got %d, then %d %q", got.Code, again.Code, again.Body)
		}
		if limits := again.Header()["X-Rate-Limit-Limit"]; len(limits) != 2 || limits[1] != "0.20" {
			t.Errorf("limits are %v", limits)
		}
	})
}

func TestRefusalsLookLikeTheAgents(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newAgent(bridgeTask())
		admitted(t, a, 60, "/v4/ID", "172.17.0.6")
		got := get(t, a, "/v4/ID")
		want := map[string]string{
			"Content-Type": "text/plain; charset=utf-8", "X-Rate-Limit-Limit": "40.00", "X-Rate-Limit-Duration": "1",
			"X-Rate-Limit-Request-Forwarded-For": "", "X-Rate-Limit-Request-Remote-Addr": "172.17.0.6:40000",
		}
		for name, value := range want {
			if got.Header().Get(name) != value {
				t.Errorf("%s is %q", name, got.Header().Get(name))
			}
		}
		if got.Code != 429 || got.Body.String() != "You have reached maximum request limit." {
			t.Errorf("got %d %q", got.Code, got.Body)
		}
	})
}

// A caller that makes up paths must not fill the memory.
func TestLimiterForgetsIdlePaths(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var l limiter
		for i := range 30_000 {
			if !l.take(everyPath, "172.17.0.6", "/"+strings.Repeat("x", i%100)+fmt.Sprint(i)) {
				t.Fatal("refused the first request of a path")
			}
			time.Sleep(time.Millisecond)
		}
		if len(l.buckets) > 5000 {
			t.Errorf("%d paths are remembered", len(l.buckets))
		}
	})
}
