package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/ecslocal/ecslocal/cmd/ecslocal/internal/screen"
	"github.com/ecslocal/ecslocal/emulator"
	"github.com/ecslocal/ecslocal/emulator/event"
	"golang.org/x/term"
)

// textRenderer writes container output to one stream and what happens to the task to the other. Where both are a terminal, a table of
// the containers stays below them.
type textRenderer struct {
	out, err           io.Writer
	outColor, errColor bool
	start              time.Time
	width              int // of the container names' column
	styles             map[string]screen.Style
	task               event.Folder

	terminal *os.File // that shows a table, nil where there is none
	table    screen.Table
	outToo   bool // container output goes to the terminal as well
	gathered outputBuffer
	mu       sync.Mutex
	screen   *screen.Screen // nil before and after; mu's
}

func newTextRenderer(c *command) *textRenderer {
	r := &textRenderer{out: c.stdout, err: c.stderr, outColor: hasColor(c.stdout), errColor: hasColor(c.stderr), styles: map[string]screen.Style{},
		gathered: outputBuffer{to: c.stdout}}
	if isTerminal(c.stderr) && inForeground(c.stderr.(*os.File)) {
		r.terminal, r.outToo = c.stderr.(*os.File), isTerminal(c.stdout)
		r.table.Plain = !isUTF8()
	}
	return r
}

// isUTF8 says whether the locale's characters are Unicode (locale(7): the first of these that is set counts).
func isUTF8() bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if value := strings.ToUpper(os.Getenv(name)); value != "" {
			return strings.Contains(value, "UTF-8") || strings.Contains(value, "UTF8")
		}
	}
	return runtime.GOOS != "linux"
}

// longestName is how many columns the names of containers get at most.
const longestName = 32

func (r *textRenderer) event(e event.Event) {
	if e.Kind == event.Output && !r.outToo && !r.outColor && simple(e) {
		r.gathered.add(e.Container, r.width, e.Message)
		return
	}
	r.task.Add(e)
	if e.Kind == event.TaskCreated {
		r.begin(e)
	}
	if e.Kind == event.Output {
		r.write(e, r.out, r.outToo, r.output(e)...)
		return
	}
	task := r.task.Task()
	if c := task.Container(e.Container); c != nil && c.Internal && e.Kind != event.Warning {
		r.write(e, r.err, true)
		return
	}
	var lines []string
	if text := describeEvent(e, &task); text != "" {
		lines = append(lines, r.stamped(e.Time, r.highlight(e, text)))
	}
	r.write(e, r.err, true, lines...)
}

// begin learns the task's containers, and opens the screen.
func (r *textRenderer) begin(e event.Event) {
	r.start = e.Time
	for i, c := range e.Task.Visible().Containers {
		r.width = min(longestName, max(r.width, len(c.Name)))
		r.styles[c.Name] = screen.Of(i)
	}
	if r.terminal != nil {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.screen = r.open()
	}
}

// open begins to show the table.
func (r *textRenderer) open() *screen.Screen {
	resized, resumed := make(chan os.Signal, 1), make(chan os.Signal, 1)
	notify(resized, resizeSignals)
	notify(resumed, resumeSignals)
	return screen.Start(screen.Terminal{Out: r.terminal, Color: r.errColor, Resized: resized, Resumed: resumed, Size: func() (int, int) {
		width, height, err := term.GetSize(int(r.terminal.Fd()))
		if err != nil || width == 0 || height == 0 {
			return 80, 24 // some serial lines and runners do not know theirs
		}
		return width, height
	}}, &r.table)
}

// notify asks for signals; of none, that is none, not all.
func notify(c chan<- os.Signal, signals []os.Signal) {
	if len(signals) > 0 {
		signal.Notify(c, signals...)
	}
}

// write shows lines, and what an event changes in the table.
func (r *textRenderer) write(e event.Event, to io.Writer, onTerminal bool, lines ...string) {
	r.gathered.flush()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.screen != nil {
		if onTerminal && r.screen.Add(e, lines...) {
			return
		}
		if !onTerminal {
			r.screen.Add(e)
		}
	}
	for _, line := range lines {
		fmt.Fprintln(to, line)
	}
}

// output is a line of a container, behind its name. What it wrote over itself, as progress bars do, is several lines.
func (r *textRenderer) output(e event.Event) []string {
	name := fmt.Sprintf("%-*s", r.width, e.Container)
	var lines []string
	for part := range strings.SplitSeq(strings.TrimRight(e.Message, "\r"), "\r") {
		if part != "" || e.Message == "" {
			lines = append(lines, r.styles[e.Container].Render(name, r.outColor)+"  "+screen.Sanitize(part, r.outColor))
		}
	}
	return lines
}

// highlight colours an event's words: the container's name as its output's, and what is bad.
func (r *textRenderer) highlight(e event.Event, text string) string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = printable(lines[i])
	}
	text = strings.Join(lines, "\n")
	rest, named := strings.CutPrefix(text, e.Container+" ")
	style := screen.Plain
	switch {
	case e.Kind == event.Warning:
		style = screen.Wait
	case e.Health == event.Healthy:
		style = screen.Good
	case e.Health == event.Unhealthy, e.Kind == event.ContainerProbe, e.ExitCode != nil && *e.ExitCode != 0:
		style = screen.Bad
	}
	if !named || e.Container == "" {
		return style.Render(text, r.errColor)
	}
	return r.styles[e.Container].Render(e.Container, r.errColor) + " " + style.Render(rest, r.errColor)
}

func (r *textRenderer) stamped(at time.Time, text string) string {
	if r.start.IsZero() { // a warning before the task's first event
		r.start = at
	}
	return screen.Dim.Render(fmt.Sprintf("%7.2fs", at.Sub(r.start).Seconds()), r.errColor) + " " + text
}

// line writes a line that is no event's.
func (r *textRenderer) line(text string) {
	r.write(event.Event{}, r.err, true, r.stamped(time.Now(), text))
}

func (r *textRenderer) reached(task *emulator.Task) {
	described := task.Describe()
	r.line("reached: task " + described.LastStatus + ", health " + described.HealthStatus)
}

func (r *textRenderer) say(lines ...string) {
	if len(lines) > 0 {
		r.write(event.Event{}, r.err, true, append([]string{r.stamped(time.Now(), lines[0])}, lines[1:]...)...)
	}
}

func (r *textRenderer) close() {
	r.gathered.flush()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.screen != nil {
		r.screen.Close()
		r.screen = nil
	}
}

func (r *textRenderer) finish(task *emulator.Task) {
	r.close()
	for _, n := range task.Plan.Notes {
		r.line(fmt.Sprintf("note: %s %s is %s here: %s", n.Field, n.Path, n.Treatment, n.Difference))
	}
	ctx, cancel := context.WithTimeout(context.Background(), explainLimit)
	defer cancel()
	for name, found := range task.ExplainHealth(ctx) {
		r.line(name + " was never HEALTHY")
		writeExplanation(r.err, found)
	}
	r.line(summary(task.Describe()))
}

// explainLimit bounds the look into images for an explanation.
const explainLimit = 10 * time.Second
