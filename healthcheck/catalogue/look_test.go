package catalogue

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/ecslocal/ecslocal/emulator"
	"github.com/ecslocal/ecslocal/emulator/dockerengine"
	"github.com/ecslocal/ecslocal/emulator/inside/look"
	"github.com/ecslocal/ecslocal/emulator/selfimage"
	"github.com/ecslocal/ecslocal/healthcheck"
	"github.com/ecslocal/ecslocal/testdata/images"
)

var built struct {
	once sync.Once
	path string
	err  error
}

// ecslocal is a static build for the engine, of which the helper's image is made.
func ecslocal(t *testing.T) string {
	t.Helper()
	built.once.Do(func() {
		cache, err := os.UserCacheDir()
		if err != nil {
			built.err = err
			return
		}
		built.path = filepath.Join(cache, "ecslocal-test", "ecslocal-catalogue")
		build := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", built.path, "github.com/ecslocal/ecslocal/cmd/ecslocal")
		build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux")
		if output, err := build.CombinedOutput(); err != nil {
			t.Logf("%s", output)
			built.err = err
		}
	})
	if built.err != nil {
		t.Fatal(built.err)
	}
	return built.path
}

// lookInto is what a helper sees in the container's namespaces.
func lookInto(t *testing.T, engine *dockerengine.Engine, x *task, container string, ask []string) *healthcheck.Look {
	t.Helper()
	image, err := emulator.EnsureImage(t.Context(), engine, ecslocal(t))
	if err != nil {
		t.Error(err)
		return nil
	}
	id, err := engine.FindContainer(t.Context(), x.plan.Task.ID, container)
	if err != nil {
		t.Error(err)
		return nil
	}
	report := helper(t, image, id)
	seen := &healthcheck.Look{MainEnvironment: report.MainEnvironment}
	for _, l := range report.Listeners {
		seen.Listeners = append(seen.Listeners, healthcheck.Listener{Network: l.Network, Address: l.Address, Port: l.Port, PID: l.PID, Process: l.Process})
	}
	for _, p := range report.Leftovers {
		seen.Leftovers = append(seen.Leftovers, healthcheck.Process{PID: p.PID, Parent: p.Parent, Command: p.Command, Zombie: p.Zombie})
	}
	for _, question := range ask {
		options := strings.Fields(question)
		for _, a := range helper(t, image, id, append([]string{"get", "-timeout", "4s"}, options...)...).Answers {
			seen.Answers = append(seen.Answers, healthcheck.Answer{Method: a.Method, URL: a.URL, Host: a.Host, Status: a.Status, Location: a.Location, ContentType: a.ContentType, Body: a.Body,
				Duration: a.Duration, TLS: a.TLS, Untrusted: a.Untrusted, Problem: a.Problem})
		}
	}
	return seen
}

// helper runs the eyes beside a container once.
func helper(t *testing.T, image, beside string, command ...string) (report look.Report) {
	t.Helper()
	c := images.Start(t, map[string]any{"Image": image, "Entrypoint": []string{selfimage.Path, "look"}, "Cmd": command, "HostConfig": map[string]any{"NetworkMode": "container:" + beside, "PidMode": "container:" + beside, "CapAdd": []string{"SYS_PTRACE"}}})
	c.Wait()
	stdout, stderr := c.Output()
	if err := json.Unmarshal([]byte(stdout), &report); err != nil {
		t.Errorf("look into %s: %v: %s%s", beside, err, stdout, stderr)
	}
	return report
}
