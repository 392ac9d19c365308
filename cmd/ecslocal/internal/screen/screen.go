package screen

import (
	"io"
	"os"
	"strings"
	"time"

	"github.com/ecslocal/ecslocal/emulator/event"
)

// Terminal is what a Screen writes to.
type Terminal struct {
	Out   io.Writer
	Size  func() (width, height int)
	Color bool
	// Resized tells that the size has changed, Resumed that other programs have used the terminal in between. Nil never tell.
	Resized, Resumed <-chan os.Signal
}

// Screen is the goroutine that owns a terminal. Others send it what has happened.
type Screen struct {
	inbox  chan message
	closed chan struct{}
	ended  chan struct{}
}

// message is an event with the lines that the log gets for it.
type message struct {
	event event.Event
	lines []string
}

const (
	// pause is how long changes are gathered before they are shown: a person sees no more than some thirty pictures a second.
	pause = 30 * time.Millisecond
	// enough lines are written at once even so.
	enough = 2000
)

// Start begins to show a table on a terminal, until Close.
func Start(terminal Terminal, table *Table) *Screen {
	s := &Screen{inbox: make(chan message), closed: make(chan struct{}), ended: make(chan struct{})}
	o := &owner{Terminal: terminal, table: table}
	go o.run(s)
	return s
}

// Add shows an event, and lines of the log that are free of cursor movements. It says whether the screen was still open.
func (s *Screen) Add(e event.Event, lines ...string) bool {
	select {
	case <-s.closed:
		return false
	default:
	}
	select {
	case s.inbox <- message{e, lines}:
		return true
	case <-s.ended:
		return false
	}
}

// Close shows what is still to be shown, takes the table away and gives the terminal back. Only one goroutine may call it, once.
func (s *Screen) Close() {
	close(s.closed)
	<-s.ended
}

// owner is the state of the goroutine.
type owner struct {
	Terminal
	table *Table
	shown picture
	log   []string
}

func (o *owner) run(s *Screen) {
	defer close(s.ended)
	seconds := time.NewTicker(time.Second)
	defer seconds.Stop()
	var soon <-chan time.Time
	for {
		select {
		case m := <-s.inbox:
			o.take(m)
			if soon == nil {
				soon = time.After(pause)
			}
			if len(o.log) < enough {
				continue
			}
		case <-soon:
		case <-seconds.C:
		case <-o.Resized:
		case <-o.Resumed:
			o.shown = picture{}
		case <-s.closed:
			o.end(s)
			return
		}
		soon = nil
		width, height := o.Size()
		o.paint(newPicture(o.table.Frame(width, height, time.Now()), o.Color), width)
	}
}

// end shows what is waiting, and no table any more.
func (o *owner) end(s *Screen) {
	for {
		select {
		case m := <-s.inbox:
			o.take(m)
			continue
		default:
		}
		width, _ := o.Size()
		o.paint(picture{}, width)
		return
	}
}

func (o *owner) take(m message) {
	o.table.Add(m.event)
	for _, line := range m.lines {
		o.log = append(o.log, strings.Split(line, "\n")...)
	}
}

func (o *owner) paint(next picture, width int) {
	if text := paint(o.shown, next, o.log, width); text != "" {
		io.WriteString(o.Out, text) // a terminal that is gone ends the process by SIGHUP
	}
	o.shown, o.log = next, o.log[:0]
}
