package cli

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ecslocal/ecslocal/emulator"
	"github.com/ecslocal/ecslocal/emulator/dockerengine"
	"github.com/ecslocal/ecslocal/healthcheck"
)

const guarded = `{"family": "guarded", "containerDefinitions": [{"name": "web", "image": "ecslocal.local/demo", "memory": 64, "user": "nobody",
	"readonlyRootFilesystem": true, "portMappings": [{"containerPort": 8080, "hostPort": 0}],
	"healthCheck": {"command": ["CMD-SHELL", "curl -f http://localhost/ || exit 1"], "timeout": 10}}]}`

// engineTransport reaches the engine of these tests by plain HTTP.
func engineTransport() *http.Transport {
	network, address := "unix", "/var/run/docker.sock"
	if host := os.Getenv("DOCKER_HOST"); host != "" {
		network, address, _ = strings.Cut(host, "://")
	}
	return &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, address)
	}}
}

// withoutExec is an engine that runs no commands in containers, as one behind an authorization plugin.
func withoutExec(t *testing.T) (host string) {
	t.Helper()
	proxy := &httputil.ReverseProxy{Transport: engineTransport(), Rewrite: func(r *httputil.ProxyRequest) { r.Out.URL.Scheme, r.Out.URL.Host = "http", "docker" }}
	dir, err := os.MkdirTemp("", "exec") // short enough for the path of a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	listener, err := net.Listen("unix", filepath.Join(dir, "s"))
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == "POST" && strings.HasSuffix(r.URL.Path, "/exec") {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusForbidden)
			w.Write([]byte(`{"message": "authorization denied by plugin: exec"}`))
			return
		}
		proxy.ServeHTTP(w, r)
	})}
	go server.Serve(listener) // ends with Close
	t.Cleanup(func() { server.Close() })
	return "unix://" + listener.Addr().String()
}

// TestTryHealthFaults tries checks where that is hard or cannot be done, and wants a word about it instead of a hang.
func TestTryHealthFaults(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a Docker engine")
	}
	file := filepath.Join(t.TempDir(), "guarded.json")
	if err := os.WriteFile(file, []byte(guarded), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 8*time.Minute)
	defer cancel()
	project, err := emulator.Load(file, emulator.Options{StateDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	engine, err := dockerengine.Connect(ctx)
	if err != nil {
		t.Fatalf("these tests need a Docker engine: %v", err)
	}
	defer engine.Close()
	task, err := project.Start(ctx, engine)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { task.Stop("", true); <-task.Done() }()
	if err := task.WaitStarted(ctx, "web"); err != nil {
		t.Fatal(err)
	}
	try := func(engine *dockerengine.Engine, command ...string) (emulator.HealthProof, error) {
		trial := emulator.HealthTrial{TaskID: task.ID, Container: "web", Settle: time.Minute}
		if len(command) > 0 {
			trial.Own = []healthcheck.Command{command}
		}
		return project.TryHealth(ctx, engine, trial)
	}

	// A read-only root and another user than root hinder nothing.
	if proof, err := try(engine); err != nil || proof.Winner == nil || proof.Look == nil || len(proof.Look.Listeners) == 0 {
		t.Errorf("read-only: %v, %+v", err, proof)
	}
	// What outlives its shell is ended too.
	if proof, err := try(engine, "CMD-SHELL", "timeout=60; sleep 77; true"); err != nil || proof.Winner != nil || !proof.Rows[0].Run.TimedOut {
		t.Errorf("endless: %v, %+v", err, proof)
	}
	if proof, err := try(engine, "CMD-SHELL", "cat /proc/[0-9]*/cmdline; exit 1"); err != nil || strings.Contains(proof.Rows[0].Run.Output, "77") {
		t.Errorf("something is left: %v, %+v", err, proof.Rows)
	}

	// Two at once do not disturb each other, and one of them may well try what never returns.
	var together sync.WaitGroup
	for _, own := range [][]string{nil, nil, {"CMD-SHELL", "sleep 78; true"}} {
		together.Go(func() {
			proof, err := try(engine, own...)
			if err != nil || (proof.Winner != nil) != (own == nil) {
				t.Errorf("several at once, %v: %v, %+v", own, err, proof)
			}
		})
	}
	together.Wait()
	if proof, err := try(engine, "CMD-SHELL", "cat /proc/[0-9]*/cmdline; exit 1"); err != nil || strings.Contains(proof.Rows[0].Run.Output, "78") {
		t.Errorf("something is left of several at once: %v, %+v", err, proof.Rows)
	}

	id, err := engine.FindContainer(ctx, task.ID, "web")
	if err != nil {
		t.Fatal(err)
	}
	switchTo := func(action string) {
		answer, err := (&http.Client{Transport: engineTransport()}).Post("http://docker/containers/"+id+"/"+action, "", nil)
		if err != nil || answer.StatusCode != http.StatusNoContent {
			t.Fatalf("%s: %v, %v", action, err, answer)
		}
		answer.Body.Close()
	}
	switchTo("pause")
	if _, err := try(engine); err == nil || !strings.Contains(err.Error(), "paused; unpause it first") {
		t.Errorf("paused: %v", err)
	}
	switchTo("unpause")

	// It is paused while a command runs in it; what was killed ends when it goes on.
	whilePaused := make(chan error, 1)
	go func() {
		_, err := try(engine, "CMD-SHELL", "sleep 76; true")
		whilePaused <- err
	}()
	awaitCommand(ctx, t, id, "sleep 76")
	switchTo("pause")
	if err := <-whilePaused; err == nil || !strings.Contains(err.Error(), "paused; unpause it first") {
		t.Errorf("paused while a command runs: %v", err)
	}
	switchTo("unpause")
	if proof, err := try(engine, "CMD-SHELL", "cat /proc/[0-9]*/cmdline; exit 1"); err != nil || strings.Contains(proof.Rows[0].Run.Output, "76") {
		t.Errorf("something is left of a pause: %v, %+v", err, proof.Rows)
	}

	t.Setenv("DOCKER_HOST", withoutExec(t))
	mute, err := dockerengine.Connect(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer mute.Close()
	if _, err := try(mute); err == nil || !strings.Contains(err.Error(), "the engine runs no commands in it") || !strings.Contains(err.Error(), "authorization denied") {
		t.Errorf("without exec: %v", err)
	}

	// The container dies while a command runs in it.
	died := make(chan error, 1)
	go func() {
		_, err := try(engine, "CMD-SHELL", "sleep 79; true")
		died <- err
	}()
	awaitCommand(ctx, t, id, "sleep 79")
	switchTo("kill")
	if err := <-died; err == nil || !strings.Contains(err.Error(), "it stopped meanwhile") {
		t.Errorf("dies: %v", err)
	}
}

// awaitCommand waits until a command runs in a container.
func awaitCommand(ctx context.Context, t *testing.T, id, command string) {
	t.Helper()
	for !strings.Contains(runningIn(t, id), command) {
		if time.Sleep(50 * time.Millisecond); ctx.Err() != nil {
			t.Fatalf("%s does not begin", command)
		}
	}
}

// runningIn is the command lines of a container's processes, as the engine lists them.
func runningIn(t *testing.T, id string) string {
	t.Helper()
	answer, err := (&http.Client{Transport: engineTransport()}).Get("http://docker/containers/" + id + "/top")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
