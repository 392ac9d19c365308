package agent

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
)

func TestRequestsSayWhoAskedForWhat(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newAgent(bridgeTask())
		a.Stats = slowStats{}
		ask(t, a, "GET", "/v4/"+otherID+"/stats?q=secret", "", "172.17.0.6")
		ask(t, a, "GET", "/v2/credentials/CREDENTIALS", "", "172.17.0.5")
		ask(t, a, "PUT", "/v1/credentials?id=CREDENTIALS", "", "172.17.0.99")
		ask(t, a, "GET", "//v2/credentials/CREDENTIALS", "", "[::ffff:172.17.0.5]")
		start := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
		want := []Request{
			{start, "172.17.0.6", "worker", "GET", "/v4/" + otherID + "/stats", 200, time.Second},
			{start.Add(time.Second), "172.17.0.5", "worker", "GET", "/v2/credentials/***", 200, 0},
			{start.Add(time.Second), "172.17.0.99", "", "PUT", "/v1/credentials", 200, 0},
			{start.Add(time.Second), "::ffff:172.17.0.5", "worker", "GET", "/v2/credentials/***", 301, 0},
		}
		if diff := gocmp.Diff(want, a.Requests()); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	})
}

// slowStats takes a second, of the clock of the bubble.
type slowStats struct{}

func (slowStats) Stats(context.Context, string) (Sample, error) {
	time.Sleep(time.Second)
	return Sample{}, nil
}

func TestRequestLogKeepsTheLatest(t *testing.T) {
	t.Parallel()
	a := &Agent{KeepRequests: 3}
	for i := range 8 {
		get(t, a, fmt.Sprint("/", i))
		var paths []string
		for _, r := range a.Requests() {
			paths = append(paths, r.Path)
		}
		var want []string
		for n := max(0, i-2); n <= i; n++ {
			want = append(want, fmt.Sprint("/", n))
		}
		if diff := gocmp.Diff(want, paths); diff != "" {
			t.Errorf("after %d: -want +got:\n%s", i, diff)
		}
	}
	get(t, a, "/"+strings.Repeat("long", 10_000))
	if log := a.Requests(); len(log[2].Path) > loggedPathLimit {
		t.Errorf("keeps %d bytes of a path", len(log[2].Path))
	}
}

func TestAgentServesManyAtOneTime(t *testing.T) {
	t.Parallel()
	a := newAgent(awsvpcTask())
	var asked sync.WaitGroup
	for i := range 50 {
		asked.Go(func() {
			for _, path := range []string{"/v4/ID/task", "/v4/ID/task/stats", "/v2/credentials/CREDENTIALS", protectionPath} {
				ask(t, a, "GET", path, "", fmt.Sprintf("10.0.0.%d", i))
			}
			a.Requests()
		})
	}
	asked.Wait()
	if len(a.Requests()) != 200 {
		t.Errorf("%d requests in the log", len(a.Requests()))
	}
}
