package input

import (
	"encoding/json"
	"strings"

	"github.com/ecslocal/ecslocal/emulator/document"
)

// toJSON is Fn::ToJsonString of the transform AWS::LanguageExtensions.
func (t *template) toJSON(arg, at *document.Node) *document.Node {
	var b strings.Builder
	unknown := writeJSON(&b, t.resolve(arg))
	return t.scalar(at, b.String(), unknown)
}

// writeJSON writes a value without spaces, and says why something in it is not known.
func writeJSON(b *strings.Builder, n *document.Node) (unknown string) {
	unknown = n.Unknown
	switch n.Kind {
	case document.Object:
		b.WriteByte('{')
		for i, m := range n.Members {
			if i > 0 {
				b.WriteByte(',')
			}
			writeText(b, m.Name)
			b.WriteByte(':')
			unknown = either(unknown, writeJSON(b, m.Value))
		}
		b.WriteByte('}')
	case document.Array:
		b.WriteByte('[')
		for i, item := range n.Items {
			if i > 0 {
				b.WriteByte(',')
			}
			unknown = either(unknown, writeJSON(b, item))
		}
		b.WriteByte(']')
	case document.String:
		writeText(b, n.Text)
	case document.Null:
		b.WriteString("null")
	default:
		b.WriteString(n.Text)
	}
	return unknown
}

func writeText(b *strings.Builder, text string) {
	quoted, err := json.Marshal(text)
	if err == nil { // a text can always be written
		b.Write(quoted)
	}
}
