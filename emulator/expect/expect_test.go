package expect_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/emulator/expect"
	"github.com/ecslocal/ecslocal/emulator/shutdown"
	"github.com/google/go-cmp/cmp"
)

// task is a task that stands as it was put.
type task struct {
	event.Task
	address  string
	output   expect.Output
	files    map[string]string
	messages map[string][]string
	shown    []string
	stops    []string
	onStop   func(*task)
	looks    int
}

func (t *task) Describe() event.Task { t.looks++; return t.Task }
func (t *task) Address(container, port string) (string, error) {
	if t.address == "" {
		return "", errors.New("it is not published")
	}
	return t.address, nil
}
func (t *task) Exec(context.Context, string, string, []string) (expect.Output, error) {
	return t.output, nil
}
func (t *task) ReadFile(_ context.Context, container, path string) ([]byte, fs.FileMode, error) {
	content, ok := t.files[container+":"+path]
	if !ok {
		return nil, 0, fmt.Errorf("look for %s: %w", path, fs.ErrNotExist)
	}
	return []byte(content), 0o640, nil
}
func (t *task) Messages(container string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for _, m := range t.messages[container] {
			if !yield(m, nil) {
				return
			}
		}
	}
}
func (t *task) Audit(context.Context) { t.stops = append(t.stops, "audit") }
func (t *task) Shutdown() []shutdown.Container {
	c := shutdown.Container{Name: "web", Outcome: shutdown.Graceful, StopTimeout: 2}
	if t.Containers[0].Killed {
		c.Outcome, c.Took, c.Causes = shutdown.Killed, 2, []shutdown.Cause{{Message: "its first process is a shell", Fix: "begin it with exec"}}
	}
	return []shutdown.Container{c}
}
func (t *task) SecretsShown() []string { return t.shown }
func (t *task) Stop(reason string, kill bool) {
	t.stops = append(t.stops, reason)
	t.onStop(t)
}
func (t *task) Signal(_ context.Context, container, signal string) error {
	t.stops = append(t.stops, container+" "+signal)
	return nil
}

func code(n int) *int { return &n }

// running is a task with a healthy web, a job that has ended with 3, and what belongs to ecslocal.
func running() *task {
	return &task{Task: event.Task{LastStatus: event.Running, DesiredStatus: event.Running, Containers: []event.Container{
		{Name: "web", Essential: true, LastStatus: event.Running, HasHealthCheck: true, HealthStatus: event.Healthy},
		{Name: "job", LastStatus: event.Stopped, ExitCode: code(3), HealthStatus: event.Unknown},
		{Name: "pause", Essential: true, Internal: true, LastStatus: event.Running}}}}
}

func stopped() *task {
	t := running()
	t.LastStatus, t.DesiredStatus, t.StopCode, t.StoppedReason = event.Stopped, event.Stopped, "EssentialContainerExited", "Essential container in task exited"
	t.Containers[0].LastStatus, t.Containers[0].ExitCode = event.Stopped, code(1)
	return t
}

func with(t *task, change func(*task)) *task {
	change(t)
	return t
}

func text(s string) *string { return &s }

func pattern(t *testing.T, s string) (p expect.Pattern) {
	t.Helper()
	if err := p.UnmarshalText([]byte(s)); err != nil {
		t.Fatal(err)
	}
	return p
}

// TestLook: what is said of a task that does not do what is expected, and whether that is final.
func TestLook(t *testing.T) {
	t.Parallel()
	sick := func(t *task) {
		t.Containers[0].HealthStatus, t.Containers[0].LastProbe = event.Unhealthy, &event.Probe{ExitCode: 1, Output: "refused\n"}
	}
	logged := func(t *task) {
		t.messages = map[string][]string{"web": {"up", `{"level": "error"}`, "up again"}, "job": {"up"}}
	}
	filed := func(t *task) { t.files = map[string]string{"web:/a": "one\n"} }
	no := false
	for _, test := range []struct {
		of    *task
		e     expect.Expectation
		want  string // the beginning of the error
		final bool
	}{
		{running(), expect.Running{}, "", false},
		{with(running(), func(t *task) { t.LastStatus = event.Pending }), expect.Running{}, "the task is PENDING", false},
		{stopped(), expect.Running{}, "the task has stopped: Essential container in task exited; web ended with exit code 1; job ended with exit code 3", true},
		{running(), expect.Healthy{}, "", false},
		{with(running(), sick), expect.Healthy{}, `container "web" is UNHEALTHY; its last check ended with 1: "refused"`, true},
		{with(running(), func(t *task) { t.Containers[0].HealthStatus = event.Unknown }), expect.Healthy{}, `container "web" is not HEALTHY yet`, false},
		{running(), expect.Healthy{Containers: []string{"job"}}, `container "job" has no health check`, true},
		{running(), expect.Healthy{Containers: []string{"wbe"}}, `the task has no container "wbe"; it has web, job`, true},
		{running(), expect.Healthy{Containers: []string{"pause"}}, `the task has no container "pause"`, true},
		{&task{}, expect.Ended{Container: "web"}, "the task is about to be created", false},
		{with(running(), sick), expect.Unhealthy{Container: "web"}, "", false},
		{running(), expect.Unhealthy{Container: "web"}, `container "web" is HEALTHY`, false},
		{stopped(), expect.Unhealthy{Container: "web"}, `container "web" is HEALTHY; the task has stopped`, true},
		{running(), expect.Stopped{}, "the task is RUNNING", false},
		{stopped(), expect.Stopped{StopCode: "EssentialContainerExited", StoppedReason: expect.Text{Contains: "Essential"}}, "", false},
		{stopped(), expect.Stopped{StopCode: "UserInitiated"}, "stopCode is EssentialContainerExited, not UserInitiated: Essential", true},
		{stopped(), expect.Stopped{StoppedReason: expect.Text{Excludes: "exited"}}, `stoppedReason contains "exited"`, true},
		{running(), expect.Exit{Container: "job", Code: 3}, "", false},
		{running(), expect.Exit{Container: "job"}, `container "job" ended with exit code 3, not 0`, true},
		{running(), expect.Exit{Container: "web"}, `container "web" is RUNNING`, false},
		{with(running(), func(t *task) { t.Containers[1].ExitCode, t.Containers[1].Reason = nil, "CannotPull" }), expect.Exit{Container: "job"}, `container "job" ended without an exit code: CannotPull`, true},
		{running(), expect.Begun{Containers: []string{"web"}}, "", false},
		{with(running(), func(t *task) { t.Containers[0].LastStatus = event.Pending }), expect.Begun{}, `container "web" is PENDING`, false},
		{with(running(), logged), expect.Log{Container: "web", Pattern: pattern(t, "up"), Count: 2}, "", false},
		{with(running(), logged), expect.Log{Pattern: pattern(t, "up"), Count: 3}, "", false},
		{with(running(), logged), expect.Log{Container: "web", Pattern: pattern(t, "up"), Count: 3}, "2 of 3 events of the log of web match up, not 3", false},
		{with(stopped(), logged), expect.Log{Container: "web", Pattern: pattern(t, "never")}, "0 of 3 events of the log of web match never, not 1; the task has stopped", true},
		{with(running(), logged), expect.Log{Pattern: pattern(t, `{ $.level = "error" }`), Absent: true}, `web wrote "{\"level\": \"error\"}", which matches`, true},
		{with(running(), logged), expect.Log{Container: "job", Pattern: pattern(t, `{ $.level = "error" }`), Absent: true}, "", false},
		{with(running(), logged), expect.Line{Container: "web", Text: expect.Text{Contains: "again"}}, "", false},
		{with(running(), logged), expect.Line{Container: "job", Text: expect.Text{Contains: "again"}}, "none of 1 lines of job is like that", false},
		{with(running(), func(t *task) { t.shown = []string{"web"} }), expect.NoSecretsInLogs(true), "a secret is in the output of web", true},
		{running(), expect.NoSecretsInLogs(true), "", false},
		{with(running(), filed), expect.File{Container: "web", Path: "/a", Mode: "0640", Text: expect.Text{Equals: text("one")}}, "", false},
		{with(running(), filed), expect.File{Container: "web", Path: "/a", Text: expect.Text{Equals: text("one\n\n")}}, `/a is "one\n", not "one\n\n"`, false},
		{with(running(), filed), expect.File{Container: "web", Path: "/a", Mode: "644"}, "the mode of /a in web is 0640, not 644", false},
		{with(running(), filed), expect.File{Container: "web", Path: "/a", Exists: &no}, "there is /a in web", false},
		{running(), expect.File{Container: "web", Path: "/b"}, "there is no /b in web", false},
		{running(), expect.File{Container: "web", Path: "/b", Exists: &no}, "", false},
		{with(running(), func(t *task) { t.output = expect.Output{Stdout: "x", ExitCode: 2} }), expect.Exec{Container: "web", Command: []string{"ls"}}, `["ls"] in web ended with exit code 2, not 0; stdout is "x"`, false},
		{with(running(), func(t *task) { t.output = expect.Output{Stdout: "x\n", Stderr: "y"} }),
			expect.Exec{Container: "web", Command: []string{"ls"}, Stdout: expect.Text{Matches: regexp.MustCompile("^x$")}, Stderr: expect.Text{Excludes: "y"}}, "stdout does not match ^x$", false},
		{running(), expect.Connect{Port: expect.Port{Number: 1}}, "it is not published", false},
		{stopped(), expect.Connect{Port: expect.Port{Number: 1}}, "the task has stopped", true},
		{running(), expect.All{}, "", false},
		{running(), expect.All{expect.Running{}, expect.Stopped{}}, "the task is RUNNING", false},
		{running(), expect.Any{expect.Stopped{}, expect.Running{}}, "", false},
		{running(), expect.Any{expect.Stopped{}, expect.Exit{Container: "job"}}, "none holds: the task is RUNNING; container \"job\" ended", false},
		{running(), expect.Any{expect.Exit{Container: "job"}}, "none holds: container \"job\" ended", true},
	} {
		err := test.e.Look(t.Context(), test.of)
		if got := fmt.Sprint(err); test.want == "" && err != nil || !strings.HasPrefix(got, test.want) && test.want != "" {
			t.Errorf("%s: %v, want %q", test.e, err, test.want)
		}
		if errors.Is(err, expect.ErrNever) != test.final {
			t.Errorf("%s: %v is final: %v", test.e, err, !test.final)
		}
	}
}

func TestHTTP(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/moved":
			http.Redirect(w, r, "/", http.StatusFound)
		case "/json":
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, `{"id": 12345678901234567890, "price": 1.50, "items": [{"n": 1}, {"n": 2}], "none": null}`)
		default:
			fmt.Fprintf(w, "%s %s of %s for %s", r.Method, r.URL.RequestURI(), r.Host, r.Header.Get("X-User"))
		}
	}))
	defer server.Close()
	subject := with(running(), func(t *task) { t.address = server.Listener.Addr().String() })
	port := expect.Port{Container: "web", Number: 80}
	number := func(s string) any { return json.Number(s) }
	for _, test := range []struct {
		h    expect.HTTP
		want string
	}{
		{expect.HTTP{Path: "orders?limit=1", Method: "post", Headers: map[string]string{"Host": "shop", "x-user": "me"}, Text: expect.Text{Equals: text("POST /orders?limit=1 of shop for me")}}, ""},
		{expect.HTTP{Path: "/moved", Status: 302, ResponseHeaders: map[string]expect.Text{"location": {Equals: text("/")}}}, ""},
		{expect.HTTP{Path: "/moved"}, "the status is 302, not 200 to 299"},
		{expect.HTTP{Status: 404}, "the status is 200, not 404; the body is \"GET / of "},
		{expect.HTTP{ResponseHeaders: map[string]expect.Text{"X": {Contains: "y"}}}, `header X does not contain "y"`},
		{expect.HTTP{JSONPath: map[string]any{"$": 1}}, "the body is no JSON"},
		{expect.HTTP{Path: "/json", JSONPath: map[string]any{"$.id": number("12345678901234567890"), "$.price": number("1.5"), "$.items[*].n": []any{number("1"), number("2.0")},
			"$.none": nil, "$..missing": []any{}, "$.items[?@.n == 2]": []any{map[string]any{"n": number("2")}}}}, ""},
		{expect.HTTP{Path: "/json", JSONPath: map[string]any{"$.id": number("12345678901234567891")}}, "$.id is 12345678901234567890, not 12345678901234567891"},
		{expect.HTTP{Path: "/json", JSONPath: map[string]any{"$.price": "1.5"}}, `$.price is 1.50, not "1.5"`},
		{expect.HTTP{Path: "/json", JSONPath: map[string]any{"$.missing": nil}}, "$.missing selects nothing, not null"},
		{expect.HTTP{HTTPS: true}, "ask port 80 of web: "},
	} {
		test.h.Port = port
		err := test.h.Look(t.Context(), subject)
		if got := fmt.Sprint(err); test.want == "" && err != nil || test.want != "" && !strings.HasPrefix(got, test.want) {
			t.Errorf("%s: %v, want %q", test.h, err, test.want)
		}
	}
	if err := (expect.Connect{Port: port}).Look(t.Context(), subject); err != nil {
		t.Errorf("Connect: %v", err)
	}
	closed, _ := net.Listen("tcp", "127.0.0.1:0")
	closed.Close()
	subject.address = closed.Addr().String()
	if err := (expect.Connect{Port: port}).Look(t.Context(), subject); err == nil {
		t.Error("a closed port takes connections")
	}
}

func TestAwait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := running()
		began := time.Now()
		time.AfterFunc(3*time.Second, func() { s.Containers[1].ExitCode = code(0) })
		s.Containers[1].LastStatus = event.Running
		time.AfterFunc(3*time.Second, func() { s.Containers[1].LastStatus = event.Stopped })
		if err := expect.Await(t.Context(), s, expect.Ended{Container: "job"}, 10*time.Second); err != nil || time.Since(began) > 4*time.Second {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
		// A final error is not waited for, any other is, as long as within says.
		began = time.Now()
		if err := expect.Await(t.Context(), s, expect.Exit{Container: "job", Code: 9}, time.Minute); err == nil || time.Since(began) > 0 {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
		if err := expect.Await(t.Context(), s, expect.Stopped{}, 5*time.Second); fmt.Sprint(err) != "the task is RUNNING (after 5s)" {
			t.Error(err)
		}
		s.looks, began = 0, time.Now()
		if err := expect.Await(t.Context(), s, expect.Stopped{}, 0); err == nil || s.looks != 1 || time.Since(began) > 0 {
			t.Errorf("%d looks, %v", s.looks, err)
		}
		// What is to be absent has to be absent all the time.
		absent := expect.Log{Container: "web", Pattern: pattern(t, "boom"), Absent: true}
		began = time.Now()
		if err := expect.Await(t.Context(), s, absent, 2*time.Second); err != nil || time.Since(began) != 2*time.Second {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
		time.AfterFunc(time.Second, func() { s.messages = map[string][]string{"web": {"boom"}} })
		began = time.Now()
		if err := expect.Await(t.Context(), s, absent, time.Minute); err == nil || time.Since(began) > 2*time.Second {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
		// The application is asked less and less often.
		asked := &counted{}
		_ = expect.Await(t.Context(), s, expect.All{asked, expect.Connect{}}, 30*time.Second)
		if asked.looks > 40 {
			t.Errorf("asked %d times in 30 s", asked.looks)
		}
		// A look that the end of the time cuts off does not hide what the one before saw.
		if err := expect.Await(t.Context(), s, &slow{}, time.Second); !strings.HasPrefix(fmt.Sprint(err), "seen") {
			t.Error(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := expect.Await(ctx, s, expect.Stopped{}, -1); err == nil {
			t.Error("the end of the context is no error")
		}
	})
}

type counted struct{ looks int }

func (c *counted) Look(context.Context, expect.Subject) error { c.looks++; return nil }
func (c *counted) String() string                             { return "counted" }

// slow answers once, and no more.
type slow struct{ looks int }

func (s *slow) Look(ctx context.Context, _ expect.Subject) error {
	if s.looks++; s.looks == 1 {
		return errors.New("seen")
	}
	<-ctx.Done()
	return fmt.Errorf("ask: %w", ctx.Err())
}
func (s *slow) String() string { return "slow" }

func TestActions(t *testing.T) {
	t.Parallel()
	end := func(killed bool) func(*task) {
		return func(t *task) {
			t.LastStatus, t.DesiredStatus = event.Stopped, event.Stopped
			t.Containers[0].LastStatus, t.Containers[0].Killed = event.Stopped, killed
		}
	}
	s := with(running(), func(t *task) { t.onStop = end(false) })
	if err := (expect.Stop{Reason: "enough", Graceful: true}).Do(t.Context(), s); err != nil || !slices.Equal(s.stops, []string{"audit", "enough"}) {
		t.Errorf("%v, %q", err, s.stops)
	}
	if err := (expect.Stop{}).Do(t.Context(), s); !strings.HasPrefix(fmt.Sprint(err), "nothing to stop: the task has stopped") {
		t.Error(err)
	}
	s = with(running(), func(t *task) { t.onStop = end(true) })
	if err := (expect.Stop{Graceful: true}).Do(t.Context(), s); !strings.Contains(fmt.Sprint(err), "container \"web\" did not end within its stopTimeout and was killed (SIGKILL) after 2.0 s of 2 s\n  why: its first process is a shell\n  fix: begin it with exec") {
		t.Error(err)
	}
	s = running()
	if err := (expect.Signal{Container: "web", Signal: "SIGHUP"}).Do(t.Context(), s); err != nil || !slices.Equal(s.stops, []string{"web SIGHUP"}) {
		t.Errorf("%v, %q", err, s.stops)
	}
	if err := (expect.Signal{Container: "job", Signal: "SIGHUP"}).Do(t.Context(), s); fmt.Sprint(err) != "send SIGHUP to job: it is STOPPED" {
		t.Error(err)
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	composed := expect.All{expect.Running{}, expect.Any{expect.Ended{Container: "a"}, expect.Exit{Container: "b", Code: 2}}}
	if diff := cmp.Diff("the task is RUNNING and (a ends or b ends with exit code 2)", composed.String()); diff != "" {
		t.Error(diff)
	}
}
