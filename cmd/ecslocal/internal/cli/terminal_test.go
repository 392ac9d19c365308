//go:build unix

package cli

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ecslocal/ecslocal/testdata/images"
)

// terminal is a real one, tmux, with a server of its own.
type terminal struct {
	t      *testing.T
	socket string
}

// openTerminal runs a command of a shell in a terminal of that size.
func openTerminal(t *testing.T, width, height int, command string) *terminal {
	t.Helper()
	if _, err := exec.LookPath("tmux"); err != nil {
		t.Fatalf("the terminal is tried with tmux (Debian's package tmux): %v", err)
	}
	term := &terminal{t, filepath.Join(t.TempDir(), "tmux")}
	term.tmux("-f", "/dev/null", "new-session", "-d", "-x", fmt.Sprint(width), "-y", fmt.Sprint(height), command)
	t.Cleanup(func() { exec.Command("tmux", "-S", term.socket, "kill-server").Run() })
	return term
}

func (x *terminal) tmux(args ...string) string {
	x.t.Helper()
	c := exec.Command("tmux", append([]string{"-S", x.socket, "-u"}, args...)...)
	c.Env = append(os.Environ(), "LC_ALL=C.UTF-8", "TMUX=")
	out, err := c.CombinedOutput()
	if err != nil {
		x.t.Fatalf("tmux %q: %v\n%s", args, err, out)
	}
	return string(out)
}

// shows waits until the screen matches, and is what it shows then.
func (x *terminal) shows(pattern string, flags ...string) string {
	x.t.Helper()
	wanted := regexp.MustCompile(pattern)
	screen := ""
	for deadline := time.Now().Add(90 * time.Second); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		if screen = x.tmux(append([]string{"capture-pane", "-p"}, flags...)...); wanted.MatchString(screen) {
			return screen
		}
	}
	x.t.Fatalf("the terminal never showed %q:\n%s", pattern, screen)
	return ""
}

// chatty is a definition whose container says a line, and is healthy.
func chatty(t *testing.T, stubborn string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "task.json")
	text := `{"family": "chatty", "networkMode": "awsvpc", "containerDefinitions": [
	  {"name": "web", "image": "` + images.App(t) + `", "memory": 64, "command": [` + stubborn + `"print=\u001b[35mhi\u001b[0m \u001b[2Jthere\rover", "listen=:8080", "wait"],
	   "portMappings": [{"containerPort": 8080}], "healthCheck": {"command": ["CMD", "/app", "get=http://127.0.0.1:8080/"], "interval": 5, "timeout": 2}},
	  {"name": "once", "image": "` + images.App(t) + `", "memory": 64, "essential": false, "command": ["exit=3"]}]}`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// inShell is a command line that runs ecslocal and then says how it ended, and whether the terminal is as it was.
func inShell(t *testing.T, environment string, args ...string) string {
	t.Helper()
	c := ecslocal(t, t.TempDir(), args...)
	line := strings.Join(c.Args, " ")
	return "before=$(stty -g); env -u CI -u NO_COLOR TERM=screen LC_ALL=C.UTF-8 " + c.Env[len(c.Env)-1] + " " + environment + " " + line +
		`; echo "exit code $?"; [ "$before" = "$(stty -g)" ] && echo terminal as before; sleep 60`
}

// TestTerminal looks at a run on a terminal: the table is below the log, follows the size, and q stops and then kills.
func TestTerminal(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a Docker engine")
	}
	t.Parallel()
	requireEngine(t)
	x := openTerminal(t, 100, 30, inShell(t, "", "run", chatty(t, `"sigterm=ignore", `)))
	screen := x.shows(`(?m)^ web +RUNNING +HEALTHY +[▪○]+ 127\.0\.0\.1:\d+→8080/tcp$`)
	for _, want := range []string{
		`(?m)^web   hi there$`, `(?m)^web   over$`, // what would clear the screen, or write over the line, does not
		`once stopped: exit code 3`,
		`(?m)^── chatty [0-9a-f]{12} RUNNING HEALTHY \d+s ─+ q stops ──$\n web .*\n once +STOPPED 3\n\s*\z`, // and nothing below
	} {
		if !regexp.MustCompile(want).MatchString(screen) {
			t.Errorf("no %q on the terminal:\n%s", want, screen)
		}
	}
	if strings.Count(screen, "q stops") != 1 {
		t.Errorf("pictures were left in the log:\n%s", screen)
	}
	if colored := x.tmux("capture-pane", "-p", "-e"); !strings.Contains(colored, "\x1b[35mhi") || !strings.Contains(colored, "\x1b[36mweb") {
		t.Errorf("no colours of container and name: %q", colored)
	}
	x.tmux("resize-window", "-x", "50", "-y", "30")
	if screen := x.shows(`(?m)^── chatty [0-9a-f]{12} RUNNING HEALTHY \d+s ─* ?(q stops ──|─)$`); strings.Count(screen, "── chatty") != 1 {
		t.Errorf("the table of the wider terminal is still there:\n%s", screen)
	}
	x.tmux("send-keys", "q")
	x.shows(`── chatty [0-9a-f]{12} STOPPING `)
	x.tmux("send-keys", "q")
	screen = x.shows(`terminal as before`)
	if !regexp.MustCompile(`killed after its stopTimeout\n?, exit code 137`).MatchString(screen) || !strings.Contains(screen, "exit code 130") || strings.Contains(screen, "── chatty") {
		t.Errorf("after a second q:\n%s", screen)
	}
}

// TestPlainTerminal looks at terminals that want no colours, or cannot show a table.
func TestPlainTerminal(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a Docker engine")
	}
	t.Parallel()
	requireEngine(t)
	definition := chatty(t, "")
	for name, c := range map[string]struct {
		environment string
		table       bool
	}{"NO_COLOR": {"NO_COLOR=1", true}, "dumb": {"TERM=dumb", false}, "CI": {"GITHUB_ACTIONS=true", false}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := openTerminal(t, 100, 40, inShell(t, c.environment, "run", "--wait", "healthy", definition))
			if c.table {
				x.shows(`q stops`)
			}
			screen := x.shows("terminal as before", "-e")
			if strings.Contains(screen, "\x1b") || !strings.Contains(screen, "web HEALTHY") || !strings.Contains(screen, "exit code 0") {
				t.Errorf("%q", screen)
			}
			if !c.table && strings.Contains(screen, "q stops") {
				t.Errorf("a table:\n%s", screen)
			}
		})
	}
}

// TestPiped holds that no program which reads the output meets a carriage return or a control sequence.
func TestPiped(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a Docker engine")
	}
	t.Parallel()
	requireEngine(t)
	out, err := ecslocal(t, t.TempDir(), "run", "--wait", "healthy", chatty(t, "")).CombinedOutput()
	if err != nil || strings.ContainsAny(string(out), "\x1b\r") || !strings.Contains(string(out), "web   hi there\nweb   over\n") {
		t.Errorf("%v: %q", err, out)
	}
}

// TestInterruptedJob holds that a job which its runner ends says how the task stood.
func TestInterruptedJob(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a Docker engine")
	}
	t.Parallel()
	requireEngine(t)
	log, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	run := ecslocal(t, t.TempDir(), "run", chatty(t, ""))
	run.Env = append(run.Env, "CI=true")
	run.Stdout, run.Stderr = log, log
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	for range 600 {
		if text, _ := os.ReadFile(log.Name()); strings.Contains(string(text), "web   listening") && strings.Contains(string(text), "once stopped") {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	run.Process.Signal(syscall.SIGTERM)
	run.Wait()
	text, _ := os.ReadFile(log.Name())
	said := regexp.MustCompile(`s interrupted\ntask RUNNING, health \w+\n  web RUNNING.*\n    \| hi there\n    \| over\n    \| listening on .*\n  once STOPPED with exit code 3\n`)
	if run.ProcessState.ExitCode() != exitInterrupted || !said.Match(text) {
		t.Errorf("%v\n%s", run.ProcessState, text)
	}
}
