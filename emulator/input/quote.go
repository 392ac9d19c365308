package input

import (
	"bytes"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
)

// quoter puts quotes around placeholders that stand for a whole value outside of quotes, such as "cpu": ${cpu}, so that a
// template can be parsed before its placeholders are known. It also escapes quotes inside of placeholders in a text.
type quoter struct {
	data      []byte
	at        int // read so far
	copied    int // written so far
	out       rewritten
	changed   bool
	dollars   bool // a ${…} stands outside of quotes, as only a template of Terraform or of envsubst has
	unclosed  int  // placeholders without an end
	directive int  // offset of a directive such as %{ if … } that only its own program understands, -1 for none
}

func quote(data []byte) *quoter {
	q := &quoter{data: data, directive: -1}
	trimmed := bytes.TrimLeft(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), " \t\r\n")
	if len(trimmed) > 0 && bytes.IndexByte([]byte(`{["/`), trimmed[0]) >= 0 {
		q.json()
	} else {
		q.yaml()
	}
	q.copyTo(len(data))
	return q
}

// copyTo writes the file as it is up to an offset.
func (q *quoter) copyTo(offset int) {
	q.out.copyFrom(q.data[q.copied:offset], q.copied)
	q.copied = offset
}

func (q *quoter) json() {
	for q.at < len(q.data) && q.directive < 0 {
		rest := q.data[q.at:]
		switch length := q.placeholder(rest); {
		case rest[0] == '"':
			q.text()
		case bytes.HasPrefix(rest, []byte("//")) || rest[0] == '#':
			q.skip("\n")
		case bytes.HasPrefix(rest, []byte("/*")):
			q.skip("*/")
		case (rest[0] == '{' || rest[0] == '%') && directive().Match(rest[:min(len(rest), 40)]):
			q.directive = q.at
		case length > 0:
			q.value(length)
		default:
			q.at++
		}
	}
}

// directive is control flow of Terraform's templates, Go's and Jinja's, which stands outside of quotes.
var directive = lazyregexp.New(`^(%\{|\{%|\{\{-?\s*(if|range|with|end|else|define|template|block|for)\b)`)

func (q *quoter) skip(to string) {
	if end := bytes.Index(q.data[q.at:], []byte(to)); end >= 0 {
		q.at += end + len(to)
		return
	}
	q.at = len(q.data)
}

// text passes a text in quotes. Quotes of a call inside of it, as in "{{ env "TAG" }}", do not end it and are escaped.
func (q *quoter) text() {
	for q.at++; q.at < len(q.data); {
		rest := q.data[q.at:]
		switch {
		case rest[0] == '\\':
			q.at += 2
		case rest[0] == '"' || rest[0] == '\n':
			q.at++
			return
		case (rest[0] == '{' || rest[0] == '$') && call().Match(rest[:min(len(rest), 80)]):
			length := max(1, q.placeholder(rest))
			q.escape(q.at + length)
		default:
			q.at++
		}
	}
	q.at = min(q.at, len(q.data))
}

// call is the beginning of a call with a text in double quotes.
var call = lazyregexp.New(`^(\{\{-?\s*\w+\s+"|\$\{\s*\w+\(")`)

// escape copies up to an offset and writes a backslash before each quote.
func (q *quoter) escape(to int) {
	for ; q.at < to; q.at++ {
		switch c := q.data[q.at]; c {
		case '"', '\\', '\n', '\r', '\t':
			q.copyTo(q.at)
			q.out.insert(strings.NewReplacer(`"`, `\"`, `\`, `\\`, "\n", `\n`, "\r", `\r`, "\t", `\t`).Replace(string(c)), q.at)
			q.copied, q.changed = q.at+1, true
		}
	}
}

// value puts quotes around the value that the placeholder at this place is, or is a part of.
func (q *quoter) value(length int) {
	q.dollars = q.dollars || q.data[q.at] == '$'
	start := q.at
	for start > q.copied && !delimits(q.data[start-1]) {
		start--
	}
	end := q.at + length
	for end < len(q.data) && !delimits(q.data[end]) {
		end += max(1, q.placeholder(q.data[end:]))
	}
	q.copyTo(start)
	q.out.insert(`"`, start)
	q.at = start
	q.escape(min(end, len(q.data)))
	q.copyTo(q.at)
	q.out.insert(`"`, q.at)
	q.changed = true
}

func delimits(c byte) bool { return strings.IndexByte(" \t\r\n,:[]{}\"", c) >= 0 }

// maxUnclosed is how many placeholders without an end are looked through: a text with more is no template.
const maxUnclosed = 1000

// placeholder is the length of the placeholder that a text begins with, 0 for none.
func (q *quoter) placeholder(text []byte) int {
	if q.unclosed > maxUnclosed || strings.IndexByte("{<$", text[0]) < 0 {
		return 0
	}
	length := placeholderLength(text[:min(len(text), 4<<10)])
	if length == 0 && (bytes.HasPrefix(text, []byte("{{")) || bytes.HasPrefix(text, []byte("${"))) {
		q.unclosed++
	}
	return length
}

// placeholderLength is the length of the placeholder that a text begins with, 0 for none.
func placeholderLength(text []byte) int {
	switch {
	case bytes.HasPrefix(text, []byte("{{")):
		line, _, _ := bytes.Cut(text, []byte("\n"))
		if end := bytes.Index(line, []byte("}}")); end > 0 {
			return end + 2
		}
	case bytes.HasPrefix(text, []byte("${")):
		return bracesEnd(text)
	case len(text) > 1 && (text[0] == '<' || text[0] == '$'):
		return len(barePlaceholder().Find(text[:min(len(text), 128)]))
	}
	return 0
}

var barePlaceholder = lazyregexp.New(`^(<[^<>"\n]{1,64}>|\$[A-Za-z_]\w*)`)

// bracesEnd is the length of ${ … } with all braces and quotes inside of it closed, 0 where they are not.
func bracesEnd(text []byte) int {
	depth, quoted := 0, false
	for i := 1; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case !quoted && c == '{':
			depth++
		case !quoted && c == '}':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return 0
}

// yaml puts single quotes around values that begin with {{, which YAML would take for a mapping.
func (q *quoter) yaml() {
	for _, m := range yamlPlaceholder().FindAllSubmatchIndex(q.data, -1) {
		q.copyTo(m[2])
		q.out.insert("'", m[2])
		for i := m[2]; i < m[3]; i++ {
			if q.data[i] == '\'' {
				q.copyTo(i)
				q.out.insert("'", i)
			}
		}
		q.copyTo(m[3])
		q.out.insert("'", m[3])
		q.changed = true
	}
	if at := yamlDirective().FindIndex(q.data); at != nil {
		q.directive = at[0]
	}
}

var (
	yamlPlaceholder = lazyregexp.New(`(?m)^[ \t]*(?:- +)*(?:[\w.-]+: +)?(\{\{-?\s*\w[^\n]*?)[ \t]*\r?$`)
	yamlDirective   = lazyregexp.New(`(?m)^[ \t]*(%\{|\{%|\{\{-?\s*(if|range|with|end|else|define|template|block|for)\b)`)
)
