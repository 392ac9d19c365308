package emulator

import (
	"context"
	"strings"
	"time"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/event"
	"github.com/ecslocal/ecslocal/emulator/plan"
	"github.com/ecslocal/ecslocal/emulator/validate"
	"github.com/ecslocal/ecslocal/healthcheck"
)

// imageJudge looks into the images of a task, and warns of what cannot run in them. A look costs the engine as much as making a container,
// so it waits until nothing starts for a moment, or something has failed, which it then explains.
type imageJudge struct {
	task  *Task
	steps chan event.Event
	ended chan struct{} // closed to make an end, before which what has begun is finished
	done  chan struct{}
}

// quiet is how long nothing must have started.
const quiet = 400 * time.Millisecond

// judgeImages begins; end ends it.
func (t *Task) judgeImages(ctx context.Context) *imageJudge {
	j := &imageJudge{task: t, steps: make(chan event.Event, 8*len(t.Plan.Containers)), ended: make(chan struct{}), done: make(chan struct{})}
	go j.work(ctx)
	return j
}

func (j *imageJudge) end() {
	close(j.ended)
	<-j.done
}

// sink passes events on, and learns from them which images are at hand and how the start goes. It does not block.
func (j *imageJudge) sink(e event.Event) {
	j.task.live.publish(e)
	switch e.Kind {
	case event.ImagePulled, event.ImageLocal, event.ContainerCreated, event.ContainerStarted, event.ContainerStopped:
		select {
		case j.steps <- e:
		default: // so many steps come from restarts only
		}
	}
}

func (j *imageJudge) work(ctx context.Context) {
	defer close(j.done)
	var pending []string // images that are at hand and not judged
	judged := map[string]bool{}
	judge := func() {
		for _, ref := range pending {
			j.judge(ctx, ref)
		}
		pending = nil
	}
	step := func(e event.Event) {
		ref := j.task.Plan.Container(e.Container).Config.Image
		if (e.Kind == event.ImagePulled || e.Kind == event.ImageLocal) && !judged[ref] {
			pending, judged[ref] = append(pending, ref), true
		}
		if e.Kind == event.ContainerStopped && e.ExitCode == nil { // it did not start
			judge()
		}
	}
	for calm := time.NewTimer(quiet); ; {
		select {
		case e := <-j.steps:
			step(e)
			calm.Reset(quiet)
		case <-calm.C:
			judge()
		case <-j.ended:
			for len(j.steps) > 0 {
				step(<-j.steps)
			}
			return
		}
	}
}

// judge warns about all containers of one image. An image that cannot be looked into is not judged.
func (j *imageJudge) judge(ctx context.Context, ref string) {
	p := j.task.project
	users := map[string]*healthcheck.Image{}
	var checks []healthcheck.Definition
	for _, d := range p.HealthDefinitions() {
		if j.task.Plan.Container(d.Container).Config.Image == ref {
			users[d.Container], checks = nil, append(checks, d)
		}
	}
	if len(checks) == 0 {
		return
	}
	image, closing, err := p.imageAtHand(ctx, j.task.engine, checks[0], true)
	if err != nil || image == nil {
		return
	}
	var findings []diag.Finding
	for _, d := range checks {
		users[d.Container] = image
		findings = append(findings, p.placed(byImage(d, image))...)
	}
	def, _ := plan.Overridden(p.Definition, p.options.Overrides)
	findings = append(findings, validate.CheckImages(def, p.validateOptions(), users)...)
	if closing() != nil || ctx.Err() != nil {
		return
	}
	for _, f := range findings {
		j.tell(f)
	}
}

// byImage is what only the image tells of a health check, where the check cannot work.
func byImage(d healthcheck.Definition, image *healthcheck.Image) []healthcheck.Diagnosis {
	known := map[string]bool{}
	for _, f := range healthcheck.Findings(healthcheck.Lint(d, nil)) {
		known[f.Rule] = true
	}
	diagnoses := healthcheck.Lint(d, image)
	var new []healthcheck.Diagnosis
	for i, f := range healthcheck.Findings(diagnoses) {
		if f.Severity == diag.Error && !known[f.Rule] {
			new = append(new, diagnoses[i])
		}
	}
	return new
}

// tell warns of a finding that is worth it.
func (j *imageJudge) tell(f diag.Finding) {
	if f.Severity == diag.Info {
		return
	}
	container, message := "", f.Message
	if rest, ok := strings.CutPrefix(f.Message, "container "); ok {
		container, message, _ = strings.Cut(rest, ": ")
	}
	j.task.warn(container, "%s [%s]\nfix: %s", message, f.Rule, f.Fix)
}
