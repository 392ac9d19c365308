package screen

import (
	"strings"
	"unicode"
)

// Sanitize keeps of a text what a container may do to a terminal: text, tabs and, if asked for, colours, which end with the text. Everything
// else that a terminal would obey is dropped: movements, titles, the clipboard, answers.
func Sanitize(text string, color bool) string {
	if !strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) || r == unicode.ReplacementChar }) {
		return text
	}
	var b strings.Builder
	colored := false
	for i := 0; i < len(text); {
		if text[i] != esc {
			end := i + 1
			for end < len(text) && text[end] != esc {
				end++
			}
			b.WriteString(strings.Map(visible, text[i:end]))
			i = end
			continue
		}
		sequence := escape(text[i:])
		if color && isColor(sequence) {
			b.WriteString(sequence)
			colored = sequence != "\x1b[0m" && sequence != "\x1b[m"
		}
		i += len(sequence)
	}
	if colored {
		b.WriteString("\x1b[0m")
	}
	return b.String()
}

const esc = '\x1b'

func visible(r rune) rune {
	if r != '\t' && unicode.IsControl(r) {
		return -1
	}
	return r
}

// escape is the control sequence that a text begins with (ECMA-48, 5.3 to 5.6): ESC [ parameters final, ESC ] string terminator and its
// kin, or ESC with its final byte. One that does not end goes to the text's end.
func escape(text string) string {
	if len(text) < 2 {
		return text
	}
	switch text[1] {
	case '[':
		return upTo(text, 2, func(c byte) bool { return c >= 0x40 && c <= 0x7e })
	case ']', 'P', 'X', '^', '_':
		for i := 2; i < len(text); i++ {
			if text[i] == '\a' {
				return text[:i+1]
			}
			if strings.HasPrefix(text[i:], "\x1b\\") {
				return text[:i+2]
			}
		}
		return text
	}
	return upTo(text, 1, func(c byte) bool { return c < 0x20 || c > 0x2f })
}

// upTo is the text's beginning, up to and including the first byte that ends it.
func upTo(text string, from int, ends func(byte) bool) string {
	for i := from; i < len(text); i++ {
		if ends(text[i]) {
			return text[:i+1]
		}
	}
	return text
}

// isColor says whether a sequence sets colours and the like and nothing else (SGR).
func isColor(sequence string) bool {
	inner, ok := strings.CutPrefix(sequence, "\x1b[")
	if !ok || !strings.HasSuffix(inner, "m") {
		return false
	}
	return strings.Trim(inner[:len(inner)-1], "0123456789;:") == ""
}
