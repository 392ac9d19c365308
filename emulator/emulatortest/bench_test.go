package emulatortest_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ecslocal/ecslocal/emulator"
	"github.com/ecslocal/ecslocal/emulator/dockerengine"
	"github.com/ecslocal/ecslocal/emulator/emulatortest"
	"github.com/ecslocal/ecslocal/emulator/plan"
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
	began := time.Now()
	task := emulatortest.Run(t, definition(t, patient, app))
	if took := time.Since(began); took > 25*time.Second {
		t.Errorf("Run returned after %v", took)
	}
	if result := task.Result(); result.HealthStatus != "HEALTHY" {
		t.Errorf("health: %s", result.HealthStatus)
	}
}

// BenchmarkRun measures how long Run takes to return and to clean up, beside the engine's own time for the same creates, starts and
// removals. It is a measure of the engine as much as of us: compare the metrics with one another.
func BenchmarkRun(b *testing.B) {
	definition := definitionOf(b, patient, images.App(b))
	engine, err := dockerengine.Connect(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	defer engine.Close()
	executable, err := emulatortest.InsideProgram(b.Context(), engine.Info.Architecture) // once a test process
	if err != nil {
		b.Fatal(err)
	}
	var up, down, floorUp, floorDown time.Duration
	for b.Loop() {
		began := time.Now()
		var ready time.Time
		r := try(b.Name(), func(t testing.TB) {
			emulatortest.Run(t, definition)
			ready = time.Now()
		})
		if r.Failed() {
			b.Fatal(&r.text)
		}
		up, down = up+ready.Sub(began), down+time.Since(ready)
		u, d := floor(b, engine, definition, executable)
		floorUp, floorDown = floorUp+u, floorDown+d
	}
	each := func(d time.Duration) float64 { return d.Seconds() / float64(b.N) }
	b.ReportMetric(each(up), "s/run")
	b.ReportMetric(each(floorUp), "s/run-floor")
	b.ReportMetric(each(down), "s/clean-up")
	b.ReportMetric(each(floorDown), "s/clean-up-floor")
}

// floor makes, starts and removes what the task's plan has, and does nothing else.
func floor(b *testing.B, engine *dockerengine.Engine, definition, executable string) (up, down time.Duration) {
	b.Helper()
	project, err := emulator.Load(definition, emulator.Options{StateDir: b.TempDir(), Publish: plan.PublishRandom})
	if err != nil {
		b.Fatal(err)
	}
	planned, _ := project.Plan(engine.Facts(), nil)
	image, err := emulator.EnsureImage(b.Context(), engine, executable)
	if err != nil {
		b.Fatal(err)
	}
	began := time.Now()
	if err := engine.CreateNetwork(b.Context(), *planned.Network); err != nil {
		b.Fatal(err)
	}
	create := func(c plan.Container) {
		if c.Internal() {
			c.Config.Image = image
		}
		id, _, err := engine.CreateContainer(b.Context(), c)
		if err == nil {
			err = engine.StartContainer(b.Context(), id)
		}
		if err != nil {
			b.Error(err)
		}
	}
	var all sync.WaitGroup
	for _, c := range planned.Containers {
		if c.Type == plan.Agent {
			all.Go(func() { create(c) })
		}
	}
	for _, c := range planned.Containers { // the application's network is the pause container's
		if c.Type != plan.Agent {
			create(c)
		}
	}
	all.Wait()
	up, began = time.Since(began), time.Now()
	if err := engine.Remove(b.Context(), planned.Task.ID); err != nil {
		b.Error(err)
	}
	return up, time.Since(began)
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
	if left := left(t, ids...); len(left) > 0 {
		t.Errorf("left on the engine: %v", left)
	}
}
