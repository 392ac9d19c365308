package expect

import (
	"context"
	"fmt"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/logs/filter"
)

// Log expects log events that match a filter pattern.
type Log struct {
	// Container is whose log it is; empty stands for all containers.
	Container string `json:"container"`
	// Pattern is a filter pattern of CloudWatch Logs.
	Pattern Pattern `json:"pattern"`
	// Count is how many events have to match at least, 0 for one.
	Count int `json:"count"`
	// Absent expects that none matches.
	Absent bool `json:"absent"`
}

// Pattern is a parsed filter pattern with its text.
type Pattern struct {
	Text   string
	parsed *filter.Pattern
}

// UnmarshalText reads a filter pattern.
func (p *Pattern) UnmarshalText(text []byte) (err error) {
	p.Text = string(text)
	if p.parsed, err = filter.Parse(p.Text); err != nil {
		return fmt.Errorf("read filter pattern: %w", err)
	}
	return nil
}

func (p Pattern) match(message string) bool {
	return p.parsed == nil || p.parsed.Match([]byte(message))
}

func (l Log) String() string {
	if l.Absent {
		return fmt.Sprintf("no %s in %s", l.Pattern.Text, l.where())
	}
	return fmt.Sprintf("%s in %s", l.Pattern.Text, l.where())
}

func (l Log) where() string {
	if l.Container == "" {
		return "the logs"
	}
	return "the log of " + l.Container
}

// Lasts says that time can only undo it.
func (l Log) Lasts() bool { return l.Absent }

// Look reads what was written so far.
func (l Log) Look(_ context.Context, task Subject) error {
	// The task is asked first: what it has written by its end is then read whole.
	described := task.Describe()
	read, matched := 0, 0
	names, err := writers(described, l.Container)
	if err != nil {
		return err
	}
	for _, name := range names {
		for message, err := range task.Messages(name) {
			if err != nil {
				return fmt.Errorf("read the log of %s: %w", name, err)
			}
			read++
			if !l.Pattern.match(message) {
				continue
			}
			if matched++; l.Absent {
				return never{fmt.Errorf("%s wrote %s, which matches %s", name, quote(message), l.Pattern.Text)}
			}
		}
	}
	if l.Absent || matched >= max(1, l.Count) {
		return nil
	}
	err = fmt.Errorf("%d of %d events of %s match %s, not %d", matched, read, l.where(), l.Pattern.Text, max(1, l.Count))
	if described.LastStatus == event.Stopped { // until then containers may write what they do at their end
		return fmt.Errorf("%w; %w", err, over(described))
	}
	return err
}

// RoutedPrefix stands before the name of a container whose records a log router forwards, where its own output is under the name alone.
const RoutedPrefix = "firelens:"

// writers are the names under which output is kept: that of one container, or those of all.
func writers(task event.Task, container string) ([]string, error) {
	if container != "" {
		_, err := find(task, strings.TrimPrefix(container, RoutedPrefix))
		return []string{container}, err
	}
	var names []string
	for _, c := range task.Visible().Containers {
		names = append(names, c.Name)
	}
	return names, nil
}

// Line expects a log event that is like a text.
type Line struct {
	Container string
	Text      Text
}

func (l Line) String() string {
	return fmt.Sprintf("a line with %q of %s", l.Text.Contains, l.Container)
}

// Look reads what was written so far.
func (l Line) Look(_ context.Context, task Subject) error {
	described := task.Describe() // before the log, which is then read whole where the task has ended
	if _, err := writers(described, l.Container); err != nil {
		return err
	}
	read := 0
	for message, err := range task.Messages(l.Container) {
		if err != nil {
			return fmt.Errorf("read the log of %s: %w", l.Container, err)
		}
		if l.Text.check("", message) == nil {
			return nil
		}
		read++
	}
	err := fmt.Errorf("none of %d lines of %s is like that", read, l.Container)
	if described.LastStatus == event.Stopped {
		return fmt.Errorf("%w; %w", err, over(described))
	}
	return err
}

// NoSecretsInLogs expects that no container has written a secret that it was given.
type NoSecretsInLogs bool

func (NoSecretsInLogs) String() string { return "no secret in the logs" }

// Look asks which containers have written one.
func (n NoSecretsInLogs) Look(_ context.Context, task Subject) error {
	if shown := task.SecretsShown(); bool(n) && len(shown) > 0 {
		return never{fmt.Errorf("a secret is in the output of %s, and would be readable in CloudWatch Logs", strings.Join(shown, ", "))}
	}
	return nil
}
