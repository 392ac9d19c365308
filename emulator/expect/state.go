package expect

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/event"
)

// over says that a task has ended or is about to, and why; nil while it is to run.
func over(task event.Task) error {
	if task.LastStatus != event.Stopped && task.DesiredStatus != event.Stopped {
		return nil
	}
	text := "the task has stopped: "
	if task.LastStatus != event.Stopped {
		text = "the task is being stopped: "
	}
	text += task.StoppedReason
	for _, c := range task.Containers {
		switch {
		case c.Internal:
		case c.ExitCode != nil:
			text += fmt.Sprintf("; %s ended with exit code %d", c.Name, *c.ExitCode)
		case c.Reason != "":
			text += fmt.Sprintf("; %s: %s", c.Name, c.Reason)
		}
	}
	return never{errors.New(text)}
}

// worse is the error, made final where the task has ended meanwhile: what does not answer then never will.
func worse(task Subject, err error) error {
	if ended := over(task.Describe()); ended != nil {
		return fmt.Errorf("%w; %w", err, ended)
	}
	return err
}

// find is a container of the task.
func find(task event.Task, name string) (*event.Container, error) {
	if c := task.Container(name); c != nil && !c.Internal {
		return c, nil
	}
	if task.LastStatus == "" {
		return nil, errors.New("the task is about to be created")
	}
	var names []string
	for _, c := range task.Visible().Containers {
		names = append(names, c.Name)
	}
	return nil, never{fmt.Errorf("the task has no container %q; it has %s", name, strings.Join(names, ", "))}
}

// Running expects that every container has started or finished.
type Running struct{}

func (Running) String() string { return "the task is RUNNING" }

// Look asks for the task's status.
func (Running) Look(_ context.Context, task Subject) error {
	described := task.Describe()
	if err := over(described); err != nil {
		return err
	}
	if described.LastStatus != event.Running {
		return fmt.Errorf("the task is %s", described.LastStatus)
	}
	return nil
}

// Begun expects that containers have started, or never will; none stands for all. The time that an application has for an answer is counted
// from then, so that a slow pull of its image does not use it up.
type Begun struct{ Containers []string }

func (Begun) String() string { return "the containers have started" }

// Look asks for the containers' statuses.
func (b Begun) Look(_ context.Context, task Subject) error {
	described := task.Describe()
	if over(described) != nil {
		return nil
	}
	for _, c := range described.Containers {
		if wanted := slices.Contains(b.Containers, c.Name) || len(b.Containers) == 0 && !c.Internal; wanted && c.LastStatus == event.Pending {
			return fmt.Errorf("container %q is PENDING", c.Name)
		}
	}
	if described.LastStatus == "" {
		return errors.New("the task is about to be created")
	}
	return nil
}

// Healthy expects that the task is RUNNING and health checks pass.
type Healthy struct {
	// Containers are those that have to be HEALTHY; none stands for the essential ones that have a health check.
	Containers []string `json:"containers"`
}

func (h Healthy) String() string {
	if len(h.Containers) > 0 {
		return "HEALTHY: " + strings.Join(h.Containers, ", ")
	}
	return "the task is HEALTHY"
}

// Look asks for the health of the containers. One that is UNHEALTHY is not waited for: ECS would replace the task.
func (h Healthy) Look(ctx context.Context, task Subject) error {
	if err := (Running{}).Look(ctx, task); err != nil {
		return err
	}
	described := task.Describe()
	names := h.Containers
	if len(names) == 0 {
		for _, c := range described.Containers {
			if c.Essential && !c.Internal && c.HasHealthCheck {
				names = append(names, c.Name)
			}
		}
	}
	for _, name := range names {
		c, err := find(described, name)
		switch {
		case err != nil:
			return err
		case !c.HasHealthCheck:
			return never{fmt.Errorf("container %q has no health check", name)}
		case c.HealthStatus == event.Unhealthy:
			return never{fmt.Errorf("container %q is UNHEALTHY%s", name, lastProbe(c))}
		case c.HealthStatus != event.Healthy:
			return fmt.Errorf("container %q is not HEALTHY yet%s", name, lastProbe(c))
		}
	}
	return nil
}

func lastProbe(c *event.Container) string {
	if c.LastProbe == nil {
		return ""
	}
	return fmt.Sprintf("; its last check ended with %d: %s", c.LastProbe.ExitCode, quote(strings.TrimSpace(c.LastProbe.Output)))
}

// Unhealthy expects that a container's health check has failed as often as it takes.
type Unhealthy struct {
	Container string `json:"container"`
}

func (u Unhealthy) String() string { return u.Container + " is UNHEALTHY" }

// Look asks for the container's health.
func (u Unhealthy) Look(_ context.Context, task Subject) error {
	described := task.Describe()
	c, err := find(described, u.Container)
	switch {
	case err != nil:
		return err
	case c.HealthStatus == event.Unhealthy:
		return nil
	case !c.HasHealthCheck:
		return never{fmt.Errorf("container %q has no health check", u.Container)}
	}
	return worse(task, fmt.Errorf("container %q is %s", u.Container, c.HealthStatus))
}

// Stopped expects that the task has stopped.
type Stopped struct {
	// StopCode is that of DescribeTasks, such as EssentialContainerExited; empty takes any.
	StopCode string `json:"stopCode"`
	// StoppedReason is what that of DescribeTasks is to be like.
	StoppedReason Text `json:"stoppedReason"`
}

func (s Stopped) String() string { return strings.TrimSpace("the task has stopped " + s.StopCode) }

// Look asks for the task's status, and once it is STOPPED for the reason.
func (s Stopped) Look(_ context.Context, task Subject) error {
	described := task.Describe()
	if described.LastStatus != event.Stopped {
		return fmt.Errorf("the task is %s", described.LastStatus)
	}
	if s.StopCode != "" && described.StopCode != s.StopCode {
		return never{fmt.Errorf("stopCode is %s, not %s: %s", described.StopCode, s.StopCode, described.StoppedReason)}
	}
	if err := s.StoppedReason.check("stoppedReason", described.StoppedReason); err != nil {
		return never{err}
	}
	return nil
}

// Exit expects that a container has ended with an exit code.
type Exit struct {
	Container string `json:"container"`
	Code      int    `json:"code"`
}

func (e Exit) String() string { return fmt.Sprintf("%s ends with exit code %d", e.Container, e.Code) }

// Look asks for the container's end.
func (e Exit) Look(ctx context.Context, task Subject) error {
	if err := (Ended{e.Container}).Look(ctx, task); err != nil {
		return err
	}
	described := task.Describe()
	switch c := described.Container(e.Container); {
	case c.ExitCode == nil:
		return never{fmt.Errorf("container %q ended without an exit code: %s", e.Container, c.Reason)}
	case *c.ExitCode != e.Code:
		return never{fmt.Errorf("container %q ended with exit code %d, not %d", e.Container, *c.ExitCode, e.Code)}
	}
	return nil
}

// Ended expects that a container has ended, however that was.
type Ended struct{ Container string }

func (e Ended) String() string { return e.Container + " ends" }

// Look asks for the container's status.
func (e Ended) Look(_ context.Context, task Subject) error {
	c, err := find(task.Describe(), e.Container)
	if err == nil && c.LastStatus != event.Stopped {
		err = fmt.Errorf("container %q is %s", e.Container, c.LastStatus)
	}
	return err
}
