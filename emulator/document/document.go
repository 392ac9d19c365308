// Package document holds a parsed file as a tree in which every value knows its place.
//
// It is the first stage of the flow: JSON and YAML become the same tree, package input resolves templates into such a
// tree, and package taskdef decodes it. Input is hostile: size, depth and the number of values are bounded.
// It imports diag and the two parsers only.
package document

import (
	"bytes"
	"fmt"

	"github.com/ecslocal/ecslocal/emulator/diag"
)

// Limits of a file that is read. AWS itself takes 64 KiB of task definition; templates are larger.
const (
	MaxBytes  = 4 << 20
	MaxDepth  = 100
	MaxValues = 200_000 // after YAML aliases are followed
)

// Kind is the JSON type of a value.
type Kind string

const (
	Null   Kind = "null"
	Bool   Kind = "boolean"
	Number Kind = "number"
	String Kind = "string"
	Array  Kind = "list"
	Object Kind = "object"
)

// Node is one value of a file.
type Node struct {
	Kind Kind
	// Pos is where the value starts.
	Pos diag.Position
	// Start and End are the value's byte offsets in a JSON file, for edits that keep the rest as it is; both 0 elsewhere.
	Start, End int
	// Text is the string's content, the number as it was written, or true or false.
	Text string
	// Tag is YAML's own tag, such as !Sub; empty for plain values.
	Tag string
	// Members are an object's, in the order of the file, duplicates included.
	Members []Member
	// Items are a list's.
	Items []*Node
	// Unknown says why the value cannot be known before deployment; Text then holds a stand-in, or Kind is Null where there is none.
	Unknown string
	// Coerced says that the file's format turns texts, numbers and booleans into each other, as CloudFormation does.
	Coerced bool
}

// Member is one name and value of an object.
type Member struct {
	Name  string
	Pos   diag.Position
	Start int // byte offset of the name in a JSON file
	Value *Node
}

// Member is the value of the named member, the last one where the name is given twice, nil where it is absent.
func (n *Node) Member(name string) *Node {
	if n == nil {
		return nil
	}
	for i := len(n.Members) - 1; i >= 0; i-- {
		if n.Members[i].Name == name {
			return n.Members[i].Value
		}
	}
	return nil
}

// At is the value that a JSON pointer leads to, nil where there is none.
func (n *Node) At(pointer string) *Node {
	for _, token := range diag.Tokens(pointer) {
		switch {
		case n == nil:
			return nil
		case n.Kind == Array:
			n = n.item(token)
		default:
			n = n.Member(token)
		}
	}
	return n
}

func (n *Node) item(token string) *Node {
	var i int
	if _, err := fmt.Sscanf(token, "%d", &i); err != nil || i < 0 || i >= len(n.Items) {
		return nil
	}
	return n.Items[i]
}

// PosAt is the place of the value that a JSON pointer leads to, or of its nearest ancestor that exists.
func (n *Node) PosAt(pointer string) diag.Position {
	for tokens := pointer; n != nil; {
		if at := n.At(tokens); at != nil {
			return at.Pos
		}
		tokens = tokens[:bytes.LastIndexByte([]byte(tokens), '/')]
	}
	return diag.Position{}
}

// Parse reads a file as JSON where its first character says so, else as YAML. The tree is nil where nothing could be read.
func Parse(file string, data []byte) (*Node, []diag.Finding) {
	if len(data) > MaxBytes {
		return nil, []diag.Finding{refuse(file, fmt.Sprintf("the file has %d bytes; at most %d are read", len(data), MaxBytes), "")}
	}
	if looksLikeJSON(data) {
		return ParseJSON(file, data)
	}
	return ParseYAML(file, data)
}

func looksLikeJSON(data []byte) bool {
	data = bytes.TrimLeft(bytes.TrimPrefix(data, bom), " \t\r\n")
	return len(data) == 0 || data[0] == '{' || data[0] == '[' || data[0] == '"' || bytes.HasPrefix(data, []byte("//")) || bytes.HasPrefix(data, []byte("/*"))
}

var bom = []byte("\xef\xbb\xbf")

// RuleSyntax is the rule of everything that keeps a file from being read.
const RuleSyntax = "DOC-001"

func refuse(file, message, fix string) diag.Finding {
	return diag.Finding{Rule: RuleSyntax, Severity: diag.Error, Position: diag.Position{File: file, Line: 1, Column: 1}, Message: message, Fix: fix}
}
