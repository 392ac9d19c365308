package inside_test

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/ecslocal/ecslocal/emulator/inside"
	"github.com/ecslocal/ecslocal/emulator/inside/look"
	"github.com/ecslocal/ecslocal/emulator/selfimage"
	"github.com/ecslocal/ecslocal/testdata/images"
)

// TestMain makes the test binary the executable of package inside where it is started so.
func TestMain(m *testing.M) {
	if handled, code := inside.Main(context.Background(), os.Args, inside.Programs{}); handled {
		os.Exit(code)
	}
	os.Exit(m.Run())
}

// TestNames starts each name that the image has links for, and sees that an ordinary start is left alone.
func TestNames(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range selfimage.Programs() {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		// None of them knows this argument; go test would complain in other words.
		output, _ := (&exec.Cmd{Path: self, Args: []string{"/bin/" + name, "--test.run=TestNothing"}, Cancel: func() error { return ctx.Err() }}).CombinedOutput()
		if strings.Contains(string(output), "PASS") || strings.Contains(string(output), "no tests") {
			t.Errorf("/bin/%s is no program: %s", name, output)
		}
	}
	for _, args := range [][]string{nil, {"/ecslocal"}, {"/ecslocal", "version"}, {"ecslocal", "pause"}, {"/usr/bin/ecslocal", "sh", "-c", "exit"}} {
		if handled, _ := inside.Main(t.Context(), args, inside.Programs{}); handled {
			t.Errorf("%q was taken for a program", args)
		}
	}
}

func TestPauseEndsAtOnce(t *testing.T) {
	t.Parallel()
	for _, signal := range []string{"SIGTERM", "SIGINT"} {
		c := images.Start(t, map[string]any{"Image": images.Gosh(t), "Cmd": []string{selfimage.Path, "pause"}})
		c.Exec("/bin/sh", "-c", "true") // it runs
		c.Kill(signal)
		if code := c.Wait(); code != 0 {
			t.Errorf("exit code %d after %s", code, signal)
		}
	}
}

func TestPauseCollectsOrphans(t *testing.T) {
	t.Parallel()
	c := images.Start(t, map[string]any{"Image": images.Gosh(t), "Cmd": []string{selfimage.Path, "pause"}})
	awaitNoLeftovers(t, c)
}

func TestShellCollectsOrphans(t *testing.T) {
	t.Parallel()
	c := images.Start(t, map[string]any{"Image": images.Gosh(t), "Cmd": []string{"/bin/sh", "-c", "while true; do sleep 0.05; done"}})
	awaitNoLeftovers(t, c)
}

// awaitNoLeftovers leaves processes to process 1 and waits until it has collected them.
func awaitNoLeftovers(t *testing.T, c *images.Container) {
	t.Helper()
	if stdout, stderr, code := c.Exec("/bin/sh", "-c", "for i in 1 2 3; do (sleep 0.2 &) ; done; /app zombies=2 exit=0"); code != 0 {
		t.Fatalf("exit code %d: %s%s", code, stdout, stderr)
	}
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		report := lookFrom(t, c)
		if len(report.Leftovers) == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("left over: %+v", report.Leftovers)
		}
	}
}

func lookFrom(t *testing.T, c *images.Container, args ...string) look.Report {
	t.Helper()
	stdout, stderr, code := c.Exec(append([]string{selfimage.Path, "look"}, args...)...)
	var report look.Report
	if err := json.Unmarshal([]byte(stdout), &report); err != nil || code != 0 {
		t.Fatalf("exit code %d, %v: %s%s", code, err, stdout, stderr)
	}
	return report
}

// TestShellAsFirstProcess checks what SIGTERM does to it: the same as to dash.
func TestShellAsFirstProcess(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, script, output string
		code                 int
	}{
		{"one command takes the shell's place", "/app print=ready sigterm=7 wait", "ready\nreceived terminated\n", 7},
		{"so does exec", "echo begin; exec /app print=ready sigterm=5 wait", "begin\nready\nreceived terminated\n", 5},
		{"a trap runs between commands", "trap 'echo bye; exit 9' TERM; echo ready; while true; do sleep 0.05; done", "ready\nbye\n", 9},
		{"a trap ends wait", "trap 'echo bye; exit 9' TERM; sleep 60 & echo ready; wait", "ready\nbye\n", 9},
		{"process 1 has no default", "echo ready; sleep 1; sleep 1; echo on", "ready\non\n", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			container := images.Start(t, map[string]any{"Image": images.Gosh(t), "Cmd": []string{"/bin/sh", "-c", c.script}})
			container.Await("ready")
			container.Kill("SIGTERM")
			code := container.Wait()
			if stdout, stderr := container.Output(); code != c.code || stdout != c.output || stderr != "" {
				t.Errorf("exit code %d, stdout %q, stderr %q; want %d and %q", code, stdout, stderr, c.code, c.output)
			}
		})
	}
}

// TestSleepAsFirstProcess knows the kernel's rule: process 1 has no default actions.
func TestSleepAsFirstProcess(t *testing.T) {
	t.Parallel()
	c := images.Start(t, map[string]any{"Image": images.Gosh(t), "Cmd": []string{"sleep", "2"}})
	c.Exec("/bin/sh", "-c", "true") // it runs
	c.Kill("SIGTERM")
	if code := c.Wait(); code != 0 {
		t.Errorf("exit code %d, want that of a sleep that went on", code)
	}
}

// TestLookIntoAnImageWithoutTools looks from a helper that joins the namespaces of a container that has its program only.
func TestLookIntoAnImageWithoutTools(t *testing.T) {
	t.Parallel()
	app := images.Start(t, map[string]any{"Image": images.App(t), "Env": []string{"TOKEN=hunter2"},
		"Cmd": []string{"listen=127.0.0.1:3000", "path=/old=302:/new", "zombies=1", "print=ready", "wait"}})
	app.Await("ready")
	join := "container:" + app.ID
	helper := images.Start(t, map[string]any{"Image": images.Gosh(t), "Cmd": []string{selfimage.Path, "pause"},
		"HostConfig": map[string]any{"NetworkMode": join, "PidMode": join}})

	report := lookFrom(t, helper)
	want := look.Listener{Network: "tcp", Address: "127.0.0.1", Port: 3000, PID: 1, Process: "app"}
	if len(report.Listeners) != 1 || report.Listeners[0] != want {
		t.Errorf("listeners %+v, want %+v", report.Listeners, want)
	}
	if len(report.Leftovers) != 1 || !report.Leftovers[0].Zombie || report.Leftovers[0].Parent != 1 {
		t.Errorf("leftovers %+v, want a zombie of process 1", report.Leftovers)
	}
	if names := strings.Join(report.MainEnvironment, " "); !strings.Contains(names, "TOKEN") || strings.Contains(names, "hunter2") {
		t.Errorf("names of variables %q", names)
	}
	answers := lookFrom(t, helper, "get", "http://127.0.0.1:3000/old", "http://127.0.0.1:8080/").Answers
	if answers[0].Status != 302 || answers[0].Location != "/new" || answers[1].Problem != "connection refused" {
		t.Errorf("answers %+v", answers)
	}
}

// TestCheck runs health checks as the engine does, in the demonstration image's shell with its curl.
func TestCheck(t *testing.T) {
	t.Parallel()
	c := images.Start(t, map[string]any{"Image": images.Gosh(t), "Cmd": []string{selfimage.Path, "demo"}, "Env": []string{"LISTEN_PORT=80"}})
	c.Await("listening on http://0.0.0.0:80")
	for _, check := range []struct {
		command, output string
		code            int
	}{
		{"curl -fsS http://localhost/health || exit 1", "ok\n", 0},
		{"curl -fsS http://localhost/wrong || exit 1", "curl: (22) The requested URL returned error: 404\n", 1},
		{"curl -fsS http://localhost:8080/ || exit 1", "curl: (7) Failed to connect to localhost port 8080 after N ms: Couldn't connect to server\n", 1},
		{"wget -qO- http://localhost/ || exit 1", "/bin/sh: 1: wget: not found\n", 1},
	} {
		stdout, stderr, code := c.Exec("/bin/sh", "-c", check.command)
		output := regexp.MustCompile(`after \d+ ms`).ReplaceAllString(stdout+stderr, "after N ms")
		if output != check.output || code != check.code {
			t.Errorf("%s: exit code %d: %s", check.command, code, output)
		}
	}
	c.Kill("SIGTERM")
	if code := c.Wait(); code != 0 {
		t.Errorf("exit code %d after SIGTERM", code)
	}
}
