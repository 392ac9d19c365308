package shell

import (
	"slices"
	"strings"
	"sync"

	"mvdan.cc/sh/v3/syntax"
)

// Unknown stands in Word.Text for a part whose value only the running shell knows.
const Unknown = "\x00"

// Word is one word of a command.
type Word struct {
	// Raw is the word as it is written, Text its value with Unknown where it cannot be known.
	Raw, Text string
	// Known says that Text is the whole value.
	Known bool
	// Quoted says that the word begins with a quote and ends with the same.
	Quoted bool
	// Glob says that an unquoted *, ? or [ is in it.
	Glob bool
	// Start and End are its byte offsets in the script that it belongs to.
	Start, End int

	node *syntax.Word
}

// String is the word as a message shows it.
func (w Word) String() string { return w.Raw }

// word evaluates what can be known of a word.
func word(node *syntax.Word, env Lookup) Word {
	w := Word{Raw: source(node), Known: true, node: node, Start: int(node.Pos().Offset()), End: int(node.End().Offset())}
	var b strings.Builder
	for _, part := range node.Parts {
		w.expand(&b, part, env, false)
	}
	w.Text = b.String()
	w.Known = !strings.Contains(w.Text, Unknown)
	if n := len(node.Parts); n == 1 {
		switch node.Parts[0].(type) {
		case *syntax.SglQuoted, *syntax.DblQuoted:
			w.Quoted = true
		}
	}
	return w
}

// literal says that a part of the word is text that no expansion makes, so that it is never empty.
func (w Word) literal() bool {
	if w.node == nil {
		return false
	}
	return slices.ContainsFunc(w.node.Parts, func(part syntax.WordPart) bool {
		switch part := part.(type) {
		case *syntax.Lit:
			return part.Value != ""
		case *syntax.SglQuoted:
			return part.Value != ""
		case *syntax.DblQuoted:
			return slices.ContainsFunc(part.Parts, func(inner syntax.WordPart) bool { lit, ok := inner.(*syntax.Lit); return ok && lit.Value != "" })
		}
		return false
	})
}

// expand appends the value of one part.
func (w *Word) expand(b *strings.Builder, part syntax.WordPart, env Lookup, quoted bool) {
	switch part := part.(type) {
	case *syntax.Lit:
		b.WriteString(unescape(part.Value, quoted))
		w.Glob = w.Glob || !quoted && hasGlob(part.Value)
	case *syntax.SglQuoted:
		b.WriteString(part.Value)
	case *syntax.DblQuoted:
		for _, inner := range part.Parts {
			w.expand(b, inner, env, true)
		}
	case *syntax.ParamExp:
		b.WriteString(parameter(part, env))
	default:
		b.WriteString(Unknown)
	}
}

// parameter is the value of $NAME and of ${NAME} with a default, Unknown for all else.
func parameter(p *syntax.ParamExp, env Lookup) string {
	if p.Param == nil || p.Excl || p.Length || p.Slice != nil || p.Repl != nil || p.Index != nil || p.Names != 0 {
		return Unknown
	}
	value, known := env(p.Param.Value)
	if p.Exp == nil {
		if known {
			return value
		}
		return Unknown
	}
	switch p.Exp.Op {
	case syntax.DefaultUnset, syntax.AssignUnset:
		if known {
			return value
		}
	case syntax.DefaultUnsetOrNull, syntax.AssignUnsetOrNull:
		if known && value != "" {
			return value
		}
	case syntax.ErrorUnset, syntax.ErrorUnsetOrNull:
		if known {
			return value
		}
		return Unknown
	default:
		return Unknown
	}
	if p.Exp.Word == nil {
		return ""
	}
	return word(p.Exp.Word, env).Text
}

// unescape removes the backslashes that the shell removes.
func unescape(text string, quoted bool) string {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' && i+1 < len(text) {
			if next := text[i+1]; next == '\n' {
				i++
				continue
			} else if !quoted || strings.IndexByte("$`\"\\", next) >= 0 {
				i++
			}
		}
		b.WriteByte(text[i])
	}
	return b.String()
}

// hasGlob says whether an unescaped glob character is in unquoted text.
func hasGlob(text string) bool {
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '*', '?', '[':
			return true
		}
	}
	return false
}

// printers are used again: each has a buffer, and each word is printed.
var printers = sync.Pool{New: func() any { return syntax.NewPrinter(syntax.SingleLine(true)) }}

// source prints a node as shell text on one line where that is possible.
func source(node syntax.Node) string {
	printer := printers.Get().(*syntax.Printer)
	defer printers.Put(printer)
	var b strings.Builder
	if err := printer.Print(&b, node); err != nil {
		return ""
	}
	return strings.TrimSuffix(b.String(), "\n")
}
