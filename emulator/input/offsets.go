package input

import (
	"sort"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/document"
)

// rewritten is a text that was made of a part of the file, and knows from which place each of its bytes came.
type rewritten struct {
	text     []byte
	segments []segment
}

// segment says that the text from offset at on came from the file's offset from on, or wholly stands for what is there.
type segment struct {
	at, from int
	inserted bool
}

// copyFrom appends bytes of the file that stand at an offset.
func (w *rewritten) copyFrom(data []byte, from int) {
	if len(data) > 0 {
		w.segments = append(w.segments, segment{len(w.text), from, false})
		w.text = append(w.text, data...)
	}
}

// insert appends bytes that stand for what is at the file's offset.
func (w *rewritten) insert(text string, from int) {
	w.segments = append(w.segments, segment{len(w.text), from, true})
	w.text = append(w.text, text...)
}

// origin is the file's offset that the byte at an offset of the text came from.
func (w *rewritten) origin(offset int) int {
	i := sort.Search(len(w.segments), func(i int) bool { return w.segments[i].at > offset }) - 1
	switch {
	case i < 0:
		return offset
	case w.segments[i].inserted:
		return w.segments[i].from
	}
	return w.segments[i].from + offset - w.segments[i].at
}

// relocate turns places in the text into places in the file, in a whole tree and in findings.
func (w *rewritten) relocate(root *document.Node, findings []diag.Finding, file []byte) {
	l := &relocation{text: lineStarts(w.text), file: lineStarts(file), origin: w.origin}
	if root != nil {
		l.node(root)
	}
	for i := range findings {
		findings[i].Position = l.position(findings[i].Position)
	}
}

type relocation struct {
	text, file []int // where lines start
	origin     func(int) int
}

func (l *relocation) node(n *document.Node) {
	n.Pos = l.position(n.Pos)
	if n.End > 0 { // a JSON file
		n.Start, n.End = l.origin(n.Start), l.origin(n.End)
	}
	for i := range n.Members {
		m := &n.Members[i]
		m.Pos, m.Start = l.position(m.Pos), l.origin(m.Start)
		l.node(m.Value)
	}
	for _, item := range n.Items {
		l.node(item)
	}
}

func (l *relocation) position(pos diag.Position) diag.Position {
	if pos.Line == 0 || pos.Line > len(l.text) {
		return pos
	}
	at := l.origin(l.text[pos.Line-1] + pos.Column - 1)
	line := sort.SearchInts(l.file, at+1)
	return diag.Position{File: pos.File, Line: line, Column: at - l.file[line-1] + 1}
}

// lineStarts are the offsets at which lines begin.
func lineStarts(data []byte) []int {
	starts := []int{0}
	for i, c := range data {
		if c == '\n' {
			starts = append(starts, i+1)
		}
	}
	return starts
}
