package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/diag"
)

// writeText writes each finding as compilers do, with the line of the file and a mark under the place.
func writeText(w io.Writer, findings []diag.Finding, opts Options) error {
	out := bufio.NewWriter(w)
	source := newLines(opts)
	for _, f := range findings {
		paint := painter(opts.Color)
		if place := f.Position.String(); place != "" {
			fmt.Fprintf(out, "%s: ", paint("1", printable(place)))
		}
		fmt.Fprintf(out, "%s: %s [%s]\n", paint(severityColor[f.Severity], string(f.Severity)), printable(f.Message), f.Rule)
		if line, ok := source.at(f.Position); ok && line != "" {
			text, mark := excerpt(line, f.Column)
			number := fmt.Sprint(f.Line)
			fmt.Fprintf(out, "  %s | %s\n", number, text)
			fmt.Fprintf(out, "  %s | %s\n", strings.Repeat(" ", len(number)), paint(severityColor[f.Severity], mark))
		}
		if f.AWS != "" {
			fmt.Fprintf(out, "  AWS says: %s\n", printable(f.AWS))
		}
		if f.Fix != "" {
			fmt.Fprintf(out, "  %s %s\n", paint("32", "fix:"), printable(f.Fix))
		}
	}
	fmt.Fprintln(out, counts(findings))
	return out.Flush()
}

var severityColor = map[diag.Severity]string{diag.Error: "31", diag.Warning: "33", diag.Info: "36"}

// painter gives a text a colour of ECMA-48, or leaves it as it is.
func painter(color bool) func(code, text string) string {
	return func(code, text string) string {
		if !color {
			return text
		}
		return "\x1b[" + code + "m" + text + "\x1b[0m"
	}
}
