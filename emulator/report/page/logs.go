package page

import (
	"bufio"
	"fmt"
	"html"
	"strconv"
	"strings"
	"time"

	"github.com/ecslocal/ecslocal/emulator/report"
)

const (
	chunkLines = 250      // that a browser lays out together; the last ones are on paper
	maxText    = 12 << 20 // bytes of lines on the page; the oldest of the longest stream are left out of more
	maxLine    = 16 << 10 // bytes of one line
)

// stream is the output of one container, in chunks that are ready to be written.
type stream struct {
	name, place string
	chunks      []string
	open        strings.Builder
	pending     int // lines in open
	lines, left int
	stderr      int
}

// writeLogs writes the containers' output, without the template: there may be hundreds of thousands of lines.
func writeLogs(out *bufio.Writer, r *report.Run) {
	streams, err := collect(r)
	if err != nil {
		fmt.Fprintf(out, "<p class=\"missing\">Some lines are missing: %s</p>\n", html.EscapeString(report.Plain(err.Error())))
	}
	for i, s := range streams {
		fmt.Fprintf(out, "<details class=\"stream\" open><summary><b>%s</b> <span class=\"place\">%s</span> <span class=\"tally\" data-lines=\"%d\">%s</span></summary>\n",
			html.EscapeString(s.name), html.EscapeString(s.place), s.lines-s.left, s.tally())
		if s.left > 0 {
			fmt.Fprintf(out, "<p class=\"missing\">%d earlier lines are not on this page; <code>ecslocal logs</code> shows them.</p>\n", s.left)
		}
		if len(s.chunks) > 1 {
			fmt.Fprintf(out, "<p class=\"missing paper\">Only the last of the %d lines are printed.</p>\n", s.lines)
		}
		class := "log"
		if len(s.chunks) > 1 {
			class = "log many"
		}
		fmt.Fprintf(out, "<div class=\"%s\" tabindex=\"0\" role=\"log\" aria-live=\"off\" aria-label=\"output %d\">", class, i+1)
		for _, chunk := range s.chunks {
			out.WriteString("<div class=\"chunk\">")
			out.WriteString(chunk)
			out.WriteString("</div>")
		}
		if len(s.chunks) == 0 {
			out.WriteString("<p class=\"missing\">nothing was written</p>")
		}
		out.WriteString("</div></details>\n")
	}
}

func (s *stream) tally() string {
	text := strconv.Itoa(s.lines) + " lines"
	if s.lines == 1 {
		text = "1 line"
	}
	if s.stderr > 0 {
		text += fmt.Sprintf(", %d on stderr", s.stderr)
	}
	return text
}

// collect reads all lines, and keeps of too many the newest of each container.
func collect(r *report.Run) ([]*stream, error) {
	byName := map[string]*stream{}
	var streams []*stream
	for _, c := range r.Containers {
		s := &stream{name: report.Plain(c.Name), place: report.Plain(strings.Trim(c.Group+" "+c.Stream, " "))}
		byName[c.Name] = s
		streams = append(streams, s)
	}
	if r.Lines == nil {
		return streams, nil
	}
	var begin time.Time
	if len(r.Events) > 0 {
		begin = r.Events[0].Time
	}
	var failed error
	total := 0
	for line, err := range r.Lines {
		if err != nil {
			failed = err
			continue
		}
		if s := byName[line.Container]; s != nil {
			if total += s.add(line, begin); total > maxText {
				total -= dropOldest(streams)
			}
		}
	}
	for _, s := range streams {
		s.close()
	}
	return streams, failed
}

// text escapes what has a meaning between tags.
var text = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// add takes a line, and says how many bytes it has on the page.
func (s *stream) add(line report.Line, begin time.Time) int {
	before := s.open.Len()
	class := "l"
	if line.Stderr {
		class = "l e"
		s.stderr++
	}
	s.lines++
	s.open.WriteString("<p class=\"")
	s.open.WriteString(class)
	s.open.WriteString("\"><i>")
	s.open.WriteString(strconv.FormatFloat(max(line.Time.Sub(begin).Seconds(), 0), 'f', 3, 64))
	s.open.WriteString("</i>")
	_, _ = text.WriteString(&s.open, shorter(report.Plain(line.Text))) // a Builder takes everything
	s.open.WriteString("</p>")
	added := s.open.Len() - before
	if s.pending++; s.pending == chunkLines {
		s.close()
	}
	return added
}

func shorter(text string) string {
	if len(text) <= maxLine {
		return text
	}
	return strings.ToValidUTF8(text[:maxLine], "") + fmt.Sprintf(" … and %d bytes more", len(text)-maxLine)
}

func (s *stream) close() {
	if s.pending > 0 {
		s.chunks = append(s.chunks, s.open.String())
		s.open.Reset()
		s.pending = 0
	}
}

// dropOldest leaves out the oldest chunk of the stream with the most, and says how many bytes that were.
func dropOldest(streams []*stream) int {
	longest := streams[0]
	for _, s := range streams {
		if len(s.chunks) > len(longest.chunks) {
			longest = s
		}
	}
	if len(longest.chunks) == 0 {
		longest.close()
	}
	if len(longest.chunks) == 0 {
		return 0
	}
	n := len(longest.chunks[0])
	longest.left += strings.Count(longest.chunks[0], "<p class=")
	longest.chunks[0] = ""
	longest.chunks = longest.chunks[1:]
	return n
}
