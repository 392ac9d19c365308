package fix

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// yamlText finds the bytes of values in a YAML file: the parser tells only where they start.
type yamlText struct {
	source []byte
	lines  []int // where each line begins
}

func newYAMLText(source []byte) *yamlText {
	t := &yamlText{source: source, lines: []int{0}}
	if bom := []byte("\xef\xbb\xbf"); bytes.HasPrefix(source, bom) {
		t.lines[0] = len(bom)
	}
	for i, b := range source {
		if b == '\n' {
			t.lines = append(t.lines, i+1)
		}
	}
	return t
}

// offset is where a node starts; columns count characters.
func (t *yamlText) offset(n *yaml.Node) int {
	at := t.lines[min(max(n.Line, 1), len(t.lines))-1]
	for range n.Column - 1 {
		_, size := utf8.DecodeRune(t.source[at:])
		at += size
	}
	return at
}

func (t *yamlText) lineStart(at int) int { return bytes.LastIndexByte(t.source[:at], '\n') + 1 }

// lineEnd is the offset of the end of a line, before its line feed and what belongs to it.
func (t *yamlText) lineEnd(at int) int {
	if more := bytes.IndexByte(t.source[at:], '\n'); more >= 0 {
		return at + more
	}
	return len(t.source)
}

// beginsLine says whether there is nothing but space before an offset on its line.
func (t *yamlText) beginsLine(at int) bool {
	return len(bytes.TrimLeft(t.source[t.lineStart(at):at], " \t")) == 0
}

// extent is where a value starts and ends, and whether that is known. A value that is not written has the length 0.
func (t *yamlText) extent(n *yaml.Node) (start, end int, known bool) {
	end, known = t.end(n)
	return t.offset(n), end, known
}

// end is unknown of aliases, and of what has a tag or an anchor.
func (t *yamlText) end(n *yaml.Node) (int, bool) {
	start := t.offset(n)
	rest := t.source[start:]
	switch {
	case n.Anchor != "" || n.Kind == yaml.AliasNode:
		return 0, false
	case n.Kind == yaml.MappingNode || n.Kind == yaml.SequenceNode:
		return t.collectionEnd(n, start)
	case n.Style == yaml.DoubleQuotedStyle:
		return quotedEnd(rest, '"', start)
	case n.Style == yaml.SingleQuotedStyle:
		return quotedEnd(rest, '\'', start)
	case n.Style == yaml.LiteralStyle || n.Style == yaml.FoldedStyle:
		return t.blockEnd(start), true
	case n.Style == 0:
		return plainEnd(rest, n.Value, start)
	}
	return 0, false
}

// quotedEnd is the end of the quoted text that something begins with.
func quotedEnd(text []byte, quote byte, start int) (int, bool) {
	for i := 1; i < len(text) && text[0] == quote; i++ {
		switch {
		case quote == '"' && text[i] == '\\':
			i++
		case quote == '\'' && text[i] == quote && i+1 < len(text) && text[i+1] == quote:
			i++
		case text[i] == quote:
			return start + i + 1, true
		}
	}
	return 0, false
}

// plainEnd is the end of a plain scalar, whose lines are joined when it is read.
func plainEnd(text []byte, value string, start int) (int, bool) {
	if bytes.HasPrefix(text, []byte(value)) {
		return start + len(value), true
	}
	at := 0
	for word := range strings.FieldsSeq(value) {
		at += len(text[at:]) - len(bytes.TrimLeft(text[at:], " \t\r\n"))
		if !bytes.HasPrefix(text[at:], []byte(word)) {
			return 0, false
		}
		at += len(word)
	}
	return start + at, true
}

// blockEnd is the end of the last line of a block scalar: the lines behind its header, as long as they are at least as far in as the first.
func (t *yamlText) blockEnd(start int) int {
	end, indent := t.lineEnd(start), -1
	for at := end + 1; at < len(t.source); {
		line := t.source[at:t.lineEnd(at)]
		in := len(line) - len(bytes.TrimLeft(line, " "))
		blank := len(bytes.TrimSpace(line)) == 0
		if !blank && indent < 0 {
			indent = in
		}
		if !blank && in < indent {
			break
		}
		if !blank {
			end = at + len(bytes.TrimRight(line, "\r"))
		}
		at += len(line) + 1
	}
	return end
}

// collectionEnd is the end of the last value, in flow style that of the bracket behind it.
func (t *yamlText) collectionEnd(n *yaml.Node, start int) (int, bool) {
	at := start + 1
	if len(n.Content) > 0 {
		last, known := t.end(n.Content[len(n.Content)-1])
		if !known || n.Style != yaml.FlowStyle {
			return last, known
		}
		at = last
	}
	for ; at < len(t.source); at++ {
		switch t.source[at] {
		case ']', '}':
			return at + 1, true
		case ' ', '\t', '\r', '\n', ',':
		case '#':
			at = t.lineEnd(at)
		default:
			return 0, false
		}
	}
	return 0, false
}
