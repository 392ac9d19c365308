package screen

import (
	"fmt"
	"strings"
	"time"

	"github.com/ecslocal/ecslocal/emulator/event"
)

// Table is the state of a run as far as the table shows it. The zero value has seen nothing.
type Table struct {
	folder event.Folder
	rows   map[string]*row
	// Keys says that the keyboard is read, so that q is worth telling.
	Keys bool
	// Plain makes do with ASCII.
	Plain bool
}

// row is what the fold does not keep of a container.
type row struct {
	ribbon []mark
	pull   *event.Progress // nil while nothing is pulled
	image  string
	wait   string
}

// mark is one probe.
type mark int

const (
	passed  mark = iota
	excused      // it failed, within startPeriod
	failed
)

// ribbonLength is how many probes are remembered.
const ribbonLength = 20

// Add takes the next event.
func (t *Table) Add(e event.Event) {
	t.folder.Add(e)
	if e.Container == "" {
		return
	}
	if t.rows == nil {
		t.rows = map[string]*row{}
	}
	r := t.rows[e.Container]
	if r == nil {
		r = &row{}
		t.rows[e.Container] = r
	}
	r.add(e)
}

func (r *row) add(e event.Event) {
	switch e.Kind {
	case event.TaskWaiting:
		r.wait = clean(e.Message)
	case event.ImagePulling:
		r.pull, r.image, r.wait = &event.Progress{}, clean(e.Message), ""
	case event.ImageProgress:
		r.pull = e.Progress
	case event.ImagePulled, event.ImageLocal, event.ContainerStopped:
		r.pull = nil
	case event.ContainerCreated, event.ContainerStarted:
		r.pull, r.wait = nil, ""
	case event.ContainerRestarted:
		r.ribbon = nil
	case event.ContainerProbe, event.ContainerHealth:
		r.probe(e)
	}
}

// probe adds a mark to the ribbon. Where health comes with the probe that brought it, the probe has been seen already.
func (r *row) probe(e event.Event) {
	if e.Kind != event.ContainerProbe || e.Probe == nil {
		return
	}
	m := failed
	switch {
	case e.Probe.ExitCode == 0:
		m = passed
	case e.Probe.Status == "starting":
		m = excused
	}
	r.ribbon = append(r.ribbon, m)
	r.ribbon = r.ribbon[max(0, len(r.ribbon)-ribbonLength):]
}

// notes are what is to be said of a container besides its state.
func (t *Table) notes(task *event.Task, c *event.Container) string {
	r := t.rows[c.Name]
	var notes []string
	if r != nil && r.pull != nil {
		notes = append(notes, t.pulling(r))
	}
	if r != nil && r.wait != "" && c.LastStatus == event.Pending {
		notes = append(notes, r.wait)
	}
	if c.RestartCount > 0 {
		notes = append(notes, fmt.Sprintf("restarts: %d", c.RestartCount))
	}
	switch {
	case c.LastStatus == event.Stopped && c.OOM:
		notes = append(notes, "out of memory")
	case c.LastStatus == event.Stopped && c.Killed:
		notes = append(notes, "killed after its stopTimeout")
	case c.LastStatus == event.Stopped && c.ExitCode == nil:
		line, _, _ := strings.Cut(c.Reason, "\n")
		notes = append(notes, clean(line))
	case c.LastStatus == event.Running:
		for _, p := range task.Published(c.Name) {
			notes = append(notes, fmt.Sprintf("%s:%d%s%d/%s", p.HostIP, p.HostPort, t.glyphs().arrow, p.ContainerPort, p.Protocol))
		}
	}
	return strings.Join(notes, " ")
}

// pulling is how far a pull is. The sum of the layers is only known once all of them are on the way, so a bar would run backwards.
func (t *Table) pulling(r *row) string {
	text := "pulling " + r.image
	switch p := r.pull; {
	case p.Total > 0:
		text = fmt.Sprintf("pulling %3d%% of %s MB  %s", 100*min(p.Current, p.Total)/p.Total, megabytes(p.Total), r.image)
	case p.Current > 0:
		text = fmt.Sprintf("pulling %s MB  %s", megabytes(p.Current), r.image)
	}
	return text
}

func megabytes(bytes int64) string { return fmt.Sprintf("%.1f", float64(bytes)/1e6) }

// elapsed is the age of a run, in whole seconds.
func elapsed(d time.Duration) string { return max(0, d).Truncate(time.Second).String() }
