package document

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"sort"
	"unicode/utf8"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/go-json-experiment/json/jsontext"
)

// maxRepairs bounds how many syntax errors are read past.
const maxRepairs = 50

// ParseJSON reads JSON. Comments and trailing commas are reported and read past, so that one mistake does not hide the rest;
// the tree is nil where reading stopped at an error.
func ParseJSON(file string, data []byte) (*Node, []diag.Finding) {
	r := &jsonReader{file: file, data: bytes.Clone(data), lines: lineStarts(data)}
	r.checkEncoding()
	for range maxRepairs {
		r.values = 0
		r.dec = jsontext.NewDecoder(bytes.NewReader(r.data), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
		root, err := r.document()
		if err == nil {
			return root, r.findings
		}
		if !r.repair(err) {
			r.report(err)
			break
		}
	}
	return nil, r.findings
}

type jsonReader struct {
	file     string
	data     []byte
	lines    []int
	dec      *jsontext.Decoder
	values   int
	findings []diag.Finding
}

func (r *jsonReader) document() (*Node, error) {
	root, err := r.value(0)
	if errors.Is(err, io.EOF) && len(bytes.TrimSpace(r.data)) == 0 {
		return nil, errors.New("the file is empty")
	}
	if err != nil {
		return nil, err
	}
	if _, err := r.dec.ReadToken(); err == nil {
		return nil, errors.New("there is more text after the end of the document")
	} else if !errors.Is(err, io.EOF) {
		return nil, err
	}
	return root, nil
}

// value reads the next value, whatever it is.
func (r *jsonReader) value(depth int) (*Node, error) {
	if r.values++; r.values > MaxValues {
		return nil, fmt.Errorf("the file has more than %d values", MaxValues)
	}
	if depth > MaxDepth {
		return nil, fmt.Errorf("values are nested more than %d deep", MaxDepth)
	}
	token, err := r.dec.ReadToken()
	if err != nil {
		return nil, err
	}
	n := &Node{Kind: jsonKinds[token.Kind()], Text: token.String(), End: int(r.dec.InputOffset())}
	n.Start = r.startOfToken(n.End, n.Kind)
	n.Pos = r.position(n.Start)
	switch n.Kind {
	case Object:
		n.Text, err = "", r.members(n, depth)
	case Array:
		n.Text, err = "", r.items(n, depth)
	}
	n.End = int(r.dec.InputOffset())
	return n, err
}

var jsonKinds = map[jsontext.Kind]Kind{'n': Null, 't': Bool, 'f': Bool, '"': String, '0': Number, '{': Object, '[': Array}

func (r *jsonReader) members(n *Node, depth int) error {
	for r.dec.PeekKind() != '}' {
		name, err := r.value(depth + 1)
		if err != nil {
			return err
		}
		value, err := r.value(depth + 1)
		if err != nil {
			return err
		}
		n.Members = append(n.Members, Member{Name: name.Text, Pos: name.Pos, Start: name.Start, Value: value})
	}
	_, err := r.dec.ReadToken()
	return err
}

func (r *jsonReader) items(n *Node, depth int) error {
	for r.dec.PeekKind() != ']' {
		item, err := r.value(depth + 1)
		if err != nil {
			return err
		}
		n.Items = append(n.Items, item)
	}
	_, err := r.dec.ReadToken()
	return err
}

// startOfToken finds where the token that ends at end began: the decoder only tells where it stopped.
func (r *jsonReader) startOfToken(end int, kind Kind) int {
	switch kind {
	case Object, Array:
		return end - 1
	case String:
		return r.startOfString(end)
	}
	start := end
	for start > 0 && !bytes.ContainsRune([]byte(" \t\r\n,:[]{}\""), rune(r.data[start-1])) {
		start--
	}
	return start
}

// startOfString walks back from a closing quote to the opening one, which is the nearest quote with an even number of backslashes before it.
func (r *jsonReader) startOfString(end int) int {
	for i := end - 2; i >= 0; i-- {
		if r.data[i] != '"' {
			continue
		}
		slashes := 0
		for i-slashes-1 >= 0 && r.data[i-slashes-1] == '\\' {
			slashes++
		}
		if slashes%2 == 0 {
			return i
		}
	}
	return 0
}

// checkEncoding reports and blanks a byte order mark, and reports text that is not UTF-8.
func (r *jsonReader) checkEncoding() {
	if bytes.HasPrefix(r.data, bom) {
		copy(r.data, "   ")
		r.add(0, diag.Warning, "the file starts with a byte order mark, which the AWS CLI refuses", "save it as UTF-8 without BOM")
	}
	if !utf8.Valid(r.data) {
		at := 0
		for at < len(r.data) {
			c, size := utf8.DecodeRune(r.data[at:])
			if c == utf8.RuneError && size == 1 {
				break
			}
			at += size
		}
		r.add(at, diag.Error, fmt.Sprintf("byte 0x%02x is not UTF-8", r.data[at]), "save the file as UTF-8")
	}
}

// repair blanks a comment or a trailing comma at the place of the error, keeping all offsets, and says whether reading can go on.
func (r *jsonReader) repair(err error) bool {
	var syntactic *jsontext.SyntacticError
	if !errors.As(err, &syntactic) {
		return false
	}
	at := min(int(syntactic.ByteOffset), len(r.data))
	rest := bytes.TrimLeft(r.data[at:], " \t\r\n")
	start := len(r.data) - len(rest)
	if end := commentEnd(rest); end > 0 {
		blank(r.data[start : start+end])
		r.add(start, diag.Error, "JSON has no comments", "remove the comment")
		return true
	}
	comma := start
	if len(rest) > 0 && rest[0] != ',' { // the error may stand at the bracket after the comma
		comma = len(bytes.TrimRight(r.data[:start], " \t\r\n")) - 1
	}
	if comma < 0 || comma >= len(r.data) || r.data[comma] != ',' || !closes(r.data[comma+1:]) {
		return false
	}
	r.data[comma] = ' '
	r.add(comma, diag.Error, "there is a comma before a closing bracket", "remove the comma")
	return true
}

// commentEnd is the length of the comment that text starts with, 0 for none.
func commentEnd(text []byte) int {
	end := -1
	switch {
	case bytes.HasPrefix(text, []byte("/*")):
		if end = bytes.Index(text, []byte("*/")); end >= 0 {
			end += 2
		}
	case bytes.HasPrefix(text, []byte("//")), bytes.HasPrefix(text, []byte("#")):
		end = bytes.IndexByte(text, '\n')
	default:
		return 0
	}
	if end < 0 {
		return len(text)
	}
	return end
}

func blank(text []byte) {
	for i := range text {
		if text[i] != '\n' {
			text[i] = ' '
		}
	}
}

func closes(text []byte) bool {
	text = bytes.TrimLeft(text, " \t\r\n")
	return len(text) > 0 && (text[0] == ']' || text[0] == '}')
}

// report turns the error that ended the reading into a finding.
func (r *jsonReader) report(err error) {
	offset := len(bytes.TrimRight(r.data, " \t\r\n"))
	var syntactic *jsontext.SyntacticError
	switch {
	case errors.As(err, &syntactic):
		offset, err = min(int(syntactic.ByteOffset), len(r.data)), syntactic.Err
	case r.dec != nil && !errors.Is(err, io.ErrUnexpectedEOF):
		offset = int(r.dec.InputOffset())
	}
	message := "the file is not JSON: " + err.Error()
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		message = "the file ends in the middle of a value"
	}
	r.add(offset, diag.Error, message, "correct the JSON here; a missing comma or quote just before is the usual cause")
}

func (r *jsonReader) add(offset int, severity diag.Severity, message, fix string) {
	r.findings = append(r.findings, diag.Finding{Rule: RuleSyntax, Severity: severity, Position: r.position(offset), Message: message, Fix: fix})
}

func (r *jsonReader) position(offset int) diag.Position {
	line := sort.Search(len(r.lines), func(i int) bool { return r.lines[i] > offset })
	return diag.Position{File: r.file, Line: line, Column: offset - r.lines[line-1] + 1}
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
