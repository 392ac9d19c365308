package bench

import (
	"os"
	"path/filepath"
	"slices"
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
const patient = `{"family": "patient", "networkMode": "awsvpc", "containerDefinitions": [{"name": "web", "image": "$APP", "memory": 64,
	"command": ["listen=:8080", "sigterm=0", "wait"], "portMappings": [{"containerPort": 8080}],
	"healthCheck": {"command": ["CMD", "/app", "get=http://127.0.0.1:8080/"], "interval": 30}}]}`

// What Run of package emulatortest may take to return, and to clean up, beyond the engine's own time.
const (
	runLimit   = 1500 * time.Millisecond
	cleanLimit = 700 * time.Millisecond
)

// TestLibrary measures how long Run of package emulatortest takes to return and to clean up, in turn with the engine's own time for the same
// creates, starts and removals.
func TestLibrary(t *testing.T) {
	definition := filepath.Join(t.TempDir(), "task.json")
	if err := os.WriteFile(definition, []byte(strings.ReplaceAll(patient, "$APP", images.App(t))), 0o600); err != nil {
		t.Fatal(err)
	}
	engine, err := dockerengine.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Close()
	image, err := emulator.EnsureImage(t.Context(), engine, build(t))
	if err != nil {
		t.Fatal(err)
	}
	libraryRun(t, definition) // builds what runs inside, which is kept
	var up, down, floorUp, floorDown []time.Duration
	for range *rounds {
		u, d := libraryRun(t, definition)
		up, down = append(up, u), append(down, d)
		u, d = plannedFloor(t, engine, definition, image)
		floorUp, floorDown = append(floorUp, u), append(floorDown, d)
	}
	for _, m := range []struct {
		name       string
		ours, base []time.Duration
		limit      time.Duration
	}{{"to return", up, floorUp, runLimit}, {"to clean up", down, floorDown, cleanLimit}} {
		ours, base := median(m.ours), median(m.base)
		t.Logf("%-11s %v of %v; floor %v of %v; %.2f x floor, %v beyond it", m.name, ours, m.ours, base, m.base, float64(ours)/float64(base), ours-base)
		if ours-base > m.limit {
			t.Errorf("%s takes %v more than the engine alone, not %v", m.name, ours-base, m.limit)
		}
	}
}

func median(took []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(took))
	return sorted[len(sorted)/2].Round(time.Millisecond)
}

// libraryRun is a test with a task in it.
func libraryRun(t *testing.T, definition string) (up, down time.Duration) {
	t.Helper()
	began, ready := time.Now(), time.Time{}
	t.Run("run", func(t *testing.T) {
		emulatortest.Run(t, definition)
		ready = time.Now()
	})
	return ready.Sub(began).Round(time.Millisecond), time.Since(ready).Round(time.Millisecond)
}

// plannedFloor makes, starts and removes what the task's plan has, and does nothing else.
func plannedFloor(t *testing.T, engine *dockerengine.Engine, definition, image string) (up, down time.Duration) {
	t.Helper()
	project, err := emulator.Load(definition, emulator.Options{StateDir: t.TempDir(), Publish: plan.PublishRandom})
	if err != nil {
		t.Fatal(err)
	}
	planned, _ := project.Plan(engine.Facts(), nil)
	began := time.Now()
	if err := engine.CreateNetwork(t.Context(), *planned.Network); err != nil {
		t.Fatal(err)
	}
	create := func(c plan.Container) {
		if c.Internal() {
			c.Config.Image = image
		}
		id, _, err := engine.CreateContainer(t.Context(), c)
		if err == nil {
			err = engine.StartContainer(t.Context(), id)
		}
		if err != nil {
			t.Error(err)
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
	if err := engine.Remove(t.Context(), planned.Task.ID); err != nil {
		t.Error(err)
	}
	return up.Round(time.Millisecond), time.Since(began).Round(time.Millisecond)
}
