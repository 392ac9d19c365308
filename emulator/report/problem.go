package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/emulator/shutdown"
	"github.com/ecslocal/ecslocal/healthcheck"
)

// Problem is one thing that went wrong in a run, at the line of the definition that it has to do with.
type Problem struct {
	Container string // empty for the task
	// Kind says what it is about: health, exit, memory, image, start, dependency, stop, task, definition or warning.
	Kind     string
	Severity diag.Severity
	Title    string // on one line
	Details  []string
	diag.Position
}

// The kinds of problems.
const (
	KindHealth     = "health"
	KindExit       = "exit"
	KindMemory     = "memory"
	KindImage      = "image"
	KindStart      = "start"
	KindDependency = "dependency"
	KindStop       = "stop"
	KindTask       = "task"
	KindDefinition = "definition"
	KindWarning    = "warning"
)

// Problems are what went wrong, in the order in which it did. An error is what failed the run: one that ended with exit code 0 has only
// warnings, and one that did not has an error.
func (r *Run) Problems() []Problem {
	f := &finder{run: r, unwell: map[string]int{}, asked: map[string]bool{}}
	for i := range r.Events {
		f.see(&r.Events[i])
	}
	f.neverHealthy()
	f.task()
	if o := r.Outcome; o != nil && o.ExitCode == 0 {
		for i := range f.found {
			f.found[i].Severity = diag.Warning
		}
	}
	return f.found
}

// Failed says whether the run failed.
func (r *Run) Failed() bool {
	return slices.ContainsFunc(r.Problems(), func(p Problem) bool { return p.Severity == diag.Error })
}

// finder goes through the events of a run once.
type finder struct {
	run      *Run
	found    []Problem
	unwell   map[string]int  // where in found a container's failing health check is, counted from 1
	asked    map[string]bool // to stop
	stopping *event.Event
}

func (f *finder) see(e *event.Event) {
	switch e.Kind {
	case event.TaskStopping:
		f.stopping = e
	case event.ContainerStopping:
		f.asked[e.Container] = true
	case event.ContainerHealth:
		f.health(e)
	case event.ContainerStopped:
		f.stopped(e)
	case event.Warning:
		f.warning(e)
	case event.TaskWaiting:
		if e.Stuck {
			f.add(e.Container, KindDependency, diag.Error, "would wait for ever on ECS", []string{e.Message}, "dependsOn")
		}
	}
}

// add notes a problem of a container, at the first of the members that its definition has.
func (f *finder) add(name, kind string, severity diag.Severity, title string, details []string, members ...string) {
	p := Problem{Container: name, Kind: kind, Severity: severity, Title: title, Details: details}
	if c := f.run.Container(name); c != nil {
		p.Position = c.place(members...)
		p.Title = fmt.Sprintf("container %q %s", name, title)
	} else if name != "" { // ours: the task's network, its agent
		p.Title = name + " " + title
	}
	f.found = append(f.found, p)
}

// grave is an error for an essential container, and a warning for another: the task goes on without it.
func (f *finder) grave(name string) diag.Severity {
	if c := f.run.Container(name); c != nil && !c.Essential {
		return diag.Warning
	}
	return diag.Error
}

// health notes a failing check; one that passes again was only unwell for a while.
func (f *finder) health(e *event.Event) {
	switch i := f.unwell[e.Container]; {
	case e.Health == event.Unhealthy && i == 0:
		f.add(e.Container, KindHealth, f.grave(e.Container), "failed its health check", f.whyUnhealthy(e.Container, e.Probe), "healthCheck/command", "healthCheck")
		f.unwell[e.Container] = len(f.found)
	case e.Health == event.Healthy && i > 0:
		p := &f.found[i-1]
		p.Severity, p.Title = diag.Warning, p.Title+" and became HEALTHY again"
		f.unwell[e.Container] = 0
	}
}

func (f *finder) whyUnhealthy(name string, probe *event.Probe) []string {
	var details []string
	if probe != nil {
		details = append(details, probeText(probe))
	}
	for _, x := range f.run.Explanations[name] {
		if x.Severity == diag.Error && !x.Also {
			details = append(details, fmt.Sprintf("why: %s (%s) %s", x.Rule, x.Certainty, x.Message))
			if x.Fix != "" {
				details = append(details, "fix: "+x.Fix)
			}
		}
	}
	return details
}

// probeText is a failed probe on one line. The engine's -1 is no exit code.
func probeText(p *event.Probe) string {
	text := fmt.Sprintf("the probe ended with exit code %d after %s", p.ExitCode, Duration(p.Duration))
	if p.ExitCode < 0 {
		text = "the probe failed after " + Duration(p.Duration)
	}
	if output := strings.Join(strings.Fields(Plain(healthcheck.Text(p.Output))), " "); output != "" {
		text += ": " + cut(output, 500)
	}
	return text
}

// stopped notes how a container ended, where it did not end well.
func (f *finder) stopped(e *event.Event) {
	name, reason := e.Container, e.Reason
	c := f.run.Container(name)
	switch {
	case e.OOM:
		f.add(name, KindMemory, f.grave(name), "was killed for its memory limit", []string{reason}, "memory", "memoryReservation")
	case strings.HasPrefix(reason, "CannotPull"):
		if e.ExitCode == nil { // else the local image was used
			f.add(name, KindImage, f.grave(name), "has no image", []string{reason}, "image")
		}
	case strings.Contains(reason, "dependency graph:"):
		f.add(name, KindDependency, f.grave(name), "was never started, for what it depends on", []string{reason}, "dependsOn")
	case reason != "" && e.ExitCode == nil:
		f.add(name, KindStart, f.grave(name), "could not be run", []string{reason}, startMember(reason), "entryPoint", "command", "image")
	case e.Killed && f.killedOnRequest(name): // nothing is wrong with it
	case e.Killed:
		f.add(name, KindStop, diag.Warning, fmt.Sprintf("did not end within its stopTimeout of %d s and was killed", stopTimeout(c)), f.whyKilled(name), "stopTimeout", "command", "entryPoint")
	case e.ExitCode != nil && *e.ExitCode != 0 && !f.asked[name]:
		f.add(name, KindExit, f.grave(name), fmt.Sprintf("ended with exit code %d", *e.ExitCode), exitDetails(*e.ExitCode), "command", "entryPoint", "image")
	}
}

// killedOnRequest says whether somebody did not want to wait for a container's stopTimeout, such as a test that has failed.
func (f *finder) killedOnRequest(name string) bool {
	return slices.ContainsFunc(f.run.Shutdown(), func(c shutdown.Container) bool {
		return c.Name == name && c.Outcome == shutdown.Killed && c.Took < float64(c.StopTimeout)
	})
}

func (f *finder) whyKilled(name string) []string {
	var details []string
	for _, c := range f.run.Shutdown() {
		for _, cause := range c.Causes {
			if c.Name != name {
				continue
			}
			details = append(details, "why: "+cause.Message)
			if cause.Fix != "" {
				details = append(details, "fix: "+cause.Fix)
			}
		}
	}
	return details
}

// warning notes what the run warned of, in its words.
func (f *finder) warning(e *event.Event) {
	title, rest, _ := strings.Cut(strings.TrimSpace(e.Message), "\n")
	p := Problem{Container: e.Container, Kind: KindWarning, Severity: diag.Warning, Title: title}
	if rest = strings.TrimSpace(rest); rest != "" {
		p.Details = []string{rest}
	}
	if c := f.run.Container(e.Container); c != nil {
		p.Title, p.Position = fmt.Sprintf("container %q: %s", e.Container, title), c.place()
	}
	f.found = append(f.found, p)
}

func stopTimeout(c *Container) int {
	if c == nil {
		return 0
	}
	return c.StopTimeout
}

// startMember is the member that an engine's refusal speaks of.
func startMember(reason string) string {
	switch {
	case strings.Contains(reason, "port"):
		return "portMappings"
	case strings.Contains(reason, "mount") || strings.Contains(reason, "volume"):
		return "mountPoints"
	case strings.Contains(reason, "user "):
		return "user"
	}
	return "entryPoint"
}

// exitDetails say what is commonly meant by an exit code (bash(1), "EXIT STATUS"; signal(7)).
func exitDetails(code int) []string {
	switch {
	case code == 126:
		return []string{"126: the command was found and could not be executed"}
	case code == 127:
		return []string{"127: a command was not found"}
	case code > 128 && code <= 128+64:
		return []string{fmt.Sprintf("%d: ended by signal %d", code, code-128)}
	}
	return nil
}

// neverHealthy notes the containers whose check had not passed when a run that failed ended.
func (f *finder) neverHealthy() {
	if o := f.run.Outcome; o == nil || o.ExitCode == 0 {
		return
	}
	last := map[string]*event.Probe{}
	for i := range f.run.Events {
		if e := &f.run.Events[i]; e.Kind == event.ContainerProbe && e.Probe.ExitCode != 0 {
			last[e.Container] = e.Probe
		}
	}
	for _, c := range f.run.Containers {
		seen := f.run.Task.Container(c.Name)
		if seen != nil && seen.HealthStatus == event.Unknown && last[c.Name] != nil {
			f.add(c.Name, KindHealth, f.grave(c.Name), "never became HEALTHY", f.whyUnhealthy(c.Name, last[c.Name]), "healthCheck/command", "healthCheck")
		}
	}
}

// task notes what went wrong with the task as a whole, where no container explains it.
func (f *finder) task() {
	r := f.run
	failed := slices.ContainsFunc(f.found, func(p Problem) bool { return p.Severity == diag.Error })
	o := cmp.Or(r.Outcome, &Outcome{})
	switch {
	case len(r.Events) == 0 && len(diag.Errors(r.Findings)) > 0:
		f.refused()
	case r.Abandoned:
		f.add("", KindTask, diag.Error, r.Task.StoppedReason, nil)
	case failed:
		return
	case f.stopping != nil && f.stopping.StopCode == "TaskFailedToStart":
		f.add("", KindTask, diag.Error, "the task failed to start", []string{f.stopping.Reason})
		f.found[len(f.found)-1].Position = r.blame(f.stopping.Reason)
	case o.ExitCode != 0:
		f.add("", KindTask, diag.Error, cmp.Or(firstLine(o.Error), fmt.Sprintf("the run ended with exit code %d", o.ExitCode)), nil)
	}
}

// refused notes what keeps a definition from being run at all.
func (f *finder) refused() {
	for _, finding := range diag.Errors(f.run.Findings) {
		p := Problem{Kind: KindDefinition, Severity: diag.Error, Title: finding.Message + " [" + finding.Rule + "]", Position: finding.Position}
		if finding.AWS != "" {
			p.Details = append(p.Details, "AWS says: "+finding.AWS)
		}
		if finding.Fix != "" {
			p.Details = append(p.Details, "fix: "+finding.Fix)
		}
		f.found = append(f.found, p)
	}
}

// blame is the place that a reason of the task's speaks of: secrets that are missing, or else the first container.
func (r *Run) blame(reason string) diag.Position {
	if strings.Contains(reason, "secret") || strings.Contains(reason, "parameter") {
		for i := range r.Containers {
			if pos, ok := r.Containers[i].Places["secrets"]; ok {
				return pos
			}
		}
	}
	if len(r.Containers) == 0 {
		return diag.Position{}
	}
	return r.Containers[0].place()
}
