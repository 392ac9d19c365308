package cli

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ecslocal/ecslocal/testdata/images"
)

// ownEngine is a Docker engine of a test's own, which it may restart: with live-restore, so that containers live on.
// It has a network namespace of its own, that of its containerd: a daemon that starts without a bridge takes away the one that it finds.
type ownEngine struct {
	t       *testing.T
	dir     string
	network string // path of the namespace
	dockerd *exec.Cmd
}

func (e *ownEngine) host() string { return "unix://" + e.dir + "/docker.sock" }

// startEngine starts one, with containerd beside it, and gives it an image of the shared engine. It needs root and the programs.
func startEngine(t *testing.T, image string) *ownEngine {
	t.Helper()
	for _, program := range []string{"dockerd", "containerd", "nsenter"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("starts an engine of its own, and there is no %s", program)
		}
	}
	if os.Geteuid() != 0 {
		t.Skip("starts an engine of its own, which only root can")
	}
	dir, err := os.MkdirTemp("", "engine-") // t.TempDir is too long for a socket's path
	if err != nil {
		t.Fatal(err)
	}
	e := &ownEngine{t: t, dir: dir}
	e.file("daemon.json", "{}")
	e.file("containerd.toml", fmt.Sprintf("version = 2\nroot = %q\nstate = %q\ndisabled_plugins = [\"io.containerd.grpc.v1.cri\"]\n[grpc]\naddress = %q\n",
		dir+"/root", dir+"/state", dir+"/containerd.sock"))
	containerd := e.begin(&syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET}, "containerd", "-c", dir+"/containerd.toml")
	e.network = fmt.Sprintf("/proc/%d/ns/net", containerd.Process.Pid)
	t.Cleanup(func() {
		end(e.dockerd, syscall.SIGTERM)
		end(containerd, syscall.SIGTERM)
		mounts, _ := exec.Command("sh", "-c", `grep -o " `+dir+`[^ ]*" /proc/mounts | sort -r`).Output()
		for mount := range strings.FieldsSeq(string(mounts)) {
			_ = syscall.Unmount(mount, syscall.MNT_DETACH)
		}
		os.RemoveAll(dir)
	})
	e.start()
	save, load := exec.Command("docker", "save", image), exec.Command("docker", "load")
	load.Env = append(os.Environ(), "DOCKER_HOST="+e.host())
	if load.Stdin, err = save.StdoutPipe(); err == nil {
		err = save.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	if out, err := load.CombinedOutput(); err != nil {
		t.Fatalf("load the image: %v\n%s", err, out)
	}
	return e
}

func (e *ownEngine) file(name, text string) {
	if err := os.WriteFile(filepath.Join(e.dir, name), []byte(text), 0o600); err != nil {
		e.t.Fatal(err)
	}
}

func (e *ownEngine) begin(attributes *syscall.SysProcAttr, program string, args ...string) *exec.Cmd {
	e.t.Helper()
	c := exec.Command(program, args...)
	c.SysProcAttr = attributes
	log, err := os.OpenFile(filepath.Join(e.dir, program+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		e.t.Fatal(err)
	}
	defer log.Close()
	c.Stdout, c.Stderr = log, log
	if err := c.Start(); err != nil {
		e.t.Fatal(err)
	}
	return c
}

// start starts the daemon and waits until it answers.
func (e *ownEngine) start() {
	e.t.Helper()
	_ = os.Remove(e.dir + "/docker.pid")
	e.dockerd = e.begin(nil, "nsenter", "--net="+e.network, "dockerd", "--config-file", e.dir+"/daemon.json", "--containerd", e.dir+"/containerd.sock", "--live-restore", "--bridge=none",
		"--iptables=false", "--ip-forward=false", "--storage-driver=vfs", "--data-root", e.dir+"/data", "--exec-root", e.dir+"/exec",
		"--pidfile", e.dir+"/docker.pid", "-H", e.host())
	for range 300 {
		if exec.Command("docker", "-H", e.host(), "version").Run() == nil {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	log, _ := os.ReadFile(e.dir + "/nsenter.log")
	e.t.Fatalf("the test's engine does not start:\n%s", log[max(0, len(log)-2000):])
}

// restart ends the daemon with a signal and starts it again.
func (e *ownEngine) restart(signal syscall.Signal) {
	e.t.Helper()
	end(e.dockerd, signal)
	e.start()
}

func end(c *exec.Cmd, signal syscall.Signal) {
	_ = c.Process.Signal(signal)
	_ = c.Wait() // it was ended
}

// TestNothingIsLostWhileTheEngineRestarts: what a container writes while its engine is killed, and then stopped in order, comes out of
// the engine's own log, where it has one; else the loss is said.
func TestNothingIsLostWhileTheEngineRestarts(t *testing.T) {
	lossTest(t)
	engine := startEngine(t, images.App(t))
	for _, driver := range []string{"json-file", "none"} {
		stateDir := t.TempDir()
		run := ecslocal(t, stateDir, "run", "--engine-logs", driver, printers(t, "restarted", `"tick=3ms", "sleep=12s"`))
		run.Env = append(run.Env, "DOCKER_HOST="+engine.host())
		shown, said := createFile(t, "shown"), createFile(t, "said")
		run.Stdout, run.Stderr = shown, said
		if err := run.Start(); err != nil {
			t.Fatal(err)
		}
		if !waitForText(shown.Name(), "tick ") { // a busy machine takes its time
			t.Fatalf("%s: nothing is printed within a minute\n%s", driver, readFile(t, said))
		}
		time.Sleep(time.Second)
		engine.restart(syscall.SIGKILL)
		time.Sleep(time.Second)
		engine.restart(syscall.SIGTERM)
		if err := run.Wait(); err != nil {
			t.Fatalf("run: %v\n%s", err, readFile(t, said))
		}
		kept, err := ecslocal(t, stateDir, "logs", "restarted").Output()
		if err != nil {
			t.Fatal(err)
		}
		gaps := wrongTicks(readFile(t, shown)) + wrongTicks(string(kept))
		restarts := strings.Count(readFile(t, said), map[string]string{"json-file": "were read from the engine's own log", "none": "is lost, since the engine keeps no log"}[driver])
		if restarts != 2 || driver == "json-file" && gaps != 0 || driver == "none" && gaps == 0 {
			t.Errorf("%s: %d gaps in what is shown and kept, %d restarts noticed\n%s", driver, gaps, restarts, readFile(t, said))
		}
	}
}

func createFile(t *testing.T, name string) *os.File {
	t.Helper()
	file, err := os.Create(filepath.Join(t.TempDir(), name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	return file
}

func readFile(t *testing.T, file *os.File) string {
	t.Helper()
	data, err := os.ReadFile(file.Name())
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// waitForText waits up to a minute until a file has a text.
func waitForText(file, text string) bool {
	for range 1200 {
		if data, _ := os.ReadFile(file); bytes.Contains(data, []byte(text)) {
			return true
		}
		time.Sleep(50 * time.Millisecond)
	}
	return false
}

// wrongTicks counts where numbered lines do not go on with the next number.
func wrongTicks(output string) (wrong int) {
	last := 0
	for line := range strings.Lines(output) {
		n := 0
		if _, err := fmt.Sscanf(line, "c0 tick %d", &n); err != nil || n != last+1 {
			wrong++
		}
		last = n
	}
	if last < 1000 {
		wrong++
	}
	return wrong
}
