package runner

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/emulator/plan"
)

// pull gets the image: as ECS does, from the registry first and else the local one (agent: docker_task_engine.go, pullContainer).
func (r *run) pull(c *container) {
	r.do(pullLimit, func(ctx context.Context) func() {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		defer context.AfterFunc(r.pulling, cancel)()
		image, reason, err := r.image(ctx, c)
		return func() {
			c.busy = false
			if r.pulling.Err() != nil {
				return // given up; stepToStop goes on
			}
			if err != nil {
				c.fatal = c.Pull.Policy == plan.PullAlways // the agent's pull behaviour "always" stops the task (task_manager.go)
				r.startFailed(c, "CannotPullContainerError: "+err.Error(), nil)
				return
			}
			c.image, c.reason, c.status = image, reason, statusPulled
			if reason != "" {
				r.emit(event.Event{Kind: event.ImageLocal, Container: c.Name, Message: c.Config.Image, Reason: reason})
			} else if !c.Internal() {
				r.emit(event.Event{Kind: event.ImagePulled, Container: c.Name, Message: c.Config.Image})
			}
		}
	})
}

// image finds the container's image; reason is the error of a pull that did not matter because there is a local image.
func (r *run) image(ctx context.Context, c *container) (image Image, reason string, err error) {
	ref, policy := c.Config.Image, c.Pull.Policy
	local, localErr := r.Engine.Image(ctx, ref, c.Pull.Platform)
	switch {
	case policy == plan.PullNever || policy == plan.PullMissing && localErr == nil:
		return local, "", r.pullError(localErr)
	case isLocalOnly(ref):
		return local, "", r.pullError(localErr)
	}
	pulled := r.pullFrom(ctx, c)
	if pulled == nil {
		image, err = r.Engine.Image(ctx, ref, c.Pull.Platform)
		return image, "", r.pullError(err)
	}
	if policy == plan.PullAlways || localErr != nil {
		return Image{}, "", r.pullError(pulled)
	}
	return local, "CannotPullContainerError: " + r.pullError(pulled).Error(), nil
}

// isLocalOnly says whether no registry can have the image: our own name for the images that we make.
func isLocalOnly(ref string) bool { return strings.HasPrefix(ref, "ecslocal.local/") }

func (r *run) pullFrom(ctx context.Context, c *container) error {
	r.send(func() {
		r.emit(event.Event{Kind: event.ImagePulling, Container: c.Name, Message: c.Config.Image})
	})
	return r.Engine.Pull(ctx, c.Config.Image, c.Pull, func(p event.Progress) {
		r.send(func() { r.emit(event.Event{Kind: event.ImageProgress, Container: c.Name, Progress: &p}) })
	})
}

// send hands a message to the run's goroutine from a step that is under way, which keeps the loop alive.
func (r *run) send(message func()) { r.inbox <- message }

// pullError puts the agent's advice in front of what the registry said (agent/api/errormessages).
func (r *run) pullError(err error) error {
	if err == nil {
		return nil
	}
	text := r.hide(err.Error())
	for _, known := range []struct{ advice, marks string }{
		{"The task can’t pull the image. Check whether the image exists. ", "pull access denied|repository does not exist|manifest unknown|not found|no such image"},
		{"The task can’t pull the image. Check that the role has the permissions to pull images from the registry. ", "no basic auth credentials|not authorized|AccessDenied"},
		{"The task can’t pull the image. Check your network configuration. ", "Client.Timeout|i/o timeout|no such host|connection refused|request canceled|network is unreachable"},
	} {
		for mark := range strings.SplitSeq(known.marks, "|") {
			if strings.Contains(strings.ToLower(text), strings.ToLower(mark)) { // engines differ in capitals
				return errors.New(known.advice + text)
			}
		}
	}
	return errors.New(text)
}

// create makes the container.
func (r *run) create(c *container) {
	settled := r.settle(c)
	r.do(createLimit, func(ctx context.Context) func() {
		id, warnings, err := r.Engine.CreateContainer(ctx, settled)
		return func() {
			c.busy = false
			if err != nil {
				r.startFailed(c, "CannotCreateContainerError: "+daemonText(err), err)
				return
			}
			c.id, c.status = id, statusCreated
			for _, w := range warnings {
				r.warn(c.Name, "%s", w)
			}
			c.runtime = event.Runtime{DockerID: id, ImageID: c.image.ID, ImageDigest: c.image.Digest, CreatedAt: time.Now()}
			r.emit(event.Event{Kind: event.ContainerCreated, Container: c.Name, Runtime: copied(c.runtime)})
		}
	})
}

// settle is the container in the form that its image and its neighbours' addresses give it.
func (r *run) settle(c *container) plan.Container {
	return c.Container.Settle(c.image.Image, func(name string) string {
		if other := r.byName[name]; other != nil {
			return other.runtime.Address
		}
		return ""
	})
}

// start attaches first, so that no output is lost, and starts the container.
func (r *run) start(c *container) {
	without := r.settle(c)
	r.do(startLimit, func(ctx context.Context) func() {
		started, err := r.startOnce(ctx, c)
		if err != nil && c.Optional.Ulimits && isRlimit(err) {
			started, err = r.startWithoutUlimits(ctx, without)
		}
		return func() {
			c.busy = false
			if err != nil {
				r.startFailed(c, "CannotStartContainerError: "+daemonText(err), err)
				return
			}
			r.started(c, started)
		}
	})
}

// starting is what a start brought.
type starting struct {
	state  State
	output <-chan struct{}
	cancel context.CancelFunc
	id     string
	note   string
}

// runtimeAfter is what is known of the container now; before is what was known until then.
func (s starting) runtimeAfter(before event.Runtime) event.Runtime {
	now := s.state.Runtime
	if now.DockerID == "" {
		return before
	}
	now.ImageDigest = before.ImageDigest
	return now
}

func (r *run) startOnce(ctx context.Context, c *container) (starting, error) {
	s := starting{id: c.id}
	attached, cancel := context.WithCancel(r.ctx)
	s.cancel = cancel
	attachment, err := r.Engine.Attach(attached, c.id, c.Container)
	if err != nil {
		cancel()
		return s, fmt.Errorf("attach: %w", err)
	}
	s.output = r.consume(attached, c, attachment)
	if err := r.Engine.StartContainer(ctx, c.id); err != nil {
		cancel()
		attachment.Close()
		return s, err
	}
	// It has started, whatever the engine says next: a state that cannot be had is asked for again (started).
	s.state, _ = r.Engine.Inspect(ctx, c.id)
	return s, nil
}

// startWithoutUlimits makes the container again without limits that only ECS would set and this engine may not.
func (r *run) startWithoutUlimits(ctx context.Context, without plan.Container) (starting, error) {
	without.HostConfig.Ulimits = nil
	without.DockerName += "-u"
	id, _, err := r.Engine.CreateContainer(ctx, without)
	if err != nil {
		return starting{}, err
	}
	again := &container{Container: without, id: id}
	s, err := r.startOnce(ctx, again)
	s.note = "this engine may not set Fargate's limit of 65535 open files; the container runs with the engine's own limit"
	return s, err
}

func isRlimit(err error) bool { return strings.Contains(err.Error(), "rlimit") }

// consume hands the attached streams to whoever reads them: the agent's server, or the collector of output.
func (r *run) consume(ctx context.Context, c *container, a Attachment) <-chan struct{} {
	ended := make(chan struct{})
	switch {
	case c.Type == plan.Agent:
		go func() {
			defer close(ended)
			defer a.Close()
			if r.ServeAgent == nil {
				return
			}
			ready := func() { r.fromOutside(func() { r.agentReady = true }) }
			if err := r.ServeAgent(ctx, a, ready); err != nil && ctx.Err() == nil {
				r.fromOutside(func() { r.warn("", "the task's endpoints at 169.254.170.2 have ended: %v", err) })
			}
		}()
	case r.Collect != nil && !c.Internal():
		return r.Collect(ctx, c.Container, c.id, a)
	default:
		a.Close()
		close(ended)
	}
	return ended
}

// fromOutside hands a message to the run's goroutine from one that the run does not wait for; it gives up when the run has ended.
func (r *run) fromOutside(message func()) {
	select {
	case r.inbox <- message:
	case <-r.ctx.Done():
	}
}

// started records a start.
func (r *run) started(c *container, s starting) {
	c.status, c.output, c.closeOutput, c.id = statusRunning, s.output, s.cancel, s.id
	c.runtime = s.runtimeAfter(c.runtime)
	c.lastStart = time.Now()
	c.startedAt = c.lastStart
	if c.Type == plan.Agent && r.ServeAgent == nil {
		r.agentReady = true
	}
	if s.note != "" {
		r.warn(c.Name, "%s", s.note)
	}
	c.track()
	r.emit(event.Event{Kind: event.ContainerStarted, Container: c.Name, Runtime: copied(c.runtime)})
	r.foretell(c)
	if !s.state.Running || c.missed { // its end may have been reported before its start was recorded
		c.missed = false
		r.look(c)
	}
}

// startFailed ends a container that did not start. It has no exit code, although Docker shows one (agent: docker_client.go).
func (r *run) startFailed(c *container, reason string, err error) {
	c.failed, c.reached = true, max(c.status, statusPulled) // without an image the agent fails at the create
	c.reason = r.hide(reason)
	if c.Essential || c.fatal {
		cause := fmt.Errorf("container %q: %s", c.Name, c.reason)
		if errors.Is(err, ErrPortTaken) {
			cause = fmt.Errorf("%w: %w", ErrPortTaken, cause)
		}
		r.fail(cause)
	}
	r.stopped(c)
}

// daemonText is an engine's error as the agent quotes it.
func daemonText(err error) string {
	text := err.Error()
	if strings.HasPrefix(text, "Error response from daemon: ") || strings.HasPrefix(text, "attach: ") {
		return text
	}
	return "Error response from daemon: " + text
}

func copied(r event.Runtime) *event.Runtime { return &r }
