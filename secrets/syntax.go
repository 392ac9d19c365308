package secrets

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/ecslocal/ecslocal/emulator/diag"
	"github.com/ecslocal/ecslocal/emulator/lazyregexp"
	"go.yaml.in/yaml/v3"
)

// tree reads the file as JSON where it is JSON, else as YAML; nil where it is neither, or empty.
//
// YAML alone would nearly do, but its parser takes no tabs for indentation.
func (r *reader) tree() *yaml.Node {
	if trimmed := bytes.TrimSpace(r.data); len(trimmed) > 0 && trimmed[0] == '{' {
		root, at, message := readJSON(r.data)
		if root != nil {
			return root
		}
		if root := r.yaml(); root != nil && len(r.findings) == 0 { // {a: b} is YAML
			return root
		}
		r.findings = nil
		r.add(RuleSyntax, at, "the secrets file is not JSON: "+message, "")
		return nil
	}
	return r.yaml()
}

func (r *reader) yaml() *yaml.Node {
	decoder := yaml.NewDecoder(bytes.NewReader(r.data))
	var doc, more yaml.Node
	if err := decoder.Decode(&doc); err != nil {
		if !errors.Is(err, io.EOF) { // an empty file holds no secrets
			r.yamlError(err)
		}
		return nil
	}
	switch err := decoder.Decode(&more); {
	case err == nil:
		r.add(RuleSyntax, r.pos(&more), "the secrets file has more than one YAML document", "remove the line ---")
	case !errors.Is(err, io.EOF):
		r.yamlError(err)
	}
	if len(doc.Content) == 0 || (doc.Content[0].Tag == "!!null" && doc.Content[0].Value == "") {
		return nil
	}
	return doc.Content[0]
}

var yamlProblem = lazyregexp.New(`^yaml: (?:line (\d+): )?(.*)`)

// yamlError reports what the parser says. Of its texts only this one quotes the file, and what it quotes may be a secret.
func (r *reader) yamlError(err error) {
	pos, message, fix := diag.Position{Line: 1, Column: 1}, err.Error(), ""
	if m := yamlProblem().FindStringSubmatch(message); m != nil {
		message = m[2]
		if line, err := strconv.Atoi(m[1]); err == nil {
			pos.Line = line
		}
	}
	if strings.HasPrefix(message, "unknown anchor") || strings.HasSuffix(message, "alphabetic or numeric character") {
		message, fix = "a text starts with * or &, which have a meaning in YAML", "quote the text"
		pos = r.firstAlias(pos)
	}
	r.add(RuleSyntax, pos, "the secrets file is neither JSON nor YAML: "+message, fix)
}

var aliasValue = lazyregexp.New(`(?m)(?:^|[:\[,{-][ \t]+)(\*|&\W)`)

// firstAlias is the place of the first text that looks like an alias: the parser's error has at most the line.
func (r *reader) firstAlias(pos diag.Position) diag.Position {
	if m := aliasValue().FindSubmatchIndex(r.data); m != nil {
		before := r.data[:m[2]]
		return diag.Position{Line: bytes.Count(before, []byte("\n")) + 1, Column: len(before) - bytes.LastIndexByte(before, '\n')}
	}
	return pos
}

// pos is a node's place. The parser counts columns in characters, findings in bytes.
func (r *reader) pos(node *yaml.Node) diag.Position {
	if r.lines == nil {
		r.lines = strings.Split(string(r.data), "\n")
	}
	pos := diag.Position{File: r.file, Line: node.Line, Column: node.Column}
	if node.Line < 1 || node.Line > len(r.lines) {
		return pos
	}
	characters := 0
	for i := range r.lines[node.Line-1] {
		if characters++; characters == node.Column {
			pos.Column = i + 1
			break
		}
	}
	return pos
}

// readJSON reads a whole JSON file into the YAML parser's tree; without one, it says where and why.
func readJSON(data []byte) (*yaml.Node, diag.Position, string) {
	j := &jsonReader{data: data, decoder: json.NewDecoder(bytes.NewReader(data)), line: 1}
	j.decoder.UseNumber()
	root, err := j.value(0)
	if err == nil && len(bytes.TrimSpace(data[j.decoder.InputOffset():])) > 0 {
		err = errors.New("there is more after the first value")
	}
	if err == nil {
		return root, diag.Position{}, ""
	}
	j.advance(j.decoder.InputOffset())
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		err = errors.New("it ends in the middle")
	case errors.As(err, &syntax):
		err = errors.New(hideCharacter(syntax.Error()))
	}
	return nil, diag.Position{Line: j.line, Column: int(j.offset) - j.lineStart + 1}, err.Error()
}

type jsonReader struct {
	data            []byte
	decoder         *json.Decoder
	offset          int64 // up to which lines are counted
	line, lineStart int
}

// value reads one value with the tree below it.
func (j *jsonReader) value(depth int) (*yaml.Node, error) {
	if depth > maxDepth+2 { // the walk over the tree reports it
		return nil, fmt.Errorf("values are nested more than %d deep", maxDepth)
	}
	token, err := j.decoder.Token()
	if err != nil {
		return nil, err
	}
	node := &yaml.Node{Kind: yaml.ScalarNode, Line: j.line, Column: 1}
	j.place(node)
	switch token := token.(type) {
	case json.Delim:
		node.Kind = yaml.MappingNode
		if token == '[' {
			node.Kind = yaml.SequenceNode
		}
		for j.decoder.More() { // a member's name is read as a value, too
			child, err := j.value(depth + 1)
			if err != nil {
				return nil, err
			}
			node.Content = append(node.Content, child)
		}
		_, err = j.decoder.Token() // the end
		j.advance(j.decoder.InputOffset())
	case string:
		node.Tag, node.Value, node.Style = "!!str", token, yaml.DoubleQuotedStyle
	case json.Number:
		node.Tag, node.Value = "!!float", token.String()
	case bool:
		node.Tag, node.Value = "!!bool", strconv.FormatBool(token)
	case nil:
		node.Tag = "!!null"
	}
	return node, err
}

// place sets a node's line and column to the start of the token that was just read.
func (j *jsonReader) place(node *yaml.Node) {
	start := j.offset
	for int(start) < len(j.data) && bytes.IndexByte([]byte(" \t\r\n,:"), j.data[start]) >= 0 {
		start++
	}
	j.advance(start)
	node.Line, node.Column = j.line, utf8.RuneCount(j.data[j.lineStart:start])+1
	j.advance(j.decoder.InputOffset())
}

// advance counts the lines up to an offset.
func (j *jsonReader) advance(offset int64) {
	passed := j.data[j.offset:offset]
	j.line += bytes.Count(passed, []byte("\n"))
	if i := bytes.LastIndexByte(passed, '\n'); i >= 0 {
		j.lineStart = int(j.offset) + i + 1
	}
	j.offset = offset
}

var quotedCharacter = lazyregexp.New(`character '.*?'+`)

// hideCharacter takes the character out of encoding/json's "invalid character 'x' …": it is the beginning of a secret.
func hideCharacter(message string) string {
	return quotedCharacter().ReplaceAllString(message, "character '*'")
}
