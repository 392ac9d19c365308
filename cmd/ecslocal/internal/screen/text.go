package screen

import (
	"strings"
	"unicode"

	"github.com/mattn/go-runewidth"
)

// Style is the parameter of an SGR sequence, such as 32 for green; empty is plain.
type Style string

// Styles of states.
const (
	Plain Style = ""
	Bold  Style = "1"
	Dim   Style = "2"
	Good  Style = "32"
	Bad   Style = "31"
	Wait  Style = "33"
)

// palette are the colours of containers. Red is for what is bad.
var palette = []Style{"36", "35", "34", "96", "95", "94", "33", "32"}

// Of is the colour of a task's i-th container.
func Of(i int) Style { return palette[i%len(palette)] }

// Render is a text in a style; without colour it is the text.
func (s Style) Render(text string, color bool) string {
	if !color || s == Plain || text == "" {
		return text
	}
	return "\x1b[" + string(s) + "m" + text + "\x1b[0m"
}

// Span is a text in one style.
type Span struct {
	Text  string
	Style Style
}

// Line is a line of the table. It holds no control characters.
type Line []Span

// cells measures texts by the columns that they take, whatever the locale says of ambiguous characters: they are what terminals show.
var cells = &runewidth.Condition{}

// Width is the number of columns that a text takes.
func Width(text string) int { return cells.StringWidth(text) }

func (l Line) width() int {
	width := 0
	for _, s := range l {
		width += Width(s.Text)
	}
	return width
}

// cut is the line in so many columns at most; what is cut ends with the mark.
func (l Line) cut(width int, mark string) Line {
	if l.width() <= width {
		return l
	}
	left := width
	var kept Line
	for i, s := range l {
		fits := Width(s.Text)
		if left -= fits; left >= Width(mark) || left >= 0 && l[i+1:].width() == 0 {
			kept = append(kept, s)
			continue
		}
		return append(kept, Span{truncate(s.Text, fits+left, mark), s.Style})
	}
	return kept
}

// truncate is what of a text fits, and the mark that there is more.
func truncate(text string, width int, mark string) string {
	if width < Width(mark) {
		return strings.Repeat(" ", max(0, width))
	}
	return cells.Truncate(text, width-Width(mark), "") + mark
}

// pad is a text in exactly so many columns.
func pad(text string, width int, mark string) string {
	if Width(text) > width {
		text = truncate(text, width, mark)
	}
	return text + strings.Repeat(" ", max(0, width-Width(text)))
}

// render is the line as it is written.
func (l Line) render(color bool) string {
	var b strings.Builder
	for _, s := range l {
		b.WriteString(s.Style.Render(s.Text, color))
	}
	return b.String()
}

// clean takes out of a text what would move the cursor.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text)
}
