package emulatortest_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ecslocal/ecslocal/emulator/emulatortest"
	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/testdata/images"
)

// patient is a task whose application is ready at once, and whose check the engine runs every 30 s.
const patient = `{"family": "patient", "networkMode": "awsvpc", "containerDefinitions": [{"name": "web", "image": "%s", "memory": 64,
	"command": ["listen=:8080", "sigterm=0", "wait"], "portMappings": [{"containerPort": 8080}],
	"healthCheck": {"command": ["CMD", "/app", "get=http://127.0.0.1:8080/"], "interval": 30}}]}`

// TestReadyAtOnce does not wait for the interval of a check.
func TestReadyAtOnce(t *testing.T) {
	t.Parallel()
	needsEngine(t)
	app := images.App(t)
	task := emulatortest.Run(t, definition(t, patient, app))
	if result := task.Result(); result.HealthStatus != "HEALTHY" {
		t.Errorf("health: %s", result.HealthStatus)
	}
	var started time.Time // a busy engine takes its time until then
	for _, e := range task.Emulator().Events() {
		if e.Container == "web" && e.Kind == event.ContainerStarted {
			started = e.Time
		}
	}
	if took := time.Since(started); took > 20*time.Second {
		t.Errorf("Run returned %v after the start", took)
	}
}

// TestTwenty runs twenty tasks, eight at a time: they lose no line and leave nothing.
func TestTwenty(t *testing.T) {
	t.Parallel()
	needsEngine(t)
	const tasks, atOnce, lines = 20, 8, 500
	app := images.App(t)
	dir := t.TempDir()
	ids := make([]string, tasks)
	slots := make(chan struct{}, atOnce)
	var all sync.WaitGroup
	for i := range tasks {
		all.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			mode, ports := "none", ""
			if i%4 == 0 { // with an agent, a network and a port
				mode, ports = "awsvpc", `, "portMappings": [{"containerPort": 8080}]`
			}
			path := filepath.Join(dir, fmt.Sprintf("task%d.json", i))
			text := fmt.Sprintf(`{"family": "twenty%d", "networkMode": %q, "containerDefinitions": [{"name": "web", "image": %q, "memory": 64,
				"command": ["lines=%d", "print=last %d", "listen=:8080", "wait"]%s}]}`, i, mode, app, lines, i, ports)
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Error(err)
				return
			}
			r := try(fmt.Sprintf("%s/%d", t.Name(), i), func(t testing.TB) {
				task := emulatortest.Run(t, path, emulatortest.WithTimeout(5*time.Minute), emulatortest.WithWait(emulatortest.LogLine("web", fmt.Sprintf("last %d", i))))
				ids[i] = task.ID()
				if mode == "awsvpc" {
					task.WaitFor(emulatortest.HTTPStatus("web", "8080", "/", 200))
				}
				if got := strings.Count(task.Logs("web"), "line "); got != lines {
					t.Errorf("%d lines of %d", got, lines)
				}
			})
			if r.Failed() {
				t.Errorf("task %d:\n%s", i, &r.text)
			}
		})
	}
	all.Wait()
	if left := images.Left(t, ids...); len(left) > 0 {
		t.Errorf("left on the engine: %v", left)
	}
}
