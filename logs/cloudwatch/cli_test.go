package cloudwatch_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ecslocal/ecslocal/logs"
	"github.com/ecslocal/ecslocal/logs/cloudwatch"
	"github.com/ecslocal/ecslocal/logs/store"
)

// cli runs the aws CLI, version 2, against a handler over a store on disk.
type cli struct {
	*store.Store
	binary, endpoint string
	env              []string
}

func newCLI(t *testing.T) *cli {
	t.Helper()
	if testing.Short() {
		t.Skip("the aws CLI is slow")
	}
	binary := "/usr/bin/aws" // Debian's, before one that something else has put in the path
	if _, err := os.Stat(binary); err != nil {
		if binary, err = exec.LookPath("aws"); err != nil {
			t.Fatal("the aws CLI is needed: apt-get install -y awscli")
		}
	}
	c := &cli{Store: openStore(t), binary: binary}
	server := httptest.NewServer(&cloudwatch.Handler{Store: c.Store})
	t.Cleanup(server.Close)
	c.endpoint = server.URL
	c.env = []string{"HOME=" + t.TempDir(), "PATH=" + os.Getenv("PATH"), "LANG=C.UTF-8", "AWS_ACCESS_KEY_ID=AKIDANYBODY", "AWS_SECRET_ACCESS_KEY=anything",
		"AWS_DEFAULT_REGION=us-east-1", "AWS_PAGER=", "AWS_EC2_METADATA_DISABLED=true"}
	return c
}

func (c *cli) command(t *testing.T, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(t.Context(), c.binary, slices.Concat([]string{"--endpoint-url", c.endpoint, "logs"}, args)...)
	cmd.Env = c.env
	return cmd
}

// run runs a command that must succeed.
func (c *cli) run(t *testing.T, args ...string) string {
	t.Helper()
	cmd := c.command(t, args...)
	var errors strings.Builder
	cmd.Stderr = &errors
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("aws logs %s: %v\n%s", strings.Join(args, " "), err, &errors)
	}
	return string(out)
}

// object runs a command that answers with JSON.
func (c *cli) object(t *testing.T, args ...string) object {
	t.Helper()
	var out object
	if err := json.Unmarshal([]byte(c.run(t, args...)), &out); err != nil {
		t.Fatalf("aws logs %s: %v", strings.Join(args, " "), err)
	}
	return out
}

// fill makes a group with a stream and puts events into it, a millisecond apart, the last one now.
func (c *cli) fill(t *testing.T, group, stream string, messages ...string) (first int64) {
	t.Helper()
	if err := c.CreateGroup(group, nil); err != nil {
		t.Fatal(err)
	}
	if err := c.CreateStream(group, stream); err != nil {
		t.Fatal(err)
	}
	first = time.Now().UnixMilli() - int64(len(messages))
	for i, message := range messages {
		if err := c.Put(group, stream, []logs.Event{{Timestamp: first + int64(i), Message: []byte(message)}}); err != nil {
			t.Fatal(err)
		}
	}
	return first
}

// Each command on a group of its own, at the same time: a start of the CLI takes a second.
func TestCLI(t *testing.T) {
	t.Parallel()
	c := newCLI(t)
	for name, test := range map[string]func(*testing.T, string){
		"tail": func(t *testing.T, group string) {
			c.fill(t, group, "web/1", "first", "second é", "third")
			out := c.run(t, "tail", group, "--format", "short", "--since", "5m", "--filter-pattern=-third")
			if _, text, _ := strings.Cut(out, " "); len(strings.Fields(out)) != 5 || !strings.HasPrefix(text, "first\n") || !strings.HasSuffix(out, " second é\n") {
				t.Errorf("%q", out)
			}
		},
		"tail without group": func(t *testing.T, group string) {
			cmd := c.command(t, "tail", group)
			out, err := cmd.CombinedOutput()
			want := "An error occurred (ResourceNotFoundException) when calling the FilterLogEvents operation: The specified log group does not exist."
			if err == nil || strings.TrimSpace(string(out)) != want {
				t.Errorf("%v: %s", err, out)
			}
		},
		"tail --follow": c.follows,
		"filter-log-events": func(t *testing.T, group string) {
			c.fill(t, group, "web/1", make100()...)
			out := c.object(t, "filter-log-events", "--log-group-name", group, "--page-size", "7", "--filter-pattern", "%line [1-9]?5$%")
			if got := messages(out); len(got) != 10 || got[0] != "line 5" || got[9] != "line 95" || out["nextToken"] != nil {
				t.Errorf("%q %v", got, out["nextToken"])
			}
		},
		"get-log-events": func(t *testing.T, group string) {
			first := c.fill(t, group, "web/1", make100()...)
			out := c.object(t, "get-log-events", "--log-group-name", group, "--log-stream-name", "web/1", "--limit", "3", "--end-time", fmt.Sprint(first+50))
			if diff := cmp.Diff([]string{"line 47", "line 48", "line 49"}, messages(out)); diff != "" || out["nextBackwardToken"] == "" {
				t.Errorf("-want +got\n%s", diff)
			}
		},
		"describe-log-groups": func(t *testing.T, group string) {
			c.fill(t, group, "web/1", "12345")
			if got := c.run(t, "describe-log-groups", "--log-group-name-prefix", group, "--query", "logGroups[].[logGroupName,storedBytes,arn]", "--output", "text"); got !=
				group+"\t31\tarn:aws:logs:us-east-1:000000000000:log-group:"+group+":*\n" {
				t.Errorf("%q", got)
			}
		},
		"describe-log-streams": func(t *testing.T, group string) {
			c.fill(t, group, "web/1", "x")
			for _, name := range []string{"web/2", "web/3"} {
				if err := c.CreateStream(group, name); err != nil {
					t.Fatal(err)
				}
			}
			if got := c.run(t, "describe-log-streams", "--log-group-name", group, "--page-size", "1", "--query", "join(' ', logStreams[].logStreamName)"); got != "\"web/1 web/2 web/3\"\n" {
				t.Errorf("%q", got)
			}
		},
		"put-log-events": func(t *testing.T, group string) {
			c.fill(t, group, "web/1")
			c.run(t, "put-log-events", "--log-group-name", group, "--log-stream-name", "web/1", "--log-events", fmt.Sprintf("timestamp=%d,message=hello", time.Now().UnixMilli()))
			for event, err := range c.Events(group, logs.Query{}) {
				if err != nil || event.Message != "hello" {
					t.Errorf("%v %v", event, err)
				}
			}
		},
		"create and delete": func(t *testing.T, group string) {
			c.run(t, "create-log-group", "--log-group-name", group, "--tags", "team=checkout")
			c.run(t, "create-log-stream", "--log-group-name", group, "--log-stream-name", "web/1")
			if _, err := c.Stream(group, "web/1"); err != nil {
				t.Error(err)
			}
			c.run(t, "delete-log-stream", "--log-group-name", group, "--log-stream-name", "web/1")
			c.run(t, "delete-log-group", "--log-group-name", group)
			if g, err := c.Group(group); err == nil {
				t.Errorf("still there: %v", g)
			}
		},
		"retention": func(t *testing.T, group string) {
			c.fill(t, group, "web/1")
			c.run(t, "put-retention-policy", "--log-group-name", group, "--retention-in-days", "5")
			if g, err := c.Group(group); err != nil || g.RetentionDays != 5 {
				t.Errorf("%v %v", g, err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, "/cli/"+strings.NewReplacer(" ", "-").Replace(name))
		})
	}
}

// follows puts an event while the CLI follows the group, which asks every five seconds, and expects each event once.
func (c *cli) follows(t *testing.T, group string) {
	c.fill(t, group, "web/1", "there")
	cmd := c.command(t, "tail", group, "--follow", "--format", "short")
	cmd.Env = append(cmd.Environ(), "PYTHONUNBUFFERED=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	lines := make(chan string)
	go func() {
		defer close(lines)
		for scanner := bufio.NewScanner(io.LimitReader(out, 1<<20)); scanner.Scan(); {
			lines <- scanner.Text()
		}
	}()
	for _, want := range []string{"there", "then", "at last"} {
		select {
		case line, ok := <-lines:
			if _, message, _ := strings.Cut(line, " "); !ok || message != want {
				t.Fatalf("got %q, want %q", line, want)
			}
		case <-time.After(time.Minute):
			t.Fatalf("%q did not come", want)
		}
		if want == "there" {
			now := time.Now().UnixMilli() // the same millisecond twice: only the ids differ
			if err := c.Put(group, "web/1", []logs.Event{{Timestamp: now, Message: []byte("then")}, {Timestamp: now, Message: []byte("at last")}}); err != nil {
				t.Fatal(err)
			}
		}
	}
}
