package report

import (
	"strings"
	"unicode/utf8"

	"github.com/ecslocal/ecslocal/emulator/diag"
)

// excerptWidth is how many characters of a long line are shown.
const excerptWidth = 100

// Excerpt is the line of a file at a place, or the part of a long one around it, and the marks to write below it; ok is false where there is
// none.
func Excerpt(source string, pos diag.Position) (text, mark string, ok bool) {
	l := &lines{source: func(string) []byte { return []byte(source) }, files: map[string][]string{}}
	line, ok := l.at(pos)
	if !ok || strings.TrimSpace(line) == "" {
		return "", "", false
	}
	text, mark = excerpt(line, pos.Column)
	return text, mark, true
}

// excerpt is a line, or the part of a long one around a column that counts bytes from 1, and the marks to write below it.
func excerpt(line string, column int) (text, mark string) {
	line, at := around(line, min(max(column-1, 0), len(line)))
	length := tokenLength(line[at:])
	before, token, after := []rune(printable(line[:at])), []rune(printable(line[at:at+length])), []rune(printable(line[at+length:]))
	if len(before)+len(token)+len(after) > excerptWidth {
		if room := excerptWidth / 2; len(before) > room {
			before = append([]rune("…"), before[len(before)-room:]...)
		}
		token = shorten(token, max(10, excerptWidth-len(before)))
		after = shorten(after, max(0, excerptWidth-len(before)-len(token)))
	}
	return string(before) + string(token) + string(after), strings.Repeat(" ", len(before)) + strings.Repeat("^", max(1, len(token)))
}

// around is the part of a line that an excerpt can need, and where at is in it: a file of one line has a finding for each of its places,
// and reading the whole line for each would take hours.
func around(line string, at int) (string, int) {
	const most = excerptWidth * utf8.UTFMax
	start, end := max(0, at-most), min(len(line), at+2*most)
	for start > 0 && start < at && !utf8.RuneStart(line[start]) {
		start++
	}
	for end < len(line) && end > at && !utf8.RuneStart(line[end]) {
		end--
	}
	return line[start:end], at - start
}

func shorten(text []rune, to int) []rune {
	if len(text) <= to {
		return text
	}
	return append(text[:to:to], '…')
}

// tokenLength is the length of the text in quotes, the word or the character that a line goes on with.
func tokenLength(rest string) int {
	if rest == "" {
		return 0
	}
	if quote := rest[0]; quote == '"' || quote == '\'' {
		for i := 1; i < len(rest); i++ {
			switch {
			case rest[i] == '\\' && quote == '"':
				i++
			case rest[i] == quote:
				return i + 1
			}
		}
		return len(rest)
	}
	if end := strings.IndexAny(rest, " \t,:[]{}\"'"); end > 0 {
		return end
	} else if end < 0 {
		return len(rest)
	}
	_, size := utf8.DecodeRuneInString(rest)
	return size
}
