package emulator

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/ecslocal/ecslocal/emulator/dockerengine"
	"github.com/ecslocal/ecslocal/emulator/plan"
	"github.com/ecslocal/ecslocal/emulator/runner"
	"github.com/ecslocal/ecslocal/emulator/selfimage"
	"github.com/ecslocal/ecslocal/emulator/state"
	"github.com/ecslocal/ecslocal/logs/store"
)

// Start begins to run the project's task. The error says why it could not even begin; otherwise the task runs until it ends or is
// stopped, whatever becomes of ctx, which only bounds the beginning. Tasks may share a connection and begin at the same time.
func (p *Project) Start(ctx context.Context, engine *dockerengine.Engine) (*Task, error) {
	if findings := refused(p.Validate()); len(findings) > 0 {
		return nil, &InvalidError{findings, p.Source}
	}
	dir, err := state.Open(p.options.StateDir)
	if err != nil {
		return nil, err
	}
	keeper, err := keepPorts(ctx, engine.For(dir.Path()))
	if err != nil {
		return nil, err
	}
	t, err := p.begin(ctx, keeper, dir)
	if err != nil {
		keeper.releaseAll()
	}
	return t, err
}

// begin plans the task, opens the state and the log store, and lets the runner go.
func (p *Project) begin(ctx context.Context, engine *portKeeper, dir *state.Dir) (*Task, error) {
	if err := CheckPublishAddress(p.publishAddress()); err != nil {
		return nil, err
	}
	clashes := p.clashes(engine.Engine)
	facts := engine.Facts()
	engine.address = p.publishedOn(facts)
	planned, findings := p.Plan(facts, engine.taken)
	if planned == nil {
		return nil, &InvalidError{findings, p.Source}
	}
	if err := p.checkStrict(planned); err != nil {
		return nil, err
	}
	image, err := EnsureImage(ctx, engine.Engine, p.options.Executable)
	if err != nil {
		return nil, err
	}
	for i := range planned.Containers {
		if planned.Containers[i].Internal() {
			planned.Containers[i].Config.Image = image
		}
	}
	t, err := p.record(engine, dir, planned)
	if err != nil {
		return nil, err
	}
	for _, c := range clashes {
		t.warn(c.container, "%s", c)
	}
	go t.run(context.WithoutCancel(ctx))
	return t, nil
}

// checkStrict refuses what differs from ECS, where the options say so.
func (p *Project) checkStrict(planned *plan.Plan) error {
	if !p.options.Strict {
		return nil
	}
	var errs []error
	for _, n := range planned.Notes {
		errs = append(errs, fmt.Errorf("%s %s is %s here: %s", n.Field, n.Path, n.Treatment, n.Difference))
	}
	return errors.Join(errs...)
}

// record opens the state and the log store for a task.
func (p *Project) record(engine *portKeeper, dir *state.Dir, planned *plan.Plan) (*Task, error) {
	logStore, err := store.Open(dir.Logs(), store.Options{})
	if err != nil {
		return nil, fmt.Errorf("open the log store: %w", err)
	}
	record, err := dir.Create(state.Record{ID: planned.Task.ID, Family: planned.Task.Family, ARN: planned.Task.ARN, Definition: p.absolute(),
		Created: time.Now(), Arguments: hideAll(os.Args, p.Hide), Streams: map[string]state.Stream{}, Secrets: len(p.values) > 0, Hidden: hiddenVariables(planned)})
	if err != nil {
		return nil, err
	}
	t := &Task{ID: planned.Task.ID, Plan: planned, project: p, engine: engine.Engine, ports: engine, record: record, logs: logStore,
		stops: make(chan runner.Stop, 4), killed: make(chan struct{}), done: make(chan struct{}), looks: map[string]seenThen{}}
	t.live = newLive(p.Hide, p.options.Events, record.Append)
	t.recorded = p.Recorded(planned)
	if err := t.saveRecorded(); err != nil {
		t.warn("", "%v; there can be no report of it later", err)
	}
	if _, err := logStore.Trim(time.Now()); err != nil {
		t.warn("", "trim the log store: %v", err)
	}
	return t, nil
}

// EnsureImage loads the image of the agent and pause containers, which is also the demonstration image, unless the engine has it.
// It is made of the given executable, of this process's own where that is empty.
func EnsureImage(ctx context.Context, engine *dockerengine.Engine, executable string) (string, error) {
	var source selfimage.Source
	if executable != "" {
		file, err := openSource(executable)
		if err != nil {
			return "", fmt.Errorf("make ecslocal's own image: %w", err)
		}
		source = file
	}
	image, err := selfimage.New(source, engine.Info.Architecture)
	if err != nil {
		return "", fmt.Errorf("make ecslocal's own image: %w", err)
	}
	engine.Loads(func(ctx context.Context) error {
		archive := image.Open()
		defer archive.Close()
		return engine.LoadImage(ctx, archive)
	})
	for _, ref := range image.References() {
		has, err := engine.HasImage(ctx, ref)
		if err == nil && !has {
			err = errors.New("it is missing although it was loaded")
		}
		if err != nil {
			return "", fmt.Errorf("load ecslocal's own image %s: %w", ref, err)
		}
	}
	return image.Reference, nil
}

// openSource opens an executable to be read whenever the image must be loaded; it stays open as long as the process.
func openSource(path string) (selfimage.Source, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	return io.NewSectionReader(file, 0, info.Size()), nil
}
