package cli

import (
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/ecslocal/ecslocal/testdata/images"
)

// build is ecslocal as it is released for Linux: static, with nothing of the test in it.
func build(t *testing.T, args ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ecslocal")
	c := exec.CommandContext(t.Context(), "go", append([]string{"build", "-o", path}, append(args, "github.com/ecslocal/ecslocal/cmd/ecslocal")...)...)
	c.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("build ecslocal: %v\n%s", err, out)
	}
	return path
}

// engineSocket is the engine's socket on this machine; there is none to test with where the engine is elsewhere.
func engineSocket(t *testing.T) string {
	t.Helper()
	path, ok := strings.CutPrefix(os.Getenv("DOCKER_HOST"), "unix://")
	if !ok && os.Getenv("DOCKER_HOST") != "" {
		t.Skip("the engine is on another machine")
	}
	if path == "" {
		path = "/var/run/docker.sock"
	}
	return path
}

// serving is a definition that serves on port 8080.
func serving(t *testing.T, family string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "task.json")
	text := `{"family": "` + family + `", "networkMode": "awsvpc", "containerDefinitions": [
	  {"name": "web", "image": "` + images.App(t) + `", "memory": 64, "command": ["listen=:8080", "wait"], "portMappings": [{"containerPort": 8080}]}]}`
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

var startedAt = regexp.MustCompile(`web started  (\S+)->8080/tcp`)

// TestInContainer runs ecslocal in a container that has the engine's socket, as CI jobs in containers do. The address that it prints is reached
// from there, if asked for; otherwise it says so.
func TestInContainer(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a Docker engine")
	}
	t.Parallel()
	requireEngine(t)
	outside := func(args ...string) *images.Container {
		return images.Start(t, map[string]any{
			"Image": images.App(t), "Entrypoint": append([]string{"/ecslocal-cli", "run", "--state-dir", "/tmp/state", "--publish", "random"}, args...), "Cmd": []string{"/task.json"},
			"Env":        []string{"DOCKER_HOST="},
			"HostConfig": map[string]any{"Binds": []string{engineSocket(t) + ":/var/run/docker.sock", build(t) + ":/ecslocal-cli:ro", serving(t, "neighbour") + ":/task.json:ro"}},
		})
	}
	c := outside("--publish-address", "auto")
	c.Await("web started")
	_, stderr := c.Output()
	address := startedAt.FindStringSubmatch(stderr)
	if address == nil || strings.HasPrefix(address[1], "127.") {
		t.Fatalf("no address that is reached from the container:\n%s", stderr)
	}
	c.Await("web  listening") // its own log, on ecslocal's standard output
	if _, complaint, code := c.Exec("/app", "get=http://"+address[1]+"/"); code != 0 {
		t.Errorf("GET http://%s/ from the container: %s", address[1], complaint)
	}
	c.Kill("SIGTERM")
	if code := c.Wait(); code != exitInterrupted {
		t.Errorf("exit code %d", code)
	}
	unasked := outside("--wait", "running")
	unasked.Wait()
	if _, stderr := unasked.Output(); !strings.Contains(stderr, "which is not reached from here") || !strings.Contains(stderr, "web started  127.0.0.1:") {
		t.Errorf("nothing says that ports are not reached:\n%s", stderr)
	}
}

// TestEngineOverTCP runs a task on an engine at a TCP address that is not loopback, as a Docker-in-Docker service's is: the test passes its
// connections on to the engine's socket.
func TestEngineOverTCP(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a Docker engine")
	}
	t.Parallel()
	requireEngine(t)
	host := ownAddress(t)
	engine := forward(t, host, engineSocket(t))
	run := ecslocal(t, t.TempDir(), "run", "--publish", "random", "--publish-address", "auto", serving(t, "elsewhere"))
	run.Env = append(run.Env, "DOCKER_HOST=tcp://"+engine)
	stderr, err := run.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	var seen strings.Builder
	address := ""
	for buffer := make([]byte, 4096); address == ""; {
		n, err := stderr.Read(buffer)
		seen.Write(buffer[:n])
		if m := startedAt.FindStringSubmatch(seen.String()); m != nil {
			address = m[1]
		} else if err != nil {
			t.Fatalf("it ended: %s", seen.String())
		}
	}
	if !strings.HasPrefix(address, host+":") {
		t.Errorf("published at %s, while the engine is at %s", address, host)
	}
	answers(t, "http://"+address+"/")
	run.Process.Signal(os.Interrupt)
	rest, _ := io.ReadAll(stderr)
	if err := run.Wait(); err == nil || run.ProcessState.ExitCode() != exitInterrupted || !strings.Contains(string(rest), "task STOPPED") {
		t.Errorf("%v: %s", err, rest)
	}
}

// answers wants an answer before long: a container that has started may not listen yet.
func answers(t *testing.T, url string) {
	t.Helper()
	client := &http.Client{Timeout: 5 * time.Second}
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		resp, err := client.Get(url)
		if err == nil {
			resp.Body.Close()
			return
		}
		if time.Now().After(deadline) {
			t.Errorf("%v", err)
			return
		}
	}
}

// ownAddress is an address of this machine that is not loopback.
func ownAddress(t *testing.T) string {
	t.Helper()
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range addresses {
		if ip, ok := a.(*net.IPNet); ok && !ip.IP.IsLoopback() && ip.IP.To4() != nil && !ip.IP.IsLinkLocalUnicast() {
			return ip.IP.String()
		}
	}
	t.Skip("this machine has no address but loopback")
	return ""
}

// forward passes connections of this machine on to a socket, and is host:port where it listens.
func forward(t *testing.T, host, socket string) string {
	t.Helper()
	listener, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			in, err := listener.Accept()
			if err != nil {
				return
			}
			from, _, _ := net.SplitHostPort(in.RemoteAddr().String())
			out, err := net.Dial("unix", socket)
			if err != nil || from != host { // nobody else gets to the engine
				in.Close()
				continue
			}
			go func() { io.Copy(out, in); out.(*net.UnixConn).CloseWrite() }()
			go func() { io.Copy(in, out); in.Close(); out.Close() }()
		}
	}()
	return listener.Addr().String()
}
