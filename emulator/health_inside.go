package emulator

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/ecslocal/ecslocal/emulator/dockerengine"
	"github.com/ecslocal/ecslocal/emulator/inside/look"
	"github.com/ecslocal/ecslocal/emulator/prober"
	"github.com/ecslocal/ecslocal/emulator/runner"
	"github.com/ecslocal/ecslocal/emulator/trial"
	"github.com/ecslocal/ecslocal/healthcheck"
	"github.com/ecslocal/ecslocal/healthcheck/candidate"
)

// execer runs commands in one container of an engine.
type execer struct {
	engine *dockerengine.Engine
	id     string
}

// Exec implements prober.Container.
func (x execer) Exec(ctx context.Context, argv []string, created func(string), output io.Writer) (prober.Ended, error) {
	result, err := x.engine.Exec(ctx, x.id, dockerengine.Exec{Command: argv, Stdout: output, Stderr: output, Created: created})
	if err != nil && strings.Contains(err.Error(), "is paused") {
		err = prober.ErrPaused
	}
	return prober.Ended{ExitCode: result.ExitCode, Pid: result.Pid}, err
}

// inside is a running container that is being tried and looked into. It implements trial.Container.
type inside struct {
	execer
	name  string
	eyes  *eyes
	blind error // why there are no eyes
	// files are the container's own.
	files *dockerengine.Files
}

// enter gets ready to look into a running container. Where no helper can be started, that is remembered and the rest goes on.
func (p *Project) enter(ctx context.Context, engine *dockerengine.Engine, taskID, name string, d healthcheck.Definition) (*inside, *healthcheck.Image, error) {
	id, err := engine.FindContainer(ctx, taskID, name)
	if err != nil {
		return nil, nil, err
	}
	state, err := engine.Inspect(ctx, id)
	switch {
	case err != nil:
		return nil, nil, err
	case !state.Running && state.Runtime.FinishedAt.IsZero():
		return nil, nil, fmt.Errorf("look into container %q: it has not started yet", name)
	case !state.Running:
		return nil, nil, fmt.Errorf("look into container %q: it has stopped", name)
	case state.Paused:
		return nil, nil, fmt.Errorf("look into container %q: %w; unpause it first: docker unpause %.12s", name, prober.ErrPaused, id)
	}
	config, err := engine.ImageConfig(ctx, state.Runtime.ImageID)
	if err != nil {
		return nil, nil, err
	}
	c := &inside{execer: execer{engine, id}, name: name, files: engine.ContainerFiles(ctx, id)}
	image := imageFacts(first(p.image(d.Container, d.Image), d.Image), config)
	image.Files = imageFiles{c.files}
	own, err := EnsureImage(ctx, engine, p.options.Executable)
	if err == nil {
		c.eyes, err = openEyes(ctx, engine, own, taskID, id, userNumber(c.files, first(d.User, image.User)))
	}
	c.blind = err
	return c, image, nil
}

func (c *inside) close() error {
	if c.eyes == nil {
		return nil
	}
	return c.eyes.close()
}

// userNumber is a user of a container as numbers: the helper has another /etc/passwd. What cannot be found is root, who sees most.
func userNumber(files *dockerengine.Files, user string) string {
	name, group, _ := strings.Cut(user, ":")
	if _, err := strconv.Atoi(name); err == nil || name == "" || name == "root" {
		return first(name, "0")
	}
	content, err := files.Read("/etc/passwd", 1<<20)
	if err != nil {
		return "0"
	}
	for line := range bytes.Lines(content) {
		if fields := strings.Split(string(line), ":"); len(fields) > 3 && fields[0] == name {
			if _, err := strconv.Atoi(group); err != nil {
				group = fields[3]
			}
			return fields[2] + ":" + group
		}
	}
	return "0"
}

// Run implements trial.Container.
func (c *inside) Run(ctx context.Context, argv []string, timeout time.Duration) (candidate.Run, error) {
	attempt, err := prober.Once(ctx, c, argv, timeout, nil)
	if err != nil {
		return candidate.Run{}, c.explain(err)
	}
	run := candidate.Run{ExitCode: attempt.Probe.ExitCode, Duration: attempt.Probe.Duration, Output: attempt.Probe.Output, TimedOut: attempt.TimedOut}
	if run.ExitCode == killed && c.soonGone(ctx) { // with everything else
		return run, c.explain(runner.ErrNoContainer)
	}
	if !attempt.TimedOut {
		return run, ctx.Err()
	}
	defer attempt.Abandon()
	return run, c.end(ctx, argv, attempt)
}

// execLimit is how long the engine may take to start a command.
const execLimit = 2 * time.Second

// endLimit is how long a killed command may take to end.
const endLimit = 5 * time.Second

// end kills what timed out, which the engine cannot, and waits until it is gone: the next command shall find the container as it was.
func (c *inside) end(ctx context.Context, argv []string, attempt prober.Attempt) error {
	if c.eyes == nil {
		return fmt.Errorf("end %q in container %q, which did not end within its limit: %w", argv, c.name, c.blind)
	}
	age := time.Since(attempt.Probe.Start)
	if _, err := c.ask(ctx, look.Question{End: &look.Command{Argv: argv, Youngest: age - execLimit, Oldest: age}}); err != nil {
		return err
	}
	select {
	case <-attempt.Ended:
		return nil
	case <-time.After(endLimit):
		if state, err := c.engine.Inspect(ctx, c.id); err == nil && state.Paused { // it ends when the container goes on
			return c.explain(prober.ErrPaused)
		}
		return fmt.Errorf("end %q in container %q: it goes on although it was killed", argv, c.name)
	case <-ctx.Done():
		return ctx.Err()
	}
}

const (
	// killed is the exit code of what SIGKILL ended.
	killed = 137
	// An engine tells the end of a command before the end of its container, which caused it.
	goneLooks = 10
	gonePause = 100 * time.Millisecond
)

// soonGone says that the container has stopped, or is about to be known to have.
func (c *inside) soonGone(ctx context.Context) bool {
	for range goneLooks {
		if c.gone(ctx) || ctx.Err() != nil {
			return true
		}
		time.Sleep(gonePause)
	}
	return false
}

// gone says that the container has stopped.
func (c *inside) gone(ctx context.Context) bool {
	state, err := c.engine.Inspect(ctx, c.id)
	return errors.Is(err, runner.ErrNoContainer) || err == nil && !state.Running
}

// ask asks the helper; where it went with the container, that is the error.
func (c *inside) ask(ctx context.Context, q look.Question) (look.Report, error) {
	if c.eyes == nil {
		return look.Report{}, errors.Join(trial.ErrBlind, c.blind)
	}
	report, err := c.eyes.ask(ctx, q)
	if err != nil && ctx.Err() == nil && c.gone(ctx) {
		return report, c.explain(runner.ErrNoContainer)
	}
	return report, err
}

// explain says in plain words why nothing can be run in the container any more.
func (c *inside) explain(err error) error {
	text := err.Error()
	switch {
	case errors.Is(err, prober.ErrPaused):
		return fmt.Errorf("run a check in container %q: %w; unpause it first: docker unpause %.12s", c.name, err, c.id)
	case errors.Is(err, runner.ErrNoContainer), strings.Contains(text, "is not running"), strings.Contains(text, "container not running"):
		return fmt.Errorf("run a check in container %q: it stopped meanwhile", c.name)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	}
	return fmt.Errorf("run a check in container %q: the engine runs no commands in it: %w", c.name, err)
}

// Look implements trial.Container.
func (c *inside) Look(ctx context.Context) (*healthcheck.Look, error) {
	report, err := c.ask(ctx, look.Question{})
	if err != nil {
		return nil, err
	}
	return seen(report), nil
}

// Ask implements trial.Container.
func (c *inside) Ask(ctx context.Context, q trial.Questions) ([]healthcheck.Answer, error) {
	report, err := c.ask(ctx, look.Question{URLs: q.URLs, Host: q.Host, Timeout: q.Timeout})
	return seen(report).Answers, err
}
