package catalogue

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ecslocal/ecslocal/emulator/dockerengine"
	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/healthcheck"
)

// variant says that a row shows the same when its check is run once by hand, as our own prober does, in a container that it shares with
// others: a cause has been driven by the engine already, and nothing of this row is about time, sockets or other containers.
func (r row) variant() bool {
	for _, key := range []string{"interval", "timeout", "retries", "startPeriod", "entryPoint"} {
		if r.more[key] != nil {
			return false
		}
	}
	return (r.until == unhealthy || r.until == healthy) && !r.look && r.mode == "none" && len(r.beside) == 0 && !strings.Contains(r.app, "tcp=") && !strings.Contains(r.app, "sleep")
}

// house is a container that variants share.
type house struct {
	name       string
	definition map[string]any
	rows       []*driven
}

// houses gathers variants by what their containers are.
func houses(all []*driven) []*house {
	byKind := map[string]*house{}
	var found []*house
	for _, d := range all {
		key, _ := json.Marshal([]any{d.definition["image"], d.app, d.more})
		h := byKind[string(key)]
		if h == nil {
			h = &house{name: fmt.Sprintf("house-%d", len(found)), rows: nil}
			h.definition = d.row.definition(h.name, fmt.Sprint(d.definition["image"]), nil)
			byKind[string(key)] = h
			found = append(found, h)
		}
		h.rows = append(h.rows, d)
	}
	return found
}

// driveVariants runs them house by house, those with most rows first.
func driveVariants(t *testing.T, engine *dockerengine.Engine, slots chan struct{}, all []*driven) {
	found := houses(all)
	slices.SortStableFunc(found, func(a, b *house) int { return cmp.Compare(len(b.rows), len(a.rows)) })
	var running sync.WaitGroup
	for some := range slices.Chunk(found, most) {
		slots <- struct{}{}
		running.Go(func() { inhabit(t, engine, slots, some) })
	}
	running.Wait()
}

// inhabit runs some houses as one task.
func inhabit(t *testing.T, engine *dockerengine.Engine, slots chan struct{}, some []*house) {
	containers := []map[string]any{keeper(fmt.Sprint(some[0].definition["image"]))}
	for _, h := range some {
		containers = append(containers, h.definition)
	}
	x, err := start(t, engine, "none", containers)
	if err != nil {
		<-slots
		t.Error(err)
		return
	}
	var living sync.WaitGroup
	for _, h := range some {
		living.Go(func() { h.drive(t, x) })
	}
	living.Wait()
	<-slots
	if err := x.stop(); err != nil {
		t.Errorf("stop the task of %s: %v", some[0].name, err)
	}
}

// drive runs each row's check once and explains it.
func (h *house) drive(t *testing.T, x *task) {
	err := h.open(t, x)
	for _, d := range h.rows {
		if d.err = err; err == nil {
			d.found, d.err = d.once(t, x, h.name)
		}
	}
}

var address = regexp.MustCompile(`(127\.0\.0\.1|0\.0\.0\.0):\d+`)

// open waits until the application of the house listens, where it does.
func (h *house) open(t *testing.T, x *task) error {
	if err := x.wait(h.name, started); err != nil {
		return err
	}
	at := address.FindString(strings.Join(strings.Fields(fmt.Sprint(h.definition["command"])), " "))
	for range 100 {
		if at == "" {
			return nil
		}
		if code, _, err := x.run(t, h.name, "/app", "dial="+at); err == nil && code == 0 {
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return fmt.Errorf("the application does not listen at %s", at)
}

// once is the explanation of one run of the row's check.
func (d *driven) once(t *testing.T, x *task, house string) ([]healthcheck.Diagnosis, error) {
	project, err := d.load(t)
	if err != nil {
		return nil, err
	}
	definition, image, closing, err := facts(t, x.engine, project, d.name)
	if err != nil {
		return nil, err
	}
	began := time.Now()
	code, output, err := x.run(t, house, definition.Command.Argv()...)
	if err != nil {
		return nil, errors.Join(err, closing())
	}
	probe := healthcheck.Probe{Argv: definition.Command, Start: began, Duration: time.Since(began), ExitCode: code, Output: output, Status: map[bool]string{true: "healthy", false: "unhealthy"}[code == 0]}
	if passed := code == 0; passed != (d.until == healthy) {
		return nil, errors.Join(fmt.Errorf("exit code %d, want it %s: %s", code, d.until, output), closing())
	}
	found := healthcheck.Explain(definition, image, healthcheck.Timeline{Started: began.Add(-time.Second), Probes: []healthcheck.Probe{probe}}, nil)
	d.tryRepair(t, x, house, found)
	return found, closing()
}

// run executes a command in a container; what could not be started has exit code -1, as in the engine's own log.
func (x *task) run(t *testing.T, container string, argv ...string) (int, string, error) {
	id, err := x.engine.FindContainer(t.Context(), x.plan.Task.ID, container)
	if err != nil {
		return 0, "", err
	}
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	var output strings.Builder
	result, err := x.engine.Exec(ctx, id, dockerengine.Exec{Command: argv, Stdout: &output, Stderr: &output})
	if err == nil && result.Pid == 0 {
		return -1, output.String(), nil
	}
	return result.ExitCode, output.String(), err
}

// startedOf says whether the container has started.
func startedOf(events []event.Event) bool {
	for _, e := range events {
		if e.Kind == event.ContainerStarted {
			return true
		}
	}
	return false
}
