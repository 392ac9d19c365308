package cli

import (
	"os"
	"os/signal"
	"time"

	"golang.org/x/term"
)

// watchKeys makes q an interrupt, as Ctrl-C is one, while a table is shown and somebody sits at the keyboard. What it returns ends that.
func (c *command) watchKeys(r renderer, interrupts chan<- os.Signal) (end func()) {
	text, shown := r.(*textRenderer)
	keyboard, ok := c.stdin.(*os.File)
	if !shown || text.terminal == nil || !ok || !term.IsTerminal(int(keyboard.Fd())) || !inForeground(keyboard) {
		return func() {}
	}
	restore, err := eachKey(keyboard)
	if err != nil {
		return func() {}
	}
	text.table.Keys = true
	resumed, stop, ended := make(chan os.Signal, 1), make(chan struct{}), make(chan struct{})
	notify(resumed, resumeSignals)
	go func() {
		defer close(ended)
		readKeys(keyboard, resumed, stop, func() {
			select {
			case interrupts <- os.Interrupt:
			default: // two are waiting already
			}
		})
	}()
	return func() {
		close(stop)
		<-ended
		signal.Stop(resumed)
		restore()
	}
}

// glance is how long readKeys waits for a key before it looks whether it is to stop.
const glance = 100 * time.Millisecond

// readKeys calls quit for each q, until stop closes or the keyboard is gone.
func readKeys(keyboard *os.File, resumed <-chan os.Signal, stop <-chan struct{}, quit func()) {
	keys := make([]byte, 64)
	for {
		select {
		case <-stop:
			return
		case <-resumed: // the shell has set the terminal to its own taste
			_, _ = eachKey(keyboard)
		default:
		}
		if !readable(keyboard, glance) {
			continue
		}
		n, err := keyboard.Read(keys)
		if err != nil || n == 0 {
			return
		}
		for _, key := range keys[:n] {
			if key == 'q' || key == 'Q' {
				quit()
			}
		}
	}
}
