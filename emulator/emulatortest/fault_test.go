package emulatortest_test

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/ecslocal/ecslocal/emulator"
	"github.com/ecslocal/ecslocal/emulator/dockerengine"
	"github.com/ecslocal/ecslocal/emulator/emulatortest"
	"github.com/ecslocal/ecslocal/emulator/state"
	"github.com/ecslocal/ecslocal/testdata/images"
)

const waiting = `{"family": "fault", "networkMode": "none", "containerDefinitions": [{"name": "web", "image": "%s", "memory": 64, "command": ["print=up", "wait"]}]}`

// TestFailures wants the message of a test that cannot succeed to name the cause, and its task to be gone.
func TestFailures(t *testing.T) {
	t.Parallel()
	needsEngine(t)
	app := images.App(t)
	sick := definition(t, `{"family": "sick", "networkMode": "none", "containerDefinitions": [{"name": "web", "image": "%s", "memory": 64, "command": ["print=up", "wait"],
		"healthCheck": {"command": ["CMD", "/app", "print=not well", "exit=1"], "interval": 5, "retries": 1}}]}`, app)
	ended := definition(t, `{"family": "ended", "networkMode": "none", "containerDefinitions": [{"name": "web", "image": "%s", "memory": 64, "command": ["print=bye", "exit=3"]}]}`, app)
	secret := filepath.Join(t.TempDir(), "missing.yaml")
	for name, test := range map[string]struct {
		run  func(t testing.TB)
		want []string
	}{
		"never healthy": {func(t testing.TB) { emulatortest.Run(t, sick) },
			[]string{"until the task is HEALTHY", `container "web" is UNHEALTHY`, "not well", "why web was not HEALTHY", "last lines of web:\n  up"}},
		"ended": {func(t testing.TB) {
			emulatortest.Run(t, ended, emulatortest.WithWait(emulatortest.LogLine("web", "never")))
		},
			[]string{"Essential container in task exited; web ended with exit code 3", "web stopped: exit code 3", "  bye"}},
		"too slow": {func(t testing.TB) {
			emulatortest.Run(t, definitionOf(t, waiting, app), emulatortest.WithWait(emulatortest.Exited("web")), emulatortest.WithTimeout(3*time.Second))
		}, []string{"until web ends", "deadline exceeded|is (RUNNING|PENDING)"}},
		"no such container": {func(t testing.TB) {
			emulatortest.Run(t, definitionOf(t, waiting, app), emulatortest.WithWait(emulatortest.LogLine("wbe", "up")))
		}, []string{`the task has no container "wbe"; it has web`}},
		"no such port": {func(t testing.TB) {
			emulatortest.Run(t, definitionOf(t, waiting, app), emulatortest.WithWait(emulatortest.Running())).Addr("web", "8080")
		}, []string{`find port 8080 of container "web": there are no portMappings`}},
		"no definition": {func(t testing.TB) { emulatortest.Run(t, "nowhere.json") }, []string{"load nowhere.json: read the task definition"}},
		"no secrets":    {func(t testing.TB) { emulatortest.Run(t, ended, emulatortest.WithSecrets(secret)) }, []string{"read the secrets file", "missing.yaml"}},
		"refused": {func(t testing.TB) {
			emulatortest.Run(t, definitionOf(t, `{"family": "f", "containerDefinitions": []}`, app))
		},
			[]string{"error: ", "containerDefinitions"}},
		"failed later": {func(t testing.TB) {
			emulatortest.Run(t, definitionOf(t, waiting, app), emulatortest.WithWait(emulatortest.LogLine("web", "up")))
			t.Errorf("the test's own")
		}, []string{"the test's own", "what happened:", "last lines of web:\n  up"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := try(t.Name(), test.run)
			if !r.failed {
				t.Error("it does not fail")
			}
			for _, want := range test.want {
				if !strings.Contains(r.text.String(), want) && !regexp.MustCompile(want).MatchString(r.text.String()) {
					t.Errorf("the test's log does not say %q:\n%s", want, &r.text)
				}
			}
			if id := regexp.MustCompile(`task ([0-9a-f]{32})`).FindStringSubmatch(r.text.String()); id != nil && len(images.Left(t, id[1])) > 0 {
				t.Errorf("task %s is still on the engine", id[1])
			}
		})
	}
}

func definitionOf(t testing.TB, text, image string) string {
	path := filepath.Join(t.TempDir(), "task.json")
	if err := os.WriteFile(path, []byte(strings.ReplaceAll(text, "%s", image)), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestFixedPort: two tasks that want the same port of this machine, which only host mode makes possible, and the second says so.
func TestFixedPort(t *testing.T) {
	t.Parallel()
	needsEngine(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := listener.Addr().(*net.TCPAddr).Port
	listener.Close()
	text := fmt.Sprintf(`{"family": "fixed", "networkMode": "host", "containerDefinitions": [{"name": "web", "image": "%%s", "memory": 64,
		"command": ["listen=127.0.0.1:%d", "wait"], "portMappings": [{"containerPort": %d}]}]}`, port, port)
	first := emulatortest.Run(t, definition(t, text, images.App(t)), emulatortest.WithWait(emulatortest.PortAnswers("web", fmt.Sprint(port))))
	if first.Addr("web", fmt.Sprint(port)) != listener.Addr().String() {
		t.Errorf("Addr is %s", first.Addr("web", fmt.Sprint(port)))
	}
	second := try(t.Name(), func(t testing.TB) {
		emulatortest.Run(t, definitionOf(t, text, images.App(t)), emulatortest.WithWait(emulatortest.Any(emulatortest.LogLine("web", "listening"), emulatortest.LogLine("web", "never"))))
	})
	for _, want := range []string{"Essential container in task exited", fmt.Sprintf("port %d/tcp is in use on this machine already, by another task or program", port), "address already in use"} {
		if !second.Failed() || !strings.Contains(second.text.String(), want) {
			t.Errorf("it does not say %q:\n%s", want, &second.text)
		}
	}
}

// childEnv tells TestChild what to do in a process of its own.
const childEnv = "ECSLOCAL_TEST_CHILD"

// TestChild is the test that other tests run in a process of its own, where it panics, hangs, or waits to be killed. Alone it does nothing:
// so the process cannot begin another.
func TestChild(t *testing.T) {
	mode := os.Getenv(childEnv)
	if mode == "" {
		return
	}
	run := func(t *testing.T) {
		task := emulatortest.Run(t, os.Getenv(childEnv+"_DEFINITION"), emulatortest.WithWait(emulatortest.LogLine("web", "up")))
		fmt.Printf("task %s\n", task.ID())
	}
	if mode == "panic" { // beside a test that has a task as well
		ready := make(chan struct{})
		go t.Run("other", func(t *testing.T) {
			run(t)
			close(ready)
			<-t.Context().Done()
		})
		<-ready
	}
	run(t)
	if mode == "panic" {
		panic("on purpose")
	}
	<-t.Context().Done() // never: it ends with the process
}

// process is TestChild in a process of its own.
type process struct {
	*exec.Cmd
	taskID, temp   string // of the newest task
	taskIDs        []string
	stdout, stderr bytes.Buffer
}

// child begins the process and returns once it has ended, or for mode kill once its task runs.
func child(t *testing.T, mode, timeout string) *process {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{temp: t.TempDir()}
	p.Cmd = exec.CommandContext(t.Context(), self, "-test.run=^TestChild$", "-test.timeout="+timeout)
	p.Env = append(os.Environ(), childEnv+"="+mode, childEnv+"_DEFINITION="+definition(t, waiting, images.App(t)), "TMPDIR="+p.temp)
	p.Stderr = &p.stderr
	stdout, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(stdout)
	for (p.taskID == "" || mode != "kill") && lines.Scan() {
		fmt.Fprintln(&p.stdout, lines.Text())
		if id, ok := strings.CutPrefix(lines.Text(), "task "); ok {
			p.taskID, p.taskIDs = id, append(p.taskIDs, id)
		}
	}
	if mode == "kill" {
		err = p.Process.Kill()
	}
	if waitErr := p.Wait(); p.taskID == "" || waitErr == nil || err != nil {
		t.Fatalf("the child ended with %v, %v:\n%s", waitErr, err, p.output())
	}
	return p
}

func (p *process) output() string { return p.stdout.String() + p.stderr.String() }

func (p *process) says(t *testing.T, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(p.output(), text) {
			t.Errorf("it does not say %q:\n%s", text, p.output())
		}
	}
}

// TestPanic: a test that panics leaves nothing behind, nor do the tests that it ends, and its log tells of the task.
func TestPanic(t *testing.T) {
	t.Parallel()
	needsEngine(t)
	p := child(t, "panic", "5m")
	p.says(t, "panic: on purpose", "what happened:", "last lines of web:")
	if left := images.Left(t, p.taskIDs...); len(p.taskIDs) != 2 || len(left) > 0 {
		t.Errorf("of the tasks %v, %v are still on the engine", p.taskIDs, left)
	}
}

// TestTimeout: when go test's -timeout ends the process, the task was told of and taken away before.
func TestTimeout(t *testing.T) {
	t.Parallel()
	needsEngine(t)
	p := child(t, "hang", "24s")
	p.says(t, "panic: test timed out after 24s", "TestChild: go test's -timeout is about to pass; task "+p.taskID+" is stopped", "last lines of web:\n  up")
	if len(images.Left(t, p.taskID)) > 0 {
		t.Errorf("task %s is still on the engine", p.taskID)
	}
}

// TestKilled: what a killed test process has left, prune finds.
func TestKilled(t *testing.T) {
	t.Parallel()
	needsEngine(t)
	p := child(t, "kill", "5m")
	if len(images.Left(t, p.taskID)) == 0 {
		t.Error("nothing is left to prune")
	}
	engine, err := dockerengine.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Close()
	dirs, err := filepath.Glob(filepath.Join(p.temp, "*", "*", "tasks"))
	if err != nil || len(dirs) != 1 {
		t.Fatalf("state directories: %q, %v", dirs, err)
	}
	dir, err := state.Open(filepath.Dir(dirs[0]))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := emulator.Prune(t.Context(), engine, dir, false); err != nil {
		t.Log(err) // of images that other tests begin to use at this moment
	}
	if len(images.Left(t, p.taskID)) > 0 {
		t.Errorf("task %s is still on the engine", p.taskID)
	}
}
