package catalogue

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ecslocal/ecslocal/emulator"
	"github.com/ecslocal/ecslocal/emulator/dockerengine"
	"github.com/ecslocal/ecslocal/healthcheck"
	"github.com/ecslocal/ecslocal/testdata/images"
)

// drive waits for what the row wants and explains it.
func (d *driven) drive(t *testing.T, engine *dockerengine.Engine, x *task) ([]healthcheck.Diagnosis, error) {
	if d.until == linted {
		return d.lint(t, engine)
	}
	if err := d.reach(t, x); err != nil {
		return nil, err
	}
	var look *healthcheck.Look
	if d.look {
		var err error
		if look, err = x.lookInto(t, d.name, d.ask); err != nil {
			return nil, fmt.Errorf("look into the container: %w", err)
		}
	}
	events, _ := x.seen()
	definition, image, closing, err := facts(t, engine, x.project, d.name)
	if err != nil {
		return nil, err
	}
	found := healthcheck.Explain(definition, image, emulator.HealthTimeline(events, d.name), look)
	d.tryRepair(t, x, d.name, found)
	if d.until != killed {
		x.end(t, d.name)
	}
	return found, closing()
}

// tryRepair runs the repaired command once in the living container, unless it is to run as a definition of its own.
func (d *driven) tryRepair(t *testing.T, x *task, container string, found []healthcheck.Diagnosis) {
	told, ok := find(found, d.rule)
	if d.first || !ok || told.Patch == nil || d.fixed != passes && d.fixed != catches || !strings.HasSuffix(told.Patch.Path, "/healthCheck/command") {
		return
	}
	var command healthcheck.Command
	if err := json.Unmarshal([]byte(told.Patch.Value), &command); err != nil {
		d.again, d.tried = err, true
		return
	}
	code, output, err := x.run(t, container, command.Argv()...)
	if (code == 0) != (d.fixed == passes) {
		err = errors.Join(err, fmt.Errorf("exit code %d: %s", code, output))
	}
	d.again, d.tried = err, true
}

// reach waits for what the row wants, and does to the container what it takes.
func (d *driven) reach(t *testing.T, x *task) error {
	switch d.until {
	case killed:
		return errors.Join(x.wait(d.name, unhealthy), x.stop())
	case paused:
		if err := x.wait(d.name, healthy); err != nil {
			return err
		}
		id, err := x.engine.FindContainer(t.Context(), x.plan.Task.ID, d.name)
		if err != nil {
			return err
		}
		images.Pause(t, id)
	}
	return x.wait(d.name, d.until)
}

// facts are a container as package healthcheck judges it, and its image.
func facts(t *testing.T, engine *dockerengine.Engine, p *emulator.Project, name string) (healthcheck.Definition, *healthcheck.Image, func() error, error) {
	definitions := p.HealthDefinitions()
	i := slices.IndexFunc(definitions, func(d healthcheck.Definition) bool { return d.Container == name })
	if i < 0 {
		return healthcheck.Definition{}, nil, nil, fmt.Errorf("there is no container %s", name)
	}
	image, closing, err := p.HealthImage(t.Context(), engine, definitions[i])
	if err == nil && image == nil {
		err = errors.New("the engine does not have the image")
	}
	return definitions[i], image, closing, err
}

// load is the row's definition, which need not be valid.
func (d *driven) load(t *testing.T) (*emulator.Project, error) {
	text, err := json.Marshal(map[string]any{"family": "catalogue", "networkMode": d.mode, "containerDefinitions": append([]map[string]any{d.definition}, d.beside...)})
	if err != nil {
		return nil, err
	}
	file := filepath.Join(t.TempDir(), "task.json")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		return nil, err
	}
	return emulator.Load(file, emulator.Options{StateDir: t.TempDir()})
}

// lint judges a definition that does not run.
func (d *driven) lint(t *testing.T, engine *dockerengine.Engine) ([]healthcheck.Diagnosis, error) {
	project, err := d.load(t)
	if err != nil {
		return nil, err
	}
	definition, image, closing, err := facts(t, engine, project, d.name)
	if err != nil {
		return nil, err
	}
	return healthcheck.Lint(definition, image), closing()
}

// repair is the row with what was printed to repair it, nil where nothing was or the row failed.
func (d *driven) repair(t *testing.T) *driven {
	told, ok := find(d.found, d.rule)
	if !ok || told.Patch == nil || d.fixed == "" || d.tried {
		return nil
	}
	again := *d
	again.definition = patched(t, d.definition, told.Patch.Path, told.Patch.Value)
	again.found, again.err = nil, nil
	switch d.fixed {
	case passes:
		again.until = healthy
	case catches:
		again.until = unhealthy
	case silent:
		again.until = linted
		engine, err := dockerengine.Connect(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer engine.Close()
		found, err := again.lint(t, engine)
		if _, still := find(found, d.rule); still {
			err = errors.Join(err, errors.New("the finding is still there"))
		}
		again.err = err
	}
	return &again
}

// judge compares what was told with what must be.
func (d *driven) judge(t *testing.T) {
	if d.err != nil {
		t.Fatalf("%v: %v", d.check, d.err)
	}
	told, ok := find(d.found, d.rule)
	if !ok {
		t.Fatalf("%v: %s is not told, but:%s", d.check, d.rule, list(d.found))
	}
	if told.Certainty != d.certainty {
		t.Errorf("%v: %s is told as %s, want %s: %s", d.check, d.rule, told.Certainty, d.certainty, told.Message)
	}
	if d.says != "" && !strings.Contains(told.Message+"\n"+told.Evidence, d.says) {
		t.Errorf("%v: %q is neither in %q nor in %q", d.check, d.says, told.Message, told.Evidence)
	}
	if strings.Contains(told.Message, "%!") {
		t.Errorf("message %q", told.Message)
	}
	if told.Also && !d.also {
		t.Errorf("%v: %s is told behind another cause:%s", d.check, d.rule, list(d.found))
	}
	switch {
	case d.fixed == "" && told.Patch != nil:
		t.Errorf("%v: a person has to decide, and a repair is printed: %s", d.check, told.Patch.Value)
	case d.fixed != "" && told.Patch == nil:
		t.Errorf("%v: there is no repair:%s", d.check, list(d.found))
	case told.Patch == nil && told.Finding().Fix == "":
		t.Errorf("%v: neither a repair nor what to do", d.check)
	case d.again != nil:
		t.Errorf("%v: repaired as %s: %v", d.check, told.Patch.Value, d.again)
	}
}

func list(found []healthcheck.Diagnosis) string {
	text := ""
	for _, d := range found {
		text += "\n  " + d.String()
		if d.Also {
			text += " (also)"
		}
		text += "\n    " + d.Evidence
		if d.Patch != nil {
			text += "\n    " + d.Patch.Path + " " + d.Patch.Value
		}
	}
	return text
}
