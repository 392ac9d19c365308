package trial

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ecslocal/ecslocal/healthcheck"
	"github.com/ecslocal/ecslocal/healthcheck/candidate"
)

// container is a fake in which a command passes if it asks port 8080, and one of the paths where paths are set.
type container struct {
	paths  []string
	always bool // everything passes
	flaky  int  // runs after which nothing passes any more
	dies   int  // after so many runs
	runs   []string
	looks  []healthcheck.Look
}

func (c *container) Run(_ context.Context, argv []string, _ time.Duration) (candidate.Run, error) {
	command := strings.Join(argv, " ")
	c.runs = append(c.runs, command)
	if c.dies > 0 && len(c.runs) > c.dies {
		return candidate.Run{}, errors.New("it stopped meanwhile")
	}
	well := strings.Contains(command, ":8080") && (c.paths == nil || slices.ContainsFunc(c.paths, func(p string) bool { return strings.Contains(command, ":8080"+p+" ") }))
	if c.always || well && (c.flaky == 0 || len(c.runs) <= c.flaky) {
		return candidate.Run{}, nil
	}
	return candidate.Run{ExitCode: 1, Output: "curl: (7) Failed to connect"}, nil
}

func (c *container) Look(context.Context) (*healthcheck.Look, error) {
	look := c.looks[0]
	if len(c.looks) > 1 {
		c.looks = c.looks[1:]
	}
	return &look, nil
}

func (c *container) Ask(_ context.Context, q Questions) ([]healthcheck.Answer, error) {
	var answers []healthcheck.Answer
	for _, url := range q.URLs {
		a := healthcheck.Answer{URL: url, Problem: "connection refused"}
		if strings.HasPrefix(url, "http://127.0.0.1:8080/") {
			a.Problem, a.Status = "", 404
			if c.paths == nil || slices.ContainsFunc(c.paths, func(p string) bool { return strings.HasSuffix(url, ":8080"+p) }) {
				a.Status = 200
			}
		}
		answers = append(answers, a)
	}
	return answers, nil
}

var on8080 = healthcheck.Look{Listeners: []healthcheck.Listener{{Network: "tcp", Address: "0.0.0.0", Port: 8080}}}

func TestTrial(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name      string
		container container
		command   string
		want      candidate.Strength
		winner    string
		runs      int // at most
	}{
		{"declared and proven", container{paths: []string{"/health"}}, "curl -f http://127.0.0.1:8080/health || exit 1", candidate.Proven, "curl -f http://127.0.0.1:8080/health || exit 1", 5},
		{"another port", container{paths: []string{"/health"}}, "curl -f http://127.0.0.1:80/health || exit 1", candidate.Proven, "curl -f http://127.0.0.1:8080/health || exit 1", 6},
		{"any path passes", container{}, "curl -f http://127.0.0.1:8080/health || exit 1", candidate.Weak, "curl -f http://127.0.0.1:8080/health || exit 1", 12},
		{"everything passes", container{always: true}, "curl -f http://127.0.0.1:8080/health || exit 1", "", "", 70},
		{"nothing passes again", container{flaky: 1}, "curl -f http://127.0.0.1:8080/health || exit 1", "", "", 70},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.container.looks = []healthcheck.Look{on8080}
			f := candidate.Facts{Definition: healthcheck.Definition{Container: "web", HasCheck: true, Command: healthcheck.Command{"CMD-SHELL", c.command}}}
			var err error
			if f.Look, err = See(t.Context(), &c.container, f); err != nil {
				t.Fatal(err)
			}
			rows := 0
			result, err := Trial{Facts: f, Timeout: time.Second, Row: func(Row) { rows++ }}.Run(t.Context(), &c.container)
			if err != nil {
				t.Fatal(err)
			}
			winner := ""
			if result.Winner != nil {
				winner = result.Winner.Command[1]
			}
			if result.Strength != c.want || winner != c.winner || len(c.container.runs) > c.runs || rows != len(result.Rows) {
				t.Errorf("%s %q after %d runs: %s\n%s", result.Strength, winner, len(c.container.runs), result.Says, strings.Join(c.container.runs, "\n"))
			}
			if c.want == "" && len(result.Refuted) == 0 {
				t.Error("nothing is refuted")
			}
		})
	}
}

func TestTrialOfAContainerThatDies(t *testing.T) {
	t.Parallel()
	for dies := 1; dies < 5; dies++ {
		c := &container{dies: dies, looks: []healthcheck.Look{on8080}}
		f := candidate.Facts{Definition: healthcheck.Definition{HasCheck: true, Command: healthcheck.Command{"CMD-SHELL", "curl -f http://127.0.0.1:8080/"}}}
		result, err := Trial{Facts: f}.Run(t.Context(), c)
		if err == nil || result.Winner != nil || len(c.runs) != dies+1 {
			t.Errorf("after %d runs: %v, %+v", len(c.runs), err, result)
		}
	}
}

func TestOwnCommands(t *testing.T) {
	t.Parallel()
	own := []healthcheck.Command{{"CMD", "kill", "1"}}
	for _, allow := range []bool{false, true} {
		c := &container{looks: []healthcheck.Look{on8080}}
		result, err := Trial{Own: own, AllowWrites: allow}.Run(t.Context(), c)
		if err != nil || (result.Rows[0].Refused == nil) != allow || (len(c.runs) > 0) != allow {
			t.Errorf("allowed %v: %v, %+v, %d runs", allow, err, result, len(c.runs))
		}
	}
	c := &container{looks: []healthcheck.Look{on8080}}
	if result, _ := (Trial{Own: []healthcheck.Command{{"CMD"}}, AllowWrites: true}).Run(t.Context(), c); len(c.runs) != 0 || result.Rows[0].Refused == nil {
		t.Error(`["CMD"] is run`)
	}
}

// TestSettle waits for a port, but not for ever.
func TestSettle(t *testing.T) {
	nothing := healthcheck.Look{}
	elsewhere := healthcheck.Look{Listeners: []healthcheck.Listener{{Network: "tcp", Address: "0.0.0.0", Port: 3000}}}
	for _, c := range []struct {
		name    string
		looks   []healthcheck.Look
		command string
		least   time.Duration
		most    time.Duration
	}{
		{"it listens", []healthcheck.Look{on8080}, "curl http://localhost:8080/", 0, 0},
		{"it will", []healthcheck.Look{nothing, nothing, nothing, on8080}, "curl http://localhost:8080/", 700 * time.Millisecond, time.Second},
		{"it listens elsewhere", []healthcheck.Look{nothing, elsewhere}, "curl http://localhost:8080/", 2 * time.Second, 3 * time.Second},
		{"it never does", []healthcheck.Look{nothing}, "curl http://localhost:8080/", 10 * time.Second, 11 * time.Second},
		{"nothing says a port", []healthcheck.Look{nothing}, "test -f /tmp/ready", 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				f := candidate.Facts{Definition: healthcheck.Definition{HasCheck: true, Command: healthcheck.Command{"CMD-SHELL", c.command}}}
				if err := Settle(t.Context(), &container{looks: c.looks}, f, 10*time.Second); err != nil {
					t.Fatal(err)
				}
				if took := time.Since(began); took < c.least || took > c.most {
					t.Error(fmt.Sprint(took))
				}
			})
		})
	}
}
