package filter

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// raw is the text of one JSON value, known to be valid and without blanks around it. It is walked as it is, because building
// a tree of each message would cost ten times as much.
type raw []byte

// parseRaw checks that a message is a JSON object.
func parseRaw(message []byte) (raw, bool) {
	message = bytes.Trim(message, jsonBlanks)
	return message, len(message) > 1 && message[0] == '{' && json.Valid(message)
}

// isObject and isArray tell containers from values.
func (r raw) isObject() bool { return r[0] == '{' }
func (r raw) isArray() bool  { return r[0] == '[' }

// member is the value of a key, nil when the object lacks it. Of equal keys the last counts, as in most readers.
func (r raw) member(key string) (value raw) {
	r.each(func(k, v raw) bool {
		if k.equals(key) {
			value = v
		}
		return false
	})
	return value
}

// element is the value at an index, nil when the array is shorter.
func (r raw) element(index int) (value raw) {
	r.each(func(_, v raw) bool {
		index--
		if index < 0 {
			value = v
		}
		return index < 0
	})
	return value
}

// each visits the members of an object or the elements of an array, with a nil key, until visit returns true; so does each then.
func (r raw) each(visit func(key, value raw) bool) bool {
	rest := raw(bytes.TrimLeft(r[1:], jsonBlanks))
	for rest[0] != '}' && rest[0] != ']' {
		var key raw
		if r.isObject() {
			key, rest = rest.cut()
			rest = bytes.TrimLeft(rest, jsonBlanks+":")
		}
		var value raw
		value, rest = rest.cut()
		if visit(key, value) {
			return true
		}
		rest = bytes.TrimLeft(rest, jsonBlanks+",")
	}
	return false
}

const jsonBlanks = " \t\r\n"

// cut splits after the first value.
func (r raw) cut() (value raw, rest raw) {
	depth := 0
	for i := 0; ; i++ {
		switch r[i] {
		case '"':
			i += r[i:].stringLength() - 1
		case '{', '[':
			depth++
			continue
		case '}', ']':
			depth--
		default:
			if depth == 0 {
				end := i + scalarLength(r[i:])
				return r[:end], r[end:]
			}
			continue
		}
		if depth == 0 {
			return r[:i+1], r[i+1:]
		}
	}
}

// stringLength is the length of the string that the text begins with, quotation marks included.
func (r raw) stringLength() int {
	for i := 1; ; i++ {
		i += bytes.IndexByte(r[i:], '"')
		backslashes := 0
		for r[i-1-backslashes] == '\\' {
			backslashes++
		}
		if backslashes%2 == 0 {
			return i + 1
		}
	}
}

// scalarLength is the length of the number or word that the text begins with.
func scalarLength(text []byte) int {
	if end := bytes.IndexAny(text, jsonBlanks+",]}"); end >= 0 {
		return end
	}
	return len(text)
}

// text is the decoded string, for a raw that is one.
func (r raw) text() string {
	if r.plain() {
		return string(r[1 : len(r)-1])
	}
	var text string
	_ = json.Unmarshal(r, &text) // valid, as parseRaw checked the message
	return text
}

// plain says that a string is written as it is: without escapes and without bytes that decoding replaces.
func (r raw) plain() bool { return bytes.IndexByte(r, '\\') < 0 && utf8.Valid(r) }

// equals compares a string with a text.
func (r raw) equals(text string) bool {
	if r.plain() {
		return string(r[1:len(r)-1]) == text
	}
	return r.text() == text
}
