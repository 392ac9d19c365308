package screen

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// display is a terminal that knows what paint writes. Lines longer than it is wide do not occur here.
type display struct {
	rows []string
	row  int
	col  int
}

var sequence = regexp.MustCompile(`^\x1b\[(\d*)([AKJ])`)

func (d *display) write(t *testing.T, text string) {
	t.Helper()
	for text != "" {
		for len(d.rows) <= d.row {
			d.rows = append(d.rows, "")
		}
		if m := sequence.FindStringSubmatch(text); m != nil {
			d.obey(m)
			text = text[len(m[0]):]
			continue
		}
		switch c := text[0]; c {
		case '\n': // the terminal's driver makes it a return, too
			d.row, d.col = d.row+1, 0
		case '\r':
			d.col = 0
		case '\x1b':
			t.Fatalf("an unknown sequence: %q", text)
		default:
			line := d.rows[d.row]
			d.rows[d.row] = line[:d.col] + string(c) + line[min(len(line), d.col+1):]
			d.col++
		}
		text = text[1:]
	}
}

func (d *display) obey(m []string) {
	switch m[2] {
	case "A":
		n, _ := strconv.Atoi(m[1])
		d.row -= n
	case "K":
		d.rows[d.row] = d.rows[d.row][:d.col]
	case "J":
		d.rows[d.row] = d.rows[d.row][:d.col]
		d.rows = d.rows[:d.row+1]
	}
}

// TestPaint shows random pictures and lines of a log one after the other, and wants the terminal to show all lines in order, and below them
// the last picture and nothing else.
func TestPaint(t *testing.T) {
	t.Parallel()
	for seed := range uint64(200) {
		random := rand.New(rand.NewPCG(seed, 1))
		var d display
		var shown picture
		var log []string
		for range 30 {
			var next picture
			for i := range random.IntN(5) {
				text := fmt.Sprintf("%d%s", i, strings.Repeat("x", random.IntN(6)))
				next.lines, next.widths = append(next.lines, text), append(next.widths, len(text))
			}
			var lines []string
			for range random.IntN(3) {
				lines = append(lines, fmt.Sprintf("line %d", len(log)+len(lines)))
			}
			log = append(log, lines...)
			d.write(t, paint(shown, next, lines, 80))
			shown = next
			want := append(slices.Clone(log), next.lines...)
			if got := strings.TrimRight(strings.Join(d.rows, "\n"), "\n"); got != strings.Join(want, "\n") {
				t.Fatalf("seed %d: the terminal shows\n%s\nwant\n%s", seed, got, strings.Join(want, "\n"))
			}
		}
	}
}

// TestPaintWritesTheDifference holds that what is on the screen already is not written again.
func TestPaintWritesTheDifference(t *testing.T) {
	t.Parallel()
	of := func(lines ...string) (p picture) {
		for _, l := range lines {
			p.lines, p.widths = append(p.lines, l), append(p.widths, len(l))
		}
		return p
	}
	if got := paint(of("a", "b"), of("a", "b"), nil, 80); got != "" {
		t.Errorf("the same picture: %q", got)
	}
	if got := paint(of("a", "b", "c"), of("a", "B", "c"), nil, 80); strings.ContainsAny(got, "ac") || !strings.Contains(got, "B") {
		t.Errorf("one line of three: %q", got)
	}
	// A narrower terminal has wrapped the line of 10 columns into 3 rows.
	if got := paint(of("0123456789", "b"), of("01234", "b"), nil, 4); !strings.HasPrefix(got, "\r\x1b[4A\x1b[J") {
		t.Errorf("wrapped: %q", got)
	}
}

func TestSanitize(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][2]string{
		"plain":                                {"plain", "plain"},
		"a\tb\rc\bd\x00":                       {"a\tbcd", "a\tbcd"},
		"\x1b[32mgreen\x1b[0m":                 {"green", "\x1b[32mgreen\x1b[0m"},
		"\x1b[38;5;196mred":                    {"red", "\x1b[38;5;196mred\x1b[0m"},
		"\x1b[2J\x1b[10;5Hhome\x1b[?1049h":     {"home", "home"},
		"\x1b]0;title\abell":                   {"bell", "bell"},
		"\x1b]52;c;aGk=\x1b\\clipboard":        {"clipboard", "clipboard"},
		"\x1b]8;;http://x\x1b\\link\x1b]8;;\a": {"link", "link"},
		"\x1bP1;2|device\x1b\\x":               {"x", "x"},
		"\x1b]never ends":                      {"", ""},
		"\x1b[12":                              {"", ""},
		"\x1b":                                 {"", ""},
		"\x1b(Bcharset \x1bcreset":             {"charset reset", "charset reset"},
		"\u009b31mC1":                          {"31mC1", "31mC1"},
		"\xff\x9b":                             {"��", "��"},
		"\x1b[>4;1m":                           {"", ""},
		"日本語":                                  {"日本語", "日本語"},
	} {
		if got := [2]string{Sanitize(text, false), Sanitize(text, true)}; got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// FuzzSanitize wants nothing in any text that a terminal would obey but colours.
func FuzzSanitize(f *testing.F) {
	f.Add("\x1b[31mred\x1b]0;t\a")
	f.Add("\x1b[\x1b[2Jm")
	colors := regexp.MustCompile("\x1b\\[[0-9;:]*m")
	f.Fuzz(func(t *testing.T, text string) {
		if got := Sanitize(text, false); strings.ContainsFunc(got, func(r rune) bool { return r != '\t' && visible(r) < 0 }) {
			t.Errorf("%q became %q", text, got)
		}
		if got := colors.ReplaceAllString(Sanitize(text, true), ""); strings.ContainsRune(got, '\x1b') {
			t.Errorf("%q became %q", text, Sanitize(text, true))
		}
	})
}
