package secrets

import (
	"fmt"
	"io"
	"log/slog"
)

// Redacted is what stands in the place of a secret value.
const Redacted = "***"

// Value is the content of a secret. Every way of printing or encoding it gives [Redacted]; [Value.Reveal] is the only way out.
// The zero Value is an empty secret.
type Value struct {
	// A pointer, because fmt prints unexported fields of a struct around a Value without asking the Value's methods: it then
	// shows an address.
	text *string
}

// NewValue wraps a text.
func NewValue(text string) Value { return Value{text: &text} }

// Reveal returns the content, for the container that asked for it.
func (v Value) Reveal() string {
	if v.text == nil {
		return ""
	}
	return *v.text
}

// Equal says whether two values have the same content. It also lets go-cmp compare values.
func (v Value) Equal(other Value) bool { return v.Reveal() == other.Reveal() }

// String is always [Redacted].
func (Value) String() string { return Redacted }

// GoString is always [Redacted].
func (Value) GoString() string { return Redacted }

// Format writes [Redacted] whatever the verb.
func (Value) Format(state fmt.State, _ rune) { _, _ = io.WriteString(state, Redacted) }

// MarshalText gives [Redacted]; YAML, XML and the keys of JSON objects use it.
func (Value) MarshalText() ([]byte, error) { return []byte(Redacted), nil }

// MarshalJSON gives [Redacted].
func (Value) MarshalJSON() ([]byte, error) { return []byte(`"` + Redacted + `"`), nil }

// LogValue gives [Redacted].
func (Value) LogValue() slog.Value { return slog.StringValue(Redacted) }
