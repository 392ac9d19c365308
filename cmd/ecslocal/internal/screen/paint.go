package screen

import (
	"fmt"
	"strings"
)

// picture is what the terminal shows below the log: a frame, ready to be written, and the columns of each of its lines. The cursor is at the
// beginning of the line after it.
type picture struct {
	lines  []string
	widths []int
}

// picture renders a frame.
func newPicture(frame []Line, color bool) picture {
	var p picture
	for _, line := range frame {
		p.lines = append(p.lines, line.render(color))
		p.widths = append(p.widths, line.width())
	}
	return p
}

// rows are those that the picture takes on a terminal of that width: one that has been made narrower wraps what it shows already.
func (p picture) rows(width int) int {
	rows := 0
	for _, w := range p.widths {
		rows += max(1, (w+width-1)/max(1, width))
	}
	return rows
}

const (
	clearLine  = "\x1b[K" // from the cursor to the line's end
	clearBelow = "\x1b[J" // from the cursor to the screen's end
)

// paint is what to write so that a terminal which shows the old picture shows the new lines of the log and the next picture. Nothing is
// written that is there already.
func paint(old, next picture, log []string, width int) string {
	wrapped := old.rows(width) != len(old.lines)
	if len(log) == 0 && !wrapped {
		return repaint(old, next)
	}
	var b strings.Builder
	up(&b, old.rows(width))
	if len(old.lines) > 0 {
		b.WriteString(clearBelow)
	}
	for _, line := range log {
		b.WriteString(line + "\n")
	}
	for _, line := range next.lines {
		b.WriteString(line + "\n")
	}
	return b.String()
}

// repaint writes the lines in which two pictures differ.
func repaint(old, next picture) string {
	same := 0
	for same < min(len(old.lines), len(next.lines)) && old.lines[same] == next.lines[same] {
		same++
	}
	if same == len(old.lines) && same == len(next.lines) {
		return ""
	}
	var b strings.Builder
	up(&b, len(old.lines)-same)
	for i := same; i < len(next.lines); i++ {
		if i >= len(old.lines) || old.lines[i] != next.lines[i] {
			b.WriteString(next.lines[i] + clearLine)
		}
		b.WriteByte('\n')
	}
	if len(next.lines) < len(old.lines) {
		b.WriteString(clearBelow)
	}
	return b.String()
}

// up moves the cursor to the beginning of the n-th line above.
func up(b *strings.Builder, n int) {
	if n > 0 {
		fmt.Fprintf(b, "\r\x1b[%dA", n)
	}
}
