package input

import (
	"strconv"
	"unicode/utf16"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/document"
)

// embedded parses JSON that stands in a text of the file. Its places are those inside of that text.
func (r *reader) embedded(n *document.Node) *document.Node {
	if n.Kind != document.String {
		return n // written as JSON itself: the decoder says what is wrong
	}
	if n.End == 0 { // YAML, where the text may be written in many ways
		value, findings := document.ParseJSON(r.file, []byte(n.Text))
		for _, f := range findings {
			f.Position = n.Pos
			r.findings = append(r.findings, f)
		}
		if value == nil {
			return unknownNull(n, "the text is not JSON")
		}
		place(value, n.Pos)
		return value
	}
	inner := unquote(r.data, n.Start, n.End)
	value, findings := document.ParseJSON(r.file, inner.text)
	inner.relocate(value, findings, r.data)
	r.findings = append(r.findings, findings...)
	if value == nil {
		return unknownNull(n, "the text is not JSON")
	}
	noEdits(value)
	if value.Kind != document.Array {
		r.add(value.Pos, diag.Error, document.RuleSyntax, "container definitions are a list, not a "+string(value.Kind), "write [ … ]")
	}
	return value
}

// noEdits takes away the offsets of a tree: an edit would have to be escaped there.
func noEdits(n *document.Node) {
	n.Start, n.End = 0, 0
	for i := range n.Members {
		n.Members[i].Start = 0
		noEdits(n.Members[i].Value)
	}
	for _, item := range n.Items {
		noEdits(item)
	}
}

// unquote decodes a JSON text that stands between two offsets of the file, quotes included.
func unquote(data []byte, start, end int) *rewritten {
	w := &rewritten{}
	copied := start + 1
	for at := copied; at < end-1; {
		if data[at] != '\\' || at+1 >= end-1 {
			at++
			continue
		}
		w.copyFrom(data[copied:at], copied)
		text, length := unescape(data[at : end-1])
		w.insert(text, at)
		at += length
		copied = at
	}
	w.copyFrom(data[copied:max(copied, end-1)], copied)
	return w
}

// unescape decodes the escape that a text begins with, and says how long it is.
func unescape(text []byte) (string, int) {
	switch c := text[1]; c {
	case 'b':
		return "\b", 2
	case 'f':
		return "\f", 2
	case 'n':
		return "\n", 2
	case 'r':
		return "\r", 2
	case 't':
		return "\t", 2
	case 'u':
		first, ok := hexRune(text)
		if !ok {
			return "\ufffd", 2
		}
		if second, ok := hexRune(text[6:]); ok && utf16.IsSurrogate(first) {
			return string(utf16.DecodeRune(first, second)), 12
		}
		return string(first), 6
	default:
		return string(rune(c)), 2
	}
}

func hexRune(text []byte) (rune, bool) {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return 0, false
	}
	code, err := strconv.ParseUint(string(text[2:6]), 16, 16)
	return rune(code), err == nil
}
